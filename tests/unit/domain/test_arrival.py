"""Arrivals that are seen: recorded with their source, below everything that people say."""

from datetime import timedelta

import pytest

from dispatch.domain.model.assignment import (
    AcceptAssignment,
    Assignment,
    RecordArrival,
    ReportPhase,
    StandDown,
)
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.values import Phase, TimeSource
from tests.unit.domain.world import FIRE, SYSTEM, World, crew_of, make_world, send

CREW = crew_of("e1")


def sent(*, accepted_by_radio: bool = False) -> tuple[World, str]:
    """E1 was sent to a fire; its crew, or by radio the desk, has accepted."""
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    (a, *_) = send(world, "e1")
    world.wait(10)
    world.do(AcceptAssignment(assignment_id=a), FIRE if accepted_by_radio else CREW)
    world.wait(300)
    return world, a


def get(world: World, a: str) -> Assignment:
    return world.state.assignments[a]


def see(world: World, a: str, ago: float = 120.0) -> None:
    world.do(RecordArrival(assignment_id=a), SYSTEM, ago=ago, source=TimeSource.GEOFENCE)


def say(world: World, a: str, status: str, ago: float = 0.0) -> None:
    world.do(ReportPhase(assignment_id=a, status_code=status), CREW, ago=ago, source=TimeSource.CREW)


@pytest.mark.parametrize("by_radio", [False, True])
def test_a_unit_that_stays_is_on_the_scene_since_it_came_and_the_source_says_who_knows(
    by_radio: bool,
) -> None:
    world, a = sent(accepted_by_radio=by_radio)
    see(world, a)
    time = get(world, a).times[Phase.ON_SCENE]
    assert (time.occurred_at, time.source) == (world.now - timedelta(seconds=120), TimeSource.GEOFENCE)
    assert world.state.units["e1"].phase is Phase.ON_SCENE
    assert list(get(world, a).times) == [Phase.ON_SCENE], "what nobody saw or said stays empty"


def test_what_was_seen_is_recorded_once() -> None:
    world, a = sent()
    see(world, a)
    world.wait(60)
    head = world.state.seq
    see(world, a)
    assert world.state.seq == head


@pytest.mark.parametrize("status", ["staged", "on_scene", "at_patient", "clearing"])
def test_what_the_crew_said_stands_above_what_is_seen(status: str) -> None:
    world, a = sent()
    say(world, a, status)
    before = dict(get(world, a).times)
    see(world, a)
    assert get(world, a).times == before


def test_a_crew_that_steps_back_from_the_scene_is_not_put_there_again() -> None:
    world, a = sent()
    see(world, a)
    world.wait(5)
    say(world, a, "en_route")
    world.wait(130)
    see(world, a)
    assert Phase.ON_SCENE not in get(world, a).times
    assert [phase for phase, _ in get(world, a).corrected] == [Phase.ON_SCENE]
    assert world.state.units["e1"].phase is Phase.EN_ROUTE


@pytest.mark.parametrize("ago", [0.0, 200.0])
def test_the_crews_own_time_takes_the_place_of_the_seen_one_and_both_are_kept(ago: float) -> None:
    world, a = sent()
    see(world, a)
    seen = get(world, a).times[Phase.ON_SCENE]
    say(world, a, "on_scene", ago=ago)
    time = get(world, a).times[Phase.ON_SCENE]
    assert (time.source, time.occurred_at) == (TimeSource.CREW, world.now - timedelta(seconds=ago))
    assert get(world, a).corrected == [(Phase.ON_SCENE, seen)]
    say(world, a, "on_scene")
    assert get(world, a).times[Phase.ON_SCENE] == time, "said again, it counts once"


def test_a_status_kept_offline_from_before_fills_its_gap_before_the_seen_arrival() -> None:
    world, a = sent()
    see(world, a)
    say(world, a, "en_route", ago=250)
    assert sorted(p.value for p in get(world, a).times) == ["en_route", "on_scene"]
    assert world.state.units["e1"].phase is Phase.ON_SCENE


def test_nobody_arrives_who_has_not_taken_it_or_was_called_off() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    (a, *_) = send(world, "e1")
    world.wait(300)
    see(world, a)
    assert get(world, a).times == {}
    world, a = sent()
    world.do(StandDown(assignment_id=a, reason="x"), FIRE)
    see(world, a)
    assert get(world, a).times == {}


def test_only_the_centre_itself_says_what_it_sees() -> None:
    world, a = sent()
    with pytest.raises(Refused, match="not_allowed"):
        world.do(RecordArrival(assignment_id=a), FIRE)
