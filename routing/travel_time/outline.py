"""The squares of a grid as smooth polygons, by following their edges: nothing has to be united or widened.

What is empty must be at least three squares wide, as a closed grid has it: outlines that are moved outwards
then never meet.
"""

import numpy as np
from scipy.ndimage import label

from routing.graph.model import BoolArray, FloatArray, LongArray

OUTWARDS = 0.3
"""Of a square: so far an outline is moved, so that cutting its corners takes nothing away."""

_CUT = 0.5  # of a square, on both sides of a corner: stairs become slopes
_NOTHING = 1e-9
_STEPS = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])  # east, north, west, south as (column, row)


def draw_outlines(grid: BoolArray) -> list[list[FloatArray]]:
    """Polygons around what is set: closed rings of (column, row), in squares, the outside before its holes.

    Squares that touch in a corner hang together. Outsides turn left, holes right.
    """
    if not grid.any():
        return []
    grid = np.pad(grid, 1)
    parts, count = label(grid, structure=np.ones((3, 3)))
    begin, way = _list_edges(grid)
    order, size = _follow(begin, way)
    begin, way = begin[order], way[order]
    first = np.cumsum(size) - size
    # Beside an edge lies a square that is set, to its left.
    left = begin[first] + np.array([(0, 0), (-1, 0), (-1, -1), (0, -1)])[way[first]]
    turns = (way - way[_previous(size)] + 1) % 4 - 1
    outside = np.add.reduceat(turns, first) > 0
    polygons: list[list[FloatArray]] = [[] for _ in range(count)]
    for number, is_outside, ring in zip(
        parts[left[:, 1], left[:, 0]].tolist(), outside.tolist(), _smooth(begin, way, size), strict=True
    ):
        polygon = polygons[number - 1]
        polygon.insert(0 if is_outside else len(polygon), ring - 1)
    return polygons


def _list_edges(grid: BoolArray) -> tuple[LongArray, LongArray]:
    """Where the edges of what is set begin (column, row), and which way they go with it to their left."""
    begins, ways = [], []
    # For each way: the square beyond the edge, and the corner of the square that the edge begins at.
    for way, (beyond, corner) in enumerate(
        (((-1, 0), (0, 0)), ((0, 1), (1, 0)), ((1, 0), (1, 1)), ((0, -1), (0, 1)))
    ):
        row, column = np.nonzero(grid & ~np.roll(grid, (-beyond[0], -beyond[1]), axis=(0, 1)))
        begins.append(np.column_stack([column + corner[0], row + corner[1]]))
        ways.append(np.full(len(row), way))
    return np.concatenate(begins), np.concatenate(ways)


def _follow(begin: LongArray, way: LongArray) -> tuple[LongArray, LongArray]:
    """The edges ring after ring, each in order, and how many each ring has."""
    wide = int(begin[:, 0].max()) + 2
    starting = np.full((wide * (int(begin[:, 1].max()) + 2), 4), -1)
    starting[begin @ (1, wide), way] = np.arange(len(begin))
    head = (begin + _STEPS[way]) @ (1, wide)
    # Where two rings meet in a corner, a turn to the right keeps the squares there together.
    onward = starting[head, (way + 1) % 4]
    for turn in (0, 3):
        there = starting[head, (way + turn) % 4]
        onward = np.where(there >= 0, there, onward)
    following, seen = onward.tolist(), bytearray(len(begin))
    order: list[int] = []
    ends = [0]
    for first in range(len(begin)):
        edge = first
        while not seen[edge]:
            seen[edge] = 1
            order.append(edge)
            edge = following[edge]
        if len(order) > ends[-1]:
            ends.append(len(order))
    return np.array(order), np.diff(ends)


def _previous(size: LongArray) -> LongArray:
    """The index of the one before, for all members of rings of these sizes."""
    end = np.cumsum(size)
    index = np.arange(-1, int(end[-1]) - 1)
    index[end - size] = end - 1
    return index


def _smooth(begin: LongArray, way: LongArray, size: LongArray) -> list[FloatArray]:
    """Rings moved outwards, their corners cut, points on straight lines left out, closed."""
    before = way[_previous(size)]
    turning = way != before
    size = 2 * _count(turning, size)
    out, into = _STEPS[way[turning]], _STEPS[before[turning]]
    moved = begin[turning] + OUTWARDS * (out + into)[:, ::-1] * (1, -1)
    points = np.stack([moved - _CUT * into, moved + _CUT * out], axis=1).reshape(-1, 2)
    apart = np.abs(points - points[_previous(size)]).max(axis=1) > _NOTHING
    points, size = points[apart], _count(apart, size)
    previous = _previous(size)
    came = points - points[previous]
    went = np.empty_like(came)
    went[previous] = came
    bends = np.abs(came[:, 0] * went[:, 1] - came[:, 1] * went[:, 0]) > _NOTHING
    points, size = points[bends], _count(bends, size)
    rings = np.split(points, np.cumsum(size)[:-1])
    return [np.concatenate([ring, ring[:1]]) for ring in rings]


def _count(kept: BoolArray, size: LongArray) -> LongArray:
    """How many of each ring are kept."""
    counts: LongArray = np.add.reduceat(kept.astype(np.int64), np.cumsum(size) - size)
    return counts
