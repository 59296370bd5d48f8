"""The supervisor with real processes: restarts, Ctrl-C, kill -9, a second one beside it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from dispatch.host.cluster import PrivateCluster
from dispatch.host.process import end_processes, list_processes_with, wait_for_exit
from dispatch.host.supervisor import MARK
from dispatch.settings import PROJECT
from tests.ports import find_free_port

ENDED_WITHIN_S = 60.0

# A centre in small: a server that answers, and a child that has a child of its own.
CENTRE = """
import asyncio, subprocess, sys
from contextlib import ExitStack
from pathlib import Path
from dispatch.host.cluster import PrivateCluster
from dispatch.host.errors import HostError
from dispatch.host.supervisor import Child, Supervisor, sole_supervisor

run_dir, port, postgres = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
server = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
parent = ["sh", "-c", "sleep 1000 & echo born; wait"]
cluster = PrivateCluster(Path(postgres)) if postgres else None
children = [Child("server", server), Child("planner", parent)]
if "broken" in sys.argv:
    children = [Child("broken", [sys.executable, "-c", "raise SystemExit(3)"])]

def ready():
    print("ready", flush=True)

try:
    with sole_supervisor(run_dir) as mark, ExitStack() as stack:
        if "building" in sys.argv:
            subprocess.call(["sh", "-c", "echo building; exec sleep 1000"], start_new_session=True)
        if cluster is not None:
            stack.enter_context(cluster.running())
        healthy_after_s = 0.0 if "healthy" in sys.argv else 1000.0
        asyncio.run(Supervisor(mark, children, cluster, healthy_after_s).run("127.0.0.1", port, ready))
except HostError as error:
    print(error, flush=True)
    sys.exit(1)
"""


@pytest.fixture
def port() -> int:
    return find_free_port()


@contextmanager
def centre(run_dir: Path, port: int, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A small centre under its supervisor; ended with all that is its own."""
    command = [sys.executable, "-c", CENTRE, str(run_dir), str(port), *(more or ("",))]
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )
    try:
        yield process
    finally:
        process.kill()
        end_processes(marked(run_dir), signal.SIGKILL, 5)
        process.communicate()


def read_until(process: subprocess.Popen[str], words: str, *, errors: bool = False) -> str:
    """The next line with `words` in it."""
    stream = process.stderr if errors else process.stdout
    assert stream is not None
    for line in stream:
        if words in line:
            return line
    raise AssertionError(f"ended without saying {words!r}")


def marked(run_dir: Path) -> list[int]:
    """The processes that belong to the supervisor of `run_dir`, or belonged to a killed one."""
    record = run_dir / "supervisor.json"
    return list_processes_with(MARK, json.loads(record.read_text())["mark"]) if record.exists() else []


def find_server(run_dir: Path) -> int:
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in marked(run_dir)}
    return next(pid for pid, command in commands.items() if b"http.server" in command)


def test_interrupt_ends_every_process_and_their_children(tmp_path: Path, port: int) -> None:
    with centre(tmp_path, port) as process:
        read_until(process, "born")
        read_until(process, "ready")
        pids = marked(tmp_path)
        process.send_signal(signal.SIGINT)
        assert process.wait(ENDED_WITHIN_S) == 0
        assert wait_for_exit(pids, ENDED_WITHIN_S) == []
        assert not (tmp_path / "supervisor.json").exists()


def test_dead_child_is_started_again(tmp_path: Path, port: int) -> None:
    with centre(tmp_path, port) as process:
        read_until(process, "ready")
        first = find_server(tmp_path)
        os.kill(first, signal.SIGKILL)
        read_until(process, "server: kết thúc / ended (-9)", errors=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(ENDED_WITHIN_S) == 0


@pytest.mark.parametrize(("told", "pause"), [("healthy", "in 0 s"), ("", "in 0.5 s")])
def test_child_that_ran_for_long_is_started_again_at_once_and_any_other_after_a_pause(
    tmp_path: Path, port: int, told: str, pause: str
) -> None:
    with centre(tmp_path, port, "", told) as process:
        read_until(process, "ready")
        os.kill(find_server(tmp_path), signal.SIGKILL)
        assert pause in read_until(process, "server: kết thúc / ended (-9)", errors=True)


def test_second_supervisor_says_who_runs_and_leaves_it_alone(tmp_path: Path, port: int) -> None:
    with centre(tmp_path, port) as first:
        read_until(first, "ready")
        with centre(tmp_path, port) as second:
            assert str(first.pid) in read_until(second, "is running already")
            assert second.wait(ENDED_WITHIN_S) == 1
        assert first.poll() is None


def test_next_start_ends_what_a_killed_supervisor_left(tmp_path: Path, port: int) -> None:
    with centre(tmp_path, port) as first:
        read_until(first, "born")
        read_until(first, "ready")
        left = marked(tmp_path)
        first.kill()
        first.wait()
        with centre(tmp_path, port) as second:
            read_until(second, "ready")
            assert wait_for_exit(left, 0) == []


def test_next_start_ends_what_was_building_for_a_killed_supervisor(tmp_path: Path, port: int) -> None:
    with centre(tmp_path, port, "", "building") as first:
        read_until(first, "building")
        left = marked(tmp_path)
        first.kill()
        first.wait()
        assert wait_for_exit(left, 0) == left != []
        with centre(tmp_path, port) as second:
            read_until(second, "ready")
            assert wait_for_exit(left, 0) == []


def test_after_a_kill_the_next_start_takes_the_database_over_and_an_interrupt_leaves_nothing(
    tmp_path: Path, port: int, scratch_postgres: PrivateCluster
) -> None:
    scratch_postgres.leave()
    stranger = subprocess.Popen(["sleep", "1000"])
    with centre(tmp_path, port, str(scratch_postgres.home)) as first:
        read_until(first, "ready")
        postgres, left = scratch_postgres.find_pid(), marked(tmp_path)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        with centre(tmp_path, port, str(scratch_postgres.home)) as second:
            read_until(second, "ready")
            assert wait_for_exit(left, 0) == []
            assert scratch_postgres.find_pid() == postgres is not None
            started = [*marked(tmp_path), postgres]
            os.killpg(second.pid, signal.SIGINT)
            assert second.wait(ENDED_WITHIN_S) == 0
            assert wait_for_exit(started, ENDED_WITHIN_S) == []
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    scratch_postgres.enter()


def test_children_die_with_a_killed_supervisor(tmp_path: Path, port: int) -> None:
    with centre(tmp_path, port) as process:
        read_until(process, "ready")
        server = find_server(tmp_path)
        process.kill()
        assert wait_for_exit([server], ENDED_WITHIN_S) == []


def test_child_that_cannot_start_is_named_in_the_end(tmp_path: Path, port: int) -> None:
    with centre(tmp_path, port, "", "broken") as process:
        read_until(process, "broken ended 5 times")
        assert process.wait(ENDED_WITHIN_S) == 1


def test_killed_postgres_is_started_again(
    tmp_path: Path, port: int, scratch_postgres: PrivateCluster
) -> None:
    with centre(tmp_path, port, str(scratch_postgres.home)) as process:
        read_until(process, "ready")
        pid = scratch_postgres.find_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        read_until(process, "PostgreSQL", errors=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(ENDED_WITHIN_S) == 0
        with psycopg.connect(scratch_postgres.dsn()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
