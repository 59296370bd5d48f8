"""How long the fastest ways between many places are, in milliseconds and in metres.

A search meets at the best node that lies above both its ends. What lies above each place is listed once, with
the milliseconds and metres of the way there, and of two lists the best node in common is looked for ("A
Hub-Based Labeling Algorithm for Shortest Paths in Road Networks", Abraham, Delling, Goldberg, Werneck, 2011).
Of ways as fast as each other it is the one that `search.find_way` has: both go through nodes, edges, arcs and
triangles in the same order and keep the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.graph.model import FloatArray, IntArray, LongArray
from routing.hierarchy.hierarchy import DOWN, UP
from routing.hierarchy.metric import NO_WAY_MS, Metric, Milliseconds
from routing.hierarchy.search import MetricBroken
from routing.kernel import kernel, part

_NO_WAY = np.uint32(NO_WAY_MS)
# So many origins are looked at together, by one instruction of the processor for eight and more.
LANES = 16

# A place: nodes, each with the milliseconds and metres between the place and it.
LongEnds = Sequence[tuple[int, int, float]]


@dataclass(frozen=True, slots=True)
class Climbs:
    """What lies above places and is reached. begin: first row of each place, one more at the end; by row the
    rank of a node, ascending within a place, and milliseconds and metres between it and the place."""

    begin: LongArray
    node: IntArray
    ms: Milliseconds
    m: FloatArray

    def __len__(self) -> int:
        return len(self.begin) - 1


class Lengths:
    """Metres of a metric's edges and shortcuts, for as long as its weights stay."""

    def __init__(self, metric: Metric, arc_m: FloatArray) -> None:
        """arc_m: metres by arc of the graph. Raises MetricBroken."""
        shape = metric.hierarchy
        self._metric = metric
        self._edge_m = _measure_edges(
            shape.first, shape.head, shape.tail, shape.lower_first, shape.lower_edge,
            shape.slot_first, shape.slot_arc, metric.arc_ms, metric.edge_ms, arc_m,
        )  # fmt: skip
        if np.isnan(self._edge_m).any():
            raise MetricBroken("weights and shortcuts of the roads disagree")

    def climb_from(self, places: Sequence[LongEnds]) -> Climbs:
        """Ways that leave these places."""
        return self._climb(places, UP)

    def climb_to(self, places: Sequence[LongEnds]) -> Climbs:
        """Ways that come to these places."""
        return self._climb(places, DOWN)

    def _climb(self, places: Sequence[LongEnds], side: int) -> Climbs:
        shape = self._metric.hierarchy
        ends = [end for place in places for end in place]
        begin = np.zeros(len(places) + 1, dtype=np.int64)
        np.cumsum([len(place) for place in places], out=begin[1:])
        nodes = shape.rank[np.array([node for node, _, _ in ends], dtype=np.int64)]
        ends_ms = np.array([min(ms, NO_WAY_MS) for _, ms, _ in ends], dtype=np.uint32)
        ends_m = np.array([m for _, _, m in ends], dtype=np.float64)
        rows = _list_climbs(
            shape.first, shape.head, shape.parent, self._metric.edge_ms, self._edge_m, side,
            begin, nodes, ends_ms, ends_m,
        )  # fmt: skip
        return Climbs(*rows)

    def join(self, leaving: Climbs, coming: Climbs) -> tuple[Milliseconds, FloatArray]:
        """Milliseconds and metres of the fastest way from each place to each, shape (leaving, coming);
        `NO_WAY_MS` and infinite where no way leads."""
        best_ms = np.full((len(leaving), len(coming)), NO_WAY_MS, dtype=np.uint32)
        best_m = np.full((len(leaving), len(coming)), np.inf)
        _join(
            self._metric.hierarchy.node_count, leaving.begin, leaving.node, leaving.ms, leaving.m,
            coming.begin, coming.node, coming.ms, coming.m, best_ms, best_m,
        )  # fmt: skip
        return best_ms, best_m


