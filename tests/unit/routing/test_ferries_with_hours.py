"""Boats that run, leave more often or take longer at some hours, on drawn maps."""

from collections.abc import Callable

import pytest

from routing.guidance.guide import Guide
from routing.terms.ways import RouteRequest
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap
from tests.unit.routing.test_rules_with_hours import MONDAY, at, metres

ToNetwork = Callable[[DrawnMap], RoadNetwork]


def test_ferry_takes_nobody_outside_its_opening_hours(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a.b.c.d\n.......\n.......\n.......\n.......\ne.....f")
    drawn.way("ab").way("bc", "", route="ferry").way("cd").way("aefd")
    drawn.ways[1][1]["opening_hours"] = "05:00-22:00"
    network = to_network(drawn)
    for clock, walked_m in (("04:59", 1600), ("05:00", 600), ("21:59", 600), ("22:00", 1600)):
        found_m = metres(at(network, MONDAY, clock), drawn, "a", "d", "foot")
        assert found_m == pytest.approx(walked_m, abs=5), clock


def test_boat_that_leaves_more_often_in_the_morning_is_waited_for_less_then(to_network: ToNetwork) -> None:
    # A signal for boats the other way cuts the boat's way in two, which share its time.
    drawn = DrawnMap("a.b.e.c.d").way("ab").way("cd")
    drawn.stand("e", highway="traffic_signals", **{"traffic_signals:direction": "backward"})
    drawn.way("bec", "", route="ferry", interval="30", duration="10")
    drawn.ways[2][1]["interval:conditional"] = "10 @ (06:00-09:00); now and then @ (12:00-13:00)"
    drawn.ways[2][1]["duration:conditional"] = "00:15 @ (06:00-07:00)"
    network = to_network(drawn)
    assert network.graph.unread_rules == (
        "way 3: interval:conditional = 10 @ (06:00-09:00); now and then @ (12:00-13:00)",
    )
    for clock, waited_s, sailed_s in (
        ("05:59", 900, 600), ("06:00", 300, 900), ("07:00", 300, 600), ("09:00", 900, 600),
        ("12:30", 900, 600),
    ):  # fmt: skip
        at(network, MONDAY, clock)
        for vehicle_class in ("foot", "engine"):
            (route,) = Guide(network).find_routes(
                RouteRequest(drawn.place("a"), drawn.place("d"), vehicle_class, False)
            )
            ashore = network.find_route(drawn.place("a"), drawn.place("b"), vehicle_class)
            assert ashore is not None
            assert route.wait_s == waited_s, clock
            assert route.travel_s - 2 * ashore.travel_s == pytest.approx(waited_s + sailed_s, abs=1), clock
