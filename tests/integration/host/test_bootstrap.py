"""What sets a bare machine up says what it lacks, before it changes anything."""

import shutil
import subprocess
from pathlib import Path

import pytest

from dispatch.host.binaries import get_postgres
from dispatch.host.errors import PostgresMissingError
from dispatch.settings import PROJECT

SCRIPT = Path("dispatch/host/bootstrap.sh")
TOOLS = ("sh", "dirname", "cat", "cut", "sha256sum", "sed", "rm", "mktemp", "id")


def test_without_a_new_enough_python_both_languages_say_so_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / SCRIPT).parent.mkdir(parents=True)
    shutil.copy(PROJECT / SCRIPT, tmp_path / SCRIPT)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    ran = subprocess.run(
        [tmp_path / SCRIPT, "run"], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "Cần Python 3.11" in ran.stderr
    assert "Python 3.11 or newer is needed" in ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "dispatch"]


def test_without_postgresql_every_way_to_a_database_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PostgresMissingError) as missing:
        get_postgres(tmp_path)
    for way in ("postgresql-15-postgis-3", "DATABASE_URL", "docker compose up"):
        assert str(missing.value).count(way) == 2
