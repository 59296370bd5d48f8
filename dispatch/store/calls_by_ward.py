"""Where and when each agency was called: what forecasts of calls are learned from."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from dispatch.store.connect import Pool
from dispatch.store.reads import reading_as


class WardCall(NamedTuple):
    """An agency's part of an incident: when it was asked for, and in which ward."""

    agency_id: str
    ward_code: str
    at: datetime


_CALLS = """
SELECT l.agency_id, i.body #>> '{place,ward_code}', l.requested_at
FROM centre.seen_legs l JOIN centre.seen_incidents i ON i.id = l.incident_id
WHERE l.requested_at >= $1 AND l.requested_at < $2 AND NOT (i.body ->> 'test')::boolean
    AND i.body ->> 'merged_into' IS NULL AND i.body #>> '{place,ward_code}' <> ''
ORDER BY l.requested_at, l.id
"""


async def list_ward_calls(
    pool: Pool, agencies: Iterable[str], since: datetime, until: datetime
) -> list[WardCall]:
    """Every call between two moments whose ward is known, but tests and what was merged into another. Raises
    DatabaseLost."""
    async with reading_as(pool, agencies) as connection:
        rows = await connection.fetch(_CALLS, since, until)
    return [WardCall(*row) for row in rows]
