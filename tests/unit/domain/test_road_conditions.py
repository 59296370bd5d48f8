"""What holds on the roads: who may say so, what is refused, and when it ends."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.domain.kernel import next_timer, state_hash
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.messages import Actor, Refused, Role
from dispatch.domain.model.road_condition import (
    ChangeRoadCondition,
    ConfirmRoadCondition,
    CountStretches,
    LiftRoadCondition,
    PutRoadCondition,
    ReportRoad,
    RoadCondition,
)
from dispatch.domain.model.values import LonLat
from dispatch.domain.rows import project
from dispatch.domain.rules.road_condition import REVIEW_IN, TOLD_AT_ONCE, TOLD_HOLDS
from tests.unit.domain.anything import SHAPES
from tests.unit.domain.test_invariants import replay
from tests.unit.domain.world import CHIEF, FIRE, MEDICAL, SYSTEM, TAKER, World, crew_of, make_world

BRIDGE = LonLat(106.70, 10.77)
COMMANDER = Actor(id="boss", role=Role.COMMANDER, agencies=("114",))
HOUR = timedelta(hours=1)


def put(world: World, id_: str = "w1", actor: Actor = FIRE, **more: Any) -> RoadCondition:
    fields: dict[str, Any] = {
        "condition_id": id_, "kind": "closed", "form": "point", "lon_lats": (BRIDGE,), "reason": "cây đổ",
    }  # fmt: skip
    world.do(PutRoadCondition(**{**fields, **more}), actor)
    return world.state.road_conditions[id_]


def tell(world: World, id_: str = "w1", unit_id: str = "e1", kind: str = "flood") -> RoadCondition:
    told = ReportRoad(condition_id=id_, unit_id=unit_id, kind=kind, lon_lat=BRIDGE)
    world.do(told, crew_of(unit_id))
    return world.state.road_conditions[id_]


def run_until(world: World, at: timedelta) -> None:
    """Let the clock do its work up to a time from now."""
    end = world.now + at
    while (due := next_timer(world.state, world.now)) is not None and due <= end:
        world.now = due
        world.do(RunTimers())
    world.now = end


def alerts(world: World) -> list[str]:
    return sorted(alert.kind for alert in world.state.alerts.values())


def test_a_closure_holds_at_once_and_every_agency_sees_it() -> None:
    world = make_world()
    closed = put(world)
    assert (closed.state, closed.number, closed.confirmed) == ("in_force", 1, True)
    assert (closed.by, closed.agency_id, closed.from_at) == (FIRE.id, "114", world.now)
    row = project(world.state, "road_condition", "w1")
    assert row is not None
    assert row.visible_to == ("*",)


def test_without_an_end_it_is_reviewed_in_two_hours_and_holds_on() -> None:
    world = make_world()
    closed = put(world)
    assert (closed.until, closed.review_at) == (None, world.now + REVIEW_IN)
    run_until(world, REVIEW_IN)
    assert closed.state == "in_force"
    assert alerts(world) == ["road_review"]
    later = world.now + HOUR
    world.do(ChangeRoadCondition(condition_id="w1", seen=closed.version, review_at=later), MEDICAL)
    world.do(RunTimers())
    assert alerts(world) == []


def test_it_ends_at_its_end_by_itself_and_leaves_memory_a_day_later() -> None:
    world = make_world()
    closed = put(world, until=world.now + HOUR)
    run_until(world, HOUR - timedelta(microseconds=1))
    assert closed.state == "in_force"
    run_until(world, timedelta(microseconds=1))
    assert (closed.state, closed.ended_how, closed.ended_at) == ("ended", "expired", world.now)
    run_until(world, timedelta(days=1))
    assert world.state.road_conditions == {}


def test_a_planned_one_begins_at_its_time() -> None:
    world = make_world()
    planned = put(world, from_at=world.now + HOUR, until=world.now + 2 * HOUR)
    assert planned.state == "planned"
    run_until(world, HOUR)
    assert planned.state == "in_force"
    run_until(world, HOUR)
    assert planned.state == "ended"


def test_one_whose_whole_time_passed_while_nobody_ran_the_timers_ends_with_the_same_run() -> None:
    world = make_world()
    planned = put(world, from_at=world.now + HOUR, until=world.now + 2 * HOUR)
    world.wait(5 * 3600)
    world.do(RunTimers())
    assert planned.state == "ended"


def test_a_crews_word_holds_at_once_for_an_hour_and_asks_the_desk() -> None:
    world = make_world()
    told = tell(world)
    assert (told.state, told.confirmed, told.unit_id, told.source) == ("in_force", False, "e1", "E1")
    assert told.until == world.now + TOLD_HOLDS
    world.do(RunTimers())
    (alert,) = world.state.alerts.values()
    assert (alert.kind, alert.agency_id, alert.about) == ("road_unconfirmed", "114", ("road_condition", "w1"))
    run_until(world, TOLD_HOLDS)
    assert told.state == "ended"
    assert alerts(world) == []


def test_a_confirmed_word_is_the_desks_own_from_then_on() -> None:
    world = make_world()
    told = tell(world)
    world.do(RunTimers())
    world.do(ConfirmRoadCondition(condition_id="w1"), MEDICAL)
    world.do(RunTimers())
    assert (told.confirmed, told.until, told.review_at) == (True, None, world.now + REVIEW_IN)
    assert alerts(world) == []
    with pytest.raises(Refused, match="road_condition_not_yours"):
        world.do(LiftRoadCondition(condition_id="w1", reason="nhầm"), crew_of("e1"))
    with pytest.raises(Refused, match="road_condition_confirmed"):
        world.do(ConfirmRoadCondition(condition_id="w1"), FIRE)


def test_a_crew_takes_back_its_own_word_and_no_others() -> None:
    world = make_world()
    tell(world)
    put(world, "w2")
    for id_, crew in (("w1", "e2"), ("w2", "e1")):
        with pytest.raises(Refused, match="road_condition_not_yours"):
            world.do(LiftRoadCondition(condition_id=id_, reason="nhầm"), crew_of(crew))
    world.do(LiftRoadCondition(condition_id="w1", reason="nhầm"), crew_of("e1"))
    assert world.state.road_conditions["w1"].ended_how == "lifted"


def test_a_crew_speaks_for_itself_of_so_many_places_at_a_time() -> None:
    world = make_world()
    told = ReportRoad(condition_id="w", unit_id="e2", kind="closed", lon_lat=BRIDGE)
    with pytest.raises(Refused, match="not_yours"):
        world.do(told, crew_of("e1"))
    for n in range(TOLD_AT_ONCE):
        tell(world, f"w{n}")
    with pytest.raises(Refused, match="road_reports_many"):
        tell(world, "one more")
    tell(world, "of another", "e2")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "steep"}, "malformed_command"),
        ({"form": "circle"}, "malformed_command"),
        ({"reason": "  "}, "reason_missing"),
        ({"kind": "slow", "factor": 1.0}, "road_factor"),
        ({"kind": "slow", "factor": 51.0}, "road_factor"),
        ({"kind": "slow", "factor": float("nan")}, "road_factor"),
        ({"kind": "flood", "depth_m": 0.0}, "road_depth"),
        ({"kind": "flood", "depth_m": 10.5}, "road_depth"),
        ({"lon_lats": ()}, "road_points"),
        ({"lon_lats": SHAPES[1]}, "road_points"),
        ({"form": "line", "lon_lats": (BRIDGE, BRIDGE)}, "road_points"),
        ({"form": "area", "lon_lats": (*SHAPES[1][:2], SHAPES[1][0])}, "road_points"),
        ({"form": "line", "lon_lats": tuple(LonLat(106 + n / 1000, 10) for n in range(201))}, "road_points"),
        ({"form": "area", "lon_lats": SHAPES[2]}, "road_crossed"),
        ({"lon_lats": (LonLat(10.77, 106.70),)}, "bad_position"),
    ],
)
def test_what_cannot_be_reckoned_with_is_refused(more: dict[str, Any], code: str) -> None:
    world = make_world()
    with pytest.raises(Refused, match=code):
        put(world, **more)
    assert world.state.road_conditions == {}


@pytest.mark.parametrize(
    ("times", "code"),
    [
        ({"until": -1.0}, "road_times"),
        ({"from_at": 5.0, "until": 4.0}, "road_times"),
        ({"from_at": -25.0}, "bad_time"),
        ({"from_at": 24.0 * 91}, "bad_time"),
        ({"until": 24.0 * 400}, "bad_time"),
        ({"review_at": -1.0}, "bad_time"),
    ],
)
def test_times_that_make_no_span_are_refused(times: dict[str, float], code: str) -> None:
    world = make_world()
    more: dict[str, Any] = {name: world.now + hours * HOUR for name, hours in times.items()}
    with pytest.raises(Refused, match=code):
        put(world, **more)


def test_a_ring_drawn_back_over_its_own_side_has_no_inside() -> None:
    a, b, c = LonLat(106.0, 10.0), LonLat(106.2, 10.0), LonLat(106.1, 10.0)
    with pytest.raises(Refused, match="road_crossed"):
        put(make_world(), form="area", lon_lats=(a, b, c))


def test_a_ring_is_kept_without_its_closing_point() -> None:
    world = make_world()
    ring = SHAPES[1]
    assert put(world, form="area", lon_lats=(*ring, ring[0])).lon_lats == ring


@pytest.mark.parametrize("actor", [TAKER, crew_of("e1"), Actor(id="s", role=Role.STATION)])
def test_call_takers_crews_and_stations_do_not_close_streets(actor: Actor) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        put(make_world(), actor=actor)


@pytest.mark.parametrize("actor", [FIRE, CHIEF, COMMANDER])
def test_desks_chiefs_and_commanders_do(actor: Actor) -> None:
    assert put(make_world(), actor=actor).state == "in_force"


def test_a_change_is_of_what_was_seen() -> None:
    world = make_world()
    flood = put(world, kind="flood", depth_m=0.2)
    seen = flood.version
    world.do(ChangeRoadCondition(condition_id="w1", seen=seen, depth_m=0.5), MEDICAL)
    assert (flood.depth_m, flood.reason) == (0.5, "cây đổ")
    with pytest.raises(Refused, match="road_condition_changed"):
        world.do(ChangeRoadCondition(condition_id="w1", seen=seen, depth_m=0.1), FIRE)
    with pytest.raises(Refused, match="road_depth"):
        world.do(ChangeRoadCondition(condition_id="w1", seen=flood.version, depth_m=-1.0), FIRE)
    world.do(ChangeRoadCondition(condition_id="w1", seen=flood.version, until=world.now + HOUR), FIRE)
    assert (flood.until, flood.review_at) == (world.now + HOUR, None)


def test_lifting_needs_a_reason_and_one_that_holds() -> None:
    world = make_world()
    put(world)
    with pytest.raises(Refused, match="reason_missing"):
        world.do(LiftRoadCondition(condition_id="w1", reason=" "), MEDICAL)
    world.do(LiftRoadCondition(condition_id="w1", reason="đã dọn"), MEDICAL)
    lifted = world.state.road_conditions["w1"]
    assert (lifted.state, lifted.ended_how, lifted.ended_by) == ("ended", "lifted", MEDICAL.id)
    with pytest.raises(Refused, match="road_condition_ended"):
        world.do(LiftRoadCondition(condition_id="w1", reason="đã dọn"), FIRE)
    with pytest.raises(Refused, match="unknown_road_condition"):
        world.do(LiftRoadCondition(condition_id="w9", reason="đã dọn"), FIRE)


def test_one_on_no_street_is_told_to_the_desk_until_it_is_lifted() -> None:
    world = make_world()
    put(world)
    world.do(CountStretches(condition_id="w1", stretches=0))
    world.do(RunTimers())
    assert alerts(world) == ["road_nowhere"]
    assert world.do(CountStretches(condition_id="w1", stretches=0)).events == []
    world.do(LiftRoadCondition(condition_id="w1", reason="vẽ lại"), FIRE)
    world.do(RunTimers())
    assert alerts(world) == []


def test_a_number_is_free_again_a_day_after_its_end() -> None:
    world = make_world()
    put(world, "w1", until=world.now + HOUR)
    run_until(world, HOUR)
    assert put(world, "w2").number == 2
    run_until(world, timedelta(days=1))
    assert put(world, "w3").number == 1


def _live(world: World, random: Random) -> None:
    """Something that may happen to a road on any day; refusals are part of it."""
    known = [*world.state.road_conditions.values()]
    chosen = random.choice(known) if known else None
    begins = world.now + timedelta(seconds=random.choice([-600, 0, 0, 90]))
    until = random.choice([None, begins + timedelta(seconds=random.choice([-60, 60, 600, 7200]))])
    act = random.choice(["put", "put", "tell", "change", "confirm", "lift", "count", "wait", "wait"])
    id_ = chosen.id if chosen is not None else "nothing"
    if act == "wait":
        run_until(world, timedelta(seconds=random.choice([1, 59, 60, 600, 3600, 90_000])))
    elif act == "put":
        shape = random.choice([*zip(("point", "line", "area"), SHAPES, strict=True), ("area", SHAPES[1])])
        put(world, f"w{world.state.seq}", form=shape[0], lon_lats=shape[1], from_at=begins, until=until)
    elif act == "tell":
        tell(world, f"w{world.state.seq}", random.choice(["e1", "a1"]), random.choice(["closed", "flood"]))
    elif act == "change":
        seen = chosen.version if chosen is not None else 0
        world.do(ChangeRoadCondition(condition_id=id_, seen=seen, until=until), FIRE)
    elif act == "confirm":
        world.do(ConfirmRoadCondition(condition_id=id_, until=until), FIRE)
    elif act == "lift":
        world.do(LiftRoadCondition(condition_id=id_, reason="xong"), random.choice([FIRE, crew_of("e1")]))
    else:
        world.do(CountStretches(condition_id=id_, stretches=random.choice([0, 4])), SYSTEM)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_nothing_is_in_force_past_its_end(seed: int) -> None:
    """Nor before its beginning, nor without somebody who will look at it again; and the log says the same."""
    world, random = make_world(), Random(seed)
    refusals: set[str] = set()
    for _ in range(60):
        try:
            _live(world, random)
        except Refused as refused:
            refusals.add(refused.code)
        for road in world.state.road_conditions.values():
            assert (road.state == "ended") == (road.ended_at is not None)
            if road.state == "in_force":
                assert road.from_at <= world.now
                assert road.until is None or road.until > world.now
                assert (road.until is None) == (road.review_at is not None)
            elif road.state == "planned":
                assert road.from_at > world.now
        numbers = [road.number for road in world.state.road_conditions.values()]
        assert len(numbers) == len(set(numbers))
    assert refusals <= EXPECTED_REFUSALS
    assert state_hash(replay(world)) == state_hash(world.state)


EXPECTED_REFUSALS = {
    "road_times", "bad_time", "road_crossed", "road_points", "road_reports_many", "unknown_road_condition",
    "road_condition_ended", "road_condition_confirmed", "road_condition_not_yours",
}  # fmt: skip


def test_what_does_not_fit_through_a_street_holds_until_somebody_lifts_it() -> None:
    world = make_world()
    narrow = put(world, kind="unfit", vehicle_class="car")
    assert (narrow.until, narrow.review_at, narrow.vehicle_class) == (None, None, "car")
    world.do(CountStretches(condition_id="w1", stretches=1, way_id=77), SYSTEM)
    assert (narrow.stretches, narrow.way_id) == (1, 77)
    run_until(world, 400 * 24 * HOUR)
    assert (narrow.state, alerts(world)) == ("in_force", [])
    # A newer map without a street there: a desk is told, and what was meant is not forgotten.
    world.do(CountStretches(condition_id="w1", stretches=0), SYSTEM)
    assert (narrow.stretches, narrow.way_id) == (0, 77)
    assert state_hash(replay(world)) == state_hash(world.state)
    world.do(LiftRoadCondition(condition_id="w1", reason="đã mở rộng"), FIRE)
    assert narrow.state == "ended"


def test_a_crew_says_it_of_vehicles_like_its_own_and_a_desk_makes_it_last() -> None:
    world = make_world()
    told = tell(world, kind="unfit")
    assert (told.vehicle_class, told.confirmed) == (world.state.units["e1"].vehicle_class, False)
    assert told.until == world.now + TOLD_HOLDS
    world.do(ConfirmRoadCondition(condition_id="w1"), FIRE)
    assert (told.until, told.review_at, told.confirmed) == (None, None, True)


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("unknown_vehicle_class", {"kind": "unfit", "vehicle_class": "submarine"}),
        ("unknown_vehicle_class", {"kind": "fits"}),
        ("malformed_command", {"kind": "unfit", "vehicle_class": "car", "form": "line"}),
        ("malformed_command", {"kind": "closed", "vehicle_class": "car"}),
    ],
)
def test_it_is_said_of_one_street_and_a_class_that_some_unit_has(fault: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        put(make_world(), **wrong)
    assert refused.value.code == fault
