"""Legs: each agency's part has its own life."""

import pytest

from dispatch.domain.model.assignment import (
    AcceptAssignment,
    AcknowledgeReceived,
    DeclineAssignment,
    DispatchUnits,
    ReportPhase,
    StandDown,
)
from dispatch.domain.model.incident import CloseLeg, Leg, OpenIncident, RefuseLeg, RequestLeg, SeeLeg
from dispatch.domain.model.messages import Refused
from tests.unit.domain.world import FIRE, MEDICAL, START, World, crew_of, make_world, send


def opened() -> World:
    """A fire: 114's leg waits for a unit, 115 is asked."""
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    return world


def fire(world: World) -> Leg:
    return world.state.legs["i1-4"]


def test_a_leg_that_is_seen_waits_with_the_age_of_its_request() -> None:
    world = opened()
    world.wait(20)
    world.do(SeeLeg(leg_id="i1-5"), MEDICAL)
    leg = world.state.legs["i1-5"]
    assert leg.state == "pending"
    assert leg.pending_since == START
    assert leg.seen_by == MEDICAL.id


def test_only_its_own_agency_sees_a_leg() -> None:
    with pytest.raises(Refused, match="not_your_agency"):
        opened().do(SeeLeg(leg_id="i1-5"), FIRE)


def test_sending_a_unit_shows_that_the_leg_was_seen() -> None:
    world = opened()
    world.do(DispatchUnits(incident_id="i1", unit_ids=("a1",)), MEDICAL)
    leg = world.state.legs["i1-5"]
    assert leg.state == "active"
    assert leg.seen_at == START


def test_a_leg_whose_last_unit_is_taken_away_waits_again_with_its_original_age() -> None:
    world = opened()
    world.wait(20)
    first, second = send(world, "e1", "e2")
    world.wait(20)
    world.do(StandDown(assignment_id=first), FIRE)
    assert fire(world).state == "active"
    world.do(StandDown(assignment_id=second), FIRE)
    assert fire(world).state == "pending"
    assert fire(world).pending_since == START


def test_a_declined_assignment_puts_the_leg_back_and_tells_its_desk() -> None:
    world = opened()
    (assignment_id,) = send(world, "e1")
    world.do(DeclineAssignment(assignment_id=assignment_id, reason="flat tyre"), crew_of("e1"))
    assert fire(world).state == "pending"
    (alert,) = world.state.alerts.values()
    assert (alert.kind, alert.level, alert.agency_id, alert.about) == (
        "declined",
        "A",
        "114",
        ("leg", "i1-4"),
    )
    assert alert.params["reason"] == "flat tyre"
    assert world.state.units["e1"].status_code == "home"


def test_a_leg_whose_units_are_done_waits_for_a_person_to_close_it() -> None:
    world = opened()
    (assignment_id,) = send(world, "e1")
    world.do(ReportPhase(assignment_id=assignment_id, status_code="home", outcome="done"), crew_of("e1"))
    assert fire(world).state == "active"
    world.do(CloseLeg(leg_id="i1-4", outcome="done"), FIRE)
    assert (fire(world).state, fire(world).outcome) == ("closed", "done")


def test_a_leg_is_not_closed_while_a_unit_is_on_it() -> None:
    world = opened()
    send(world, "e1")
    with pytest.raises(Refused) as refused:
        world.do(CloseLeg(leg_id="i1-4", outcome="done"), FIRE)
    assert refused.value.code == "leg_has_units"
    assert refused.value.data["units"] == "E1"


def test_a_leg_closes_only_with_an_outcome_of_the_table() -> None:
    with pytest.raises(Refused, match="unknown_outcome"):
        opened().do(CloseLeg(leg_id="i1-4", outcome="fine"), FIRE)


def test_a_leg_is_refused_with_a_reason() -> None:
    world = opened()
    with pytest.raises(Refused, match="reason_missing"):
        world.do(RefuseLeg(leg_id="i1-5", reason=""), MEDICAL)
    world.do(RefuseLeg(leg_id="i1-5", reason="nobody hurt"), MEDICAL)
    assert world.state.legs["i1-5"].state == "refused"


def test_an_agency_is_asked_once() -> None:
    world = opened()
    world.do(RequestLeg(incident_id="i1", agency_id="113"), FIRE)
    assert world.state.legs["i1-3"].state == "requested"
    with pytest.raises(Refused, match="leg_exists"):
        world.do(RequestLeg(incident_id="i1", agency_id="113"), FIRE)


def test_a_leg_standing_down_is_manned_until_the_crew_has_acknowledged() -> None:
    world = opened()
    (assignment_id,) = send(world, "e1")
    world.do(AcknowledgeReceived(assignment_id=assignment_id), crew_of("e1"))
    world.do(StandDown(assignment_id=assignment_id, reason="false alarm"), FIRE)
    assert fire(world).state == "active"
    world.do(AcceptAssignment(assignment_id=assignment_id, n=1), crew_of("e1"))
    assert fire(world).state == "pending"
    assert world.state.assignments[assignment_id].ended_how == "stood_down"
