"""Reports: taken in, placed, attached, split, ended."""

import pytest

from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Actor, Refused, Role
from dispatch.domain.model.report import (
    AddWords,
    AttachReport,
    EndReport,
    OpenReport,
    PlaceReport,
    ReceiveReport,
    SplitReport,
)
from dispatch.domain.model.values import LonLat, Place
from tests.unit.domain.world import FIRE, MEDICAL, TAKER, World, make_world, sealed, send

DEVICE = Actor(id="device-1", role=Role.REPORTER)
HEARD = Place(heard="654 lac long quan")
MATCHED = Place(heard="", label="654 Lạc Long Quân", lon_lat=LonLat(106.65, 10.77), radius_m=20.0)


def tell(world: World, report_id: str = "r1", actor: Actor = TAKER, device: str | None = None) -> None:
    """A report comes in."""
    world.do(
        ReceiveReport(
            report_id=report_id,
            receipt_code=f"CODE-{report_id}",
            channel="web",
            agency_id="114",
            subject="subject",
            words=sealed("fire"),
            place=HEARD,
            device=device,
        ),
        actor,
    )


def release(world: World, incident_id: str = "i1", report_id: str | None = None) -> None:
    """An incident is opened by the fire desk."""
    world.do(
        OpenIncident(
            incident_id=incident_id, type_code="fire", subject="notes", report_id=report_id, place=MATCHED
        ),
        FIRE,
    )


def test_a_report_without_a_known_place_is_taken_in_and_waits() -> None:
    world = make_world()
    tell(world)
    report = world.state.reports["r1"]
    assert report.status == "waiting"
    assert report.place.lon_lat is None


def test_the_sender_is_told_the_receipt_code() -> None:
    world = make_world()
    command = ReceiveReport(report_id="r1", receipt_code="ABCD", channel="web", agency_id="114", subject="s")
    assert world.do(command).answer == {"report_id": "r1", "receipt_code": "ABCD"}


def test_a_match_never_overwrites_the_words_heard() -> None:
    world = make_world()
    tell(world)
    world.do(PlaceReport(report_id="r1", place=MATCHED), TAKER)
    place = world.state.reports["r1"].place
    assert place.heard == "654 lac long quan"
    assert place.label == "654 Lạc Long Quân"


def test_placing_a_report_as_it_is_makes_no_event() -> None:
    world = make_world()
    tell(world)
    world.do(PlaceReport(report_id="r1", place=MATCHED), TAKER)
    assert world.do(PlaceReport(report_id="r1", place=MATCHED), TAKER).events == []


def test_releasing_attaches_the_report_to_the_incident() -> None:
    world = make_world()
    tell(world)
    release(world, report_id="r1")
    assert world.state.reports["r1"].incident_id == "i1"
    assert world.state.incidents["i1"].report_ids == ["r1"]


def test_a_released_report_is_not_released_twice() -> None:
    world = make_world()
    tell(world)
    release(world, report_id="r1")
    with pytest.raises(Refused) as refused:
        release(world, "i2", report_id="r1")
    assert refused.value.code == "report_not_waiting"
    assert refused.value.data["number"] == "260712-0001"


def test_a_merged_report_reaches_units_already_sent_as_an_update() -> None:
    world = make_world()
    release(world)
    (assignment_id,) = send(world, "e1")
    tell(world, "r2")
    world.do(AttachReport(report_id="r2", incident_id="i1"), TAKER)
    update = world.state.assignments[assignment_id].updates[0]
    assert (update.n, update.kind, update.new) == (1, "words", "r2")


def test_later_words_reach_units_as_an_update() -> None:
    world = make_world()
    tell(world)
    release(world, report_id="r1")
    send(world, "e1")
    world.do(AddWords(report_id="r1", words=sealed("two people inside")), TAKER)
    (assignment,) = world.state.assignments.values()
    assert [update.kind for update in assignment.updates] == ["words"]
    assert len(world.state.reports["r1"].words) == 2


def test_a_split_report_waits_again_with_its_original_time() -> None:
    world = make_world()
    tell(world)
    told_at = world.state.reports["r1"].occurred_at
    world.wait(300)
    release(world, report_id="r1")
    world.do(SplitReport(report_id="r1"), FIRE)
    report = world.state.reports["r1"]
    assert (report.status, report.incident_id, report.occurred_at) == ("waiting", None, told_at)
    assert world.state.incidents["i1"].report_ids == []


def test_a_report_ends_only_for_a_reason_of_the_table() -> None:
    world = make_world()
    tell(world)
    with pytest.raises(Refused, match="unknown_reason"):
        world.do(EndReport(report_id="r1", reason="bored"), TAKER)
    world.do(EndReport(report_id="r1", reason="wrong_number"), TAKER)
    assert world.state.reports["r1"].status == "ended"


def test_another_report_of_the_same_person_is_taken_after_the_first_has_ended() -> None:
    world = make_world()
    tell(world)
    world.do(EndReport(report_id="r1", reason="wrong_number"), TAKER)
    tell(world, "r2")
    assert world.state.reports["r2"].status == "waiting"


def test_a_report_ended_by_mistake_can_still_be_attached() -> None:
    world = make_world()
    release(world)
    tell(world)
    world.do(EndReport(report_id="r1", reason="wrong_number"), TAKER)
    world.do(AttachReport(report_id="r1", incident_id="i1"), TAKER)
    report = world.state.reports["r1"]
    assert (report.status, report.ended_reason, report.ended_at) == ("attached", None, None)


def test_the_second_to_open_a_report_is_told_who_has_it() -> None:
    world = make_world()
    tell(world, actor=DEVICE, device="device-1")
    assert world.state.reports["r1"].opened_by is None
    world.do(OpenReport(report_id="r1"), TAKER)
    decision = world.do(OpenReport(report_id="r1"), FIRE)
    assert decision.events == []
    assert decision.answer["opened_by"] == TAKER.id


def test_what_a_person_of_the_room_writes_down_is_in_their_hand_from_the_start() -> None:
    world = make_world()
    tell(world)
    report = world.state.reports["r1"]
    assert (report.opened_by, report.opened_at) == (TAKER.id, report.received_at)
    assert world.do(OpenReport(report_id="r1"), FIRE).answer["opened_by"] == TAKER.id


def test_a_device_adds_words_to_its_own_report_only() -> None:
    world = make_world()
    tell(world, actor=DEVICE, device="device-1")
    world.do(AddWords(report_id="r1", words=sealed("more")), DEVICE)
    other = Actor(id="device-2", role=Role.REPORTER)
    with pytest.raises(Refused, match="not_yours"):
        world.do(AddWords(report_id="r1", words=sealed("lies")), other)


def test_a_device_reports_in_its_own_name_only() -> None:
    world = make_world()
    with pytest.raises(Refused, match="not_yours"):
        tell(world, actor=DEVICE, device="device-2")


def test_a_waiting_report_is_handled_by_the_agency_that_took_it() -> None:
    world = make_world()
    tell(world)
    with pytest.raises(Refused, match="not_your_agency"):
        world.do(EndReport(report_id="r1", reason="wrong_number"), MEDICAL)


def test_a_claimed_time_is_never_after_its_receipt() -> None:
    world = make_world()
    command = ReceiveReport(report_id="r1", receipt_code="A", channel="web", agency_id="114", subject="s")
    world.do(command, ago=-600)
    report = world.state.reports["r1"]
    assert report.occurred_at == report.received_at
