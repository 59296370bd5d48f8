"""Any class, hot or cold, on any small map under anything that may hold on its roads, against Dijkstra."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from routing.graph.build import build_graph
from routing.guidance.guide import Guide
from routing.process.planner import Planner
from routing.terms.ways import RouteRequest
from routing.travel_time.conditions import Conditions, put_in_force
from routing.travel_time.doors import DoorFinder
from routing.travel_time.network import RoadNetwork, measure_carry_s, measure_start_s
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from routing.travel_time.way_lengths import WayLengths
from routing.travel_time.weights import IMPASSABLE_MS
from tests.unit.routing.dijkstra import Oracle
from tests.unit.routing.drawn_map import DrawnMap
from tests.unit.routing.test_any_small_map import GRID, SmallMap, draw_maps

HIGHWAYS = ("primary", "residential", "service", "footway", "busway")


def draw(drawing: SmallMap, highways: list[str]) -> DrawnMap:
    """The drawing with streets of several kinds."""
    drawn = DrawnMap(GRID)
    for number, (way, oneway) in enumerate(drawing.ways.items()):
        drawn.way(way, highway=highways[number % len(highways)], oneway=oneway)
    for node in drawing.bollards:
        drawn.stand(node, barrier="bollard")
    for turn in drawing.turns:
        drawn.turn(*turn[:4], **({"except": "motorcycle"} if turn.exempt else {}))
    return drawn


@st.composite
def draw_conditions(draw: st.DrawFn, edges: int) -> list[Conditions]:
    """What holds one after the other: closures of one or both directions, slow streets, water, an hour and
    what was learned of it; at first anywhere, then other on one street alone, so that only that is weighed
    anew."""
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share, hour = draw(st.sampled_from([0.0, 0.1, 0.5])), draw(st.none() | st.floats(0, 24, exclude_max=True))
    told = []
    where = np.ones(edges, dtype=bool)
    closed, slow, water = np.zeros(2 * edges, dtype=bool), np.ones(2 * edges), np.zeros(edges)
    learned = np.full(2 * edges, np.nan)
    for _ in range(draw(st.integers(1, 3))):
        ways = np.repeat(where, 2)
        closed = np.where(ways, seed.random(2 * edges) < share, closed)
        slow = np.where(ways & (seed.random(2 * edges) < share), seed.uniform(1, 20, 2 * edges), slow)
        water = np.where(where & (seed.random(edges) < share), seed.uniform(0, 1, edges), water)
        learned = np.where(ways & (seed.random(2 * edges) < share), seed.uniform(0.5, 8, 2 * edges), learned)
        told.append(Conditions(closed, slow, water, hour, dict.fromkeys(VEHICLE_CLASSES, learned)))
        where, share = np.arange(edges) == seed.integers(edges), 0.6
    return told


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawing=draw_maps(),
    highways=st.lists(st.sampled_from(HIGHWAYS), min_size=1, max_size=3),
    vehicle_class=st.sampled_from(list(VEHICLE_CLASSES)),
    hot=st.booleans(),
    data=st.data(),
)
def test_matrix_route_and_dijkstra_agree_for_any_class_whatever_holds_on_the_roads(
    tmp_path: Path,
    drawing: SmallMap,
    highways: list[str],
    vehicle_class: str,
    hot: bool,
    data: st.DataObject,
) -> None:
    drawn = draw(drawing, highways)
    graph = build_graph(drawn.write(tmp_path / "map.osm"))
    network = RoadNetwork(graph, [VEHICLE_CLASSES[name] for name in {vehicle_class, "foot"}])
    # Weights are made anew, or from those of conditions that held before.
    for conditions in data.draw(draw_conditions(graph.edge_count)):
        network.apply_conditions(conditions)
    places = [drawn.place(letter, east_m=20) for letter in drawn.places]
    origins = network.snap(places[:4], vehicle_class)
    destinations = network.snap(places[4:], vehicle_class)
    profile = network.get_profile(vehicle_class, hot)
    weights, anew = profile.weights, put_in_force(profile.free, graph, profile.vehicle, conditions)
    assert (weights.run_ms.tolist(), weights.arc_ms.tolist()) == (anew.run_ms.tolist(), anew.arc_ms.tolist())
    assume((weights.arc_ms < IMPASSABLE_MS).any())
    expected = Oracle(graph, weights).measure_seconds(origins, destinations)
    expected += measure_start_s(origins)[:, None] + measure_carry_s(destinations)
    expected[(origins.edge < 0)[:, None] | (destinations.edge < 0)] = np.inf
    found = network.measure_matrix(origins, destinations, vehicle_class, hot)
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.003)
    # What a desk is told as a matrix and as a route, walks from where a vehicle has to stop included.
    told = Planner(network).measure_matrix(places[:2], places[-3:], vehicle_class, hot)
    doors = DoorFinder(network).find(places[-3:], vehicle_class)
    travel_s, distance_m = WayLengths(network, doors, vehicle_class, hot).measure(places[:2])
    for row, start in enumerate(places[:2]):
        for column, end in enumerate(places[-3:]):
            routes = Guide(network).find_routes(RouteRequest(start, end, vehicle_class, hot))
            seconds = routes[0].travel_s if routes else np.inf
            assert seconds == pytest.approx(told[row, column], abs=0.002)
            # As a file of both has it: of ways that take the same time it is the same way.
            length = (routes[0].travel_s, routes[0].distance_m) if routes else (np.inf, np.inf)
            assert (travel_s[row, column], distance_m[row, column]) == pytest.approx(length, abs=1e-3)
