"""What somebody drew on the map → the stretches of street it concerns."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from routing.graph.geometry import are_positions
from routing.graph.kinds import EdgeFlag
from routing.graph.model import BoolArray, FloatArray, LongArray, RoadGraph
from routing.graph.snap import DrawnRoads
from routing.terms.messages import LonLat, RoadChange
from routing.travel_time.conditions import Conditions, make_free_conditions

# A point means the street within a hand's breadth of it on the screen (nearer than squares are wide, so that
# it is surely found), a line the streets it was drawn along.
_POINT_REACH_M = 40.0
_LINE_REACH_M = 12.0
# Water of an area runs down into an underpass and stands about this many times as deep there, and never on a
# bridge. An assumption: pumps and drains differ. What is said of one street is taken as it is said.
UNDERPASS_DEEPER = 2.0
# So far from where it was said a street may lie on a newer map.
_SAME_WAY_M = 80.0
_ALONG_M = 30.0
_INSIDE_M = 1.0
# So many shapes are looked for in some milliseconds; points, which are looked for together, in less.
_AT_ONCE = 60

_NOWHERE: LongArray = np.empty(0, dtype=np.int64)

_Shape = tuple[bool, str, tuple[LonLat, ...]]


class RoadIndex:
    """Finds stretches of street by shape; remembers the shapes of the changes that are in force."""

    def __init__(self, graph: RoadGraph, roads: DrawnRoads) -> None:
        self._graph = graph
        self._plane, self._lines, self._pieces = roads.plane, roads.lines, roads.pieces
        self._tree = shapely.STRtree(self._lines)
        self._all = np.ones(graph.edge_count, dtype=np.bool_)
        self._on_ground = (graph.edge_flags & EdgeFlag.BRIDGE) == 0
        self._known: dict[_Shape, LongArray] = {}

    def find_all(self, changes: Sequence[RoadChange]) -> Iterator[list[LongArray] | None]:
        """Edges of every change. Yields None after every few milliseconds of work, and the edges last."""
        shapes = [_name_shape(change) for change in changes]
        new = [change for change, shape in zip(changes, shapes, strict=True) if shape not in self._known]
        known: dict[_Shape, LongArray] = {
            shape: self._known[shape] for shape in shapes if shape in self._known
        }
        for first in range(0, len(new), _AT_ONCE):
            some = new[first : first + _AT_ONCE]
            for change, edges in zip(some, self._find_some(some), strict=True):
                known[_name_shape(change)] = edges
            yield None
        self._known = known
        yield [known[shape] for shape in shapes]

    def find_nearest(self, places: Sequence[tuple[LonLat, int]]) -> list[int | None]:
        """The edge nearest to each position, of the way with this number if it is near (0: of any); None
        where none is near.

        A newer map may draw the street a little elsewhere, or another one nearer by.
        """
        points = [RoadChange("", "closed", "point", [lon_lat]) for lon_lat, _ in places]
        nearest = [int(edges[0]) if len(edges) else None for edges in self._find_some(points)]
        for row, (lon_lat, way_id) in enumerate(places):
            if way_id and are_positions(np.array(lon_lat)):
                point = shapely.Point(self._plane.to_plane(np.array([lon_lat]))[0])
                near = self._tree.query(point, predicate="dwithin", distance=_SAME_WAY_M)
                near = near[self._graph.edge_way_id[near] == way_id]
                if len(near):
                    nearest[row] = int(near[np.argmin(shapely.distance(self._lines[near], point))])
        return nearest

    def _find_some(self, changes: Sequence[RoadChange]) -> list[LongArray]:
        """Edges of changes: all points in one question, lines and areas one by one."""
        found = [_NOWHERE] * len(changes)
        asked: list[int] = []
        for row, change in enumerate(changes):
            count = len(change.lon_lats)
            if count and (count == 1 or change.form == "point" or (count, change.form) == (2, "area")):
                asked.append(row)
            elif count:
                found[row] = self._find_shape(change)
        if asked:
            lon_lats = [changes[row].lon_lats[0] for row in asked]
            edges = self._find_near_points(lon_lats, self._all)
            dry = [
                n
                for n, row in enumerate(asked)
                if changes[row].kind == "flood" and len(edges[n]) and not self._on_ground[edges[n][0]]
            ]
            below = self._find_near_points([lon_lats[n] for n in dry], self._on_ground) if dry else []
            for n, street in zip(dry, below, strict=True):
                edges[n] = street if len(street) else edges[n]
            for row, edge in zip(asked, edges, strict=True):
                found[row] = edge
        return found

    def _find_shape(self, change: RoadChange) -> LongArray:
        shape = np.array(change.lon_lats, dtype=float)
        if not are_positions(shape).all():
            return _NOWHERE
        plane = self._plane.to_plane(shape)
        if change.form == "area":
            found = self._find_within(shapely.make_valid(shapely.Polygon(plane)), _INSIDE_M)
        else:
            found = self._find_within(shapely.LineString(plane).buffer(_LINE_REACH_M), _ALONG_M)
        below = found[self._on_ground[found]] if change.kind == "flood" else found
        # Where a line was drawn along a bridge and nothing else, the bridge is meant.
        return below if len(below) or change.form == "area" else found

    def _find_near_points(self, lon_lats: Sequence[LonLat], wanted: BoolArray) -> list[LongArray]:
        """The street at each point, none where none is near or what is no position."""
        degrees = np.array(lon_lats, dtype=float)
        usable = are_positions(degrees)
        plane = self._plane.to_plane(np.where(usable[:, None], degrees, 0.0))
        found = self._pieces.find(plane, wanted, _POINT_REACH_M)
        near = usable & (found.edge >= 0)
        columns = found.edge.astype(np.int64)[:, None]
        return [columns[row] if is_near else _NOWHERE for row, is_near in enumerate(near.tolist())]

    def _find_within(self, area: shapely.Geometry, least_m: float) -> LongArray:
        near = np.asarray(self._tree.query(area, predicate="intersects"), dtype=np.int64)
        inside_m = shapely.length(shapely.intersection(self._lines[near], area))
        needed_m = np.minimum(least_m, self._graph.edge_length_m[near] / 2)
        found: LongArray = near[inside_m >= needed_m]
        return found


def _name_shape(change: RoadChange) -> _Shape:
    """What decides which streets are meant: water lies on the ground, all else on bridges too."""
    return change.kind == "flood", change.form, tuple(change.lon_lats)


def merge_changes(
    graph: RoadGraph, index: RoadIndex, changes: Sequence[RoadChange], hour: float | None
) -> Iterator[tuple[Conditions, dict[str, int]] | None]:
    """All changes in force as one set of conditions, and how many stretches each concerns.

    Where several meet, the slowest and the deepest hold. Yields None after every few milliseconds of work,
    and the result last.
    """
    found: list[LongArray] = []
    for all_edges in index.find_all(changes):
        if all_edges is None:
            yield None
        else:
            found = all_edges
    free = make_free_conditions(graph)
    is_underpass = (graph.edge_flags & EdgeFlag.TUNNEL) != 0
    gathered: dict[str, tuple[list[LongArray], list[FloatArray]]] = {}
    for change, edges in zip(changes, found, strict=True):
        value = np.full(len(edges), change.factor if change.kind == "slow" else change.depth_m)
        if change.kind == "flood" and change.form == "area":
            value[is_underpass[edges]] *= UNDERPASS_DEEPER
        where, values = gathered.setdefault(change.kind, ([], []))
        where.append(edges)
        values.append(value)
    for kind, (where, values) in gathered.items():
        edge, worst = np.concatenate(where), np.concatenate(values)
        directed = np.concatenate([2 * edge, 2 * edge + 1])
        if kind == "closed":
            free.closed[directed] = True
        elif kind == "slow":
            np.maximum.at(free.slow_factor, directed, np.tile(worst, 2))
        else:
            np.maximum.at(free.water_m, edge, worst)
    counts = {change.change_id: len(edges) for change, edges in zip(changes, found, strict=True)}
    yield Conditions(free.closed, free.slow_factor, free.water_m, hour), counts
