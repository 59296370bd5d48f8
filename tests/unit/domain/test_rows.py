"""Rows: what a reader may see, and for whom personal values open."""

import msgspec

from dispatch.domain.model.assignment import QueueUnit
from dispatch.domain.model.call import RingCall
from dispatch.domain.model.incident import OpenIncident, RequestLeg
from dispatch.domain.model.report import AttachReport, ReceiveReport
from dispatch.domain.model.unit import CallMayday, SignOnCrew
from dispatch.domain.rows import Row, project
from tests.unit.domain.world import CHIEF, EXCHANGE, FIRE, POLICE, World, crew_of, make_world, send


def row(world: World, kind: str, id_: str) -> Row:
    found = project(world.state, kind, id_)
    assert found is not None
    return found


def shared() -> World:
    """A fire (114, 115) with a report and a unit."""
    world = make_world()
    world.do(ReceiveReport(report_id="r1", receipt_code="A", channel="web", agency_id="113", subject="s"))
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s", report_id="r1"), CHIEF)
    send(world, "e1")
    return world


def restricted() -> World:
    """A secret matter of 113 with a unit."""
    world = make_world()
    world.do(ReceiveReport(report_id="r1", receipt_code="A", channel="web", agency_id="114", subject="s"))
    world.do(OpenIncident(incident_id="i1", type_code="secret", subject="s"), POLICE)
    world.do(AttachReport(report_id="r1", incident_id="i1"), POLICE)
    send(world, "p1")
    return world


def test_an_incident_and_all_of_it_is_seen_by_every_agency() -> None:
    world = shared()
    (assignment_id,) = world.state.assignments
    for kind, id_ in (
        ("incident", "i1"),
        ("leg", "i1-4"),
        ("report", "r1"),
        ("assignment", assignment_id),
        ("unit", "e1"),
    ):
        assert row(world, kind, id_).visible_to == ("*",)


def test_notes_open_for_the_agencies_that_work_it() -> None:
    assert row(shared(), "incident", "i1").private_to == ("114", "115")


def test_a_report_opens_for_the_agency_that_took_it_and_those_that_work_it() -> None:
    world = make_world()
    world.do(ReceiveReport(report_id="r1", receipt_code="A", channel="web", agency_id="113", subject="s"))
    assert row(world, "report", "r1").private_to == ("113",)
    assert row(shared(), "report", "r1").private_to == ("113", "114", "115")


def test_a_restricted_incident_and_all_of_it_is_seen_only_by_agencies_with_a_leg() -> None:
    world = restricted()
    (assignment_id,) = world.state.assignments
    for kind, id_ in (
        ("incident", "i1"),
        ("leg", "i1-3"),
        ("report", "r1"),
        ("assignment", assignment_id),
        ("delivery", "p1/1"),
    ):
        assert row(world, kind, id_).visible_to == ("113",)
        assert row(world, kind, id_).private_to == ("113",)


def test_what_a_unit_is_on_stays_hidden_with_a_restricted_incident() -> None:
    unit = row(restricted(), "unit", "p1")
    assert unit.visible_to == ("*",)
    assert unit.private_to == ("113",)
    assert unit.limited == ("assignment_id", "queued")
    assert row(shared(), "unit", "e1").limited == ()


def test_what_a_unit_is_queued_for_stays_hidden_too() -> None:
    world = restricted()
    world.do(OpenIncident(incident_id="i2", type_code="theft", subject="s"), POLICE)
    world.do(OpenIncident(incident_id="i3", type_code="secret", subject="s"), POLICE)
    world.do(QueueUnit(incident_id="i3", unit_id="p1"), POLICE)
    assert row(world, "unit", "p1").limited == ("assignment_id", "queued")


def test_an_agency_that_is_asked_for_help_sees_the_restricted_incident_from_then_on() -> None:
    world = restricted()
    world.state.touched.clear()
    world.do(RequestLeg(incident_id="i1", agency_id="115"), POLICE)
    assert row(world, "incident", "i1").visible_to == ("113", "115")
    assert {("incident", "i1"), ("report", "r1"), ("unit", "p1")} <= world.state.touched
    assert row(world, "report", "r1").version == world.state.reports["r1"].version


def test_a_call_belongs_to_its_line() -> None:
    world = make_world()
    world.do(RingCall(call_id="c1", line="115"), EXCHANGE)
    assert row(world, "call", "c1").visible_to == ("115",)


def test_a_crews_telephone_is_for_its_own_agency() -> None:
    world = make_world()
    world.do(SignOnCrew(crew_id="k1", unit_ids=("e1",), phone="0903"), FIRE)
    crew = row(world, "crew", "k1")
    assert (crew.limited, crew.private_to) == (("phone",), ("114",))


def test_a_mayday_is_seen_by_all_but_not_where_the_unit_is() -> None:
    world = restricted()
    world.do(CallMayday(unit_id="p1"), crew_of("p1", "113"))
    (alert_id,) = world.state.alerts
    alert = row(world, "alert", alert_id)
    assert (alert.visible_to, alert.private_to, alert.limited) == (("*",), ("113",), ("incident_id",))


def test_a_row_bears_the_number_of_the_event_that_last_changed_it() -> None:
    world = shared()
    before = row(world, "leg", "i1-5").version
    world.do(OpenIncident(incident_id="i2", type_code="fire", subject="s"), FIRE)
    assert row(world, "leg", "i1-5").version == before
    assert row(world, "leg", "i2-5").version > before


def test_a_row_tells_the_whole_entity_as_json() -> None:
    body = msgspec.json.decode(row(shared(), "incident", "i1").body)
    assert body["number"] == "260712-0001"
    assert body["report_ids"] == ["r1"]


def test_what_is_gone_has_no_row() -> None:
    assert project(make_world().state, "incident", "i1") is None
