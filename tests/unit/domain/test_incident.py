"""Incidents: number, legs from the plan, changes with what was seen, levels, merge, cancel."""

import pytest

from dispatch.domain.model.assignment import AcknowledgeReceived, ReportPhase, StandDown
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.incident import (
    AddNote,
    ChangePlace,
    ChangePriority,
    ChangeType,
    CloseLeg,
    Incident,
    MergeIncidents,
    OpenIncident,
    RaiseLevel,
    ReadBackPlace,
    ReopenLeg,
)
from dispatch.domain.model.messages import Actor, Refused
from dispatch.domain.model.recall import CancelIncident
from dispatch.domain.model.report import ReceiveReport
from dispatch.domain.model.values import LonLat, Place, PlaceState
from dispatch.domain.rules.plan import list_open_needs
from tests.unit.domain.world import (
    CHIEF,
    FIRE,
    MEDICAL,
    POLICE,
    TAKER,
    World,
    crew_of,
    make_world,
    sealed,
    send,
)

HERE = Place(heard="12 le loi", label="12 Lê Lợi", lon_lat=LonLat(106.70, 10.77), radius_m=20.0)
THERE = Place(label="14 Lê Lợi", lon_lat=LonLat(106.71, 10.77), radius_m=20.0)


def release(world: World, incident_id: str = "i1", actor: Actor = FIRE, type_code: str = "fire") -> Incident:
    """An incident with a place."""
    world.do(OpenIncident(incident_id=incident_id, type_code=type_code, subject="s", place=HERE), actor)
    return world.state.incidents[incident_id]


def states(world: World) -> dict[str, str]:
    return {leg.id: leg.state for leg in world.state.legs.values()}


def test_the_number_is_the_local_date_and_a_daily_counter() -> None:
    world = make_world()
    world.wait(15.9 * 3600)
    assert release(world, "i1").number == "260712-0001"
    assert release(world, "i2").number == "260712-0002"
    world.wait(360)
    assert release(world, "i3").number == "260713-0001"


def test_numbers_of_the_paper_kit_are_never_given() -> None:
    world = make_world()
    world.state.day_counters["260712"] = 8999
    with pytest.raises(Refused, match="numbers_exhausted"):
        release(world)


def test_the_plan_names_the_legs_and_their_needs() -> None:
    world = make_world()
    release(world)
    assert list(world.state.legs) == ["i1-4", "i1-5"]
    (need,) = world.state.legs["i1-4"].needs
    assert (need.need_id, need.count, need.minimum) == ("i1-4/1/engine", 2, 1)


def test_a_dispatchers_own_leg_waits_for_units_at_once_and_the_others_are_asked() -> None:
    world = make_world()
    release(world)
    assert states(world) == {"i1-4": "pending", "i1-5": "requested"}


def test_what_a_call_taker_releases_is_still_to_be_seen_by_a_dispatcher() -> None:
    world = make_world()
    release(world, actor=TAKER)
    assert states(world) == {"i1-4": "requested", "i1-5": "requested"}


def test_agencies_can_be_added_to_the_plan_or_be_the_only_ones() -> None:
    world = make_world()
    more = OpenIncident(incident_id="i1", type_code="fire", subject="s", agencies=("113",))
    assert world.do(more, FIRE).answer["leg_ids"] == ["i1-4", "i1-5", "i1-3"]
    only = OpenIncident(
        incident_id="i2", type_code="fire", subject="s", agencies=("113",), only_agencies=True
    )
    assert world.do(only, FIRE).answer["leg_ids"] == ["i2-3"]


def test_an_incident_of_unknown_place_can_be_opened() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s"), FIRE)
    assert world.state.incidents["i1"].place == Place()


@pytest.mark.parametrize("lon_lat", [(float("nan"), 10.0), (200.0, 10.0), (10.0, float("inf"))])
def test_a_position_that_is_nowhere_on_earth_is_refused(lon_lat: tuple[float, float]) -> None:
    place = Place(lon_lat=LonLat(*lon_lat))
    command = OpenIncident(incident_id="i1", type_code="fire", subject="s", place=place)
    with pytest.raises(Refused, match="bad_position"):
        make_world().do(command, FIRE)


def test_a_change_of_place_reaches_every_unit_with_the_old_one_beside() -> None:
    world = make_world()
    seen = release(world).version
    send(world, "e1", "a1")
    world.do(ChangePlace(incident_id="i1", place=THERE, seen=seen), FIRE)
    for assignment in world.state.assignments.values():
        (update,) = assignment.updates
        assert (update.kind, update.old, update.new) == ("place", "12 Lê Lợi", "14 Lê Lợi")
        kinds = [d.kind for d in world.state.deliveries.values() if d.assignment_id == assignment.id]
        assert kinds == ["assignment", "update"]


