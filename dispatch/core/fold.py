"""The log turned into state: by the writer when it starts, by replay, verification and other readers."""

import asyncio
import gc
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import msgspec

from dispatch.domain.kernel import EVENTS, FOLD_VERSION, UnknownEvent, apply, decode_event, thaw
from dispatch.domain.model.messages import Envelope
from dispatch.domain.rules.timers import forget_gone
from dispatch.domain.state import CentreState
from dispatch.store.connect import Connection
from dispatch.store.log import GENESIS, StoredEvent, chain_hash, get_hash, get_head, read_events
from dispatch.store.snapshots import Snapshot, find_snapshot

ARCHIVING = frozenset(type_ for type_ in EVENTS if type_.endswith(".archived"))
"""Events by which things that are over leave the state."""

MANY_UNWATCHED = 20_000
"""Timers that a fold lets wait before it drops those of what is gone."""

_envelopes = msgspec.json.Decoder(Envelope)


class BrokenLog(Exception):
    """An event that does not belong where it stands: `seq` and what is wrong with it."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"event {seq}: {why}")
        self.seq = seq
        self.why = why


class Fold:
    """A state and its place in the chain. `take` moves both on.

    `touched` of the state collects what changed; whoever needs it empties it. `before_archiving` is called
    while what is about to leave the state can still be read.
    """

    def __init__(self, state: CentreState | None = None, link: bytes = GENESIS) -> None:
        self.state = state or CentreState()
        self.link = link
        self.seq = self.state.seq
        self.before_archiving: Callable[[], None] | None = None
        self._crowded = MANY_UNWATCHED

    def take(self, stored: StoredEvent) -> Envelope:
        """Check one event against the chain and apply it. Raises BrokenLog."""
        envelope = self.check(stored)
        if self.before_archiving is not None and envelope.type in ARCHIVING:
            self.before_archiving()
        try:
            event = decode_event(envelope.type, envelope.type_version, envelope.payload)
            apply(self.state, event, envelope)
        except (UnknownEvent, LookupError, ValueError, TypeError, AttributeError) as error:
            raise BrokenLog(stored.seq, f"{envelope.type} cannot be applied: {error!r}") from error
        if len(self.state.unwatched) > self._crowded:
            forget_gone(self.state)
            self._crowded = max(MANY_UNWATCHED, 2 * len(self.state.unwatched))
        return envelope

    def check(self, stored: StoredEvent) -> Envelope:
        """Check one event against the chain and step over it. Raises BrokenLog."""
        seq, raw, given = stored
        if seq != self.seq + 1:
            raise BrokenLog(self.seq + 1, "missing")
        link = chain_hash(self.link, raw)
        if link != given:
            raise BrokenLog(seq, "its bytes do not give its hash")
        try:
            envelope = _envelopes.decode(raw)
        except (msgspec.DecodeError, ValueError) as error:
            raise BrokenLog(seq, f"not an envelope: {error}") from error
        if envelope.seq != seq:
            raise BrokenLog(seq, f"its envelope says {envelope.seq}")
        self.link = link
        self.seq = seq
        return envelope

    def take_all(self, events: Iterable[StoredEvent]) -> list[Envelope]:
        """Take events in order."""
        return [self.take(stored) for stored in events]


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Within, the garbage collector looks less often. A state holds many objects and no cycles, and looking
    at all of them again and again costs a fold a third of its time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


async def load_fold(connection: Connection, until: int | None = None) -> Fold:
    """The fold of events 1 … until (None: all), from the newest snapshot of this fold before it.

    Raises BrokenLog. What changed after the snapshot is in the state's `touched`.
    """
    end = (await get_head(connection)).seq if until is None else until
    snapshot = await find_snapshot(connection, FOLD_VERSION, end)
    fold = Fold()
    if snapshot is not None:
        state = await asyncio.to_thread(expand, snapshot)
        fold = Fold(state, await get_hash(connection, snapshot.seq))
    with collecting_rarely():
        async for events in read_events(connection, fold.seq, end):
            fold.take_all(events)
            await asyncio.sleep(0)
    if fold.seq != end:
        raise BrokenLog(fold.seq + 1, "missing")
    return fold


def compress(snapshot: Snapshot) -> Snapshot:
    """A snapshot ready to be kept. Takes a while, so not for the event loop's thread."""
    return snapshot._replace(data=zlib.compress(snapshot.data, 1))


def expand(snapshot: Snapshot) -> CentreState:
    """The state of a snapshot that was kept."""
    return thaw(zlib.decompress(snapshot.data))
