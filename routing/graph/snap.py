"""The place on a road nearest to a position."""

from dataclasses import dataclass

import numpy as np
import shapely

from routing.graph.geometry import LocalPlane, are_positions
from routing.graph.model import AnyArray, BoolArray, FloatArray, IntArray, LongArray, RoadGraph
from routing.graph.nearby import PieceGrid, sort_pieces

_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Snapped:
    """Places on edges, one row per position: edge (-1: none), fraction 0..1 along it, metres to it."""

    edge: IntArray
    fraction: FloatArray
    distance_m: FloatArray

    def __len__(self) -> int:
        return len(self.edge)

    def select(self, rows: LongArray | slice) -> "Snapped":
        """The same for some of the rows."""
        return Snapped(self.edge[rows], self.fraction[rows], self.distance_m[rows])


@dataclass(frozen=True, slots=True)
class DrawnRoads:
    """All edges as lines on one plane (metres), drawn once for everybody who looks for roads by shape."""

    plane: LocalPlane
    lines: AnyArray
    pieces: PieceGrid


def draw_roads(graph: RoadGraph) -> DrawnRoads:
    """Lines of all edges, by edge."""
    plane = LocalPlane(float(np.mean(graph.node_lon)), float(np.mean(graph.node_lat)))
    owner = np.repeat(np.arange(graph.edge_count), np.diff(graph.edge_shape_start))
    shape_m = plane.to_plane(graph.shape_lon_lat)
    lines = shapely.linestrings(shape_m, indices=owner)
    return DrawnRoads(plane, np.asarray(lines), sort_pieces(shape_m, graph.edge_shape_start))


class Snapper:
    """Finds the nearest place on the edges it was given; remembers positions it has seen.

    Of edges equally near the one with the lowest number is taken.
    """

    def __init__(self, roads: DrawnRoads, edges: BoolArray) -> None:
        self._plane, self._pieces = roads.plane, roads.pieces
        self._wanted = edges
        self._edges = np.flatnonzero(edges).astype(np.int32)
        self._lines = roads.lines[edges]
        self._tree = shapely.STRtree(self._lines)
        self._seen: dict[tuple[float, float], tuple[int, float, float]] = {}

    def snap(self, lon_lats: list[tuple[float, float]]) -> Snapped:
        """Nearest place on a road for every (lon, lat); what is no position gets edge -1."""
        new = list({lon_lat for lon_lat in lon_lats if lon_lat not in self._seen})
        if new:
            if len(self._seen) + len(new) > _REMEMBERED:
                self._seen.clear()
                new = list(set(lon_lats))
            self._seen.update(zip(new, self._find(new), strict=True))
        rows = [self._seen[lon_lat] for lon_lat in lon_lats]
        edge, fraction, distance_m = zip(*rows, strict=True) if rows else ((), (), ())
        return Snapped(
            np.array(edge, dtype=np.int32), np.array(fraction, dtype=float), np.array(distance_m, dtype=float)
        )

    def list_near(self, lon_lat: tuple[float, float], within_m: float) -> Snapped:
        """The nearest place on every edge within some metres of a position; none for what is no position."""
        degrees = np.array([lon_lat], dtype=float)
        if not are_positions(degrees).all():
            return Snapped(np.empty(0, dtype=np.int32), np.empty(0), np.empty(0))
        point = shapely.Point(self._plane.to_plane(degrees)[0])
        near = self._tree.query(point, predicate="dwithin", distance=within_m)
        lines = self._lines[near]
        fraction = np.clip(shapely.line_locate_point(lines, point, normalized=True), 0.0, 1.0)
        return Snapped(self._edges[near], np.asarray(fraction), np.asarray(shapely.distance(lines, point)))

    def _find(self, lon_lats: list[tuple[float, float]]) -> list[tuple[int, float, float]]:
        degrees = np.array(lon_lats, dtype=float)
        found: list[tuple[int, float, float]] = [(-1, 0.0, float("nan"))] * len(lon_lats)
        usable = np.flatnonzero(are_positions(degrees))
        if len(usable) == 0 or len(self._edges) == 0:
            return found
        plane = self._plane.to_plane(degrees[usable])
        near = self._pieces.find(plane, self._wanted)
        far = np.flatnonzero(~near.is_sure)
        if len(far):
            points = shapely.points(plane[far])
            nearest = self._tree.nearest(points)
            lines = self._lines[nearest]
            located = shapely.line_locate_point(lines, points, normalized=True)
            near.edge[far], near.fraction[far] = self._edges[nearest], np.clip(located, 0.0, 1.0)
            near.distance_m[far] = shapely.distance(lines, points)
        columns = (near.edge.tolist(), near.fraction.tolist(), near.distance_m.tolist())
        for row, *place in zip(usable.tolist(), *columns, strict=True):
            found[row] = (place[0], place[1], place[2])
        return found
