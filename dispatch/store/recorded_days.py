"""What happened between two moments, and who there was, for days that are simulated over again."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

import msgspec

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.unit import Station, Unit
from dispatch.store.connect import Pool, translated

T = TypeVar("T")

_INCIDENTS = """
SELECT body::text AS body FROM centre.incidents
WHERE opened_at >= $1 AND opened_at < $2 ORDER BY opened_at, id
"""
_OF_INCIDENTS = (
    "SELECT body::text AS body FROM centre.{table} WHERE incident_id = ANY($1::text[]) ORDER BY id"
)
_ALL = "SELECT body::text AS body FROM centre.{table} ORDER BY id"
_DAYS = """
SELECT (i.opened_at AT TIME ZONE $2)::date AS day, count(*)::int AS incidents
FROM centre.incidents i
WHERE i.opened_at >= $3 AND NOT (i.body ->> 'test')::boolean AND i.body ->> 'merged_into' IS NULL AND EXISTS (
    SELECT FROM centre.legs l WHERE l.incident_id = i.id AND l.agency_id = ANY($1::text[])
)
GROUP BY day ORDER BY day DESC
"""
CITY_ZONE = "Asia/Ho_Chi_Minh"


class DayOfLog(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the city's calendar, and how many incidents were opened in it."""

    day: date
    incidents: int


class RecordedDay(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents by opening, with their legs and assignments, and the fleet as it is registered now."""

    incidents: list[Incident]
    legs: list[Leg]
    assignments: list[Assignment]
    stations: list[Station]
    units: list[Unit]


class RecordedDays:
    """Reads them from the rows that the log was folded into."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(self, start: datetime, end: datetime) -> RecordedDay:
        """Everything opened from `start` on and before `end`. Raises DatabaseLost."""
        incidents = await self._list(_INCIDENTS, Incident, start, end)
        ids = [incident.id for incident in incidents]
        return RecordedDay(
            incidents=incidents,
            legs=await self._list(_OF_INCIDENTS.format(table="legs"), Leg, ids),
            assignments=await self._list(_OF_INCIDENTS.format(table="assignments"), Assignment, ids),
            stations=await self._list(_ALL.format(table="stations"), Station),
            units=await self._list(_ALL.format(table="units"), Unit),
        )

    async def list_days(self, agencies: Sequence[str], since: datetime) -> list[DayOfLog]:
        """Days from then on, on which something happened that concerned one of the agencies, the newest
        first. Raises DatabaseLost."""
        with translated():
            rows = await self._pool.fetch(_DAYS, list(agencies), CITY_ZONE, since)
        return [DayOfLog(day=row["day"], incidents=row["incidents"]) for row in rows]

    async def _list(self, query: str, kind: type[T], *values: object) -> list[T]:
        with translated():
            rows = await self._pool.fetch(query, *values)
        return [msgspec.json.decode(row["body"], type=kind) for row in rows]
