"""Words into places. Several places that fit are several candidates, never silently one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic

import msgspec
from openlocationcode import openlocationcode

from gis.geocode.areas import Hint, is_area, resolve_areas, split_areas
from gis.geocode.candidate import Candidate, Find, shares, tell_apart, without_doubles, yield_to_todays
from gis.geocode.describe import describe_near
from gis.geocode.fold import fold
from gis.geocode.grammar import Query, parse
from gis.geocode.junctions import find_junctions, is_only_kind, junction_name
from gis.geocode.kilometres import find_kilometre
from gis.geocode.landmarks import find_corner, find_landmarks
from gis.geocode.matching import NO_NAMES, SAME, StreetMatch, match_streets
from gis.geocode.near_handset import add_mouths, weigh_nearness
from gis.geocode.numbered import find_numbered, move_into, narrow, snap
from gis.geocode.numbers import path_text
from gis.geocode.pinning import pin
from gis.geocode.rereading import find_two_streets, is_known_whole, list_readings
from gis.geocode.tokens import Area, KnownAreas
from gis.geocode.zoned import LOOK_AGAIN_S, ZoneNames
from gis.geometry import LonLat
from gis.store import queries
from gis.store.names import Lookup, Names, load_names
from gis.store.queries import Source
from gis.zones import Zones, ZoneWard, load_zones

_WORTH_SHOWING = 0.4
_OUTSIDE = 0.4  # the map reaches beyond the city, its calls rarely do
_MIDDLE_IS_IT = 0.1  # that an unfound door stands by chance in the middle of its ward
_HANDSET_IS_IT = 0.5  # that a caller stands where it happens
_HANDSET_RADIUS_M = 100.0
_HINTS_AT_MOST = 2_000
_SURE_NAME = 0.85  # of a street, for words that are read anew to hold its number
_SURE, _OF_NAME = 0.8, 0.62
_WORSE_THAN_AREA = 0.2
_UNFOUND = 0.6  # of an area, when more was told than could be found in it


class _City(msgspec.Struct, frozen=True):
    """What is kept in memory of a city; one question keeps to one of them."""

    pack_id: str
    zones: Zones
    names: Names
    known: KnownAreas


class Geocoder:
    """Finds places in the city in use; `source` is an asyncpg pool. Wards and names are read at the first
    question, and kept until another city is put in use: its streets bear other ids."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._read: _City | None = None
        self._reading = asyncio.Lock()
        self._looked = float("-inf")
        self._hints: dict[tuple[Zones, tuple[Area, ...]], Hint | None] = {}
        self._zone_names = ZoneNames(source)

    async def zones(self) -> Zones:
        """The wards of the city in use."""
        return (await self._city()).zones

    async def names(self) -> Names:
        """The names of the city in use."""
        return (await self._city()).names

    async def reload(self) -> None:
        """Read wards, names and zones now, before the first question."""
        await self._zone_names.refresh(now=True)
        self._looked = float("-inf")
        await self._city()

    async def _city(self) -> _City:
        """The city in use; whether it still is the same is asked when nobody did for LOOK_AGAIN_S."""
        await self._zone_names.refresh()
        async with self._reading:
            if self._read is None or monotonic() - self._looked >= LOOK_AGAIN_S:
                self._read = await self._look_again(self._read)
                self._looked = monotonic()
            return self._read

    async def _look_again(self, city: _City | None) -> _City:
        """The city in use: this one, else read anew, and once more if it changed over meanwhile."""
        while True:
            pack_id = await queries.find_pack_id(self._source)
            if city is not None and city.pack_id == pack_id:
                return city
            names, zones = await load_names(self._source), await load_zones(self._source)
            city = _City(pack_id, zones, names, known_areas(zones))
            self._hints.clear()

    async def geocode(
        self, text: str, *, near: LonLat | None = None, near_radius_m: float | None = None, limit: int = 5
    ) -> list[Candidate]:
        """Places the words may mean, best first, at most `limit`; [] when nothing is found.

        `near` (a handset's position, with its circle) makes near places likelier; it never hides others.
        """
        city = await self._city()
        zones, names = city.zones, city.names
        query = parse(text, city.known)
        point = self._find_point(query, near, zones)
        if point is not None:
            inside = zones.inside(point)
            return self._zone_names.name([await self._at_point(point, zones)]) if inside else []
        async with queries.held(self._source) as connection:
            source = Lookup(connection, names)
            finds, hint = await self._find(source, query, zones)
            if hint is not None:
                await move_into(source, finds, hint, _ward_codes(zones))
                narrow(names, finds, hint, deep=query.alley or len(query.path) > 1)
            if query.path and (query.alley or query.path[1:]):
                await add_mouths(source, finds, query.path[0], query.relation)
            if near is not None:
                await weigh_nearness(source, finds, near, near_radius_m or 0.0)
        sure = _is_sure(finds)
        for find in finds:
            ward = zones.find_ward_near(find.lon_lat)
            if ward is None:
                find.score *= _OUTSIDE
                find.why.append("ngoài địa bàn thành phố")
            if hint is not None and find.level != "ward":
                fit = hint.fit(find.lon_lat, ward.code if ward else "")
                find.score *= fit
                find.why.append(f"{'trong' if fit > 0.9 else 'ngoài'} {hint.label}")
        if hint is not None and finds and not sure and _best(finds) < _WORSE_THAN_AREA:
            finds += _area_finds(hint, told_more=True)
        yield_to_todays(finds, _WORTH_SHOWING, of_before=query.of_before)
        finds = without_doubles(finds)
        finds = [find for find in finds if find.score >= finds[0].score * _WORTH_SHOWING]
        confidences = shares(finds)
        candidates = [
            _candidate(find, confidence, zones, hint)
            for find, confidence in zip(finds, confidences, strict=True)
        ]
        said = hint.label if hint is not None else ""
        return tell_apart(self._zone_names.name(candidates[:limit]), said)

    async def at_handset(self, near: LonLat, radius_m: float | None) -> list[Candidate]:
        """The place of a handset whose words say none; [] outside the city."""
        zones = await self.zones()
        if not zones.inside(near):
            return []
        where = await describe_near(self._source, near) or ""
        why = ["chỉ biết chỗ máy gọi"]
        find = Find(near, radius_m or _HANDSET_RADIUS_M, _HANDSET_IS_IT, "coordinates", where, why)
        return self._zone_names.name([_candidate(find, _HANDSET_IS_IT, zones, None)])

    async def describe(self, lon_lat: LonLat) -> str:
        """The place in words, as a resident says it, with its ward; degrees outside the city."""
        zones = await self.zones()
        ward = zones.find_ward(lon_lat)
        street = await describe_near(self._source, LonLat(*lon_lat))
        if ward is None:
            return f"{lon_lat[1]:.5f}, {lon_lat[0]:.5f}"
        return f"{street}, {ward.name}" if street else ward.name

    async def zone_at(self, lon_lat: LonLat) -> str:
        """What the agencies' zones at a position are called, "" for none."""
        await self._zone_names.refresh()
        return self._zone_names.find(lon_lat)

    async def _at_point(self, point: LonLat, zones: Zones) -> Candidate:
        find = Find(
            point,
            20.0,
            0.95,
            "coordinates",
            await describe_near(self._source, point) or "",
            ["toạ độ trong lời báo"],
        )
        return _candidate(find, 0.95, zones, None)

    def _resolve(self, areas: Sequence[Area], zones: Zones) -> Hint | None:
        """The ground of the areas, kept for the next question: the same few hundred are named all day."""
        key = zones, tuple(areas)
        if key not in self._hints:
            if len(self._hints) >= _HINTS_AT_MOST:
                self._hints.clear()
            self._hints[key] = resolve_areas(areas, zones)
        return self._hints[key]

    def _find_point(self, query: Query, near: LonLat | None, zones: Zones) -> LonLat | None:
        """The position in figures or as a Plus Code in a text (short ones are completed near the caller)."""
        if query.plus_code is None:
            return query.coordinates
        code = query.plus_code
        if not openlocationcode.isFull(code):
            bbox = zones.bbox
            middle = LonLat((bbox.west + bbox.east) / 2, (bbox.south + bbox.north) / 2)
            hint = self._resolve(query.areas, zones)
            origin = near or (hint.middle if hint else middle)
            if not openlocationcode.isShort(code):
                return None
            code = openlocationcode.recoverNearest(code, origin.lat, origin.lon)
        area = openlocationcode.decode(code)
        return LonLat(area.longitudeCenter, area.latitudeCenter)

    async def _find(self, source: Lookup, query: Query, zones: Zones) -> tuple[list[Find], Hint | None]:
        loose = {name: split_areas(name, zones) for name in query.names[1:]}
        if query.names and len(split_areas(query.names[0], zones)) > 1:
            loose[query.names[0]] = split_areas(query.names[0], zones)
        areas = [*query.areas, *(area for told in loose.values() for area in told)]
        names = [name for name in query.names if not loose.get(name) and name not in query.parts]
        hint = self._resolve(areas, zones)
        finds: list[Find] = []
        if query.corner is not None:
            finds = await find_corner(source, query.corner, hint, zones)
        for name in names[:3] if not finds else ():
            found, told = await self._named(source, name, query, areas, zones)
            if not found or (finds and not _is_sure(found)):
                continue
            finds, hint = found, told or hint
            if query.nearby or not _is_sure(finds):
                continue  # a name that is only like the words gives way to one that is the same
            await pin(source, finds, names[names.index(name) + 1 :], zones)
            break
        if not finds:
            hint = hint or self._resolve(_enclosing(names, zones), zones)
            if hint is not None:
                finds = _area_finds(hint, told_more=bool(query.path or names))
        return finds, hint

    async def _named(
        self, source: Lookup, name: str, query: Query, areas: Sequence[Area], zones: Zones
    ) -> tuple[list[Find], Hint | None]:
        """Streets of this name, with the number if any, or landmarks; and the area within the words."""
        if not query.path and query.kilometre is None and " " in name:
            junctions = await find_junctions(source, name)
            if junctions:
                return junctions, None
            anew = await self._read_anew(source, name, areas, zones)
            if anew is not None:
                return anew
        if fold(name) in NO_NAMES:
            return [], None
        matches = await match_streets(source, name, zones)
        if junction_name(name):
            matches = [match for match in matches if not match.alike]  # "ngã ba Thành" is no Thanh Nga
        if " " in name:
            matches = [m for m in matches if not is_only_kind(m.name) or fold(m.name) == fold(name)]
        told = next((match.areas for match in matches if match.areas), ())
        hint = self._resolve([*areas, *told], zones)
        if query.path and matches:
            finds = await find_numbered(
                source, matches, query.path, query.alley, hint, partial(self._resolve, zones=zones)
            )
            former = {match.id for match in matches if match.former}
            for find in finds:
                find.former = find.street_id in former
            return finds, hint if told else None
        landmarks = [
            find
            for find in find_landmarks(
                source.names, name, query.nearby, half_typed=all(match.fit < SAME for match in matches)
            )
            if len(find.title) >= len(name) or not is_area(find.title, zones)
        ]
        if query.path:
            for find in landmarks:
                find.score *= 0.5
                find.title = f"{find.title} (không rõ số {path_text(query.path)})"
            return landmarks, None
        if query.kilometre is not None and matches:
            found = await find_kilometre(source, matches, query.kilometre, hint, zones.centre)
            return found, hint if told else None
        streets = await self._streets(source, matches, hint)
        return streets + landmarks, hint if told and streets else None

    async def _read_anew(
        self, source: Lookup, name: str, areas: Sequence[Area], zones: Zones
    ) -> tuple[list[Find], Hint | None] | None:
        """Of words that are no name as they stand: the house or the corner that they may say; else None."""
        readings = list_readings(name)
        if is_known_whole(source.names, name):
            return None
        for reading in readings:
            matches = [m for m in await match_streets(source, reading.street, zones) if m.fit >= _SURE_NAME]
            if matches:
                told = next((match.areas for match in matches if match.areas), ())
                hint = self._resolve([*areas, *told], zones)
                resolve = partial(self._resolve, zones=zones)
                found = await find_numbered(source, matches, reading.path, reading.alley, hint, resolve)
                return found, hint if told else None
        corner = find_two_streets(source.names, name)
        finds = await find_corner(source, corner, self._resolve(areas, zones), zones) if corner else []
        return (finds, None) if finds else None

    async def _streets(self, source: Source, matches: Sequence[StreetMatch], hint: Hint | None) -> list[Find]:
        """The streets themselves."""
        chosen = sorted(
            matches,
            key=lambda m: (hint is not None and not m.ward_codes & hint.ward_codes, -m.fit, -m.length_m),
        )[:12]
        finds = [
            Find(
                lon_lat=hint.middle if hint is not None else match.center,
                radius_m=30 + min(match.length_m / 2, 3000.0),
                score=0.7 * match.fit,
                level="alley" if match.alley else "street",
                title=match.name,
                why=[match.why],
                street_id=match.id,
                length_m=match.length_m,
                ward_codes=match.ward_codes,
                former=match.former,
            )
            for match in chosen
        ]
        await snap(source, finds)
        return finds


