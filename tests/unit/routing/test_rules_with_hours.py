"""Signs with hours: at every minute of the week the roads are as if the signs of that minute stood alone."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.graph.build import build_graph
from routing.graph.file import load, save
from routing.graph.hours import ALWAYS, Hours, parse_hours
from routing.process.planner import Planner
from routing.terms.messages import ConditionsAnswer, ConditionsRequest
from routing.travel_time.conditions import make_free_conditions
from routing.travel_time.network import RoadNetwork
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from tests.unit.routing.drawn_map import DrawnMap
from tests.unit.routing.test_any_small_map import GRID, DrawingSearch, SmallMap, draw_maps, to_snapped
from tests.unit.routing.test_planner_process import START_S, read_pair, running_planner

ToNetwork = Callable[[DrawnMap], RoadNetwork]

MONDAY, FRIDAY, SUNDAY = 0, 4, 6
MORNINGS = "Mo-Fr 06:00-09:00,16:00-20:00"
FREE_OF_THEM = "Mo-Su 09:00-16:00,20:00-06:00, Sa,Su"
CONDITIONS = (MORNINGS, "06:00-09:00", "Sa,Su 22:00-05:00", "Mo-Su 05:00-07:00; Su off")
BOUNDS = [day * 1440 + hour * 60 for day in (0, 4, 5, 6) for hour in (5, 6, 7, 9, 16, 20, 22)]

# From a over b to d it is 400 m, around by e 300 m and 224 m.
CORNER = """
    a.b.c
    .....
    ..d..
    e....
