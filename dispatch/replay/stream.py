"""What happened between two instants, event by event, at the speed of a player."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import msgspec

from dispatch.core.clock import Clock
from dispatch.core.fold import BrokenLog
from dispatch.domain.model.messages import Envelope
from dispatch.domain.rows import Row, project
from dispatch.domain.state import CentreState
from dispatch.live.log_lines import draw_line, find_governing_row, find_subject
from dispatch.live.reveal import Opener, subjects_in
from dispatch.live.rights import Rights
from dispatch.live.wire import LogLine, RowOut
from dispatch.replay.folds import FoldCache
from dispatch.replay.state_at import list_keys, project_all, reveal_rows
from dispatch.store.connect import Connection, Pool, translated
from dispatch.store.log import find_seq_at, list_events

Key = tuple[str, str]

_CHUNK = 200


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the past and what it changed: the same parts as a live frame of changes, for (prev, seq].

    `log` is None when the event concerns nothing these rights may see.
    """

    prev: int
    seq: int
    at: datetime
    rows: tuple[RowOut, ...]
    gone: tuple[Key, ...]
    log: LogLine | None


class Player:
    """Streams of the past for one reader at a time each; `cache` is shared with who asks for instants."""

    def __init__(self, pool: Pool, opener: Opener, cache: FoldCache, clock: Clock) -> None:
        self._pool = pool
        self._opener = opener
        self._cache = cache
        self._clock = clock

    async def stream(
        self, rights: Rights, start: datetime, end: datetime, speed: float | None
    ) -> AsyncIterator[Moment]:
        """Every event recorded in (start, end], in the log's order; what these rights do not see has neither
        rows nor a line. `speed` is replayed seconds per second, None as fast as it is read.

        The reader begins with the rows of `Replayer.state_at(at=start)`. Raises BrokenLog, DatabaseLost.
        """
        began = self._clock.now()
        async with self._connection() as connection:
            first, last = await find_seq_at(connection, start), await find_seq_at(connection, end)
            fold = await self._cache.copy_at(connection, first)
        known = {(row.kind, row.id): row for row in await project_all(fold.state, list_keys(fold.state))}
        while fold.seq < last:
            # No connection is held while a slow player waits.
            async with self._connection() as connection:
                events = await list_events(connection, fold.seq, min(fold.seq + _CHUNK, last))
            if not events:
                raise BrokenLog(fold.seq + 1, "missing")
            for stored in events:
                fold.state.touched.clear()
                envelope = fold.take(stored)
                if speed is not None:
                    due_s = (envelope.recorded_at - start).total_seconds() / speed
                    await self._clock.sleep_until(began + timedelta(seconds=due_s))
                yield await self._moment(fold.state, envelope, rights, known)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        with translated():
            async with self._pool.acquire() as connection:
                yield connection

    async def _moment(
        self, state: CentreState, envelope: Envelope, rights: Rights, known: dict[Key, Row]
    ) -> Moment:
        """What an event changed for these rights; `known` holds every row before it, and after it then."""
        keys = sorted(state.touched)
        had = {key for key in keys if key in known and rights.sees(known[key])}
        changed = {key: row for key in keys if (row := project(state, *key)) is not None}
        known |= changed
        visible = [row for row in changed.values() if rights.sees(row)]
        # A line about what has just gone is governed by the row that it had.
        log = await self._line(known, envelope, rights)
        for key in keys:
            if key not in changed:
                known.pop(key, None)
        return Moment(
            prev=envelope.seq - 1,
            seq=envelope.seq,
            at=envelope.recorded_at,
            rows=tuple(await reveal_rows(visible, rights, self._opener)),
            gone=tuple(sorted(had - {(row.kind, row.id) for row in visible})),
            log=log,
        )

    async def _line(self, known: dict[Key, Row], envelope: Envelope, rights: Rights) -> LogLine | None:
        def find_row(kind: str, id_: str) -> Row | None:
            return known.get((kind, id_))

        subject = find_subject(envelope, find_row)
        governing = find_governing_row(subject, find_row)
        if governing is None or not rights.sees(governing):
            return None
        private = rights.opens(governing)
        if private:
            await self._opener.load(sorted(subjects_in(bytes(envelope.payload))))
        return draw_line(envelope, subject, governing, self._opener if private else None)
