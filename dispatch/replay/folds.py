"""Folds of the log at many instants, near each other in time: somebody drags a scrubber."""

import asyncio
from bisect import bisect_right, insort
from collections import OrderedDict

from dispatch.core.fold import BrokenLog, Fold, expand
from dispatch.domain.kernel import FOLD_VERSION, freeze, thaw
from dispatch.store.connect import Connection
from dispatch.store.log import get_hash, read_events
from dispatch.store.snapshots import find_snapshot

EVERY = 5_000
"""Events between two checkpoints kept in memory: about as long to fold as a large state takes to thaw."""

LIMIT_BYTES = 256 << 20
_SLICE = 200
"""Events folded before others get a turn on the event loop."""


class Checkpoints:
    """Encoded states by seq, the least lately used dropped beyond a number of bytes."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[int, tuple[bytes, bytes]] = OrderedDict()
        self._seqs: list[int] = []
        self._bytes = 0

    def find(self, seq: int) -> int | None:
        """The newest checkpoint at or before an event."""
        place = bisect_right(self._seqs, seq)
        return self._seqs[place - 1] if place else None

    def load(self, seq: int) -> Fold:
        """A fold of one's own from a checkpoint that `find` has named."""
        self._kept.move_to_end(seq)
        data, link = self._kept[seq]
        return Fold(thaw(data), link)

    def keep(self, fold: Fold) -> None:
        """Remember where a fold stands."""
        if fold.seq in self._kept:
            return
        data = freeze(fold.state)
        self._kept[fold.seq] = (data, fold.link)
        insort(self._seqs, fold.seq)
        self._bytes += len(data)
        while self._bytes > self._limit_bytes and len(self._kept) > 1:
            dropped, (gone, _) = self._kept.popitem(last=False)
            self._seqs.remove(dropped)
            self._bytes -= len(gone)


class FoldCache:
    """Moves one fold through the log. Whoever asks reads it under `lock` and changes nothing.

    Forward it goes on from where it stands; backward, or far, from the nearest checkpoint or snapshot.
    """

    def __init__(self, checkpoints: Checkpoints | None = None, every: int = EVERY) -> None:
        self.lock = asyncio.Lock()
        self._checkpoints = checkpoints or Checkpoints()
        self._every = every
        self._fold = Fold()

    async def move_to(self, connection: Connection, seq: int) -> Fold:
        """The fold of events 1 … seq. The caller holds `lock`, also while it reads the fold.

        Raises BrokenLog when the log does not reach so far or its chain does not hold.
        """
        fold = self._fold = await self._nearest(connection, seq)
        async for events in read_events(connection, fold.seq, seq, _SLICE):
            fold.take_all(events)
            fold.state.touched.clear()
            if fold.seq // self._every != events[0].seq // self._every:
                self._checkpoints.keep(fold)
            await asyncio.sleep(0)
        if fold.seq != seq:
            raise BrokenLog(fold.seq + 1, "missing")
        return fold

    async def copy_at(self, connection: Connection, seq: int) -> Fold:
        """A fold of events 1 … seq that the caller may move on by itself."""
        async with self.lock:
            fold = await self.move_to(connection, seq)
            return Fold(thaw(freeze(fold.state)), fold.link)

    async def _nearest(self, connection: Connection, seq: int) -> Fold:
        """Where to begin. The database is asked only when memory has nothing near."""
        here = self._fold.seq if self._fold.seq <= seq else -1
        checkpoint = self._checkpoints.find(seq)
        best = max(here, -1 if checkpoint is None else checkpoint)
        if best < 0 or seq - best > 2 * self._every:
            snapshot = await find_snapshot(connection, FOLD_VERSION, seq)
            if snapshot is not None and snapshot.seq > best:
                state = await asyncio.to_thread(expand, snapshot)
                return Fold(state, await get_hash(connection, snapshot.seq))
        if best < 0:
            return Fold()
        if best == here:
            return self._fold
        return await asyncio.to_thread(self._checkpoints.load, best)
