"""What agencies send by themselves: nothing as shipped, and never by a mistake in a table."""

import re
from pathlib import Path

import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import AGENCIES, load_codebook
from dispatch.domain.codebook import CodeBook

WRITTEN = """
[[115]]
types = ["cardiac_arrest"]
priorities = [1]
countdown_s = 20
"""


def load(tmp_path: Path, text: str) -> CodeBook:
    path = tmp_path / "automatic.toml"
    path.write_text(text, "utf-8")
    return load_codebook(automatic=path)


def test_as_shipped_no_agency_sends_anything_by_itself() -> None:
    assert [agency.automatic for agency in load_codebook().agencies.values()] == [()] * 4


def test_a_file_of_ones_own_says_what_goes_and_the_rest_is_as_careful_as_can_be(tmp_path: Path) -> None:
    book = load(tmp_path, WRITTEN)
    (rule,) = book.agencies["115"].automatic
    assert (rule.types, rule.priorities, rule.countdown_s) == (("cardiac_arrest",), (1,), 20.0)
    assert (rule.place_state, rule.type_sure) == ("read_back", "assessed")
    assert not rule.straight_line
    assert not rule.shortfall
    assert book.agencies["113"].automatic == ()


def test_the_example_in_an_agencys_table_is_one_that_loads(tmp_path: Path) -> None:
    text = (AGENCIES / "115" / "agency.toml").read_text("utf-8")
    example = re.sub(r"^# ", "", text[text.index("# [[automatic]]") :], flags=re.MULTILINE)
    book = load(tmp_path, example.replace("[[automatic]]", "[[115]]"))
    assert len(book.agencies["115"].automatic) == 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"cardiac_arrest"', '"cardiac"', "unknown type 'cardiac'"),
        ('"cardiac_arrest"', "", "needs types"),
        ("[[115]]", "[[119]]", "unknown agency '119'"),
        ("[[115]]", "[[112]]", "sends nobody of 112"),
        ("countdown_s = 20", "countdown_s = 1", "from 5 to 600"),
        ("countdown_s = 20", "countdown_s = nan", "from 5 to 600"),
        ("countdown_s = 20", "", "missing required field `countdown_s`"),
        ("priorities = [1]", "priorities = [0]", "priorities from 1 to 4"),
        ("priorities = [1]", "priorities = [1, 1]", "stands twice"),
        ("priorities = [1]", 'place_state = "heard"', "place_state is"),
        ("priorities = [1]", "place_confidence = nan", "from 0 to 1"),
        ("priorities = [1]", "place_radius_m = inf", "above 0"),
        ("priorities = [1]", "most_carry_m = -1", "from 0 on"),
        ("priorities = [1]", 'type_sure = "perhaps"', "chosen or assessed"),
        ("priorities = [1]", "straigt_line = true", "straigt_line"),
        ('"cardiac_arrest"', '"low_blood_sugar"', "no key questions"),
    ],
)
def test_a_policy_that_cannot_be_meant_says_what_is_wrong(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in WRITTEN
    with pytest.raises(CodeTableError, match=re.escape(said)):
        load(tmp_path, WRITTEN.replace(before, after))
