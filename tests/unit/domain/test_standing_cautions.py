"""Cautions that outlive their incident: kept for a place or a number, brought to others, withdrawn."""

from datetime import timedelta

import pytest

from dispatch.domain.model.assignment import AcceptAssignment, QueueUnit, ReportPhase
from dispatch.domain.model.caution import CautionEnded, KeepCaution, WithdrawCaution
from dispatch.domain.model.incident import (
    AddNote,
    ChangePlace,
    MergeIncidents,
    Note,
    OpenIncident,
    ReopenLeg,
)
from dispatch.domain.model.messages import Actor, Refused, Role
from dispatch.domain.model.recall import CancelIncident
from dispatch.domain.model.report import AttachReport, ReceiveReport
from dispatch.domain.model.values import LonLat, Place, Sealed
from dispatch.domain.rows import project
from dispatch.domain.rules.caution import KEPT_AT_MOST
from tests.unit.domain.world import (
    CHIEF,
    FIRE,
    MEDICAL,
    TAKER,
    World,
    crew_of,
    make_world,
    sealed,
    send,
)

HOUSE = Place(label="12 Lê Lợi", ward_code="1", lon_lat=LonLat(106.70, 10.77))
ELSEWHERE = Place(label="9 Trần Phú", ward_code="2", lon_lat=LonLat(106.60, 10.70))
MONTH = timedelta(days=30)


def told(subject: str) -> Sealed:
    return Sealed(subject=subject, box="0903")


def tell(world: World, report_id: str, caller: str = "") -> None:
    phone = told(caller) if caller else None
    report = ReceiveReport(
        report_id=report_id, receipt_code="A", channel="phone", agency_id="114", subject="s", phone=phone
    )
    world.do(report, TAKER)


def open_at(world: World, id_: str, place: Place = HOUSE, *, caller: str = "", test: bool = False) -> None:
    """A fire, told from a number if one is named."""
    if caller:
        tell(world, f"r-{id_}", caller)
    report_id = f"r-{id_}" if caller else None
    opened = OpenIncident(
        incident_id=id_, type_code="fire", subject="s", place=place, report_id=report_id, test=test
    )
    world.do(opened, FIRE)


def keep(world: World, incident_id: str = "i1", caution_id: str = "dog", **more: object) -> None:
    fields: dict[str, object] = {
        "caution_id": caution_id,
        "incident_id": incident_id,
        "scope": "place",
        "text": sealed("chó dữ"),
        "source": "tổ đầu tiên",
        "expires_at": world.now + MONTH,
    }
    world.do(KeepCaution(**(fields | more)), FIRE)  # type: ignore[arg-type]


def keep_number(world: World, incident_id: str = "i1", caution_id: str = "knife", caller: str = "A") -> None:
    keep(world, incident_id, caution_id, scope="number", text=Sealed(subject=caller, box="dao"))


def notes(world: World, incident_id: str) -> list[str]:
    return [note.note_id for note in world.state.incidents[incident_id].notes]


def note(world: World, incident_id: str, note_id: str = "dog") -> Note:
    return next(n for n in world.state.incidents[incident_id].notes if n.note_id == note_id)


def updates(world: World, assignment_id: str) -> list[tuple[str, str]]:
    return [(update.kind, update.new) for update in world.state.assignments[assignment_id].updates]


def kept_at_house() -> World:
    world = make_world()
    open_at(world, "i1")
    keep(world)
    return world


# ── keeping ──


def test_a_kept_caution_stands_at_once_in_the_incident_it_was_learnt_in() -> None:
    world = kept_at_house()
    there = note(world, "i1")
    assert (there.kind, there.source, there.by, there.standing) == ("caution", "tổ đầu tiên", FIRE.id, True)
    assert (there.text, there.expires_at) == (sealed("chó dữ"), world.now + MONTH)
    caution = world.state.cautions["dog"]
    assert (caution.scope, caution.place, caution.caller) == ("place", HOUSE, "")
    assert caution.learnt_in == world.state.incidents["i1"].number


def test_a_later_incident_at_the_place_has_it_with_its_author_and_source() -> None:
    world = kept_at_house()
    world.wait(90_000)
    world.do(OpenIncident(incident_id="i2", type_code="theft", subject="s", place=HOUSE), CHIEF)
    there = note(world, "i2")
    assert (there.by, there.source, there.standing) == (FIRE.id, "tổ đầu tiên", True)
    assert there.at == world.now


def test_other_open_incidents_at_the_place_get_it_when_it_is_kept_and_closed_ones_do_not() -> None:
    world = make_world()
    for id_ in ("i1", "i2", "i3", "i4"):
        open_at(world, id_, ELSEWHERE if id_ == "i4" else HOUSE)
    world.do(CancelIncident(incident_id="i3", reason="x"), CHIEF)
    keep(world)
    assert [notes(world, id_) for id_ in ("i1", "i2", "i3", "i4")] == [["dog"], ["dog"], [], []]


