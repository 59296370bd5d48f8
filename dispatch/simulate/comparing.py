"""Comparisons as they are asked for: one at a time, each in a process of its own, kept as files.

What was asked and how far it is stands in `ID.json`, what was found in `ID.result.json`. A comparison that
was under way when the server ended is found interrupted at the next start: nothing goes on unseen, nothing is
lost without a word.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from dispatch.simulate.asking import Told
from dispatch.simulate.files import SIDES, name_day, write_whole
from dispatch.simulate.question import CompareQuestion
from dispatch.simulate.utrecht import DataUnusable

log = logging.getLogger(__name__)

MOST_WAITING = 5
"""Comparisons that may wait for the one under way."""

MOST_KEPT = 200
"""Comparisons that are kept; older ones are forgotten."""

DAYS_KEPT = 40
"""Comparisons whose simulated days are kept to be played: some hundred kilobytes a day and side."""

LONGEST_S = 1800.0
"""What takes longer is ended."""

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
OPEN: tuple[State, ...] = ("waiting", "running")

_INTERRUPTED = (
    "Máy chủ khởi động lại khi đang mô phỏng, nên không có kết quả. Bấm «Chạy lại».",
    "The server was restarted meanwhile, so there is no result. Press “Run again”.",
)
_TOO_LONG = (
    "Mô phỏng quá 30 phút nên đã bị dừng. Chọn ít ngày, ít giờ hoặc ít lực lượng hơn rồi chạy lại.",
    "The simulation took more than 30 minutes and was ended. Choose fewer days, hours or agencies, and run "
    "it again.",
)
_DIED = (
    "Tiến trình mô phỏng dừng đột ngột ({why}). Trung tâm không bị ảnh hưởng. Bấm «Chạy lại»; nếu lặp lại, "
    "chọn ít ngày hơn hoặc báo quản trị.",
    "The simulation's process ended unexpectedly ({why}). The centre itself is not affected. Press “Run "
    "again”; if it happens again, choose fewer days or tell the administrator.",
)
_NOT_KEPT = (
    "Không ghi được kết quả vào đĩa. Báo quản trị xem chỗ trống, rồi bấm «Chạy lại».",
    "The result could not be written. Have the administrator look at the disk, then press “Run again”.",
)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison that was asked for. `step` and `share` tell how far it is, `vi` and `en` why it has no
    result."""

    id: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    question: CompareQuestion
    state: State = "waiting"
    step: str = ""
    share: float = 0.0
    ended_at: datetime | None = None
    vi: str = ""
    en: str = ""


class TooManyWaiting(Exception):
    """No more comparisons may wait."""


