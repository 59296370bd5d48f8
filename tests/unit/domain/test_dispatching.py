"""Who is sent: what was seen or nothing, and nobody twice."""

import pytest

from dispatch.domain.model.assignment import (
    AcceptRecommendation,
    DispatchUnits,
    ProposedUnit,
    QueueUnit,
    ReassignUnit,
    RecordRecommendation,
    ReportPhase,
)
from dispatch.domain.model.desk import OpenDesk, SignOnSeat
from dispatch.domain.model.incident import ChangePlace, OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.unit import RegisterUnit, SetUnitStatus, SignOnCrew
from dispatch.domain.model.values import LonLat, Phase, Place
from tests.unit.domain.world import CHIEF, FIRE, MEDICAL, START, TAKER, World, crew_of, make_world, send

PLACE = Place(label="12 Lê Lợi", lon_lat=LonLat(106.7, 10.77))


def opened(*incident_ids: str) -> World:
    world = make_world()
    for incident_id in incident_ids or ("i1",):
        world.do(OpenIncident(incident_id=incident_id, type_code="fire", subject="s", place=PLACE), FIRE)
    return world


def propose(need_id: str, unit_id: str, eta_s: float = 300.0) -> ProposedUnit:
    leg_id, _, capability = need_id.split("/")
    return ProposedUnit(
        need_id=need_id,
        leg_id=leg_id,
        unit_id=unit_id,
        capability=capability,
        eta_s=eta_s,
        travel_s=eta_s,
        turnout_s=0.0,
        distance_m=1000.0,
        position=LonLat(106.7, 10.7),
        position_age_s=1.0,
        phase=Phase.AVAILABLE,
    )


def plan(world: World, *proposed: ProposedUnit) -> int:
    """The planner's answer for i1; gives the version."""
    command = RecordRecommendation(
        incident_id="i1",
        for_version=world.state.incidents["i1"].version,
        proposed=proposed,
        missing=(),
        method="min_cost_flow",
        degraded=False,
    )
    return int(str(world.do(command).answer["version"]))


FULL = (propose("i1-4/1/engine", "e1"), propose("i1-4/1/engine", "e2"), propose("i1-5/1/als", "a1"))


def test_accepting_sends_the_units_that_were_seen_for_ones_own_agency() -> None:
    world = opened()
    version = plan(world, *FULL)
    decision = world.do(AcceptRecommendation(incident_id="i1", version=version), FIRE)
    assert decision.answer["units"] == ["E1", "E2"]
    assert decision.answer["requested"] == ["115"]
    assert world.state.units["a1"].assignment_id is None
    for assignment in world.state.assignments.values():
        assert (assignment.need_id, assignment.eta_s, assignment.override) == ("i1-4/1/engine", 300.0, False)
        assert assignment.recommendation_version == version


def test_a_chief_accepts_for_every_agency_or_for_one_leg() -> None:
    world = opened()
    version = plan(world, *FULL)
    one = AcceptRecommendation(incident_id="i1", version=version, leg_ids=("i1-5",))
    assert world.do(one, CHIEF).answer["units"] == ["A1"]


def test_another_version_than_was_seen_sends_nothing_and_shows_the_difference() -> None:
    world = opened()
    seen = plan(world, *FULL)
    plan(world, propose("i1-4/1/engine", "e3"))
    with pytest.raises(Refused) as refused:
        world.do(AcceptRecommendation(incident_id="i1", version=seen), FIRE)
    assert refused.value.code == "recommendation_changed"
    assert (refused.value.data["seen"], refused.value.data["current"]) == (1, 2)
    assert not world.state.assignments


def test_a_plan_that_says_the_same_leaves_what_was_seen_valid() -> None:
    world = opened()
    seen = plan(world, *FULL)
    nearly = tuple(propose(p.need_id, p.unit_id, p.eta_s + 5) for p in FULL)
    assert plan(world, *nearly) == seen
    world.do(AcceptRecommendation(incident_id="i1", version=seen), FIRE)
    assert len(world.state.assignments) == 2