def _enclosing(names: Sequence[str], zones: Zones) -> Sequence[Area]:
    """The areas that the words end with, of names that are not found: "chung cư Ehome 3 Bình Tân"."""
    for name in names:
        words = name.split()
        tails = (" ".join(words[at:]) for at in range(max(0, len(words) - 6), len(words)))
        told = next((areas for tail in tails if (areas := split_areas(tail, zones))), ())
        if told and not told[0].name.isdigit():
            return told
    return ()


def _best(finds: Sequence[Find]) -> float:
    return max(find.score for find in finds)


def _is_sure(finds: Sequence[Find]) -> bool:
    """Whether one of them bears the very name that was said."""
    return any(find.score >= _SURE * min(find.base, _OF_NAME) for find in finds)


def known_areas(zones: Zones) -> KnownAreas:
    """The wards and districts of all generations, for those named without their kind."""
    wards = {ward.key for ward in zones.wards} | {ward.key for ward in zones.legacy_wards}
    return KnownAreas(
        wards=frozenset(wards),
        districts=frozenset(k for ward in zones.legacy_wards for k in ward.district_keys),
    )


def _area_finds(hint: Hint, *, told_more: bool) -> list[Find]:
    why = (
        "không tìm thấy đường hay số nhà đã nói, chỉ biết địa bàn: hỏi tên đường, hẻm hoặc nơi ai cũng biết"
        if told_more
        else "chỉ biết phường, quận"
    )
    score = (0.75 if hint.of_ward else 0.5) * (_UNFOUND if told_more else 1.0)
    near = _MIDDLE_IS_IT if told_more else 1.0
    return [
        Find(spot.middle, spot.radius_m, score, "ward", "", [why], ward_codes=spot.ward_codes, near=near)
        for spot in hint.spots
    ]


