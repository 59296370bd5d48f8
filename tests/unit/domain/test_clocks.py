"""Clocks: right to the second, and empty where nobody reported."""

from datetime import timedelta

from dispatch.domain import clocks
from dispatch.domain.model.assignment import AcceptAssignment, AcknowledgeReceived, ReportPhase
from dispatch.domain.model.call import AnswerCall, RingCall
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Actor, Role
from dispatch.domain.model.report import OpenReport, ReceiveReport
from tests.unit.domain.world import EXCHANGE, FIRE, TAKER, World, crew_of, make_world, send

CREW = crew_of("e1")


def one_run(*steps: tuple[float, str]) -> tuple[World, str]:
    """Opened, dispatched after 40 s, received after 2 s; then each status after so many seconds."""
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    world.wait(40)
    (assignment_id,) = send(world, "e1")
    world.wait(2)
    world.do(AcknowledgeReceived(assignment_id=assignment_id), CREW)
    world.do(AcceptAssignment(assignment_id=assignment_id), CREW)
    for seconds, status in steps:
        world.wait(seconds)
        world.do(ReportPhase(assignment_id=assignment_id, status_code=status), CREW)
    return world, assignment_id


def test_every_clock_of_a_full_run_is_right_to_the_second() -> None:
    world, assignment_id = one_run(
        (63, "en_route"),
        (240, "on_scene"),
        (35, "at_patient"),
        (600, "transporting"),
        (420, "at_hospital"),
        (900, "road"),
    )
    told = clocks.of_assignment(world.state.assignments[assignment_id])
    assert told == clocks.AssignmentClocks(
        notify_s=2.0,
        turnout_s=63.0,
        travel_s=240.0,
        access_s=35.0,
        scene_s=635.0,
        transport_s=420.0,
        handover_s=900.0,
        total_s=2260.0,
    )


def test_a_time_that_nobody_reported_is_empty() -> None:
    world, assignment_id = one_run((300, "on_scene"), (600, "home"))
    told = clocks.of_assignment(world.state.assignments[assignment_id])
    assert (told.turnout_s, told.travel_s, told.access_s, told.transport_s) == (None, None, None, None)
    assert (told.scene_s, told.total_s) == (600.0, 902.0)


def test_a_legs_clocks_run_from_the_report_and_a_later_legs_from_its_request() -> None:
    world, _ = one_run((60, "en_route"), (200, "on_scene"))
    leg = world.state.legs["i1-4"]
    asked, there = leg.requested_at, leg.requested_at + timedelta(seconds=302)
    first = clocks.of_leg(
        leg,
        answered_at=asked - timedelta(seconds=25),
        told_at=asked - timedelta(seconds=31),
        on_scene_at=there,
    )
    assert first == clocks.LegClocks(processing_s=65.0, total_s=333.0)
    later = clocks.of_leg(leg, answered_at=asked, told_at=asked, on_scene_at=there)
    assert later == clocks.LegClocks(processing_s=40.0, total_s=302.0)


def test_a_leg_whose_report_nobody_answered_has_no_processing_time() -> None:
    world, _ = one_run((60, "en_route"))
    leg = world.state.legs["i1-4"]
    told = clocks.of_leg(leg, answered_at=None, told_at=leg.requested_at, on_scene_at=None)
    assert told == clocks.LegClocks(processing_s=None, total_s=None)


def test_a_call_is_answered_from_its_ring_and_a_report_from_its_receipt() -> None:
    world = make_world()
    world.do(RingCall(call_id="c1", line="114"), EXCHANGE)
    device = Actor(id="d", role=Role.REPORTER)
    told = ReceiveReport(
        report_id="r1", receipt_code="A", channel="web", agency_id="114", subject="s", device="d"
    )
    world.do(told, device)
    assert clocks.of_call(world.state.calls["c1"]) is None
    world.wait(7)
    world.do(AnswerCall(call_id="c1"), TAKER)
    world.do(OpenReport(report_id="r1"), TAKER)
    assert clocks.of_call(world.state.calls["c1"]) == 7.0
    assert clocks.of_report(world.state.reports["r1"]) == 7.0


def test_nobody_waits_for_an_answer_to_what_a_person_of_the_room_writes_down() -> None:
    world = make_world()
    told = ReceiveReport(report_id="r1", receipt_code="A", channel="console", agency_id="114", subject="s")
    world.do(told, TAKER)
    assert clocks.of_report(world.state.reports["r1"]) is None
