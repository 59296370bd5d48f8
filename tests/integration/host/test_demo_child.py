"""A process that may fail: it begins when the centre answers, and its death never ends anything."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.host.process import end_processes, list_processes_with
from dispatch.host.supervisor import MARK
from dispatch.settings import PROJECT
from tests.ports import find_free_port

# A server that answers only when it is told, and a guest that dies at once, again and again.
CENTRE = """
import asyncio, sys
from pathlib import Path
from dispatch.host.supervisor import Child, Supervisor, sole_supervisor

run_dir, port = Path(sys.argv[1]), int(sys.argv[2])
server = ["sh", "-c", f"while [ ! -e {run_dir}/begin ]; do sleep 0.1; done; "
    f"exec {sys.executable} -m http.server --bind 127.0.0.1 {port}"]
guest = ["sh", "-c", f"echo guest >> {run_dir}/guests; exit 3"]
children = [Child("server", server), Child("guest", guest, essential=False)]

def ready():
    print("ready", (run_dir / "guests").exists(), flush=True)

with sole_supervisor(run_dir) as mark:
    asyncio.run(Supervisor(mark, children, None).run("127.0.0.1", port, ready))
"""


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path, str]]:
    """A small centre that has not begun to answer; its folder and its mark."""
    port = find_free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", CENTRE, str(tmp_path), str(port)],
        cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield process, tmp_path, str(port)
    process.send_signal(signal.SIGINT)
    process.communicate()


def test_a_guest_waits_for_the_centre_and_its_failures_stop_nothing(
    centre: tuple[subprocess.Popen[str], Path, str],
) -> None:
    process, folder, _ = centre
    assert process.stdout is not None
    assert process.stderr is not None
    assert not (folder / "guests").exists()
    (folder / "begin").touch()
    assert next(line for line in process.stdout if "ready" in line).split() == ["ready", "False"]
    ended = (line for line in process.stderr if "guest: kết thúc / ended (3)" in line)
    assert len([next(ended) for _ in range(4)]) == 4
    assert process.poll() is None
    assert (folder / "guests").read_text().count("guest") >= 4


def test_the_centre_can_be_stopped_while_a_guest_waits(
    centre: tuple[subprocess.Popen[str], Path, str],
) -> None:
    process, folder, _ = centre
    while not (folder / "supervisor.json").exists():
        assert process.poll() is None
    mark = (folder / "supervisor.json").read_text().split('"mark": "')[1].split('"')[0]
    while not list_processes_with(MARK, mark):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    left = list_processes_with(MARK, mark)
    end_processes(left, signal.SIGKILL, 5)
    assert left == []
    assert not (folder / "guests").exists()
