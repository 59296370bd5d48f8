"""Both ends of ways under the weights of one class: how places are left, and how they are come to."""

from dataclasses import dataclass

import numpy as np

from routing.graph.model import FloatArray, IntArray, LongArray, RoadGraph
from routing.graph.snap import Snapped
from routing.hierarchy.many import NEVER_MS, Coming, Leaving
from routing.hierarchy.metric import NO_WAY_MS, Milliseconds
from routing.kernel import kernel
from routing.travel_time.weights import IMPASSABLE_MS, Weights

_NEVER = np.uint32(NEVER_MS)


@dataclass(frozen=True, slots=True)
class Repeats:
    """Arcs that repeat a directed edge behind one approach to its junction. first: the first of every
    directed edge, one more at the end."""

    first: IntArray
    arc: IntArray

    def list_of(self, directed: int) -> list[int]:
        """Those of one directed edge."""
        arcs: list[int] = self.arc[self.first[directed] : self.first[directed + 1]].tolist()
        return arcs


def list_repeats(graph: RoadGraph) -> Repeats:
    """All of a graph."""
    count = 2 * graph.edge_count
    directed = graph.arc_directed_edge[count:]
    order = np.argsort(directed, kind="stable")
    first = np.searchsorted(directed[order], np.arange(count + 1))
    return Repeats(first.astype(np.int32), (order + count).astype(np.int32))


def leave(graph: RoadGraph, weights: Weights, origins: Snapped) -> Leaving:
    """Ways to leave each place, along its edge and against it; none off the network."""
    return Leaving(*_leave(*_pack(origins), weights.run_ms, weights.end_ms, graph.arc_head))


def come(
    graph: RoadGraph,
    weights: Weights,
    repeats: Repeats,
    stops: Snapped,
    begin: LongArray,
    extra_ms: LongArray,
) -> Coming:
    """Ways to come to places of several stops each, from both sides and through repeated junctions, with what
    every stop costs beyond the road; `begin` is the first stop of each place."""
    return Coming(
        *_come(
            *_pack(stops), np.append(begin, len(stops)), extra_ms, weights.run_ms, weights.turn_ms,
            graph.arc_tail, repeats.first, repeats.arc,
        )
    )  # fmt: skip


def shorten_along(
    answer_ms: Milliseconds,
    weights: Weights,
    origins: Snapped,
    stops: Snapped,
    begin: LongArray,
    extra_ms: LongArray,
) -> None:
    """Takes the way along the very edge where an origin and a stop are both on it; [origins, places]."""
    ends = np.append(begin, len(stops))
    _shorten(*_pack(origins), *_pack(stops), ends, extra_ms, weights.run_ms, answer_ms)


def _pack(places: Snapped) -> tuple[IntArray, FloatArray]:
    return np.ascontiguousarray(places.edge, dtype=np.int32), np.ascontiguousarray(places.fraction)


_PLACES = "int32[::1], float64[::1]"


@kernel(f"Tuple((int32[:,::1], uint32[:,::1]))({_PLACES}, int64[::1], int64[::1], int32[::1])")
def _leave(
    edges: IntArray, fractions: FloatArray, run_ms: LongArray, end_ms: LongArray, arc_head: IntArray
) -> tuple[IntArray, Milliseconds]:
    """Nodes and milliseconds of `Leaving`."""
    nodes = np.zeros((2, len(edges)), np.int32)
    all_ms = np.full((2, len(edges)), _NEVER, np.uint32)
    for row in range(len(edges)):
        for way in range(2):
            directed = 2 * edges[row] + way
            if directed < 0:
                continue
            nodes[way, row] = arc_head[directed]
            if run_ms[directed] < IMPASSABLE_MS and end_ms[directed] < IMPASSABLE_MS:
                share = fractions[row] if way else 1 - fractions[row]
                ms = np.int64(np.rint(share * run_ms[directed])) + end_ms[directed]
                all_ms[way, row] = min(ms, NO_WAY_MS)
    return nodes, all_ms


@kernel(
    f"Tuple((int32[::1], int32[::1], uint32[::1]))({_PLACES}, int64[::1], int64[::1], int64[::1], int64[::1],"
    " int32[::1], int32[::1], int32[::1])"
)
def _come(
    edges: IntArray,
    fractions: FloatArray,
    place_first: LongArray,
    extra_ms: LongArray,
    run_ms: LongArray,
    turn_ms: LongArray,
    arc_tail: IntArray,
    repeat_first: IntArray,
    repeat_arc: IntArray,
) -> tuple[IntArray, IntArray, Milliseconds]:
    """Rows of `Coming`."""
    most = 0
    for edge in edges:
        if edge >= 0:
            most += 2 + repeat_first[2 * edge + 2] - repeat_first[2 * edge]
    begin, count = np.zeros(len(place_first), np.int32), 0
    nodes, all_ms = np.empty(most, np.int32), np.empty(most, np.uint32)
    for place in range(len(place_first) - 1):
        for stop in range(place_first[place], place_first[place + 1]):
            for directed in range(max(0, 2 * edges[stop]), 2 * edges[stop] + 2):
                if run_ms[directed] >= IMPASSABLE_MS:
                    continue
                share = 1 - fractions[stop] if directed & 1 else fractions[stop]
                driven_ms = np.int64(np.rint(share * run_ms[directed])) + extra_ms[stop]
                for row in range(repeat_first[directed] - 1, repeat_first[directed + 1]):
                    arc = directed if row < repeat_first[directed] else repeat_arc[row]
                    if turn_ms[arc] < IMPASSABLE_MS:
                        nodes[count] = arc_tail[arc]
                        all_ms[count] = min(turn_ms[arc] + driven_ms, NO_WAY_MS)
                        count += 1
        begin[place + 1] = count
    return begin, nodes[:count].copy(), all_ms[:count].copy()


@kernel(f"void({_PLACES}, {_PLACES}, int64[::1], int64[::1], int64[::1], uint32[:,::1])")
def _shorten(
    edges: IntArray,
    fractions: FloatArray,
    stop_edges: IntArray,
    stop_fractions: FloatArray,
    place_first: LongArray,
    extra_ms: LongArray,
    run_ms: LongArray,
    answer_ms: Milliseconds,
) -> None:
    """Origins are put into as many heaps as there are, so that each stop is compared with few."""
    heaps = 1
    while heaps < len(edges):
        heaps *= 2
    newest, before = np.full(heaps, -1, np.int32), np.empty(len(edges), np.int32)
    for row in range(len(edges)):
        if edges[row] >= 0:
            heap = edges[row] & (heaps - 1)
            before[row], newest[heap] = newest[heap], row
    for place in range(len(place_first) - 1):
        for stop in range(place_first[place], place_first[place + 1]):
            edge, end = stop_edges[stop], stop_fractions[stop]
            row = newest[edge & (heaps - 1)] if edge >= 0 else -1
            while row >= 0:
                if edges[row] == edge:
                    ahead = run_ms[2 * edge] if end >= fractions[row] else IMPASSABLE_MS
                    back = run_ms[2 * edge + 1] if end <= fractions[row] else IMPASSABLE_MS
                    whole_ms = min(ahead, back)
                    if whole_ms < IMPASSABLE_MS:
                        along_ms = np.int64(np.rint(abs(end - fractions[row]) * whole_ms)) + extra_ms[stop]
                        answer_ms[row, place] = min(np.int64(answer_ms[row, place]), along_ms)
                row = before[row]
