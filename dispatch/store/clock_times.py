"""Every clock of the trade over a range of time, told and counted in the database.

The definitions are those of `dispatch.domain.clocks`, said once more for many rows at a time; a test holds
the two together. What is over is read here as well, long after it left the centre's memory.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from dispatch.store.connect import Pool
from dispatch.store.reads import reading_as

BUCKETS = 12
"""Parts of the range for which the trend gives the 90th percentile."""


class TargetShare(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the told times are at most `within_s`."""

    within_s: float
    met: int


class ClockSpread(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of one agency, seconds. `n` were told; `missing` are over without both their times; `running`
    have begun and not ended. Percentiles interpolate; they are None without a time. `trend` is the 90th
    percentile of each twelfth of the range."""

    agency_id: str
    clock: str
    n: int
    missing: int
    running: int
    p10: float | None
    p50: float | None
    p90: float | None
    shares: list[TargetShare]
    trend: list[float | None]


def _at(path: str) -> str:
    return f"(body #>> '{{{path}}}')::timestamptz"


_PHASES = ("en_route", "staged", "on_scene", "at_patient", "transporting", "at_hospital", "clearing")

_SEEN = f"""
calls AS MATERIALIZED (
    SELECT id, agency_id, rung_at, state, {_at("answered_at")} AS answered_at
    FROM centre.seen_calls WHERE rung_at >= $1::timestamptz - interval '1 day' AND rung_at < $2
        AND NOT (body ->> 'test')::boolean
),
reports AS MATERIALIZED (
    SELECT id, agency_id, received_at, status, body ->> 'call_id' AS call_id, body ->> 'device' AS device,
        {_at("opened_at")} AS opened_at
    FROM centre.seen_reports WHERE received_at >= $1::timestamptz - interval '1 day' AND received_at < $2
        AND NOT (body ->> 'test')::boolean
),
assignments AS MATERIALIZED (
    SELECT id, agency_id, leg_id, {_at("dispatched_at")} AS dispatched, {_at("received_at")} AS received,
        {_at("accepted_at")} AS accepted, ended_at AS ended,
        {", ".join(f"{_at(f'times,{phase},occurred_at')} AS {phase}" for phase in _PHASES)}
    FROM (
        SELECT id, agency_id, leg_id, ended_at, body FROM centre.seen_assignments
        WHERE created_at >= $1 AND created_at < $2::timestamptz + interval '1 day' OFFSET 0
    ) told WHERE NOT (body ->> 'test')::boolean
),
legs AS MATERIALIZED (
    SELECT id, agency_id, incident_id, requested_at, state, dispatched,
        requested_at > min(requested_at) OVER (PARTITION BY incident_id) AS later
    FROM (
        SELECT id, agency_id, incident_id, requested_at, state, {_at("first_dispatched_at")} AS dispatched,
            (body ->> 'test')::boolean AS test
        FROM centre.seen_legs
        WHERE requested_at >= $1::timestamptz - interval '1 day' AND requested_at < $2 OFFSET 0
    ) told WHERE NOT test
),
first_reports AS MATERIALIZED (
    SELECT i.id AS incident_id, r.received_at, r.opened_at, c.rung_at, c.answered_at
    FROM (
        SELECT id, body #>> '{{report_ids,0}}' AS report_id FROM centre.seen_incidents
        WHERE opened_at >= $1::timestamptz - interval '1 day' AND opened_at < $2 OFFSET 0
    ) i JOIN reports r ON r.id = i.report_id LEFT JOIN calls c ON c.id = r.call_id
)"""

# Each row is one run of one clock: its end or something later happened (`past`), or it can still end.
# Nobody waits for an answer to a report that no device told: a person of the room wrote it down.
_RUNS = """
runs AS (
    SELECT agency_id, 'answer_s' AS clock, rung_at AS at, rung_at AS began, answered_at AS ended,
        state IN ('ended', 'abandoned') AS past, true AS open FROM calls
    UNION ALL
    SELECT agency_id, 'answer_s', received_at, received_at, opened_at, status <> 'waiting', true
    FROM reports WHERE call_id IS NULL AND device IS NOT NULL
    UNION ALL
    SELECT l.agency_id, 'processing_s', l.requested_at,
        CASE WHEN l.later THEN l.requested_at ELSE coalesce(f.answered_at, f.opened_at) END,
        l.dispatched, l.dispatched IS NOT NULL, l.state NOT IN ('closed', 'refused')
    FROM legs l LEFT JOIN first_reports f USING (incident_id)
    UNION ALL
    SELECT l.agency_id, 'total_s', l.requested_at,
        CASE WHEN l.later THEN l.requested_at ELSE coalesce(f.rung_at, f.received_at) END,
        a.on_scene, coalesce(a.reached, false), l.state NOT IN ('closed', 'refused')
    FROM legs l LEFT JOIN first_reports f USING (incident_id)
    LEFT JOIN (
        SELECT leg_id, min(on_scene) AS on_scene,
            bool_or(coalesce(on_scene, at_patient, transporting, at_hospital) IS NOT NULL) AS reached
        FROM assignments GROUP BY leg_id
    ) a ON a.leg_id = l.id
    UNION ALL
    SELECT agency_id, v.clock, dispatched, v.began, v.ended, v.past, a.ended IS NULL
    FROM assignments a CROSS JOIN LATERAL (
        SELECT coalesce(on_scene, at_patient, transporting, at_hospital) IS NOT NULL AS reached,
            coalesce(transporting, clearing, a.ended) AS leaving
    ) s CROSS JOIN LATERAL (VALUES
        ('notify_s', dispatched, received,
            coalesce(received, accepted, en_route, staged, on_scene, at_patient, transporting, at_hospital,
                clearing) IS NOT NULL),
        ('turnout_s', received, en_route,
            s.reached OR coalesce(en_route, staged, clearing) IS NOT NULL),
        ('travel_s', en_route, on_scene, s.reached),
        ('access_s', on_scene, at_patient, coalesce(at_patient, transporting, at_hospital) IS NOT NULL),
        ('scene_s', on_scene, s.leaving, s.reached AND s.leaving IS NOT NULL),
        ('transport_s', transporting, at_hospital,
            at_hospital IS NOT NULL OR transporting IS NOT NULL AND a.ended IS NOT NULL),
        ('handover_s', at_hospital, CASE WHEN at_hospital IS NOT NULL THEN a.ended END,
            coalesce(at_hospital, transporting) IS NOT NULL AND a.ended IS NOT NULL)
    ) AS v(clock, began, ended, past)
    WHERE dispatched IS NOT NULL
)"""

_SPREAD = f"""
WITH {_SEEN},{_RUNS},
times AS MATERIALIZED (
    SELECT agency_id, clock, CASE WHEN ended >= began THEN date_part('epoch', ended - began) END AS s,
        past OR (ended IS NOT NULL AND began IS NOT NULL) AS past, open AND began IS NOT NULL AS runs,
        least({BUCKETS}, 1 + floor({BUCKETS} * date_part('epoch', at - $1)
            / date_part('epoch', $2::timestamptz - $1)))::int AS bucket
    FROM runs WHERE at >= $1 AND at < $2
),
met AS (
    SELECT t.agency_id, t.clock, w.within_s, count(*) FILTER (WHERE t.s <= w.within_s) AS met
    FROM times t JOIN unnest($3::text[], $4::text[], $5::float8[]) AS w(agency_id, clock, within_s)
        ON w.agency_id = t.agency_id AND w.clock = t.clock
    GROUP BY t.agency_id, t.clock, w.within_s
),
shares AS (
    SELECT agency_id, clock, jsonb_agg(jsonb_build_object('within_s', within_s, 'met', met)) AS shares
    FROM met GROUP BY agency_id, clock
),
trend AS (
    SELECT agency_id, clock, jsonb_object_agg(bucket, p90) AS trend FROM (
        SELECT agency_id, clock, bucket, percentile_cont(0.9) WITHIN GROUP (ORDER BY s) AS p90
        FROM times WHERE s IS NOT NULL GROUP BY agency_id, clock, bucket
    ) b GROUP BY agency_id, clock
),
spread AS (
    SELECT agency_id, clock, count(s) AS n, count(*) FILTER (WHERE s IS NULL AND past) AS missing,
        count(*) FILTER (WHERE s IS NULL AND NOT past AND runs) AS running,
        percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY s) AS p
    FROM times GROUP BY agency_id, clock
)
SELECT spread.*, shares::text, trend::text FROM spread
LEFT JOIN shares USING (agency_id, clock) LEFT JOIN trend USING (agency_id, clock)
WHERE agency_id = ANY($6::text[]) AND n + missing + running > 0 ORDER BY agency_id, clock
"""


class ClockTimes:
    """Reads of what was told about times. Nothing is kept: every question is counted anew."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def list_spreads(
        self,
        since: datetime,
        until: datetime,
        agencies: Sequence[str],
        targets: Sequence[tuple[str, str, float]],
    ) -> list[ClockSpread]:
        """The clocks that began in [since, until), as `agencies` may see them, and only theirs.

        `targets` are (agency, clock, seconds) for which the shares are counted. Raises DatabaseLost.
        """
        of, clocks, seconds = (
            (list(column) for column in zip(*targets, strict=True)) if targets else ([], [], [])
        )
        async with reading_as(self._pool, agencies) as connection:
            # Compiling such a query takes longer than a day's rows do; and whatever the planner believes of
            # tables without statistics, comparing a day's legs with its reports one by one is wrong.
            await connection.execute("SET LOCAL jit = off")
            await connection.execute("SET LOCAL enable_nestloop = off")
            await connection.execute("SET LOCAL work_mem = '32MB'")
            rows = await connection.fetch(_SPREAD, since, until, of, clocks, seconds, list(agencies))
        return [
            ClockSpread(
                agency_id=row["agency_id"],
                clock=row["clock"],
                n=row["n"],
                missing=row["missing"],
                running=row["running"],
                p10=_rounded(row["p"], 0),
                p50=_rounded(row["p"], 1),
                p90=_rounded(row["p"], 2),
                shares=msgspec.json.decode(row["shares"] or b"[]", type=list[TargetShare]),
                trend=_trend(msgspec.json.decode(row["trend"] or b"{}", type=dict[str, float])),
            )
            for row in rows
        ]


def _rounded(percentiles: list[float] | None, n: int) -> float | None:
    """To the millisecond: what is finer is the arithmetic's, not the trade's."""
    return None if percentiles is None or percentiles[n] is None else round(percentiles[n], 3)


def _trend(by_bucket: dict[str, float]) -> list[float | None]:
    found = [by_bucket.get(str(bucket)) for bucket in range(1, BUCKETS + 1)]
    return [None if value is None else round(value, 3) for value in found]
