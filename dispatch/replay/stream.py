"""What happened between two instants, event by event, at the speed of a player."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from dispatch.core.clock import Clock
from dispatch.core.fold import BrokenLog
from dispatch.live.reveal import Opener
from dispatch.live.rights import Rights
from dispatch.replay.folds import FoldCache
from dispatch.replay.moments import Cursor, Moment
from dispatch.store.connect import Connection, Pool, translated
from dispatch.store.log import find_seq_at, list_events

_CHUNK = 200


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
        cursor = await Cursor.begin(fold)
        while cursor.seq < last:
            # No connection is held while a slow player waits.
            async with self._connection() as connection:
                events = await list_events(connection, cursor.seq, min(cursor.seq + _CHUNK, last))
            if not events:
                raise BrokenLog(cursor.seq + 1, "missing")
            for stored in events:
                envelope = cursor.take(stored)
                if speed is not None:
                    due_s = (envelope.recorded_at - start).total_seconds() / speed
                    await self._clock.sleep_until(began + timedelta(seconds=due_s))
                yield await cursor.show(envelope, rights, self._opener)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        with translated():
            async with self._pool.acquire() as connection:
                yield connection
