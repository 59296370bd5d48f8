"""Outlines of squares on a grid: valid, with nothing taken away, and with nothing added but a rim."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.graph.model import BoolArray
from routing.travel_time.outline import OUTWARDS, draw_outlines
from routing.travel_time.reach import _close_gaps


def draw(grid: BoolArray) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in draw_outlines(grid)])


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(4, 16), st.integers(4, 16)), max_size=50))
def test_every_square_that_is_set_lies_inside_and_nothing_a_square_away_does(
    marked: set[tuple[int, int]],
) -> None:
    grid = np.zeros((21, 21), dtype=np.bool_)
    for square in marked:
        grid[square] = True
    grid = _close_gaps(grid)
    row, column = np.nonzero(grid)
    squares = shapely.union_all(shapely.box(column, row, column + 1, row + 1))
    outlines = draw(grid)
    assert outlines.is_valid
    assert squares.difference(outlines).area < 1e-9
    assert outlines.difference(shapely.buffer(squares, 1.0)).area < 1e-9


def test_stairs_become_slopes_and_a_wide_hole_stays_open() -> None:
    grid = np.zeros((12, 12), dtype=np.bool_)
    grid[1:11, 1:11] = True
    grid[4:8, 4:8] = False
    (polygon,) = draw(grid).geoms
    assert [len(ring.coords) - 1 for ring in (polygon.exterior, *polygon.interiors)] == [8, 8]
    assert polygon.interiors[0].bounds == pytest.approx((4 + OUTWARDS,) * 2 + (8 - OUTWARDS,) * 2)
    stairs = np.tri(12, dtype=np.bool_)
    assert len(draw(stairs).geoms[0].exterior.coords) - 1 == 8
