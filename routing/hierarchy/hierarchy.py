"""The shape of a contraction hierarchy: which shortcuts a graph needs whatever its weights are.

Nodes are called by their rank in a nested dissection order. Contracting them one by one, each leaves edges
between all its higher neighbours ("Customizable Contraction Hierarchies", Dibbelt, Strasser, Wagner, 2016).
An edge goes from its lower node, the tail, to its higher one, the head; both directions lie on it. The lowest
higher neighbour is a node's parent, and all its higher neighbours are on the way from parent to parent: the
elimination tree, on which a search needs no queue.
"""

import numpy as np

from routing.graph.model import IntArray, LongArray
from routing.kernel import kernel

# The directions of an edge: sides of slots and of weights.
UP, DOWN = 0, 1

# So many triangles of weights are made at a time: some three milliseconds.
_PIECE = 500_000


class Hierarchy:
    """Edges of the contracted graph, read by all weights and threads, never changed.

    rank: by node. parent: by rank, -1 for a root. first, head, tail: edges by tail, heads ascending.
    lower_first, lower_edge: edges by head, tails ascending. arc_slot: where an arc lies, 2 * edge + side, -1
    for one that begins where it ends; slot_first, slot_arc: the arcs of every slot. pieces: ranks between
    which some milliseconds of triangles lie.
    """

    def __init__(self, node_order: IntArray, arc_tail: IntArray, arc_head: IntArray) -> None:
        """node_order: nodes by rank."""
        count = len(node_order)
        self.rank = np.empty(count, dtype=np.int32)
        self.rank[node_order] = np.arange(count, dtype=np.int32)
        tails, heads = self.rank[arc_tail].astype(np.int64), self.rank[arc_head].astype(np.int64)
        wanted = np.minimum(tails, heads) * count + np.maximum(tails, heads)
        moves = tails != heads
        keys = _contract(count, np.unique(wanted[moves]))
        self.tail, self.head = (keys // count).astype(np.int32), (keys % count).astype(np.int32)
        self.first = _list_first(self.tail, count)
        self.parent = np.full(count, -1, dtype=np.int32)
        inner = np.flatnonzero(np.diff(self.first))
        self.parent[inner] = self.head[self.first[inner]]
        self.lower_edge = np.argsort(self.head, kind="stable").astype(np.int32)
        self.lower_first = _list_first(self.head[self.lower_edge], count)
        self.pieces = _divide(self.first, self.lower_first, self.lower_edge)
        slots = np.where(moves, 2 * np.searchsorted(keys, wanted) + (tails > heads), -1)
        self.arc_slot = slots.astype(np.int32)
        by_slot = np.argsort(slots, kind="stable").astype(np.int32)
        self.slot_arc = by_slot[np.count_nonzero(~moves) :].copy()
        self.slot_first = _list_first(slots[self.slot_arc], 2 * len(keys))

    @property
    def node_count(self) -> int:
        """Nodes of the graph."""
        return len(self.rank)

    @property
    def edge_count(self) -> int:
        """Edges and shortcuts."""
        return len(self.head)


def _list_first(owners: IntArray | LongArray, count: int) -> IntArray:
    """Where the rows of each of `count` owners begin among ascending owners, shape (count + 1)."""
    return np.searchsorted(owners, np.arange(count + 1)).astype(np.int32)


def _divide(first: IntArray, lower_first: IntArray, lower_edge: IntArray) -> list[int]:
    """Ranks, from the first to one beyond the last, that cut the work of making weights into pieces."""
    tails = np.searchsorted(first, lower_edge, side="right") - 1
    triangles = np.concatenate([[0], np.cumsum(first[tails + 1] - lower_edge - 1)])
    work = triangles[lower_first] + np.arange(len(lower_first))
    cuts = np.searchsorted(work, np.arange(_PIECE, work[-1], _PIECE))
    pieces: list[int] = np.unique([0, *cuts.tolist(), len(first) - 1]).tolist()
    return pieces


def _contract(count: int, keys: LongArray) -> LongArray:
    """All edges, as tail * count + head, ascending, of a graph that has these before it is contracted."""
    tails, heads = keys // count, (keys % count).astype(np.int32)
    first, all_heads = _list_higher(_list_first(tails, count), heads)
    all_tails = np.repeat(np.arange(count), np.diff(first))
    return np.sort(all_tails * count + all_heads)


@kernel("Tuple((int64[::1], int32[::1]))(int32[::1], int32[::1])")
def _list_higher(first: IntArray, heads: IntArray) -> tuple[LongArray, IntArray]:
    """Higher neighbours of every node in the contracted graph, not in order: those of the graph, and those of
    every node whose parent it is."""
    count = len(first) - 1
    seen = np.full(count, -1, np.int32)
    child, sibling = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    begin = np.zeros(count + 1, np.int64)
    found = np.empty(2 * len(heads) + 16, np.int32)
    end = 0
    for node in range(count):
        seen[node] = node
        parent = count
        source, low, high = heads, np.int64(first[node]), np.int64(first[node + 1])
        contracted = child[node]
        while True:
            if end + high - low > len(found):
                larger = np.empty(2 * (end + high - low), np.int32)
                larger[:end] = found[:end]
                found = larger
            for row in range(low, high):
                head = source[row]
                if seen[head] != node:
                    seen[head] = node
                    found[end] = head
                    end += 1
                    parent = min(parent, head)
            if contracted < 0:
                break
            source, low, high = found, begin[contracted], begin[contracted + 1]
            contracted = sibling[contracted]
        begin[node + 1] = end
        if parent < count:
            sibling[node], child[parent] = child[parent], node
    return begin, found[:end].copy()
