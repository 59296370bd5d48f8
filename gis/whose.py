"""Whose is this point: its ward, and for each agency whether it answers there, its zones, beats and station.

Areas are what an administrator imported (`gis.store.areas`). Where none were imported nothing is guessed but
the station: then the nearest one as the crow flies is named, and said to be reckoned.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
import shapely

from gis.geometry import LonLat
from gis.importers.areas import Ground, read_areas
from gis.store import areas as store
from gis.store.areas import AreaImport
from gis.store.queries import Row, Source

Kind = Literal["agency", "zone", "beat", "station"]
"""agency: where it answers at all; zone: one set of responsible units and plans; beat: one patrol; station:
what one station answers for."""

KINDS: tuple[Kind, ...] = get_args(Kind)


class Named(msgspec.Struct, frozen=True):
    """An area by its code and names."""

    code: str
    vi: str
    en: str


class NearStation(msgspec.Struct, frozen=True):
    """The nearest station of an agency, as the crow flies; synthetic when it is made up."""

    id: str
    name: str
    distance_m: float
    synthetic: bool


class AgencyHere(msgspec.Struct, frozen=True):
    """What one agency has at a point. Several areas where they overlap, none in a gap.

    `responsible` follows its imported area, and without one (`by_area` false) the bounds of the city.
    `zones_known`, `beats_known`, `stations_known`: whether such areas hold anywhere now; without them an
    empty list says nothing. `nearest` is there where no station area is, in the city alone.
    """

    agency_id: str
    responsible: bool
    by_area: bool
    zones: tuple[Named, ...]
    beats: tuple[Named, ...]
    stations: tuple[Named, ...]
    zones_known: bool
    beats_known: bool
    stations_known: bool
    nearest: NearStation | None


class Whose(msgspec.Struct, frozen=True):
    """The answer for a position (lon, lat); `ward_code` and `ward` are "" outside the city."""

    lon_lat: LonLat
    ward_code: str
    ward: str
    agencies: tuple[AgencyHere, ...]


async def find_whose(
    source: Source, lon_lat: tuple[float, float], agencies: Sequence[str], at: dt.datetime
) -> Whose:
    """Whose a position (lon, lat) is at a moment, for these agencies in their order; one question to the
    database."""
    place = LonLat(*lon_lat)
    rows = await store.ask_whose(source, *place, agencies, at)
    ward = next((row for row in rows if row["what"] == "ward"), None)
    over: dict[tuple[str, str], list[Named]] = defaultdict(list)
    for row in rows:
        if row["what"] == "area":
            over[row["agency"], row["kind"]].append(Named(row["code"], row["name_vi"], row["name_en"]))
    known = {(row["agency"], row["kind"]) for row in rows if row["what"] == "known"}
    nearest = {row["agency"]: row for row in rows if row["what"] == "station"}
    return Whose(
        lon_lat=place,
        ward_code=ward["code"] if ward else "",
        ward=ward["name_vi"] if ward else "",
        agencies=tuple(
            _here(agency, over, known, nearest.get(agency) if ward else None, in_city=ward is not None)
            for agency in agencies
        ),
    )


def _here(
    agency: str,
    over: dict[tuple[str, str], list[Named]],
    known: set[tuple[str, str]],
    nearest: Row | None,
    *,
    in_city: bool,
) -> AgencyHere:
    by_area = (agency, "agency") in known
    stations = tuple(over.get((agency, "station"), ()))
    return AgencyHere(
        agency_id=agency,
        responsible=bool(over.get((agency, "agency"))) if by_area else in_city,
        by_area=by_area,
        zones=tuple(over.get((agency, "zone"), ())),
        beats=tuple(over.get((agency, "beat"), ())),
        stations=stations,
        zones_known=(agency, "zone") in known,
        beats_known=(agency, "beat") in known,
        stations_known=(agency, "station") in known,
        nearest=None if stations or nearest is None else _station(nearest),
    )


def _station(row: Row) -> NearStation:
    return NearStation(row["code"], row["name_vi"], round(row["distance_m"], 1), row["synthetic"])


async def import_areas(
    pool: Any, path: Path, agency: str, kind: Kind, *, by: str, at: dt.datetime, local: dt.tzinfo
) -> tuple[int, int, tuple[str, ...]]:
    """Put the areas of a GeoJSON file in the place of those of the agency and kind, all or none of them:
    (kept, replaced, notices).

    `pool` is an asyncpg pool, `local` the zone of days without one. Raises what `read_areas`
    raises, and AreasNotKept.
    """
    wards = await store.list_ground(pool)
    ground = Ground(tuple(name for name, _ in wards), tuple(shapely.from_wkb(wkb) for _, wkb in wards))
    file = read_areas(path, ground, local, whole_city=kind != "beat")
    kept = [area.kept() for area in file.areas]
    gone = await store.replace_areas(pool, agency, kind, kept, (path.name, file.sha256), by, at)
    return len(kept), gone, file.notices


async def remove_areas(pool: Any, agency: str, kind: Kind, *, by: str, at: dt.datetime) -> int:
    """Put nothing in the place of the areas of an agency and kind, kept as an import of none: how many."""
    return await store.replace_areas(pool, agency, kind, (), ("", ""), by, at)


async def export_areas(source: Source, agency: str, kind: Kind) -> tuple[bytes, int]:
    """The areas in use as GeoJSON that `import_areas` reads, and how many they are."""
    rows = await store.list_areas(source, agency, kind)
    features = [_feature(row) for row in rows]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features}), len(features)


def _feature(row: Row) -> dict[str, object]:
    told = ("code", "name_vi", "name_en", "valid_from", "valid_to")
    return {
        "type": "Feature",
        "properties": {name: row[name] for name in told if row[name] is not None},
        "geometry": msgspec.json.decode(row["geometry"]),
    }


async def list_imports(source: Source) -> list[AreaImport]:
    """Every import with who made it and when, the oldest first."""
    return await store.list_imports(source)