@kernel(
    "float64[:,::1](int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1],"
    " uint32[::1], uint32[:,::1], float64[::1])"
)
def _measure_edges(
    first: IntArray,
    heads: IntArray,
    tails: IntArray,
    lower_first: IntArray,
    lower_edge: IntArray,
    slot_first: IntArray,
    slot_arc: IntArray,
    arc_ms: Milliseconds,
    edge_ms: Milliseconds,
    arc_m: FloatArray,
) -> FloatArray:
    """Metres of the arcs that `find_way` would put in place of each edge, shape (edges, 2): infinite where no
    way leads, NaN where nothing is as quick as the edge."""
    edge_m = np.full(edge_ms.shape, np.inf)
    edge_to = np.empty(len(first), np.int32)
    for node in range(len(first) - 1):
        for edge in range(first[node], first[node + 1]):
            edge_to[heads[edge]] = edge
            for side in (UP, DOWN):
                ms = edge_ms[edge, side]
                if ms < _NO_WAY:
                    edge_m[edge, side] = np.nan
                    for row in range(slot_first[2 * edge + side], slot_first[2 * edge + side + 1]):
                        if arc_ms[slot_arc[row]] == ms:
                            edge_m[edge, side] = arc_m[slot_arc[row]]
                            break
        for low in lower_edge[lower_first[node] : lower_first[node + 1]]:
            for high in range(low + 1, first[tails[low] + 1]):
                edge = edge_to[heads[high]]
                out_ms = np.uint32(edge_ms[low, DOWN] + edge_ms[high, UP])
                if out_ms == edge_ms[edge, UP] and np.isnan(edge_m[edge, UP]):
                    edge_m[edge, UP] = edge_m[low, DOWN] + edge_m[high, UP]
                back_ms = np.uint32(edge_ms[high, DOWN] + edge_ms[low, UP])
                if back_ms == edge_ms[edge, DOWN] and np.isnan(edge_m[edge, DOWN]):
                    edge_m[edge, DOWN] = edge_m[high, DOWN] + edge_m[low, UP]
    return edge_m


@part
def _climb(
    first: IntArray,
    heads: IntArray,
    parent: IntArray,
    edge_ms: Milliseconds,
    edge_m: FloatArray,
    side: int,
    nodes: IntArray,
    node_ms: Milliseconds,
    node_m: FloatArray,
    above: IntArray,
) -> int:
    """Milliseconds and metres to all nodes above these, which have theirs, others no way: writes them, and
    the nodes that are reached, ascending, to `above`; returns how many."""
    at, count = nodes.copy(), 0
    while len(at) > 0:
        node = at.min()
        if node_ms[node] < _NO_WAY:
            above[count] = node
            count += 1
            for edge in range(first[node], first[node + 1]):
                head_ms = np.uint32(node_ms[node] + edge_ms[edge, side])
                if head_ms < node_ms[heads[edge]]:
                    node_ms[heads[edge]] = head_ms
                    node_m[heads[edge]] = node_m[node] + edge_m[edge, side]
        # The paths that are here go on as one, or end.
        is_here = at == node
        at[is_here] = parent[node]
        is_here[np.argmax(is_here)] = parent[node] < 0
        at = at[~is_here]
    return count


_CLIMBS = "int64[::1], int32[::1], uint32[::1], float64[::1]"


