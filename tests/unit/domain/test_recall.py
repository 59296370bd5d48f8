"""Cancelling an incident with all its units, and mass recall."""

from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dispatch.domain.model.assignment import AcceptAssignment, AcknowledgeReceived, QueueUnit, ReportPhase
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.incident import Incident, OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.recall import CancelIncident, RecallUnits
from dispatch.domain.rules.ending import is_known_to_crew
from dispatch.domain.rules.status import ABOARD
from tests.unit.domain.test_incident import release
from tests.unit.domain.test_invariants import Shift
from tests.unit.domain.world import CHIEF, FIRE, MEDICAL, POLICE, TAKER, World, crew_of, make_world, send


def going_out() -> tuple[World, dict[str, str]]:
    """A fire: e1 has its order, e2 has not received it, a1 is at a patient; e3 comes next."""
    world = make_world()
    release(world)
    release(world, "i2")
    e1, e2, a1 = send(world, "e1", "e2", "a1")
    (other,) = send(world, "e3", incident_id="i2")
    world.do(AcknowledgeReceived(assignment_id=other), crew_of("e3"))
    e3 = world.do(QueueUnit(incident_id="i1", unit_id="e3"), FIRE).answer["assignment_ids"]
    assert isinstance(e3, list)
    world.do(AcceptAssignment(assignment_id=e1), crew_of("e1"))
    world.do(ReportPhase(assignment_id=a1, status_code="at_patient"), crew_of("a1", "115"))
    return world, {"e1": e1, "e2": e2, "a1": a1, "e3": str(e3[0])}


def state_of(world: World, assignment_id: str) -> tuple[str, str | None]:
    found = world.state.assignments[assignment_id]
    return found.state, found.ended_how


def test_a_recall_stands_down_who_knows_withdraws_the_rest_and_leaves_who_has_a_patient() -> None:
    world, sent = going_out()
    decision = world.do(RecallUnits(incident_id="i1", reason="wrong place"), CHIEF)
    assert decision.answer == {
        "number": world.state.incidents["i1"].number,
        "called": ["E1"],
        "withdrawn": ["E2", "E3"],
        "left": ["A1"],
    }
    assert state_of(world, sent["e1"]) == ("active", None)
    assert world.state.assignments[sent["e1"]].stand_down_reason == "wrong place"
    assert state_of(world, sent["e2"]) == state_of(world, sent["e3"]) == ("ended", "withdrawn")
    assert state_of(world, sent["a1"]) == ("active", None)
    assert world.state.assignments[sent["a1"]].stand_down_reason is None
    assert world.state.incidents["i1"].state == "open"


def test_what_a_crew_has_acknowledged_frees_it_and_its_leg_waits_with_its_first_age() -> None:
    world, sent = going_out()
    since = world.state.legs["i1-4"].requested_at
    world.do(RecallUnits(incident_id="i1", reason="why"), FIRE)
    assert world.state.legs["i1-4"].state == "active"
    world.wait(5)
    world.do(AcceptAssignment(assignment_id=sent["e1"], n=1), crew_of("e1"))
    assert state_of(world, sent["e1"]) == ("ended", "stood_down")
    assert (world.state.legs["i1-4"].state, world.state.legs["i1-4"].pending_since) == ("pending", since)


def test_a_desk_recalls_its_own_units_alone_and_only_agencies_it_works_for() -> None:
    world, sent = going_out()
    world.wait(1)
    world.do(ReportPhase(assignment_id=sent["a1"], status_code="en_route"), crew_of("a1", "115"))
    world.do(RecallUnits(incident_id="i1", reason="why"), FIRE)
    assert world.state.assignments[sent["a1"]].stand_down_reason is None
    with pytest.raises(Refused, match="not_your_agency"):
        world.do(RecallUnits(incident_id="i1", reason="why", agencies=("115",)), FIRE)
    world.do(RecallUnits(incident_id="i1", reason="why", agencies=("115",)), CHIEF)
    assert world.state.assignments[sent["a1"]].stand_down_reason == "why"


@pytest.mark.parametrize("kind", [RecallUnits, CancelIncident])
def test_who_has_no_part_no_reason_or_no_such_role_calls_nobody_off(
    kind: type[RecallUnits | CancelIncident],
) -> None:
    world, _ = going_out()
    before = len(world.log)
    for actor, reason, code in ((POLICE, "why", "not_your_incident"), (FIRE, " ", "reason_missing")):
        with pytest.raises(Refused, match=code):
            world.do(kind(incident_id="i1", reason=reason), actor)
    with pytest.raises(Refused, match="not_allowed"):
        world.do(kind(incident_id="i1", reason="why"), TAKER)
    assert len(world.log) == before


