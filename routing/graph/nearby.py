"""Which edge is nearest to each of many positions: straight pieces of streets, sorted into squares.

Whatever lies within a square's width of a position is in the nine squares around it, which are three runs of
one sorted list; where nothing is so near, wider surroundings are looked at. What takes the time is memory
that is far away, so what is looked at together lies together.
"""

from dataclasses import dataclass
from math import floor, sqrt

import numpy as np

from routing.graph.model import BoolArray, FloatArray, IntArray, LongArray
from routing.kernel import fetch, fetch_row, kernel, part

# Wide enough for a position beside any street it may mean, so narrow that few other streets are tried.
SQUARE_M = 50.0
# Nearer together than this, in square metres, two edges count as equally near, and the first one is taken.
_SAME_M2 = 1e-9
# Where every fourth square of a row begins is written down, and pieces are kept in tiles of 8 x 8 squares:
# powers of two.
_MARKED = 2
_TILE = 3
# What lies around so many positions is read from memory at the same time.
_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class Nearest:
    """By position: the nearest edge, the fraction along it and the metres to it; edge -1, infinitely far,
    where none is near."""

    edge: IntArray
    fraction: FloatArray
    distance_m: FloatArray


@dataclass(frozen=True, slots=True)
class PieceGrid:
    """Straight pieces of all edges in metres on one plane, and in which squares they lie.

    By piece: line, shape (n, 5), its begin and the way to its end, x and y each, and one over the square of
    its length; edge, and from which fraction of its edge on it is which share of it. By entry, a piece in a
    square, in rows from the south, from west to east: column and piece. first: of every row of squares, by
    its blocks of four columns, the first entry. box: lowest and highest column, then row.
    """

    line: FloatArray
    edge: IntArray
    fraction: FloatArray
    share: FloatArray
    first: IntArray
    column: IntArray
    piece: IntArray
    box: LongArray

    def find(self, points: FloatArray, wanted: BoolArray, within_m: float) -> Nearest:
        """Nearest edges among those wanted (by edge) within some metres; points in metres, shape (n, 2);
        none is near what is no number. Of edges equally near the one with the lowest number is taken."""
        edge, fraction, distance_m = _find_nearest(
            self.line, self.edge, self.fraction, self.share, self.first, self.column, self.piece, self.box,
            np.ascontiguousarray(points), wanted, within_m,
        )  # fmt: skip
        return Nearest(edge, fraction, distance_m)

    def list_within(self, point: FloatArray, within_m: float, wanted: BoolArray) -> Nearest:
        """All wanted edges within some metres of a point, shape (2), ascending, each where it is nearest."""
        piece, passed, distance_m = _list_within(
            self.line, self.edge, self.first, self.column, self.piece, self.box,
            point[0], point[1], within_m, wanted,
        )  # fmt: skip
        order = np.lexsort((distance_m, self.edge[piece]))
        edge = self.edge[piece[order]]
        best = order[np.append(True, edge[1:] != edge[:-1])[: len(order)]]
        fraction = self.fraction[piece[best]] + passed[best] * self.share[piece[best]]
        return Nearest(self.edge[piece[best]], np.minimum(fraction, 1.0), distance_m[best])


_GRID = "int32[::1], int32[::1], int32[::1], int64[::1]"


@part
def _find_run(first: IntArray, column: IntArray, box: LongArray, row: int, west: int) -> tuple[int, int]:
    """The first entry of a row in this column or farther east, and one beyond the row's last."""
    blocks = ((box[1] - box[0]) >> _MARKED) + 1
    begin = (row - box[2]) * blocks
    entry = first[begin + min(max(west - box[0], 0) >> _MARKED, blocks - 1)]
    end = first[begin + blocks]
    while entry < end and column[entry] < west:
        entry += 1
    return entry, end


@part
def _measure(line: FloatArray, piece: int, x: float, y: float) -> tuple[float, float]:
    """How much of a piece is passed where it is nearest to a point, 0..1, and how near: square metres."""
    away_x, away_y = x - line[piece, 0], y - line[piece, 1]
    along_x, along_y = line[piece, 2], line[piece, 3]
    passed = min(max((away_x * along_x + away_y * along_y) * line[piece, 4], 0.0), 1.0)
    away_x -= passed * along_x
    away_y -= passed * along_y
    return passed, away_x * away_x + away_y * away_y


