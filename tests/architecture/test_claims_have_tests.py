"""What `docs/routing-claims.md` says is shown by a test or a benchmark is: the page cannot rot unseen."""

import ast
import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "routing-claims.md"


def list_tests(path: Path) -> set[str]:
    """Names of the tests of a file; what stands in quotation marks, for one of the pages'."""
    if not path.is_file():
        return set()
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        return set(re.findall(r'(?:it|test|describe)\("([^"]+)"', text))
    return {
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def list_missing(page: str) -> list[str]:
    """Lines of its tables that name nothing, and tests and figures they name that there are not."""
    figures = (PROJECT / "docs" / "benchmarks.md").read_text("utf-8")
    missing = []
    for line in page.splitlines():
        if not line.startswith("|") or line.startswith(("|---", "| promise")):
            continue
        shown = line.split("|")[2]
        tests = re.findall(r"`([^`]+?\.[a-z.]+)::([^`]+)`", shown)
        quoted = re.findall(r'"([^"]+)"', shown)
        for name, test in tests:
            folder = PROJECT / ("tests" if name.endswith(".py") else "frontend/src")
            if test not in list_tests(folder / name):
                missing.append(f"{name}::{test}")
        missing += [words for words in quoted if words not in figures]
        if not (tests or quoted or "](" in shown or "not there" in shown):
            missing.append(line)
    return missing


def test_every_promise_of_the_routing_room_names_tests_and_figures_that_exist() -> None:
    page = PAGE.read_text("utf-8")
    assert list_missing(page) == []
    assert page.count("::") > 100


def test_the_search_finds_what_is_not_there() -> None:
    table = (
        "| promise | shown by |\n|---|---|\n| a | `unit/routing/test_reach.py::test_none` |\n| b | hope |\n"
    )
    table += '| c | "a figure nobody has measured" |\n| d | `field/none.test.ts::is` |\n'
    assert len(list_missing(table)) == 4
