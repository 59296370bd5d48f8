"""Plans by road, on a drawn map: the same question gets reasons that straight lines cannot give."""

from collections.abc import Callable
from dataclasses import replace
from math import inf, isfinite, nan

import numpy as np
import pytest
from msgspec import structs

from routing.guidance.guide import Guide
from routing.process.fallback import plan_straight_line
from routing.process.planner import Planner
from routing.process.tables import pack_positions, unpack_seconds
from routing.terms.messages import (
    ConditionsRequest,
    Failure,
    MatrixAnswer,
    MatrixRequest,
    PlanNeed,
    PlanRequest,
    PlanUnit,
    RoadChange,
    StatusAnswer,
    StatusRequest,
    TravelTimesAnswer,
    TravelTimesRequest,
)
from routing.terms.ways import Route, RouteRequest
from routing.terms.weighing import LAST_RESORT_S
from routing.travel_time.conditions import make_free_conditions
from routing.travel_time.network import RoadNetwork
from routing.travel_time.vehicle_classes import DETOUR_FACTOR, VEHICLE_CLASSES, WALK_KMH
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]

# A canal between the rows: from x to a leads only the bridge at the east end.
CANAL = """
    a.....b
    x.....y
"""


def canal() -> DrawnMap:
    return DrawnMap(CANAL).way("ab", highway="tertiary").way("xy", highway="tertiary").way("by", bridge="yes")


def ambulance(unit_id: str, lon_lat: tuple[float, float], vehicle_class: str = "ambulance") -> PlanUnit:
    return PlanUnit(unit_id, "115", ["als"], vehicle_class, lon_lat, 0.0, 5.0, "available")


def one_need(hot: bool = False) -> list[PlanNeed]:
    return [PlanNeed("n1", "leg", "115", "als", 1, 1, 2, hot=hot)]


def test_unit_across_the_canal_is_not_the_nearest_by_road(to_network: ToNetwork) -> None:
    drawn = canal()
    scene = drawn.place("a", east_m=20)
    units = [
        ambulance("across", drawn.place("x", east_m=20)),
        ambulance("along", drawn.place("a", east_m=320)),
    ]
    request = PlanRequest(scene, one_need(), units)
    by_road = Planner(to_network(drawn)).plan(request)
    assert [p.unit_id for p in plan_straight_line(request).proposals] == ["across"]
    (proposal,) = by_road.proposals
    assert proposal.unit_id == "along"
    assert proposal.distance_m == pytest.approx(300, abs=2)
    reasons = {reason.code: reason.params for reason in proposal.reasons}
    assert reasons["closest_straight_line_is_slower"]["unit_id"] == "across"
    assert [a.unit_id for a in proposal.alternatives] == ["across"]
    assert (by_road.method, by_road.degraded) == ("min_cost_flow", False)


def test_unit_off_the_network_is_reckoned_by_straight_line_and_marked(to_network: ToNetwork) -> None:
    drawn = canal()
    afloat = drawn.place("x", north_m=-1500)
    request = PlanRequest(drawn.place("a"), one_need(), [ambulance("boat", afloat)])
    (proposal,) = Planner(to_network(drawn)).plan(request).proposals
    assert "road_unknown_straight_line" in [reason.code for reason in proposal.reasons]


def test_unit_of_a_class_without_roads_is_reckoned_by_straight_line(to_network: ToNetwork) -> None:
    drawn = canal()
    request = PlanRequest(drawn.place("a"), one_need(), [ambulance("U", drawn.place("b"), "helicopter")])
    (proposal,) = Planner(to_network(drawn)).plan(request).proposals
    assert "road_unknown_straight_line" in [reason.code for reason in proposal.reasons]


def test_way_on_foot_at_the_end_is_a_reason_and_in_the_eta(to_network: ToNetwork) -> None:
    drawn = DrawnMap("ab..c").way("ab").way("bc", highway="service", service="alley", width="1.5")
    request = PlanRequest(
        drawn.place("c"),
        one_need(),
        [ambulance("ambulance", drawn.place("b")), ambulance("motorbike", drawn.place("a"), "motorbike")],
    )
    planner = Planner(to_network(drawn))
    assert [p.unit_id for p in planner.plan(request).proposals] == ["motorbike"]
    (proposal,) = planner.plan(PlanRequest(drawn.place("c"), one_need(), request.units[:1])).proposals
    reasons = {reason.code: reason.params for reason in proposal.reasons}
    assert reasons["carry_on_foot"]["distance_m"] == pytest.approx(300, abs=2)
    assert reasons["carry_on_foot"]["time_s"] == pytest.approx(300 * 3.6 / 5, rel=0.02)


