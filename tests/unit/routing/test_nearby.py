"""The nearest edge of many positions at once, beside a tree that is asked for one after the other."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.graph.model import RoadGraph
from routing.graph.nearby import SQUARE_M, sort_pieces
from routing.graph.snap import Snapper, draw_roads

# To the millimetre: the tree's own library errs over lines that are shorter than numbers can tell.
metres = st.floats(-300, 300, allow_nan=False).map(lambda m: round(m, 3))
spots = st.tuples(metres, metres)
# Corners of squares are where squares go wrong.
corners = st.tuples(*[st.sampled_from([-2 * SQUARE_M, -SQUARE_M, 0.0, SQUARE_M, 2 * SQUARE_M])] * 2)


@settings(max_examples=100)
@given(
    st.lists(st.lists(spots | corners, min_size=2, max_size=4), min_size=1, max_size=8),
    st.lists(spots | corners, min_size=1, max_size=12),
    st.sampled_from([0.8 * SQUARE_M, SQUARE_M, 2.5 * SQUARE_M, 1000.0]),
    st.data(),
)
def test_nearest_of_any_lines_is_the_nearest_that_there_is(
    lines: list[list[tuple[float, float]]],
    points: list[tuple[float, float]],
    within_m: float,
    data: st.DataObject,
) -> None:
    starts = np.cumsum([0, *map(len, lines)]).astype(np.int32)
    wanted = np.array(data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines))))
    pieces = sort_pieces(np.concatenate([np.array(line, dtype=float) for line in lines]), starts)
    found = pieces.find(np.array(points, dtype=float), wanted, within_m)
    drawn = [shapely.LineString(line) for line in lines]
    for row, point in enumerate(map(shapely.Point, points)):
        least_m = min((drawn[edge].distance(point) for edge in np.flatnonzero(wanted)), default=np.inf)
        edge = int(found.edge[row])
        assert (edge >= 0) == (least_m <= within_m) or least_m == pytest.approx(within_m)
        if edge < 0:
            assert found.distance_m[row] == np.inf
            continue
        assert wanted[edge]
        assert found.distance_m[row] == pytest.approx(least_m, abs=1e-4)
        assert drawn[edge].distance(point) == pytest.approx(least_m, abs=1e-4)
        assert 0.0 <= found.fraction[row] <= 1.0
        place = drawn[edge].interpolate(float(found.fraction[row]), normalized=True)
        assert place.distance(point) == pytest.approx(least_m, abs=1e-4)


@given(st.permutations([(100.0, 0.0), (-100.0, 0.0), (0.0, 100.0), (0.0, -100.0), (70.0, 70.0)]))
def test_of_lines_as_near_as_each_other_the_first_is_taken(ends: list[tuple[float, float]]) -> None:
    """Whatever order their squares are in: who stands on a junction is on the same street every time."""
    lines = np.array([[(0.0, 0.0), end] for end in ends]).reshape(-1, 2)
    pieces = sort_pieces(lines, np.arange(0, len(lines) + 1, 2, dtype=np.int32))
    for first in range(len(ends)):
        wanted = np.arange(len(ends)) >= first
        assert pieces.find(np.zeros((1, 2)), wanted, SQUARE_M).edge.tolist() == [first]


@settings(max_examples=100)
@given(
    st.lists(st.lists(spots | corners, min_size=2, max_size=4), min_size=1, max_size=8),
    spots | corners,
    st.sampled_from([0.8 * SQUARE_M, SQUARE_M, 2.5 * SQUARE_M, 1000.0]),
    st.data(),
)
def test_lines_near_a_point_are_those_that_are_with_the_nearest_place_on_each(
    lines: list[list[tuple[float, float]]], point: tuple[float, float], within_m: float, data: st.DataObject
) -> None:
    starts = np.cumsum([0, *map(len, lines)]).astype(np.int32)
    wanted = np.array(data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines))))
    pieces = sort_pieces(np.concatenate([np.array(line, dtype=float) for line in lines]), starts)
    near = pieces.list_within(np.array(point, dtype=float), within_m, wanted)
    here = shapely.Point(point)
    drawn = [shapely.LineString(line) for line in lines]
    away_m = {edge: drawn[edge].distance(here) for edge in np.flatnonzero(wanted).tolist()}
    assert sorted(set(near.edge.tolist())) == near.edge.tolist(), "each once, in their order"
    assert {edge for edge, metres in away_m.items() if metres < within_m - 1e-4} <= set(near.edge.tolist())
    assert set(near.edge.tolist()) <= {edge for edge, metres in away_m.items() if metres < within_m + 1e-4}
    for edge, fraction, metres in zip(near.edge.tolist(), near.fraction, near.distance_m, strict=True):
        assert metres == pytest.approx(away_m[edge], abs=1e-4)
        place = drawn[edge].interpolate(float(fraction), normalized=True)
        assert place.distance(here) == pytest.approx(away_m[edge], abs=1e-4)


@pytest.mark.hcmc
def test_places_in_the_city_are_those_that_a_tree_of_its_roads_finds(hcmc_graph: RoadGraph) -> None:
    roads = draw_roads(hcmc_graph)
    rng = np.random.default_rng(7)
    usable = rng.random(hcmc_graph.edge_count) < 0.8
    nodes = rng.choice(hcmc_graph.node_count, 2000)
    # On roads, beside them, a kilometre off and at the very end of the world.
    away = np.repeat([0.0, 0.0002, 0.01, 30.0], 500)[:, None] * rng.normal(size=(2000, 2))
    degrees = np.column_stack([hcmc_graph.node_lon[nodes], hcmc_graph.node_lat[nodes]]) + away
    degrees = np.clip(degrees, [-180.0, -90.0], [180.0, 90.0])
    within_m = 3000.0
    found = Snapper(roads, usable).snap([(lon, lat) for lon, lat in degrees.tolist()], within_m)
    points = shapely.points(roads.plane.to_plane(degrees))
    edges = np.flatnonzero(usable)
    nearest = edges[shapely.STRtree(roads.lines[usable]).nearest(points)]
    least_m = shapely.distance(roads.lines[nearest], points)
    near = least_m <= within_m
    assert 1400 <= near.sum() < 2000
    assert np.array_equal(found.edge >= 0, near)
    np.testing.assert_allclose(found.distance_m[near], least_m[near], rtol=1e-9, atol=1e-6)
    assert usable[found.edge[near]].all()
    np.testing.assert_allclose(
        shapely.distance(roads.lines[found.edge[near]], points[near]), least_m[near], rtol=1e-9, atol=1e-6
    )
    same = found.edge == nearest
    assert same[near].mean() > 0.7, "all but those at junctions, where several are equally near"
    fraction = shapely.line_locate_point(roads.lines[nearest], points, normalized=True)
    np.testing.assert_allclose(found.fraction[same], fraction[same], atol=1e-7)
