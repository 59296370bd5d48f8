"""What a supervisor asks of a day: how things were closed and by whom, and how many reports came when."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from dispatch.domain.rows import Row
from dispatch.store.connect import Connection, Pool, translated
from dispatch.store.reads import reading_as
from dispatch.store.tables.log import CLOSING_TYPES

CALLED_AGAIN_WITHIN = "10 minutes"
"""A second report of one number so soon after its first was ended shows that the end was wrong (R14)."""

_TYPES = ", ".join(f"'{type_}'" for type_ in CLOSING_TYPES)

# The predicate is the partial index's own, so that a day is found without walking the log.
_ACTS = f"""
SELECT type, recorded_at AS at, e ->> 'actor' AS actor, e -> 'payload' ->> 'report_id' AS report_id,
    e -> 'payload' ->> 'leg_id' AS leg_id,
    coalesce(e -> 'payload' ->> 'reason', e -> 'payload' ->> 'outcome') AS reason
FROM centre.events, LATERAL (SELECT convert_from(bytes, 'UTF8')::jsonb AS e) parsed
WHERE type IN ({_TYPES}) AND recorded_at >= $1 AND recorded_at < $2 ORDER BY seq
"""

_REPORTS = f"""
SELECT r.id, r.agency_id, r.channel, r.incident_id, EXISTS (
    SELECT FROM centre.seen_reports a WHERE a.subject = r.subject AND a.id <> r.id
        AND a.received_at > (r.body ->> 'ended_at')::timestamptz
        AND a.received_at <= (r.body ->> 'ended_at')::timestamptz + interval '{CALLED_AGAIN_WITHIN}'
) AS called_again
FROM centre.seen_reports r WHERE r.id = ANY($1::text[]) AND NOT (r.body ->> 'test')::boolean
"""

_LEGS = """
SELECT l.id, l.agency_id, l.incident_id, i.number, i.type_code, i.priority, NOT EXISTS (
    SELECT FROM centre.seen_assignments a WHERE a.incident_id = l.incident_id AND a.leg_id = l.id
        AND a.body -> 'times' ?| ARRAY['on_scene', 'at_patient', 'transporting', 'at_hospital']
) AS nobody_arrived
FROM centre.seen_legs l JOIN centre.seen_incidents i ON i.id = l.incident_id
WHERE l.id = ANY($1::text[]) AND NOT (l.body ->> 'test')::boolean
"""

_DEMAND = """
SELECT d.day, extract(hour FROM received_at AT TIME ZONE $2)::int AS hour, count(*) AS n
FROM unnest($1::timestamptz[]) AS d(day)
JOIN centre.seen_reports r ON received_at >= d.day AND received_at < d.day + interval '24 hours'
WHERE NOT (r.body ->> 'test')::boolean AND agency_id = ANY($3::text[]) GROUP BY d.day, hour
"""

_HANDOVERS = """
SELECT id, version, agency_id, visible_to, private_to, limited, body::text AS body
FROM centre.seen_handovers ORDER BY written_at DESC LIMIT $1
"""

_INCIDENTS = """
SELECT id, number, type_code, priority, state, body #>> '{place,label}' AS place
FROM centre.seen_incidents WHERE id = ANY($1::text[])
"""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One event by which somebody dealt with a report or closed a leg."""

    type: str
    at: datetime
    actor: str
    report_id: str | None
    leg_id: str | None
    reason: str | None


class EndedReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report that was dealt with; `called_again` = the same number reported soon after its end."""

    id: str
    agency_id: str
    channel: str
    incident_id: str | None
    called_again: bool


class ClosedLeg(msgspec.Struct, frozen=True, kw_only=True):
    """A leg that is over; `nobody_arrived` = no unit of it ever reported being there."""

    id: str
    agency_id: str
    incident_id: str
    number: str
    type_code: str
    priority: int
    nobody_arrived: bool


class IncidentLine(msgspec.Struct, frozen=True, kw_only=True):
    """As much of an incident as a list names, also long after it left memory."""

    id: str
    number: str
    type_code: str
    priority: int
    state: str
    place: str | None


class DayCounts:
    """Reads for the supervisor's page and for handovers."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def list_acts(self, since: datetime, until: datetime) -> list[Act]:
        """Who ended, attached, released, closed or refused what. Visibility is the caller's business."""
        with translated():
            rows = await self._pool.fetch(_ACTS, since, until)
        return [Act(**dict(row)) for row in rows]

    async def find_ended(
        self, agencies: Sequence[str], report_ids: Sequence[str], leg_ids: Sequence[str]
    ) -> tuple[dict[str, EndedReport], dict[str, ClosedLeg]]:
        """Those of the reports and legs that these agencies may see, by id."""
        async with reading_as(self._pool, agencies) as connection:
            reports = await connection.fetch(_REPORTS, list(report_ids))
            legs = await connection.fetch(_LEGS, list(leg_ids))
        return (
            {row["id"]: EndedReport(**dict(row)) for row in reports},
            {row["id"]: ClosedLeg(**dict(row)) for row in legs},
        )

    async def count_reports(
        self, agencies: Sequence[str], days: Sequence[datetime], timezone: str
    ) -> dict[datetime, dict[int, int]]:
        """Beginning of a day → local hour → reports received; a day without any is missing."""
        found: dict[datetime, dict[int, int]] = {}
        async with reading_as(self._pool, agencies) as connection:
            for row in await connection.fetch(_DEMAND, list(days), timezone, list(agencies)):
                found.setdefault(row["day"], {})[row["hour"]] = row["n"]
        return found

    async def list_handovers(
        self, agencies: Sequence[str], limit: int
    ) -> tuple[list[Row], dict[str, IncidentLine]]:
        """The newest handovers first, and the incidents they name as far as they may be seen."""
        async with reading_as(self._pool, agencies) as connection:
            rows = [_to_row(record) for record in await connection.fetch(_HANDOVERS, limit)]
            return rows, await _list_named(connection, rows)


class _Left(msgspec.Struct, frozen=True):
    incident_ids: tuple[str, ...] = ()


class _Named(msgspec.Struct, frozen=True):
    left: _Left


async def _list_named(connection: Connection, rows: list[Row]) -> dict[str, IncidentLine]:
    named = [id_ for row in rows for id_ in msgspec.json.decode(row.body, type=_Named).left.incident_ids]
    found = await connection.fetch(_INCIDENTS, list(dict.fromkeys(named)))
    return {record["id"]: IncidentLine(**dict(record)) for record in found}


def _to_row(record: object) -> Row:
    fields = dict(record)  # type: ignore[call-overload]
    return Row(
        kind="handover",
        id=fields["id"],
        version=fields["version"],
        agency_id=fields["agency_id"],
        visible_to=tuple(fields["visible_to"]),
        private_to=tuple(fields["private_to"]),
        limited=tuple(fields["limited"]),
        body=msgspec.Raw(fields["body"].encode()),
    )
