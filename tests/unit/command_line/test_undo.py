"""Undo compensates what a person did last, where the rules can."""

from datetime import timedelta
from typing import Any

from dispatch.domain.model.assignment import (
    Assignment,
    DispatchUnits,
    QueueUnit,
    ReassignUnit,
    ReportPhase,
    StandDown,
)
from dispatch.domain.model.incident import ChangePriority, ChangeType, Incident
from dispatch.domain.model.messages import Command
from dispatch.domain.model.unit import SetUnitStatus, SignOffCrew, Unit
from dispatch.domain.model.values import Phase
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.command_line.reading import Reading
from dispatch.usecases.command_line.undo import record_act
from tests.unit.command_line.line_world import FIRE, HEART, NOW, assignment, context, incident, unit


def undone(line: str, *entities: Unit | Assignment | Incident, later_s: float = 5, **before: Any) -> Reading:
    """The reading of U after a line was carried out and `entities` have become what they now are."""
    known = context(**before)
    reading = parse(line, known)
    assert reading.error is None
    act = record_act(reading.commands, reading.echo, NOW, known)
    return parse("U", _changed(known, entities, last_act=act, now=NOW + timedelta(seconds=later_s)))


def _changed(known: LineContext, entities: tuple[Any, ...], **fields: Any) -> LineContext:
    tables = {
        "units": dict(known.units),
        "assignments": dict(known.assignments),
        "incidents": dict(known.incidents),
    }
    for entity in entities:
        table = {Unit: "units", Assignment: "assignments", Incident: "incidents"}[type(entity)]
        tables[table][entity.id] = entity
    return context(recommendations=known.recommendations, **tables, **fields)


def commands(reading: Reading) -> list[Command]:
    assert reading.error is None
    return list(reading.commands)


SENT = unit("CC-12", assignment_id="a-CC-12-0457", phase=Phase.DISPATCHED)
ROLLING = unit("CC-20", assignment_id="a-CC-20-0457", phase=Phase.ON_SCENE, status_code="there")


def test_a_dispatch_is_undone_by_standing_its_units_down() -> None:
    found = commands(undone("D 0457 CC-12", SENT, assignment(SENT, FIRE)))
    assert found == [StandDown(assignment_id="a-CC-12-0457", reason="undo")]


def test_an_accepted_recommendation_is_undone_for_the_units_that_it_sent() -> None:
    found = commands(undone("D 0457", SENT, assignment(SENT, FIRE)))
    assert found == [StandDown(assignment_id="a-CC-12-0457", reason="undo")]


def test_the_echo_of_undo_repeats_what_is_undone() -> None:
    echo = undone("D 0457 CC-12", SENT, assignment(SENT, FIRE)).echo
    assert echo.vi.startswith("hoàn tác: CC-12 → 0457")


def test_a_dispatch_whose_unit_has_declined_meanwhile_leaves_nothing_to_undo() -> None:
    error = undone("D 0457 CC-12").error
    assert error is not None
    assert error.code == "nothing_to_undo"


def test_a_queued_unit_is_taken_out_of_the_queue_and_keeps_its_own_incident() -> None:
    queued = unit("CC-20", assignment_id="a-CC-20-0457", queued=["a-CC-20-0412"])
    found = undone("Q 0412 CC-20", queued, assignment(queued, HEART, state="queued"))
    assert commands(found) == [StandDown(assignment_id="a-CC-20-0412", reason="undo")]


def test_a_reassigned_unit_goes_back_to_its_open_incident() -> None:
    moved = unit("CC-20", assignment_id="a-CC-20-0412")
    found = undone("RP 0412 CC-20", moved, assignment(moved, HEART))
    assert commands(found) == [ReassignUnit(unit_id="u-CC-20", incident_id=FIRE.id, leg_id=FIRE.leg_ids[0])]


def test_a_withdrawn_unit_is_sent_again() -> None:
    ended = assignment(ROLLING, FIRE, state="ended")
    found = undone("X CC-20", unit("CC-20"), ended)
    again = DispatchUnits(incident_id=FIRE.id, unit_ids=("u-CC-20",), leg_id=FIRE.leg_ids[0])
    assert commands(found) == [again]


def test_a_unit_taken_out_of_a_queue_is_queued_again() -> None:
    ambulance = unit("XC-5", "115", assignment_id="a-XC-5-0412")
    found = undone("X XC-5 0457", ambulance, assignment(ambulance, FIRE, state="ended"))
    assert commands(found) == [QueueUnit(incident_id=FIRE.id, unit_id="u-XC-5", leg_id=FIRE.leg_ids[0])]


def test_a_stand_down_that_the_crew_must_acknowledge_cannot_be_undone() -> None:
    error = undone("X CC-20").error
    assert error is not None
    assert error.code == "cannot_undo"
    assert "CC-20" in error.text.en


def test_a_status_goes_back_to_the_one_before() -> None:
    found = undone("O CC-20", ROLLING)
    assert commands(found) == [ReportPhase(assignment_id="a-CC-20-0457", status_code="rolling")]


def test_the_end_of_an_assignment_cannot_be_undone() -> None:
    ended = assignment(ROLLING, FIRE, state="ended")
    error = undone("A CC-20 3", unit("CC-20"), ended).error
    assert error is not None
    assert error.code == "cannot_undo"


def test_a_free_units_status_goes_back_to_the_one_before() -> None:
    off = unit("CC-12", status_code="off", phase=Phase.OUT_OF_SERVICE)
    found = undone("A CC-12", unit("CC-12"), units={off.id: off})
    assert commands(found) == [SetUnitStatus(unit_id="u-CC-12", status_code="off", reason="undo")]


def test_a_priority_goes_back_with_the_version_of_now() -> None:
    now = incident("261122-0457", "fire_house", "114", "x", priority=3, version=8)
    found = undone("P3 0457", now)
    assert commands(found) == [ChangePriority(incident_id=FIRE.id, priority=1, seen=8)]


def test_a_type_goes_back_with_the_version_of_now() -> None:
    now = incident("261122-0457", "fire_market", "114", "x", version=8)
    found = undone("TY 0457 cháy chợ", now)
    assert commands(found) == [ChangeType(incident_id=FIRE.id, type_code="fire_house", seen=8)]


def test_a_priority_that_another_has_changed_since_is_not_overwritten() -> None:
    now = incident("261122-0457", "fire_house", "114", "x", priority=2, version=9)
    error = undone("P3 0457", now).error
    assert error is not None
    assert error.code == "cannot_undo"


def test_signing_on_is_undone_by_signing_off() -> None:
    found = undone("LK CC-12 An")
    assert [type(c) for c in commands(found)] == [SignOffCrew]


def test_a_swap_is_undone_last_command_first() -> None:
    ended = assignment(unit("CC-20"), FIRE, state="ended")
    found = commands(undone("W CC-20 CC-12", SENT, assignment(SENT, FIRE), unit("CC-20"), ended))
    assert [type(c) for c in found] == [DispatchUnits, StandDown]


def test_a_mayday_cannot_be_undone() -> None:
    error = undone("! CC-20").error
    assert error is not None
    assert error.code == "cannot_undo"


def test_after_thirty_seconds_nothing_is_undone() -> None:
    error = undone("D 0457 CC-12", SENT, assignment(SENT, FIRE), later_s=31).error
    assert error is not None
    assert error.code == "undo_expired"
