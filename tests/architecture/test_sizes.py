"""Files and functions stay small enough to be read at once."""

import ast
from pathlib import Path

from dispatch.settings import PROJECT

LONGEST_FILE = 400
LONGEST_FUNCTION = 50

PYTHON_FOLDERS = ("dispatch", "routing", "gis", "tests", "bench")


def list_python_files() -> list[Path]:
    """Every Python file of the project's own."""
    return sorted(path for folder in PYTHON_FOLDERS for path in (PROJECT / folder).rglob("*.py"))


def list_web_files() -> list[Path]:
    """Every TypeScript file of the project's own that a person writes."""
    folders = [PROJECT / "frontend" / name for name in ("src", "tests", "scripts")]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".ts", ".tsx"}]
    return sorted(path for path in files if ".gen." not in path.name)


def find_long_functions(path: Path, source: str) -> list[str]:
    """Functions over the limit, as `file:line name length`."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, functions) and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION:
            length = (node.end_lineno or 0) - node.lineno + 1
            found.append(f"{path}:{node.lineno} {node.name} {length}")
    return found


def test_no_file_is_longer_than_400_lines() -> None:
    files = list_python_files() + list_web_files()
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    found = [
        line for path in list_python_files() for line in find_long_functions(path, path.read_text("utf-8"))
    ]
    assert found == []


def test_measure_finds_a_function_of_51_lines() -> None:
    source = "def long():\n" + "    pass\n" * 50
    assert find_long_functions(Path("x.py"), source) == ["x.py:1 long 51"]
    assert find_long_functions(Path("x.py"), source.removesuffix("    pass\n")) == []
