"""Stations as the read model holds them, for those who ask without a running centre."""

import msgspec

from dispatch.domain.model.unit import Station
from dispatch.store.connect import Pool, translated


async def list_stations(pool: Pool) -> tuple[Station, ...]:
    """Every station of the centre, by id. Raises DatabaseLost."""
    with translated():
        rows = await pool.fetch("SELECT body::text AS body FROM centre.stations ORDER BY id")
    return tuple(msgspec.json.decode(row["body"], type=Station) for row in rows)
