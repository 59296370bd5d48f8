"""What a page of claims (`docs/*-claims.md`) names as shown by a test is shown by a test that exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(ROOT.glob("docs/*-claims.md"))
_NAMED = re.compile(r"`((?:tests/)?[\w/]+/)?(test_\w+\.py)::(\w+)`")
_IN_A_BROWSER = re.compile(r"`(frontend/[\w/.]+\.test\.tsx?)(?:::([^`]+))?`")


def _find(folder: str, file: str) -> list[Path]:
    """The files that a name may mean: with its folders, with or without `tests/`, or by itself."""
    where = folder.removeprefix("tests/")
    return [path for path in ROOT.glob(f"tests/**/{file}") if str(path.parent).endswith(where.rstrip("/"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_of_claims_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = _NAMED.findall(text)
    assert named, "a page of claims that names no test claims nothing"
    for folder, file, test in named:
        wanted = re.compile(rf"^\s*(?:async )?def {test}\(", re.MULTILINE)
        assert any(wanted.search(path.read_text(encoding="utf-8")) for path in _find(folder, file)), (
            f"{page.name}: no {folder}{file}::{test}"
        )
    for path, title in _IN_A_BROWSER.findall(text):
        assert (ROOT / path).is_file(), f"{page.name}: no {path}"
        assert f'"{title}"' in (ROOT / path).read_text("utf-8") or not title, (
            f"{page.name}: no {path}::{title}"
        )


def test_no_page_of_claims_names_a_test_without_its_name() -> None:
    for page in PAGES:
        loose = re.findall(r"`[\w/]*test_\w+\.py`", page.read_text(encoding="utf-8"))
        assert not loose, f"{page.name}: {loose} names a file and no test"


def list_unshown(page: str) -> list[str]:
    """Lines of the tables of a page by which nothing is shown, and figures it quotes that nobody measured."""
    figures = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    rows = [
        line
        for line in page.splitlines()
        if line.startswith("|") and not line.startswith(("|---", "| promise"))
    ]
    quoted = [words for row in rows for words in re.findall(r'"([^"]+)"', row)]
    bare = [row for row in rows if not re.search(r'::|"[^"]+"|\]\(|not there', row.split("|")[2])]
    return bare + [words for words in quoted if words not in figures]


def test_every_promise_of_the_routing_room_is_shown_by_a_test_or_a_figure() -> None:
    assert list_unshown((ROOT / "docs" / "routing-claims.md").read_text(encoding="utf-8")) == []
    assert len(list_unshown('| a | hope |\n| b | "a figure nobody has measured" |\n')) == 2