@kernel(
    f"Tuple(({_CLIMBS}))(int32[::1], int32[::1], int32[::1], uint32[:,::1], float64[:,::1], int64, {_CLIMBS})"
)
def _list_climbs(
    first: IntArray,
    heads: IntArray,
    parent: IntArray,
    edge_ms: Milliseconds,
    edge_m: FloatArray,
    side: int,
    place_first: LongArray,
    ends: IntArray,
    ends_ms: Milliseconds,
    ends_m: FloatArray,
) -> tuple[LongArray, IntArray, Milliseconds, FloatArray]:
    """The rows of `Climbs`."""
    node_ms, node_m = np.empty(len(parent), np.uint32), np.empty(len(parent), np.float64)
    above = np.empty(len(parent), np.int32)
    begin = np.zeros(len(place_first), np.int64)
    found, found_ms, found_m = np.empty(0, np.int32), np.empty(0, np.uint32), np.empty(0, np.float64)
    for place in range(len(place_first) - 1):
        low, high = place_first[place], place_first[place + 1]
        for start in ends[low:high]:
            node = start
            while node >= 0:
                node_ms[node] = _NO_WAY
                node = parent[node]
        for row in range(low, high):
            if ends_ms[row] < node_ms[ends[row]]:
                node_ms[ends[row]], node_m[ends[row]] = ends_ms[row], ends_m[row]
        count = _climb(first, heads, parent, edge_ms, edge_m, side, ends[low:high], node_ms, node_m, above)
        end = begin[place] + count
        if end > len(found):
            more = 2 * end - len(found)
            found = np.append(found, np.empty(more, np.int32))
            found_ms = np.append(found_ms, np.empty(more, np.uint32))
            found_m = np.append(found_m, np.empty(more, np.float64))
        for row in range(count):
            found[begin[place] + row] = above[row]
            found_ms[begin[place] + row], found_m[begin[place] + row] = (
                node_ms[above[row]],
                node_m[above[row]],
            )
        begin[place + 1] = end
    end = begin[-1]
    return begin, found[:end].copy(), found_ms[:end].copy(), found_m[:end].copy()


@kernel(f"void(int64, {_CLIMBS}, {_CLIMBS}, uint32[:,::1], float64[:,::1])")
def _join(
    node_count: int,
    out_begin: LongArray,
    out_node: IntArray,
    out_ms: Milliseconds,
    out_m: FloatArray,
    back_begin: LongArray,
    back_node: IntArray,
    back_ms: Milliseconds,
    back_m: FloatArray,
    best_ms: Milliseconds,
    best_m: FloatArray,
) -> None:
    """Fills the answer, some origins at a time; of nodes as good as each other the lowest counts."""
    node_ms = np.full((node_count, LANES), _NO_WAY, np.uint32)
    lanes_ms, lanes_row = np.empty(LANES, np.uint32), np.empty(LANES, np.int32)
    for block in range(0, len(best_ms), LANES):
        lanes = min(LANES, len(best_ms) - block)
        for lane in range(lanes):
            for row in range(out_begin[block + lane], out_begin[block + lane + 1]):
                node_ms[out_node[row], lane] = out_ms[row]
        for place in range(len(back_begin) - 1):
            lanes_ms[:], lanes_row[:] = _NO_WAY, -1
            low, high = back_begin[place], back_begin[place + 1]
            for row in range(low, high):
                here_ms, ms = node_ms[back_node[row]], back_ms[row]
                number = np.int32(row - low)
                # The length of the row, not how many are asked for: so the compiler takes eight at a time.
                for lane in range(LANES):
                    whole_ms = np.uint32(here_ms[lane] + ms)
                    is_better = whole_ms < lanes_ms[lane]
                    lanes_ms[lane] = whole_ms if is_better else lanes_ms[lane]
                    lanes_row[lane] = number if is_better else lanes_row[lane]
            for lane in range(lanes):
                if lanes_row[lane] >= 0:
                    row, start = low + lanes_row[lane], out_begin[block + lane]
                    of_lane = out_node[start : out_begin[block + lane + 1]]
                    best_ms[block + lane, place] = lanes_ms[lane]
                    other = start + np.searchsorted(of_lane, back_node[row])
                    best_m[block + lane, place] = out_m[other] + back_m[row]
        for lane in range(lanes):
            for row in range(out_begin[block + lane], out_begin[block + lane + 1]):
                node_ms[out_node[row], lane] = _NO_WAY
