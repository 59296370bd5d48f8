"""Where a standing caution ends: in time, and at a restricted incident's door; and a nuisance's mark."""

from datetime import timedelta

import pytest

from dispatch.domain.model.caution import KeepCaution, WithdrawCaution
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.incident import Note, OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.report import ClearNuisance, EndReport, ReceiveReport
from dispatch.domain.model.values import LonLat, Place, Sealed
from tests.unit.domain.world import CHIEF, FIRE, POLICE, TAKER, World, make_world, sealed

HOUSE = Place(label="12 Lê Lợi", ward_code="1", lon_lat=LonLat(106.70, 10.77))
MONTH = timedelta(days=30)


def open_at(world: World, id_: str, type_code: str, **more: object) -> None:
    opened = {"incident_id": id_, "type_code": type_code, "subject": "s", "place": HOUSE} | more
    world.do(OpenIncident(**opened), CHIEF)  # type: ignore[arg-type]


def keep(world: World, incident_id: str, scope: str = "place") -> None:
    command = KeepCaution(
        caution_id="knife",
        incident_id=incident_id,
        scope=scope,
        text=sealed("có dao"),
        source="trinh sát",
        expires_at=world.now + MONTH,
    )
    world.do(command, CHIEF)


def knife(world: World, incident_id: str) -> Note:
    return next(n for n in world.state.incidents[incident_id].notes if n.note_id == "knife")


def secret_kept() -> World:
    """Something that 113 learnt in an incident that only 113 may know of."""
    world = make_world()
    open_at(world, "i1", "secret")
    assert world.state.incidents["i1"].restricted
    keep(world, "i1")
    return world


# ── in time ──


def test_a_caution_leaves_memory_and_index_when_its_time_has_passed() -> None:
    world = make_world()
    open_at(world, "i1", "fire")
    keep(world, "i1")
    world.wait(MONTH.total_seconds() - 1)
    world.do(RunTimers())
    assert list(world.state.cautions) == ["knife"]
    world.wait(1)
    world.do(RunTimers())
    assert (world.state.cautions, world.state.cautions_near) == ({}, {})
    open_at(world, "i2", "fire")
    assert world.state.incidents["i2"].notes == []


def test_a_withdrawn_caution_leaves_memory_a_day_later() -> None:
    world = make_world()
    open_at(world, "i1", "fire")
    keep(world, "i1")
    world.do(WithdrawCaution(caution_id="knife", reason="đã thu dao"), FIRE)
    world.do(RunTimers())
    with pytest.raises(Refused, match="caution_withdrawn"):
        world.do(WithdrawCaution(caution_id="knife", reason="lần nữa"), FIRE)
    world.wait(86_400)
    world.do(RunTimers())
    assert world.state.cautions == {}


def test_the_note_says_whether_it_is_for_the_place_or_for_the_number() -> None:
    world = make_world()
    open_at(world, "i1", "fire")
    keep(world, "i1")
    assert (knife(world, "i1").scope, knife(world, "i1").ask) == ("place", ())


# ── at the door of a restricted incident ──


def test_what_was_learnt_in_a_restricted_incident_comes_to_others_without_its_words() -> None:
    world = secret_kept()
    own = knife(world, "i1")
    assert (own.text, own.source, own.ask) == (sealed("có dao"), "trinh sát", ())
    open_at(world, "i2", "fire")
    there = knife(world, "i2")
    assert (there.text, there.source, there.ask) == (None, "", ("113",))
    assert (there.kind, there.standing, there.scope) == ("caution", True, "place")


def test_an_incident_that_all_may_see_gets_no_words_even_when_only_113_works_it() -> None:
    world = secret_kept()
    open_at(world, "i2", "theft")
    assert knife(world, "i2").text is None


def test_a_restricted_incident_of_the_same_agency_gets_the_words_and_of_another_does_not() -> None:
    world = secret_kept()
    open_at(world, "i2", "secret")
    assert (knife(world, "i2").text, knife(world, "i2").ask) == (sealed("có dao"), ())
    open_at(world, "i3", "fire", restricted=True)
    assert (knife(world, "i3").text, knife(world, "i3").ask) == (None, ("113",))


def test_one_that_stands_open_when_it_is_kept_gets_no_words_either() -> None:
    world = make_world()
    open_at(world, "i2", "fire")
    open_at(world, "i1", "secret")
    keep(world, "i1")
    assert (knife(world, "i1").text, knife(world, "i2").text) == (sealed("có dao"), None)


# ── a number that is no nuisance after all ──


def told(world: World, report_id: str, phone: str = "0903") -> None:
    number = Sealed(subject="A", box=phone) if phone else None
    report = ReceiveReport(
        report_id=report_id,
        receipt_code=report_id,
        channel="phone",
        agency_id="114",
        subject="A",
        phone=number,
    )
    world.do(report, TAKER)


def test_a_nuisance_mark_is_taken_back_on_any_report_of_the_number_with_a_reason() -> None:
    world = make_world()
    told(world, "r1")
    world.do(EndReport(report_id="r1", reason="information"), FIRE)
    world.wait(5)
    world.do(ClearNuisance(report_id="r1", reason="nhầm số"), FIRE)
    report = world.state.reports["r1"]
    assert (report.nuisance_cleared_at, report.ended_reason) == (world.now, "information")


def test_taking_a_mark_back_needs_a_reason_a_number_and_a_part_in_the_report() -> None:
    world = make_world()
    told(world, "r1")
    told(world, "r2", phone="")
    for report_id, reason, actor, refusal in (
        ("r1", " ", FIRE, "reason_missing"),
        ("r2", "nhầm", FIRE, "report_without_number"),
        ("r1", "nhầm", POLICE, "not_your_agency"),
        ("r9", "nhầm", FIRE, "unknown_report"),
    ):
        with pytest.raises(Refused, match=refusal):
            world.do(ClearNuisance(report_id=report_id, reason=reason), actor)
