"""Fastest ways of one place under a metric: times between it and many nodes, and one way with its arcs.

From each end a search climbs to the root of the elimination tree. For one way the two climbs meet. For many
ways the climb of the place comes down again to the nodes asked for: a node higher up is read before the lower
ones it leads to, and only what lies above a node asked for is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.graph.model import AnyArray, IntArray, LongArray
from routing.hierarchy.hierarchy import DOWN, UP
from routing.hierarchy.metric import NO_WAY_MS, Metric, Milliseconds
from routing.kernel import kernel, part

_NO_WAY = np.uint32(NO_WAY_MS)

# A place: nodes, each with the milliseconds between the place and it.
Ends = Sequence[tuple[int, int]]


class MetricBroken(Exception):
    """Shortcuts of a metric are not those of its weights: what nobody may write in was written in."""


@dataclass(frozen=True, slots=True)
class Way:
    """A fastest way between two places: milliseconds in all, the nodes it begins and ends at, its arcs."""

    ms: int
    first_node: int
    last_node: int
    arcs: tuple[int, ...]


def measure_to(metric: Metric, origins: AnyArray, place: Ends) -> Milliseconds:
    """Milliseconds from every node to a place, `NO_WAY_MS` where no way leads."""
    return _measure(metric, place, DOWN, origins)


def measure_from(metric: Metric, place: Ends, destinations: AnyArray) -> Milliseconds:
    """Milliseconds from a place to every node, `NO_WAY_MS` where no way leads."""
    return _measure(metric, place, UP, destinations)


def find_way(metric: Metric, origin: Ends, destination: Ends) -> Way | None:
    """The fastest way from a place to a place, None where none leads. Raises MetricBroken."""
    shape = metric.hierarchy
    ms, first, last, arcs = _find_way(
        shape.first, shape.head, shape.tail, shape.parent, shape.lower_first, shape.lower_edge,
        shape.slot_first, shape.slot_arc, metric.arc_ms, metric.edge_ms,
        *_pack(metric, origin), *_pack(metric, destination),
    )  # fmt: skip
    return (
        None
        if ms >= NO_WAY_MS
        else Way(int(ms), origin[first][0], destination[last][0], tuple(arcs.tolist()))
    )


def _pack(metric: Metric, ends: Ends) -> tuple[IntArray, Milliseconds]:
    """Ranks and milliseconds of a place's nodes."""
    nodes = metric.hierarchy.rank[[node for node, _ in ends]]
    return nodes, np.array([min(ms, NO_WAY_MS) for _, ms in ends], dtype=np.uint32)


def _measure(metric: Metric, place: Ends, climbing: int, nodes: AnyArray) -> Milliseconds:
    """Climbs from the place on one side of the edges, comes down to the nodes on the other."""
    shape = metric.hierarchy
    shared = (shape.first, shape.head, shape.parent, metric.edge_ms)
    found_ms: Milliseconds = _come_down(*shared, climbing, *_pack(metric, place), shape.rank[nodes])
    return found_ms


@part
def _climb(
    first: IntArray,
    heads: IntArray,
    parent: IntArray,
    edge_ms: Milliseconds,
    side: int,
    nodes: IntArray,
    nodes_ms: Milliseconds,
    node_ms: Milliseconds,
    entered: IntArray,
    above: IntArray,
) -> int:
    """Milliseconds to all nodes above these: writes them to `node_ms`, the edge each is entered by (-1: none)
    to `entered`, and the nodes, ascending, to `above`; returns how many. What else is in the three stays."""
    at = nodes.copy()
    for start in nodes:
        node = start
        while node >= 0:
            node_ms[node] = _NO_WAY
            node = parent[node]
    for row in range(len(at)):
        if nodes_ms[row] < node_ms[at[row]]:
            node_ms[at[row]], entered[at[row]] = nodes_ms[row], -1
    width, count = len(at), 0
    while width > 0:
        node = at[:width].min()
        above[count] = node
        count += 1
        for edge in range(first[node], first[node + 1]):
            head_ms = np.uint32(node_ms[node] + edge_ms[edge, side])
            if head_ms < node_ms[heads[edge]]:
                node_ms[heads[edge]], entered[heads[edge]] = head_ms, edge
        # The paths that are here go on as one, or end.
        kept, goes_on = 0, parent[node] >= 0
        for row in range(width):
            if at[row] != node:
                at[kept] = at[row]
                kept += 1
            elif goes_on:
                at[kept] = parent[node]
                kept += 1
                goes_on = False
        width = kept
    return count


_SHAPE = "int32[::1], int32[::1], int32[::1], uint32[:,::1], int64"
_PLACE = "int32[::1], uint32[::1]"


@kernel(f"uint32[::1]({_SHAPE}, {_PLACE}, int32[::1])")
def _come_down(
    first: IntArray,
    heads: IntArray,
    parent: IntArray,
    edge_ms: Milliseconds,
    climbing: int,
    ends: IntArray,
    ends_ms: Milliseconds,
    wanted: IntArray,
) -> Milliseconds:
    """Milliseconds between a place and wanted nodes: each edge is read but once, where it stands."""
    node_ms, entered = np.full(len(parent), _NO_WAY, np.uint32), np.empty(len(parent), np.int32)
    _climb(first, heads, parent, edge_ms, climbing, ends, ends_ms, node_ms, entered, np.empty_like(entered))
    is_above = np.zeros(len(parent), np.bool_)
    lowest = len(parent)
    for start in wanted:
        node = start
        while node >= 0 and not is_above[node]:
            is_above[node] = True
            lowest = min(lowest, node)
            node = parent[node]
    for node in range(len(parent) - 1, lowest - 1, -1):
        if is_above[node]:
            best = node_ms[node]
            for edge in range(first[node], first[node + 1]):
                best = min(best, np.uint32(node_ms[heads[edge]] + edge_ms[edge, 1 - climbing]))
            node_ms[node] = best
    return node_ms[wanted]


