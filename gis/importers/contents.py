"""Everything a city holds, derived from its sources: the step between files and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import shapely
from shapely import STRtree

from gis.errors import ForeignPlace
from gis.geocode.fold import place_key
from gis.geometry import haversine_m
from gis.importers.addresses import read_addresses
from gis.importers.admin_tables import list_legacy_wards
from gis.importers.byways import Byway, find_byways
from gis.importers.doors import Door, tie_doors
from gis.importers.facilities import read_facilities
from gis.importers.metres import LocalMetres
from gis.importers.model import Facility, Landmark, LegacyWard, OsmCity, Ward
from gis.importers.mouths import tie_mouths
from gis.importers.numbering import lay_spines, number_streets, part_streets
from gis.importers.osm import read_osm
from gis.importers.outlines import districts_of, with_outlines
from gis.importers.renames import add_former_names
from gis.importers.stations import Station, place_stations
from gis.importers.streets import Crossing, Street, find_crossings, join_streets
from gis.importers.told import tie_told
from gis.importers.wards import read_wards, wards_around_centres

Progress = Callable[[str, float], None]
"""Called with the name of a step and how much of it is done, 0 to 1."""

_LEAST_SHARE_IN_WARDS = 0.2
_SAME_FACILITY_M = 250.0


class CitySources(msgspec.Struct, frozen=True):
    """The files a city is built from. Without wards, cells around the known ward middles are used."""

    osm: Path
    wards: Path | None = None
    facilities: tuple[Path, ...] = ()
    addresses: tuple[Path, ...] = ()
    generated: bool = False


class CityContents(msgspec.Struct, frozen=True):
    """What goes into tables and tiles."""

    osm: OsmCity
    metres: LocalMetres
    wards: list[Ward]
    legacy_wards: list[LegacyWard]
    streets: list[Street]
    crossings: list[Crossing]
    byways: list[Byway]
    doors: list[Door]
    landmarks: list[Landmark]
    facilities: list[Facility]
    stations: list[Station]


def read_contents(sources: CitySources, progress: Progress) -> CityContents:
    """Read and check all sources. Raises CityBuildError."""
    progress("read map", 0.0)
    wards = read_wards(sources.wards) if sources.wards else []
    facilities = [facility for path in sources.facilities for facility in read_facilities(path)]
    addresses = [address for path in sources.addresses for address in read_addresses(path)]
    osm = read_osm(sources.osm)
    progress("read map", 1.0)
    if not wards:
        wards = wards_around_centres(osm.bbox.grown(0.005))
    _check_same_place(osm, wards, sources)
    progress("streets", 0.0)
    metres = LocalMetres(osm.bbox)
    streets = join_streets(osm.roads, metres)
    progress("streets", 0.6)
    crossings = find_crossings(streets, osm.roads, metres)
    lay_spines(streets)
    doors = tie_doors([*osm.addresses, *addresses], streets, metres) + tie_told(osm.told, streets, metres)
    doors += tie_mouths(streets, doors)
    number_streets(streets, doors, osm.roads, metres.point(osm.centre), metres)
    legacy = list_legacy_wards({ward.code for ward in wards})
    legacy = with_outlines(legacy, osm.boundaries, wards, metres)
    part_streets(streets, districts_of(legacy, metres))
    add_former_names(streets)
    progress("streets", 1.0)
    facilities = _without_doubles([*facilities, *osm.facilities])
    return CityContents(
        osm=osm,
        metres=metres,
        wards=wards,
        legacy_wards=legacy,
        streets=streets,
        crossings=crossings,
        byways=find_byways(streets, osm.roads, metres),
        doors=doors,
        landmarks=osm.landmarks + _as_landmarks(facilities, osm.landmarks),
        facilities=facilities,
        stations=place_stations(wards, facilities, streets, metres),
    )


def _check_same_place(osm: OsmCity, wards: Sequence[Ward], sources: CitySources) -> None:
    tree = STRtree([ward.geometry for ward in wards])
    firsts = [shapely.Point(road.line[0]) for road in osm.roads]
    inside = len(set(tree.query(firsts, predicate="within")[0].tolist())) if wards else 0
    share = inside / len(firsts)
    if share < _LEAST_SHARE_IN_WARDS:
        raise ForeignPlace(osm.path, sources.wards or Path("vietnamadminunits"), share)


def _without_doubles(facilities: Sequence[Facility]) -> list[Facility]:
    """One of each: sources earlier in the list win over the same kind and name near by."""
    kept: dict[tuple[str, str], list[Facility]] = {}
    for facility in facilities:
        same = kept.setdefault((facility.kind, place_key(facility.name)), [])
        if all(haversine_m(facility.lon_lat, other.lon_lat) > _SAME_FACILITY_M for other in same):
            same.append(facility)
    return [facility for same in kept.values() for facility in same]


def _as_landmarks(facilities: Sequence[Facility], known: Sequence[Landmark]) -> list[Landmark]:
    """Facilities of other sources than the map can be asked for by name too."""
    names = {place_key(landmark.name) for landmark in known}
    return [
        Landmark(facility.id, f"facility={facility.kind}", facility.name, (), None, facility.lon_lat)
        for facility in facilities
        if not facility.id.startswith("osm-") and place_key(facility.name) not in names
    ]
