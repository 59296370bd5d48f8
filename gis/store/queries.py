"""Questions to the city's tables. `source` is an asyncpg pool or connection; positions come as lon, lat."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

Row = Mapping[str, Any]


class Source(Protocol):
    """An asyncpg pool or connection, as far as it is used here."""

    async def fetch(self, query: str, *args: object) -> list[Row]:
        """All rows."""
        ...

    async def fetchrow(self, query: str, *args: object) -> Row | None:
        """The first row."""
        ...


@asynccontextmanager
async def held(source: Source) -> AsyncIterator[Source]:
    """One connection of a pool for several questions in a row; a connection is given back as it is.

    A pool asked each time cleans the connection after every question, which takes as long as the question.
    """
    acquire = getattr(source, "acquire", None)
    if acquire is None:
        yield source
    else:
        async with acquire() as connection:
            yield connection


_STREET = """
    s.id, s.name, s.alley, s.path, s.parent_id, s.highway, s.length_m, s.ward_codes,
    ST_X(s.center) AS lon, ST_Y(s.center) AS lat, s.spine_m, s.zero_m, s.pace_m, s.fitted,
    s.held, s.districts, s.from_m, s.to_m, n.key, n.accented, n.kind
"""

_LIST_WARDS = """
SELECT code, name, key, ST_X(p) AS lon, ST_Y(p) AS lat, sqrt(ST_Area(geom::geography) / pi()) AS radius_m,
       ST_AsBinary(geom) AS wkb
FROM gis.wards, LATERAL (SELECT ST_PointOnSurface(geom) AS p) middle
ORDER BY code
"""

_LIST_LEGACY_WARDS = """
SELECT name, key, district, ward_codes, ST_X(geom) AS lon, ST_Y(geom) AS lat,
       CASE WHEN former_key IS NULL THEN ARRAY[district_key] ELSE ARRAY[district_key, former_key] END
           AS district_keys, ST_AsBinary(outline) AS wkb
FROM gis.legacy_wards
ORDER BY code
"""

_ALL_STREETS = f"""
SELECT {_STREET}, n.initials
FROM gis.street_names n JOIN gis.streets s ON s.id = n.street_id
ORDER BY s.length_m DESC, s.id, n.key, n.kind
"""

_STREETS_BY_PATTERN = f"""
SELECT {_STREET}
FROM gis.street_names n JOIN gis.streets s ON s.id = n.street_id
WHERE n.key ~ $1 AND NOT s.alley
ORDER BY s.length_m DESC
LIMIT 20
"""

# What is known about a number on each of the streets: the door itself, the alleys on the way to it, doors
# inside the same alley, and the numbers next to it on the street; of an alley's mouth the alley's own middle,
# which tells the side. An alley's place is as far from its mouth as the house is expected, up to nine tenths
# of the way; its middle when that would be more than twice its length, or where it begins is not known.
_NUMBERS = """
WITH asked AS (SELECT unnest($1::int[]) AS street_id)
SELECT h.street_id, 'door' AS kind, h.path, h.number, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat,
       0.0::float8 AS length_m, h.along_m, h.inferred, h.id < 0 AS learnt
FROM gis.house_numbers h WHERE h.street_id = ANY($1) AND h.path = $2
UNION ALL
SELECT s.parent_id, 'alley', s.path, s.number, ST_X(house.at), ST_Y(house.at), s.length_m, 0.0, false, false
FROM gis.streets s
CROSS JOIN LATERAL (
    SELECT ($7::float8[])[array_position($3::text[], s.path)] / s.spine_m AS inward,
           ST_LineLocatePoint(s.spine, coalesce(s.mouth, (
               SELECT ST_ClosestPoint(u.geom, s.geom) FROM gis.streets u
               WHERE u.parent_id = s.parent_id AND u.path = substring(s.path FROM '^(.*)/') LIMIT 1
           ))) AS share
) way
CROSS JOIN LATERAL (
    SELECT CASE WHEN share IS NULL OR inward IS NULL OR inward > 2 THEN s.center
           ELSE ST_LineInterpolatePoint(s.spine, least(1, greatest(0,
               share + CASE WHEN share > 0.5 THEN -1 ELSE 1 END * least(0.9, inward))))
           END AS at
) house
WHERE s.parent_id = ANY($1) AND s.path = ANY($3::text[])
UNION ALL
(SELECT h.street_id, 'inside', h.path, h.number, ST_X(h.geom), ST_Y(h.geom), 0.0, h.along_m, h.inferred,
        h.id < 0
 FROM gis.house_numbers h
 WHERE h.street_id = ANY($1) AND h.number = $4 AND starts_with(h.path, $5) LIMIT 200)
