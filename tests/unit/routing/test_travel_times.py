"""Travel times and routes on maps small enough to be read, class by class."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.graph.build import build_graph
from routing.graph.geometry import haversine_all_m
from routing.graph.kinds import RoadClass
from routing.travel_time.conditions import make_free_conditions
from routing.travel_time.network import RoadNetwork, UnknownVehicleClass, cut_line
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]
LonLat = tuple[float, float]
TERTIARY_KMH = VEHICLE_CLASSES["car"].speeds_kmh[RoadClass.TERTIARY]


def seconds(
    network: RoadNetwork, start: LonLat, end: LonLat, vehicle_class: str = "car", hot: bool = False
) -> float:
    """Travel seconds between two positions."""
    origins, destinations = network.snap([start], vehicle_class), network.snap([end], vehicle_class)
    return float(network.measure_matrix(origins, destinations, vehicle_class, hot)[0, 0])


def metres(
    network: RoadNetwork, start: LonLat, end: LonLat, vehicle_class: str = "car", hot: bool = False
) -> float:
    """Metres of the fastest route between two positions."""
    route = network.find_route(start, end, vehicle_class, hot)
    assert route is not None
    return route.distance_m


# Clockwise one-way block: from a to b is 100 m, from b back to a three sides.
BLOCK = """
    ab
    dc
"""


def one_way_block() -> DrawnMap:
    return DrawnMap(BLOCK).way("abcda", highway="tertiary", oneway="yes")


def test_time_is_length_over_the_speed_of_the_class(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a....b").way("ab", highway="tertiary")
    assert seconds(to_network(drawn), drawn.place("a"), drawn.place("b")) == pytest.approx(
        500 / TERTIARY_KMH * 3.6, 0.01
    )


def test_speed_limit_slows_a_car_and_not_a_siren(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a....b").way("ab", highway="tertiary", maxspeed="20")
    network = to_network(drawn)
    a, b = drawn.place("a"), drawn.place("b")
    assert seconds(network, a, b) == pytest.approx(500 / 20 * 3.6, 0.01)
    assert seconds(network, a, b, "ambulance") == pytest.approx(500 / 20 * 3.6, 0.01)
    assert seconds(network, a, b, "ambulance", hot=True) == pytest.approx(
        500 / (TERTIARY_KMH * 1.2) * 3.6, 0.01
    )


def test_high_limit_makes_a_street_faster_than_others_of_its_rank(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a....b").way("ab", highway="tertiary", maxspeed="60")
    network = to_network(drawn)
    a, b = drawn.place("a"), drawn.place("b")
    share = VEHICLE_CLASSES["car"].posted_share
    assert seconds(network, a, b) == pytest.approx(500 / (share * 60) * 3.6, 0.01)
    assert seconds(network, a, b, "foot") == pytest.approx(500 / 5 * 3.6, 0.01)


def test_one_way_street_is_driven_round_and_walked_against(to_network: ToNetwork) -> None:
    drawn = one_way_block()
    network = to_network(drawn)
    a, b = drawn.place("a", east_m=10), drawn.place("b", east_m=-10)
    assert metres(network, a, b) == pytest.approx(80, abs=1)
    assert metres(network, b, a) == pytest.approx(320, abs=1)
    assert metres(network, b, a, "foot") == pytest.approx(80, abs=1)


def test_one_way_street_may_be_taken_against_in_hot_response_only(to_network: ToNetwork) -> None:
    drawn = one_way_block()
    network = to_network(drawn)
    a, b = drawn.place("a", east_m=10), drawn.place("b", east_m=-10)
    assert metres(network, b, a, "ambulance") == pytest.approx(320, abs=1)
    assert metres(network, b, a, "ambulance", hot=True) == pytest.approx(80, abs=1)
    # Against the traffic costs 2.5 times the time: short ways only.
    assert seconds(network, b, a, "ambulance", hot=True) == pytest.approx(
        2.5 * seconds(network, a, b, "ambulance", hot=True), rel=0.01
    )


# Left turn from the south (e→c) into the west (c→a) is refused; the way round leads over d, f and b.
LEFT = """
    b..f
    acd.
    .e..
