"""Rules that read text rather than imports: where SQL may stand, and words that may not stand anywhere."""

import ast
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from dispatch.settings import PROJECT

SQL = re.compile(
    r"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s|COPY\s+\S+\s|LISTEN\s"
    r"|NOTIFY\s|TRUNCATE\s|(CREATE|ALTER|DROP)\s+(TABLE|INDEX|SCHEMA|ROLE|DATABASE|EXTENSION|POLICY|FUNCTION)\s)"
)
# cluster.py makes the database itself, admin_tables reads a package's SQLite file; all else is a store's.
SQL_HOMES = ("dispatch/store/", "gis/store/", "dispatch/host/cluster.py", "gis/importers/admin_tables.py")

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "unfinished work": r"\bTO" + r"DO\b|\bFIX" + r"ME\b|NotImplemented" + r"Error",
    "hidden from coverage": r"pragma: " + r"no cover",
    "sleeping": r"time\.sl" + r"eep\(|waitFor" + r"Timeout",
    "skipped tests": r"mark\.sk" + r"ip\b|mark\.xf" + r"ail|\.(sk" + r"ip|only)\(['\"]",
    "mocks": r"unittest\.m" + r"ock|\bvi\.m" + r"ock\(|Magic" + r"Mock",
}


def list_sources() -> list[Path]:
    """Every source file a person writes, of all languages."""
    folders = ("dispatch", "routing", "gis", "tests", "bench", "frontend/src", "frontend/tests")
    suffixes = {".py", ".ts", ".tsx", ".sh"}
    files = [path for folder in folders for path in (PROJECT / folder).rglob("*") if path.suffix in suffixes]
    return sorted(path for path in files if "node_modules" not in path.parts)


def find_sql(source: str) -> list[int]:
    """Lines on which a string begins that is an SQL statement."""
    tree = ast.parse(source)
    strings = [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [node.lineno for node in strings if SQL.match(str(node.value))]


def test_sql_stands_only_in_the_stores() -> None:
    found = []
    for folder in ("dispatch", "routing", "gis"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            name = str(path.relative_to(PROJECT))
            if not name.startswith(SQL_HOMES):
                found += [f"{name}:{line}" for line in find_sql(path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_forbidden_words_stand_nowhere(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in list_sources()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_search_for_sql_finds_statements_and_leaves_prose() -> None:
    assert find_sql('x = f"SELECT 1 FROM {t}"\n') == [1]
    assert find_sql('x = "select a unit"\ny = "UPDATE the board"\n') == []


def test_nothing_stands_at_the_root_but_what_the_house_is_known_to_have() -> None:
    known = {"bench", "dispatch", "docs", "frontend", "gis", "routing", "tests"}
    known |= {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "README.md"}
    known |= {"Dockerfile", "Makefile", "docker-compose.yml", "pyproject.toml"}
    ignored = [line.rstrip("/") for line in (PROJECT / ".gitignore").read_text().splitlines()]
    found = {path.name for path in PROJECT.iterdir() if not path.name.startswith(".")} - known
    strange = [
        name for name in sorted(found) if not any(fnmatch(name, one) for one in [*ignored, "requirements*"])
    ]
    assert strange == []
