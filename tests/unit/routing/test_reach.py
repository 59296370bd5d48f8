"""Reachable areas against a search of our own for every junction, on drawn and on any small maps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from routing.graph.build import build_graph
from routing.graph.geometry import LocalPlane
from routing.graph.kinds import RoadClass
from routing.graph.model import AnyArray, FloatArray
from routing.graph.snap import Snapped
from routing.process.planner import Planner
from routing.terms.messages import (
    ConditionsRequest,
    Failure,
    ReachAnswer,
    ReachRequest,
    ReachStarter,
    RoadChange,
)
from routing.travel_time.network import RoadNetwork, measure_start_s
from routing.travel_time.reach import FARTHEST_M, ReachFinder, Starter
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from tests.unit.routing.dijkstra import Oracle
from tests.unit.routing.drawn_map import DrawnMap
from tests.unit.routing.test_any_small_map import SmallMap, draw_maps

ToNetwork = Callable[[DrawnMap], RoadNetwork]
LIMITS_S = [20.0, 45.0, 90.0]
STEPS = 12


def street() -> DrawnMap:
    return DrawnMap("a.........b").way("ab", highway="tertiary")


def to_plane(network: RoadNetwork, shape: Any) -> Any:
    """Degrees to metres around the network."""
    graph = network.graph
    plane = LocalPlane(float(graph.node_lon.mean()), float(graph.node_lat.mean()))
    return shapely.transform(shape, plane.to_plane)


def test_area_ends_in_the_middle_of_the_street_where_the_time_does(to_network: ToNetwork) -> None:
    drawn = street()
    network = to_network(drawn)
    pace_s = 3.6 / VEHICLE_CLASSES["car"].speeds_kmh[RoadClass.TERTIARY]
    (area,) = ReachFinder(network).find_areas([Starter(drawn.place("a"), "car")], [300 * pace_s])
    assert area.covers(shapely.Point(drawn.place("a", east_m=295)))
    assert not area.covers(shapely.Point(drawn.place("a", east_m=300 + FARTHEST_M)))


def test_longer_times_reach_no_less_and_all_areas_are_valid(to_network: ToNetwork) -> None:
    drawn = street()
    areas = ReachFinder(to_network(drawn)).find_areas([Starter(drawn.place("a"), "motorbike")], LIMITS_S)
    assert all(area.is_valid and not area.is_empty for area in areas)
    assert areas[0].area < areas[1].area < areas[2].area


def test_fleet_reaches_what_any_of_it_does_and_who_turns_out_late_reaches_less(to_network: ToNetwork) -> None:
    drawn = street()
    finder = ReachFinder(to_network(drawn))
    west, east = Starter(drawn.place("a"), "car"), Starter(drawn.place("b"), "ambulance", hot=True)
    late = Starter(drawn.place("b"), "ambulance", hot=True, delay_s=30.0)
    # Not so long that the two come so near each other that the gap between them is closed.
    (both,), (one,), (other,) = (finder.find_areas(who, [40.0]) for who in ([west, east], [west], [east]))
    assert both.symmetric_difference(one.union(other)).area == pytest.approx(0, abs=both.area * 0.02)
    assert finder.find_areas([late], [40.0])[0].area < 0.6 * other.area


def test_closed_street_is_not_reached_beyond(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a....m....b....c").way("am").way("mb").way("bc")
    planner = Planner(to_network(drawn))

    def reaches(node: str) -> bool:
        answer = planner.answer(ReachRequest([ReachStarter(drawn.place("a"), "car")], [600.0]))
        assert isinstance(answer, ReachAnswer)
        shapes = [
            shapely.Polygon(rings[0], rings[1:]) for rings in msgspec.json.decode(answer.areas[0].coordinates)
        ]
        return any(shape.covers(shapely.Point(drawn.place(node))) for shape in shapes)

    assert reaches("c")
    closure = RoadChange("x", "closed", "point", [drawn.place("m", east_m=250)])
    planner.answer(ConditionsRequest([closure]))
    assert (reaches("m"), reaches("c")) == (True, False)


def test_nobody_and_nowhere_reach_nothing_and_a_class_unknown_is_said(to_network: ToNetwork) -> None:
    drawn = street()
    planner = Planner(to_network(drawn))
    for starters in ([], [ReachStarter((0.0, 0.0), "car")], [ReachStarter((float("nan"), 1.0), "car")]):
        answer = planner.answer(ReachRequest(starters, [240.0]))
        assert isinstance(answer, ReachAnswer)
        assert answer.areas[0].coordinates == b"[]"
    failure = planner.answer(ReachRequest([ReachStarter(drawn.place("a"), "submarine")], [240.0]))
    assert isinstance(failure, Failure)
    assert failure.code == "unknown_vehicle_class"


# Within 45 s one gets from "ei" a few metres into the next square, and not to the next sample in it.
PASSING_INTO_A_SQUARE = SmallMap(dict.fromkeys(("ab", "ei", "ij", "ae", "bc"), "no"), set(), [])


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawing=draw_maps(), start=st.integers(0, 100), share=st.floats(0.05, 0.95), hot=st.booleans())
@example(drawing=PASSING_INTO_A_SQUARE, start=72, share=0.5, hot=False)
def test_what_is_reached_in_time_lies_inside_and_nothing_far_from_it(
    tmp_path: Path, drawing: SmallMap, start: int, share: float, hot: bool
) -> None:
    drawn = DrawnMap("a..b..c..d\n..........\n..........\ne..f..g..h\n..........\n..........\ni..j..k..l")
    for way, oneway in drawing.ways.items():
        drawn.way(way, highway="tertiary", oneway=oneway)
    for node in drawing.bollards:
        drawn.stand(node, barrier="bollard")
    network = RoadNetwork(build_graph(drawn.write(tmp_path / "map.osm.pbf")), [VEHICLE_CLASSES["ambulance"]])
    shape = network.graph.get_edge_shape(start % network.graph.edge_count)
    lon, lat = (shape[0] * (1 - share) + shape[-1] * share).tolist()
    starter = Starter((lon, lat), "ambulance", hot)
    points, seconds = measure_everywhere(network, starter)
    areas = ReachFinder(network).find_areas([starter], LIMITS_S)
    for limit_s, area in zip(LIMITS_S, areas, strict=True):
        assert area.is_valid
        plane = to_plane(network, area)
        reached = points[seconds <= limit_s - 0.01]
        assert shapely.covers(plane, reached[::STEPS]).all()
        near = shapely.union_all(shapely.buffer(points[seconds <= limit_s + 0.01], FARTHEST_M))
        assert plane.difference(near).area < 1.0


def measure_everywhere(network: RoadNetwork, starter: Starter) -> tuple[AnyArray, FloatArray]:
    """Places all along the usable streets (metres), and the seconds to them by an independent search."""
    graph = network.graph
    usable = np.flatnonzero(network.get_profile("ambulance", False).find_usable_edges())
    shares = np.linspace(0, 1, STEPS)
    edges, fractions = np.repeat(usable, STEPS).astype(np.int32), np.tile(shares, len(usable))
    places = Snapped(edges, fractions, np.zeros(len(edges)))
    oracle = Oracle(graph, network.get_profile("ambulance", starter.hot).weights)
    origin = network.snap([starter.lon_lat], "ambulance")
    seconds = oracle.measure_seconds(origin, places)[0] + measure_start_s(origin)[0]
    first = np.array([graph.get_edge_shape(edge)[0] for edge in edges.tolist()]).reshape(-1, 2)
    last = np.array([graph.get_edge_shape(edge)[-1] for edge in edges.tolist()]).reshape(-1, 2)
    lon_lat = first + (last - first) * fractions[:, None]
    return np.asarray(to_plane(network, shapely.points(lon_lat))), seconds
