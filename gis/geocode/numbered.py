"""A house number or an alley on streets that may be meant: the door itself, else as near as is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import shapely

from gis.geocode.along import (
    DEEPEST_M,
    SETBACK_M,
    Asked,
    Resolve,
    as_find,
    farthest_m,
    find_along,
    inward_m,
    title_of,
)
from gis.geocode.areas import Hint
from gis.geocode.candidate import Find
from gis.geocode.matching import StreetMatch
from gis.geocode.numbers import main_number
from gis.geocode.placing import KnownDoor, place_inside
from gis.geometry import LonLat
from gis.store import queries
from gis.store.names import Lookup, Names
from gis.store.queries import Row, Source

_NEIGHBOURS = 30
_WIDE_M = 300.0
"""Circles up to this are not looked at again."""
_STREETS_AT_MOST = 12
_WORTH_ASKING = 0.5
_UNMAPPED_ALLEY_M = 90.0
_CIRCLE = ((150.0, 0.55), (60.0, 0.8), (40.0, 0.9))
"""Circle and chance to be right of a door whose street was inferred, of one on the map, of one learnt."""
_SAME_PART_FIT = 0.6
_EXACT = frozenset({"door", "alley", "inside"})
WardOf = Callable[[LonLat], str]


async def find_numbered(
    source: Lookup,
    matches: Sequence[StreetMatch],
    path: tuple[str, ...],
    alley: bool,
    hint: Hint | None,
    resolve: Resolve,
) -> list[Find]:
    """One find for every street that may be meant, numbers on the street itself already moved onto it.

    `resolve` finds the ground of the wards that lists of addresses tell.
    """
    best = max(_likely(match, hint) for match in matches)
    worth = [match for match in matches if _likely(match, hint) >= _WORTH_ASKING * best]
    chosen = sorted(worth, key=lambda m: (-_likely(m, hint), -m.length_m, m.id))[:_STREETS_AT_MOST]
    ids = [match.id for match in chosen]
    rows = await queries.list_numbers(source, ids, path, main_number(path[0]), _NEIGHBOURS, inward_m(path))
    of_street: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        of_street[row["street_id"]].append(row)
    finds: list[Find] = []
    unknown: list[Asked] = []
    for match in chosen:
        found = _door_or_alley(match, path, alley, of_street[match.id], hint)
        if found is None:
            unknown.append(Asked(match, of_street[match.id]))
        else:
            finds.append(found)
    return finds + await find_along(source, unknown, path, alley, hint, resolve)


async def move_into(source: Source, finds: Sequence[Find], hint: Hint, ward_of: WardOf) -> None:
    """Guesses on a street that fell outside the named ground: onto the part of the street that lies in it.

    What the caller says of the ward is surer than a number counted from far away.
    """
    outside = [
        find
        for find in finds
        if find.street_id is not None
        and find.ward_codes & hint.ward_codes
        and find.level in {"interpolated", "street"}
        and hint.fit(find.lon_lat, ward_of(find.lon_lat)) < 0.9
    ]
    if not outside:
        return
    places = [(find.street_id or 0, *find.lon_lat) for find in outside]
    rows = await queries.move_within(
        source, places, sorted(hint.ward_codes), hint.middle, hint.radius_m * 1.5
    )
    for find, row in zip(outside, rows, strict=True):
        if row["lon"] is not None:
            find.lon_lat = LonLat(row["lon"], row["lat"])
            find.radius_m = max(find.radius_m, 40.0 + row["length_m"] / 2)
            find.score *= 0.9
            find.likely_mouth = None
            find.why.append("chuyển vào phần đường trong địa bàn đã nói")


def narrow(names: Names, finds: Sequence[Find], hint: Hint, *, deep: bool) -> None:
    """Circles of places on a street: no farther than the street runs in the ground that was named or round
    it, where those lie whom people count to it (`deep`: into its alleys too)."""
    wide = [find for find in finds if find.street_id is not None and find.radius_m > _WIDE_M]
    if not wide or hint.around.is_empty:
        return
    for find in wide:
        stretch = shapely.intersection(names.get_spine(find.street_id or 0), hint.around)
        if stretch.is_empty or not hint.around.covers(shapely.Point(find.lon_lat)):
            continue
        most = farthest_m(stretch, find.lon_lat) + (DEEPEST_M if deep else SETBACK_M)
        find.radius_m = min(find.radius_m, most)


async def snap(source: Source, finds: Sequence[Find]) -> None:
    """Move the finds onto their streets."""
    rows = await queries.snap_to_streets(
        source,
        [find.street_id for find in finds if find.street_id is not None],
        [find.lon_lat.lon for find in finds if find.street_id is not None],
        [find.lon_lat.lat for find in finds if find.street_id is not None],
    )
    for find, row in zip((find for find in finds if find.street_id is not None), rows, strict=True):
        find.lon_lat = LonLat(row["lon"], row["lat"])


def _likely(match: StreetMatch, hint: Hint | None) -> float:
    return match.fit * (1.0 if hint is None or match.ward_codes & hint.ward_codes else 0.4)


def _trust(row: Row) -> int:
    return 0 if row["inferred"] else 2 if row["learnt"] else 1


def _position(row: Row) -> LonLat:
    return LonLat(row["lon"], row["lat"])


def _door_or_alley(
    match: StreetMatch, path: tuple[str, ...], alley: bool, rows: Sequence[Row], hint: Hint | None
) -> Find | None:
    rows = [row for row in rows if row["kind"] in _EXACT]
    if hint is not None:
        # The same number in another district is another house.
        rows = [row for row in rows if hint.fit(_position(row), "") >= _SAME_PART_FIT]
    doors = [row for row in rows if row["kind"] == "door"]
    title = title_of(match, path, alley)
    if doors and not alley:
        best = max(doors, key=lambda row: (hint.fit(_position(row), "") if hint else 0, _trust(row)))
        score = 0.92 if best["inferred"] else 0.97
        radius, near = _CIRCLE[_trust(best)]
        why = ["số nhà đã có người xác nhận" if best["learnt"] else "số nhà có trên bản đồ"]
        return as_find(match, _position(best), radius, score, near, "door", title, why)
    wanted = len(path) if alley else len(path) - 1
    mapped = [row for row in rows if row["kind"] == "alley" and len(row["path"].split("/")) <= wanted]
    deepest = max((len(row["path"].split("/")) for row in mapped), default=0)
    inside = _inside(path, rows)
    if deepest and (deepest == wanted or not inside):
        row = next(r for r in mapped if len(r["path"].split("/")) == deepest)
        missing = wanted - deepest
        if not alley and deepest == wanted and inside:
            return as_find(
                match, inside[0], min(inside[1], 60.0 + row["length_m"] / 4), 0.86, 0.75, "interpolated",
                title, [f"hẻm {row['path']} có trên bản đồ", "số nhà bên cạnh"],
            )  # fmt: skip
        radius = 25.0 + row["length_m"] * (0.5 if alley else 0.4) + _UNMAPPED_ALLEY_M * missing
        told = [f"hẻm {row['path']} có trên bản đồ"]
        near = (0.75 if alley else 0.85) - 0.15 * missing
        return as_find(match, _position(row), radius, 0.84 - 0.08 * missing, near, "alley", title, told)
    if inside and not alley:
        return as_find(
            match, inside[0], inside[1] + 60, 0.8, 0.7, "interpolated", title, ["số nhà trong cùng hẻm"]
        )
    return None


def _inside(path: tuple[str, ...], rows: Sequence[Row]) -> tuple[LonLat, float] | None:
    """The place of the number from doors that share its alley, the deepest shared part first."""
    paths = [(tuple(row["path"].split("/")), row) for row in rows if row["kind"] == "inside"]
    for depth in range(len(path) - 1, 0, -1):
        doors = [
            KnownDoor(main_number(other[depth]), _position(row))
            for other, row in paths
            if len(other) > depth and other[:depth] == path[:depth]
        ]
        placed = place_inside(main_number(path[depth]), doors)
        if placed is not None:
            return placed
    return None
