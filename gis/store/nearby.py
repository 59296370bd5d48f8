"""What lies about a position or leaves a street: streets, alleys with their mouths, ways without a name, and
corners; distances in metres."""

from __future__ import annotations

from collections.abc import Sequence

from gis.store.queries import Row, Source

_NEAR_STREETS = """
WITH here AS (SELECT ST_SetSRID(ST_MakePoint($1, $2), 4326) AS p),
near AS (
    SELECT s.id, s.name, s.alley, s.path, s.parent_id, s.spine, s.spine_m, s.mouth, s.geom
    FROM here, gis.streets s ORDER BY s.geom <-> here.p LIMIT 6
)
SELECT n.id, n.name, n.alley, n.path, parent.name AS parent,
       ST_Distance(n.geom::geography, here.p::geography) AS distance_m,
       CASE WHEN n.mouth IS NOT NULL AND n.spine IS NOT NULL THEN
           abs(ST_LineLocatePoint(n.spine, here.p) - ST_LineLocatePoint(n.spine, n.mouth)) * n.spine_m
       END AS from_mouth_m
FROM here, near n LEFT JOIN gis.streets parent ON parent.id = n.parent_id
ORDER BY distance_m
"""

_NEAR_CORNER = r"""
SELECT CASE WHEN i.street_a = $3 THEN b.name ELSE a.name END AS other,
       ST_Distance(i.geom::geography, here.p::geography) AS distance_m
FROM (SELECT ST_SetSRID(ST_MakePoint($1, $2), 4326) AS p) here, gis.intersections i
JOIN gis.streets a ON a.id = i.street_a JOIN gis.streets b ON b.id = i.street_b
WHERE (i.street_a = $3 OR i.street_b = $3) AND NOT a.alley AND NOT b.alley AND a.key <> b.key
  AND (CASE WHEN i.street_a = $3 THEN b ELSE a END).name !~* '^(cầu|vòng xoay|hầm|đường dẫn|nút giao)\M|_|-'
ORDER BY i.geom <-> here.p
LIMIT 1
"""

_MOUTHS = """
SELECT s.parent_id AS street_id, ST_X(s.mouth) AS lon, ST_Y(s.mouth) AS lat,
       ST_X(far.p) AS end_lon, ST_Y(far.p) AS end_lat
FROM gis.streets s
CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_LineLocatePoint(s.spine, s.mouth) > 0.5 THEN ST_StartPoint(s.spine)
                ELSE ST_EndPoint(s.spine) END AS p
) far
WHERE s.parent_id = ANY($1) AND s.path = $2 AND s.mouth IS NOT NULL
"""


# Ways without a name that leave the streets and are long enough to hold the house, with their mouths and
# where they begin to have houses.
_BYWAYS = """
SELECT l.street_id, l.along_m, l.side, ST_X(m.p) AS mouth_lon, ST_Y(m.p) AS mouth_lat,
       ST_X(h.p) AS lon, ST_Y(h.p) AS lat
FROM gis.byways l
CROSS JOIN LATERAL (SELECT ST_StartPoint(l.geom) AS p) m
CROSS JOIN LATERAL (
    SELECT ST_LineInterpolatePoint(l.geom, least(0.9, $3 / l.depth_m)) AS p
) h
WHERE l.street_id = ANY($1) AND l.depth_m >= $2
ORDER BY l.id
"""


# Numbers with the same letters before them within some 300 m of the streets, whatever street they are of.
_BLOCKS = """
SELECT s.id AS street_id, h.number, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat
FROM gis.streets s JOIN gis.house_numbers h ON h.geom && ST_Expand(s.spine, 0.0027)
WHERE s.id = ANY($1) AND h.path !~ '^[0-9]' AND substring(h.path FROM '^[A-ZĐ]*') = $2
  AND ST_DWithin(h.geom, s.spine, 0.0027)
ORDER BY h.id
LIMIT 500
"""


async def list_near_streets(source: Source, lon: float, lat: float) -> list[Row]:
    """The six nearest named streets and alleys, nearest first: id, name, alley, path, parent (its street's
    name), distance_m, from_mouth_m (along an alley from its mouth, None for what has none)."""
    return await source.fetch(_NEAR_STREETS, lon, lat)


async def find_near_corner(source: Source, lon: float, lat: float, street_id: int) -> Row | None:
    """The nearest corner of a street with another: other (its name), distance_m."""
    return await source.fetchrow(_NEAR_CORNER, lon, lat, street_id)


async def list_mouths(source: Source, street_ids: Sequence[int], alley: str) -> list[Row]:
    """Where the alleys of one number leave their streets and where they end: street_id, lon, lat, end_lon,
    end_lat."""
    return await source.fetch(_MOUTHS, street_ids, alley)


async def list_byways(source: Source, street_ids: Sequence[int], least_m: float, first_m: float) -> list[Row]:
    """Ways without a name that leave the streets and are at least so long: street_id, along_m, side,
    mouth_lon, mouth_lat, and lon, lat of the place `first_m` in."""
    return await source.fetch(_BYWAYS, street_ids, least_m, first_m)


async def list_blocks(source: Source, street_ids: Sequence[int], letters: str) -> list[Row]:
    """Numbers that begin with these letters near the streets, of any street: street_id (near which), number,
    lon, lat."""
    return await source.fetch(_BLOCKS, street_ids, letters)
