"""What holds on the roads: closures, slow streets, water and the hour, drawn on a map."""

from collections.abc import Callable
from math import inf, isfinite
from typing import Any, Literal

import msgspec
import numpy as np
import pytest

from routing.graph.kinds import RoadClass
from routing.process.planner import Planner
from routing.terms.messages import ConditionsAnswer, ConditionsRequest, RoadChange
from routing.travel_time.conditions import RUSH_FACTORS
from routing.travel_time.network import RoadNetwork
from routing.travel_time.road_changes import RoadIndex
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES, WALK_KMH
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]

# Straight on from a to f, or around by the south.
AROUND = """
    a.b.c.f
    ..d.e..
"""


def around() -> DrawnMap:
    return DrawnMap(AROUND).way("ab").way("bc").way("cf").way("bdec")


class Roads:
    """A planner on a drawn map, and times on it."""

    def __init__(self, network: RoadNetwork, drawn: DrawnMap) -> None:
        self.planner = Planner(network)
        self._drawn = drawn

    def put(self, *changes: RoadChange, hour: float | None = None) -> ConditionsAnswer:
        """Puts exactly these changes in force."""
        answer = self.planner.answer(ConditionsRequest(list(changes), hour))
        assert isinstance(answer, ConditionsAnswer)
        return answer

    def seconds(self, vehicle_class: str = "car", *, hot: bool = False) -> float:
        """From a to f, infinite where no way leads."""
        places = [self._drawn.place("a")], [self._drawn.place("f")]
        return float(self.planner.measure_matrix(*places, vehicle_class, hot)[0, 0])


@pytest.fixture
def roads(to_network: ToNetwork) -> Roads:
    drawn = around()
    return Roads(to_network(drawn), drawn)


def middle(east_m: float = 0.0, north_m: float = 0.0) -> tuple[float, float]:
    return around().place("b", east_m=100 + east_m, north_m=north_m)


@pytest.mark.parametrize(
    ("form", "lon_lats"),
    [
        ("point", [middle(north_m=5)]),
        ("line", [middle(east_m=-60), middle(east_m=60)]),
        ("area", [middle(-50, -20), middle(50, -20), middle(50, 20), middle(-50, 20)]),
    ],
)
def test_closure_drawn_in_any_form_closes_the_street_for_every_class(
    roads: Roads, form: Literal["point", "line", "area"], lon_lats: list[tuple[float, float]]
) -> None:
    before = {name: roads.seconds(name, hot=True) for name in VEHICLE_CLASSES}
    answer = roads.put(RoadChange("x", "closed", form, lon_lats))
    assert answer.stretches == {"x": 1}
    assert answer.changed_arcs > 0
    for name, open_s in before.items():
        closed_s = roads.seconds(name, hot=True)
        assert isfinite(open_s)
        assert isfinite(closed_s)
        assert closed_s > 1.3 * open_s, name
    roads.put()
    assert {name: roads.seconds(name, hot=True) for name in VEHICLE_CLASSES} == before


def test_of_two_closures_of_a_street_the_other_holds_when_one_is_lifted(roads: Roads) -> None:
    open_s = roads.seconds()
    ring = [middle(-50, -20), middle(50, -20), middle(50, 20), middle(-50, 20)]
    both = [RoadChange("x", "closed", "area", ring), RoadChange("y", "closed", "point", [middle()])]
    roads.put(*both)
    closed_s = roads.seconds()
    for left in both:
        roads.put(left)
        assert roads.seconds() == closed_s != open_s
    roads.put()
    assert roads.seconds() == open_s


def test_of_two_words_about_a_street_the_slower_and_the_deeper_hold_whichever_was_last(roads: Roads) -> None:
    for kind, field, most, less in (("slow", "factor", 1.8, 1.2), ("flood", "depth_m", 0.25, 0.1)):
        worse, better = (
            msgspec.convert(
                {"change_id": kind, "kind": kind, "form": "point", "lon_lats": [middle()], field: value},
                RoadChange,
            )
            for value in (most, less)
        )
        roads.put(better)
        better_s = roads.seconds()
        roads.put(worse)
        worse_s = roads.seconds()
        for both in ((worse, better), (better, worse)):
            roads.put(*both)
            assert roads.seconds() == worse_s > better_s