def test_siren_shortens_the_eta(to_network: ToNetwork) -> None:
    drawn = canal()
    planner = Planner(to_network(drawn))
    units = [ambulance("A", drawn.place("b"))]
    cold = planner.plan(PlanRequest(drawn.place("a"), one_need(), units)).proposals[0]
    hot = planner.plan(PlanRequest(drawn.place("a"), one_need(hot=True), units)).proposals[0]
    assert hot.eta_s == pytest.approx(cold.eta_s / 1.2, rel=0.01)


def test_distance_and_time_of_a_proposal_are_those_of_its_route(to_network: ToNetwork) -> None:
    drawn = canal()
    planner = Planner(to_network(drawn))
    start, scene = drawn.place("x", east_m=100), drawn.place("a", east_m=50)
    (proposal,) = planner.plan(PlanRequest(scene, one_need(), [ambulance("A", start)])).proposals
    route = planner.answer(RouteRequest(start, scene, "ambulance"))
    assert isinstance(route, Route)
    assert proposal.travel_s == round(route.travel_s, 1)
    assert proposal.distance_m == pytest.approx(route.distance_m, abs=0.01)


def test_questions_about_times_get_times_and_none_where_no_way_leads(to_network: ToNetwork) -> None:
    drawn = canal()
    planner = Planner(to_network(drawn))
    a, x, nowhere = drawn.place("a"), drawn.place("x"), (float("nan"), 0.0)
    times = planner.answer(TravelTimesRequest([a, x, nowhere], a, "car"))
    assert isinstance(times, TravelTimesAnswer)
    assert times.travel_s[0] == pytest.approx(0.0, abs=0.01)
    assert times.travel_s[1] is not None
    assert times.travel_s[2] is None
    matrix = planner.answer(MatrixRequest(pack_positions([a, x]), pack_positions([a, nowhere]), "car"))
    assert isinstance(matrix, MatrixAnswer)
    seconds = unpack_seconds(matrix.travel_ms, matrix.start_s, (2, 2))
    assert seconds[:, 0].tolist() == times.travel_s[:2]
    assert seconds[:, 1].tolist() == [inf, inf]


def test_route_nowhere_and_class_unknown_are_failures_with_a_code(to_network: ToNetwork) -> None:
    drawn = canal()
    planner = Planner(to_network(drawn))
    a = drawn.place("a")
    for request, code in (
        (RouteRequest(a, (0.0, 0.0), "car"), "off_network"),
        (RouteRequest(a, a, "submarine"), "unknown_vehicle_class"),
        (TravelTimesRequest([], a, "submarine"), "unknown_vehicle_class"),
        (MatrixRequest(memoryview(b"no table"), pack_positions([a]), "car"), "bad_request"),
    ):
        failure = planner.answer(request)
        assert isinstance(failure, Failure)
        assert failure.code == code


def test_empty_questions_have_empty_answers(to_network: ToNetwork) -> None:
    planner = Planner(to_network(canal()))
    assert planner.plan(PlanRequest((106.7, 10.77), [], [])).proposals == []
    nothing = pack_positions([])
    assert planner.answer(MatrixRequest(nothing, nothing, "car")) == MatrixAnswer(nothing, nothing)
    status = planner.answer(StatusRequest())
    assert isinstance(status, StatusAnswer)
    assert "ambulance" in status.vehicle_classes


def test_by_road_too_a_tired_crew_yields_to_one_that_is_little_later_and_goes_where_none_can(
    to_network: ToNetwork,
) -> None:
    drawn = canal()
    near, far = (ambulance(name, drawn.place("a", east_m=m)) for name, m in (("near", 60), ("far", 300)))
    planner, scene = Planner(to_network(drawn)), drawn.place("a")
    for rest_s, first in ((0.0, "near"), (1.0, "near"), (600.0, "far"), (inf, "near"), (nan, "near")):
        tired = structs.replace(near, rest_s=rest_s, worked_s=(42_000.0, 0.0))
        answer = planner.plan(PlanRequest(scene, one_need(), [tired, far]))
        assert [p.unit_id for p in answer.proposals] == [first]
        assert answer.weighed is not None
        weighed = {answer.weighed.units[o.unit]: o.rest_s for o in answer.weighed.needs[0].options}
        assert weighed == {"near": rest_s if isfinite(rest_s) else 0.0, "far": 0.0}
    alone = planner.plan(PlanRequest(scene, one_need(), [structs.replace(near, rest_s=LAST_RESORT_S)]))
    assert "crew_past_limit" in [reason.code for reason in alone.proposals[0].reasons]


