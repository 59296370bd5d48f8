"""How long the fastest ways between many places are: milliseconds of whole matrices.

What lies above all places of one side is listed once. Up to `_LANES` destinations climb their list together
and come down that of the origins together: a node higher up is read before the lower ones it leads to, and
only what lies above an origin is read ("Faster Batched Shortest Paths in Road Networks", Delling, Goldberg,
Werneck, 2011). The milliseconds of a node for all of them lie in a row; an edge is followed for eight
at once.
"""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from routing.graph.model import IntArray
from routing.hierarchy.hierarchy import DOWN, UP
from routing.hierarchy.metric import NO_WAY_MS, Metric, Milliseconds
from routing.hierarchy.search import Ends, measure_to
from routing.kernel import fetch, fetch_row, instruction, kernel, part

NEVER_MS = 4_294_967_295
"""No way leads; as much as 32 bits hold, so that a way and the steps to it may be added."""

_NO_WAY = np.uint32(NO_WAY_MS)
_NEVER = np.uint32(NEVER_MS)
# So many destinations are looked at together, and so many by one instruction.
_LANES, _VECTOR = 64, 8
_AHEAD = 8
# Of more destinations than that one half is looked at beside the other, on another processor if one is free.
_BESIDE = ThreadPoolExecutor(1, "searches")


@dataclass(frozen=True, slots=True)
class Leaving:
    """The two ways to leave each of n places: node of the graph, and milliseconds to it (`NEVER_MS`: barred);
    shape (2, n)."""

    node: IntArray
    ms: Milliseconds


@dataclass(frozen=True, slots=True)
class Coming:
    """Ways to come to places. begin: the first of each place, one more at the end; by way the node of the
    graph it is come to from, and milliseconds from there, at most `NO_WAY_MS`."""

    begin: IntArray
    node: IntArray
    ms: Milliseconds

    def __len__(self) -> int:
        return len(self.begin) - 1


def measure_between(metric: Metric, leaving: Leaving, coming: Coming) -> Milliseconds:
    """Milliseconds by origin and destination, shape (n, destinations); `NEVER_MS` where no way leads."""
    answer: Milliseconds = np.empty((leaving.node.shape[1], len(coming)), dtype=np.uint32)
    if not answer.size:
        return answer
    if len(coming) == 1:
        found_ms = measure_to(metric, leaving.node.ravel(), _list_ends(coming))
        _choose(found_ms, leaving.ms, answer)
        return answer
    shape = metric.hierarchy
    edges = shape.first, shape.head, shape.parent, metric.edge_ms
    starts, ends = shape.rank[leaving.node], shape.rank[coming.node]
    lower = _list_above(*edges, UP, starts.ravel())

    def measure(some: slice) -> None:
        ways = slice(coming.begin[some.start], coming.begin[some.stop])
        higher = _list_above(*edges, DOWN, ends[ways])
        _measure(
            *higher, *lower, coming.begin[some.start : some.stop + 1], ends[ways], coming.ms[ways],
            starts, leaving.ms, answer[:, some],
        )  # fmt: skip

    count, half = len(coming), len(coming) // 2
    if count <= _LANES:
        measure(slice(0, count))
        return answer
    beside = _BESIDE.submit(measure, slice(0, half))
    try:
        measure(slice(half, count))
    finally:
        wait([beside])
    beside.result()
    return answer


def _list_ends(coming: Coming) -> Ends:
    return list(zip(coming.node.tolist(), coming.ms.tolist(), strict=True))


@instruction
def _follow(typing: Any, rows: Any, to: Any, came: Any, lane: Any, ms: Any) -> Any:
    """The way on from one row to another in so many milliseconds, for `_VECTOR` lanes from that one on: the
    compiler does not find by itself that they can be taken together."""
    lanes, numbers = ir.VectorType(ir.IntType(32), _VECTOR), ir.IntType(32)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        table, to_row, from_row, first, added = arguments
        array = context.make_array(signature.args[0])(context, builder, table)
        width = builder.extract_value(array.shape, 1)

        def find(row: Any) -> Any:
            at = builder.add(builder.mul(row, width), first)
            return builder.bitcast(builder.gep(array.data, [at]), lanes.as_pointer())

        here, there = find(to_row), find(from_row)
        one = builder.insert_element(ir.Constant(lanes, ir.Undefined), added, numbers(0))
        order = ir.Constant(ir.VectorType(numbers, _VECTOR), [0] * _VECTOR)
        all_added = builder.shuffle_vector(one, ir.Constant(lanes, ir.Undefined), order)
        new = builder.add(builder.load(there, align=4), all_added)
        old = builder.load(here, align=4)
        builder.store(builder.select(builder.icmp_unsigned("<", new, old), new, old), here, align=4)
        return context.get_dummy_value()

    return types.void(rows, types.int64, types.int64, types.int64, types.uint32), generate


_ABOVE = "int32[::1], int32[::1], int32[::1], int32[::1], uint32[::1]"


