"""Where units were: index look-ups per unit in the history of positions, and all of a stretch of time."""

from datetime import datetime
from typing import NamedTuple

from dispatch.store.connect import Connection


class Fix(NamedTuple):
    """A kept position; `at` is the device's time, `received_at` the centre's."""

    unit_id: str
    at: datetime
    received_at: datetime
    lon: float
    lat: float
    accuracy_m: float | None


_COLUMNS = "unit_id, at, received_at, lon, lat, accuracy_m"

_NEWEST = f"""
SELECT p.* FROM unnest($1::text[]) AS u(id) CROSS JOIN LATERAL (
  SELECT {_COLUMNS} FROM centre.position_history
  WHERE unit_id = u.id AND received_at > $2 AND received_at <= $3
  ORDER BY received_at DESC LIMIT 1
) AS p
"""

_COUNT = "SELECT count(*) FROM centre.position_history WHERE received_at > $1 AND received_at <= $2"

_ALL = f"""
SELECT {_COLUMNS} FROM centre.position_history WHERE received_at > $1 AND received_at <= $2
ORDER BY unit_id, received_at
"""

_THINNED = f"""
SELECT DISTINCT ON (unit_id, slot) {_COLUMNS},
  floor(extract(epoch FROM received_at - $1) / $3::float8) AS slot
FROM centre.position_history WHERE received_at > $1 AND received_at <= $2
ORDER BY unit_id, slot, received_at DESC
"""


async def list_positions_at(
    connection: Connection, unit_ids: list[str], since: datetime, until: datetime
) -> list[Fix]:
    """The newest fix of each unit received in (since, until]; units without one are left out."""
    rows = await connection.fetch(_NEWEST, unit_ids, since, until)
    return [Fix(*row) for row in rows]


async def count_positions(connection: Connection, since: datetime, until: datetime) -> int:
    """How many fixes were received in (since, until]."""
    return int(await connection.fetchval(_COUNT, since, until))


async def list_positions_between(
    connection: Connection, since: datetime, until: datetime, every_s: float = 0
) -> list[Fix]:
    """Fixes received in (since, until], unit by unit, oldest first; with `every_s` the last one of each unit
    in every so many seconds."""
    if every_s > 0:
        rows = await connection.fetch(_THINNED, since, until, every_s)
    else:
        rows = await connection.fetch(_ALL, since, until)
    return [Fix(*tuple(row)[:6]) for row in rows]


async def list_unit_ids(connection: Connection) -> list[str]:
    """Every unit the centre knows now."""
    return [str(row["id"]) for row in await connection.fetch("SELECT id FROM centre.units ORDER BY id")]
