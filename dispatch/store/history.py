"""What was told before from a telephone number, and near a place (R4). Nothing here drops or hides a call."""

from datetime import datetime, timedelta

import msgspec

from dispatch.domain.model.caution import Caution
from dispatch.store.connect import Pool, translated
from dispatch.store.reads import reading_as

BACK = timedelta(days=365)
NUISANCE_BACK = timedelta(days=180)
"""How long an ending as nuisance marks its number."""

NEAR_M = 60.0
"""The same house, its neighbours, and what lies between two matches of one address."""

MOST = 8


class PastReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report of this number or near this place, and what became of it."""

    id: str
    at: datetime
    channel: str
    status: str
    type_code: str | None
    place: str
    ended_reason: str | None
    incident_id: str | None
    number: str | None
    outcomes: tuple[str, ...]


class PastCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of this number that carried no report."""

    id: str
    at: datetime
    line: str
    state: str
    silent: bool
    attempts: int
    call_back_due: bool


class Nuisance(msgspec.Struct, frozen=True, kw_only=True):
    """How often reports of this number ended as nuisance since that was last taken back, and when last."""

    count: int
    last_at: datetime


class PastOfNumber(msgspec.Struct, frozen=True, kw_only=True):
    reports: tuple[PastReport, ...] = ()
    calls: tuple[PastCall, ...] = ()
    nuisance: Nuisance | None = None


class PastIncident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident at or near a place; `distance_m` is null where only the address is the same."""

    id: str
    number: str
    at: datetime
    type_code: str
    state: str
    place: str
    outcomes: tuple[str, ...]
    distance_m: float | None


_CAUTIONS_BACK_M = 200.0
"""As far as a caution may be about the same place by its name (`SAME_NAME_M` of the rules)."""

_OUTCOMES = """
coalesce((SELECT array_agg(DISTINCT l.body ->> 'outcome') FROM centre.seen_legs l
    WHERE l.incident_id = {incident} AND l.body ->> 'outcome' IS NOT NULL), '{{}}') AS outcomes
"""

_REPORTS = f"""
SELECT r.id, r.received_at AS at, r.channel, r.status, r.body ->> 'type_code' AS told_type,
    i.type_code, r.body ->> 'ended_reason' AS ended_reason, i.id AS incident_id, i.number,
    coalesce(nullif(r.body #>> '{{place,label}}', ''), r.body #>> '{{place,heard}}', '') AS place,
    {_OUTCOMES.format(incident="r.incident_id")}
FROM centre.seen_reports r LEFT JOIN centre.seen_incidents i ON i.id = r.incident_id
WHERE r.subject = $1 AND r.received_at > $2 AND r.id <> ALL($3::text[])
ORDER BY r.received_at DESC LIMIT {MOST}
"""

_NUISANCE = """
SELECT count(*)::int AS count, max(received_at) AS last_at FROM centre.seen_reports
WHERE subject = $1 AND received_at > greatest($2, (SELECT max((c.body ->> 'nuisance_cleared_at')::timestamptz)
        FROM centre.seen_reports c WHERE c.subject = $1))
    AND (body ->> 'ended_reason' = 'nuisance' OR body -> 'ended_before' ? 'nuisance')
"""

# By the table and not by its view: the index on a number's subject cannot serve a masked view. Who may see
# a row is asked here by the very same column.
_CALLS = f"""
SELECT id, rung_at AS at, line, state, coalesce((body ->> 'silent')::boolean, false) AS silent,
    jsonb_array_length(body -> 'attempts') AS attempts,
    coalesce((body ->> 'call_back_due')::boolean, false) AS call_back_due
FROM centre.calls
WHERE body #>> '{{number,subject}}' = $1 AND rung_at > $2 AND visible_to && $3::text[]
    AND jsonb_array_length(body -> 'report_ids') = 0 AND state IN ('ended', 'abandoned')
ORDER BY rung_at DESC LIMIT {MOST}
"""

_NEAR = f"""
SELECT i.id, i.number, i.opened_at AS at, i.type_code, i.state,
    coalesce(nullif(i.body #>> '{{place,label}}', ''), i.body #>> '{{place,heard}}', '') AS place,
    public.ST_Distance(i.geom::public.geography, public.ST_MakePoint($1, $2)::public.geography) AS distance_m,
    {_OUTCOMES.format(incident="i.id")}
FROM centre.seen_incidents i
WHERE i.geom OPERATOR(public.&&) public.ST_Expand(public.ST_SetSRID(public.ST_MakePoint($1, $2), 4326), $3)
    AND i.opened_at > $4
ORDER BY i.opened_at DESC LIMIT 40
"""


_CAUTIONS = """
SELECT body::text AS body FROM centre.cautions
WHERE withdrawn_at IS NULL AND expires_at > $5 AND (caller = $4 AND caller <> ''
    OR geom OPERATOR(public.&&) public.ST_Expand(public.ST_SetSRID(public.ST_MakePoint($1, $2), 4326), $3))
ORDER BY body ->> 'at', id LIMIT 40
"""


class History:
    """Reads the past of numbers and places under the rights of some agencies."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read_number(
        self, subject: str, agencies: frozenset[str], now: datetime, *, without: tuple[str, ...] = ()
    ) -> PastOfNumber:
        """What was told from the number of a subject, but not the reports `without`. Raises DatabaseLost."""
        async with reading_as(self._pool, sorted(agencies)) as connection:
            reports = await connection.fetch(_REPORTS, subject, now - BACK, list(without))
            marked = await connection.fetchrow(_NUISANCE, subject, now - NUISANCE_BACK)
        with translated():
            calls = await self._pool.fetch(_CALLS, subject, now - BACK, [*sorted(agencies), "*"])
        return PastOfNumber(
            reports=tuple(_report(dict(row)) for row in reports),
            calls=tuple(PastCall(**dict(row)) for row in calls),
            nuisance=Nuisance(**dict(marked)) if marked and marked["count"] else None,
        )

    async def read_place(
        self, lon: float, lat: float, agencies: frozenset[str], now: datetime
    ) -> tuple[PastIncident, ...]:
        """Incidents within NEAR_M of a position, the newest first. Raises DatabaseLost."""
        # A degree of latitude has 111 km; a little more covers the narrower degrees of longitude.
        window = NEAR_M / 111_000 * 1.1
        async with reading_as(self._pool, sorted(agencies)) as connection:
            rows = await connection.fetch(_NEAR, lon, lat, window, now - BACK)
        near = [PastIncident(**{**dict(row), "outcomes": tuple(row["outcomes"])}) for row in rows]
        return tuple(i for i in near if i.distance_m is not None and i.distance_m <= NEAR_M)[:MOST]

    async def list_cautions(
        self, lon_lat: tuple[float, float] | None, subject: str | None, now: datetime
    ) -> tuple[Caution, ...]:
        """Standing cautions about places in a window of some 200 m about a position, and about a number's
        subject, in the order in which they were kept. Raises DatabaseLost."""
        lon, lat = lon_lat or (None, None)
        window = _CAUTIONS_BACK_M / 111_000 * 1.1
        with translated():
            rows = await self._pool.fetch(_CAUTIONS, lon, lat, window, subject or "", now)
        return tuple(msgspec.json.decode(row["body"], type=Caution) for row in rows)


def _report(row: dict[str, object]) -> PastReport:
    told = row.pop("told_type")
    row["type_code"] = row["type_code"] or told
    return msgspec.convert(row, PastReport)
