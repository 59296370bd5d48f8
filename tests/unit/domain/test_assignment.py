"""The crew's side: received and accepted apart, phases in any order, times that stay true."""

from datetime import timedelta

import pytest

from dispatch.domain.model.assignment import (
    AcceptAssignment,
    AcknowledgeReceived,
    Assignment,
    DeclineAssignment,
    ReportPhase,
    StandDown,
)
from dispatch.domain.model.incident import ChangePriority, OpenIncident
from dispatch.domain.model.messages import Actor, Refused, Role
from dispatch.domain.model.values import Phase, TimeSource
from tests.unit.domain.world import FIRE, MEDICAL, START, World, crew_of, make_world, send

CREW = crew_of("e1")
STATION = Actor(id="station", role=Role.STATION, agencies=("114",), station_id="s114")


def sent() -> tuple[World, str]:
    """E1 is sent to a fire."""
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    return world, send(world, "e1")[0]


def get(world: World, assignment_id: str) -> Assignment:
    return world.state.assignments[assignment_id]


def report(world: World, assignment_id: str, status: str, ago: float = 0.0) -> None:
    world.do(ReportPhase(assignment_id=assignment_id, status_code=status), CREW, ago=ago)


def test_received_is_the_devices_word_and_accepted_a_persons() -> None:
    world, a = sent()
    world.wait(2)
    world.do(AcknowledgeReceived(assignment_id=a), CREW)
    assert (get(world, a).received_at, get(world, a).accepted_at) == (world.now, None)
    assert world.state.units["e1"].phase is Phase.DISPATCHED
    world.wait(5)
    world.do(AcceptAssignment(assignment_id=a), CREW)
    assert get(world, a).accepted_at == world.now
    assert get(world, a).accepted_by == CREW.id
    assert world.state.units["e1"].phase is Phase.RECEIVED


def test_what_a_person_has_read_the_device_has_received() -> None:
    world, a = sent()
    world.do(AcceptAssignment(assignment_id=a), STATION)
    assert get(world, a).received_at == START
    assert all(delivery.done for delivery in world.state.deliveries.values())


def test_an_acknowledgement_said_twice_counts_once() -> None:
    world, a = sent()
    world.do(AcknowledgeReceived(assignment_id=a), CREW)
    world.wait(9)
    assert world.do(AcknowledgeReceived(assignment_id=a), CREW).events == []


def test_an_update_has_its_own_two_acknowledgements() -> None:
    world, a = sent()
    world.do(AcceptAssignment(assignment_id=a), CREW)
    world.do(ChangePriority(incident_id="i1", priority=2, seen=world.state.seq), FIRE)
    world.do(AcknowledgeReceived(assignment_id=a, n=1), CREW)
    (update,) = get(world, a).updates
    assert (update.received_at, update.accepted_at) == (START, None)
    world.wait(1)
    world.do(AcceptAssignment(assignment_id=a, n=1), CREW)
    assert get(world, a).updates[0].accepted_at == world.now
    with pytest.raises(Refused, match="unknown_update"):
        world.do(AcknowledgeReceived(assignment_id=a, n=2), CREW)


def test_any_forward_status_is_taken_and_the_skipped_times_stay_empty() -> None:
    world, a = sent()
    report(world, a, "on_scene")
    assert list(get(world, a).times) == [Phase.ON_SCENE]
    assert get(world, a).received_at is None
    assert world.state.units["e1"].phase is Phase.ON_SCENE


def test_a_step_back_is_a_correction_that_keeps_both_times() -> None:
    world, a = sent()
    report(world, a, "on_scene")
    world.wait(60)
    report(world, a, "en_route")
    assert list(get(world, a).times) == [Phase.EN_ROUTE]
    assert [phase for phase, _ in get(world, a).corrected] == [Phase.ON_SCENE]
    assert world.state.units["e1"].phase is Phase.EN_ROUTE


def test_a_status_that_arrives_late_with_its_own_time_fills_its_place() -> None:
    world, a = sent()
    world.wait(300)
    report(world, a, "on_scene")
    world.wait(10)
    report(world, a, "en_route", ago=250)
    times = get(world, a).times
    assert times[Phase.EN_ROUTE].occurred_at == START + timedelta(seconds=60)
    assert times[Phase.ON_SCENE].occurred_at == START + timedelta(seconds=300)
    assert get(world, a).corrected == []
    assert world.state.units["e1"].phase is Phase.ON_SCENE


def test_the_same_status_again_does_not_move_its_time() -> None:
    world, a = sent()
    report(world, a, "on_scene")
    world.wait(60)
    report(world, a, "on_scene")
    assert get(world, a).times[Phase.ON_SCENE].occurred_at == START