def test_line_drawn_across_a_street_does_not_close_it(roads: Roads) -> None:
    across = RoadChange("x", "closed", "line", [middle(north_m=-50), middle(north_m=50)])
    assert roads.put(across).stretches == {"x": 0}


def test_slow_street_takes_longer_until_the_way_around_is_faster(roads: Roads) -> None:
    free_s = roads.seconds()
    assert isfinite(free_s)
    street_s = 200 * 3.6 / VEHICLE_CLASSES["car"].speeds_kmh[RoadClass.RESIDENTIAL]
    roads.put(RoadChange("x", "slow", "point", [middle()], factor=1.5))
    slow_s = roads.seconds()
    assert slow_s == pytest.approx(free_s + 0.5 * street_s, abs=0.1)
    roads.put(RoadChange("x", "slow", "point", [middle()], factor=20.0))
    around_s = roads.seconds()
    assert isfinite(around_s)
    assert around_s < free_s + 2 * street_s


def test_water_stops_the_car_and_lets_the_ladder_truck_through(roads: Roads) -> None:
    def drive(**change: Any) -> dict[str, float]:
        roads.put(
            msgspec.convert({"change_id": "x", "form": "point", "lon_lats": [middle()], **change}, RoadChange)
        )
        return {name: roads.seconds(name, hot=True) for name in VEHICLE_CLASSES}

    around, wet = drive(kind="closed"), drive(kind="flood", depth_m=0.4)
    for name, vehicle in VEHICLE_CLASSES.items():
        through_s, around_s = wet[name], around[name]
        assert isfinite(through_s)
        assert isfinite(around_s)
        if vehicle.ford_m < 0.4:
            assert through_s == around_s, name
        else:
            assert through_s < around_s or name == "mini_fire_truck", (
                "at its limit it goes through at a crawl"
            )


def test_shallow_water_slows_by_the_published_curve(roads: Roads) -> None:
    dry_s = roads.seconds()
    ring = [middle(-300, -30), middle(300, -30), middle(300, 30), middle(-300, 30)]
    roads.put(RoadChange("x", "flood", "area", ring, depth_m=0.2))
    wet_s = roads.seconds()
    assert isfinite(dry_s)
    assert isfinite(wet_s)
    dry_kmh = VEHICLE_CLASSES["car"].speeds_kmh[RoadClass.RESIDENTIAL]
    # 200 mm leave 0.0009 · 200² - 0.5529 · 200 + 86.9448 = 12.4 km/h.
    assert wet_s - dry_s == pytest.approx(600 * 3.6 * (1 / 12.36 - 1 / dry_kmh), abs=1.5)


def over_and_under(tags: dict[str, str]) -> DrawnMap:
    """Straight on from b to c over a bridge or through an underpass, or around by d and e."""
    drawn = DrawnMap(AROUND).way("ab").way("cf").way("bdec")
    drawn.ways.append(("bc", {"highway": "residential", **tags}))
    return drawn


RING = [middle(-190, -30), middle(190, -30), middle(190, 30), middle(-190, 30)]


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ({}, True),
        ({"bridge": "yes"}, True),
        ({"tunnel": "building_passage"}, True),
        ({"tunnel": "yes", "layer": "-1"}, False),
    ],
)
def test_water_of_an_area_stands_deeper_in_an_underpass_and_not_on_a_bridge(
    to_network: ToNetwork, tags: dict[str, str], passes: bool
) -> None:
    drawn = over_and_under(tags)
    roads = Roads(to_network(drawn), drawn)
    dry_s, dry_truck_s = roads.seconds(), roads.seconds("ladder_truck", hot=True)
    assert isfinite(dry_s)
    assert isfinite(dry_truck_s)
    shallow = RoadChange("x", "flood", "area", RING, depth_m=0.2)
    roads.put(shallow)
    wet_s, wet_truck_s = roads.seconds(), roads.seconds("ladder_truck", hot=True)
    assert isfinite(wet_s)
    assert isfinite(wet_truck_s)
    walking_s = 190 * 3.6 / WALK_KMH
    assert (wet_s < dry_s + walking_s) is passes, "0.4 m in the underpass are more than a car drives through"
    assert wet_truck_s < 2 * dry_truck_s, "and less than a ladder truck does"
    roads.put(msgspec.structs.replace(shallow, form="line", lon_lats=[middle(-60), middle(60)]))
    told_s = roads.seconds()
    assert isfinite(told_s)
    assert told_s < dry_s + walking_s, "what is said of one street is taken as it is said"