@part
def _look_around(
    line: FloatArray,
    edge_of: IntArray,
    first: IntArray,
    column: IntArray,
    piece_at: IntArray,
    box: LongArray,
    wanted: BoolArray,
    x: float,
    y: float,
    reach: int,
) -> tuple[int, float, float]:
    """The nearest piece in the squares up to some columns and rows from that of a point, -1 for none; how
    much of it is passed, and square metres."""
    here, level = floor(x / SQUARE_M), floor(y / SQUARE_M)
    best, best_passed, best_m2 = -1, 0.0, np.inf
    for south in range(max(level - reach, box[2]), min(level + reach, box[3]) + 1):
        entry, end = _find_run(first, column, box, south, here - reach)
        while entry < end and column[entry] <= here + reach:
            piece = piece_at[entry]
            entry += 1
            passed, m2 = _measure(line, piece, x, y)
            # Most are farther: for those nothing else is read.
            if m2 > best_m2 + _SAME_M2 or not wanted[edge_of[piece]]:
                continue
            if (
                m2 < best_m2 - _SAME_M2
                or edge_of[piece] < edge_of[best]
                or (edge_of[piece] == edge_of[best] and m2 < best_m2)
            ):
                best, best_passed, best_m2 = piece, passed, m2
    return best, best_passed, best_m2


@part
def _fetch_around(
    line: FloatArray,
    edge_of: IntArray,
    first: IntArray,
    column: IntArray,
    piece_at: IntArray,
    box: LongArray,
    points: FloatArray,
) -> None:
    """Has what lies around some points read from memory at the same time, one kind after the other: what each
    needs is known only when the one before has been read."""
    blocks = ((box[1] - box[0]) >> _MARKED) + 1
    for stage in range(3):
        for row in range(len(points)):
            if np.isnan(points[row, 0]):
                continue
            here, level = floor(points[row, 0] / SQUARE_M), floor(points[row, 1] / SQUARE_M)
            for south in range(max(level - 1, box[2]), min(level + 1, box[3]) + 1):
                if stage == 0:
                    block = min(max(here - 1 - box[0], 0) >> _MARKED, blocks - 1)
                    fetch(first, (south - box[2]) * blocks + block)
                elif stage == 1:
                    block = min(max(here - 1 - box[0], 0) >> _MARKED, blocks - 1)
                    entry = first[(south - box[2]) * blocks + block]
                    for some in range(entry, min(entry + 32, len(column)), 16):
                        fetch(column, some)
                        fetch(piece_at, some)
                else:
                    entry, end = _find_run(first, column, box, south, here - 1)
                    while entry < end and column[entry] <= here + 1:
                        fetch_row(line, piece_at[entry])
                        entry += 1