def test_a_guess_is_no_faster_than_what_the_roads_around_are_now(to_network: ToNetwork) -> None:
    """Streets slowed twelvefold: who stands off all roads does not win by what a straight line ignores."""
    drawn = canal()
    network = to_network(drawn)
    guessed = ambulance("guessed", drawn.place("a", east_m=300, north_m=620))
    by_road = [ambulance(f"road{n}", drawn.place("a", east_m=400 + 10 * n)) for n in range(3)]
    planner, request = Planner(network), PlanRequest(drawn.place("a"), one_need(), [guessed, *by_road])
    alone = structs.replace(request, units=[guessed])
    (unknown,) = planner.plan(alone).proposals
    slow = replace(
        make_free_conditions(network.graph), slow_factor=np.full(2 * network.graph.edge_count, 12.0)
    )
    network.apply_conditions(slow)
    weighed = planner.plan(request).weighed
    assert weighed is not None
    (need,) = weighed.needs
    travel_s = {weighed.units[option.unit]: option.travel_s for option in need.options}
    straight_s = unknown.travel_s
    assert min(travel_s, key=travel_s.__getitem__) == "road0"
    assert travel_s["guessed"] > 3 * straight_s
    assert straight_s < travel_s["road0"], "by a straight line alone it would have gone"
    (told,) = planner.plan(alone).proposals
    assert told.travel_s == straight_s, "where no way is known nothing is compared with"


def test_who_closed_streets_cut_off_is_no_faster_than_its_crew_on_foot(to_network: ToNetwork) -> None:
    drawn = DrawnMap(f"a..b..c..d..e..g{'.' * 27}f").way("ab").way("bc").way("cd").way("de")
    drawn.way("eg").way("gf")
    network = to_network(drawn)
    near, far = ambulance("near", drawn.place("b")), ambulance("far", drawn.place("f", east_m=-50))
    door = drawn.place("d", east_m=20)
    planner, request = Planner(network), PlanRequest(door, one_need(), [near, far])

    def close(*places: tuple[float, float]) -> None:
        planner.answer(
            ConditionsRequest([RoadChange(str(n), "closed", "point", [p]) for n, p in enumerate(places)])
        )

    (free,) = planner.plan(request).proposals
    assert free.unit_id == "near"
    close(drawn.place("c", east_m=150))
    (sent,) = planner.plan(request).proposals
    assert (sent.unit_id, [other.unit_id for other in sent.alternatives]) == ("far", ["near"])
    on_foot_s = 620 * DETOUR_FACTOR * 3.6 / WALK_KMH
    assert sent.alternatives[0].eta_s == pytest.approx(on_foot_s, rel=0.01)
    # Where nobody's way is known the place itself is cut off, and whoever closed it lets crews through.
    close(drawn.place("c", east_m=150), drawn.place("e", east_m=150))
    (sent,) = planner.plan(request).proposals
    assert (sent.unit_id, sent.travel_s < on_foot_s / 2) == ("near", True)
    assert [reason.code for reason in sent.reasons] == ["fastest", "road_unknown_straight_line"]


@pytest.mark.parametrize("vehicle_class", list(VEHICLE_CLASSES))
def test_an_island_of_roads_has_no_way_to_it_and_who_is_there_is_timed_by_a_straight_line_that_says_so(
    to_network: ToNetwork, vehicle_class: str
) -> None:
    drawn = DrawnMap("a..b..c........x..y").way("abc").way("xy")
    network = to_network(drawn)
    ashore, afloat = drawn.place("b", east_m=20), drawn.place("y", east_m=-20)
    guide = Guide(network)
    assert guide.find_routes(RouteRequest(ashore, afloat, vehicle_class)) == []
    assert guide.find_routes(RouteRequest(afloat, ashore, vehicle_class)) == []
    units = [
        ambulance("ashore", drawn.place("a"), vehicle_class),
        ambulance("islander", drawn.place("x"), vehicle_class),
    ]
    for scene, sent, is_unknown in ((ashore, "ashore", False), (afloat, "islander", True)):
        (proposal,) = Planner(network).plan(PlanRequest(scene, one_need(), units)).proposals
        assert proposal.unit_id == sent
        assert ("road_unknown_straight_line" in [reason.code for reason in proposal.reasons]) == is_unknown
