"""Stations, units, crews: registered once, signed on, helped."""

import pytest

from dispatch.domain.model.assignment import ReportPhase
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.unit import (
    CallMayday,
    EndMayday,
    RegisterUnit,
    SetUnitStatus,
    SignOffCrew,
    SignOnCrew,
)
from dispatch.domain.model.values import Phase
from tests.unit.domain.world import FIRE, MEDICAL, crew_of, make_world, send


def new_unit(unit_id: str = "e9", call_sign: str = "E9", station_id: str = "s114") -> RegisterUnit:
    return RegisterUnit(
        unit_id=unit_id, call_sign=call_sign, agency_id="114", station_id=station_id, type_code="engine"
    )


def test_a_call_sign_is_unique_in_the_whole_centre() -> None:
    world = make_world()
    with pytest.raises(Refused) as refused:
        world.do(new_unit(call_sign="A1"))
    assert refused.value.code == "call_sign_taken"


def test_a_unit_belongs_to_a_station_of_its_agency() -> None:
    with pytest.raises(Refused, match="unknown_station"):
        make_world().do(new_unit(station_id="s115"))


def test_a_new_unit_is_free_at_its_station_with_what_its_type_can_do() -> None:
    world = make_world()
    world.do(new_unit())
    unit = world.state.units["e9"]
    assert (unit.phase, unit.in_quarters, unit.capabilities) == (Phase.AVAILABLE, True, ("engine",))


def test_a_status_without_an_assignment_is_free_or_not() -> None:
    world = make_world()
    world.do(SetUnitStatus(unit_id="e1", status_code="road"), crew_of("e1"))
    assert not world.state.units["e1"].in_quarters
    with pytest.raises(Refused, match="status_needs_assignment"):
        world.do(SetUnitStatus(unit_id="e1", status_code="on_scene"), crew_of("e1"))


def test_a_unit_on_an_assignment_reports_phases_of_it_instead() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    send(world, "e1")
    with pytest.raises(Refused, match="unit_on_assignment"):
        world.do(SetUnitStatus(unit_id="e1", status_code="home"), crew_of("e1"))


def test_a_unit_speaks_for_itself_only() -> None:
    with pytest.raises(Refused, match="not_yours"):
        make_world().do(SetUnitStatus(unit_id="e1", status_code="road"), crew_of("e2"))


def test_a_vehicle_has_one_crew() -> None:
    world = make_world()
    world.do(SignOnCrew(crew_id="k1", unit_ids=("e1",)), crew_of("e1"))
    with pytest.raises(Refused, match="unit_crewed"):
        world.do(SignOnCrew(crew_id="k2", unit_ids=("e1",)), FIRE)


def test_a_crew_stays_signed_on_while_its_vehicle_is_out() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    world.do(SignOnCrew(crew_id="k1", unit_ids=("e1",)), FIRE)
    (assignment_id,) = send(world, "e1")
    with pytest.raises(Refused) as refused:
        world.do(SignOffCrew(crew_id="k1"), FIRE)
    assert refused.value.data["call_sign"] == "E1"
    world.do(ReportPhase(assignment_id=assignment_id, status_code="home"), crew_of("e1"))
    world.do(SignOffCrew(crew_id="k1"), FIRE)
    assert world.state.units["e1"].crew_id is None


def test_a_crew_that_takes_over_a_vehicle_on_the_road_is_committed_with_it() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    (assignment_id,) = send(world, "e1")
    world.do(SignOnCrew(crew_id="k1", unit_ids=("e1", "e2")), FIRE)
    assert world.state.crews["k1"].committed_assignment_id == assignment_id
    with pytest.raises(Refused, match="crew_committed"):
        send(world, "e2")


def test_a_mayday_is_an_alert_at_once_and_stands_until_a_person_ends_it() -> None:
    world = make_world()
    world.do(CallMayday(unit_id="e1"), crew_of("e1"))
    (alert,) = world.state.alerts.values()
    assert (alert.kind, alert.level) == ("mayday", "A")
    assert world.do(CallMayday(unit_id="e1"), crew_of("e1")).events == []
    with pytest.raises(Refused, match="not_your_agency"):
        world.do(EndMayday(unit_id="e1", reason="safe"), MEDICAL)
    world.do(EndMayday(unit_id="e1", reason="seen safe by the commander"), FIRE)
    assert world.state.units["e1"].mayday_at is None
