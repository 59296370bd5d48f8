"""The command line as an operator meets it: a process of its own, with its own data folder."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.host.cluster import PrivateCluster, cluster_home
from dispatch.settings import PROJECT


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not under pytest's own temporary folder, where the account that root drops to may not pass.
    with tempfile.TemporaryDirectory(prefix="dispatch-commands-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "var"


def dispatch(data_dir: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    environment = {**os.environ, "DATA_DIR": str(data_dir), **settings}
    command = [sys.executable, "-m", "dispatch", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def test_command_that_needs_the_database_starts_and_stops_its_own(data_dir: Path) -> None:
    result = dispatch(data_dir, "city", "status")
    assert result.returncode == 1
    assert "dispatch city build" in result.stderr
    assert (data_dir / "postgres" / "data" / "PG_VERSION").exists()
    assert PrivateCluster(cluster_home(data_dir)).find_pid() is None


def test_places_cannot_be_looked_up_before_a_city_is_built_and_that_is_said(data_dir: Path) -> None:
    data_dir.mkdir()
    asked = data_dir / "asked.csv"
    asked.write_text("id,text\n1,Lê Lợi\n", encoding="utf-8")
    result = dispatch(data_dir, "geocode", "--input", str(asked), "--output", str(data_dir / "out.csv"))
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert "dispatch city build" in result.stderr
    assert not (data_dir / "out.csv").exists()


def test_setting_that_cannot_be_understood_is_said_without_a_trace(data_dir: Path) -> None:
    result = dispatch(data_dir, "city", "status", SERVER_PORT="http")
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert "SERVER_PORT='http'" in result.stderr


def test_taken_port_is_named_before_anything_is_built(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        result = dispatch(data_dir, "run", SERVER_PORT=port)
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert f"127.0.0.1:{port} cannot be opened" in result.stderr
    assert not (data_dir / "postgres").exists()


def test_broken_extract_is_named_and_builds_nothing(data_dir: Path) -> None:
    data_dir.mkdir()
    broken = data_dir / "broken.osm.pbf"
    broken.write_bytes(b"not a map")
    result = dispatch(data_dir, "city", "build", "--osm", str(broken))
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert "broken.osm.pbf" in result.stderr
    assert dispatch(data_dir, "city", "status").returncode == 1