def test_one_unit_that_is_gone_sends_none_and_names_who_took_it() -> None:
    world = opened("i1", "i2")
    version = plan(world, *FULL)
    send(world, "e2", incident_id="i2")
    with pytest.raises(Refused) as refused:
        world.do(AcceptRecommendation(incident_id="i1", version=version), FIRE)
    assert refused.value.code == "unit_gone"
    assert refused.value.data["call_sign"] == "E2"
    assert refused.value.data["incident_number"] == "260712-0002"
    assert world.state.units["e1"].assignment_id is None


def test_accepting_twice_sends_once() -> None:
    world = opened()
    version = plan(world, *FULL)
    world.do(AcceptRecommendation(incident_id="i1", version=version), FIRE)
    with pytest.raises(Refused, match="unit_gone"):
        world.do(AcceptRecommendation(incident_id="i1", version=version), FIRE)
    assert len(world.state.assignments) == 2


def test_a_unit_proposed_for_two_needs_sends_nothing() -> None:
    world = opened()
    version = plan(world, propose("i1-4/1/engine", "e1"), propose("i1-4/1/engine", "e1"))
    with pytest.raises(Refused, match="unit_gone"):
        world.do(AcceptRecommendation(incident_id="i1", version=version), FIRE)


def test_a_plan_from_facts_that_have_changed_is_refused() -> None:
    world = opened()
    old = world.state.incidents["i1"].version
    there = Place(label="14 Lê Lợi", lon_lat=LonLat(106.71, 10.77))
    world.do(ChangePlace(incident_id="i1", place=there, seen=old), FIRE)
    command = RecordRecommendation(
        incident_id="i1", for_version=old, proposed=FULL, missing=(), method="greedy", degraded=True
    )
    with pytest.raises(Refused, match="facts_changed"):
        world.do(command)


def test_the_second_to_send_a_unit_is_told_who_was_first_and_when_and_where() -> None:
    world = opened("i1", "i2")
    world.do(OpenDesk(desk_id="d1", name="114", agencies=("114",)), CHIEF)
    world.do(SignOnSeat(seat_id="z1", desk_ids=("d1",)), FIRE)
    world.do(DispatchUnits(incident_id="i1", unit_ids=("e1",)), FIRE)
    with pytest.raises(Refused) as refused:
        send(world, "e1", incident_id="i2")
    assert refused.value.code == "unit_committed"
    assert refused.value.data == {
        "unit": "e1", "call_sign": "E1", "by": "Lan", "at": START, "incident_number": "260712-0001",
    }  # fmt: skip


def test_of_several_units_all_go_or_none() -> None:
    world = opened("i1", "i2")
    send(world, "e2", incident_id="i2")
    with pytest.raises(Refused, match="unit_committed"):
        send(world, "e1", "e2")
    assert world.state.units["e1"].assignment_id is None


def test_one_crew_on_two_vehicles_goes_with_one_of_them() -> None:
    world = opened()
    world.do(SignOnCrew(crew_id="k1", unit_ids=("e1", "e2")), FIRE)
    with pytest.raises(Refused, match="crew_twice"):
        send(world, "e1", "e2")
    (assignment_id,) = send(world, "e1")
    with pytest.raises(Refused) as refused:
        send(world, "e2")
    assert refused.value.code == "crew_committed"
    world.do(ReportPhase(assignment_id=assignment_id, status_code="home"), crew_of("e1"))
    send(world, "e2")


def test_an_override_fills_the_need_it_meets_and_is_kept_as_one() -> None:
    world = opened()
    send(world, "m1")
    (assignment,) = world.state.assignments.values()
    assert assignment.need_id == "i1-4/1/engine", "a mini truck stands in for an engine"
    assert assignment.override


def test_a_unit_of_an_agency_without_a_leg_brings_its_leg() -> None:
    world = opened()
    send(world, "p1")
    assert world.state.legs["i1-3"].state == "active"


