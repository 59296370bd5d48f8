"""The line along which a street is numbered, and how its numbers run on it; pure geometry in metres."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise
from statistics import median

import msgspec
import shapely
from shapely import STRtree

Vertex = tuple[float, float]
_Graph = dict[Vertex, dict[Vertex, float]]

TYPICAL_PACE_M = 2.5
_VERTEX_GAP_M = 40.0
_CARRIAGEWAYS_APART_M = 45.0
CUSTOM_PACE_M = 3.0
_LEAST_SPREAD = 6
_PACE_RANGE_M = (0.6, 9.0)
_AT_MOST_ANCHORS = 120


class Numbering(msgspec.Struct, frozen=True):
    """Number n stands about `zero_m + n * pace_m` metres along the spine; pace is negative against it.

    `fitted` when known numbers say so, else it is the city's custom, which holds with the chance `held`.
    """

    zero_m: float
    pace_m: float
    fitted: bool
    held: float = 0.68


def spine_of(street: shapely.MultiLineString) -> shapely.LineString:
    """The longest way through a street: one carriageway of two, gaps bridged, side arms left out."""
    parts = list(shapely.get_parts(street))
    if len(parts) == 1 and not parts[0].is_ring:
        return shapely.LineString(parts[0])
    graph = _graph(parts)
    start = min(graph)
    end, _ = _farthest(graph, start)
    other, before = _farthest(graph, end)
    path = [other]
    while path[-1] in before:
        path.append(before[path[-1]])
    return shapely.LineString(path) if len(path) > 1 else parts[0]


def _graph(parts: Sequence[shapely.LineString]) -> _Graph:
    graph: _Graph = defaultdict(dict)
    for part in shapely.segmentize(parts, _VERTEX_GAP_M).tolist():
        for a, b in pairwise((x, y) for x, y in part.coords):
            if a != b:
                _join(graph, a, b)
    _join_carriageways(graph)
    islands = _islands(graph)
    while len(islands) > 1:
        gaps = []
        first = shapely.MultiPoint(sorted(islands[0]))
        for i, island in enumerate(islands[1:], start=1):
            bridge = shapely.shortest_line(first, shapely.MultiPoint(sorted(island)))
            a, b = ((x, y) for x, y in bridge.coords)
            gaps.append((bridge.length, i, a, b))
        _, i, a, b = min(gaps)
        _join(graph, a, b)
        islands[0] |= islands.pop(i)
    return graph


def _join_carriageways(graph: _Graph) -> None:
    """Ways across between lines side by side, so that the longest way does not turn round at an end."""
    vertices = list(graph)
    points = shapely.points(vertices)
    pairs = STRtree(points).query(points, predicate="dwithin", distance=_CARRIAGEWAYS_APART_M)
    for i, j in zip(*pairs.tolist(), strict=True):
        if i < j:
            _join(graph, vertices[i], vertices[j])


def _join(graph: _Graph, a: Vertex, b: Vertex) -> None:
    length = ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
    graph[a][b] = graph[b][a] = length


def _islands(graph: _Graph) -> list[set[Vertex]]:
    islands: list[set[Vertex]] = []
    seen: set[Vertex] = set()
    for vertex in graph:
        if vertex in seen:
            continue
        island, todo = {vertex}, [vertex]
        while todo:
            for beside in graph[todo.pop()]:
                if beside not in island:
                    island.add(beside)
                    todo.append(beside)
        seen |= island
        islands.append(island)
    return islands


def _farthest(graph: _Graph, start: Vertex) -> tuple[Vertex, dict[Vertex, Vertex]]:
    """The vertex with the longest shortest way from start, and the vertex before each on its way."""
    distance = {start: 0.0}
    before: dict[Vertex, Vertex] = {}
    heap = [(0.0, start)]
    last = start
    while heap:
        far, vertex = heapq.heappop(heap)
        if far > distance[vertex]:
            continue
        last = vertex
        for beside, length in graph[vertex].items():
            if far + length < distance.get(beside, float("inf")):
                distance[beside] = far + length
                before[beside] = vertex
                heapq.heappush(heap, (far + length, beside))
    return last, before


def fit_numbering(anchors: Sequence[tuple[int, float]], length_m: float) -> Numbering | None:
    """How numbers run along a spine, from known (number, metres along): the median of all slopes (Theil-Sen).

    None when the known numbers do not tell: too few, or no pace that houses have.
    """
    step = max(1, len(anchors) // _AT_MOST_ANCHORS)
    points = sorted(anchors)[::step]
    slopes = [
        (b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if b[0] - a[0] >= _LEAST_SPREAD
    ]
    if not slopes:
        return _from_one(points, length_m)
    pace = median(slopes)
    if not _PACE_RANGE_M[0] <= abs(pace) <= _PACE_RANGE_M[1]:
        return None
    return Numbering(median(along - number * pace for number, along in points), pace, fitted=True)


def _from_one(points: Sequence[tuple[int, float]], length_m: float) -> Numbering | None:
    """From numbers in one spot: the end of the street they would be counted from at an ordinary pace."""
    if not points or points[0][0] < _LEAST_SPREAD:
        return None
    number = median(number for number, _ in points)
    along = median(along for _, along in points)
    choices = [
        Numbering(0.0, along / number, fitted=True),
        Numbering(length_m, (along - length_m) / number, fitted=True),
    ]
    fits = [c for c in choices if _PACE_RANGE_M[0] <= abs(c.pace_m) <= _PACE_RANGE_M[1]]
    return min(fits, key=lambda c: abs(abs(c.pace_m) - TYPICAL_PACE_M), default=None)
