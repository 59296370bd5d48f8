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
    st.data(),
)
def test_nearest_of_any_lines_is_the_nearest_that_there_is(
    lines: list[list[tuple[float, float]]], points: list[tuple[float, float]], data: st.DataObject
) -> None:
    starts = np.cumsum([0, *map(len, lines)]).astype(np.int32)
    wanted = np.array(data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines))))
    pieces = sort_pieces(np.concatenate([np.array(line, dtype=float) for line in lines]), starts)
    found = pieces.find(np.array(points, dtype=float), wanted)
    drawn = [shapely.LineString(line) for line in lines]
    for row, point in enumerate(map(shapely.Point, points)):
        least_m = min((drawn[edge].distance(point) for edge in np.flatnonzero(wanted)), default=np.inf)
        assert found.is_sure[row] == (least_m < SQUARE_M) or least_m == pytest.approx(SQUARE_M)
        if not found.is_sure[row]:
            continue
        edge = int(found.edge[row])
        assert wanted[edge]
        assert found.distance_m[row] == pytest.approx(least_m, abs=1e-4)
        assert drawn[edge].distance(point) == pytest.approx(least_m, abs=1e-4)
        assert 0.0 <= found.fraction[row] <= 1.0
        place = drawn[edge].interpolate(float(found.fraction[row]), normalized=True)
        assert place.distance(point) == pytest.approx(least_m, abs=1e-4)


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
    found = Snapper(roads, usable).snap([(lon, lat) for lon, lat in degrees.tolist()])
    points = shapely.points(roads.plane.to_plane(degrees))
    edges = np.flatnonzero(usable)
    nearest = edges[shapely.STRtree(roads.lines[usable]).nearest(points)]
    least_m = shapely.distance(roads.lines[nearest], points)
    np.testing.assert_allclose(found.distance_m, least_m, rtol=1e-9, atol=1e-6)
    assert usable[found.edge].all()
    np.testing.assert_allclose(
        shapely.distance(roads.lines[found.edge], points), least_m, rtol=1e-9, atol=1e-6
    )
    same = found.edge == nearest
    assert same.mean() > 0.7, "all but those at junctions, where several are equally near"
    fraction = shapely.line_locate_point(roads.lines[nearest], points, normalized=True)
    np.testing.assert_allclose(found.fraction[same], fraction[same], atol=1e-7)