UNION ALL
SELECT a.street_id, along.kind, along.path, along.number, along.lon, along.lat, 0.0, along.along_m,
       along.inferred, false
FROM asked a CROSS JOIN LATERAL (
    (SELECT 'along' AS kind, h.path, h.number, ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat, h.along_m,
            h.inferred
     FROM gis.house_numbers h
     WHERE h.street_id = a.street_id AND h.number <= $4 ORDER BY h.number DESC LIMIT $6)
    UNION ALL
    (SELECT 'along', h.path, h.number, ST_X(h.geom), ST_Y(h.geom), h.along_m, h.inferred
     FROM gis.house_numbers h
     WHERE h.street_id = a.street_id AND h.number > $4 ORDER BY h.number LIMIT $6)
    UNION ALL
    (SELECT 'mouth', m.path, m.number, ST_X(m.center), ST_Y(m.center), m.mouth_along_m, false
     FROM gis.streets m
     WHERE m.parent_id = a.street_id AND m.number <= $4 AND m.mouth IS NOT NULL
     ORDER BY m.number DESC LIMIT $6)
    UNION ALL
    (SELECT 'mouth', m.path, m.number, ST_X(m.center), ST_Y(m.center), m.mouth_along_m, false
     FROM gis.streets m
     WHERE m.parent_id = a.street_id AND m.number > $4 AND m.mouth IS NOT NULL ORDER BY m.number LIMIT $6)
) along
"""

# Of each ward the nearest in number, of those with the same letters before it.
_LISTED = """
SELECT street_id, number, ward, district FROM (
    SELECT DISTINCT n.street_id, l.number, l.ward, l.district,
           dense_rank() OVER (PARTITION BY n.street_id, l.ward, l.district
                              ORDER BY abs(l.number - $2), l.number) AS nth
    FROM gis.street_names n JOIN gis.listed_numbers l ON l.street_key = n.key
    WHERE n.street_id = ANY($1) AND n.kind <> 'former' AND substring(l.path FROM '^[A-ZĐ]*') = $3
) nearest WHERE nth <= $4
ORDER BY street_id, abs(number - $2), number, ward, district
"""

_SNAP = """
SELECT asked.n, ST_X(p) AS lon, ST_Y(p) AS lat
FROM unnest($1::int[], $2::float8[], $3::float8[]) WITH ORDINALITY AS asked(street_id, lon, lat, n)
JOIN gis.streets s ON s.id = asked.street_id
CROSS JOIN LATERAL (
    SELECT ST_ClosestPoint(s.geom, ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326)) AS p
) snapped
ORDER BY asked.n
"""

_ALL_SPINES = "SELECT id, ST_AsBinary(spine) AS wkb FROM gis.streets WHERE spine IS NOT NULL"

_STONES = """
SELECT h.street_id, h.path, h.along_m FROM gis.house_numbers h
WHERE h.street_id = ANY($1) AND starts_with(h.path, 'KM')
ORDER BY h.street_id, h.number LIMIT 400
"""

_CROSSINGS = """
SELECT a.id AS a_id, a.name AS a_name, b.id AS b_id, b.name AS b_name,
       ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat, 0.0::float8 AS gap_m
