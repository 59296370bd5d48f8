"""The place on a road nearest to a position."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis.geometry import metres_per_degree
from routing.graph.geometry import LocalPlane, Positions, are_positions, to_degrees
from routing.graph.model import AnyArray, BoolArray, FloatArray, IntArray, LongArray, RoadGraph
from routing.graph.nearby import PieceGrid, sort_pieces
from routing.kernel import kernel


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

    def select_nearest(self, count: int) -> "Snapped":
        """So many of the rows at most, the nearest first."""
        return self.select(np.argsort(self.distance_m, kind="stable")[:count])


def join(parts: Sequence[Snapped]) -> Snapped:
    """All rows of all parts; at least one."""
    return Snapped(
        np.concatenate([part.edge for part in parts]),
        np.concatenate([part.fraction for part in parts]),
        np.concatenate([part.distance_m for part in parts]),
    )


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
    """Finds the nearest places on the edges it was given."""

    def __init__(self, roads: DrawnRoads, edges: BoolArray) -> None:
        self._plane, self._pieces = roads.plane, roads.pieces
        self._middle = np.array([roads.plane.lon, roads.plane.lat])
        self._scale = np.array(metres_per_degree(roads.plane.lat))
        self._edges = edges

    def snap(self, lon_lats: Positions, within_m: float) -> Snapped:
        """Nearest place on a road for every (lon, lat); edge -1 for what has none within some metres, or is
        no position. Of edges equally near the one with the lowest number is taken."""
        points = _draw(np.array(to_degrees(lon_lats)), self._middle, self._scale)
        found = self._pieces.find(points, self._edges, within_m)
        return Snapped(found.edge, found.fraction, found.distance_m)

    def list_near(self, lon_lat: tuple[float, float], within_m: float) -> Snapped:
        """The nearest place on every edge within some metres of a position, in their order; none for what is
        no position."""
        degrees = to_degrees([lon_lat])
        if not are_positions(degrees).all():
            return Snapped(np.empty(0, dtype=np.int32), np.empty(0), np.empty(0))
        near = self._pieces.list_within(self._plane.to_plane(degrees)[0], within_m, self._edges)
        return Snapped(near.edge, near.fraction, near.distance_m)


@kernel("float64[:,::1](float64[:,::1], float64[::1], float64[::1])")
def _draw(degrees: FloatArray, middle: FloatArray, scale: FloatArray) -> FloatArray:
    """`LocalPlane.to_plane` of positions, no number for what is none (`are_positions`)."""
    points = np.full(degrees.shape, np.nan, np.float64)
    for row in range(len(degrees)):
        if abs(degrees[row, 0]) <= 180 and abs(degrees[row, 1]) <= 90:
            for axis in range(2):
                points[row, axis] = (degrees[row, axis] - middle[axis]) * scale[axis]
    return points
