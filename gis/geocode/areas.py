"""The ward and district a caller names, of any generation, as ground ("P.3 Q.5" is part of one today)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from gis.geocode.fold import fold, ward_key
from gis.geocode.tokens import SHORT_DISTRICTS, Area
from gis.geometry import LonLat, haversine_m, metres_per_degree
from gis.zones import ZoneLegacyWard, Zones, ZoneWard, old_ground

_WARD_REACH_M = 700.0
_DISTRICT_REACH_M = 2500.0
_EDGE_M = 60.0
_GROUND_EDGE_DEG = 20.0 / 111_000
_AROUND_DEG = {False: 300.0 / 111_000, True: 700.0 / 111_000}
"""So far beyond the district, or the ward, that they were said to be in lie the farthest 1 and 4 of a hundred
known addresses."""
_MOST_OF_IT = 0.9
Member = tuple[BaseGeometry, frozenset[str]]
"""The ground of one ward, and the wards of today that it went into."""
_NEXT_DOOR_M = 400.0
_NEARBY_M = 1500.0
_AREA_WORDS = 7


class Spot(msgspec.Struct, frozen=True):
    """One of the places that an area's name stands for: "phường 3" is in nine districts."""

    ground: BaseGeometry
    ward_codes: frozenset[str]
    middle: LonLat
    radius_m: float


class Hint(msgspec.Struct, frozen=True):
    """The ground that the named areas cover: its outline, the wards of today it lies in, its middle.

    `districts` are the old districts that were named, by themselves or with their wards, by key; `edge` is
    the ground with what counts as in it along its edge, `around` with where people also say that they are in
    it. `members` are the wards of that name, `spots` the answers when nothing more is known.
    """

    ward_codes: frozenset[str]
    middle: LonLat
    radius_m: float
    label: str
    of_ward: bool
    ground: BaseGeometry
    districts: frozenset[str] = frozenset()
    edge: BaseGeometry = shapely.Polygon()
    around: BaseGeometry = shapely.Polygon()
    members: tuple[Member, ...] = ()
    spots: tuple[Spot, ...] = ()

    def fit(self, lon_lat: LonLat, ward_code: str) -> float:
        """How well a place agrees with what was said, 1 inside, less the farther off."""
        if self.ground.is_empty:
            beyond = max(0.0, haversine_m(self.middle, lon_lat) - self.radius_m)
            beyond = 0.0 if ward_code in self.ward_codes else beyond
        else:
            beyond = self.ground.distance(shapely.Point(lon_lat)) * metres_per_degree(lon_lat.lat)[0]
        if beyond <= _EDGE_M:
            return 1.0
        # People name the ward they count themselves to, and few know where it ends.
        return 0.8 if beyond < _NEXT_DOOR_M else 0.6 if beyond < _NEARBY_M else 0.35


def resolve_areas(areas: Sequence[Area], zones: Zones) -> Hint | None:
    """The ground of the named areas, None when none is known here."""
    hint = _resolve(areas, zones)
    if hint is None:
        return None
    if hint.ground.is_empty:
        return msgspec.structs.replace(
            hint, spots=(Spot(hint.ground, hint.ward_codes, hint.middle, hint.radius_m),)
        )
    edge = shapely.buffer(hint.ground, _GROUND_EDGE_DEG, quad_segs=2) if hint.of_ward else hint.ground
    around = shapely.buffer(hint.ground, _AROUND_DEG[hint.of_ward], quad_segs=4)
    shapely.prepare([hint.ground, edge])
    spots = tuple(_spots(hint, zones))
    one = spots[0]
    if len(spots) == 1:
        hint = msgspec.structs.replace(hint, middle=one.middle, radius_m=one.radius_m)
    return msgspec.structs.replace(hint, edge=edge, around=around, spots=spots)


def _spots(hint: Hint, zones: Zones) -> Iterator[Spot]:
    """The places that the hint's name stands for, each with the wards of today that it may be in."""
    for ground, codes in hint.members or ((hint.ground, hint.ward_codes),):
        today = ground.intersection(zones.ground_of(codes))
        middle = hint.middle
        if not (ground if today.is_empty else today).covers(shapely.Point(middle)):
            inside = (ground if today.is_empty else today).point_on_surface()
            middle = LonLat(inside.x, inside.y)
        farthest_m = max(haversine_m(middle, (lon, lat)) for lon, lat in _corners(ground))
        yield Spot(ground, codes, middle, _MOST_OF_IT * farthest_m)


