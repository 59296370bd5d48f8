"""Keeps the centre's processes alive, and ends them with itself.

One supervisor per data folder holds a lock the kernel gives back when it dies. Its children die with it; what
a killed one could still leave behind (children of children, and programs that were building something for it)
carries its mark and is ended by the next start.
"""

import asyncio
import fcntl
import json
import os
import signal
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from dispatch.host.cluster import PrivateCluster
from dispatch.host.errors import AlreadyRunningError, ClusterError, HostError
from dispatch.host.process import die_with_parent, end_processes, list_processes_with

MARK = "DISPATCH_SUPERVISOR"
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
HEALTHY_AFTER_S = 60.0
"""Whatever ran that long is started again at once: it was killed, and people wait for it."""

STOP_TIMEOUT_S = 20.0
FAILURES_BEFORE_READY = 5


@dataclass(frozen=True)
class Child:
    """One process to keep alive; `environment` is laid over the supervisor's own. One that is not `essential`
    begins when the centre answers, and its failures stop nothing."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    essential: bool = True


class Supervisor:
    """Runs `children` until told to stop, restarting those that end, with growing delays between.

    `mark` comes from `sole_supervisor`; `cluster`, when the database is ours, is kept alive as well.
    """

    def __init__(
        self,
        mark: str,
        children: Sequence[Child],
        cluster: PrivateCluster | None = None,
        healthy_after_s: float = HEALTHY_AFTER_S,
    ) -> None:
        self._mark = mark
        self._healthy_after_s = healthy_after_s
        self._children = children
        self._cluster = cluster
        self._stop = asyncio.Event()
        self._ready = asyncio.Event()
        self._error: HostError | None = None

    async def run(self, host: str, port: int, on_ready: Callable[[], None]) -> None:
        """Until SIGINT, SIGTERM or SIGHUP; calls `on_ready` once, when something answers at host and port.

        Raises HostError when a child fails again and again before that. Ends every child before it returns.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)
        async with asyncio.TaskGroup() as tasks:
            for child in self._children:
                tasks.create_task(self._keep(child))
            tasks.create_task(self._announce(host, port, on_ready))
            if self._cluster is not None:
                tasks.create_task(self._watch(self._cluster))
        if self._error is not None:
            raise self._error

    async def _keep(self, child: Child) -> None:
        delay_s, failures = FIRST_DELAY_S, 0
        if not child.essential:
            await self._ready_or_stopped()
        while not self._stop.is_set():
            started = monotonic()
            code = await self._run_once(child)
            if self._stop.is_set():
                return
            if monotonic() - started > self._healthy_after_s:
                delay_s, failures = 0.0, 0
            failures += 1
            if child.essential and not self._ready.is_set() and failures >= FAILURES_BEFORE_READY:
                self._error = HostError(
                    f"Tiến trình {child.name} dừng {failures} lần liền khi khởi động (mã {code}).",
                    f"Process {child.name} ended {failures} times in a row at the start (code {code}).",
                )
                self._stop.set()
                return
            _say(f"{child.name}: kết thúc / ended ({code}), chạy lại sau / again in {delay_s:g} s")
            await self._stopped_within(delay_s)
            delay_s = min(max(delay_s * 2, FIRST_DELAY_S), LONGEST_DELAY_S)

    async def _run_once(self, child: Child) -> int:
        # Its own session: Ctrl-C of the terminal is for us alone, and its own children can be ended with it.
        process = await asyncio.create_subprocess_exec(
            *child.command,
            env={**os.environ, **child.environment, MARK: self._mark},
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        ended = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ended.done():
            process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(ended), STOP_TIMEOUT_S)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return await ended

    async def _watch(self, cluster: PrivateCluster) -> None:
        delay_s = FIRST_DELAY_S
        while not self._stop.is_set():
            pid = cluster.find_pid()
            if pid is not None:
                delay_s = FIRST_DELAY_S
                await self._ended_or_stopped(pid)
                continue
            _say("PostgreSQL: kết thúc / ended, chạy lại / again")
            try:
                await asyncio.to_thread(cluster.revive)
            except ClusterError as error:
                _say(str(error))
                await self._stopped_within(delay_s)
                delay_s = min(delay_s * 2, LONGEST_DELAY_S)

    async def _ended_or_stopped(self, pid: int) -> None:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        loop = asyncio.get_running_loop()
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
            self._ready.set()
            on_ready()
            return

    async def _ready_or_stopped(self) -> None:
        waits = [asyncio.create_task(event.wait()) for event in (self._ready, self._stop)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _stopped_within(self, delay_s: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), delay_s)


@contextmanager
def sole_supervisor(run_dir: Path) -> Iterator[str]:
    """Be the only supervisor of `run_dir` within, having ended what a killed one left; gives a mark.

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
        mark = uuid.uuid4().hex
        unfinished = record.with_suffix(".new")
        unfinished.write_text(json.dumps({"pid": os.getpid(), "mark": mark}))
        unfinished.rename(record)
        # Whatever is started within inherits it: npm, the basemap's program, the processes we keep.
        os.environ[MARK] = mark
        yield mark
        record.unlink()
    finally:
        os.environ.pop(MARK, None)
        os.close(handle)


def _end_leftovers(record: Path) -> None:
    """End the processes that carry the mark of the supervisor before us, and no others."""
    if record.exists():
        mark = json.loads(record.read_text())["mark"]
        end_processes(list_processes_with(MARK, mark), signal.SIGTERM, STOP_TIMEOUT_S)


def _say(text: str) -> None:
    sys.stderr.write(f"[supervisor] {text}\n")
    sys.stderr.flush()
