"""Which ward a point lies in, today and before July 2025, and whether it lies in the city at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

import msgspec
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from gis.geometry import Bbox, LonLat, haversine_m, metres_per_degree
from gis.store import queries


class ZoneWard(msgspec.Struct, frozen=True):
    """A ward of today: its middle lies inside it, `radius_m` is that of a circle of the same area."""

    code: str
    name: str
    key: str
    middle: LonLat
    radius_m: float


class ZoneLegacyWard(msgspec.Struct, frozen=True):
    """A ward of before July 2025, by the name and district people still say."""

    name: str
    key: str
    district: str
    district_keys: tuple[str, ...]
    ward_codes: tuple[str, ...]
    middle: LonLat
    outline: BaseGeometry | None = None

    @property
    def label(self) -> str:
        """ "Phường 3, Quận 5"."""
        return f"{self.name}, {self.district}"


class Zones:
    """The city's wards, kept in memory: a question takes microseconds and no database."""

    def __init__(
        self, wards: Sequence[ZoneWard], shapes: Sequence[shapely.Geometry], legacy: Sequence[ZoneLegacyWard]
    ) -> None:
        self.wards = list(wards)
        self.legacy_wards = list(legacy)
        self._shapes = list(shapes)
        self._tree = STRtree(self._shapes)
        shapely.prepare(self._shapes)
        self._shape_of: dict[str, Any] = {
            ward.code: shape for ward, shape in zip(self.wards, self._shapes, strict=True)
        }
        self._legacy_in: dict[str, list[ZoneLegacyWard]] = defaultdict(list)
        self._districts: dict[frozenset[str], BaseGeometry] = {}
        self.district_keys = frozenset(key for ward in self.legacy_wards for key in ward.district_keys)
        self.area_keys = self.district_keys.union(
            (ward.key for ward in self.wards), (ward.key for ward in self.legacy_wards)
        )
        for ward in self.legacy_wards:
            for code in ward.ward_codes:
                self._legacy_in[code].append(ward)
        west, south, east, north = (
            shapely.total_bounds(self._shapes) if self._shapes else (0.0, 0.0, 0.0, 0.0)
        )
        self.bbox = Bbox(float(west), float(south), float(east), float(north))

    @property
    def centre(self) -> LonLat:
        """The middle of the town: where as many wards lie to each side (of before)."""
        middles = [ward.middle for ward in self.legacy_wards] or [ward.middle for ward in self.wards]
        return LonLat(median(at.lon for at in middles), median(at.lat for at in middles))

    def find_ward(self, lon_lat: tuple[float, float]) -> ZoneWard | None:
        """The ward a position lies in; None outside the city."""
        point = shapely.Point(lon_lat)
        hits: list[int] = sorted(self._tree.query(point, predicate="covered_by").tolist())
        return self.wards[hits[0]] if hits else None

    def find_ward_near(
        self, lon_lat: tuple[float, float], named: frozenset[str] = frozenset(), within_m: float = 60.0
    ) -> ZoneWard | None:
        """The ward of a place in the street before a house: one of the `named` codes where their ground is
        that near, else the ward it lies in, else the nearest. The middle of a street is often a boundary.
        """
        point = shapely.Point(lon_lat)
        reach = within_m / metres_per_degree(lon_lat[1])[0]
        near: list[int] = self._tree.query(point, predicate="dwithin", distance=reach).tolist()
        ranked = sorted(
            (self.wards[i].code not in named, shapely.distance(self._shapes[i], point), self.wards[i].code, i)
            for i in near
        )
        return self.wards[ranked[0][-1]] if ranked else None

    def find_wards(self, lon_lats: Sequence[tuple[float, float]]) -> list[ZoneWard | None]:
        """The ward of each of many positions, asked at once; None outside the city."""
        found: list[ZoneWard | None] = [None] * len(lon_lats)
        if lon_lats and self._shapes:
            at, inside = self._tree.query(shapely.points(list(lon_lats)), predicate="covered_by")
            for n, hit in sorted(zip(at.tolist(), inside.tolist(), strict=True), reverse=True):
                found[n] = self.wards[hit]
        return found

    def outlines(self, tolerance_deg: float) -> dict[str, list[list[tuple[float, float]]]]:
        """Each ward's outer rings by its code, for drawing: simplified together, so that neighbours still
        touch. Rings too small to be seen at that tolerance are left out, but never a ward's largest."""
        if not self._shapes:
            return {}
        drawn = shapely.coverage_simplify(self._shapes, tolerance_deg)
        return {ward.code: _rings(shape) for ward, shape in zip(self.wards, drawn, strict=True)}

    def inside(self, lon_lat: tuple[float, float]) -> bool:
        """Whether a position lies in the city."""
        return self.find_ward(lon_lat) is not None

    def find_legacy_ward(self, lon_lat: tuple[float, float], ward_code: str) -> ZoneLegacyWard | None:
        """The old ward a position lay in: of those that went into today's ward the one whose ground holds it.

        Of old wards without a known ground, the one whose middle is nearest.
        """
        known = self._legacy_in.get(ward_code, [])
        point = shapely.Point(lon_lat)
        inside = [ward for ward in known if ward.outline is not None and ward.outline.covers(point)]
        return min(inside or known, key=lambda ward: haversine_m(ward.middle, lon_lat), default=None)

    def ground_of(self, codes: Iterable[str]) -> BaseGeometry:
        """The ground of some wards of today."""
        return _together([self._shape_of[code] for code in sorted(set(codes)) if code in self._shape_of])

    def district_ground(self, keys: frozenset[str]) -> BaseGeometry:
        """The ground of the old wards of some districts, by the keys of the districts' names."""
        if keys not in self._districts:
            members = [ward for ward in self.legacy_wards if keys & set(ward.district_keys)]
            self._districts[keys] = old_ground(members)
        return self._districts[keys]

    def get_ward(self, code: str) -> ZoneWard:
        """The ward of a code. Raises KeyError."""
        return next(ward for ward in self.wards if ward.code == code)