def _ward_codes(zones: Zones) -> Callable[[LonLat], str]:
    """Gives the code of the ward at a position, "" outside the city."""

    def code_at(lon_lat: LonLat) -> str:
        ward = zones.find_ward(lon_lat)
        return ward.code if ward else ""

    return code_at


def _candidate(find: Find, confidence: float, zones: Zones, hint: Hint | None) -> Candidate:
    codes = find.ward_codes if find.level == "ward" else hint.ward_codes if hint else frozenset()
    if find.level == "ward" and len(codes) == 1:
        ward: ZoneWard | None = zones.get_ward(*codes)  # said, and so surer than where the middle lies
    else:
        ward = zones.find_ward_near(find.lon_lat, codes)
    legacy = zones.find_legacy_ward(find.lon_lat, ward.code) if ward else None
    parts = [find.title, ward.name if ward else ""]
    return Candidate(
        lon=round(find.lon_lat.lon, 7),
        lat=round(find.lon_lat.lat, 7),
        radius_m=round(find.radius_m, 1),
        confidence=round(min(1.0, confidence), 3),
        level=find.level,
        label=", ".join(part for part in parts if part),
        ward_code=ward.code if ward else "",
        ward=ward.name if ward else "",
        legacy_ward=legacy.label if legacy else "",
        why=find.reasons,
        mouth=find.mouth,
    )