def test_a_time_before_the_dispatch_is_moved_to_it_and_marked() -> None:
    world, a = sent()
    world.wait(5)
    report(world, a, "en_route", ago=600)
    time = get(world, a).times[Phase.EN_ROUTE]
    assert (time.occurred_at, time.moved) == (START, True)


def test_a_time_in_the_future_is_moved_to_its_receipt_and_marked() -> None:
    world, a = sent()
    report(world, a, "en_route", ago=-600)
    time = get(world, a).times[Phase.EN_ROUTE]
    assert (time.occurred_at, time.moved) == (START, True)


def test_a_time_moved_by_less_than_two_seconds_is_not_marked() -> None:
    world, a = sent()
    report(world, a, "en_route", ago=-1.5)
    assert not get(world, a).times[Phase.EN_ROUTE].moved


def test_a_phase_never_begins_before_the_one_before_it() -> None:
    world, a = sent()
    world.wait(100)
    report(world, a, "en_route")
    report(world, a, "on_scene", ago=90)
    assert get(world, a).times[Phase.ON_SCENE].occurred_at == world.now


def test_the_source_of_a_time_is_kept() -> None:
    world, a = sent()
    world.do(ReportPhase(assignment_id=a, status_code="en_route"), FIRE, source=TimeSource.RADIO)
    assert get(world, a).times[Phase.EN_ROUTE].source is TimeSource.RADIO


@pytest.mark.parametrize("status", ["home", "road", "returning"])
def test_a_unit_that_is_free_again_has_ended_its_assignment(status: str) -> None:
    world, a = sent()
    world.wait(60)
    world.do(ReportPhase(assignment_id=a, status_code=status, outcome="done"), CREW)
    assert (get(world, a).state, get(world, a).ended_how) == ("ended", "cleared")
    assert (get(world, a).outcome, get(world, a).ended_at) == ("done", world.now)
    unit = world.state.units["e1"]
    assert (unit.assignment_id, unit.status_code) == (None, status)
    assert unit.in_quarters == (status == "home")


def test_the_status_received_accepts_the_assignment() -> None:
    world, a = sent()
    report(world, a, "received")
    assert get(world, a).accepted_at == START
    assert get(world, a).times == {}


def test_nobody_reports_being_dispatched() -> None:
    world, a = sent()
    with pytest.raises(Refused, match="phase_not_reported"):
        report(world, a, "dispatched")


def test_a_unit_touches_its_own_assignment_only() -> None:
    world, a = sent()
    for command in (
        AcknowledgeReceived(assignment_id=a),
        AcceptAssignment(assignment_id=a),
        ReportPhase(assignment_id=a, status_code="on_scene"),
    ):
        with pytest.raises(Refused, match="not_yours"):
            world.do(command, crew_of("e2"))
    with pytest.raises(Refused, match="not_your_agency"):
        world.do(AcceptAssignment(assignment_id=a), MEDICAL)


def test_a_stand_down_before_receipt_withdraws_the_assignment() -> None:
    world, a = sent()
    world.do(StandDown(assignment_id=a), FIRE)
    assert get(world, a).ended_how == "withdrawn"
    assert [d.kind for d in world.state.deliveries.values() if not d.done] == ["withdrawn"]
    assert world.state.units["e1"].status_code == "home"
    world.do(AcknowledgeReceived(assignment_id=a, n=1), CREW)
    assert all(d.done for d in world.state.deliveries.values())


def test_a_stand_down_after_receipt_is_for_the_crew_to_acknowledge() -> None:
    world, a = sent()
    report(world, a, "en_route")
    world.do(StandDown(assignment_id=a, reason="false alarm"), FIRE)
    assert get(world, a).state == "active"
    world.do(AcknowledgeReceived(assignment_id=a, n=1), CREW)
    assert get(world, a).state == "active"
    world.do(AcceptAssignment(assignment_id=a, n=1), CREW)
    assert get(world, a).ended_how == "stood_down"
    assert world.state.units["e1"].status_code == "road"


def test_a_withdrawn_assignment_is_not_accepted_any_more() -> None:
    world, a = sent()
    world.do(StandDown(assignment_id=a), FIRE)
    with pytest.raises(Refused) as refused:
        world.do(AcceptAssignment(assignment_id=a), CREW)
    assert refused.value.code == "assignment_ended"
    assert refused.value.data["how"] == "withdrawn"


def test_a_crew_that_is_rolling_does_not_decline() -> None:
    world, a = sent()
    report(world, a, "en_route")
    with pytest.raises(Refused, match="already_rolling"):
        world.do(DeclineAssignment(assignment_id=a, reason="lunch"), CREW)
