"""What happened after an instant, in pieces that a screen fetches ahead of its playhead.

A screen asks for one piece after the other, so the place where a piece ended is kept for the next one.
"""

from collections import OrderedDict
from datetime import datetime

import msgspec

from dispatch.core.fold import BrokenLog
from dispatch.domain.model.messages import Refused
from dispatch.live.reveal import Opener, subjects_in
from dispatch.live.rights import Rights
from dispatch.replay.folds import FoldCache
from dispatch.replay.moments import Cursor, Moment
from dispatch.store.connect import Connection, Pool, translated
from dispatch.store.log import find_seq_at, get_head, list_events

EVENTS = 1_000
"""Events read for one piece: about a third of a second of work."""

PLACES_KEPT = 3
"""Places remembered, each about as large as the centre's state: as many screens play without a new fold."""

_SLICE = 200


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What some rights saw happen in (after, seq]; what they may not see makes no gap between moments.

    `until_seq` is the last event recorded up to the end that was asked for; `seq` < `until_seq` means that
    the next piece begins there.
    """

    after: int
    seq: int
    until_seq: int
    moments: tuple[Moment, ...]


class Chunks:
    """Pieces of the log. One for a process; `cache` is shared with who asks for instants."""

    def __init__(self, cache: FoldCache, events: int = EVENTS) -> None:
        self._cache = cache
        self._events = events
        self._places: OrderedDict[int, Cursor] = OrderedDict()

    async def read(self, pool: Pool, rights: Rights, opener: Opener, after: int, until: datetime) -> Changes:
        """What happened after event `after`, recorded up to `until`, or the first piece of it.

        The reader begins with the rows of `Replayer.state_at(seq=after)`. Raises Refused `unknown_seq`,
        BrokenLog, DatabaseLost.
        """
        with translated():
            async with pool.acquire() as connection:
                head = (await get_head(connection)).seq
                if not 0 <= after <= head:
                    raise Refused("unknown_seq", seq=after, head=head)
                last = max(after, await find_seq_at(connection, until))
                end = min(last, after + self._events)
                moments: list[Moment] = []
                if end > after:
                    cursor = self._places.pop(after, None)
                    if cursor is None:
                        cursor = await Cursor.begin(await self._cache.copy_at(connection, after))
                    await self._read_on(connection, cursor, end, rights, opener, moments)
                    self._keep(cursor)
        return Changes(after=after, seq=end, until_seq=last, moments=tuple(join(moments, after, end)))

    async def _read_on(
        self,
        connection: Connection,
        cursor: Cursor,
        end: int,
        rights: Rights,
        opener: Opener,
        into: list[Moment],
    ) -> None:
        while cursor.seq < end:
            events = await list_events(connection, cursor.seq, min(cursor.seq + _SLICE, end))
            if not events:
                raise BrokenLog(cursor.seq + 1, "missing")
            # One question for the keys of all of them, and not one for each.
            await opener.load(sorted(set().union(*(subjects_in(event.raw) for event in events))))
            into.extend([await cursor.show(cursor.take(stored), rights, opener) for stored in events])

    def _keep(self, cursor: Cursor) -> None:
        self._places[cursor.seq] = cursor
        while len(self._places) > PLACES_KEPT:
            self._places.popitem(last=False)


def join(moments: list[Moment], after: int, end: int) -> list[Moment]:
    """The moments that show something, each covering the hidden ones before it; together they cover
    (after, end], the last of them if need be without showing anything."""
    joined: list[Moment] = []
    prev = after
    for moment in moments:
        if moment.shows_nothing and moment.seq != end:
            continue
        joined.append(msgspec.structs.replace(moment, prev=prev))
        prev = moment.seq
    return joined
