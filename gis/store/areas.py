"""Areas of responsibility as the administrator imported them: they outlive every rebuild of the city.

They are kept in schema `gis_areas`. An import replaces the one before of its agency and kind as a whole, and
is kept with who made it and when; what it replaced stays, out of use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import asyncpg
import msgspec

from gis.errors import AreasNotKept
from gis.store.queries import Row, Source

ENSURE = """
CREATE SCHEMA IF NOT EXISTS gis_areas;
CREATE TABLE IF NOT EXISTS gis_areas.imports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency text NOT NULL, kind text NOT NULL, file text NOT NULL, sha256 text NOT NULL,
    imported_by text NOT NULL, imported_at timestamptz NOT NULL, replaced_at timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS imports_in_use ON gis_areas.imports (agency, kind)
    WHERE replaced_at IS NULL;
CREATE TABLE IF NOT EXISTS gis_areas.areas (
    import_id bigint NOT NULL REFERENCES gis_areas.imports, agency text NOT NULL, kind text NOT NULL,
    code text NOT NULL, name_vi text NOT NULL, name_en text NOT NULL,
    valid_from timestamptz, valid_to timestamptz, replaced_at timestamptz,
    geom geometry(MultiPolygon, 4326) NOT NULL, PRIMARY KEY (import_id, code)
);
CREATE INDEX IF NOT EXISTS areas_in_use_gist ON gis_areas.areas USING gist (geom) WHERE replaced_at IS NULL;
GRANT USAGE ON SCHEMA gis_areas TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA gis_areas TO PUBLIC;
"""

KEPT = ("imports", "areas")
"""The tables of schema `gis_areas`, the one that the other refers to first; nothing can make them again."""

THERE = "SELECT to_regclass('gis_areas.areas_in_use_gist') IS NOT NULL"

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(1734964069)"  # "gise": imports wait for one another

_RETIRE = """
WITH old AS (
    UPDATE gis_areas.imports SET replaced_at = $3 WHERE agency = $1 AND kind = $2 AND replaced_at IS NULL
    RETURNING id
)
UPDATE gis_areas.areas a SET replaced_at = $3 FROM old WHERE a.import_id = old.id
RETURNING a.code
"""

_BEGIN = """
INSERT INTO gis_areas.imports (agency, kind, file, sha256, imported_by, imported_at)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
"""

_KEEP = """
INSERT INTO gis_areas.areas (import_id, agency, kind, code, name_vi, name_en, valid_from, valid_to, geom)
SELECT $1, $2, $3, code, vi, en, since, until, ST_Multi(ST_GeomFromWKB(wkb, 4326))
FROM unnest($4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::bytea[])
     AS t(code, vi, en, since, until, wkb)
"""

_VALID = (
    "a.replaced_at IS NULL AND coalesce(a.valid_from <= {at}, true) AND coalesce({at} < a.valid_to, true)"
)

# What lies over the point, which kinds of areas are known at all, and the nearest station of each agency.
_WHOSE = f"""
WITH here AS (SELECT ST_SetSRID(ST_MakePoint($1, $2), 4326) AS p)
(SELECT 'ward' AS what, '' AS agency, '' AS kind, w.code, w.name AS name_vi, w.name AS name_en,
        NULL::float8 AS distance_m, false AS synthetic
 FROM here, gis.wards w WHERE ST_Covers(w.geom, here.p) ORDER BY w.code LIMIT 1)
UNION ALL
(SELECT 'area', a.agency, a.kind, a.code, a.name_vi, a.name_en, NULL, false
 FROM here, gis_areas.areas a
 WHERE {_VALID.format(at="$4")} AND ST_Covers(a.geom, here.p) ORDER BY a.agency, a.kind, a.code)
UNION ALL
(SELECT 'known', i.agency, i.kind, '', '', '', NULL, false FROM gis_areas.imports i
 WHERE i.replaced_at IS NULL
   AND EXISTS (SELECT FROM gis_areas.areas a WHERE a.import_id = i.id AND {_VALID.format(at="$4")}))
UNION ALL
(SELECT DISTINCT ON (s.agency) 'station', s.agency, '', s.id, s.name, s.name,
        ST_DistanceSphere(s.geom, here.p), s.synthetic
 FROM here, gis.stations s WHERE s.agency = ANY($3)
 ORDER BY s.agency, ST_DistanceSphere(s.geom, here.p), s.id)