def test_a_caution_about_a_number_follows_the_number_and_not_the_place() -> None:
    world = make_world()
    open_at(world, "i1", caller="A")
    keep_number(world)
    open_at(world, "i2", ELSEWHERE, caller="A")
    open_at(world, "i3", HOUSE, caller="B")
    open_at(world, "i4", HOUSE)
    assert [notes(world, id_) for id_ in ("i1", "i2", "i3", "i4")] == [["knife"], ["knife"], [], []]
    assert world.state.cautions["knife"].place is None


def test_it_needs_an_open_incident_on_which_one_has_a_part() -> None:
    world = make_world()
    world.do(OpenIncident(incident_id="i1", type_code="theft", subject="s", place=HOUSE), CHIEF)
    with pytest.raises(Refused, match="not_your_incident"):
        keep(world)
    open_at(world, "i2")
    world.do(CancelIncident(incident_id="i2", reason="x"), CHIEF)
    with pytest.raises(Refused, match="incident_closed"):
        keep(world, "i2")


def test_a_place_or_a_number_must_be_known() -> None:
    world = make_world()
    open_at(world, "i1", Place(heard="gần chợ"))
    with pytest.raises(Refused, match="caution_unplaced"):
        keep(world)
    with pytest.raises(Refused, match="caution_without_number"):
        keep_number(world)
    tell(world, "r1", "B")
    world.do(AttachReport(report_id="r1", incident_id="i1"), FIRE)
    with pytest.raises(Refused, match="caution_without_number"):
        keep_number(world)
    keep_number(world, caller="B")


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=-1), KEPT_AT_MOST + timedelta(seconds=1)])
def test_it_ends_in_the_future_and_within_five_years(ahead: timedelta) -> None:
    world = make_world()
    open_at(world, "i1")
    with pytest.raises(Refused, match="bad_time"):
        keep(world, expires_at=world.now + ahead)
    keep(world, expires_at=world.now + KEPT_AT_MOST)


def test_a_scope_or_an_id_that_cannot_be_is_refused() -> None:
    world = kept_at_house()
    with pytest.raises(Refused, match="malformed_command"):
        keep(world, caution_id="x", scope="city")
    with pytest.raises(Refused, match="id_taken"):
        keep(world)


def test_crews_and_stations_do_not_keep_cautions() -> None:
    world = make_world()
    open_at(world, "i1")
    send(world, "e1")
    station = Actor(id="st", role=Role.STATION, agencies=("114",), station_id="s114")
    command = KeepCaution(
        caution_id="dog", incident_id="i1", scope="place", text=sealed("x"), source="",
        expires_at=world.now + MONTH,
    )  # fmt: skip
    for actor in (crew_of("e1"), station):
        with pytest.raises(Refused, match="not_allowed"):
            world.do(command, actor)


def test_what_was_learnt_in_a_test_is_for_tests_alone() -> None:
    world = make_world()
    open_at(world, "t1", test=True)
    keep(world, "t1")
    open_at(world, "i1")
    open_at(world, "t2", test=True)
    assert (notes(world, "i1"), notes(world, "t2")) == ([], ["dog"])


# ── bringing ──


def test_it_is_brought_when_the_place_becomes_known_or_another_one() -> None:
    world = kept_at_house()
    open_at(world, "i2", Place(heard="đâu đó"))
    (assignment_id,) = send(world, "e1", incident_id="i2")
    world.do(ChangePlace(incident_id="i2", place=ELSEWHERE, seen=world.state.seq), FIRE)
    assert notes(world, "i2") == []
    world.do(ChangePlace(incident_id="i2", place=HOUSE, seen=world.state.seq), FIRE)
    world.do(ChangePlace(incident_id="i2", place=ELSEWHERE, seen=world.state.seq), FIRE)
    world.do(ChangePlace(incident_id="i2", place=HOUSE, seen=world.state.seq), FIRE)
    assert notes(world, "i2") == ["dog"]
    assert [kind for kind, _ in updates(world, assignment_id)] == [
        "place",
        "place",
        "caution",
        "place",
        "place",
    ]


def test_it_is_brought_with_the_report_of_its_number() -> None:
    world = make_world()
    open_at(world, "i1", caller="A")
    keep_number(world)
    open_at(world, "i2", ELSEWHERE)
    (assignment_id,) = send(world, "e1", incident_id="i2")
    tell(world, "r2", "A")
    world.do(AttachReport(report_id="r2", incident_id="i2"), FIRE)
    assert notes(world, "i2") == ["knife"]
    assert updates(world, assignment_id) == [("words", "r2"), ("caution", "knife")]


def test_a_report_that_joins_a_closed_incident_brings_nothing_until_that_opens_again() -> None:
    world = make_world()
    open_at(world, "i1", caller="A")
    keep_number(world)
    open_at(world, "i2", ELSEWHERE)
    world.do(CancelIncident(incident_id="i2", reason="x"), CHIEF)
    tell(world, "r2", "A")
    world.do(AttachReport(report_id="r2", incident_id="i2"), FIRE)
    assert notes(world, "i2") == []
    world.do(ReopenLeg(leg_id=world.state.incidents["i2"].leg_ids[0]), FIRE)
    assert notes(world, "i2") == ["knife"]


