"""Ways without a name that leave a street: one of them may be the alley whose number no map bears."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
import shapely

from gis.importers.metres import LocalMetres
from gis.importers.model import Road
from gis.importers.streets import Street

_KINDS = frozenset(
    {
        "residential", "service", "footway", "path", "track", "living_street", "pedestrian", "steps", "road",
        "unclassified",
    }
)  # fmt: skip
_MOST_INWARD_M = 700.0
_LEAST_M = 12.0
"""A shorter way joins two carriageways, or is a gate."""
_SIDE_AT_M = 30.0
"""So far in it is looked on which side of the street the way is."""
_Ways = dict[int, dict[int, float]]
"""Nodes of the map, and those beside each with the metres to them."""


class Byway(msgspec.Struct, frozen=True):
    """A way off a street: where it begins along the street's spine, on which side (1 left, -1 right), and the
    way in, in metres, to the farthest place that is reached without coming to a named street."""

    street_id: int
    along_m: float
    side: int
    way: shapely.LineString


def find_byways(streets: Sequence[Street], roads: Sequence[Road], metres: LocalMetres) -> list[Byway]:
    """The ways without a name that leave a street at a node they share with it."""
    named = {node for street in streets for node in street.nodes}
    ways, places = _join_ways(roads, metres)
    found = []
    for street in streets:
        for node in sorted(street.nodes & ways.keys()) if not street.alley else ():
            for first in sorted(ways[node]):
                way = shapely.LineString([places[n] for n in _way_in(ways, node, first, named)])
                if way.length >= _LEAST_M:
                    found.append(_byway(street, way))
    return found


def _join_ways(roads: Sequence[Road], metres: LocalMetres) -> tuple[_Ways, dict[int, tuple[float, float]]]:
    ways: _Ways = defaultdict(dict)
    places: dict[int, tuple[float, float]] = {}
    for road in roads:
        if road.name or road.highway not in _KINDS:
            continue
        plane = metres.to_plane(shapely.LineString(road.line))
        at = list(zip(road.nodes, ((x, y) for x, y in plane.coords), strict=True))
        for (a, from_), (b, to) in pairwise(at):
            if a != b:
                ways[a][b] = ways[b][a] = max(math.dist(from_, to), 0.1)
                places[a], places[b] = from_, to
    return ways, places


def _way_in(ways: _Ways, mouth: int, first: int, named: set[int]) -> list[int]:
    """The nodes from the mouth, by the way that begins with `first`, to the farthest one."""
    far, before = {mouth: 0.0, first: ways[mouth][first]}, {first: mouth}
    heap = [(far[first], first)]
    while heap:
        metres, node = heapq.heappop(heap)
        if metres > far[node] or metres > _MOST_INWARD_M or node in named:
            continue
        for beside, length in ways[node].items():
            if metres + length < far.get(beside, float("inf")):
                far[beside], before[beside] = metres + length, node
                heapq.heappush(heap, (metres + length, beside))
    return list(_back(before, max(far, key=far.__getitem__)))[::-1]


def _back(before: dict[int, int], node: int) -> Iterator[int]:
    yield node
    while node in before:
        node = before[node]
        yield node


def _byway(street: Street, way: shapely.LineString) -> Byway:
    inside = way.interpolate(min(_SIDE_AT_M, way.length))
    at = street.spine.project(inside)
    behind = street.spine.interpolate(max(0.0, at - 5.0))
    ahead = street.spine.interpolate(at + 5.0)
    turn = (ahead.x - behind.x) * (inside.y - behind.y) - (ahead.y - behind.y) * (inside.x - behind.x)
    along_m = street.spine.project(shapely.Point(way.coords[0]))
    return Byway(street.id, along_m, 1 if turn > 0 else -1, way)
