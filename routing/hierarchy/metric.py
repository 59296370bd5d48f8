"""Weights of a hierarchy: what its edges and shortcuts cost in both directions.

A shortcut is as quick as the quickest way over lower nodes, and triangles tell it: the edges from a lower
node to two others bound the edge between these two. Whole milliseconds; `NO_WAY_MS` is no way.
"""

from collections.abc import Iterator
from copy import copy
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from routing.graph.model import BoolArray, IntArray, LongArray
from routing.hierarchy.hierarchy import DOWN, UP, Hierarchy
from routing.kernel import kernel

NO_WAY_MS = 2_147_483_647  # two of them can be added in 32 bits
_NO_WAY = np.uint32(NO_WAY_MS)

Milliseconds = npt.NDArray[np.uint32]


class Metric:
    """A hierarchy under one set of weights. Searches may be made by many threads, but by none while it is
    changed.

    edge_ms: by edge, shape (edges, 2): towards its head, and towards its tail.
    """

    def __init__(self, hierarchy: Hierarchy, arc_ms: LongArray) -> None:
        """arc_ms: milliseconds by arc of the graph, at most `NO_WAY_MS`."""
        self.hierarchy = hierarchy
        self.arc_ms: Milliseconds = arc_ms.astype(np.uint32)
        self.edge_ms: Milliseconds = np.full((hierarchy.edge_count, 2), NO_WAY_MS, dtype=np.uint32)
        self._stale = np.ones(hierarchy.node_count, dtype=np.bool_)
        self.take(arc_ms)

    def copy(self) -> "Metric":
        """Another one under the same weights."""
        other = copy(self)
        other.edge_ms, other._stale = self.edge_ms.copy(), self._stale.copy()
        return other

    def take(self, arc_ms: LongArray) -> None:
        """Takes other weights: the quicker, the fewer arcs differ."""
        for _ in self.take_in_pieces(arc_ms):
            pass

    def take_in_pieces(self, arc_ms: LongArray) -> Iterator[None]:
        """The same in pieces of some milliseconds. No search may be made before the last is done; whoever
        ends before that has the rest done by the next who takes others."""
        shape, new_ms = self.hierarchy, arc_ms.astype(np.uint32)
        slots = shape.arc_slot[np.flatnonzero(new_ms != self.arc_ms)]
        self._stale[shape.tail[slots[slots >= 0] >> 1]] = True
        self.arc_ms = new_ms
        for begin, end in pairwise(shape.pieces):
            if self._stale[begin:end].any():
                _customise(
                    shape.first, shape.head, shape.tail, shape.lower_first, shape.lower_edge,
                    shape.slot_first, shape.slot_arc, new_ms, begin, end, self._stale, self.edge_ms,
                )  # fmt: skip
                yield


@kernel(
    "void(int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], uint32[::1],"
    " int64, int64, boolean[::1], uint32[:,::1])"
)
def _customise(
    first: IntArray,
    heads: IntArray,
    tails: IntArray,
    lower_first: IntArray,
    lower_edge: IntArray,
    slot_first: IntArray,
    slot_arc: IntArray,
    arc_ms: Milliseconds,
    begin: int,
    end: int,
    stale: BoolArray,
    edge_ms: Milliseconds,
) -> None:
    """All edges of the stale tails among some nodes, which then are so no more: the quickest of the arcs that
    lie on each, and of the ways over lower nodes. Where an edge has changed its tail's higher neighbours are
    stale: they have the edges that follow from it."""
    edge_to = np.empty(len(stale), np.int32)
    for node in range(begin, end):
        if not stale[node]:
            continue
        stale[node] = False
        own = edge_ms[first[node] : first[node + 1]]
        old_ms = own.copy()
        for edge in range(first[node], first[node + 1]):
            edge_to[heads[edge]] = edge
            for side in (UP, DOWN):
                edge_ms[edge, side] = _NO_WAY
                for row in range(slot_first[2 * edge + side], slot_first[2 * edge + side + 1]):
                    edge_ms[edge, side] = min(edge_ms[edge, side], arc_ms[slot_arc[row]])
        for low in lower_edge[lower_first[node] : lower_first[node + 1]]:
            up_ms, down_ms = edge_ms[low, UP], edge_ms[low, DOWN]
            if up_ms == _NO_WAY and down_ms == _NO_WAY:
                continue
            for high in range(low + 1, first[tails[low] + 1]):
                edge = edge_to[heads[high]]
                out_ms = np.uint32(down_ms + edge_ms[high, UP])
                back_ms = np.uint32(edge_ms[high, DOWN] + up_ms)
                edge_ms[edge, UP] = min(edge_ms[edge, UP], out_ms)
                edge_ms[edge, DOWN] = min(edge_ms[edge, DOWN], back_ms)
        if (own != old_ms).any():
            stale[heads[first[node] : first[node + 1]]] = True
