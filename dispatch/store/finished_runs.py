"""Runs that are over, with the positions the unit sent on its way: what speeds, and how sure arrivals are,
are learned from."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from dispatch.store.connect import Connection, Pool
from dispatch.store.reads import reading_as


class Run(NamedTuple):
    """An ended assignment. `drove_off` and `arrived` are None for what nobody said, `eta_s` where nothing was
    expected."""

    id: str
    unit_id: str
    vehicle_class: str
    hot: bool
    test: bool
    ended_at: datetime
    drove_off: datetime | None
    arrived: datetime | None
    dispatched_at: datetime | None
    eta_s: float | None


_ENDED = """
SELECT a.id, a.unit_id, u.body ->> 'vehicle_class', (a.body ->> 'hot')::boolean, (a.body ->> 'test')::boolean,
    a.ended_at, (a.body #>> '{times,en_route,occurred_at}')::timestamptz,
    (a.body #>> '{times,on_scene,occurred_at}')::timestamptz,
    (a.body ->> 'dispatched_at')::timestamptz, (a.body ->> 'eta_s')::float8
FROM centre.seen_assignments a JOIN centre.seen_units u ON u.id = a.unit_id
WHERE (a.ended_at, a.id) > ($1, $2) AND a.ended_at <= $3
ORDER BY a.ended_at, a.id LIMIT $4
"""

_DRIVEN = """
SELECT at, lon, lat FROM centre.position_history
WHERE unit_id = $1 AND at >= $2 AND at <= $3
    AND received_at > $2::timestamptz - interval '1 hour' AND received_at <= $4
ORDER BY at
"""


async def list_ended_runs(
    pool: Pool, agencies: Iterable[str], after: tuple[datetime, str], until: datetime, most: int
) -> list[Run]:
    """Runs of these agencies that ended after another one (when, id) up to `until`, in order of their ends.

    Raises DatabaseLost.
    """
    async with reading_as(pool, agencies) as connection:
        rows = await connection.fetch(_ENDED, *after, until, most)
    return [Run(*row) for row in rows]


async def list_driven(connection: Connection, run: Run) -> list[tuple[datetime, float, float]]:
    """When the unit was at which lon, lat between setting out and arriving, by its own clock; whatever came
    in up to the end of the run."""
    rows = await connection.fetch(_DRIVEN, run.unit_id, run.drove_off, run.arrived, run.ended_at)
    return [tuple(row) for row in rows]