"""
AROUND_M = 524
ROUND = "a.b.c\n.....\nd.e.f"


def at(network: RoadNetwork, day: int, clock: str) -> RoadNetwork:
    """The same network at an hour of a weekday, on roads without traffic."""
    hours, minutes = clock.split(":")
    for _ in network.reopen({}, day * 1440 + int(hours) * 60 + int(minutes)):
        pass
    network.apply_conditions(make_free_conditions(network.graph))
    return network


def metres(network: RoadNetwork, drawn: DrawnMap, start: str, end: str, vehicle_class: str = "car") -> float:
    route = network.find_route(drawn.place(start), drawn.place(end), vehicle_class)
    return float("inf") if route is None else round(route.distance_m)


def corner(kind: str = "", to_way: str = "bd", **tags: str) -> DrawnMap:
    drawn = DrawnMap(CORNER).way("ab").way("bc").way("bd").way("aed")
    return drawn.turn(kind, "ab", "b", to_way, **tags)


@pytest.mark.parametrize(
    "drawn",
    [
        corner(**{"restriction:conditional": f"no_right_turn @ ({MORNINGS})"}),
        corner(**{"restriction:motorcar:conditional": f"no_right_turn @ ({MORNINGS})"}),
        corner(to_way="bc", **{"restriction:conditional": f"only_straight_on @ ({MORNINGS})"}),
        corner("no_right_turn", **{"restriction:conditional": f"none @ ({FREE_OF_THEM})"}),
        corner(
            "no_right_turn", hour_on="06:00;16:00", hour_off="09:00;20:00", day_on="Monday", day_off="Friday"
        ),
    ],
    ids=["conditional", "of cars", "only", "plain but for", "old tags"],
)
def test_turn_with_hours_is_refused_within_them_and_free_outside(
    to_network: ToNetwork, drawn: DrawnMap
) -> None:
    network = to_network(drawn)
    assert len(network.graph.timed_rules) == 1
    assert network.graph.unread_rules == ()
    for day, clock, refused in (
        (MONDAY, "05:59", False),
        (MONDAY, "06:00", True),
        (MONDAY, "08:59", True),
        (MONDAY, "09:00", False),
        (FRIDAY, "16:00", True),
        (SUNDAY, "07:00", False),
    ):
        driven_m = metres(at(network, day, clock), drawn, "a", "d")
        assert driven_m == pytest.approx(AROUND_M if refused else 400, abs=3), (day, clock)


def test_motorcycles_that_a_timed_sign_exempts_turn_at_all_hours(to_network: ToNetwork) -> None:
    tags = {"except": "motorcycle", "restriction:conditional": f"no_right_turn @ ({MORNINGS})"}
    drawn = corner(**tags)
    network = at(to_network(drawn), MONDAY, "07:00")
    assert metres(network, drawn, "a", "d", "motorbike") == pytest.approx(400, abs=3)
    assert metres(network, drawn, "a", "d") == pytest.approx(AROUND_M, abs=3)


def test_who_is_exempt_from_a_sign_for_all_hours_still_obeys_the_one_with_hours(
    to_network: ToNetwork,
) -> None:
    drawn = corner("no_right_turn", **{"except": "motorcycle"})
    drawn.turn("", "ab", "b", "bd", **{"restriction:conditional": f"no_right_turn @ ({MORNINGS})"})
    network = to_network(drawn)
    assert metres(at(network, SUNDAY, "07:00"), drawn, "a", "d", "motorbike") == pytest.approx(400, abs=3)
    assert metres(at(network, SUNDAY, "07:00"), drawn, "a", "d") == pytest.approx(AROUND_M, abs=3)
    assert metres(at(network, MONDAY, "07:00"), drawn, "a", "d", "motorbike") == pytest.approx(
        AROUND_M, abs=3
    )


def test_turn_whose_hours_cannot_be_read_is_refused_always_and_told(to_network: ToNetwork) -> None:
    drawn = corner(**{"restriction:conditional": "no_right_turn @ (sunrise-sunset)"})
    network = to_network(drawn)
    assert network.graph.unread_rules == (
        "relation 1: restriction:conditional = no_right_turn @ (sunrise-sunset)",
    )
    for clock in ("02:00", "12:00"):
        assert metres(at(network, MONDAY, clock), drawn, "a", "d") == pytest.approx(AROUND_M, abs=3)


def test_street_whose_hours_cannot_be_read_stays_as_its_plain_tags_have_it(to_network: ToNetwork) -> None:
    drawn = DrawnMap(CORNER).way("ab").way("bd", **{"motorcar:conditional": "no @ (PH)"}).way("aed")
    network = to_network(drawn)
    assert network.graph.unread_rules == ("way 2: motorcar:conditional = no @ (PH)",)
    assert metres(at(network, MONDAY, "12:00"), drawn, "a", "d") == pytest.approx(400, abs=3)


def test_where_no_hour_is_told_turns_are_refused_and_streets_are_as_their_plain_tags(
    to_network: ToNetwork,
) -> None:
    drawn = DrawnMap(CORNER).way("ab").way("bc").way("bd", **{"motorcar:conditional": "no @ (06:00-09:00)"})
    drawn.way("aed").turn("", "ab", "b", "bd", **{"restriction:conditional": f"no_right_turn @ ({MORNINGS})"})
    network = to_network(drawn)
    free = metres(network, drawn, "a", "d"), metres(network, drawn, "d", "a")
    assert free == (pytest.approx(AROUND_M, abs=3), pytest.approx(400, abs=3))
    assert metres(at(network, MONDAY, "07:00"), drawn, "d", "a") == pytest.approx(AROUND_M, abs=3)
    assert metres(at(network, MONDAY, "12:00"), drawn, "a", "d") == pytest.approx(400, abs=3)
    for _ in network.reopen({}):
        pass
    network.apply_conditions(make_free_conditions(network.graph))
    assert (metres(network, drawn, "a", "d"), metres(network, drawn, "d", "a")) == free


@pytest.mark.parametrize(
    ("plain", "timed", "then"),
    [
        ({}, {"oneway:conditional": "yes @ (06:00-09:00)"}, {"oneway": "yes"}),
        ({"oneway": "yes"}, {"oneway:conditional": "no @ (06:00-09:00)"}, {"oneway": "no"}),
        ({"oneway": "yes"}, {"oneway:conditional": "-1 @ (06:00-09:00)"}, {"oneway": "-1"}),
        ({}, {"motorcar:conditional": "no @ (06:00-09:00)"}, {"motorcar": "no"}),
        ({"motorcar": "no"}, {"motorcar:conditional": "yes @ (06:00-09:00)"}, {"motorcar": "yes"}),
        ({}, {"access:conditional": "private @ (06:00-09:00)"}, {"access": "private"}),
        ({"maxspeed": "60"}, {"maxspeed:conditional": "30 @ (06:00-09:00)"}, {"maxspeed": "30"}),
        (
            {},
            {"motorcar:conditional": "no @ (06:00-09:00)", "oneway:conditional": "yes @ (05:00-08:00)"},
            {"motorcar": "no", "oneway": "yes"},
        ),
        ({}, {"access:conditional": "no @ (06:00-09:00); private @ (06:30-08:00)"}, {"access": "private"}),
        ({}, {"access:backward:conditional": "no @ (06:00-09:00)"}, {"access:backward": "no"}),
        ({}, {"motorcar:forward:conditional": "no @ (06:00-09:00)"}, {"motorcar:forward": "no"}),
        (
            {"motor_vehicle:backward": "no"},
            {"motor_vehicle:backward:conditional": "yes @ (06:00-09:00)"},
            {"motor_vehicle:backward": "yes"},
        ),
        (
            {"maxspeed": "60"},
            {"maxspeed:forward:conditional": "20 @ (06:00-09:00)"},
            {"maxspeed:forward": "20"},
        ),
    ],
)
def test_street_with_hours_is_within_them_as_if_its_tags_said_so_plainly(
    to_network: ToNetwork, plain: dict[str, str], timed: dict[str, str], then: dict[str, str]
) -> None:
    def draw(tags: dict[str, str]) -> DrawnMap:
        return DrawnMap(ROUND).way("ab").way("bc", **tags).way("adefc").way("be")

    networks = [to_network(draw(tags)) for tags in ({**plain, **timed}, plain, plain | then)]
    expect_as_plain(*networks)


@pytest.mark.parametrize("barrier", ["gate", "bollard"])
@pytest.mark.parametrize(
    ("plain", "timed", "then"),
    [
        ({}, {"access:conditional": "no @ (06:00-09:00)"}, {"access": "no"}),
        ({"access": "no"}, {"access:conditional": "yes @ (06:00-09:00)"}, {"access": "yes"}),
        ({"access": "yes"}, {"motorcar:conditional": "no @ (06:00-09:00)"}, {"motorcar": "no"}),
        ({}, {"motor_vehicle:conditional": "yes @ (06:00-09:00)"}, {"motor_vehicle": "yes"}),
        (
            {"emergency": "yes"},
            {"motor_vehicle:conditional": "no @ (06:00-09:00)"},
            {"motor_vehicle": "no"},
        ),
    ],
)
def test_barrier_with_hours_is_within_them_as_if_its_tags_said_so_plainly(
    to_network: ToNetwork, barrier: str, plain: dict[str, str], timed: dict[str, str], then: dict[str, str]
) -> None:
    def draw(tags: dict[str, str]) -> DrawnMap:
        drawn = DrawnMap(ROUND).way("abc").way("adefc").way("be")
        return drawn.stand("b", barrier=barrier, **tags)

    networks = [to_network(draw(tags)) for tags in ({**plain, **timed}, plain, plain | then)]
    expect_as_plain(*networks)


@pytest.mark.parametrize(
    ("tags", "then"),
    [
        ({}, {"access": "no"}),
        ({"motor_vehicle": "yes"}, {"access": "no", "motor_vehicle": "no"}),
        ({"emergency": "yes"}, {"access": "no", "emergency": "yes"}),
    ],
)
def test_gate_is_locked_outside_its_opening_hours(
    to_network: ToNetwork, tags: dict[str, str], then: dict[str, str]
) -> None:
    def draw(tags: dict[str, str]) -> DrawnMap:
        drawn = DrawnMap(ROUND).way("abc").way("adefc").way("be")
        return drawn.stand("b", barrier="gate", **tags)

    timed = tags | {"opening_hours": "Mo-Fr 09:00-22:00"}
    expect_as_plain(*(to_network(draw(told)) for told in (timed, tags, then)))


def test_locked_gate_is_driven_around_and_the_open_one_passed(to_network: ToNetwork) -> None:
    drawn = DrawnMap(CORNER).way("abd").way("aed")
    drawn.stand("b", barrier="lift_gate", **{"access:conditional": "no @ (22:00-05:00)"})
    network = to_network(drawn)
    assert network.graph.timed_rules == ("node 2: access:conditional = no @ (22:00-05:00)",)
    for clock, driven_m in (("21:59", 400), ("22:00", AROUND_M), ("04:59", AROUND_M), ("05:00", 400)):
        driven = metres(at(network, MONDAY, clock), drawn, "a", "d", "motorbike")
        assert driven == pytest.approx(driven_m, abs=3), clock


def test_gate_whose_hours_cannot_be_read_stays_as_its_plain_tags_have_it(to_network: ToNetwork) -> None:
    drawn = DrawnMap(CORNER).way("abd").way("aed").stand("b", barrier="gate", opening_hours="sunrise-sunset")
    network = to_network(drawn)
    assert network.graph.unread_rules == ("node 2: opening_hours = sunrise-sunset",)
    assert metres(at(network, MONDAY, "23:00"), drawn, "a", "d", "motorbike") == pytest.approx(400, abs=3)


def expect_as_plain(network: RoadNetwork, outside: RoadNetwork, within: RoadNetwork) -> None:
    """From 6 to 9 in the morning all times are those of `within`, else those of `outside`."""
    drawn = DrawnMap(ROUND)
    places = [drawn.place(letter, east_m=30) for letter in "abcdef"]
    for clock, same in (("07:00", within), ("12:00", outside)):
        at(network, MONDAY, clock)
        for name, vehicle in VEHICLE_CLASSES.items():
            for hot in (False, True) if vehicle.hot else (False,):
                found, expected = (
                    roads.measure_matrix(roads.snap(places, name), roads.snap(places, name), name, hot)
                    for roads in (network, same)
                )
                assert found.tolist() == expected.tolist(), (clock, name, hot)


def test_street_closed_to_everybody_but_for_its_hours_is_a_road_within_them(to_network: ToNetwork) -> None:
    tags = {"access": "no", "access:conditional": "yes @ (06:00-09:00)"}
    drawn = DrawnMap(CORNER).way("ab").way("bd", **tags).way("aed")
    network = to_network(drawn)
    for clock, driven_m in (("07:00", 400), ("12:00", AROUND_M)):
        for vehicle_class in ("car", "motorbike", "foot"):
            assert metres(at(network, MONDAY, clock), drawn, "a", "d", vehicle_class) == pytest.approx(
                driven_m, abs=3
            )


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawing=draw_maps(), data=st.data())
def test_times_at_any_minute_are_those_of_the_drawing_with_the_signs_of_that_minute(
    tmp_path: Path, drawing: SmallMap, data: st.DataObject
) -> None:
    conditions = st.sampled_from(CONDITIONS)
    hours_of_turns = [data.draw(st.none() | conditions) for _ in drawing.turns]
    hours_of_ways = {way: data.draw(conditions) for way, oneway in drawing.ways.items() if oneway != "no"}
    drawn = DrawnMap(GRID)
    for way, oneway in drawing.ways.items():
        told = {"oneway:conditional": f"{oneway} @ ({hours_of_ways[way]})"} if way in hours_of_ways else {}
        drawn.way(way, highway="tertiary", **told)
    for node in drawing.bollards:
        drawn.stand(node, barrier="bollard")
    for turn, text in zip(drawing.turns, hours_of_turns, strict=True):
        told = {"except": "motorcycle"} if turn.exempt else {}
        if text is not None:
            told["restriction:conditional"] = f"{turn.kind} @ ({text})"
        drawn.turn("" if text else turn.kind, *turn[1:4], **told)
    # Kept on disk and read again, as a pack is.
    save(build_graph(drawn.write(tmp_path / "map.osm")), tmp_path)
    network = RoadNetwork(load(tmp_path), [VEHICLE_CLASSES["car"]])
    minutes = st.sampled_from(BOUNDS) | st.sampled_from(BOUNDS).map(lambda bound: bound - 1)
    for minute in data.draw(st.lists(minutes, min_size=2, max_size=3)):
        for _ in network.reopen({}, minute):
            pass
        network.apply_conditions(make_free_conditions(network.graph))
        ways = {
            way: oneway if holds(hours_of_ways.get(way), minute) else "no"
            for way, oneway in drawing.ways.items()
        }
        turns = [
            turn for turn, text in zip(drawing.turns, hours_of_turns, strict=True) if holds(text, minute)
        ]
        search = DrawingSearch(SmallMap(ways, drawing.bollards, turns), motorbike=False)
        starts, ends = [(way, 0.3) for way in list(ways)[:3]], [(way, 0.6) for way in list(ways)[-3:]]
        profile = network.get_profile("car", False)
        found = profile.travel_ms(to_snapped(list(ways), starts), to_snapped(list(ways), ends))
        for row, start in enumerate(starts):
            for column, end in enumerate(ends):
                expected = search.measure_ms(start, end)
                assert found[row, column] == pytest.approx(expected, rel=2e-3, abs=20), (start, end, minute)


def holds(text: str | None, minute: int) -> bool:
    """Whether a condition holds; without one a sign always does."""
    hours: Hours | None = ALWAYS if text is None else parse_hours(text)
    assert hours is not None
    return bool(hours.to_minutes()[minute])


def test_planner_tells_when_the_next_rule_changes_and_takes_it_with_the_hour(to_network: ToNetwork) -> None:
    drawn = corner(**{"restriction:conditional": f"no_right_turn @ ({MORNINGS})"})
    planner = Planner(to_network(drawn))

    def tell(day: int | None, hour: float) -> tuple[int | None, float]:
        answer = planner.answer(ConditionsRequest([], hour, weekday=day))
        assert isinstance(answer, ConditionsAnswer)
        turned = planner.measure_matrix([drawn.place("a")], [drawn.place("d")], "car", False)
        return answer.next_rule_min, float(turned[0, 0])

    until, free_s = tell(MONDAY, 5 + 59 / 60)
    assert until == 1
    until, refused_s = tell(MONDAY, 6.0)
    assert until == 180
    assert refused_s > 1.2 * free_s
    assert tell(FRIDAY, 20.0)[0] == (24 + 24 + 10) * 60, "the next are on Monday"
    assert tell(SUNDAY, 24.0)[0] == 360, "midnight of Sunday is Monday"
    assert tell(None, 12.0)[0] is None


def test_roads_without_rules_with_hours_never_change_by_themselves(to_network: ToNetwork) -> None:
    planner = Planner(to_network(DrawnMap("ab").way("ab")))
    answer = planner.answer(ConditionsRequest([], 7.0, weekday=MONDAY))
    assert isinstance(answer, ConditionsAnswer)
    assert answer.next_rule_min is None


async def test_both_halves_of_a_planner_and_one_started_anew_obey_the_hour(tmp_path: Path) -> None:
    drawn = corner(**{"restriction:conditional": f"no_right_turn @ ({MORNINGS})"})
    save(build_graph(drawn.write(tmp_path / "map.osm")), tmp_path)

    async with running_planner(tmp_path, "--second-after", "0") as (process, client):

        async def drive_m() -> float:
            return round((await client.route(drawn.place("a"), drawn.place("d"), "car")).distance_m)

        await read_pair(process)
        for hour, expected_m in ((7.0, AROUND_M), (10.0, 400), (17.0, AROUND_M)):
            answer = await client.set_conditions([], hour, weekday=MONDAY)
            assert answer.next_rule_min is not None
            assert await drive_m() == pytest.approx(expected_m, abs=3)
            answering, _ = await read_pair(process)
        os.kill(answering, signal.SIGKILL)
        assert await drive_m() == pytest.approx(AROUND_M, abs=3), "the other half honours the same hour"
        process.kill()
        await process.wait()
        async with running_planner(tmp_path):
            await client.wait_connected(START_S)
            assert await drive_m() == pytest.approx(AROUND_M, abs=3), (
                "a planner started anew is told before it is asked"
            )