@pytest.mark.parametrize("kind", [RecallUnits, CancelIncident])
def test_units_that_came_or_went_since_it_was_looked_at_are_told_and_nobody_is_called_off(
    kind: type[RecallUnits | CancelIncident],
) -> None:
    world = make_world()
    release(world)
    e1, e2 = send(world, "e1", "e2")
    seen = (e1, e2)
    send(world, "e3")
    world.do(ReportPhase(assignment_id=e1, status_code="home", outcome="done"), crew_of("e1"))
    before = len(world.log)
    with pytest.raises(Refused) as refused:
        world.do(kind(incident_id="i1", reason="why", assignment_ids=seen), FIRE)
    assert (refused.value.code, refused.value.data["added"], refused.value.data["gone"]) == (
        "units_changed",
        ["E3"],
        ["E1"],
    )
    version = world.state.incidents["i1"].version
    with pytest.raises(Refused, match="incident_changed"):
        world.do(kind(incident_id="i1", reason="why", seen=version - 1), FIRE)
    assert len(world.log) == before
    now = tuple(a.id for a in world.state.assignments.values() if a.state != "ended")
    world.do(kind(incident_id="i1", reason="why", seen=version, assignment_ids=now), FIRE)
    assert len(world.log) > before


def test_a_recall_said_again_finds_nobody() -> None:
    world, _ = going_out()
    world.do(RecallUnits(incident_id="i1", reason="why"), FIRE)
    with pytest.raises(Refused, match="nothing_to_recall"):
        world.do(RecallUnits(incident_id="i1", reason="why"), FIRE)
    with pytest.raises(Refused, match="patients_aboard"):
        world.do(RecallUnits(incident_id="i1", reason="why"), MEDICAL)


def test_an_incident_with_somebody_in_care_is_not_cancelled() -> None:
    world, sent = going_out()
    with pytest.raises(Refused) as refused:
        world.do(CancelIncident(incident_id="i1", reason="false"), FIRE)
    assert (refused.value.code, refused.value.data["units"]) == ("patients_aboard", ["A1"])
    world.do(ReportPhase(assignment_id=sent["a1"], status_code="home", outcome="done"), crew_of("a1", "115"))
    answer = world.do(CancelIncident(incident_id="i1", reason="false"), FIRE).answer
    assert (answer["called"], answer["withdrawn"]) == (["E1"], ["E2", "E3"])
    assert world.state.incidents["i1"].state == "closed"
    assert state_of(world, sent["e1"]) == ("ended", "incident_cancelled")


def test_a_unit_that_is_let_go_begins_with_what_comes_next_elsewhere() -> None:
    world, sent = going_out()
    world.do(OpenIncident(incident_id="i3", type_code="fire", subject="s"), FIRE)
    world.do(QueueUnit(incident_id="i3", unit_id="e2"), FIRE)
    world.do(RecallUnits(incident_id="i1", reason="why"), FIRE)
    following = world.state.assignments[str(world.state.units["e2"].assignment_id)]
    assert (following.incident_id, following.state) == ("i3", "active")
    assert state_of(world, sent["e2"]) == ("ended", "withdrawn")


@pytest.mark.parametrize("kind", [RecallUnits, CancelIncident])
def test_a_crew_that_does_not_acknowledge_is_told_to_its_desk(
    kind: type[RecallUnits | CancelIncident],
) -> None:
    world = make_world()
    release(world)
    (e1,) = send(world, "e1")
    world.do(AcceptAssignment(assignment_id=e1), crew_of("e1"))
    world.do(kind(incident_id="i1", reason="why"), FIRE)
    world.wait(timedelta(seconds=30).total_seconds())
    world.do(RunTimers())
    about = {a.kind for a in world.state.alerts.values() if a.about == ("assignment", e1)}
    assert about == {"update_unreceived", "update_unaccepted"}
    world.do(AcceptAssignment(assignment_id=e1, n=1), crew_of("e1"))
    world.do(RunTimers())
    assert not [a for a in world.state.alerts.values() if a.about == ("assignment", e1)]


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_whatever_came_before_a_recall_leaves_only_who_cares_for_somebody_or_must_still_acknowledge(
    seed: int,
) -> None:
    shift = Shift(seed)
    for _ in range(150):
        shift.step()
    for incident in list(shift.world.state.incidents.values()):
        if incident.state == "open":
            recall_and_cancel(shift, incident)


def recall_and_cancel(shift: Shift, incident: Incident) -> None:
    state = shift.world.state
    aboard = {a for a in living(shift, incident) if state.units[state.assignments[a].unit_id].phase in ABOARD}
    aboard = {a for a in aboard if state.assignments[a].state == "active"}
    known = {a for a in living(shift, incident) if is_known_to_crew(state.assignments[a])}
    shift.ask(RecallUnits(incident_id=incident.id, reason="why"), CHIEF)
    shift.check()
    assert incident.state == "open"
    for assignment_id in living(shift, incident):
        assignment = state.assignments[assignment_id]
        assert assignment.state == "active"
        assert assignment_id in aboard or (
            assignment.stand_down_reason is not None and assignment_id in known
        )
    shift.ask(CancelIncident(incident_id=incident.id, reason="why"), CHIEF)
    shift.check()
    assert (incident.state == "closed") == (not aboard)
    assert bool(living(shift, incident)) == bool(aboard)


def living(shift: Shift, incident: Incident) -> list[str]:
    assignments = shift.world.state.assignments
    ids = (a for leg_id in incident.leg_ids for a in shift.world.state.legs[leg_id].assignment_ids)
    return [a for a in ids if assignments[a].state != "ended"]
