"""In which direction every street is entered and left, for the whole graph at once."""

import numpy as np

from gis.geometry import metres_per_degree
from routing.graph.model import FloatArray, LongArray, RoadGraph

# So far on a street its direction is taken: a kink right at the junction does not decide.
_LOOK_M = 15.0


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


def _find_at(
    plane: FloatArray, along: FloatArray, begin: LongArray, last: LongArray, at_m: FloatArray
) -> FloatArray:
    """Positions so many metres along all lines, one on each edge."""
    after = np.clip(np.searchsorted(along, at_m), begin + 1, last)
    length_m = along[after] - along[after - 1]
    share = np.clip((at_m - along[after - 1]) / np.maximum(length_m, 1e-9), 0.0, 1.0)[:, None]
    found: FloatArray = plane[after - 1] * (1 - share) + plane[after] * share
    return found
