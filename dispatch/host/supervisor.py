"""Keeps the centre's processes alive, and ends them with itself.

One supervisor per data folder holds a lock the kernel gives back when it dies. Its children die with it; what a
killed one could still leave behind (children of children) stands in a file and is ended by the next start.
"""

import asyncio
import fcntl
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from dispatch.host.cluster import PrivateCluster
from dispatch.host.errors import AlreadyRunningError, HostError
from dispatch.host.process import die_with_parent, end_processes, find_start_ticks

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
HEALTHY_AFTER_S = 60.0
STOP_TIMEOUT_S = 20.0
FAILURES_BEFORE_READY = 5


@dataclass
class Child:
    """One process to keep alive. `environment` is laid over the supervisor's own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    pid: int | None = None
    failures: int = 0


class Supervisor:
    """Runs `children` until told to stop, restarting those that end, with growing delays between."""

    def __init__(
        self, run_dir: Path, children: Sequence[Child], cluster: PrivateCluster | None = None
    ) -> None:
        self._record = run_dir / "supervisor.json"
        self._children = children
        self._cluster = cluster
        self._stop = asyncio.Event()
        self._ready = False
        self._error: HostError | None = None

    async def run(self, host: str, port: int, on_ready: Callable[[], None]) -> None:
        """Until SIGINT or SIGTERM. `on_ready` is called once, when something answers at host and port.

        Raises HostError when a child fails again and again before that. Ends every child before it returns.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)
        tasks = [asyncio.create_task(self._keep(child)) for child in self._children]
        tasks.append(asyncio.create_task(self._announce(host, port, on_ready)))
        if self._cluster is not None:
            tasks.append(asyncio.create_task(self._watch_cluster(self._cluster)))
        stopped = asyncio.create_task(self._stop.wait())
        try:
            done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_EXCEPTION)
            while not self._stop.is_set() and not any(task.exception() for task in done):
                done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_EXCEPTION)
        finally:
            self._stop.set()
        await asyncio.gather(stopped, *tasks)

    async def _keep(self, child: Child) -> None:
        delay_s = FIRST_DELAY_S
        while not self._stop.is_set():
            started = monotonic()
            code = await self._run_once(child)
            if self._stop.is_set():
                return
            if monotonic() - started > HEALTHY_AFTER_S:
                delay_s, child.failures = FIRST_DELAY_S, 0
            child.failures += 1
            if not self._ready and child.failures >= FAILURES_BEFORE_READY:
                raise HostError(
                    f"Tiến trình {child.name} dừng {child.failures} lần liên tiếp khi khởi động (mã {code}).",
                    f"Process {child.name} ended {child.failures} times in a row while starting (code {code}).",
                )
            _say(f"{child.name}: kết thúc / ended ({code}), chạy lại sau / again in {delay_s:g} s")
            await self._stopped_within(delay_s)
            delay_s = min(delay_s * 2, LONGEST_DELAY_S)

    async def _run_once(self, child: Child) -> int:
        # Its own session: Ctrl-C of the terminal is for us alone, and its own children can be ended with it.
        process = await asyncio.create_subprocess_exec(
            *child.command, env={**os.environ, **child.environment}, stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True, preexec_fn=die_with_parent,
        )  # fmt: skip
        child.pid = process.pid
        self._write_record()
        ended = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ended.done():
            process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(ended), STOP_TIMEOUT_S)
        _end_group(process.pid)
        child.pid = None
        self._write_record()
        return await ended

    async def _watch_cluster(self, cluster: PrivateCluster) -> None:
        while not self._stop.is_set():
            pid = cluster.find_pid()
            if pid is not None:
                await self._ended_or_stopped(pid)
            if not self._stop.is_set():
                _say("PostgreSQL: kết thúc / ended, chạy lại / again")
                await asyncio.to_thread(cluster.revive)

    async def _ended_or_stopped(self, pid: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        ended = asyncio.Event()
        loop.add_reader(handle, ended.set)
        waits = [asyncio.create_task(event.wait()) for event in (ended, self._stop)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        loop.remove_reader(handle)
        os.close(handle)

    async def _announce(self, host: str, port: int, on_ready: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                _, writer = await asyncio.open_connection(host, port)
            except OSError:
                await self._stopped_within(0.1)
                continue
            writer.close()
            self._ready = True
            on_ready()
            return

    async def _stopped_within(self, delay_s: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), delay_s)

    def _write_record(self) -> None:
        children = {
            child.pid: find_start_ticks(child.pid) for child in self._children if child.pid is not None
        }
        unfinished = self._record.with_suffix(".new")
        unfinished.write_text(json.dumps({"pid": os.getpid(), "children": children}))
        unfinished.rename(self._record)


@contextmanager
def sole_supervisor(run_dir: Path) -> Iterator[None]:
    """Be the one supervisor of `run_dir` within, having ended what a killed predecessor left.

    Raises AlreadyRunningError, which names the pid, when another lives.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    record = run_dir / "supervisor.json"
    handle = os.open(run_dir / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = json.loads(record.read_text())["pid"] if record.exists() else "?"
            raise AlreadyRunningError(
                f"Trung tâm này đang chạy rồi (tiến trình {pid}). Dừng nó bằng Ctrl-C ở cửa sổ của nó.",
                f"This centre is running already (process {pid}). Stop it with Ctrl-C in its own window.",
            ) from error
        _end_leftovers(record)
        record.write_text(json.dumps({"pid": os.getpid(), "children": {}}))
        yield
        record.unlink()
    finally:
        os.close(handle)


def _end_leftovers(record: Path) -> None:
    """End the recorded children that still live. The start time tells them from strangers with a reused pid."""
    if not record.exists():
        return
    for pid, ticks in json.loads(record.read_text())["children"].items():
        if ticks is not None and find_start_ticks(int(pid)) == ticks:
            end_processes([int(pid)], signal.SIGTERM, STOP_TIMEOUT_S)
        _end_session(int(pid), ticks)


def _end_session(session: int, ticks: int | None) -> None:
    """End what a dead child has left in its session; a session keeps its number while any member lives."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        pid = int(entry.name)
        with suppress(ProcessLookupError):
            if os.getsid(pid) == session and (find_start_ticks(pid) or 0) >= (ticks or 0):
                end_processes([pid], signal.SIGKILL, 1.0)


def _end_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _say(text: str) -> None:
    sys.stderr.write(f"[supervisor] {text}\n")
    sys.stderr.flush()
