"""Hospitals of the city in use, as its sources name them."""

from __future__ import annotations

import msgspec

from gis.geometry import LonLat
from gis.store.queries import Source


class HospitalSite(msgspec.Struct, frozen=True):
    """What a map calls a hospital. Several sources may name the same one."""

    id: str
    name: str
    lon_lat: LonLat
    synthetic: bool


_LIST = """
SELECT id, name, synthetic, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM gis.facilities WHERE kind = 'hospital'
ORDER BY source DESC, id
"""


async def list_hospitals(source: Source) -> list[HospitalSite]:
    """Every hospital, those of the newer-named source first, then by id."""
    return [
        HospitalSite(
            id=row["id"],
            name=row["name"],
            lon_lat=LonLat(row["lon"], row["lat"]),
            synthetic=row["synthetic"],
        )
        for row in await source.fetch(_LIST)
    ]