@kernel(f"Tuple(({_ABOVE}))(int32[::1], int32[::1], int32[::1], uint32[:,::1], int64, int32[::1])")
def _list_above(
    first: IntArray, heads: IntArray, parent: IntArray, edge_ms: Milliseconds, side: int, wanted: IntArray
) -> tuple[IntArray, IntArray, IntArray, IntArray, Milliseconds]:
    """All nodes above some nodes, ascending; the row of every node among them, anything for others; and the
    edges of every row that lead anywhere: where they begin, the rows of their heads, and milliseconds."""
    is_above, row_of = np.zeros(len(parent), np.bool_), np.empty(len(parent), np.int32)
    lowest = len(parent)
    edges = 0
    count = 0
    for start in wanted:
        node = start
        while node >= 0 and not is_above[node]:
            is_above[node] = True
            lowest = min(lowest, node)
            count += 1
            edges += first[node + 1] - first[node]
            node = parent[node]
    nodes, begin = np.empty(count, np.int32), np.zeros(count + 1, np.int32)
    to, ms = np.empty(edges, np.int32), np.empty(edges, np.uint32)
    row = 0
    for node in range(lowest, len(parent)):
        if is_above[node]:
            row_of[node] = row
            nodes[row] = node
            row += 1
    edges = 0
    for row in range(count):
        ahead = first[nodes[min(row + _AHEAD, count - 1)]]
        fetch(heads, ahead)
        fetch_row(edge_ms, ahead)
        for edge in range(first[nodes[row]], first[nodes[row] + 1]):
            if edge_ms[edge, side] < _NO_WAY:
                to[edges], ms[edges] = row_of[heads[edge]], edge_ms[edge, side]
                edges += 1
        begin[row + 1] = edges
    return nodes, row_of, begin, to, ms


@part
def _climb(rows: Milliseconds, begin: IntArray, to: IntArray, to_ms: Milliseconds) -> None:
    """From every row to those above it."""
    for row in range(len(rows)):
        for edge in range(begin[row], begin[row + 1]):
            for lane in range(0, rows.shape[1], _VECTOR):
                _follow(rows, to[edge], row, lane, to_ms[edge])


@part
def _step_over(high: Milliseconds, high_nodes: IntArray, low: Milliseconds, low_nodes: IntArray) -> None:
    """What has been climbed to, where one may come down from there; nodes ascend."""
    below = 0
    for row in range(len(high_nodes)):
        while below < len(low_nodes) and low_nodes[below] < high_nodes[row]:
            below += 1
        if below < len(low_nodes) and low_nodes[below] == high_nodes[row]:
            low[below] = high[row]


@part
def _come_down(rows: Milliseconds, begin: IntArray, to: IntArray, to_ms: Milliseconds) -> None:
    """To every row from those above it."""
    for row in range(len(rows) - 1, -1, -1):
        for edge in range(begin[row], begin[row + 1]):
            for lane in range(0, rows.shape[1], _VECTOR):
                _follow(rows, row, to[edge], lane, to_ms[edge])


@part
def _leave(
    rows: Milliseconds, row_of: IntArray, starts: IntArray, starts_ms: Milliseconds, answer: Milliseconds
) -> None:
    """Fills the answer: the better of the two ways to leave each origin, from the rows of their nodes."""
    for origin in range(len(answer)):
        told_ms = answer[origin]
        told_ms[:] = _NEVER
        for way in range(2):
            ms = starts_ms[way, origin]
            if ms < _NO_WAY:
                found_ms = rows[row_of[starts[way, origin]]]
                for lane in range(len(told_ms)):
                    if found_ms[lane] < _NO_WAY:
                        told_ms[lane] = min(told_ms[lane], np.uint32(found_ms[lane] + ms))


@kernel(
    f"void({_ABOVE}, {_ABOVE}, int32[::1], int32[::1], uint32[::1], int32[:,::1], uint32[:,::1], uint32[:,:])"
)
def _measure(
    high_nodes: IntArray,
    high_row_of: IntArray,
    high_begin: IntArray,
    high_to: IntArray,
    high_ms: Milliseconds,
    nodes: IntArray,
    row_of: IntArray,
    begin: IntArray,
    to: IntArray,
    to_ms: Milliseconds,
    place_first: IntArray,
    ends: IntArray,
    ends_ms: Milliseconds,
    starts: IntArray,
    starts_ms: Milliseconds,
    answer: Milliseconds,
) -> None:
    """Fills the answer, some destinations at a time."""
    places = answer.shape[1]
    blocks = (places + _LANES - 1) // _LANES
    lanes = (places + blocks - 1) // blocks
    width = (lanes + _VECTOR - 1) & ~(_VECTOR - 1)
    high, low = np.empty((len(high_nodes), width), np.uint32), np.empty((len(nodes), width), np.uint32)
    for block in range(0, places, lanes):
        high[:] = _NO_WAY
        low[:] = _NO_WAY
        told = answer[:, block : block + lanes]
        for lane in range(told.shape[1]):
            for way in range(place_first[block + lane], place_first[block + lane + 1]):
                row = high_row_of[ends[way - place_first[0]]]
                high[row, lane] = min(high[row, lane], ends_ms[way - place_first[0]])
        _climb(high, high_begin, high_to, high_ms)
        _step_over(high, high_nodes, low, nodes)
        _come_down(low, begin, to, to_ms)
        _leave(low, row_of, starts, starts_ms, told)


@kernel("void(uint32[::1], uint32[:,::1], uint32[:,::1])")
def _choose(found_ms: Milliseconds, starts_ms: Milliseconds, answer: Milliseconds) -> None:
    """Fills the answer of one destination: the better of the two ways to leave each origin, of whose nodes
    the milliseconds lie one after the other."""
    count = len(answer)
    for origin in range(count):
        best = _NEVER
        for way in range(2):
            way_ms, ms = found_ms[way * count + origin], starts_ms[way, origin]
            if way_ms < _NO_WAY and ms < _NO_WAY:
                best = min(best, np.uint32(way_ms + ms))
        answer[origin, 0] = best
