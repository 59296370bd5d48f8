"""Importing any module of ours writes nothing, starts nothing, connects nowhere and reads no setting."""

import subprocess
import sys
from pathlib import Path

from dispatch.settings import PROJECT

# Runs in an interpreter of its own: an audit hook cannot be taken off again.
WATCH = """
import importlib, os, pkgutil, sys
ours = sys.argv[1]
found = []

def caller():
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(ours) and "/.venv/" not in name:
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return None

def writes(event, arguments):
    if event != "open":
        return event.split(".")[0] in ("socket", "subprocess", "sqlite3") or event in (
            "os.mkdir", "os.remove", "os.rename", "os.fork", "os.system", "os.chmod")
    mode, flags = arguments[1], arguments[2]
    return bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

class Spy(dict):
    def _note(self, name):
        frame = sys._getframe(2)
        if frame.f_code.co_filename.startswith(ours) and "/.venv/" not in frame.f_code.co_filename:
            found.append(f"reads {name} at {frame.f_code.co_filename}:{frame.f_lineno}")
    def __getitem__(self, name):
        self._note(name)
        return dict.__getitem__(self, name)
    def get(self, name, default=None):
        self._note(name)
        return dict.get(self, name, default)

def hook(event, arguments):
    if event in ("open",) or "." in event:
        if writes(event, arguments) and (where := caller()):
            found.append(f"{event}{arguments!r} at {where}")

sys.dont_write_bytecode = True
sys.path.insert(0, ours)
os.environ = Spy(os.environ)
sys.addaudithook(hook)
count = 0
for name in sys.argv[2:]:
    package = importlib.import_module(name)
    count += 1
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        # Alembic itself runs env.py, and only while it migrates.
        if not module.name.endswith(("__main__", "migrations.env")):
            importlib.import_module(module.name)
            count += 1
print(count)
print("\\n".join(found))
"""


def import_and_watch(project: Path, *packages: str) -> tuple[int, list[str]]:
    """Import everything in `packages`; gives the number of modules and what they did meanwhile."""
    result = subprocess.run(
        [sys.executable, "-c", WATCH, str(project), *packages], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    first, *rest = result.stdout.splitlines()
    return int(first), [line for line in rest if line]


def test_importing_does_nothing_but_define() -> None:
    count, found = import_and_watch(PROJECT, "dispatch", "routing", "gis")
    assert count > 10
    assert found == []


def test_watch_finds_a_module_that_acts_when_imported(tmp_path: Path) -> None:
    package = tmp_path / "guilty"
    package.mkdir()
    (package / "__init__.py").write_text(
        f"import os\nopen({str(tmp_path / 'x')!r}, 'w').close()\nHOME = os.environ.get('HOME')\n"
    )
    _, found = import_and_watch(tmp_path, "guilty")
    assert [line.split()[0][:5] for line in found] == ["open(", "reads"]