def test_nobody_sends_another_agencys_units() -> None:
    with pytest.raises(Refused, match="not_your_agency"):
        opened().do(DispatchUnits(incident_id="i1", unit_ids=("e1",)), MEDICAL)


def test_a_call_taker_sends_no_units() -> None:
    with pytest.raises(Refused, match="not_allowed"):
        opened().do(DispatchUnits(incident_id="i1", unit_ids=("e1",)), TAKER)


def test_a_unit_out_of_service_is_not_sent() -> None:
    world = opened()
    world.do(SetUnitStatus(unit_id="e1", status_code="out_of_service", reason="brakes"), crew_of("e1"))
    with pytest.raises(Refused, match="unit_out_of_service"):
        send(world, "e1")


def test_test_units_and_real_incidents_stay_apart() -> None:
    world = opened()
    world.do(
        RegisterUnit(
            unit_id="t1", call_sign="T1", agency_id="114", station_id="s114", type_code="engine", test=True
        )
    )
    with pytest.raises(Refused, match="test_mismatch"):
        send(world, "t1")


def test_a_queued_unit_goes_there_when_it_is_free() -> None:
    world = opened("i1", "i2")
    (first,) = send(world, "e1")
    world.do(QueueUnit(incident_id="i2", unit_id="e1"), FIRE)
    (second,) = world.state.units["e1"].queued
    assert world.state.legs["i2-4"].state == "pending"
    assert not [d for d in world.state.deliveries.values() if d.assignment_id == second]
    world.wait(60)
    world.do(ReportPhase(assignment_id=first, status_code="home"), crew_of("e1"))
    unit = world.state.units["e1"]
    assert (unit.assignment_id, unit.queued, unit.phase) == (second, [], Phase.DISPATCHED)
    assert world.state.legs["i2-4"].state == "active"
    assert world.state.assignments[second].dispatched_at == world.now
    assert [d.n for d in world.state.deliveries.values() if d.unit_id == "e1"] == [1, 2]


def test_a_free_unit_is_sent_and_not_queued() -> None:
    with pytest.raises(Refused, match="unit_not_busy"):
        opened().do(QueueUnit(incident_id="i1", unit_id="e1"), FIRE)


def test_a_unit_that_breaks_down_lets_go_what_was_queued() -> None:
    world = opened("i1", "i2")
    (first,) = send(world, "e1")
    world.do(QueueUnit(incident_id="i2", unit_id="e1"), FIRE)
    world.do(ReportPhase(assignment_id=first, status_code="out_of_service"), crew_of("e1"))
    unit = world.state.units["e1"]
    assert (unit.assignment_id, unit.queued, unit.phase) == (None, [], Phase.OUT_OF_SERVICE)
    assert world.state.legs["i1-4"].state == "pending"


def test_a_reassigned_units_old_leg_waits_again_with_its_original_age() -> None:
    world = opened("i1", "i2")
    send(world, "e1")
    world.wait(90)
    world.do(ReassignUnit(unit_id="e1", incident_id="i2"), FIRE)
    assert world.state.legs["i1-4"].state == "pending"
    assert world.state.legs["i1-4"].pending_since == START
    assert world.state.legs["i2-4"].state == "active"
    kinds = [d.kind for d in world.state.deliveries.values() if not d.done]
    assert kinds == ["withdrawn", "assignment"]


@pytest.mark.parametrize("status", ["at_patient", "transporting", "at_hospital"])
def test_a_unit_with_somebody_in_its_care_is_never_reassigned(status: str) -> None:
    world = opened("i1", "i2")
    (assignment_id,) = send(world, "e1")
    world.do(ReportPhase(assignment_id=assignment_id, status_code=status), crew_of("e1"))
    with pytest.raises(Refused, match="patient_aboard"):
        world.do(ReassignUnit(unit_id="e1", incident_id="i2"), FIRE)
