"""The ground of the wards and districts of before July 2025, which no table of today holds.

An extract of that time draws most of them. What it does not draw is the ground nearer to the ward's middle
than to any other's, within the wards of today that the ward went into. Wards that were merged before 2025
("Phường 10, Quận 5") are in no table either: the extract's own are taken in, since people still say them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from gis.geocode.fold import ward_key
from gis.geometry import LonLat
from gis.importers.metres import LocalMetres
from gis.importers.model import Boundary, LegacyWard, Ward
from gis.importers.wards import as_multipolygon

_MIDDLE_OFF_M = 300.0
"""The tables' middles were looked up by name; some lie just outside their ward."""
_CELL_REACH_M = 4000.0
_LEAST_SHARE = 0.1
_WARD_HEADS = ("Phường ", "Xã ", "Thị trấn ")
_DISTRICT_HEADS = ("Quận ", "Huyện ", "Thành phố ", "Thị xã ")


class District(msgspec.Struct, frozen=True):
    """A district of before July 2025 in metres; `key` as `ward_key` writes its name."""

    key: str
    plane: BaseGeometry


def with_outlines(
    legacy: Sequence[LegacyWard], boundaries: Sequence[Boundary], wards: Sequence[Ward], metres: LocalMetres
) -> list[LegacyWard]:
    """The old wards with their ground, and after them those that only the extract knows."""
    drawn = [(b, _plane(b.geometry, metres)) for b in boundaries if b.name.startswith(_WARD_HEADS)]
    districts = _drawn_districts(legacy, boundaries, metres)
    by_key: dict[str, list[tuple[Boundary, BaseGeometry]]] = defaultdict(list)
    for boundary, plane in drawn:
        by_key[ward_key(boundary.name)].append((boundary, plane))
    cells = _cells(legacy, wards, metres)
    known = []
    for ward, cell in zip(legacy, cells, strict=True):
        middle = metres.point(ward.lon_lat)
        near = [(p.distance(middle), p.area, n) for n, (_, p) in enumerate(by_key[ward_key(ward.name)])]
        best = min(near, default=None)
        if best is not None and best[0] <= _MIDDLE_OFF_M:
            outline = as_multipolygon(by_key[ward_key(ward.name)][best[2]][0].geometry)
            known.append(msgspec.structs.replace(ward, outline=outline, surveyed=True))
        else:
            known.append(msgspec.structs.replace(ward, outline=cell))
    return known + _merged_before(known, drawn, districts, wards)


def districts_of(legacy: Sequence[LegacyWard], metres: LocalMetres) -> list[District]:
    """The districts as the ground of their wards; of a city that was three districts before, those three."""
    members: dict[str, list[BaseGeometry]] = defaultdict(list)
    for ward in legacy:
        if ward.outline is not None:
            members[ward_key(ward.former_district or ward.district)].append(_plane(ward.outline, metres))
    return [District(key, shapely.union_all(planes)) for key, planes in sorted(members.items())]


def _plane(geometry: BaseGeometry, metres: LocalMetres) -> BaseGeometry:
    plane = metres.to_plane(geometry)
    return plane if plane.is_valid else shapely.make_valid(plane)


def _drawn_districts(
    legacy: Sequence[LegacyWard], boundaries: Sequence[Boundary], metres: LocalMetres
) -> dict[str, BaseGeometry]:
    """Districts of which the extract draws the ground, where most of their wards' middles lie in it."""
    middles: dict[str, list[shapely.Point]] = defaultdict(list)
    for ward in legacy:
        middles[ward_key(ward.former_district or ward.district)].append(metres.point(ward.lon_lat))
    found = {}
    for boundary in boundaries:
        points = middles.get(ward_key(boundary.name), [])
        if boundary.name.startswith(_DISTRICT_HEADS) and points:
            plane = _plane(boundary.geometry, metres)
            if 2 * sum(plane.contains(point) for point in points) > len(points):
                found[ward_key(boundary.name)] = plane
    return found


def _merged_before(
    known: Sequence[LegacyWard],
    drawn: Sequence[tuple[Boundary, BaseGeometry]],
    districts: dict[str, BaseGeometry],
    wards: Sequence[Ward],
) -> list[LegacyWard]:
    names = {ward_key(w.former_district or w.district): (w.district, w.former_district) for w in known}
    taken = {(ward_key(w.former_district or w.district), ward_key(w.name)) for w in known}
    tree = STRtree([ward.geometry for ward in wards])
    found = []
    for boundary, plane in drawn:
        inside = plane.representative_point()
        district = next((key for key, ground in districts.items() if ground.contains(inside)), None)
        if district is None or (district, ward_key(boundary.name)) in taken:
            continue
        taken.add((district, ward_key(boundary.name)))
        outline = as_multipolygon(boundary.geometry)
        hits = tree.query(outline, predicate="intersects").tolist()
        shares = {wards[i].code: wards[i].geometry.intersection(outline).area for i in hits}
        codes = sorted(code for code, area in shares.items() if area > _LEAST_SHARE * outline.area)
        if codes:
            middle = outline.representative_point()
            of, former = names[district]
            code = f"{district}/{ward_key(boundary.name)}".replace(" ", "-")
            found.append(
                LegacyWard(code, boundary.name, of, former, _lon_lat(middle), tuple(codes), outline, True)
            )
    return found


def _cells(
    legacy: Sequence[LegacyWard], wards: Sequence[Ward], metres: LocalMetres
) -> list[BaseGeometry | None]:
    """The ground nearest to each old ward's middle, within the wards of today that it went into."""
    today = {ward.code: _plane(ward.geometry, metres) for ward in wards}
    middles = [metres.point(ward.lon_lat) for ward in legacy]
    if len(set(middles)) < 2:
        return [_home(ward, today, metres) for ward in legacy]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(middles)))
    tree = STRtree(cells)
    found: list[BaseGeometry | None] = []
    for ward, middle in zip(legacy, middles, strict=True):
        hit = tree.query(middle, predicate="intersects").tolist()
        home = shapely.union_all([today[code] for code in ward.ward_codes if code in today])
        cell = shapely.union_all([cells[i] for i in hit]).intersection(home)
        cell = cell.intersection(middle.buffer(_CELL_REACH_M))
        has_area = cell.area > 1.0
        found.append(as_multipolygon(metres.to_degrees(cell)) if has_area else _home(ward, today, metres))
    return found


def _home(ward: LegacyWard, today: dict[str, BaseGeometry], metres: LocalMetres) -> BaseGeometry | None:
    grounds = [today[code] for code in ward.ward_codes if code in today]
    return as_multipolygon(metres.to_degrees(shapely.union_all(grounds))) if grounds else None


def _lon_lat(point: shapely.Point) -> LonLat:
    return LonLat(point.x, point.y)
