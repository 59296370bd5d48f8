"""What somebody drew on the map → the stretches of street it concerns."""

from collections.abc import Sequence

import numpy as np
import shapely

from routing.graph.geometry import LocalPlane
from routing.graph.model import LongArray, RoadGraph
from routing.graph.snap import draw_edges
from routing.messages import RoadChange
from routing.travel_time.conditions import Conditions, make_free_conditions

# A point means the street within a hand's breadth of it on the screen, a line the streets it was drawn along.
_POINT_REACH_M = 40.0
_LINE_REACH_M = 12.0
_ALONG_M = 30.0
_INSIDE_M = 1.0


class RoadIndex:
    """Finds stretches of street by shape."""

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        self._plane = LocalPlane(float(np.mean(graph.node_lon)), float(np.mean(graph.node_lat)))
        self._lines = draw_edges(graph, np.ones(graph.edge_count, dtype=np.bool_), self._plane)
        self._tree = shapely.STRtree(self._lines)

    def find_edges(self, change: RoadChange) -> LongArray:
        """Edges a change concerns; none when nothing lies there or the shape is no shape."""
        points = np.array(change.lon_lats, dtype=float).reshape(-1, 2)
        if len(points) == 0 or not np.isfinite(points).all():
            return np.empty(0, dtype=np.int64)
        plane = self._plane.to_plane(points)
        if change.form == "area" and len(points) > 2:
            return self._find_within(shapely.make_valid(shapely.Polygon(plane)), _INSIDE_M)
        if change.form == "line" and len(points) > 1:
            return self._find_within(shapely.LineString(plane).buffer(_LINE_REACH_M), _ALONG_M)
        found = self._tree.query_nearest(
            shapely.Point(plane[0]), max_distance=_POINT_REACH_M, all_matches=False
        )
        return np.asarray(found, dtype=np.int64)

    def _find_within(self, area: shapely.Geometry, least_m: float) -> LongArray:
        near = np.asarray(self._tree.query(area, predicate="intersects"), dtype=np.int64)
        inside_m = shapely.length(shapely.intersection(self._lines[near], area))
        needed_m = np.minimum(least_m, self._graph.edge_length_m[near] / 2)
        found: LongArray = near[inside_m >= needed_m]
        return found


def merge_changes(
    graph: RoadGraph, index: RoadIndex, changes: Sequence[RoadChange], hour: float | None
) -> tuple[Conditions, dict[str, int]]:
    """All changes in force as one set of conditions, and how many stretches each concerns.

    Where several meet, the slowest and the deepest hold.
    """
    free = make_free_conditions(graph)
    counts: dict[str, int] = {}
    for change in changes:
        edges = index.find_edges(change)
        counts[change.change_id] = len(edges)
        directed = np.concatenate([2 * edges, 2 * edges + 1])
        if change.kind == "closed":
            free.closed[directed] = True
        elif change.kind == "slow":
            free.slow_factor[directed] = np.maximum(free.slow_factor[directed], change.factor)
        else:
            free.water_m[edges] = np.maximum(free.water_m[edges], change.depth_m)
    return Conditions(free.closed, free.slow_factor, free.water_m, hour), counts