@kernel(
    "Tuple((int32[::1], float64[::1], float64[::1]))(float64[:,::1], int32[::1], float64[::1], float64[::1],"
    f" {_GRID}, float64[:,::1], boolean[::1], float64)"
)
def _find_nearest(
    line: FloatArray,
    edge_of: IntArray,
    fraction_of: FloatArray,
    share_of: FloatArray,
    first: IntArray,
    column: IntArray,
    piece_at: IntArray,
    box: LongArray,
    points: FloatArray,
    wanted: BoolArray,
    within_m: float,
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Edge, fraction and metres by point."""
    count = len(points)
    edges, fractions = np.full(count, -1, np.int32), np.zeros(count, np.float64)
    distances_m = np.full(count, np.inf, np.float64)
    widest = int(within_m // SQUARE_M) + 1
    for row in range(count):
        if row % _TOGETHER == 0:
            _fetch_around(line, edge_of, first, column, piece_at, box, points[row : row + _TOGETHER])
        if np.isnan(points[row, 0]):
            continue
        best, best_passed, best_m2, reach = -1, 0.0, np.inf, 0
        while reach < widest and best_m2 > (reach * SQUARE_M) ** 2:
            reach = min(max(1, 4 * reach), widest)
            best, best_passed, best_m2 = _look_around(
                line, edge_of, first, column, piece_at, box, wanted, points[row, 0], points[row, 1], reach
            )
        if best_m2 > within_m * within_m:
            continue
        edges[row] = edge_of[best]
        fractions[row] = min(1.0, fraction_of[best] + best_passed * share_of[best])
        distances_m[row] = sqrt(best_m2)
    return edges, fractions, distances_m


@kernel(
    f"Tuple((int64[::1], float64[::1], float64[::1]))(float64[:,::1], int32[::1], {_GRID},"
    " float64, float64, float64, boolean[::1])"
)
def _list_within(
    line: FloatArray,
    edge_of: IntArray,
    first: IntArray,
    column: IntArray,
    piece_at: IntArray,
    box: LongArray,
    x: float,
    y: float,
    within_m: float,
    wanted: BoolArray,
) -> tuple[LongArray, FloatArray, FloatArray]:
    """Pieces of wanted edges within some metres, how much of each is passed where it is nearest, and metres;
    a piece in several squares several times."""
    pieces, passes = [0 for _ in range(0)], [0.0 for _ in range(0)]
    distances_m = [0.0 for _ in range(0)]
    west, east = floor((x - within_m) / SQUARE_M), floor((x + within_m) / SQUARE_M)
    lowest, highest = floor((y - within_m) / SQUARE_M), floor((y + within_m) / SQUARE_M)
    for south in range(max(lowest, box[2]), min(highest, box[3]) + 1):
        entry, end = _find_run(first, column, box, south, west)
        while entry < end and column[entry] <= east:
            piece = piece_at[entry]
            entry += 1
            if wanted[edge_of[piece]]:
                passed, m2 = _measure(line, piece, x, y)
                if m2 <= within_m * within_m:
                    pieces.append(int(piece))
                    passes.append(passed)
                    distances_m.append(sqrt(m2))
    return np.array(pieces, np.int64), np.array(passes, np.float64), np.array(distances_m, np.float64)


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
    column, row, piece = _list_entries(begin, along)
    order = np.lexsort((column, row))
    column, row, piece = column[order], row[order], piece[order]
    _, seen = np.unique(piece, return_index=True)
    near = np.lexsort((column[seen], row[seen], column[seen] >> _TILE, row[seen] >> _TILE))
    place = np.empty(len(near), dtype=np.int32)
    place[near] = np.arange(len(near), dtype=np.int32)
    box = np.array([column.min(), column.max(), row[0], row[-1]])
    blocks = ((box[1] - box[0]) >> _MARKED) + 1
    block = (row - box[2]) * blocks + ((column - box[0]) >> _MARKED)
    per_m2 = 1 / np.maximum(length_m**2, 1e-12)
    return PieceGrid(
        line=np.column_stack([begin, along, per_m2])[near],
        edge=edge[near].astype(np.int32),
        fraction=((before_m - before_m[first[edge]]) / whole_m[edge])[near],
        share=(length_m / whole_m[edge])[near],
        first=np.searchsorted(block, np.arange((box[3] - box[2] + 1) * blocks + 1)).astype(np.int32),
        column=column.astype(np.int32),
        piece=place[piece],
        box=box,
    )


def _list_entries(begin: FloatArray, along: FloatArray) -> tuple[LongArray, LongArray, LongArray]:
    """Columns and rows of the squares that pieces touch, and the pieces; the same ones may come twice."""
    # Long pieces are entered part by part, so that each part touches four squares at most.
    parts = np.maximum(np.ceil(np.abs(along).max(axis=1) / SQUARE_M), 1).astype(np.int64)
    piece = np.repeat(np.arange(len(begin)), parts)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(parts) - parts, parts)
    ends = [begin[piece] + along[piece] * ((number + k) / parts[piece])[:, None] for k in (0, 1)]
    corners = [np.floor(np.minimum(*ends) / SQUARE_M), np.floor(np.maximum(*ends) / SQUARE_M)]
    low, high = (corner.astype(np.int64) for corner in corners)
    wider, higher = (high > low).T
    entries = [
        (x[here, 0], y[here, 1], piece[here])
        for x, y, here in (
            (low, low, np.ones(len(piece), dtype=np.bool_)),
            (high, low, wider),
            (low, high, higher),
            (high, high, wider & higher),
        )
    ]
    columns, rows, pieces = (np.concatenate(values) for values in zip(*entries, strict=True))
    return columns, rows, pieces
