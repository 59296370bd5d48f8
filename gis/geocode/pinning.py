"""A place known by its street alone, or by a number far from those known, pinned by what was told beside it:
"đường Lê Lợi gần Pasteur", "Âu Cơ, gần ngã tư Bà Quẹo", "Lê Lợi đoạn giữa Pasteur và Nam Kỳ Khởi Nghĩa"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.geocode.candidate import Find
from gis.geocode.fold import fold
from gis.geocode.landmarks import find_landmarks
from gis.geocode.matching import match_streets
from gis.geometry import LonLat, haversine_m, interpolate
from gis.store import queries
from gis.store.names import Lookup
from gis.store.queries import Source
from gis.zones import Zones

_RELATION = re.compile(
    r"^(?:o|cho|tai|gan|ngay|canh|sat|ke|ben|ke ben|doi dien|voi|truoc|sau|khuc|doan|giao|cat|gap|khoang|phia"
    r"|qua|duong|cach)\s+"
)
_JUNCTION = re.compile(r"^(?:nga (?:ba|tu|nam|sau|bay|[3-7])|giao lo|nut giao|goc)\s+")
_BETWEEN = re.compile(r"^giua\s+(.+?)\s+(?:va|voi|den|toi)\s+(.+)$")
_IDLE = re.compile(r"^(?:dau|cuoi|day|do|nha|so)\b")
_SURE = 0.9
_VAGUE_M = 250.0
_AT_CORNER_M, _AT_LANDMARK_M, _OFF_STREET_M = 80.0, 150.0, 700.0
_MET_M = 60.0
_NOT_PINNED = 0.6
_ASIDES_AT_MOST = 2
Pin = tuple[LonLat, float]


async def pin(source: Lookup, finds: Sequence[Find], asides: Sequence[str], zones: Zones) -> None:
    """Move vague finds on streets to where they pass what was told beside them; those that do not pass it,
    while others do, become less likely."""
    vague = [
        find
        for find in finds
        if find.street_id is not None
        and (find.level == "street" or (find.level == "interpolated" and find.radius_m > _VAGUE_M))
    ]
    for aside in asides[:_ASIDES_AT_MOST] if vague else ():
        pins = await _list_pins(source, vague, aside, zones)
        for find in vague:
            place = pins.get(find.street_id or 0)
            if place is None:
                find.score *= _NOT_PINNED if pins else 1.0
            elif find.level == "street" or haversine_m(place[0], find.lon_lat) < 1.5 * find.radius_m:
                find.lon_lat, find.radius_m = place[0], min(find.radius_m, place[1])
                find.near = min(1.0, max(find.near, _AT_CORNER_M / place[1]))
                find.why.append(f"chỗ đường này qua “{aside}”")
        if pins:
            return


async def _list_pins(source: Lookup, finds: Sequence[Find], aside: str, zones: Zones) -> dict[int, Pin]:
    """Where each of the streets passes what the words name: by street id, with a radius."""
    words = fold(aside)
    between = _BETWEEN.match(words)
    ids = [find.street_id for find in finds if find.street_id is not None]
    if between:
        a, b = [await _crossings(source, ids, name, zones) for name in between.groups()]
        either = {id_: (places[0], _AT_CORNER_M) for id_, places in (b | a).items()}
        return {id_: _middle(a[id_], b[id_]) for id_ in ids if id_ in a and id_ in b} or either
    while lead := _RELATION.match(words):
        words = words[lead.end() :]
    if not words or _IDLE.match(words):
        return {}
    crossing = await _crossings(source, ids, _JUNCTION.sub("", words), zones)
    if crossing:
        return {id_: (places[0], _AT_CORNER_M) for id_, places in crossing.items()}
    landmarks = [find for find in find_landmarks(source.names, words, False) if find.score > 0.5]
    return await _passing(source, finds, landmarks)


async def _crossings(source: Lookup, ids: Sequence[int], name: str, zones: Zones) -> dict[int, list[LonLat]]:
    others = [match.id for match in await match_streets(source, name, zones) if match.fit >= _SURE]
    found: dict[int, list[LonLat]] = {}
    for row in await queries.list_crossings(source, ids, others) if others else ():
        if row["gap_m"] <= _MET_M:
            at = LonLat(row["lon"], row["lat"])
            for id_ in {row["a_id"], row["b_id"]} & set(ids):
                found.setdefault(id_, []).append(at)
    return found


def _middle(a: Sequence[LonLat], b: Sequence[LonLat]) -> Pin:
    """Between the two crossings that are nearest to one another."""
    apart, first, second = min((haversine_m(p, q), p, q) for p in a for q in b)
    return interpolate(first, second, 0.5), apart / 2 + _AT_CORNER_M / 2


async def _passing(source: Source, finds: Sequence[Find], landmarks: Sequence[Find]) -> dict[int, Pin]:
    pairs = [(find.street_id or 0, place.lon_lat) for find in finds for place in landmarks[:5]]
    if not pairs:
        return {}
    rows = await queries.snap_to_streets(
        source, [id_ for id_, _ in pairs], [at.lon for _, at in pairs], [at.lat for _, at in pairs]
    )
    pins: dict[int, Pin] = {}
    for (id_, at), row in zip(pairs, rows, strict=True):
        there = LonLat(row["lon"], row["lat"])
        radius = _AT_LANDMARK_M + haversine_m(at, there)
        if radius <= _OFF_STREET_M and (id_ not in pins or radius < pins[id_][1]):
            pins[id_] = there, radius
    return pins