def test_a_unit_sent_later_has_it_as_its_first_update_and_acknowledges_it_apart() -> None:
    world = kept_at_house()
    open_at(world, "i2")
    (assignment_id,) = send(world, "e1", incident_id="i2")
    assert updates(world, assignment_id) == [("caution", "dog")]
    world.do(AcceptAssignment(assignment_id=assignment_id), crew_of("e1"))
    assert world.state.assignments[assignment_id].updates[0].accepted_at is None
    world.do(AcceptAssignment(assignment_id=assignment_id, n=1), crew_of("e1"))
    assert world.state.assignments[assignment_id].updates[0].accepted_at is not None


def test_a_unit_that_was_queued_is_told_when_its_turn_comes() -> None:
    world = kept_at_house()
    open_at(world, "i2", ELSEWHERE)
    (first,) = send(world, "e1", incident_id="i2")
    queued = world.do(QueueUnit(incident_id="i1", unit_id="e1"), CHIEF).answer["assignment_ids"]
    (next_id,) = queued  # type: ignore[misc]
    assert updates(world, next_id) == []
    world.do(ReportPhase(assignment_id=first, status_code="home"), crew_of("e1"))
    assert world.state.assignments[next_id].state == "active"
    assert updates(world, next_id) == [("caution", "dog")]


def test_a_merge_brings_the_number_of_what_it_moves_once_and_tells_the_units_that_come() -> None:
    world = make_world()
    open_at(world, "i1", caller="A")
    keep(world)
    keep_number(world)
    open_at(world, "i2", ELSEWHERE, caller="A")
    tell(world, "r3", "A")
    world.do(AttachReport(report_id="r3", incident_id="i2"), FIRE)
    open_at(world, "i3", HOUSE)
    world.do(AddNote(incident_id="i3", note_id="gas", text=sealed("gas"), kind="caution"), FIRE)
    (comes,) = send(world, "e1", incident_id="i2")
    (there,) = send(world, "e2", incident_id="i3")
    world.do(MergeIncidents(incident_id="i2", into="i3"), CHIEF)
    assert notes(world, "i3") == ["dog", "gas", "knife"]
    cautions = [[new for kind, new in updates(world, id_) if kind == "caution"] for id_ in (comes, there)]
    assert cautions == [["knife", "dog", "gas"], ["dog", "gas", "knife"]]
    world.do(MergeIncidents(incident_id="i3", into="i1"), CHIEF)
    assert notes(world, "i1") == ["dog", "knife"]


def test_an_expired_one_is_not_brought() -> None:
    world = kept_at_house()
    world.wait(MONTH.total_seconds() - 1)
    open_at(world, "i2")
    world.wait(1)
    open_at(world, "i3")
    assert (notes(world, "i2"), notes(world, "i3")) == (["dog"], [])


# ── withdrawing ──


def test_a_withdrawn_one_ends_in_open_incidents_and_is_brought_to_no_later_one() -> None:
    world = kept_at_house()
    open_at(world, "i2")
    (before,) = send(world, "e1", incident_id="i2")
    world.wait(60)
    made = world.do(WithdrawCaution(caution_id="dog", reason="nhà đã bán chó"), MEDICAL)
    assert {e.incident_id for e in made.events if isinstance(e, CautionEnded)} == {"i1", "i2"}
    assert note(world, "i2").expires_at == world.now
    (after,) = send(world, "e2", incident_id="i2")
    open_at(world, "i3")
    assert (updates(world, before), updates(world, after), notes(world, "i3")) == (
        [("caution", "dog")],
        [],
        [],
    )
    assert world.state.cautions["dog"].withdrawn_at == world.now
    assert (world.state.cautions_near, world.state.cautions_of) == ({}, {})


def test_withdrawing_needs_a_reason_a_desk_and_a_caution_that_stands() -> None:
    world = kept_at_house()
    with pytest.raises(Refused, match="reason_missing"):
        world.do(WithdrawCaution(caution_id="dog", reason=" "), FIRE)
    with pytest.raises(Refused, match="not_allowed"):
        world.do(WithdrawCaution(caution_id="dog", reason="x"), TAKER)
    with pytest.raises(Refused, match="unknown_caution"):
        world.do(WithdrawCaution(caution_id="cat", reason="x"), FIRE)
    world.do(WithdrawCaution(caution_id="dog", reason="x"), FIRE)
    with pytest.raises(Refused, match="caution_withdrawn"):
        world.do(WithdrawCaution(caution_id="dog", reason="x"), FIRE)


def test_nobody_is_shown_the_cautions_of_the_whole_city() -> None:
    row = project(kept_at_house().state, "caution", "dog")
    assert row is not None
    assert (row.visible_to, row.private_to) == ((), ())
