"""The ward and district a caller names, of any generation, as ground ("P.3 Q.5" is part of one today)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from gis.geocode.fold import ward_key
from gis.geocode.tokens import Area
from gis.geometry import LonLat, haversine_m
from gis.zones import ZoneLegacyWard, Zones, ZoneWard

_WARD_REACH_M = 700.0
_DISTRICT_REACH_M = 2500.0


class Hint(msgspec.Struct, frozen=True):
    """The ground that the named areas cover: wards of today, and the middle of what was named in them."""

    ward_codes: frozenset[str]
    middle: LonLat
    radius_m: float
    label: str
    of_ward: bool

    def fit(self, lon_lat: LonLat, ward_code: str) -> float:
        """How well a place agrees with what was said, 1 inside, less the farther off."""
        distance = haversine_m(self.middle, lon_lat)
        if ward_code in self.ward_codes:
            # A ward of today holds several old ones: the near one is meant rather than the far one.
            return 1.0 if distance <= max(self.radius_m, 600.0) * 1.5 else 0.92
        beyond = max(0.0, distance - self.radius_m)
        return 0.8 if beyond < 400 else 0.6 if beyond < 1500 else 0.35


def resolve_areas(areas: Sequence[Area], zones: Zones) -> Hint | None:
    """The ground of the named areas, None when none is known here."""
    wards = {ward_key(area.name) for area in areas if area.kind == "ward"}
    districts = {ward_key(area.name) for area in areas if area.kind == "district"}
    loose = {ward_key(area.name) for area in areas if area.kind == "any"}
    for key in loose:
        if not districts and any(key in ward.district_keys for ward in zones.legacy_wards):
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
        return _of_legacy(old)
    if wards and (today or old) and not districts:
        return _of_wards(today, old)
    if districts:
        return _of_district([w for w in zones.legacy_wards if districts & set(w.district_keys)], today)
    return None


def is_area(name: str, zones: Zones) -> bool:
    """Whether these words are the name of a ward or district, today's or old."""
    key = ward_key(name)
    return any(key == ward.key for ward in zones.wards) or any(
        key == ward.key or key in ward.district_keys for ward in zones.legacy_wards
    )


def _middle(places: Iterable[LonLat]) -> LonLat:
    points = list(places)
    return LonLat(sum(p.lon for p in points) / len(points), sum(p.lat for p in points) / len(points))


def _of_legacy(old: Sequence[ZoneLegacyWard]) -> Hint:
    middle = _middle(ward.middle for ward in old)
    reach = max(haversine_m(middle, ward.middle) for ward in old) + _WARD_REACH_M
    return Hint(frozenset(c for w in old for c in w.ward_codes), middle, reach, old[0].label, of_ward=True)


def _of_wards(today: Sequence[ZoneWard], old: Sequence[ZoneLegacyWard]) -> Hint:
    codes = frozenset(ward.code for ward in today) | frozenset(c for w in old for c in w.ward_codes)
    middle = today[0].middle if today else _middle(ward.middle for ward in old)
    reach = today[0].radius_m * 1.3 if today else _WARD_REACH_M
    spread = max((haversine_m(middle, ward.middle) for ward in old), default=0.0)
    return Hint(codes, middle, max(reach, spread), (today[0].name if today else old[0].label), of_ward=True)


def _of_district(old: Sequence[ZoneLegacyWard], today: Sequence[ZoneWard]) -> Hint | None:
    if not old:
        return _of_wards(today, []) if today else None
    middle = _middle(ward.middle for ward in old)
    reach = max(_DISTRICT_REACH_M, *(haversine_m(middle, ward.middle) for ward in old))
    codes = frozenset(c for ward in old for c in ward.ward_codes)
    return Hint(codes, middle, reach, old[0].district, of_ward=False)
