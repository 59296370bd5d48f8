"""A city's contents written into the staged tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from gis.geocode.fold import accented, initials, place_key, street_key, ward_key
from gis.geocode.numbers import main_number, path_text
from gis.importers.contents import CityContents
from gis.importers.metres import LocalMetres
from gis.importers.streets import Street
from gis.importers.wards import as_multipolygon
from gis.store import tables
from gis.store.schema import Connection, copy_rows

Row = tuple[Any, ...]


def fill_staging(
    connection: Connection, contents: CityContents, progress: Callable[[float], None]
) -> dict[str, int]:
    """Copy everything but the city's own row; the number of rows of each table."""
    metres = contents.metres
    zones = _Zones(contents)
    sources: list[tuple[Any, Iterator[Row]]] = [
        (tables.wards, _wards(contents)),
        (tables.legacy_wards, _legacy_wards(contents)),
        (tables.streets, (_street(street, zones, metres) for street in contents.streets)),
        (tables.street_names, (row for street in contents.streets for row in _names(street))),
        (tables.house_numbers, _house_numbers(contents)),
        (tables.byways, _byways(contents)),
        (
            tables.intersections,
            ((c.street_a, c.street_b, _hex(metres.to_degrees(c.point))) for c in contents.crossings),
        ),
        (tables.places, _places(contents)),
        (tables.water, _water(contents)),
        (tables.facilities, _facilities(contents, zones)),
        (tables.stations, _stations(contents)),
    ]
    counts = {}
    for done, (table, rows) in enumerate(sources, start=1):
        counts[str(table.name)] = copy_rows(connection, table, rows)
        progress(done / len(sources))
    return counts


def _hex(geometry: BaseGeometry) -> str:
    return shapely.to_wkb(shapely.set_srid(geometry, 4326), hex=True, include_srid=True)


class _Zones:
    """Ward codes of geometries in degrees."""

    def __init__(self, contents: CityContents) -> None:
        self._codes = [ward.code for ward in contents.wards]
        self._tree = STRtree([ward.geometry for ward in contents.wards])

    def touching(self, geometry: BaseGeometry) -> list[str]:
        return sorted(self._codes[i] for i in self._tree.query(geometry, predicate="intersects"))

    def find(self, point: shapely.Point) -> str | None:
        return next(iter(self.touching(point)), None)


def _wards(contents: CityContents) -> Iterator[Row]:
    for ward in contents.wards:
        yield ward.code, ward.name, ward_key(ward.name), ward.source, _hex(as_multipolygon(ward.geometry))


def _legacy_wards(contents: CityContents) -> Iterator[Row]:
    for ward in contents.legacy_wards:
        yield (
            ward.code, ward.name, ward_key(ward.name), ward.district, ward_key(ward.district),
            ward.former_district, ward_key(ward.former_district) if ward.former_district else None,
            list(ward.ward_codes), _hex(shapely.Point(ward.lon_lat)),
            _hex(ward.outline) if ward.outline is not None else None,
        )  # fmt: skip


def _street(street: Street, zones: _Zones, metres: LocalMetres) -> Row:
    geometry = metres.to_degrees(street.plane)
    middle = shapely.shortest_line(street.plane, street.plane.centroid).coords[0]
    return (
        street.id, street.name, street.key, street.highway, street.alley,
        path_text(street.path) or None, street.parent_key or None, street.parent_id,
        main_number(street.path[0]) if street.path else None, street.plane.length,
        zones.touching(geometry), _hex(geometry), _hex(metres.to_degrees(shapely.Point(middle))),
        _hex(metres.to_degrees(street.mouth)) if street.mouth is not None else None,
        _hex(metres.to_degrees(street.spine)), street.mouth_along_m, street.spine.length,
        street.numbering.zero_m, street.numbering.pace_m, street.numbering.fitted, street.numbering.held,
        [part.district for part in street.parts], [part.from_m for part in street.parts],
        [part.to_m for part in street.parts],
    )  # fmt: skip


def _names(street: Street) -> Iterator[Row]:
    keys = {street.key}
    yield street.id, street.key, accented(street.name), initials(street.key), "name"
    others = [(name, "alternative") for name in street.other_names]
    for name, kind in (*((name, "former") for name in street.former_names), *others):
        key = street_key(name)
        if key and key not in keys:
            keys.add(key)
            yield street.id, key, accented(name), initials(key), kind


def _house_numbers(contents: CityContents) -> Iterator[Row]:
    spines = {street.id: street.spine for street in contents.streets}
    for number, door in enumerate(contents.doors, start=1):
        yield (
            number, door.street_id, door.alley_id, path_text(door.path), main_number(door.path[0]),
            door.inferred, spines[door.street_id].project(door.point), door.source,
            _hex(contents.metres.to_degrees(door.point)),
        )  # fmt: skip


def _byways(contents: CityContents) -> Iterator[Row]:
    for number, byway in enumerate(contents.byways, start=1):
        way = _hex(contents.metres.to_degrees(byway.way))
        yield number, byway.street_id, byway.along_m, byway.side, byway.way.length, way


def _places(contents: CityContents) -> Iterator[Row]:
    number = 0
    for landmark in contents.landmarks:
        keys: set[str] = set()
        for name in (landmark.name, *landmark.other_names):
            key = place_key(name)
            if not key or key in keys:
                continue
            keys.add(key)
            number += 1
            yield (
                number, landmark.source_id, landmark.kind, landmark.name, key, accented(name),
                landmark.address, _hex(shapely.Point(landmark.lon_lat)),
            )  # fmt: skip


def _water(contents: CityContents) -> Iterator[Row]:
    shapes = [shape for shape in contents.osm.shapes if shape.kind != "park"]
    for number, shape in enumerate(shapes, start=1):
        yield number, shape.name, shape.kind, _hex(shape.geometry)


def _facilities(contents: CityContents, zones: _Zones) -> Iterator[Row]:
    for facility in contents.facilities:
        point = shapely.Point(facility.lon_lat)
        yield (
            facility.id, facility.kind, facility.name, zones.find(point), facility.synthetic, facility.source,
            _hex(point),
        )  # fmt: skip


def _stations(contents: CityContents) -> Iterator[Row]:
    for station in contents.stations:
        yield (
            station.id, station.agency, station.name, station.ward_code, station.synthetic, station.source,
            _hex(shapely.Point(station.lon_lat)),
        )  # fmt: skip
