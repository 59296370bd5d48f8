"""The link of a pair of planners to one of its halves: a process of its own, asked frame by frame."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from routing.process.framing import READ_AHEAD_BYTES, UNREADABLE, FrameTooLarge, read_frame, write_frame
from routing.terms.messages import AskedAnswer

PARTING_S = 2.0
START_MS = 3_600_000.0


class HalfGone(Exception):
    """The half has ended; what it was asked has no answer from it."""


class SearchEndless(HalfGone):
    """The half was ended because its search was at this very question for too long."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a half may say nothing, and how long its search may be at one piece of a question whose asker
    waits no longer; from a quarter of that on the search counts as slow. Looked after every look_s."""

    silent_s: float
    search_s: float
    look_s: float = 1.0


class Envelope(msgspec.Struct, frozen=True):
    """A request whose question is passed on unread."""

    request_id: int
    budget_ms: float
    body: msgspec.Raw


class Reply(msgspec.Struct, frozen=True):
    """An answer passed on unread."""

    request_id: int
    body: msgspec.Raw


class Link:
    """One half: started when made, asked by many at once."""

    def __init__(self, pack: Path) -> None:
        self._ours, theirs = socket.socketpair()
        with theirs:
            number = str(theirs.fileno())
            command = [sys.executable, "-m", "routing.process.half", "--link", number, "--pack", str(pack)]
            self._process = subprocess.Popen(command, pass_fds=(theirs.fileno(),))
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: dict[int, tuple[asyncio.Future[msgspec.Raw], float]] = {}
        self._last_id = 0
        self._ready = False

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def is_open(self) -> bool:
        """Whether it can be asked."""
        return self._writer is not None and not self._writer.is_closing()

    async def open(self) -> None:
        """Returns when the half can answer. Raises HalfGone."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._ours, limit=READ_AHEAD_BYTES)
        self._reading = asyncio.create_task(self._read(reader))
        await self.ask({"type": "status"}, START_MS)
        self._ready = True

    async def ask(self, body: Any, budget_ms: float) -> msgspec.Raw:
        """The answer to a question, unread. Raises HalfGone, SearchEndless and FrameTooLarge."""
        if self._writer is None or not self.is_open:
            raise HalfGone
        self._last_id += 1
        request_id = self._last_id
        question = {"request_id": request_id, "budget_ms": budget_ms, "body": body}
        payload = msgspec.msgpack.encode(question)
        future: asyncio.Future[msgspec.Raw] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future, budget_ms / 1000
        try:
            write_frame(self._writer, payload)
            await self._writer.drain()
            return await future
        except ConnectionError as error:
            raise HalfGone from error
        finally:
            self._waiting.pop(request_id, None)

    def kill(self) -> None:
        """Ends a half that does not answer."""
        self._process.kill()

    async def wait_gone(self, patience: Patience, tell_slow: Callable[[bool], None]) -> None:
        """Returns when the half has ended; one that stands still and says nothing, or searches without end,
        is ended. tell_slow: called when its search becomes slow, and when it is no longer."""
        if self._reading is None:
            return
        slow = False
        while not (await asyncio.wait([self._reading], timeout=patience.look_s))[0]:
            try:
                async with asyncio.timeout(patience.silent_s):
                    told = await self.ask({"type": "asked"}, patience.silent_s * 1000)
            except (HalfGone, TimeoutError):
                self.kill()
                continue
            piece = msgspec.msgpack.decode(told, type=AskedAnswer)
            if slow != (piece.piece_s > patience.search_s / 4):
                slow = not slow
                tell_slow(slow)
            future, budget_s = self._waiting.get(piece.request_id, (None, 0.0))
            if piece.piece_s > max(patience.search_s, budget_s):
                if future is not None and not future.done():
                    future.set_exception(SearchEndless())
                self.kill()

    async def close(self) -> int:
        """Ends the half, if it has not ended; its exit code."""
        if self._writer is None:
            self._ours.close()
        else:
            self._writer.close()
        if not self._ready and not (self._reading is not None and self._reading.done()):
            self.kill()  # it reads its map, and would see the end of its link only afterwards
        try:
            return await asyncio.to_thread(self._process.wait, PARTING_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return await asyncio.to_thread(self._process.wait)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        decoder = msgspec.msgpack.Decoder(Reply)
        try:
            with suppress(FrameTooLarge, *UNREADABLE):
                while (payload := await read_frame(reader)) is not None:
                    reply = decoder.decode(payload)
                    future, _ = self._waiting.get(reply.request_id, (None, 0.0))
                    if future is not None and not future.done():
                        future.set_result(reply.body)
        finally:
            if self._writer is not None:
                self._writer.close()
            for waiting, _ in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(HalfGone())
                    waiting.exception()  # looked at: whoever asked may be gone in this moment too