def test_a_change_made_on_what_another_has_changed_since_is_refused_with_who_and_when() -> None:
    world = make_world()
    seen = release(world).version
    world.do(ChangePlace(incident_id="i1", place=THERE, seen=seen), FIRE)
    with pytest.raises(Refused) as refused:
        world.do(ChangePlace(incident_id="i1", place=HERE, seen=seen), MEDICAL)
    assert refused.value.code == "changed_meanwhile"
    assert refused.value.data["by"] == FIRE.name
    assert refused.value.data["at"] == world.now
    assert refused.value.data["current"] == "14 Lê Lợi"


def test_a_change_of_another_field_makes_nobodys_edit_stale() -> None:
    world = make_world()
    seen = release(world).version
    world.do(ChangePriority(incident_id="i1", priority=2, seen=seen), FIRE)
    world.do(ChangePlace(incident_id="i1", place=THERE, seen=seen), MEDICAL)
    assert world.state.incidents["i1"].place.label == "14 Lê Lợi"


def test_reading_the_address_back_raises_the_places_state_only() -> None:
    world = make_world()
    seen = release(world).version
    send(world, "e1")
    world.do(ReadBackPlace(incident_id="i1"), TAKER)
    assert world.state.incidents["i1"].place.state is PlaceState.READ_BACK
    world.do(ReadBackPlace(incident_id="i1"), crew_of("e1"))
    assert world.state.incidents["i1"].place.state is PlaceState.CONFIRMED
    world.do(ChangePlace(incident_id="i1", place=THERE, seen=seen), FIRE)
    assert world.state.incidents["i1"].place.state is PlaceState.HEARD


def test_a_crew_that_is_not_on_the_incident_confirms_nothing() -> None:
    world = make_world()
    release(world)
    with pytest.raises(Refused, match="not_yours"):
        world.do(ReadBackPlace(incident_id="i1"), crew_of("e1"))


def test_another_priority_is_every_legs_priority() -> None:
    world = make_world()
    seen = release(world).version
    world.do(ChangePriority(incident_id="i1", priority=3, seen=seen), FIRE)
    assert {leg.priority for leg in world.state.legs.values()} == {3}


def test_another_type_brings_the_agencies_of_its_plan_and_sends_none_home() -> None:
    world = make_world()
    seen = release(world).version
    world.do(ChangeType(incident_id="i1", type_code="theft", seen=seen), FIRE)
    assert list(world.state.legs) == ["i1-4", "i1-5", "i1-3"]


def test_an_agency_that_was_left_out_on_purpose_is_not_asked_by_a_later_change() -> None:
    world = make_world()
    only = OpenIncident(
        incident_id="i1", type_code="fire", subject="s", agencies=("114",), only_agencies=True
    )
    world.do(only, FIRE)
    world.do(ChangePriority(incident_id="i1", priority=2, seen=world.state.seq), FIRE)
    assert list(world.state.legs) == ["i1-4"]


def test_the_next_level_adds_only_the_difference() -> None:
    world = make_world()
    release(world)
    send(world, "e1", "e2")
    world.do(RaiseLevel(incident_id="i1", level=2), FIRE)
    leg = world.state.legs["i1-4"]
    assert [(need.need_id, need.count) for need in leg.needs] == [
        ("i1-4/1/engine", 2),
        ("i1-4/2/engine", 2),
    ]
    assert [(need.need_id, missing) for need, missing in list_open_needs(world.state, leg)] == [
        ("i1-4/2/engine", 2)
    ]
    assert world.state.legs["i1-3"].state == "requested"


def test_a_unit_that_is_done_still_counts_and_one_stood_down_does_not() -> None:
    world = make_world()
    release(world)
    done, stood_down = send(world, "e1", "e2")
    world.do(ReportPhase(assignment_id=done, status_code="home", outcome="done"), crew_of("e1"))
    world.do(StandDown(assignment_id=stood_down), FIRE)
    leg = world.state.legs["i1-4"]
    assert [(need.capability, missing) for need, missing in list_open_needs(world.state, leg)] == [
        ("engine", 1)
    ]


def test_a_level_that_the_plan_does_not_have_is_refused() -> None:
    world = make_world()
    release(world)
    with pytest.raises(Refused, match="no_such_level"):
        world.do(RaiseLevel(incident_id="i1", level=3), FIRE)


def test_an_agency_without_a_part_changes_nothing() -> None:
    world = make_world()
    seen = release(world).version
    with pytest.raises(Refused, match="not_your_incident"):
        world.do(ChangePlace(incident_id="i1", place=THERE, seen=seen), POLICE)


def test_a_restricted_incident_does_not_exist_for_others() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="secret", subject="s"), POLICE)
    with pytest.raises(Refused, match="unknown_incident"):
        world.do(AddNote(incident_id="i1", note_id="n1", text=sealed("?")), MEDICAL)