def _members(today: Sequence[ZoneWard], old: Sequence[ZoneLegacyWard], zones: Zones) -> Iterator[Member]:
    """The grounds of wards of one name: today's with the old ones in it, and old ones elsewhere."""
    drawn = [(ward.outline, frozenset(ward.ward_codes)) for ward in old if ward.outline is not None]
    for ward in today:
        ground = zones.ground_of([ward.code])
        own = [outline for outline, _ in drawn if outline.intersects(ground)]
        yield shapely.union_all([ground, *own]), frozenset([ward.code])
    here = zones.ground_of(ward.code for ward in today) if today else shapely.Polygon()
    yield from ((outline, codes) for outline, codes in drawn if not outline.intersects(here))


def _corners(ground: BaseGeometry) -> list[tuple[float, float]]:
    corners: list[tuple[float, float]] = shapely.get_coordinates(ground.convex_hull).tolist()
    return corners


def _resolve(areas: Sequence[Area], zones: Zones) -> Hint | None:
    wards = {ward_key(area.name) for area in areas if area.kind == "ward"}
    districts = {ward_key(area.name) for area in areas if area.kind == "district"}
    loose = {ward_key(area.name) for area in areas if area.kind == "any"}
    for key in loose:
        if not districts and key in zones.district_keys:
            districts.add(key)
        elif not wards:
            wards.add(key)
    old = [
        ward
        for ward in zones.legacy_wards
        if (not wards or ward.key in wards) and (not districts or districts & set(ward.district_keys))
    ]
    today = [ward for ward in zones.wards if ward.key in wards]
    if wards and districts and old:
        return _of_wards([], old, zones)
    if wards and districts and today:
        # Today's ward said with the district of before: meant is the ward of that name there.
        there = zones.district_ground(frozenset(districts))
        today = [ward for ward in today if zones.ground_of([ward.code]).intersects(there)]
    if wards and (today or (old and not districts)):
        return _of_wards(today, [] if districts else old, zones)
    return _of_district(frozenset(districts), zones) if districts else None


def is_area(name: str, zones: Zones) -> bool:
    """Whether these words are the name of a ward or district, today's or old."""
    return ward_key(name) in zones.area_keys


def split_areas(text: str, zones: Zones) -> tuple[Area, ...]:
    """The areas whose names the words are, one alone or a ward and its district; () when they are none."""
    words = text.split()
    if not words or len(words) > _AREA_WORDS:
        return ()
    if is_area(text, zones):
        return (Area("any", text),)
    short = SHORT_DISTRICTS.get(fold(text))
    if short:
        return (Area("district", short),)
    for i in range(len(words) - 1, 0, -1):
        first, last = " ".join(words[:i]), " ".join(words[i:])
        district = SHORT_DISTRICTS.get(fold(last), last)
        numbered = first[-1].isdigit() or district[-1].isdigit()  # "Tân Chánh Hiệp 10" is a street
        if not numbered and is_area(first, zones) and _is_district(district, zones):
            return Area("ward", first), Area("district", district)
    return ()


def _is_district(name: str, zones: Zones) -> bool:
    return ward_key(name) in zones.district_keys


def _middle(places: Iterable[LonLat]) -> LonLat:
    points = list(places)
    return LonLat(sum(p.lon for p in points) / len(points), sum(p.lat for p in points) / len(points))


def _of_wards(today: Sequence[ZoneWard], old: Sequence[ZoneLegacyWard], zones: Zones) -> Hint:
    codes = frozenset(ward.code for ward in today) | frozenset(c for w in old for c in w.ward_codes)
    middle = today[0].middle if today else _middle(ward.middle for ward in old)
    reach = today[0].radius_m * 1.3 if today else _WARD_REACH_M
    spread = max((haversine_m(middle, ward.middle) for ward in old), default=0.0)
    ground = zones.ground_of(ward.code for ward in today) if today else old_ground(old)
    if today and old:
        ground = ground.union(old_ground(old))
    label = today[0].name if today else old[0].label
    districts = frozenset() if today else frozenset(ward.district_keys[-1] for ward in old)
    members = tuple(_members(today, old, zones))
    return Hint(codes, middle, max(reach, spread), label, True, ground, districts, members=members)


def _of_district(keys: frozenset[str], zones: Zones) -> Hint | None:
    old = [ward for ward in zones.legacy_wards if keys & set(ward.district_keys)]
    if not old:
        return None
    middle = _middle(ward.middle for ward in old)
    reach = max(_DISTRICT_REACH_M, *(haversine_m(middle, ward.middle) for ward in old))
    codes = frozenset(c for ward in old for c in ward.ward_codes)
    ground = zones.district_ground(keys)
    named = frozenset(ward.district_keys[-1] for ward in old)
    return Hint(codes, middle, reach, old[0].district, False, ground, named)
