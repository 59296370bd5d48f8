"""Stations of the city in use, as its build placed them."""

from __future__ import annotations

import msgspec

from gis.geometry import LonLat
from gis.store.queries import Source


class StationSite(msgspec.Struct, frozen=True):
    """A place where units of an agency belong. Synthetic ones are made up: no public list of them exists."""

    id: str
    agency: str
    name: str
    lon_lat: LonLat
    synthetic: bool


_LIST = """
SELECT id, agency, name, synthetic, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM gis.stations ORDER BY id
"""


async def list_stations(source: Source) -> list[StationSite]:
    """Every station, by id."""
    return [
        StationSite(
            id=row["id"],
            agency=row["agency"],
            name=row["name"],
            lon_lat=LonLat(row["lon"], row["lat"]),
            synthetic=row["synthetic"],
        )
        for row in await source.fetch(_LIST)
    ]
