"""`python -m dispatch.replay.worker`: answers questions about the past from its input, one at a time.

A process of its own, so that thawing a large state never makes a dispatcher wait. It ends when its input
does: with its parent, however that ends.
"""

import asyncio
import os
import signal
import sys
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO

import msgspec

from dispatch.core.fold import BrokenLog, collecting_rarely
from dispatch.domain.model.messages import Refused
from dispatch.live.rights import Rights
from dispatch.replay.chunks import Chunks
from dispatch.replay.export.make import make_file
from dispatch.replay.folds import FoldCache
from dispatch.replay.overview import overview_between
from dispatch.replay.questions import (
    Answer,
    AskChanges,
    AskExport,
    AskOverview,
    AskState,
    AskTracks,
    Begin,
    Done,
    Failed,
    Question,
    encode_frame,
    read_frame,
)
from dispatch.replay.simulated import NoSuchDay, SimulatedPast, read_day
from dispatch.replay.state_at import Replayer
from dispatch.replay.tracks import tracks_between
from dispatch.store.connect import Pool, open_pool
from dispatch.store.errors import StoreError
from dispatch.store.vault import Vault

_NICE = 5
DAYS_KEPT = 2
"""Simulated days kept at hand: both sides of a comparison."""


class Worker:
    """Answers one question after the other; what it has folded makes near instants quick."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._cache = FoldCache()
        self._chunks = Chunks(self._cache)
        self._days: OrderedDict[str, SimulatedPast] = OrderedDict()

    async def answer(self, question: Question) -> Answer:
        """The answer, or why there is none."""
        try:
            return await self._answer(question)
        except Refused as refusal:
            return Failed(kind="refused", code=refusal.code, data=refusal.data)
        except BrokenLog as broken:
            return Failed(kind="broken_log", code=broken.why, data={"seq": broken.seq})
        except StoreError as error:
            return Failed(kind="store", code=str(error))

    async def _answer(self, question: Question) -> Answer:
        # A vault for each question: keys that were erased meanwhile must not be remembered here.
        vault = Vault(self._pool, b"")
        rights = Rights(role=question.role, agencies=frozenset(question.agencies))
        if question.simulated is not None:
            day = await self._find_day(question.simulated)
            return Done(body=msgspec.Raw(msgspec.json.encode(await _ask_day(day, rights, vault, question))))
        body: object
        match question:
            case AskState(at=at, seq=seq, incident=incident):
                replayer = Replayer(self._pool, vault, cache=self._cache)
                body = await replayer.state_at(rights, at=at, seq=seq, incident=incident)
            case AskChanges(after=after, until=until):
                body = await self._chunks.read(self._pool, rights, vault, after, until)
            case AskTracks(start=start, end=end):
                body = await tracks_between(self._pool, start, end)
            case AskOverview(start=start, end=end, bucket_s=bucket_s, incident=incident):
                body = await overview_between(self._pool, rights, start, end, bucket_s, incident)
            case AskExport():
                replayer = Replayer(self._pool, vault, cache=self._cache)
                return await make_file(self._pool, replayer, vault, rights, question)
        return Done(body=msgspec.Raw(msgspec.json.encode(body)))

    async def _find_day(self, path: str) -> SimulatedPast:
        """A simulated day. Raises Refused `simulated_day_gone`."""
        day = self._days.pop(path, None)
        if day is None:
            try:
                day = SimulatedPast(await asyncio.to_thread(read_day, Path(path)))
            except NoSuchDay as gone:
                raise Refused("simulated_day_gone") from gone
        self._days[path] = day
        while len(self._days) > DAYS_KEPT:
            self._days.popitem(last=False)
        return day


async def _ask_day(day: SimulatedPast, rights: Rights, vault: Vault, question: Question) -> object:
    match question:
        case AskState(at=at, seq=seq, incident=incident):
            return await day.state_at(rights, vault, at, seq, incident)
        case AskChanges(after=after, until=until):
            return await day.changes(rights, vault, after, until)
        case AskTracks(start=start, end=end):
            return day.tracks(start, end)
        case AskOverview(start=start, end=end, bucket_s=bucket_s, incident=incident):
            return day.overview(rights, start, end, bucket_s, incident)
        case AskExport():
            raise Refused("not_allowed", role=rights.role, command="export")


async def work(reader: asyncio.StreamReader, out: BinaryIO) -> None:
    """Answer until the questions end."""
    first = await read_frame(reader)
    if first is None:
        return
    pool = await open_pool(msgspec.json.decode(first, type=Begin).dsn, max_size=2)
    worker = Worker(pool)
    try:
        while (asked := await read_frame(reader)) is not None:
            answer = await worker.answer(msgspec.json.decode(asked, type=Question))
            out.write(encode_frame(msgspec.json.encode(answer)))
            out.flush()
    finally:
        await pool.close()


async def _main() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    with collecting_rarely():
        await work(reader, sys.stdout.buffer)


if __name__ == "__main__":
    # A Ctrl-C is for the parent, which closes the input when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    asyncio.run(_main())
