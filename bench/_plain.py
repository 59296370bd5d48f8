"""A plain geocoder to compare with: the street of the most similar name, the number between known ones."""

from __future__ import annotations

import numpy as np

from bench._heard import Heard
from gis.geocode.fold import street_key
from gis.geocode.numbers import main_number, number_path
from gis.geometry import LonLat
from gis.store.queries import Source

_STREET = """
SELECT s.id, s.spine_m FROM gis.street_names n JOIN gis.streets s ON s.id = n.street_id
WHERE n.key % $1 AND NOT s.alley
ORDER BY similarity(n.key, $1) DESC, s.ward_codes && $2 DESC, s.length_m DESC LIMIT 1
"""
_DOOR = """
SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat FROM gis.house_numbers WHERE street_id = $1 AND path = $2
UNION ALL
SELECT ST_X(center), ST_Y(center) FROM gis.streets WHERE parent_id = $1 AND path = $3
"""
_NUMBERS = """
SELECT number, along_m FROM gis.house_numbers WHERE street_id = $1
UNION ALL
SELECT number, mouth_along_m FROM gis.streets WHERE parent_id = $1 AND mouth IS NOT NULL
"""
_POINT = """
SELECT ST_X(p) AS lon, ST_Y(p) AS lat
FROM gis.streets s, LATERAL (SELECT ST_LineInterpolatePoint(s.spine, $2) AS p) place WHERE s.id = $1
"""


class Plain:
    """Asks the same tables as ours: trigrams for the name, a straight line between the numbers beside."""

    name = "plain baseline"

    def __init__(self, source: Source) -> None:
        self._source = source

    async def find(self, heard: Heard) -> LonLat | None:
        """The door or the alley itself if it is known, else by proportion, else the middle of the street."""
        street = await self._source.fetchrow(_STREET, street_key(heard.street), sorted(heard.ward_codes))
        if street is None:
            return None
        path = number_path(heard.number)
        alley = heard.number.rpartition("/")[0]
        known = await self._source.fetchrow(_DOOR, street["id"], heard.number, alley)
        if known is None:
            share = await self._share(street["id"], street["spine_m"], main_number(path[0]) if path else None)
            known = await self._source.fetchrow(_POINT, street["id"], share)
        return LonLat(known["lon"], known["lat"]) if known else None

    async def _share(self, street_id: int, spine_m: float, number: int | None) -> float:
        rows = await self._source.fetch(_NUMBERS, street_id)
        if number is None or not rows:
            return 0.5
        side = [row for row in rows if row["number"] % 2 == number % 2] or rows
        side = sorted(side, key=lambda row: row["number"])
        along = np.interp(number, [r["number"] for r in side], [r["along_m"] for r in side])
        return float(np.clip(along / (spine_m or 1.0), 0.0, 1.0))
