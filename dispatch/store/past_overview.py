"""A stretch of the past from afar: how much happened when, and which incidents were open."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from dispatch.domain.model.messages import Envelope
from dispatch.store.connect import Connection

LANES = 200
"""Incidents listed for one stretch: the most urgent, then the oldest."""


class Lane(NamedTuple):
    """An incident that was open during the stretch."""

    id: str
    number: str
    type_code: str
    priority: int
    opened_at: datetime
    closed_at: datetime | None


_COUNTS = """
SELECT floor(extract(epoch FROM recorded_at - $3) / $4::float8)::int AS bucket, count(*)::int AS events
FROM centre.events WHERE seq > $1 AND seq <= $2 GROUP BY bucket
"""

_COUNTS_OF_INCIDENT = """
SELECT floor(extract(epoch FROM e.recorded_at - $3) / $4::float8)::int AS bucket, count(*)::int AS events
FROM centre.event_index i JOIN centre.events e ON e.seq = i.seq
WHERE i.kind = 'incident' AND i.id = $5 AND i.seq > $1 AND i.seq <= $2 GROUP BY bucket
"""

_LANES = """
SELECT id, number, type_code, priority, opened_at, closed_at FROM centre.seen_incidents
WHERE opened_at <= $2 AND (closed_at IS NULL OR closed_at > $1) ORDER BY priority, opened_at LIMIT $3
"""

_INCIDENT = """
SELECT id, number, type_code, priority, opened_at, closed_at FROM centre.seen_incidents
WHERE id = $1 OR number = $1
"""

_OF_INCIDENT = """
SELECT e.bytes FROM centre.event_index i JOIN centre.events e ON e.seq = i.seq
WHERE i.kind = 'incident' AND i.id = $1 AND e.type = ANY($2::text[]) ORDER BY e.seq LIMIT $3
"""

_FIRST_HEARD = """
SELECT min(received_at) AS at FROM centre.seen_reports WHERE incident_id = $1
"""


async def count_events(
    connection: Connection,
    after: int,
    until: int,
    start: datetime,
    bucket_s: float,
    incident_id: str | None = None,
) -> dict[int, int]:
    """Bucket (of `bucket_s` seconds from `start`) → events of (after, until], of all or of one incident."""
    if incident_id is None:
        rows = await connection.fetch(_COUNTS, after, until, start, bucket_s)
    else:
        rows = await connection.fetch(_COUNTS_OF_INCIDENT, after, until, start, bucket_s, incident_id)
    return {row["bucket"]: row["events"] for row in rows}


async def list_lanes(connection: Connection, start: datetime, end: datetime) -> list[Lane]:
    """Incidents open at any moment of [start, end], as the reading role may see them now."""
    return [Lane(*row) for row in await connection.fetch(_LANES, start, end, LANES)]


async def find_lane(connection: Connection, incident: str) -> Lane | None:
    """One incident by id or number, if the reading role may see it."""
    row = await connection.fetchrow(_INCIDENT, incident)
    return None if row is None else Lane(*row)


async def find_first_heard(connection: Connection, incident_id: str) -> datetime | None:
    """When the first report of an incident came, as far as the reading role may see its reports."""
    at: datetime | None = await connection.fetchval(_FIRST_HEARD, incident_id)
    return at


async def list_events_of_types(
    connection: Connection, incident_id: str, types: list[str], limit: int
) -> list[Envelope]:
    """Events of some types that tell of an incident, in the log's order."""
    rows = await connection.fetch(_OF_INCIDENT, incident_id, types, limit)
    return [msgspec.json.decode(row["bytes"], type=Envelope) for row in rows]
