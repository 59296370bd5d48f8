"""Which edge is nearest to each of many positions: straight pieces of streets, sorted into squares.

A tree answers for one position after the other. Here all are answered together: whatever lies within a
square's width of a position is in the nine squares around it, which are three runs of one sorted list.
"""

from dataclasses import dataclass

import numpy as np

from routing.graph.model import BoolArray, FloatArray, IntArray, LongArray

# Wide enough for a position beside any street it may mean, so narrow that few other streets are tried.
SQUARE_M = 50.0
# Rows of squares are so far apart in the numbers of squares; no city is as wide.
_ROW = 1 << 32
_FARTHEST = 1e9
# Nearer together than this, in square metres, two edges count as equally near, and the first one is taken.
_SAME_M2 = 1e-9


@dataclass(frozen=True, slots=True)
class Nearest:
    """By position: the nearest edge, the fraction along it and the metres to it; is_sure: where no other edge
    can be nearer. Edge -1 where none is near."""

    edge: IntArray
    fraction: FloatArray
    distance_m: FloatArray
    is_sure: BoolArray


@dataclass(frozen=True, slots=True)
class PieceGrid:
    """Straight pieces of all edges in metres on one plane, and in which squares they lie.

    By piece: begin and along, the way to its end; per_m2, one over the square of its length; edge, and from
    which fraction of its edge on it is which share of it. square is sorted; piece says for each entry which
    piece lies there.
    """

    begin_x: FloatArray
    begin_y: FloatArray
    along_x: FloatArray
    along_y: FloatArray
    per_m2: FloatArray
    edge: IntArray
    fraction: FloatArray
    share: FloatArray
    square: LongArray
    piece: IntArray

    def find(self, points: FloatArray, wanted: BoolArray) -> Nearest:
        """Nearest edges among those wanted (by edge); points in metres, shape (n, 2), finite."""
        owner, piece = self._list_near(points)
        if not wanted.all():
            near = wanted[self.edge[piece]]
            owner, piece = owner[near], piece[near]
        away_x = points[:, 0][owner] - self.begin_x[piece]
        away_y = points[:, 1][owner] - self.begin_y[piece]
        along_x, along_y = self.along_x[piece], self.along_y[piece]
        passed = np.clip((away_x * along_x + away_y * along_y) * self.per_m2[piece], 0.0, 1.0)
        away_x -= passed * along_x
        away_y -= passed * along_y
        distance_m2 = away_x * away_x + away_y * away_y
        first = _find_first(owner)
        rows = owner[first]
        least = np.minimum.reduceat(distance_m2, first) if len(first) else distance_m2
        count = np.diff(first, append=len(owner))
        best = np.flatnonzero(distance_m2 <= np.repeat(least + _SAME_M2, count))
        best = best[np.lexsort((distance_m2[best], self.edge[piece[best]], owner[best]))]
        chosen = best[_find_first(owner[best])]
        edge = np.full(len(points), -1, dtype=np.int32)
        fraction, distance_m = np.zeros(len(points)), np.full(len(points), np.inf)
        edge[rows] = self.edge[piece[chosen]]
        fraction[rows] = self.fraction[piece[chosen]] + passed[chosen] * self.share[piece[chosen]]
        distance_m[rows] = np.sqrt(distance_m2[chosen])
        return Nearest(edge, np.minimum(fraction, 1.0), distance_m, distance_m < SQUARE_M)

    def _list_near(self, points: FloatArray) -> tuple[LongArray, IntArray]:
        """Rows of points and pieces in the squares around them, in order of the rows."""
        squares = np.clip(np.floor(points / SQUARE_M), -_FARTHEST, _FARTHEST)
        middle = _number_squares(squares.astype(np.int64))
        rows = middle[:, None] + np.array([-_ROW, 0, _ROW])
        first = np.searchsorted(self.square, (rows - 1).ravel(), side="left")
        count = np.searchsorted(self.square, (rows + 1).ravel(), side="right") - first
        owner = np.repeat(np.arange(len(points)), count.reshape(-1, 3).sum(axis=1))
        begin = np.repeat(first - (np.cumsum(count) - count), count)
        return owner, self.piece[begin + np.arange(len(begin))]


def sort_pieces(shape_m: FloatArray, shape_start: IntArray) -> PieceGrid:
    """Pieces of the edges with these shape points (metres on a plane, shape (n, 2)), in squares."""
    is_begin = np.ones(len(shape_m), dtype=np.bool_)
    is_begin[shape_start[1:] - 1] = False
    begins = np.flatnonzero(is_begin)
    edge = np.repeat(np.arange(len(shape_start) - 1), np.diff(shape_start) - 1)
    begin, along = shape_m[begins], shape_m[begins + 1] - shape_m[begins]
    length_m = np.hypot(along[:, 0], along[:, 1])
    before_m = np.cumsum(length_m) - length_m
    first = np.searchsorted(edge, np.arange(len(shape_start) - 1))
    whole_m = np.maximum(np.bincount(edge, length_m, len(shape_start) - 1), 1e-12)
    # Long pieces are entered part by part, so that each part touches four squares at most.
    parts = np.maximum(np.ceil(np.abs(along).max(axis=1) / SQUARE_M), 1).astype(np.int64)
    piece = np.repeat(np.arange(len(begin)), parts)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(parts) - parts, parts)
    ends = [begin[piece] + along[piece] * ((number + k) / parts[piece])[:, None] for k in (0, 1)]
    corners = [np.floor(np.minimum(*ends) / SQUARE_M), np.floor(np.maximum(*ends) / SQUARE_M)]
    low, high = (corner.astype(np.int64) for corner in corners)
    entries = [
        (_number_squares(np.column_stack([x[:, 0], y[:, 1]]))[here], piece[here])
        for x, y, here in (
            (low, low, np.ones(len(piece), dtype=np.bool_)),
            (high, low, high[:, 0] > low[:, 0]),
            (low, high, high[:, 1] > low[:, 1]),
            (high, high, (high > low).all(axis=1)),
        )
    ]
    square, pieces = (np.concatenate(column) for column in zip(*entries, strict=True))
    order = np.argsort(square, kind="stable")
    return PieceGrid(
        begin_x=np.ascontiguousarray(begin[:, 0]),
        begin_y=np.ascontiguousarray(begin[:, 1]),
        along_x=np.ascontiguousarray(along[:, 0]),
        along_y=np.ascontiguousarray(along[:, 1]),
        per_m2=1 / np.maximum(length_m**2, 1e-12),
        edge=edge.astype(np.int32),
        fraction=(before_m - before_m[first[edge]]) / whole_m[edge],
        share=length_m / whole_m[edge],
        square=square[order],
        piece=pieces[order].astype(np.int32),
    )


def _find_first(rows: LongArray) -> LongArray:
    """Where each row begins in a list in order of rows."""
    is_first = np.ones(len(rows), dtype=np.bool_)
    is_first[1:] = rows[1:] != rows[:-1]
    return np.flatnonzero(is_first)


def _number_squares(columns_rows: LongArray) -> LongArray:
    numbers: LongArray = columns_rows[:, 1] * _ROW + columns_rows[:, 0]
    return numbers
