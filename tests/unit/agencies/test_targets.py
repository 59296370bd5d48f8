"""Targets as data: what is shipped, with where it is from, and clear words about what is wrong."""

from pathlib import Path

import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.targets import Target, load_targets


def test_the_shipped_targets_are_those_of_the_standards_with_source_and_edition() -> None:
    targets = load_targets()
    assert targets["114"][0] == Target(
        clock="answer_s", within_s=10, share=0.9, source="NFPA 1225", edition="2022"
    )
    told = {(a, t.clock, t.within_s, t.share) for a, found in targets.items() for t in found}
    assert told >= {
        ("113", "answer_s", 20, 0.95),
        ("114", "processing_s", 60, 0.9),
        ("114", "turnout_s", 80, 0.9),
        ("114", "travel_s", 240, 0.9),
        ("115", "turnout_s", 60, 0.9),
        ("115", "total_s", 900, None),
    }
    assert all(t.source and t.edition for found in targets.values() for t in found)


def test_an_agency_without_targets_has_none(tmp_path: Path) -> None:
    (tmp_path / "116").mkdir()
    (tmp_path / "116" / "agency.toml").write_text("")
    assert load_targets(tmp_path) == {"116": ()}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('clock = "speed_s"', "unknown clock"),
        ("within_s = 0", "within_s"),
        ("share = 1.2", "share"),
        ('edition = ""', "source and edition"),
    ],
)
def test_a_target_that_cannot_be_is_refused_with_its_file(tmp_path: Path, line: str, fault: str) -> None:
    good = {"clock": '"answer_s"', "within_s": "10", "share": "0.9", "source": '"S"', "edition": '"1"'}
    key, _, value = line.partition(" = ")
    lines = "\n".join(f"{name} = {text}" for name, text in (good | {key: value}).items())
    (tmp_path / "116").mkdir()
    (tmp_path / "116" / "agency.toml").write_text("")
    (tmp_path / "116" / "targets.toml").write_text(f"[[target]]\n{lines}\n")
    with pytest.raises(CodeTableError, match=fault) as error:
        load_targets(tmp_path)
    assert "116/targets.toml" in str(error.value)
