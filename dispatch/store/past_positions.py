"""Where units were: one index look-up per unit in the history of positions."""

from datetime import datetime
from typing import NamedTuple

from dispatch.store.connect import Connection


class Fix(NamedTuple):
    """A kept position; `at` is the device's time."""

    unit_id: str
    at: datetime
    lon: float
    lat: float
    accuracy_m: float | None


_NEWEST = """
SELECT p.unit_id, p.at, p.lon, p.lat, p.accuracy_m FROM unnest($1::text[]) AS u(id) CROSS JOIN LATERAL (
  SELECT unit_id, at, lon, lat, accuracy_m FROM centre.position_history
  WHERE unit_id = u.id AND received_at > $2 AND received_at <= $3
  ORDER BY received_at DESC LIMIT 1
) AS p
"""


async def list_positions_at(
    connection: Connection, unit_ids: list[str], since: datetime, until: datetime
) -> list[Fix]:
    """The newest fix of each unit received in (since, until]; units without one are left out."""
    rows = await connection.fetch(_NEWEST, unit_ids, since, until)
    return [Fix(*row) for row in rows]
