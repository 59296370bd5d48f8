"""What a driver is told, on maps small enough to be driven in the head."""

from collections.abc import Callable

import pytest

from routing.graph.kinds import RoadClass
from routing.guidance.guide import Guide
from routing.guidance.manoeuvres import Turn, classify_bend
from routing.guidance.words import tell_turn, tell_walk
from routing.messages import LonLat, Route, RouteRequest
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]

# From the south on Trần Phú, right into Hẻm 654, whose upper end is too narrow for an engine.
STREETS = """
    .b...
    acd.e
    .f...
"""


def streets() -> DrawnMap:
    drawn = DrawnMap(STREETS).way("fc", name="Trần Phú").way("cb", name="Trần Phú").way("ac", name="Lê Lợi")
    return drawn.way("cd", highway="service", service="alley", name="Hẻm 654", width="4").way(
        "de", highway="service", service="alley", name="Hẻm 654", width="1.5"
    )


def find(network: RoadNetwork, start: LonLat, end: LonLat, vehicle_class: str, **extra: int) -> list[Route]:
    request = RouteRequest(
        start, end, vehicle_class, guidance=True, alternatives=extra.get("alternatives", 0)
    )
    return Guide(network).find_routes(request)


def test_driver_is_told_the_turn_and_the_street(to_network: ToNetwork) -> None:
    drawn = streets()
    (route,) = find(to_network(drawn), drawn.place("f"), drawn.place("d"), "car")
    assert [(step.turn, step.vi) for step in route.steps] == [
        ("depart", "đi theo Trần Phú"),
        ("right", "rẽ phải vào hẻm 654"),
        ("arrive", "đến nơi"),
    ]
    assert route.steps[1].en == "turn right into Hẻm 654"
    assert route.steps[1].lon_lat == pytest.approx(drawn.place("c"), abs=1e-6)
    assert route.names == ["Trần Phú", "Hẻm 654"]


def test_street_that_goes_straight_on_is_one_instruction(to_network: ToNetwork) -> None:
    drawn = streets()
    (route,) = find(to_network(drawn), drawn.place("f"), drawn.place("b"), "car")
    assert [step.turn for step in route.steps] == ["depart", "arrive"]


def test_vehicle_that_does_not_fit_stops_and_its_crew_walks_on(to_network: ToNetwork) -> None:
    drawn = streets()
    (route,) = find(to_network(drawn), drawn.place("f"), drawn.place("e"), "engine")
    walk = route.steps[-1]
    assert walk.turn == "walk"
    assert walk.vi == "dừng ở đầu hẻm 654, đi bộ 200 m"
    assert walk.lon_lat == pytest.approx(drawn.place("d"), abs=1e-5)
    assert walk.travel_s == pytest.approx(route.carry_s)
    assert route.carry_s == pytest.approx(route.carry_m * 3.6 / 5, rel=0.01)


@pytest.mark.parametrize("vehicle_class", ["car", "engine", "motorbike", "foot"])
def test_steps_add_up_to_the_route(to_network: ToNetwork, vehicle_class: str) -> None:
    drawn = streets()
    (route,) = find(
        to_network(drawn), drawn.place("f", east_m=60), drawn.place("d", east_m=60, north_m=50), vehicle_class
    )
    assert sum(step.distance_m for step in route.steps) == pytest.approx(route.distance_m, abs=0.1)
    assert sum(step.travel_s for step in route.steps) == pytest.approx(route.travel_s, abs=0.1)


def test_roundabout_is_one_instruction_with_its_exit(to_network: ToNetwork) -> None:
    drawn = DrawnMap("..n..\n..b..\nwa.ce\n..d..\n..s..").way("adcba", junction="roundabout")
    drawn.way("sd", name="Nam").way("ce", name="Đông").way("bn", name="Bắc").way("wa", name="Tây")
    (route,) = find(to_network(drawn), drawn.place("s"), drawn.place("n"), "car")
    assert [step.turn for step in route.steps] == ["depart", "roundabout", "arrive"]
    assert route.steps[1].vi == "vào vòng xoay, ra lối thứ 2: Bắc"


@pytest.mark.parametrize(
    ("bend_deg", "turn"),
    [
        (0, Turn.CONTINUE),
        (30, Turn.SLIGHT_RIGHT),
        (90, Turn.RIGHT),
        (150, Turn.SHARP_RIGHT),
        (-30, Turn.SLIGHT_LEFT),
        (-90, Turn.LEFT),
        (-150, Turn.SHARP_LEFT),
    ],
)
def test_bend_has_a_word(bend_deg: float, turn: Turn) -> None:
    assert classify_bend(bend_deg) is turn


def test_words_without_a_name_say_what_kind_of_way_it_is() -> None:
    assert tell_turn(Turn.LEFT, "", RoadClass.ALLEY).vi == "rẽ trái vào hẻm"
    assert tell_walk(118.0, RoadClass.ALLEY, "").vi == "dừng ở đầu hẻm, đi bộ 120 m"
    assert tell_walk(118.0, None, "").en == "stop here, walk 120 m"
    assert tell_turn(Turn.ROUNDABOUT, "Hồng Bàng", RoadClass.PRIMARY, 3).en.startswith(
        "at the roundabout take the 3rd exit"
    )


# The way straight on from w to e, one around by the north and one by the south; side streets at m and o.
THREE_WAYS = """
    .x..........
    .m.........n
    vw.........ef
    .o.........p
    .y..........
"""


def test_alternatives_are_other_ways_and_not_much_slower(to_network: ToNetwork) -> None:
    drawn = DrawnMap(THREE_WAYS).way("xm").way("oy").way("vw").way("ef").way("we", highway="tertiary")
    drawn.way("wmne", highway="tertiary").way("wope", highway="tertiary")
    best, *others = find(
        to_network(drawn), drawn.place("v", east_m=50), drawn.place("f", east_m=-50), "car", alternatives=2
    )
    assert len(others) == 2
    for other in others:
        assert best.travel_s < other.travel_s <= 1.4 * best.travel_s
        shared = set(best.lon_lats) & set(other.lon_lats)
        assert len(shared) < len(other.lon_lats)
        assert other.steps[-1].turn == "arrive"
