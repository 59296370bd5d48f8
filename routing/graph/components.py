"""Which part of a road graph hangs together."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.graph.model import BoolArray, IntArray


def find_largest_component(tail: IntArray, head: IntArray, node_count: int) -> BoolArray:
    """Marks the nodes of the largest set from each of which every other can be reached over these arcs."""
    links = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(node_count, node_count))
    _, label = connected_components(links, directed=True, connection="strong")
    largest: BoolArray = label == np.bincount(label).argmax()
    return largest