@part
def _find_top(
    out: IntArray, out_ms: Milliseconds, back: IntArray, back_ms: Milliseconds
) -> tuple[np.int64, int]:
    """Milliseconds of the fastest way, and where two climbs best meet, -1 if nowhere. Nodes ascend."""
    best, top = np.int64(_NO_WAY), -1
    row, other = 0, 0
    while row < len(out) and other < len(back):
        if out[row] < back[other]:
            row += 1
        elif out[row] > back[other]:
            other += 1
        else:
            node = out[row]
            whole_ms = np.int64(out_ms[node]) + np.int64(back_ms[node])
            if whole_ms < best:
                best, top = whole_ms, node
            row += 1
            other += 1
    return best, top


@part
def _find_end(ends: IntArray, ends_ms: Milliseconds, node: int, ms: int) -> int:
    """Which end of a place a climb began at."""
    for row in range(len(ends)):
        if ends[row] == node and ends_ms[row] == ms:
            return row
    return -1


@part
def _unpack(
    first: IntArray,
    heads: IntArray,
    tails: IntArray,
    lower_first: IntArray,
    lower_edge: IntArray,
    slot_first: IntArray,
    slot_arc: IntArray,
    arc_ms: Milliseconds,
    edge_ms: Milliseconds,
    slots: list[int],
) -> list[int]:
    """The arcs of edges, given as slots, the first one last: each is an arc or leads over a lower node.
    Raises MetricBroken."""
    arcs = [0 for _ in range(0)]
    while len(slots) > 0:
        slot = slots.pop()
        edge, side = slot >> 1, slot & 1
        ms, found = edge_ms[edge, side], False
        for row in range(slot_first[slot], slot_first[slot + 1]):
            if arc_ms[slot_arc[row]] == ms:
                arcs.append(slot_arc[row])
                found = True
                break
        for row in range(lower_first[tails[edge]], lower_first[tails[edge] + 1]):
            if found:
                break
            low = lower_edge[row]
            if edge_ms[low, 1 - side] > ms:
                continue
            high, end = low + 1, first[tails[low] + 1]
            while high < end and heads[high] < heads[edge]:
                high += 1
            if high < end and heads[high] == heads[edge]:
                before, after = (low, high) if side == UP else (high, low)
                if np.uint32(edge_ms[before, DOWN] + edge_ms[after, UP]) == ms:
                    slots.append(2 * after + UP)
                    slots.append(2 * before + DOWN)
                    found = True
        # A fastest way has no node twice, so it has fewer arcs than there are nodes.
        if not found or len(arcs) >= len(first):
            raise MetricBroken("weights and shortcuts of the roads disagree")
    return arcs


@kernel(
    "Tuple((int64, int64, int64, int64[::1]))(int32[::1], int32[::1], int32[::1], int32[::1], int32[::1],"
    f" int32[::1], int32[::1], int32[::1], uint32[::1], uint32[:,::1], {_PLACE}, {_PLACE})"
)
def _find_way(
    first: IntArray,
    heads: IntArray,
    tails: IntArray,
    parent: IntArray,
    lower_first: IntArray,
    lower_edge: IntArray,
    slot_first: IntArray,
    slot_arc: IntArray,
    arc_ms: Milliseconds,
    edge_ms: Milliseconds,
    starts: IntArray,
    starts_ms: Milliseconds,
    ends: IntArray,
    ends_ms: Milliseconds,
) -> tuple[np.int64, int, int, LongArray]:
    """Milliseconds of the fastest way, `_NO_WAY` without one; which start and which end; and its arcs."""
    size = len(parent)
    out_ms, out_edge, out = np.empty(size, np.uint32), np.empty(size, np.int32), np.empty(size, np.int32)
    back_ms, back_edge, back = np.empty(size, np.uint32), np.empty(size, np.int32), np.empty(size, np.int32)
    outs = _climb(first, heads, parent, edge_ms, UP, starts, starts_ms, out_ms, out_edge, out)
    backs = _climb(first, heads, parent, edge_ms, DOWN, ends, ends_ms, back_ms, back_edge, back)
    best, top = _find_top(out[:outs], out_ms, back[:backs], back_ms)
    slots = [0 for _ in range(0)]
    if top < 0:
        return best, -1, -1, np.empty(0, np.int64)
    node = top
    while back_edge[node] >= 0:
        slots.append(2 * back_edge[node] + DOWN)
        node = tails[back_edge[node]]
    slots.reverse()
    last = _find_end(ends, ends_ms, node, back_ms[node])
    node = top
    while out_edge[node] >= 0:
        slots.append(2 * out_edge[node] + UP)
        node = tails[out_edge[node]]
    start = _find_end(starts, starts_ms, node, out_ms[node])
    arcs = _unpack(first, heads, tails, lower_first, lower_edge, slot_first, slot_arc, arc_ms, edge_ms, slots)
    return best, start, last, np.array(arcs, np.int64)