def test_water_told_below_a_flyover_lies_on_the_street_under_it(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a..b\n....\nc..d", row_m=10).way("ab", bridge="yes", layer="1").way("cd")
    network = to_network(drawn)
    under = drawn.place("a", east_m=150, north_m=-4)  # the flyover is nearer as the crow flies
    bridge, street = network.graph.edge_way_id.tolist().index(1), network.graph.edge_way_id.tolist().index(2)
    for form, lon_lats in (
        ("point", [under]),
        ("line", [drawn.place("a", 50, -9), drawn.place("a", 250, -9)]),
    ):
        change = msgspec.convert(
            {"change_id": "x", "kind": "flood", "form": form, "lon_lats": lon_lats, "depth_m": 0.5},
            RoadChange,
        )
        (*_, (edges,)) = RoadIndex(network.graph, network.roads).find_all([change])
        assert edges.tolist() == [street]
        closed = msgspec.structs.replace(change, kind="closed")
        (*_, (edges,)) = RoadIndex(network.graph, network.roads).find_all([closed])
        assert bridge in edges.tolist()
    alone = DrawnMap("a..b").way("ab", bridge="yes")
    network = to_network(alone)
    flood = RoadChange("x", "flood", "point", [alone.place("a", east_m=150)], depth_m=0.5)
    (*_, (edges,)) = RoadIndex(network.graph, network.roads).find_all([flood])
    assert len(edges) == 1, "where nothing lies below, the bridge itself is meant"


def test_rush_hour_delays_the_civil_car_more_than_the_siren(roads: Roads) -> None:
    free_car_s, free_hot_s = roads.seconds("car"), roads.seconds("ambulance", hot=True)
    roads.put(hour=17.0)
    car_s, hot_s = roads.seconds("car"), roads.seconds("ambulance", hot=True)
    assert inf not in (free_car_s, free_hot_s, car_s, hot_s)
    assert car_s == pytest.approx(RUSH_FACTORS[17] * free_car_s, rel=0.02)  # type: ignore[operator]
    assert hot_s < car_s  # type: ignore[operator]


def test_old_weights_answer_until_the_new_ones_stand(roads: Roads) -> None:
    before = roads.seconds("foot")
    pieces = roads.planner.change_conditions(
        ConditionsRequest([RoadChange("x", "closed", "point", [middle()])])
    )
    first = next(pieces)
    assert first is None
    assert roads.seconds("foot") == before
    *_, last = pieces
    assert isinstance(last, ConditionsAnswer)
    after = roads.seconds("foot")
    assert isfinite(after)
    assert isfinite(before)
    assert after > before


def test_shape_that_is_none_concerns_nothing(roads: Roads) -> None:
    nowhere = [
        RoadChange("none", "closed", "area", []),
        RoadChange("nan", "closed", "point", [(float("nan"), 10.0)]),
        RoadChange("sea", "closed", "point", [(0.0, 0.0)]),
    ]
    answer = roads.put(*nowhere)
    assert answer.stretches == {"none": 0, "nan": 0, "sea": 0}
    assert answer.changed_arcs == 0
    assert np.isfinite(answer.took_ms)


def test_class_nobody_asked_for_honours_what_holds_when_it_is_asked(to_network: ToNetwork) -> None:
    drawn = around()
    roads = Roads(to_network(drawn), drawn)
    for _ in range(3):
        roads.put(RoadChange("x", "closed", "point", [middle()]))
        closed_s = roads.seconds("police_car", hot=True)
        roads.put()
        open_s = roads.seconds("police_car", hot=True)
        assert isfinite(open_s)
        assert isfinite(closed_s)
        assert closed_s > 1.3 * open_s


def test_thousands_of_changes_are_taken_in_pieces_and_each_is_counted(roads: Roads) -> None:
    changes = [RoadChange(str(n), "closed", "point", [middle(east_m=n / 100)]) for n in range(500)]
    pieces = list(roads.planner.change_conditions(ConditionsRequest(changes)))
    assert len(pieces) > 500 / 100
    answer = pieces[-1]
    assert isinstance(answer, ConditionsAnswer)
    assert set(answer.stretches) == {str(n) for n in range(500)}
    assert set(answer.stretches.values()) == {1}
    again = roads.put(*changes)
    assert again.changed_arcs == 0
