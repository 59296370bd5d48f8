"""Hospitals: what they tell holds until its end; where an assignment goes, and against what."""

from datetime import timedelta

import msgspec
import pytest

from dispatch.domain.model.assignment import Assignment, DispatchUnits, ReportPhase
from dispatch.domain.model.hospital import (
    ChooseHospital,
    DivertHospital,
    RegisterHospital,
    ReopenHospital,
    TellBeds,
)
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.values import LonLat
from dispatch.domain.rules.hospital import BEDS_HOLD, LONGEST, find_chosen, is_diverted
from tests.unit.domain.world import CHIEF, FIRE, MEDICAL, World, crew_of, make_world

HOUSE = RegisterHospital(
    hospital_id="h1", name="Chợ Rẫy", lon_lat=LonLat(106.66, 10.757), capabilities=("emergency", "trauma")
)


def town() -> World:
    """One hospital, and an ambulance on a fire."""
    world = make_world()
    world.do(HOUSE)
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), CHIEF)
    world.do(DispatchUnits(incident_id="i1", unit_ids=("a1",)), CHIEF)
    return world


def its_assignment(world: World) -> Assignment:
    return next(a for a in world.state.assignments.values() if a.unit_id == "a1")


def choose(world: World, hospital_id: str | None = "h1") -> ChooseHospital:
    return ChooseHospital(
        assignment_id=its_assignment(world).id, hospital_id=hospital_id, travel_s=480.0, proposed=("h1",)
    )


def divert(world: World, minutes: float, *capabilities: str) -> DivertHospital:
    until = world.now + timedelta(minutes=minutes)
    return DivertHospital(hospital_id="h1", reason="hết máy thở", until=until, capabilities=capabilities)


def test_the_same_hospital_again_is_nothing_new_and_a_changed_one_keeps_what_it_told() -> None:
    world = town()
    world.do(divert(world, 30), MEDICAL)
    assert world.do(HOUSE).events == []
    world.do(msgspec.structs.replace(HOUSE, capabilities=("emergency",)))
    hospital = world.state.hospitals["h1"]
    assert hospital.capabilities == ("emergency",)
    assert hospital.diversion is not None


def test_a_diversion_holds_until_its_end_and_no_longer() -> None:
    world = town()
    world.do(divert(world, 30), MEDICAL)
    hospital = world.state.hospitals["h1"]
    assert is_diverted(hospital, ("emergency",), world.now)
    assert not is_diverted(hospital, ("emergency",), world.now + timedelta(minutes=30))
    world.do(ReopenHospital(hospital_id="h1"), MEDICAL)
    assert not is_diverted(hospital, ("emergency",), world.now)
    assert world.do(ReopenHospital(hospital_id="h1"), MEDICAL).events == []


def test_a_diversion_of_some_patients_leaves_it_open_for_the_others() -> None:
    world = town()
    world.do(divert(world, 30, "trauma"), MEDICAL)
    hospital = world.state.hospitals["h1"]
    assert is_diverted(hospital, ("emergency", "trauma"), world.now)
    assert not is_diverted(hospital, ("emergency", "stroke"), world.now)


def test_what_it_tells_needs_a_reason_an_end_within_a_day_and_a_number_that_can_be() -> None:
    world = town()
    for command, code in (
        (msgspec.structs.replace(divert(world, 30), reason=" "), "reason_missing"),
        (divert(world, 0), "bad_time"),
        (divert(world, LONGEST.total_seconds() / 60 + 1), "bad_time"),
        (msgspec.structs.replace(divert(world, 30), hospital_id="h9"), "unknown_hospital"),
        (TellBeds(hospital_id="h1", free=-1), "bad_beds"),
    ):
        with pytest.raises(Refused) as refused:
            world.do(command, MEDICAL)
        assert refused.value.code == code


def test_beds_are_good_for_four_hours_unless_they_say_so_themselves() -> None:
    world = town()
    world.do(TellBeds(hospital_id="h1", free=3), MEDICAL)
    told = world.state.hospitals["h1"].beds
    assert told is not None
    assert (told.free, told.until - told.at) == (3, BEDS_HOLD)


def test_a_crew_chooses_and_takes_back_and_nobody_is_told_what_it_said_itself() -> None:
    world = town()
    crew = crew_of("a1", "115")
    world.do(choose(world), crew)
    chosen = find_chosen(its_assignment(world))
    assert chosen is not None
    assert (chosen.name, chosen.travel_s, chosen.diverted) == ("Chợ Rẫy", 480.0, False)
    assert its_assignment(world).updates == []
    assert world.do(choose(world), crew).events == []
    world.do(choose(world, None), crew)
    assert find_chosen(its_assignment(world)) is None


def test_a_desks_choice_reaches_the_crew_as_an_update_with_its_own_acknowledgement() -> None:
    world = town()
    world.do(choose(world), MEDICAL)
    (update,) = its_assignment(world).updates
    assert (update.kind, update.old, update.new) == ("hospital", "", "Chợ Rẫy")


def test_a_closed_hospital_may_be_chosen_and_the_log_keeps_that_it_was() -> None:
    world = town()
    world.do(divert(world, 30), MEDICAL)
    world.do(choose(world), crew_of("a1", "115"))
    chosen = find_chosen(its_assignment(world))
    assert chosen is not None
    assert chosen.diverted


def test_another_agencys_desk_an_ended_assignment_and_a_hospital_out_of_use_are_refused() -> None:
    world = town()
    with pytest.raises(Refused, match="not_your_agency"):
        world.do(choose(world), FIRE)
    world.do(msgspec.structs.replace(HOUSE, in_use=False))
    with pytest.raises(Refused, match="unknown_hospital"):
        world.do(choose(world), MEDICAL)
    command = choose(world)
    world.do(ReportPhase(assignment_id=command.assignment_id, status_code="road"), MEDICAL)
    with pytest.raises(Refused, match="assignment_ended"):
        world.do(command, MEDICAL)