"""


def left_turn_refused(**tags: str) -> DrawnMap:
    drawn = DrawnMap(LEFT).way("ac").way("ce").way("cdfba")
    return drawn.turn("no_left_turn", "ce", "c", "ac", **tags)


def test_refused_turn_is_not_driven_from_that_approach_and_is_from_others(to_network: ToNetwork) -> None:
    drawn = left_turn_refused()
    network = to_network(drawn)
    a, d, e = drawn.place("a", east_m=50), drawn.place("d"), drawn.place("e")
    assert metres(network, e, a) > 400
    assert metres(network, d, a) == pytest.approx(150, abs=1)
    assert metres(network, a, e) == pytest.approx(150, abs=1)
    assert metres(network, e, a, "foot") == pytest.approx(150, abs=1)


def test_refused_turn_costs_a_siren_seconds_instead_of_a_detour(to_network: ToNetwork) -> None:
    drawn = left_turn_refused()
    network = to_network(drawn)
    a, e = drawn.place("a", east_m=50), drawn.place("e")
    assert metres(network, e, a, "engine", hot=True) == pytest.approx(150, abs=1)
    assert seconds(network, e, a, "engine", hot=True) == pytest.approx(
        seconds(network, a, e, "engine", hot=True) + 12, abs=0.1
    )


def test_turn_refused_except_motorcycles_is_open_to_them(to_network: ToNetwork) -> None:
    drawn = left_turn_refused(**{"except": "motorcycle"})
    network = to_network(drawn)
    a, e = drawn.place("a", east_m=50), drawn.place("e")
    assert metres(network, e, a, "motorbike") == pytest.approx(150, abs=1)
    assert metres(network, e, a, "car") > 400


def test_only_straight_on_refuses_all_other_exits(to_network: ToNetwork) -> None:
    drawn = DrawnMap(LEFT).way("ac").way("ce").way("cdfba").turn("only_right_turn", "ce", "c", "cdfba")
    network = to_network(drawn)
    assert metres(network, drawn.place("e"), drawn.place("a", east_m=50)) > 400


@pytest.mark.parametrize("width", [{"width": "2"}, {}])
def test_wide_vehicle_stops_at_the_alley_and_its_crew_walks_on(
    to_network: ToNetwork, width: dict[str, str]
) -> None:
    drawn = DrawnMap("ab..c").way("ab").way("bc", highway="service", service="alley", **width)
    network = to_network(drawn)
    a, c = drawn.place("a"), drawn.place("c")
    route = network.find_route(a, c, "ladder_truck")
    assert route is not None
    assert route.lon_lats[-1] == pytest.approx(drawn.place("b"), abs=1e-5)
    assert route.carry_m == pytest.approx((300 - 30) * 1.4, rel=0.01)
    assert metres(network, a, c, "motorbike") == pytest.approx(400, abs=2)
    assert seconds(network, a, c, "ladder_truck") > seconds(network, a, c, "foot") * 0.5


def test_new_kind_of_vehicle_is_a_row_of_data(tmp_path: Path) -> None:
    drawn = DrawnMap("a..b..c").way("ab").way("bc", highway="service", service="alley", width="1.5")
    cart = replace(VEHICLE_CLASSES["ambulance"], name="cart", min_width_m=1.4, speed_factor=0.5)
    network = RoadNetwork(
        build_graph(drawn.write(tmp_path / "map.osm")), [VEHICLE_CLASSES["ambulance"], cart]
    )
    a, b, c = (drawn.place(letter) for letter in "abc")
    assert seconds(network, a, b, "cart") == pytest.approx(2 * seconds(network, a, b, "ambulance"), rel=0.01)
    cart_route, ambulance_route = (network.find_route(a, c, name) for name in ("cart", "ambulance"))
    assert cart_route is not None
    assert ambulance_route is not None
    assert (cart_route.carry_m, ambulance_route.carry_m > 300) == (0.0, True)


def test_motorbike_passes_the_bollard_and_a_car_drives_round(to_network: ToNetwork) -> None:
    drawn = DrawnMap("abc\nd.e").way("abc").way("adec").stand("b", barrier="bollard")
    network = to_network(drawn)
    a, c = drawn.place("a", east_m=50), drawn.place("c", east_m=-50)
    assert metres(network, a, c, "motorbike") == pytest.approx(100, abs=1)
    assert metres(network, a, c, "car") == pytest.approx(500, abs=2)


def test_closed_road_is_driven_round_and_opened_again(to_network: ToNetwork) -> None:
    drawn = DrawnMap("abcf\nd.e.").way("ab").way("bc").way("adec").way("cf")
    network = to_network(drawn)
    a, f = drawn.place("a"), drawn.place("f")
    closed = int(network.snap([drawn.place("b", east_m=50)], "car").edge[0])
    before = {name: seconds(network, a, f, name) for name in ("car", "engine", "foot")}
    assert network.apply_closures([closed]) > 0
    for name, open_s in before.items():
        assert seconds(network, a, f, name) == pytest.approx(5 / 3 * open_s, rel=0.03)
    assert network.apply_closures([]) > 0
    assert {name: seconds(network, a, f, name) for name in before} == before


def test_a_change_that_is_given_up_half_way_leaves_the_next_one_true(to_network: ToNetwork) -> None:
    drawn = DrawnMap("abcf\nd.e.").way("ab").way("bc").way("adec").way("cf")
    network, told_once = to_network(drawn), to_network(drawn)
    a, f = drawn.place("a"), drawn.place("f")
    closed = make_free_conditions(network.graph)
    closed.closed[:] = True
    for name, vehicle in VEHICLE_CLASSES.items():
        network.keep_ready([(name, False, 9)] + [(name, True, 9)] * (vehicle.hot is not None))
    given_up = network.reweigh_at_rest(closed)
    next(given_up)
    given_up.close()
    edge = int(network.snap([drawn.place("b", east_m=50)], "car").edge[0])
    for roads in (network, told_once):
        roads.apply_closures([edge])
    for name in VEHICLE_CLASSES:
        assert seconds(network, a, f, name, hot=True) == seconds(told_once, a, f, name, hot=True)


def test_place_on_a_closed_road_is_reached_at_walking_pace_from_its_end(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a..b..c").way("ab").way("bc")
    network = to_network(drawn)
    a, scene = drawn.place("a", east_m=100), drawn.place("b", east_m=150)
    network.apply_closures([int(network.snap([scene], "engine").edge[0])])
    drive_s = seconds(network, a, drawn.place("b"), "engine", hot=True)
    walk_s = 150 * 3.6 / 5
    assert seconds(network, a, scene, "engine", hot=True) == pytest.approx(drive_s + walk_s, rel=0.01)


def test_place_no_road_leads_to_has_no_time_and_no_route(to_network: ToNetwork) -> None:
    drawn = DrawnMap("abcd").way("ab").way("bc").way("cd")
    network = to_network(drawn)
    network.apply_closures([int(network.snap([drawn.place("b", east_m=50)], "car").edge[0])])
    start, end = drawn.place("a", east_m=20), drawn.place("d", east_m=-20)
    assert seconds(network, start, end) == float("inf")
    assert network.find_route(start, end, "car") is None


def test_small_island_of_roads_is_not_snapped_to(to_network: ToNetwork) -> None:
    drawn = DrawnMap("abcd\n....\nxy..").way("ab").way("bc").way("cd").way("xy")
    network = to_network(drawn)
    island = drawn.place("x", east_m=50)
    assert network.snap([island], "car").distance_m[0] == pytest.approx(200, abs=1)


@pytest.mark.parametrize(
    "position", [(float("nan"), 10.77), (float("inf"), 10.0), (10.77, 106.7), (0.0, 0.0)]
)
def test_position_that_is_nowhere_near_has_no_time(to_network: ToNetwork, position: LonLat) -> None:
    drawn = DrawnMap("ab").way("ab")
    assert seconds(to_network(drawn), position, drawn.place("b")) == float("inf")


def test_unknown_vehicle_class_is_said(to_network: ToNetwork) -> None:
    network = to_network(DrawnMap("ab").way("ab"))
    with pytest.raises(UnknownVehicleClass):
        network.find_route((106.7, 10.77), (106.7, 10.77), "submarine")


def test_route_line_runs_from_place_to_place_and_is_as_long_as_it_says(to_network: ToNetwork) -> None:
    drawn = left_turn_refused()
    network = to_network(drawn)
    start, end = drawn.place("e", north_m=30), drawn.place("a", east_m=50)
    route = network.find_route(start, end, "car")
    assert route is not None
    assert route.lon_lats[0] == pytest.approx(start, abs=1e-6)
    assert route.lon_lats[-1] == pytest.approx(end, abs=1e-6)
    line = np.array(route.lon_lats)
    assert float(haversine_all_m(line[:-1], line[1:]).sum()) == pytest.approx(route.distance_m, rel=1e-3)


def test_both_places_on_one_edge_are_joined_along_it(to_network: ToNetwork) -> None:
    drawn = one_way_block()
    network = to_network(drawn)
    near, far = drawn.place("a", east_m=20), drawn.place("a", east_m=70)
    assert metres(network, near, far) == pytest.approx(50, abs=1)
    assert metres(network, far, near) == pytest.approx(350, abs=2)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(begin=st.floats(0, 1), stop=st.floats(0, 1))
def test_cut_line_is_as_long_as_its_share(begin: float, stop: float) -> None:
    shape = np.array([[106.70, 10.77], [106.701, 10.77], [106.701, 10.772], [106.704, 10.773]])
    whole = float(haversine_all_m(shape[:-1], shape[1:]).sum())
    part = np.array(cut_line(shape, begin, stop))
    length = float(haversine_all_m(part[:-1], part[1:]).sum())
    assert length == pytest.approx(abs(stop - begin) * whole, abs=0.5)