def test_the_incident_closes_with_its_last_leg_and_opens_with_a_leg() -> None:
    world = make_world()
    release(world)
    world.do(CloseLeg(leg_id="i1-4", outcome="done"), FIRE)
    assert world.state.incidents["i1"].state == "open"
    world.do(CloseLeg(leg_id="i1-5", outcome="done"), MEDICAL)
    assert world.state.incidents["i1"].state == "closed"
    world.do(ReopenLeg(leg_id="i1-5"), MEDICAL)
    assert world.state.incidents["i1"].state == "open"
    assert states(world) == {"i1-4": "closed", "i1-5": "pending"}


def test_a_merge_moves_reports_and_units_and_ends_the_duplicate() -> None:
    world = make_world()
    release(world, "i1")
    world.do(ReceiveReport(report_id="r1", receipt_code="A", channel="web", agency_id="114", subject="s"))
    world.do(OpenIncident(incident_id="i2", type_code="fire", subject="s", report_id="r1", place=HERE), FIRE)
    (assignment_id,) = send(world, "e1", incident_id="i2")
    world.do(MergeIncidents(incident_id="i2", into="i1"), FIRE)
    assignment = world.state.assignments[assignment_id]
    assert (assignment.incident_id, assignment.leg_id) == ("i1", "i1-4")
    assert assignment.need_id == "i1-4/1/engine"
    assert assignment.updates[0].kind == "incident"
    assert world.state.reports["r1"].incident_id == "i1"
    assert world.state.incidents["i2"].state == "merged"
    assert states(world)["i1-4"] == "active"
    assert states(world)["i2-4"] == "closed"


def test_a_restricted_incident_is_not_merged_into_one_that_all_see() -> None:
    world = make_world()
    release(world, "i1", actor=CHIEF)
    release(world, "i2", actor=CHIEF, type_code="secret")
    with pytest.raises(Refused, match="incident_restricted"):
        world.do(MergeIncidents(incident_id="i2", into="i1"), CHIEF)


def test_a_type_that_asks_for_it_makes_the_incident_restricted() -> None:
    world = make_world()
    seen = release(world).version
    world.do(ChangeType(incident_id="i1", type_code="secret", seen=seen), FIRE)
    assert world.state.incidents["i1"].restricted
    with pytest.raises(Refused, match="unknown_incident"):
        world.do(AddNote(incident_id="i1", note_id="n1", text=sealed("?")), POLICE)


def test_a_lower_priority_takes_units_off_lights_and_siren() -> None:
    world = make_world()
    seen = release(world).version
    (assignment_id,) = send(world, "e1")
    assert world.state.assignments[assignment_id].hot
    world.do(ChangePriority(incident_id="i1", priority=3, seen=seen), FIRE)
    assert not world.state.assignments[assignment_id].hot


def test_whoever_turns_to_a_merged_incident_is_told_where_it_went() -> None:
    world = make_world()
    release(world, "i1")
    release(world, "i2")
    world.do(MergeIncidents(incident_id="i2", into="i1"), FIRE)
    with pytest.raises(Refused) as refused:
        send(world, "e1", incident_id="i2")
    assert refused.value.data["into"] == "260712-0001"


def test_cancelling_ends_every_leg_and_tells_units_that_had_received_it() -> None:
    world = make_world()
    release(world)
    received, unreceived = send(world, "e1", "e2")
    world.do(AcknowledgeReceived(assignment_id=received), crew_of("e1"))
    world.do(CancelIncident(incident_id="i1", reason="false"), FIRE)
    assert world.state.incidents["i1"].state == "closed"
    assert world.state.assignments[received].ended_how == "incident_cancelled"
    assert world.state.assignments[unreceived].ended_how == "withdrawn"
    open_kinds = {d.assignment_id: d.kind for d in world.state.deliveries.values() if not d.done}
    assert open_kinds == {received: "stand_down", unreceived: "withdrawn"}
    assert world.state.units["e1"].assignment_id is None


def test_an_incident_leaves_memory_a_day_after_it_closed_with_all_that_is_its() -> None:
    world = make_world()
    release(world)
    (assignment_id,) = send(world, "e1")
    world.do(ReportPhase(assignment_id=assignment_id, status_code="home", outcome="done"), crew_of("e1"))
    world.do(CloseLeg(leg_id="i1-4", outcome="done"), FIRE)
    world.do(CloseLeg(leg_id="i1-5", outcome="done"), MEDICAL)
    world.wait(24 * 3600 - 1)
    world.do(RunTimers())
    assert "i1" in world.state.incidents
    world.wait(1)
    world.do(RunTimers())
    state = world.state
    assert not state.incidents
    assert not state.legs
    assert not state.assignments
    assert not state.deliveries
    assert not state.alerts
    assert state.units["e1"].delivery_n > 0, "numbers of an outbox go on"
