"""Where on a highway a kilometre lies: by the stones known on it (of the map, of files, learnt), else
counted from the end on the city's side.

A stone is kept among the house numbers of its road as KM12 or KM12+300. Roads that leave the city are mostly
counted from it; but the first highway counts from the country's north, others from another town, and a road's
name often begins where its kilometres do not. So without a stone the other end is held possible, and a
kilometre farther than the road is long on the map is not placed at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import shapely

from gis.geocode.areas import Hint
from gis.geocode.candidate import Find, Level
from gis.geocode.matching import StreetMatch
from gis.geocode.numbers import kilometre_text, read_kilometre
from gis.geometry import LonLat, haversine_m
from gis.store import queries
from gis.store.names import Lookup

_PER_KM_M = 1000.0
_STONE_M = 60.0
"""A stone, and where a caller counts himself to it, stand so far from its place."""
_DRIFT = 0.05
"""The line of the map is so much longer or shorter than the road's own count."""
_ONE_STONE = 0.6
_START_M = 1500.0
_GUESS = 0.08
"""Of a kilometre counted from an end: shown, and below what is taken for the place without a person."""
_BEYOND_M = 1500.0
_IN_GROUND = 0.6
_STRETCH_M = 500.0
"""Of a road, that counts as its kilometre found."""
_SLACK_M = 30.0
_SCORE = 0.7
_LEAST_SHARE, _ROADS_AT_MOST = 0.25, 4
"""Of a road in several pieces those that are no stumps."""
_BY_STONES = "theo cột cây số đã biết"
_BY_END = (
    "chưa biết cột cây số nào: đếm từ đầu đường phía trung tâm; hỏi thêm ngã tư, cầu hoặc phường gần nhất"
)
_UNKNOWN = "cột cây số không có trên bản đồ: hỏi ngã tư, cầu hoặc phường gần nhất"


class PlacedKilometre(msgspec.Struct, frozen=True):
    """Metres along the spine, the radius that holds nine of ten, and the chance to be right within 500 m."""

    along_m: float
    radius_m: float
    near: float
    known: bool


def list_stones(rows: Sequence[tuple[str, float]]) -> list[tuple[float, float]]:
    """(kilometre, metres along) of the numbers that are stones, from (path, metres along)."""
    stones = [(read_kilometre(path), along) for path, along in rows]
    return sorted((km, along) for km, along in stones if km is not None)


def place_kilometre(
    km: float, stones: Sequence[tuple[float, float]], length_m: float, zero_first: bool
) -> PlacedKilometre | None:
    """Where a kilometre lies on a spine of `length_m`; None where that cannot be known.

    `stones` are (kilometre, metres along) of the known ones; `zero_first`: the spine begins at the end on the
    city's side.
    """
    if stones:
        return _by_stones(km, stones, length_m, zero_first)
    along = km * _PER_KM_M
    if along > length_m + _BEYOND_M:
        return None
    other = max(0.0, length_m - along)
    here = min(along, length_m)
    along_m, other_m = (here, other) if zero_first else (other, here)
    return PlacedKilometre(along_m, _START_M + abs(along_m - other_m), _GUESS, known=False)


def _by_stones(
    km: float, stones: Sequence[tuple[float, float]], length_m: float, zero_first: bool
) -> PlacedKilometre | None:
    nearest, at = min(stones, key=lambda stone: abs(stone[0] - km))
    apart_m = (km - nearest) * _PER_KM_M
    others = [stone for stone in stones if abs(stone[0] - nearest) >= 0.2]
    if others:
        second, there = min(others, key=lambda stone: abs(stone[0] - nearest))
        rising = (there - at) * (second - nearest) > 0
        sure = 1.0
    else:
        rising, sure = zero_first, _ONE_STONE
        if _inside(at + apart_m, length_m) != _inside(at - apart_m, length_m):
            rising, sure = _inside(at + apart_m, length_m), 0.9
    along = at + apart_m if rising else at - apart_m
    if not _inside(along, length_m):
        return None
    radius = _STONE_M + _DRIFT * abs(apart_m) + (2 * abs(apart_m) if sure < 0.9 else 0.0)
    near = (0.9 if radius < 500 else 0.5) * (sure if abs(apart_m) > _STONE_M else 1.0)
    return PlacedKilometre(min(max(along, 0.0), length_m), radius, near, known=True)


def _inside(along_m: float, length_m: float) -> bool:
    return -_BEYOND_M <= along_m <= length_m + _BEYOND_M


async def find_kilometre(
    source: Lookup, matches: Sequence[StreetMatch], km: float, hint: Hint | None, centre: LonLat
) -> list[Find]:
    """One find for each road: its kilometre, or the whole road (its part in the ground named) where that
    cannot be known."""
    longest = max(match.scale.length_m for match in matches)
    chosen = [match for match in matches if match.scale.length_m >= longest * _LEAST_SHARE][:_ROADS_AT_MOST]
    ids = [match.id for match in chosen]
    spines: dict[int, Any] = {id_: source.names.get_spine(id_) for id_ in ids}
    stones: dict[int, list[tuple[str, float]]] = {id_: [] for id_ in ids}
    for row in await queries.list_stones(source, ids):
        stones[row["street_id"]].append((row["path"], row["along_m"]))
    known = {id_: list_stones(told) for id_, told in stones.items()}
    return [_find(match, spines[match.id], known[match.id], km, hint, centre) for match in chosen]


def _find(
    match: StreetMatch,
    spine: shapely.LineString,
    stones: Sequence[tuple[float, float]],
    km: float,
    hint: Hint | None,
    centre: LonLat,
) -> Find:
    ends = [LonLat(*spine.coords[i]) for i in (0, -1)]
    zero_first = haversine_m(ends[0], centre) <= haversine_m(ends[1], centre)
    length_m = match.scale.length_m
    placed = place_kilometre(km, stones, length_m, zero_first)
    share = 0.5 if placed is None else placed.along_m / length_m
    at = LonLat(*spine.interpolate(share, normalized=True).coords[0])
    title = f"{kilometre_text(km).replace('KM', 'Km')} {match.name}"
    elsewhere = hint is not None and hint.fit(at, "") < _IN_GROUND
    level: Level = "interpolated"
    if placed is None or (elsewhere and not placed.known):
        half_m = length_m / 2
        radius = _SLACK_M + (min(half_m, hint.radius_m) if hint is not None else half_m)
        at = _on(spine, hint.middle) if hint is not None else at
        level, near, basis = "street", min(1.0, _STRETCH_M / (radius * 2)), _UNKNOWN
    else:
        radius, near = min(placed.radius_m, length_m), placed.near
        basis = _BY_STONES if placed.known else _BY_END
    return Find(
        lon_lat=at,
        radius_m=radius,
        score=_SCORE * match.fit,
        level=level,
        title=title,
        why=[match.why, basis],
        street_id=match.id,
        length_m=match.length_m,
        ward_codes=match.ward_codes,
        base=_SCORE,
        near=near,
    )


def _on(spine: shapely.LineString, place: LonLat) -> LonLat:
    return LonLat(*spine.interpolate(spine.project(shapely.Point(place))).coords[0])
