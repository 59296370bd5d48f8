"""Crews correct what the map assumes about narrow streets, and every time honours it."""

from collections.abc import Callable

import pytest

from routing.process.planner import Planner
from routing.terms.messages import ConditionsAnswer, ConditionsRequest, FitCorrection, RoadChange
from routing.terms.ways import Route, RouteRequest
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]

# From a to c straight through the alley, or around by the south.
ALLEY = """
    a..b....c..d
    .x........y.
"""


def draw() -> DrawnMap:
    drawn = DrawnMap(ALLEY).way("ab").way("cd").way("bxyc")
    return drawn.way("bc", highway="service", service="alley")


class Crew:
    """Asks for times between a and d, and corrects the alley."""

    def __init__(self, network: RoadNetwork) -> None:
        self.planner = Planner(network)
        self.alley = draw().place("b", east_m=250)

    def metres(self, vehicle_class: str) -> float:
        route = self.planner.answer(RouteRequest(draw().place("a"), draw().place("d"), vehicle_class))
        assert isinstance(route, Route)
        return route.distance_m

    def say(self, *words: tuple[str, bool], changes: list[RoadChange] | None = None) -> None:
        corrections = [FitCorrection(self.alley, name, fits) for name, fits in words]
        answer = self.planner.answer(ConditionsRequest(changes or [], None, corrections))
        assert isinstance(answer, ConditionsAnswer)


@pytest.fixture
def crew(to_network: ToNetwork) -> Crew:
    return Crew(to_network(draw()))


def goes_through(crew: Crew) -> dict[str, bool]:
    names = ("ladder_truck", "engine", "ambulance", "mini_fire_truck", "police_car", "motorbike")
    return {name: crew.metres(name) < 1200 for name in names}


BY_THE_MAP = {
    "ladder_truck": False,
    "engine": False,
    "ambulance": True,
    "mini_fire_truck": True,
    "police_car": True,
    "motorbike": True,
}


def test_where_one_class_does_not_fit_no_bigger_one_is_sent(crew: Crew) -> None:
    assert goes_through(crew) == BY_THE_MAP
    crew.say(("ambulance", False))
    assert goes_through(crew) == BY_THE_MAP | {"ambulance": False}
    crew.say(("police_car", False))
    small = {"ambulance": False, "mini_fire_truck": False, "police_car": False}
    assert goes_through(crew) == BY_THE_MAP | small


def test_where_one_class_got_through_smaller_ones_are_sent_too(crew: Crew) -> None:
    crew.say(("engine", True))
    assert goes_through(crew) == BY_THE_MAP | {"engine": True}
    crew.say(("ladder_truck", True))
    assert goes_through(crew) == BY_THE_MAP | {"engine": True, "ladder_truck": True}


def test_newest_word_holds_and_none_leaves_what_the_map_says(crew: Crew) -> None:
    crew.say(("engine", True), ("engine", False))
    assert goes_through(crew) == BY_THE_MAP
    crew.say(("ambulance", False), ("engine", True))
    assert goes_through(crew) == BY_THE_MAP | {"engine": True}
    crew.say()
    assert goes_through(crew) == BY_THE_MAP


def test_correction_and_closure_hold_together(crew: Crew) -> None:
    closed = RoadChange("x", "closed", "point", [crew.alley])
    crew.say(("engine", True), changes=[closed])
    assert not any(goes_through(crew).values())
    crew.say(("engine", True))
    assert goes_through(crew)["engine"]


def test_door_in_a_street_that_turned_out_too_narrow_is_walked_to(crew: Crew) -> None:
    def carry_m() -> float:
        route = crew.planner.answer(RouteRequest(draw().place("a"), crew.alley, "ambulance"))
        assert isinstance(route, Route)
        return route.carry_m

    assert carry_m() == 0.0
    crew.say(("ambulance", False))
    assert carry_m() == pytest.approx(250, abs=2)


def test_words_about_nowhere_or_a_class_unknown_change_nothing(crew: Crew) -> None:
    crew.say(("submarine", False))
    assert goes_through(crew) == BY_THE_MAP
    crew.alley = (0.0, 0.0)
    crew.say(("ambulance", False))
    assert goes_through(crew) == BY_THE_MAP


def test_it_says_which_street_was_meant_and_finds_that_one_on_a_newer_map(to_network: ToNetwork) -> None:
    network = to_network(draw())
    planner = Planner(network)
    ways = network.graph.edge_way_id.tolist()
    straight, alley = ways[0], ways[-1]

    def put(*corrections: FitCorrection) -> ConditionsAnswer:
        answer = planner.answer(ConditionsRequest([], None, list(corrections)))
        assert isinstance(answer, ConditionsAnswer)
        return answer

    middle, near_end = draw().place("b", east_m=250), draw().place("b", east_m=20)
    found = put(FitCorrection(middle, "engine", True, "c1"))
    assert (found.stretches, found.way_ids) == ({"c1": 1}, {"c1": alley})
    # Where it was said, another street is nearer by on this map.
    moved = draw().place("b", east_m=-10)
    assert put(FitCorrection(moved, "engine", True, "c1")).way_ids == {"c1": straight}
    assert put(FitCorrection(moved, "engine", True, "c1", alley)).way_ids == {"c1": alley}
    assert put(FitCorrection(near_end, "engine", True, "c1", 999)).way_ids == {"c1": alley}, (
        "that way is gone"
    )
    nowhere = put(FitCorrection((106.0, 10.0), "engine", True, "c1", alley))
    assert (nowhere.stretches, nowhere.way_ids) == ({"c1": 0}, {})