FROM gis.intersections i
JOIN gis.streets a ON a.id = i.street_a JOIN gis.streets b ON b.id = i.street_b
WHERE (i.street_a = ANY($1) AND i.street_b = ANY($2)) OR (i.street_a = ANY($2) AND i.street_b = ANY($1))
LIMIT 20
"""

# The nearest point of the street that each position is on, within the named wards and near their middle.
_WITHIN = """
WITH ground AS (
    SELECT ST_Intersection(
        ST_Union(w.geom), ST_Buffer(ST_SetSRID(ST_MakePoint($5, $6), 4326)::geography, $7)::geometry
    ) AS geom
    FROM gis.wards w WHERE w.code = ANY($4)
)
SELECT asked.n, ST_X(p) AS lon, ST_Y(p) AS lat, ST_Length(part::geography) AS length_m
FROM unnest($1::int[], $2::float8[], $3::float8[]) WITH ORDINALITY AS asked(street_id, lon, lat, n)
JOIN gis.streets s ON s.id = asked.street_id
CROSS JOIN ground
CROSS JOIN LATERAL (SELECT ST_Intersection(s.geom, ground.geom) AS part) inside
CROSS JOIN LATERAL (
    SELECT ST_ClosestPoint(part, ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326)) AS p
) nearest
ORDER BY asked.n
"""

_NEAR_CROSSINGS = """
SELECT a.id AS a_id, a.name AS a_name, b.id AS b_id, b.name AS b_name,
       ST_X(p) AS lon, ST_Y(p) AS lat, ST_Distance(a.geom::geography, b.geom::geography) AS gap_m
