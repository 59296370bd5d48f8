"""Stations of the city in use, as its build placed them."""

from __future__ import annotations

from gis.geometry import LonLat
from gis.importers.stations import Station
from gis.store.queries import Source

_LIST = """
SELECT id, agency, name, coalesce(ward_code, '') AS ward_code, synthetic, source,
       ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM gis.stations ORDER BY id
"""


async def list_stations(source: Source) -> list[Station]:
    """Every station, by id."""
    return [
        Station(
            id=row["id"],
            agency=row["agency"],
            name=row["name"],
            ward_code=row["ward_code"],
            lon_lat=LonLat(row["lon"], row["lat"]),
            synthetic=row["synthetic"],
            source=row["source"],
        )
        for row in await source.fetch(_LIST)
    ]
