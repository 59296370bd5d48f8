"""Where a vehicle stops for a door it cannot drive to, and the walk from there."""

from collections.abc import Callable

import pytest

from routing.process.planner import Planner
from routing.terms.messages import ConditionsRequest, PlanNeed, PlanRequest, PlanUnit, RoadChange
from routing.terms.ways import Route, RouteRequest
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]

# The door h stands on a path from the south. North of it, nearer by straight line, a street beyond water.
CANAL = """
    n....m....o
    ...........
    .....h.....
    ...........
    ...........
    ...........
    s....t....u
"""


def canal() -> DrawnMap:
    drawn = DrawnMap(CANAL).way("nmo", highway="tertiary").way("stu", highway="tertiary")
    return drawn.way("ns", highway="tertiary").way("th", highway="footway")


def route(planner: Planner, start: tuple[float, float], end: tuple[float, float], name: str) -> Route:
    found = planner.answer(RouteRequest(start, end, name, guidance=True))
    assert isinstance(found, Route)
    return found


def test_vehicle_stops_where_the_path_begins_and_not_across_the_water(to_network: ToNetwork) -> None:
    drawn = canal()
    planner = Planner(to_network(drawn))
    found = route(planner, drawn.place("n"), drawn.place("h"), "ambulance")
    assert found.lon_lats[-1] == pytest.approx(drawn.place("t"), abs=1e-6)
    assert found.carry_m == pytest.approx(400, abs=2)
    assert found.carry_s == pytest.approx(400 * 3.6 / 5, rel=0.02)
    assert found.distance_m == pytest.approx(600 + 500 + 400, abs=5)
    assert sum(step.travel_s for step in found.steps) == pytest.approx(found.travel_s, abs=0.1)


def test_walk_to_a_door_that_was_asked_for_before_is_over_the_paths_as_they_are_now(
    to_network: ToNetwork,
) -> None:
    drawn = canal()
    planner = Planner(to_network(drawn))
    dry_s = route(planner, drawn.place("n"), drawn.place("h"), "ambulance").carry_s
    muddy = RoadChange("x", "slow", "line", [drawn.place("t"), drawn.place("h")], factor=3.0)
    for changes, carry_s in (([muddy], 3 * dry_s), ([], dry_s)):
        planner.answer(ConditionsRequest(changes))
        found = route(planner, drawn.place("n"), drawn.place("h"), "ambulance")
        assert found.carry_s == pytest.approx(carry_s, rel=0.01)


def test_matrix_plan_and_route_agree_on_the_time_to_the_door(to_network: ToNetwork) -> None:
    drawn = canal()
    planner = Planner(to_network(drawn))
    start, door = drawn.place("n"), drawn.place("h")
    unit = PlanUnit("A", "115", ["als"], "ambulance", start, 0.0, 5.0, "available")
    plan = planner.plan(PlanRequest(door, [PlanNeed("n", "leg", "115", "als", 1, 1, 2)], [unit]))
    found = route(planner, start, door, "ambulance")
    # What a plan weighs is told to the tenth of a second.
    assert plan.proposals[0].travel_s == pytest.approx(found.travel_s, abs=0.05)
    assert plan.proposals[0].distance_m == pytest.approx(found.distance_m, abs=0.1)
    assert planner.measure_matrix([start], [door], "ambulance", False)[0][0] == pytest.approx(
        found.travel_s, abs=0.01
    )


# Deep in an alley too narrow for an ambulance; a motorbike stands farther away than the ambulance.
ALLEY = """
    a.b......c
    ..k.......
    ..........
    ..........
    ..h.......
"""


def alley() -> DrawnMap:
    drawn = DrawnMap(ALLEY).way("abc", highway="tertiary")
    return drawn.way("bkh", highway="service", service="alley", width="1.2", name="Hẻm 51")


def test_motorbike_responder_wins_over_a_nearer_ambulance_where_the_ambulance_must_stop(
    to_network: ToNetwork,
) -> None:
    drawn = alley()
    planner = Planner(to_network(drawn))
    units = [
        PlanUnit("ambulance", "115", ["als"], "ambulance", drawn.place("a"), 0.0, 5.0, "available"),
        PlanUnit("motorbike", "115", ["als"], "motorbike", drawn.place("c"), 0.0, 5.0, "available"),
    ]
    need = PlanNeed("n", "leg", "115", "als", 1, 1, 1, hot=True)
    deep = planner.plan(PlanRequest(drawn.place("h"), [need], units)).proposals[0]
    assert deep.unit_id == "motorbike"
    assert [alternative.unit_id for alternative in deep.alternatives] == ["ambulance"]
    kerb = planner.plan(PlanRequest(drawn.place("b"), [need], units)).proposals[0]
    assert kerb.unit_id == "ambulance"
    alone = planner.plan(PlanRequest(drawn.place("h"), [need], units[:1])).proposals[0]
    reasons = {reason.code: reason.params for reason in alone.reasons}
    assert reasons["carry_on_foot"]["distance_m"] == pytest.approx(400, abs=2)
    assert alone.eta_s > float(reasons["carry_on_foot"]["time_s"])


def test_stop_moves_when_the_road_to_it_is_flooded(to_network: ToNetwork) -> None:
    drawn = canal().way("mh", highway="footway")
    planner = Planner(to_network(drawn))
    start, door = drawn.place("s"), drawn.place("h")
    near = route(planner, drawn.place("n"), door, "ambulance")
    assert near.carry_m == pytest.approx(200, abs=2)
    closed = RoadChange("x", "closed", "line", [drawn.place("n", east_m=30), drawn.place("m", east_m=-30)])
    planner.answer(ConditionsRequest([closed]))
    around = route(planner, start, door, "ambulance")
    assert around.lon_lats[-1] == pytest.approx(drawn.place("t"), abs=1e-6)
    assert around.carry_m == pytest.approx(400, abs=2)


def test_door_no_path_leads_to_is_walked_to_over_open_ground(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a....b\n......\n..h...").way("ab", highway="tertiary")
    found = route(Planner(to_network(drawn)), drawn.place("a"), drawn.place("h"), "engine")
    assert found.carry_m == pytest.approx((200 - 30) * 1.4, rel=0.02)