class Comparing:
    """Keeps and carries out comparisons. `command` is what starts a process; `--question FILE --out FILE` are
    added to it. It tells by lines (`Told`) how far it is."""

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        now: Callable[[], datetime],
        longest_s: float = LONGEST_S,
    ) -> None:
        self._folder, self._command, self._now = folder, tuple(command), now
        self._environment: Mapping[str, str] = {}
        self._longest_s = longest_s
        self._runs: dict[str, Run] = {}
        self._asked = asyncio.Event()
        self._loaded = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, environment: Mapping[str, str]) -> None:
        """Carry out what is asked for, one after the other, in processes whose environment has this besides,
        until cancelled."""
        self._environment = environment
        await self._load()
        while True:
            waiting = next((run for run in self._in_order() if run.state == "waiting"), None)
            if waiting is None:
                self._asked.clear()
                await self._asked.wait()
                continue
            await self._carry_out(waiting)

    async def ask(self, question: CompareQuestion, run_id: str, actor: str, name: str) -> Run:
        """Take it up behind those that wait. Raises TooManyWaiting, DataUnusable when it cannot be kept."""
        await self._loaded.wait()
        if sum(run.state in OPEN for run in self._runs.values()) > MOST_WAITING:
            raise TooManyWaiting
        run = Run(id=run_id, asked_by=actor, asked_by_name=name, asked_at=self._now(), question=question)
        await asyncio.to_thread(self._write, run)
        self._runs[run.id] = run
        self._asked.set()
        return run

    async def cancel(self, run_id: str) -> Run | None:
        """End it, or take it back while it waits; what has ended stays as it is. None for an unknown one."""
        await self._loaded.wait()
        run = self._runs.get(run_id)
        if run is None or run.state not in OPEN:
            return run
        cancelled = await self._end(run, "cancelled")
        if run.state == "running" and self._process is not None and self._process.returncode is None:
            self._process.kill()
        return cancelled

    async def list_newest(self) -> list[Run]:
        """All that are kept, the newest first."""
        await self._loaded.wait()
        return self._in_order()[::-1]

    async def find(self, run_id: str) -> Run | None:
        """As it is now."""
        await self._loaded.wait()
        return self._runs.get(run_id)

    async def read_result(self, run_id: str) -> bytes | None:
        """JSON of a Comparison; None where it has none."""
        run = await self.find(run_id)
        if run is None or run.state != "done":
            return None
        try:
            return await asyncio.to_thread(self._result(run_id).read_bytes)
        except FileNotFoundError:
            return None

    async def find_day(self, run_id: str, side: str) -> Path | None:
        """The file of a side's simulated day; None where there is none, or none any more."""
        run = await self.find(run_id)
        path = name_day(self._result(run_id), side)
        if (
            run is None
            or run.state != "done"
            or side not in SIDES
            or not await asyncio.to_thread(path.is_file)
        ):
            return None
        return path

    def _in_order(self) -> list[Run]:
        return sorted(self._runs.values(), key=lambda run: (run.asked_at, run.id))

    async def _carry_out(self, run: Run) -> None:
        run = self._keep(msgspec.structs.replace(run, state="running"))
        question = self._folder / f"{run.id}.question.json"
        last = Told()
        try:
            await asyncio.to_thread(write_whole, question, msgspec.json.encode(run.question).decode())
            self._process = process = await self._start(run.id, question)
            if self._runs[run.id].state != "running":  # cancelled while it was being started
                process.kill()
            try:
                async with asyncio.timeout(self._longest_s):
                    last = await self._follow(run.id, process)
                    await process.wait()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        except TimeoutError:
            await self._fail(run.id, *_TOO_LONG)
        except (OSError, DataUnusable) as error:
            log.warning("a comparison could not be started: %s", error)
            await self._fail(run.id, *_NOT_KEPT)
        else:
            await self._conclude(run.id, last, process.returncode)
        finally:
            self._process = None
            question.unlink(missing_ok=True)

    async def _start(self, run_id: str, question: Path) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            "--question",
            str(question),
            "--out",
            str(self._result(run_id)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **self._environment},
        )

    async def _follow(self, run_id: str, process: asyncio.subprocess.Process) -> Told:
        """Until it says no more; its last line."""
        last = Told()
        assert process.stdout is not None
        async for line in process.stdout:
            try:
                last = msgspec.json.decode(line, type=Told)
            except msgspec.DecodeError:
                continue
            run = self._runs[run_id]
            if run.state == "running" and last.step:
                self._runs[run_id] = msgspec.structs.replace(run, step=last.step, share=last.share)
        return last

    async def _conclude(self, run_id: str, last: Told, code: int | None) -> None:
        if code == 0 and await asyncio.to_thread(self._result(run_id).is_file):
            if self._runs[run_id].state == "running":
                await self._end(self._runs[run_id], "done")
        elif last.vi:
            await self._fail(run_id, last.vi, last.en)
        else:
            why = f"signal {-code}" if code is not None and code < 0 else f"exit {code}"
            await self._fail(run_id, *(text.format(why=why) for text in _DIED))

    async def _fail(self, run_id: str, vi: str, en: str) -> None:
        run = self._runs[run_id]
        if run.state == "running":
            await self._end(run, "failed", vi, en)

    async def _end(self, run: Run, state: State, vi: str = "", en: str = "") -> Run:
        ended = msgspec.structs.replace(
            self._runs[run.id], state=state, ended_at=self._now(), vi=vi, en=en, share=float(state == "done")
        )
        self._runs[run.id] = ended
        try:
            await asyncio.to_thread(self._write, ended)
        except DataUnusable as error:
            log.warning("the end of a comparison could not be kept: %s", error.en)
        self._forget_old()
        return ended

    def _keep(self, run: Run) -> Run:
        self._runs[run.id] = run
        return run

    def _forget_old(self) -> None:
        for run in self._in_order()[:-MOST_KEPT]:
            if run.state not in OPEN:
                del self._runs[run.id]
                self._path(run.id).unlink(missing_ok=True)
                self._result(run.id).unlink(missing_ok=True)
        for run in self._in_order()[:-DAYS_KEPT]:
            for side in SIDES:
                name_day(self._result(run.id), side).unlink(missing_ok=True)

    async def _load(self) -> None:
        self._runs = {run.id: run for run in await asyncio.to_thread(self._read_all)}
        self._loaded.set()
        for run in self._in_order():
            if run.state in OPEN:
                await self._end(run, "interrupted", *_INTERRUPTED)

    def _read_all(self) -> list[Run]:
        found = []
        for path in self._folder.glob("*.json"):
            if path.name.count(".") > 1:
                continue
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=Run))
            except (OSError, msgspec.DecodeError) as error:
                log.warning("%s is passed over: %s", path, error)
        return found

    def _write(self, run: Run) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise DataUnusable(f"{self._folder}: {error}", f"{self._folder}: {error}") from error
        write_whole(self._path(run.id), msgspec.json.encode(run).decode())

    def _path(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.json"

    def _result(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.result.json"
