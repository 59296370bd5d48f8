"""What finished runs teach: speeds of streets."""

from collections.abc import Callable

import numpy as np
import pytest

from routing.matching.matcher import Driven
from routing.matching.speeds import HALF_LIFE_DAYS, LEAST_RUNS, LearnedSpeeds
from routing.travel_time.conditions import Conditions, make_free_conditions
from routing.travel_time.network import RoadNetwork
from routing.travel_time.weights import weigh
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]


class Street:
    """One street of 500 m, on which an ambulance runs."""

    def __init__(self, network: RoadNetwork, drawn: DrawnMap) -> None:
        self.network, self._drawn = network, drawn
        self.speeds = LearnedSpeeds()
        self.vehicle = network.get_profile("ambulance", hot=False).vehicle
        self.free = weigh(network.graph, self.vehicle, hot=False)
        self.free_s = float(self.free.run_ms[0]) / 1000

    def run(self, seconds: float, *, day: float = 0.0, hour: int = 17) -> None:
        whole = Driven(0.0, seconds, ((0, 0.0, 1.0),))
        assert self.speeds.learn(self.network.graph, [whole], "ambulance", day=day, hour=hour) == 1

    def factor(self, *, day: float = 0.0, hour: float = 17.5, direction: int = 0) -> float:
        factors = self.speeds.find_factors(self.network.graph, self.free, "ambulance", day=day, hour=hour)
        return float(factors[direction])

    def seconds(self, vehicle_class: str, conditions: Conditions) -> float:
        self.network.apply_conditions(conditions)
        start, end = ([self._drawn.place(node)] for node in "ab")
        places = self.network.snap(start, vehicle_class), self.network.snap(end, vehicle_class)
        return float(self.network.measure_matrix(*places, vehicle_class)[0, 0])


@pytest.fixture
def street(to_network: ToNetwork) -> Street:
    drawn = DrawnMap("a....b").way("ab", highway="tertiary")
    return Street(to_network(drawn), drawn)


def test_one_run_alone_teaches_nothing_and_many_teach_what_they_took(street: Street) -> None:
    for _ in range(LEAST_RUNS - 1):
        street.run(2 * street.free_s)
        assert np.isnan(street.factor())
    for _ in range(60):
        street.run(2 * street.free_s)
    assert street.factor() == pytest.approx(2.0, rel=0.06)
    assert street.speeds.count_runs(0, 17, "ambulance") == 60 + LEAST_RUNS - 1


def test_other_hours_directions_and_classes_are_not_concluded_from_it(street: Street) -> None:
    for _ in range(10):
        street.run(2 * street.free_s)
    assert np.isnan(street.factor(hour=3.0))
    assert np.isnan(street.factor(direction=1))
    graph = street.network.graph
    others = street.speeds.find_factors(graph, street.free, "engine", day=0, hour=17)
    assert np.isnan(others).all()


def test_old_runs_fade_and_new_ones_take_over(street: Street) -> None:
    for _ in range(20):
        street.run(3 * street.free_s, day=0.0)
    fresh, old = street.factor(day=0.0), street.factor(day=3 * HALF_LIFE_DAYS)
    assert 1.0 < old < fresh
    for _ in range(20):
        street.run(street.free_s, day=4 * HALF_LIFE_DAYS)
    assert street.factor(day=4 * HALF_LIFE_DAYS) == pytest.approx(1.0, abs=0.15)


def test_one_long_stop_does_not_outweigh_what_went_before(street: Street) -> None:
    for _ in range(10):
        street.run(street.free_s)
    street.run(100 * street.free_s)
    assert street.factor() < 1.4


def test_rows_bring_everything_back(street: Street) -> None:
    for day in range(6):
        street.run(2.5 * street.free_s, day=float(day))
    before = street.factor(day=9.0)
    street.speeds = LearnedSpeeds(street.speeds.list_rows())
    assert street.factor(day=9.0) == before


def test_learned_time_stands_in_place_of_the_usual_traffic(street: Street) -> None:
    for _ in range(200):
        street.run(3 * street.free_s)
    graph = street.network.graph
    factors = street.speeds.find_factors(graph, street.free, "ambulance", day=0.0, hour=17)
    free = make_free_conditions(graph)
    usual = Conditions(free.closed, free.slow_factor, free.water_m, 17.0)
    known = Conditions(free.closed, free.slow_factor, free.water_m, 17.0, {"ambulance": factors})
    engine_s = street.seconds("engine", usual)
    assert street.seconds("ambulance", known) == pytest.approx(3 * street.free_s, rel=0.05)
    assert street.seconds("engine", known) == engine_s
