"""The web pages' build: packages and pages are made again only when what they are made from has changed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from dispatch.host.errors import HostError
from dispatch.host.locks import exclusive

_NOT_SOURCES = {"node_modules", "dist", "coverage"}


class WebBuildError(HostError):
    """npm refused; its own words come first."""


def install_web_packages(frontend: Path) -> bool:
    """Install exactly what package-lock.json names, if that has changed; True when something was done."""
    modules = frontend / "node_modules"
    wanted = hashlib.sha256((frontend / "package-lock.json").read_bytes()).hexdigest()
    stamp = modules / ".lock-hash"
    with exclusive(frontend):
        if stamp.exists() and stamp.read_text() == wanted:
            return False
        _npm(frontend, "ci", "--no-audit", "--no-fund", "--loglevel=error")
        modules.mkdir(exist_ok=True)
        stamp.write_text(wanted)
    return True


def build_web(frontend: Path) -> bool:
    """Build the pages into `frontend/dist` if their sources have changed; True when something was done."""
    wanted = hash_sources(frontend)
    stamp = frontend / "dist" / ".source-hash"

    def is_built() -> bool:
        return stamp.exists() and stamp.read_text() == wanted

    if is_built():
        return False
    install_web_packages(frontend)
    with exclusive(frontend):
        # Whoever waited for another's build may serve from it already: a second one would take it away again.
        if is_built():
            return False
        stamp.unlink(missing_ok=True)
        _npm(frontend, "run", "--silent", "build")
        stamp.write_text(wanted)
    return True


def hash_sources(frontend: Path) -> str:
    """One hash over names and contents of all sources of the pages."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(frontend):
        folders[:] = sorted(set(folders) - _NOT_SOURCES)
        for name in sorted(files):
            if name.startswith("."):
                continue
            path = Path(folder) / name
            digest.update(f"{path.relative_to(frontend)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _npm(frontend: Path, *arguments: str) -> None:
    # Node comes with the virtual environment, so that a bare machine needs only Python.
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{programs}:{os.environ.get('PATH', '')}", "CI": "true"}
    result = subprocess.run(
        [programs / "npm", *arguments], cwd=frontend, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if result.returncode != 0:
        words = " ".join(arguments)
        raise WebBuildError(
            f"{result.stdout[-4000:]}\nKhông dựng được trang web (npm {words}).",
            f"The web pages cannot be built (npm {words}).",
        )
