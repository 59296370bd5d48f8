"""Long work that people ask for: one piece at a time, each in a process of its own, kept as files.

What was asked and how far it is stands in `ID.json`, what was found in `ID.result.json`. Work that was under
way when the server ended is found interrupted at the next start: nothing goes on unseen, nothing is lost
without a word.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Generic, Literal, TextIO, TypeVar

import msgspec

log = logging.getLogger(__name__)

Q = TypeVar("Q")

MOST_WAITING = 5
"""Pieces of work that may wait for the one under way."""

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
OPEN: tuple[State, ...] = ("waiting", "running")


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the process: how far a step is, or in two languages why there is no answer."""

    step: str = ""
    share: float = 0.0
    vi: str = ""
    en: str = ""


def tell(out: TextIO) -> Callable[[Told], None]:
    """A function that writes lines at once, a hundred of a step at most."""
    last = ("", -1)

    def write(told: Told) -> None:
        nonlocal last
        now = (told.step, int(100 * told.share))
        if now != last:
            last = now
            out.write(msgspec.json.encode(told).decode() + "\n")
            out.flush()

    return write


def write_whole(path: Path, text: str) -> None:
    """Whole or not at all. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


Say = tuple[str, str]
"""A text in Vietnamese and in English."""


class Sayings(msgspec.Struct, frozen=True, kw_only=True):
    """Why work has no result and what to do. `died` has a gap `{why}`."""

    interrupted: Say
    too_long: Say
    died: Say
    not_kept: Say


class Run(msgspec.Struct, Generic[Q], frozen=True, kw_only=True):
    """Work that was asked for. `step` and `share` tell how far it is, `vi` and `en` why it has no result."""

    id: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    question: Q
    state: State = "waiting"
    step: str = ""
    share: float = 0.0
    ended_at: datetime | None = None
    vi: str = ""
    en: str = ""


class TooManyWaiting(Exception):
    """No more may wait."""


class AskedWork(Generic[Q]):
    """Keeps and carries out work of one kind, whose runs are of `kind` (`Run[Question]`). `command` makes of
    the files of question and result what starts a process. It tells by lines (`Told`) how far it is."""

    def __init__(
        self,
        folder: Path,
        kind: type[Run[Q]],
        command: Callable[[Path, Path], Sequence[str]],
        now: Callable[[], datetime],
        sayings: Sayings,
        *,
        longest_s: float,
        most_kept: int,
    ) -> None:
        self._folder, self._kind, self._command, self._now = folder, kind, command, now
        self._sayings, self._longest_s, self._most_kept = sayings, longest_s, most_kept
        self._environment: Mapping[str, str] = {}
        self._runs: dict[str, Run[Q]] = {}
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

    async def ask(self, question: Q, run_id: str, actor: str, name: str) -> Run[Q]:
        """Take it up behind those that wait. Raises TooManyWaiting, OSError when it cannot be kept."""
        await self._loaded.wait()
        if sum(run.state in OPEN for run in self._runs.values()) > MOST_WAITING:
            raise TooManyWaiting
        run = self._kind(
            id=run_id, asked_by=actor, asked_by_name=name, asked_at=self._now(), question=question
        )
        await asyncio.to_thread(self._write, run)
        self._runs[run.id] = run
        self._asked.set()
        return run

    async def cancel(self, run_id: str) -> Run[Q] | None:
        """End it, or take it back while it waits; what has ended stays as it is. None for an unknown one."""
        await self._loaded.wait()
        run = self._runs.get(run_id)
        if run is None or run.state not in OPEN:
            return run
        cancelled = await self._end(run, "cancelled")
        if run.state == "running" and self._process is not None and self._process.returncode is None:
            self._process.kill()
        return cancelled

    async def forget(self, run_id: str) -> bool:
        """Take what has ended away, with its result; False for what is unknown or still open."""
        run = await self.find(run_id)
        if run is None or run.state in OPEN:
            return False
        self._drop(run_id)
        return True

    async def list_newest(self) -> list[Run[Q]]:
        """All that are kept, the newest first."""
        await self._loaded.wait()
        return self._in_order()[::-1]

    async def find(self, run_id: str) -> Run[Q] | None:
        """As it is now."""
        await self._loaded.wait()
        return self._runs.get(run_id)

    async def read_result(self, run_id: str) -> bytes | None:
        """What was found, as the process wrote it; None where it has no result."""
        run = await self.find(run_id)
        if run is None or run.state != "done":
            return None
        try:
            return await asyncio.to_thread(self.name_result(run_id).read_bytes)
        except FileNotFoundError:
            return None

    def _in_order(self) -> list[Run[Q]]:
        return sorted(self._runs.values(), key=lambda run: (run.asked_at, run.id))

    async def _carry_out(self, run: Run[Q]) -> None:
        run = self._keep(msgspec.structs.replace(run, state="running"))
        question = self._folder / f"{run.id}.question.json"
        last = Told()
        try:
            await asyncio.to_thread(write_whole, question, self.encode(run.question))
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
            await self._fail(run.id, *self._sayings.too_long)
        except OSError as error:
            log.warning("%s could not be started: %s", run.id, error)
            await self._fail(run.id, *self._sayings.not_kept)
        else:
            await self._conclude(run.id, last, process.returncode)
        finally:
            self._process = None
            question.unlink(missing_ok=True)

    async def _start(self, run_id: str, question: Path) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command(question, self.name_result(run_id)),
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
        if code == 0 and await asyncio.to_thread(self.name_result(run_id).is_file):
            if self._runs[run_id].state == "running":
                await self._end(self._runs[run_id], "done")
        elif last.vi:
            await self._fail(run_id, last.vi, last.en)
        else:
            why = f"signal {-code}" if code is not None and code < 0 else f"exit {code}"
            await self._fail(run_id, *(text.format(why=why) for text in self._sayings.died))

    async def _fail(self, run_id: str, vi: str, en: str) -> None:
        run = self._runs[run_id]
        if run.state == "running":
            await self._end(run, "failed", vi, en)

    async def _end(self, run: Run[Q], state: State, vi: str = "", en: str = "") -> Run[Q]:
        ended = msgspec.structs.replace(
            self._runs[run.id], state=state, ended_at=self._now(), vi=vi, en=en, share=float(state == "done")
        )
        self._runs[run.id] = ended
        writing = asyncio.create_task(asyncio.to_thread(self._write, ended))
        try:
            await asyncio.shield(writing)
        except OSError as error:
            log.warning("the end of %s could not be kept: %s", run.id, error)
        except asyncio.CancelledError:
            # Who has seen the end must find it after a restart too.
            await asyncio.wait([writing])
            raise
        self._forget_old()
        return ended

    def _keep(self, run: Run[Q]) -> Run[Q]:
        self._runs[run.id] = run
        return run

    def _forget_old(self) -> None:
        for run in self._in_order()[: -self._most_kept]:
            if run.state not in OPEN:
                self._drop(run.id)
        self.thin_out([run.id for run in self._in_order()])

    def _drop(self, run_id: str) -> None:
        del self._runs[run_id]
        self._path(run_id).unlink(missing_ok=True)
        self.name_result(run_id).unlink(missing_ok=True)

    def encode(self, question: Q) -> str:
        """The question as its process reads it."""
        return msgspec.json.encode(question).decode()

    def thin_out(self, run_ids: Sequence[str]) -> None:
        """Let go of what lies beside old results; ids from the oldest on."""

    async def _load(self) -> None:
        self._runs = {run.id: run for run in await asyncio.to_thread(self._read_all)}
        self._loaded.set()
        for run in self._in_order():
            if run.state in OPEN:
                await self._end(run, "interrupted", *self._sayings.interrupted)

    def _read_all(self) -> list[Run[Q]]:
        found = []
        for path in self._folder.glob("*.json"):
            if path.name.count(".") > 1:
                continue
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=self._kind))
            except (OSError, msgspec.DecodeError) as error:
                log.warning("%s is passed over: %s", path, error)
        return found

    def _write(self, run: Run[Q]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self._path(run.id), msgspec.json.encode(run).decode())

    def _path(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.json"

    def name_result(self, run_id: str) -> Path:
        """Where the result of a run lies, or will."""
        return self._folder / f"{run_id}.result.json"