FROM gis.streets a JOIN gis.streets b ON b.id = ANY($2) AND ST_DWithin(a.geom, b.geom, 0.001)
CROSS JOIN LATERAL (SELECT ST_ClosestPoint(a.geom, b.geom) AS p) closest
WHERE a.id = ANY($1) AND a.id <> b.id
LIMIT 20
"""

_ALL_PLACES = """
SELECT id, source_id, kind, name, key, accented, address, ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM gis.places
ORDER BY id
"""

# A junction's ring may be a street of the map, its stops and its quarter are places.
_JUNCTIONS = """
SELECT name, key, kind, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM gis.places
WHERE key ~ $1
UNION ALL
SELECT s.name, n.key, 'street', ST_X(s.center), ST_Y(s.center)
FROM gis.street_names n JOIN gis.streets s ON s.id = n.street_id
WHERE n.key ~ $1
LIMIT 60
"""

_NEAREST_DOOR = """
SELECT h.path, s.name, ST_Distance(h.geom::geography, here.p::geography) AS distance_m
FROM (SELECT ST_SetSRID(ST_MakePoint($1, $2), 4326) AS p) here, gis.house_numbers h
JOIN gis.streets s ON s.id = h.street_id
ORDER BY h.geom <-> here.p
LIMIT 1
"""

_NEAREST_STREET = """
SELECT s.id, s.name, s.alley, ST_Distance(s.geom::geography, here.p::geography) AS distance_m
FROM (SELECT ST_SetSRID(ST_MakePoint($1, $2), 4326) AS p) here, gis.streets s
ORDER BY s.geom <-> here.p
LIMIT 1
"""


async def find_pack_id(source: Source) -> str:
    """Which city is in use, "" for none."""
    row = await source.fetchrow("SELECT pack_id FROM gis.city")
    return str(row["pack_id"]) if row else ""


async def list_wards(source: Source) -> list[Row]:
    """All wards of today: code, name, key, lon, lat, radius_m, wkb."""
    return await source.fetch(_LIST_WARDS)


async def list_legacy_wards(source: Source) -> list[Row]:
    """All old wards: name, key, district, district_keys, ward_codes, lon, lat, and wkb of their ground."""
    return await source.fetch(_LIST_LEGACY_WARDS)


async def list_all_streets(source: Source) -> list[Row]:
    """Every name of every street with its initials, the longest streets first."""
    return await source.fetch(_ALL_STREETS)


async def list_streets_by_pattern(source: Source, pattern: str) -> list[Row]:
    """Streets whose key matches a regular expression made of single letters spelled out."""
    return await source.fetch(_STREETS_BY_PATTERN, pattern)


async def list_numbers(
    source: Source,
    street_ids: Sequence[int],
    path: Sequence[str],
    number: int,
    each: int,
    inward_m: Sequence[float | None],
) -> list[Row]:
    """What is known about a house number on the streets: rows of kind door, alley, inside, along, mouth.

    `inward_m`: of the alley of each part of the path, how far from its mouth the next part is expected; None
    for the last.
    """
    text = "/".join(path)
    prefixes = ["/".join(path[:depth]) for depth in range(1, len(path) + 1)]
    inside = f"{path[0]}/" if len(path) > 1 else f"{text}/"
    return await source.fetch(_NUMBERS, street_ids, text, prefixes, number, inside, each, inward_m)


async def snap_to_streets(
    source: Source, street_ids: Sequence[int], lons: Sequence[float], lats: Sequence[float]
) -> list[Row]:
    """The nearest point of each street to the position given for it, in the same order."""
    return await source.fetch(_SNAP, street_ids, lons, lats)


async def list_all_spines(source: Source) -> list[Row]:
    """The lines along which streets are numbered: id, wkb in degrees."""
    return await source.fetch(_ALL_SPINES)


async def list_listed(
    source: Source, street_ids: Sequence[int], number: int, letters: str, each: int
) -> list[Row]:
    """Numbers on the streets known by their ward alone, of each ward the nearest: street_id, number, ward,
    district as they were written."""
    return await source.fetch(_LISTED, street_ids, number, letters, each)


async def list_stones(source: Source, street_ids: Sequence[int]) -> list[Row]:
    """The kilometre stones known on the streets: street_id, path, along_m."""
    return await source.fetch(_STONES, street_ids)


async def move_within(
    source: Source,
    places: Sequence[tuple[int, float, float]],
    ward_codes: Sequence[str],
    middle: tuple[float, float],
    radius_m: float,
) -> list[Row]:
    """For each (street id, lon, lat) the nearest point of its street inside the wards and the circle.

    With the length_m of the street there; lon is None where the street does not pass.
    """
    ids, lons, lats = ([place[i] for place in places] for i in range(3))
    return await source.fetch(_WITHIN, ids, lons, lats, ward_codes, *middle, radius_m)


async def list_crossings(source: Source, first: Sequence[int], second: Sequence[int]) -> list[Row]:
    """Where streets of the two sets meet; of pairs that do not, where they come within 100 m."""
    rows = await source.fetch(_CROSSINGS, first, second)
    met = {frozenset((row["a_id"], row["b_id"])) for row in rows}
    near = await source.fetch(_NEAR_CROSSINGS, first, second)
    return [*rows, *(row for row in near if frozenset((row["a_id"], row["b_id"])) not in met)]


async def list_all_places(source: Source) -> list[Row]:
    """Every landmark."""
    return await source.fetch(_ALL_PLACES)


async def list_junctions(source: Source, kinds: str, names: Sequence[str]) -> list[Row]:
    """Places and streets whose key is one of the kinds (a regular expression), then one of the names as whole
    words: name, key, kind, lon, lat."""
    return await source.fetch(_JUNCTIONS, f"{kinds}({'|'.join(map(re.escape, names))})( |$)")


async def find_nearest_door(source: Source, lon: float, lat: float) -> Row | None:
    """The nearest house number: path, name of its street, distance_m."""
    return await source.fetchrow(_NEAREST_DOOR, lon, lat)


async def find_nearest_street(source: Source, lon: float, lat: float) -> Row | None:
    """The nearest named street: id, name, alley, distance_m."""
    return await source.fetchrow(_NEAREST_STREET, lon, lat)
