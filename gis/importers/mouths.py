"""Streets that bear the number at their mouth: "Đường 385" leaves Lê Văn Việt beside number 385.

In the eastern districts alleys that became streets kept their number as a name ("Đường 385", "Đường 102"),
elsewhere the street's name stands behind it ("Đường 152 Cao Lỗ", "284 Cao Lỗ"). Both are known numbers of the
street they leave. Small numbers are those of an estate's streets, counted one after the other, and tell none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import shapely
from shapely import STRtree

from gis.geocode.fold import fold, initials, street_key
from gis.geocode.numbers import main_number, number_path
from gis.importers.doors import Door
from gis.importers.streets import Street

_NUMBERED = re.compile(r"^so (\d+)[a-z]?$")
_WITH_STREET = re.compile(r"^(?:duong )?(\d+[a-z]?(?:/\d+[a-z]?)*)[ -]+([a-z].*)$")
_LEAST_NUMBER, _LEAST_WITH_STREET = 95, 60
"""Estates count their streets too; few have so many."""
_TOUCHES_M = 25.0
_INTO_M = 20.0
_SOURCE = "osm:street"
_CLASSES = ("residential", "unclassified", "tertiary", "secondary", "primary", "trunk")
_LIKE_M, _LIKE_NUMBERS = 400.0, 120
_MOST_PACE_M, _LEAST_PACE_M, _SLACK_M, _SLACK_NUMBERS = 14.0, 1.5, 80.0, 30
"""Known numbers near by agree when no more metres, and no more numbers, lie between than streets have."""


class _Mouth(msgspec.Struct, frozen=True):
    """A number that a street may bear on another one, `sure` when it names that one."""

    street: Street
    parent: Street
    path: tuple[str, ...]
    sure: bool
    along_m: float
    point: shapely.Point


def tie_mouths(streets: Sequence[Street], doors: Iterable[Door]) -> list[Door]:
    """The numbers that streets bear on the one street they leave, as doors just inside their mouths."""
    open_streets = [street for street in streets if not street.alley]
    tree = STRtree([street.plane for street in open_streets])
    found = [mouth for street in open_streets for mouth in _mouths(street, open_streets, tree)]
    known = _known(streets, doors, found)
    by_street: dict[int, list[_Mouth]] = defaultdict(list)
    for mouth in found:
        by_street[mouth.street.id].append(mouth)
    best = (_choose(mouths, known) for mouths in by_street.values())
    return [Door(m.parent.id, None, m.path, True, _SOURCE, m.point) for m in best if m is not None]


def _mouths(street: Street, streets: Sequence[Street], tree: STRtree) -> Iterator[_Mouth]:
    names = [fold(name) for name in (street.name, *street.other_names)]
    alone = _NUMBERED.match(street.key)
    told = [match for match in map(_WITH_STREET.match, names) if match]
    told = [match for match in told if main_number(match[1].split("/")[0]) >= _LEAST_WITH_STREET]
    number = alone[1] if alone and int(alone[1]) >= _LEAST_NUMBER else ""
    if not number and not told:
        return
    for i in tree.query(street.plane, predicate="dwithin", distance=_TOUCHES_M).tolist():
        parent = streets[i]
        if parent.id == street.id or _NUMBERED.match(parent.key):
            continue
        keys = {street_key(name) for name in (parent.name, *parent.other_names)} - {""}
        keys |= {initials(key) for key in keys if " " in key}
        named = next((m[1] for m in told if street_key(m[2]) in keys), "")
        path = number_path(named or number)
        if path:
            yield _at(street, parent, path[:1], bool(named))


def _at(street: Street, parent: Street, path: tuple[str, ...], sure: bool) -> _Mouth:
    mouth = shapely.Point(shapely.shortest_line(parent.plane, street.plane).coords[0])
    near = shapely.intersection(street.plane, mouth.buffer(_INTO_M))
    point = mouth if near.is_empty else shapely.Point(near.centroid)
    return _Mouth(street, parent, path, sure, parent.spine.project(mouth), point)


def _known(
    streets: Sequence[Street], doors: Iterable[Door], mouths: Iterable[_Mouth]
) -> dict[int, list[tuple[int, float, int]]]:
    """Of each street (number, metres along, id of what bears it)."""
    spines = {street.id: street.spine for street in streets}
    known: dict[int, list[tuple[int, float, int]]] = defaultdict(list)
    for alley in streets:
        if alley.mouth is not None and alley.parent_id is not None:
            along = spines[alley.parent_id].project(alley.mouth)
            known[alley.parent_id].append((main_number(alley.path[0]), along, alley.id))
    for door in doors:
        if len(door.path) == 1 and not door.inferred:
            along = spines[door.street_id].project(door.point)
            known[door.street_id].append((main_number(door.path[0]), along, 0))
    for mouth in mouths:
        known[mouth.parent.id].append((main_number(mouth.path[0]), mouth.along_m, mouth.street.id))
    return known


def _choose(mouths: Sequence[_Mouth], known: dict[int, list[tuple[int, float, int]]]) -> _Mouth | None:
    """The street that is named, else the one whose other numbers agree, else the largest."""
    ranked = [(mouth.sure, _agreeing(mouth, known[mouth.parent.id]), _size(mouth.parent)) for mouth in mouths]
    best = max(range(len(mouths)), key=ranked.__getitem__)
    return mouths[best] if mouths[best].sure or ranked[best][1] >= 0 else None


def _size(street: Street) -> tuple[int, float]:
    kind = street.highway.removesuffix("_link")
    return _CLASSES.index(kind) if kind in _CLASSES else -1, street.plane.length


def _agreeing(mouth: _Mouth, known: Sequence[tuple[int, float, int]]) -> float:
    """From 1, all the known numbers near by agree with it, to -1, none does; 0 when there are none."""
    number, votes, count = main_number(mouth.path[0]), 0, 2
    for other, along, bearer in known:
        apart_m, apart = abs(along - mouth.along_m), abs(other - number)
        if bearer == mouth.street.id or (apart_m > _LIKE_M and apart > _LIKE_NUMBERS):
            continue
        fits = (
            apart_m <= _MOST_PACE_M * apart + _SLACK_M and apart <= apart_m / _LEAST_PACE_M + _SLACK_NUMBERS
        )
        votes += 1 if fits else -1
        count += 1
    return votes / count