def old_ground(wards: Iterable[ZoneLegacyWard]) -> BaseGeometry:
    """The ground of some old wards together, empty where it is not known."""
    return _together([ward.outline for ward in wards if ward.outline is not None])


def _together(grounds: Sequence[BaseGeometry]) -> BaseGeometry:
    return grounds[0] if len(grounds) == 1 else shapely.union_all(grounds)


def _rings(shape: shapely.Geometry) -> list[list[tuple[float, float]]]:
    polygons = sorted(shapely.get_parts(shape).tolist(), key=shapely.area, reverse=True)
    kept = polygons[:1] + [p for p in polygons[1:] if shapely.area(p) > 1e-6]
    return [[(round(x, 5), round(y, 5)) for x, y in p.exterior.coords] for p in kept if not p.is_empty]


async def load_zones(source: queries.Source) -> Zones:
    """Read the wards of the city in use."""
    wards: list[ZoneWard] = []
    shapes: list[shapely.Geometry] = []
    for row in await queries.list_wards(source):
        wards.append(
            ZoneWard(row["code"], row["name"], row["key"], LonLat(row["lon"], row["lat"]), row["radius_m"])
        )
        shapes.append(shapely.from_wkb(bytes(row["wkb"])))
    legacy = [
        ZoneLegacyWard(
            name=row["name"],
            key=row["key"],
            district=row["district"],
            district_keys=tuple(row["district_keys"]),
            ward_codes=tuple(row["ward_codes"]),
            middle=LonLat(row["lon"], row["lat"]),
            outline=shapely.from_wkb(bytes(row["wkb"])) if row["wkb"] is not None else None,
        )
        for row in await queries.list_legacy_wards(source)
    ]
    return Zones(wards, shapes, legacy)
