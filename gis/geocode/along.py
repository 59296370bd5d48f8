"""House numbers that are not on the map, placed on their streets by the numbers that are."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from gis.geocode.areas import Hint
from gis.geocode.candidate import Find
from gis.geocode.matching import StreetMatch
from gis.geocode.numbers import main_number, path_text
from gis.geocode.placing import Block, Known, Part, Scale, place_along, place_anywhere, place_by_blocks
from gis.geocode.settling import Mouth, Placed
from gis.geocode.stretches import Span, beside, sides_of, spans_along
from gis.geocode.tokens import Area
from gis.geocode.within import Within
from gis.geometry import LonLat, haversine_m
from gis.store import nearby, queries
from gis.store.names import Lookup
from gis.store.queries import Row

_KNOWN_NOISE_M = 6.0
_MOUTH_NOISE_M = 24.0
_INFERRED_NOISE_M = 36.0
_DEEP_NOISE_M = 35.0
"""How far from its number's true place along the street a known one stands: a door, an alley's mouth, a door
whose street was inferred, a door deep in an alley."""
_BESIDE_M = 10.0
SETBACK_M = 80.0
DEEPEST_M = 500.0
"""How far from its street a house stands at most, and one in an alley."""
_FIRST_INWARD_M, _INWARD_PACE_M = 30.0, 4.0
"""Metres from the middle of the street to the first number of an alley, and for each number further in."""
_SURE_OF_SIDE = 0.3
"""Doors stand about so far from the middle of their street; which side is told when it is likely enough."""
_LEAST_OVERLAP = 0.1
_LISTED_EACH = 5
"""So many numbers of each ward are looked at of which the ward alone is known: the nearest."""
_LETTERS = re.compile(r"^[A-ZĐ]*")
_BASIS = {
    "between": "giữa các số nhà đã biết",
    "beyond": "ngoài dãy số nhà đã biết",
    "listed": "theo các số nhà đã biết ở phường nào",
    "custom": "ước theo lệ đánh số, chưa biết số nhà nào gần đó",
    "block": "theo các số cùng chữ ở đường bên cạnh",
}
_WIDENED = {"between": 0.9, "beyond": 1.52, "listed": 1.35, "custom": 1.3, "block": 1.3}
"""Nine of ten known addresses lie within so many times the reach that the likelihood gives; those in alleys
that are not known, of which most follow no order, within that reach itself."""
_NEAR = {
    "between": (0.21, 0.755),
    "beyond": (0.152, 0.78),
    "listed": (0.03, 0.97),
    "custom": (0.07, 0.865),
    "block": (0.07, 0.865),
}
_IN_ALLEY = 0.8
"""The chance found on known addresses is a straight line in that of the likelihood; fitted on answers about
streets and numbers held out, those about single numbers counted twice."""
_SCORE = {"between": 0.74, "beyond": 0.62, "listed": 0.57, "custom": 0.52, "block": 0.54}


def inward_m(path: tuple[str, ...]) -> list[float | None]:
    """How far into the alley of each part of the path the next part is expected; None behind the last."""
    return [*(_FIRST_INWARD_M + _INWARD_PACE_M * main_number(part) for part in path[1:]), None]


Resolve = Callable[[Sequence[Area]], Hint | None]
"""The ground of named areas, None when none is known here."""


class Asked(msgspec.Struct, frozen=True):
    """A street that a number is looked for on, and what is known of it there (rows of `list_numbers`)."""

    match: StreetMatch
    rows: Sequence[Row]


async def find_along(
    source: Lookup,
    asked: Sequence[Asked],
    path: tuple[str, ...],
    alley: bool,
    hint: Hint | None,
    resolve: Resolve,
) -> list[Find]:
    """One find for each street: the likeliest place of the number on it, within the ground that was named."""
    if not asked:
        return []
    ids = [one.match.id for one in asked]
    letters = _letters(path[0])
    told = await queries.list_listed(source, ids, main_number(path[0]), letters, _LISTED_EACH)
    lettered = await nearby.list_blocks(source, ids, letters) if letters else ()
    byways: Sequence[Row] = ()
    if alley or path[1:]:
        least_m = (inward_m(path)[0] or 0.0) / 2
        byways = await nearby.list_byways(source, ids, least_m, _FIRST_INWARD_M)
    finds = []
    for one in asked:
        spine = source.names.get_spine(one.match.id)
        of_it = [row for row in told if row["street_id"] == one.match.id]
        listed = _listed(spine, one.match.scale, of_it, resolve)
        leaving = [row for row in byways if row["street_id"] == one.match.id]
        blocks = _blocks(
            spine, one.match.scale, [row for row in lettered if row["street_id"] == one.match.id]
        )
        finds.append(_find_on(one, spine, path, alley, hint, listed, leaving, blocks))
    return finds


def _listed(spine: shapely.LineString, scale: Scale, rows: Sequence[Row], resolve: Resolve) -> list[Within]:
    """The numbers of which only the ward is known, on the stretches of the street in it."""
    spans: dict[tuple[str, str], tuple[Span, ...]] = {}
    for ward in {(row["ward"], row["district"]) for row in rows}:
        areas = [Area(kind, name) for kind, name in zip(("ward", "district"), ward, strict=True) if name]
        hint = resolve(areas)
        spans[ward] = tuple(_named_spans(spine, scale, hint)) if hint is not None and hint.of_ward else ()
    each = ((row["number"], spans[row["ward"], row["district"]]) for row in rows)
    return [Within(number, stretches) for number, stretches in each if stretches]


def _blocks(spine: shapely.LineString, scale: Scale, rows: Sequence[Row]) -> list[Block]:
    """Numbers of the same letter on other streets near by, by the metres along this one next to them."""
    share = scale.length_m / (spine.length or 1.0)
    along = (spine.project(shapely.Point(row["lon"], row["lat"])) * share for row in rows)
    return [Block(row["number"], at) for row, at in zip(rows, along, strict=True)]


def _find_on(
    asked: Asked,
    spine: shapely.LineString,
    path: tuple[str, ...],
    alley: bool,
    hint: Hint | None,
    listed: Sequence[Within],
    byways: Sequence[Row],
    blocks: Sequence[Block],
) -> Find:
    match = asked.match
    spans = _named_spans(spine, match.scale, hint)
    parts = weigh_parts(match.parts, spans, hint.districts if hint else frozenset())
    deep = len(path) > 1
    known = _known(path, asked.rows, spine)
    loose = deep and not alley and (bool(known) or not blocks)
    mouths = [Mouth(byway["along_m"], byway["side"]) for byway in byways]
    if blocks and not known:
        placed = place_by_blocks(main_number(path[0]), blocks, match.scale.length_m, spans)
    else:
        placed = _place(path, known, match.scale, spans, parts, listed, deep=loose, mouths=mouths)
    side_m = math.copysign(_BESIDE_M, placed.left) if abs(placed.left) > _SURE_OF_SIDE else 0.0
    point = beside(spine, placed.along_m / (match.scale.length_m or 1.0), side_m)
    # A number of this street stands on it, or in an alley of it.
    most = farthest_m(spine, point) + (DEEPEST_M if deep else SETBACK_M)
    reach = min(placed.most_m * (1.0 if loose else _WIDENED[placed.basis]), most)
    least, share = _NEAR[placed.basis]
    near = (least + share * placed.near) * (_IN_ALLEY if loose else 1.0)
    find = as_find(
        match, point, reach, _SCORE[placed.basis] - 0.06 * deep, near, "interpolated",
        title_of(match, path, alley), [_BASIS[placed.basis]],
    )  # fmt: skip
    if placed.mouth is not None:
        _lead_into(find, byways[placed.mouth], hint)
    return find


def _lead_into(find: Find, byway: Row, hint: Hint | None) -> None:
    """Into the way off the street that may be the alley, unless that leads out of what was named."""
    house = LonLat(byway["lon"], byway["lat"])
    if hint is None or hint.fit(house, "") >= hint.fit(find.lon_lat, ""):
        find.lon_lat, find.likely_mouth = house, LonLat(byway["mouth_lon"], byway["mouth_lat"])


def farthest_m(spine: BaseGeometry, point: LonLat) -> float:
    """Metres from a point to the end or bend of a street that is farthest from it."""
    return max(haversine_m(point, (lon, lat)) for lon, lat in shapely.get_coordinates(spine.convex_hull))


def _named_spans(spine: shapely.LineString, scale: Scale, hint: Hint | None) -> list[Span]:
    """The stretches of a street in the ground that was named, in metres; none when it does not get there."""
    if hint is None or hint.ground.is_empty or not hint.ground.intersects(spine):
        return []
    share = scale.length_m / (spine.length or 1.0)
    return [(a * share, b * share) for a, b in spans_along(spine, spine.intersection(hint.edge))]


def weigh_parts(
    parts: Sequence[Part], spans: Sequence[Span], districts: frozenset[str] = frozenset()
) -> list[Part]:
    """The districts' parts of a street that the named stretches lie in, by how much of those each holds.

    A district that was named is taken at its word. Of a street in one district alone there are no parts.
    """
    if len(parts) < 2:
        return []
    parts = [part for part in parts if part.district in districts] or parts
    if not spans:
        return [msgspec.structs.replace(part, weight=1 / len(parts)) for part in parts]
    held = [sum(max(0.0, min(b, p.to_m) - max(a, p.from_m)) for a, b in spans) for p in parts]
    total = sum(held)
    return [
        msgspec.structs.replace(part, weight=length / total)
        for part, length in zip(parts, held, strict=True)
        if total and length / total > _LEAST_OVERLAP
    ]


def _known(path: tuple[str, ...], rows: Sequence[Row], spine: shapely.LineString) -> list[Known]:
    """The numbers around it. A number with a letter before it is counted with its like alone.

    A door deep in an alley tells a house on the street little: it may stand far in, and in the outer
    districts the first of its numbers is often that of a hamlet.
    """
    letters = _letters(path[0])
    chosen = [
        row
        for row in rows
        if (row["kind"] == "mouth" or (row["kind"] == "along" and (path[1:] or "/" not in row["path"])))
        and _letters(row["path"]) == letters
    ]
    sides = sides_of(spine, [LonLat(row["lon"], row["lat"]) for row in chosen])
    return [
        Known(row["number"], row["along_m"], _noise_m(row), side)
        for row, side in zip(chosen, sides, strict=True)
    ]


def _place(
    path: tuple[str, ...],
    known: Sequence[Known],
    scale: Scale,
    spans: Sequence[Span],
    parts: Sequence[Part],
    listed: Sequence[Within],
    *,
    deep: bool,
    mouths: Sequence[Mouth],
) -> Placed:
    if _letters(path[0]) and not known:
        return place_anywhere(scale.length_m, spans)
    number = main_number(path[0])
    return place_along(number, known, scale, spans, parts, listed, deep=deep, mouths=mouths)


def _letters(path: str) -> str:
    found = _LETTERS.match(path)
    return found[0] if found else ""


def _noise_m(row: Row) -> float:
    if row["kind"] == "mouth":
        return _MOUTH_NOISE_M
    if "/" in row["path"]:
        return _DEEP_NOISE_M
    return _INFERRED_NOISE_M if row["inferred"] else _KNOWN_NOISE_M


def title_of(match: StreetMatch, path: tuple[str, ...], alley: bool) -> str:
    """The number and the street as they are said."""
    return f"Hẻm {path_text(path)} {match.name}" if alley else f"{path_text(path)} {match.name}"


def as_find(
    match: StreetMatch,
    lon_lat: LonLat,
    radius_m: float,
    score: float,
    near: float,
    level: str,
    title: str,
    why: list[str],
) -> Find:
    """A find on a street; its score counts how well the street's name fits."""
    return Find(
        lon_lat=lon_lat,
        radius_m=radius_m,
        score=score * match.fit,
        level=level,  # type: ignore[arg-type]
        title=title,
        why=[match.why, *why],
        street_id=match.id,
        length_m=match.length_m,
        ward_codes=match.ward_codes,
        base=score,
        near=near,
    )
