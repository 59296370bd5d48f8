"""The log read back, in order."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

from dispatch.store.connect import Connection

GENESIS = bytes(32)
"""What stands before the first event in the chain."""

CHUNK = 1_000


class StoredEvent(NamedTuple):
    """An event as it stands in the log: `raw` is its envelope's JSON, `link` its hash in the chain."""

    seq: int
    raw: bytes
    link: bytes


class LogHead(NamedTuple):
    """The last event: seq 0 and the genesis link in an empty log."""

    seq: int
    link: bytes
    recorded_at: datetime | None


def chain_hash(previous: bytes, event: bytes) -> bytes:
    """sha256(previous hash ‖ envelope bytes), 32 bytes."""
    return hashlib.sha256(previous + event).digest()


async def get_head(connection: Connection) -> LogHead:
    """Where the log stands."""
    row = await connection.fetchrow(
        "SELECT seq, hash, recorded_at FROM centre.events ORDER BY seq DESC LIMIT 1"
    )
    return LogHead(*row) if row else LogHead(0, GENESIS, None)


async def get_hash(connection: Connection, seq: int) -> bytes:
    """The chain's hash at an event. Raises LookupError when there is none."""
    if seq == 0:
        return GENESIS
    found = await connection.fetchval("SELECT hash FROM centre.events WHERE seq = $1", seq)
    if found is None:
        raise LookupError(f"no event {seq}")
    return bytes(found)


async def list_events(connection: Connection, after: int, until: int) -> list[StoredEvent]:
    """Events of (after, until]."""
    rows = await connection.fetch(
        "SELECT seq, bytes, hash FROM centre.events WHERE seq > $1 AND seq <= $2 ORDER BY seq", after, until
    )
    return [StoredEvent(*row) for row in rows]


async def read_events(
    connection: Connection, after: int, until: int, chunk: int = CHUNK
) -> AsyncIterator[list[StoredEvent]]:
    """Events of (after, until] in chunks; a missing number shows as a gap within or between them."""
    start = after
    while start < until:
        end = min(start + chunk, until)
        events = await list_events(connection, start, end)
        if events:
            yield events
        start = end


async def find_seq_at(connection: Connection, at: datetime) -> int:
    """The last event recorded at or before an instant, 0 for none. Recorded times never step back, so a
    search by halves over the primary key finds it without an index."""
    low, high = 0, (await get_head(connection)).seq
    while low < high:
        middle = (low + high + 1) // 2
        recorded_at = await connection.fetchval(
            "SELECT recorded_at FROM centre.events WHERE seq = $1", middle
        )
        if recorded_at is not None and recorded_at <= at:
            low = middle
        else:
            high = middle - 1
    return low


async def list_events_about(
    connection: Connection, about: list[tuple[str, str]], until: int | None = None
) -> list[StoredEvent]:
    """Events that tell of any of these (kind, id): incident, report, call or unit; in order, each once."""
    rows = await connection.fetch(
        "SELECT e.seq, e.bytes, e.hash FROM centre.events e WHERE e.seq IN "
        "(SELECT i.seq FROM centre.event_index i JOIN unnest($1::text[], $2::text[]) AS a(kind, id) "
        "ON i.kind = a.kind AND i.id = a.id WHERE $3::bigint IS NULL OR i.seq <= $3) ORDER BY e.seq",
        [kind for kind, _ in about],
        [id_ for _, id_ in about],
        until,
    )
    return [StoredEvent(*row) for row in rows]
