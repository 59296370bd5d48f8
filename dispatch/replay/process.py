"""Asks the replay process, and starts it when there is none."""

import asyncio
import sys
from datetime import datetime

import msgspec

from dispatch.core.fold import BrokenLog
from dispatch.domain.model.messages import Refused
from dispatch.live.rights import Rights
from dispatch.replay.questions import (
    Answer,
    AskState,
    Begin,
    Done,
    Failed,
    File,
    Question,
    encode_frame,
    read_frame,
)
from dispatch.store.errors import DatabaseLost

_answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


class ReplayLost(Exception):
    """The replay process ended twice before it answered."""


READY_EVERY_S = 10.0
"""How often a centre looks whether the process is there. A centre just started has other work first."""


class ReplayProcess:
    """The past from a process of its own, started at the first question and again when it has died."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    def another(self) -> "ReplayProcess":
        """One more over the same database, for work that nobody should wait behind."""
        return ReplayProcess(self._dsn)

    async def state_at(
        self,
        rights: Rights,
        *,
        at: datetime | None = None,
        seq: int | None = None,
        incident: str | None = None,
    ) -> msgspec.Raw:
        """JSON of the `ReplayState` that `Replayer.state_at` gives, ready to be passed on.

        Raises what that raises, and ReplayLost.
        """
        ask = AskState(
            role=rights.role, agencies=tuple(sorted(rights.agencies)), at=at, seq=seq, incident=incident
        )
        return await self.ask(ask)

    async def ask(self, question: Question) -> msgspec.Raw:
        """JSON that answers a question, ready to be passed on. Raises Refused, BrokenLog, DatabaseLost,
        ReplayLost."""
        answer = await self._answer(question)
        assert isinstance(answer, Done)
        return answer.body

    async def make_file(self, question: Question) -> File:
        """The file that an export asks for. Raises as `ask` does."""
        answer = await self._answer(question)
        assert isinstance(answer, File)
        return answer

    async def _answer(self, question: Question) -> Done | File:
        async with self._lock:
            answer = await self._ask(question) or await self._ask(question)
        if answer is None:
            raise ReplayLost
        if not isinstance(answer, Failed):
            return answer
        if answer.kind == "refused":
            raise Refused(answer.code, **answer.data)
        if answer.kind == "broken_log":
            raise BrokenLog(int(str(answer.data["seq"])), answer.code)
        raise DatabaseLost(answer.code)

    async def keep_ready(self, every_s: float = READY_EVERY_S) -> None:
        """Have a process waiting, so that who looks back first does not wait for one; until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            await self.start()

    async def start(self) -> None:
        """Start the process, unless one lives."""
        async with self._lock:
            if self._process is not None and self._process.returncode is not None:
                await self._end()
            if self._process is None:
                await self._start()

    async def close(self) -> None:
        """End the process, if there is one."""
        async with self._lock:
            await self._end()

    async def _ask(self, question: Question) -> Answer | None:
        """One question; None when the process ended instead of answering, or the asker gave up on it."""
        process = self._process or await self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        answered = False
        try:
            process.stdin.write(encode_frame(msgspec.json.encode(question)))
            await process.stdin.drain()
            payload = await read_frame(process.stdout)
            answered = payload is not None
        except ConnectionError:
            payload = None
        finally:
            # An answer nobody waits for any more would be taken for that of the next question.
            if not answered:
                await asyncio.shield(self._end())
        return None if payload is None else _answers.decode(payload)

    async def _start(self) -> asyncio.subprocess.Process:
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "dispatch.replay.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(encode_frame(msgspec.json.encode(Begin(dsn=self._dsn))))
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()
