"""In which direction every street is entered and left, for the whole graph at once."""

from collections.abc import Sequence

import numpy as np

from gis.geometry import metres_per_degree
from routing.graph.model import FloatArray, LongArray, RoadGraph

# So far on a street its direction is taken: a kink right at the junction does not decide.
_LOOK_M = 15.0
_START_M = 30.0
# Nearer than this a place is on the road itself, and farther it is not beside it.
_BESIDE_M = (6.0, 60.0)


def measure_headings(graph: RoadGraph) -> FloatArray:
    """Degrees counter-clockwise from east in which each directed edge is driven into.

    It is left, at its far end, in the opposite of the direction in which its reverse is driven into.
    """
    points = graph.shape_lon_lat
    begin = graph.edge_shape_start[:-1].astype(np.int64)
    last = graph.edge_shape_start[1:].astype(np.int64) - 1
    east_m, north_m = metres_per_degree(float(points[:, 1].mean()))
    plane = points * np.array([east_m, north_m])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(plane, axis=0).T))])
    look_m = np.minimum(_LOOK_M, along[last] - along[begin])
    headings = np.empty(2 * graph.edge_count)
    for way, start, at_m in ((0, begin, along[begin] + look_m), (1, last, along[last] - look_m)):
        x, y = (_find_at(plane, along, begin, last, at_m) - plane[start]).T
        headings[way::2] = np.degrees(np.arctan2(y, x))
    return headings


def measure_start_deg(lon_lats: Sequence[tuple[float, float]]) -> float:
    """Degrees counter-clockwise from east in which a line sets out."""
    east, north = _find_far(_to_plane(lon_lats, lon_lats[0]), _START_M)
    return float(np.degrees(np.arctan2(north, east)))


def find_side(lon_lats: Sequence[tuple[float, float]], place: tuple[float, float]) -> str:
    """On which side of the end of a line a place is: left, right, or empty where it is ahead, behind, on the
    line or far off."""
    back = _find_far(_to_plane(lon_lats, lon_lats[-1])[::-1], _LOOK_M)
    (to,) = _to_plane([place], lon_lats[-1])
    size_m = float(np.hypot(*to))
    if not _BESIDE_M[0] <= size_m <= _BESIDE_M[1] or not np.hypot(*back):
        return ""
    ahead = -back / np.hypot(*back)
    across_m = float(ahead[0] * to[1] - ahead[1] * to[0])
    if abs(across_m) < size_m / 2:
        return ""
    return "left" if across_m > 0 else "right"


def _to_plane(lon_lats: Sequence[tuple[float, float]], middle: tuple[float, float]) -> FloatArray:
    plane: FloatArray = (np.array(lon_lats) - np.array(middle)) * np.array(metres_per_degree(middle[1]))
    return plane


def _find_far(plane: FloatArray, far_m: float) -> FloatArray:
    """The first corner so far from the first, else the last one."""
    far = np.flatnonzero(np.hypot(*(plane - plane[0]).T) >= far_m)
    found: FloatArray = plane[far[0] if len(far) else -1] - plane[0]
    return found


def _find_at(
    plane: FloatArray, along: FloatArray, begin: LongArray, last: LongArray, at_m: FloatArray
) -> FloatArray:
    """Positions so many metres along all lines, one on each edge."""
    after = np.clip(np.searchsorted(along, at_m), begin + 1, last)
    length_m = along[after] - along[after - 1]
    share = np.clip((at_m - along[after - 1]) / np.maximum(length_m, 1e-9), 0.0, 1.0)[:, None]
    found: FloatArray = plane[after - 1] * (1 - share) + plane[after] * share
    return found
