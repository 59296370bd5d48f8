"""HUY and RUT ask for an incident's cancellation and for a mass recall; they send nothing by themselves."""

import msgspec
import pytest

from dispatch.domain.model.assignment import AcceptAssignment, AssignmentUpdate
from dispatch.domain.model.values import Phase
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.command_line.reading import UiAction
from tests.unit.command_line.line_world import FIRE, NOW, assignment, context, unit
from tests.unit.command_line.typing_methods import telex, vni


def fire_with(*phases: Phase, **fields: object) -> LineContext:
    """The fire with one more engine in each phase beside CC-20, all in its leg."""
    more = [unit(f"CC-{70 + n}", phase=phase) for n, phase in enumerate(phases)]
    world = context(*more, **fields)
    held = {**world.assignments, **{a.id: a for a in (assignment(u, FIRE) for u in more)}}
    for leg in world.legs.values():
        leg.assignment_ids = [a.id for a in held.values() if a.leg_id == leg.id]
    return msgspec.structs.replace(world, assignments=held)


@pytest.mark.parametrize("typed", ["HUY 0457 báo giả", "0457 huy báo giả"])
def test_a_line_asks_to_cancel_and_names_all_who_are_called_off(typed: str) -> None:
    reading = parse(typed, fire_with(Phase.EN_ROUTE))
    assert reading.commands == ()
    assert reading.ui == UiAction(kind="cancel", incident_id=FIRE.id, text="báo giả")
    called, named, reason, asks = reading.echo.vi.split(" · ")
    assert called == "hủy vụ việc 0457: 3 tổ được gọi về: CC-20, XC-5, CC-70"
    assert named == "0457 CHÁY NHÀ Ở 654/3 Lạc Long Quân, P1"
    assert (reason, asks) == ("báo giả", "hỏi lại trước khi gửi")


def test_nobody_on_the_way_is_said_too() -> None:
    world = fire_with()
    for leg in world.legs.values():
        leg.assignment_ids = []
    assert "không có tổ nào phải gọi về" in parse("HUY 0457 nhầm", world).echo.vi
    error = parse("RUT 0457 nhầm", world).error
    assert error is not None
    assert error.code == "nothing_to_recall"


def test_an_incident_with_somebody_in_care_is_recalled_from_not_cancelled() -> None:
    world = fire_with(Phase.AT_PATIENT)
    error = parse("HUY 0457 nhầm", world).error
    assert error is not None
    assert (error.code, error.word) == ("patients_aboard", "CC-70")
    echo = parse("RUT 0457 nhầm", world).echo.vi
    assert "tổ được gọi về: CC-20" in echo
    assert "để lại CC-70, đang có người" in echo


@pytest.mark.parametrize("typed", ["RUT 0457 114 nhầm chỗ", "rut 114 0457 nhầm chỗ", "0457-4 rut nhầm chỗ"])
def test_a_recall_may_name_one_agency(typed: str) -> None:
    reading = parse(typed, fire_with(Phase.EN_ROUTE))
    assert reading.ui == UiAction(kind="recall", incident_id=FIRE.id, text="nhầm chỗ", agency_id="114")


def test_a_recall_of_anothers_units_is_refused_by_name() -> None:
    error = parse("RUT 0457 115 nhầm", fire_with(agencies=("114",))).error
    assert error is not None
    assert (error.code, error.word) == ("other_agency", "115")


def test_numbers_in_a_reason_are_words_of_it() -> None:
    world = fire_with(Phase.EN_ROUTE)
    assert parse("HUY 0457 115 nói không có ai -3", world).ui == UiAction(
        kind="cancel", incident_id=FIRE.id, text="115 nói không có ai -3"
    )


@pytest.mark.parametrize("method", [telex, vni])
@pytest.mark.parametrize("line", ["huy 0457", "rut 0457", "rut 0457 114", "0457 huy"])
def test_they_are_read_the_same_through_an_input_method(method: object, line: str) -> None:
    assert callable(method)
    world = fire_with(Phase.EN_ROUTE)
    assert parse(line, world).ui is not None
    assert parse(method(line), world) == parse(line, world)


def test_a_crew_that_knows_by_radio_of_a_cancelled_incident_has_said_so() -> None:
    called_off = AssignmentUpdate(n=1, kind="stand_down", old="", new="why", at=NOW)
    gone = unit("CC-80")
    ended = assignment(gone, FIRE, state="ended", ended_how="incident_cancelled", updates=[called_off])
    reading = parse("K CC-80", context(gone, assignments={ended.id: ended}))
    assert reading.commands == (AcceptAssignment(assignment_id=ended.id, n=1),)