"""

_NEWEST = "SELECT max(id) AS id FROM gis_areas.imports"

_LIST_ZONES = """
SELECT agency, name_vi, valid_from, valid_to, ST_AsBinary(geom) AS wkb
FROM gis_areas.areas WHERE kind = 'zone' AND replaced_at IS NULL ORDER BY agency, code
"""

_LIST_IMPORTS = """
SELECT i.id, i.agency, i.kind, i.file, i.sha256, i.imported_by, i.imported_at, i.replaced_at,
       (SELECT count(*) FROM gis_areas.areas a WHERE a.import_id = i.id)::int AS areas
FROM gis_areas.imports i ORDER BY i.id
"""

_LIST_AREAS = """
SELECT code, name_vi, name_en, valid_from, valid_to, ST_AsGeoJSON(geom, 7) AS geometry
FROM gis_areas.areas WHERE agency = $1 AND kind = $2 AND replaced_at IS NULL ORDER BY code
"""

_GROUND = "SELECT name, ST_AsBinary(geom) AS wkb FROM gis.wards ORDER BY code"


class KeptArea(msgspec.Struct, frozen=True):
    """One area to be kept: `wkb` is its ground (polygons in EPSG:4326), times None without end."""

    code: str
    name_vi: str
    name_en: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    wkb: bytes


class KeptZone(msgspec.Struct, frozen=True):
    """A zone in use, as the geocoder keeps it."""

    agency: str
    name_vi: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    wkb: bytes

    def holds(self, at: dt.datetime) -> bool:
        """Whether it is valid at a moment."""
        begun = self.valid_from is None or self.valid_from <= at
        return begun and (self.valid_to is None or at < self.valid_to)


class AreaImport(msgspec.Struct, frozen=True):
    """One import as it stands in the database; `replaced_at` None while it is in use."""

    id: int
    agency: str
    kind: str
    file: str
    sha256: str
    imported_by: str
    imported_at: dt.datetime
    replaced_at: dt.datetime | None
    areas: int


@contextmanager
def _keeping() -> Iterator[None]:
    try:
        yield
    except (asyncpg.SyntaxOrAccessError, asyncpg.IntegrityConstraintViolationError) as error:
        raise AreasNotKept(str(error)) from error


async def replace_areas(
    pool: Any,
    agency: str,
    kind: str,
    areas: Sequence[KeptArea],
    told: tuple[str, str],
    by: str,
    at: dt.datetime,
) -> int:
    """Put the areas in the place of those before, all or none; how many are out of use now.

    `pool` is an asyncpg pool, `told` the file's name and digest. Raises AreasNotKept.
    """
    columns = [[getattr(area, field) for area in areas] for field in KeptArea.__struct_fields__]
    with _keeping():
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(_ONE_AT_A_TIME)
            gone = await connection.fetch(_RETIRE, agency, kind, at)
            import_id = await connection.fetchval(_BEGIN, agency, kind, *told, by, at)
            await connection.execute(_KEEP, import_id, agency, kind, *columns)
    return len(gone)


async def ask_whose(
    source: Source, lon: float, lat: float, agencies: Sequence[str], at: dt.datetime
) -> list[Row]:
    """All that is known of a position, as rows of four sorts (`what`): ward, area, known, station."""
    return await source.fetch(_WHOSE, lon, lat, list(agencies), at)


async def find_newest_import(source: Source) -> int | None:
    """The id of the newest import; None before the first."""
    (row,) = await source.fetch(_NEWEST)
    return None if row["id"] is None else int(row["id"])


async def list_zones(source: Source) -> list[KeptZone]:
    """The zones in use, by agency and code."""
    return [KeptZone(**{**row, "wkb": bytes(row["wkb"])}) for row in await source.fetch(_LIST_ZONES)]


async def list_imports(source: Source) -> list[AreaImport]:
    """Every import, those that were replaced too, the oldest first."""
    return [AreaImport(**row) for row in await source.fetch(_LIST_IMPORTS)]


async def list_areas(source: Source, agency: str, kind: str) -> list[Row]:
    """The areas in use of an agency and kind: code, name_vi, name_en, valid_from, valid_to, geometry
    (GeoJSON)."""
    return await source.fetch(_LIST_AREAS, agency, kind)


async def list_ground(source: Source) -> list[tuple[str, bytes]]:
    """The name and ground (WKB) of each ward of the city in use."""
    return [(row["name"], bytes(row["wkb"])) for row in await source.fetch(_GROUND)]
