"""A text to a caller is kept: who asked, which way it went, what became of it; the crews learn of it."""

import pytest

from dispatch.domain.model.caller_text import FinishText, TextCaller
from dispatch.domain.model.incident import OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.report import ReceiveReport
from tests.unit.domain.world import FIRE, TAKER, World, make_world, sealed, send


def told(phone: bool = True) -> World:
    """A report with its incident."""
    world = make_world()
    report = ReceiveReport(
        report_id="r1", receipt_code="AAAAA-BBBBB", channel="phone", agency_id="114", subject="s",
        phone=sealed("0900") if phone else None,
    )  # fmt: skip
    world.do(report, TAKER)
    world.do(OpenIncident(incident_id="i1", type_code="fire", subject="s", report_id="r1"), FIRE)
    return world


def ask(how: str = "by_hand") -> TextCaller:
    return TextCaller(report_id="r1", text_id="t1", kind="alley_mouth", how=how)


def test_a_text_by_hand_stays_asked_and_the_crews_get_the_callers_number() -> None:
    world = told()
    (assignment_id,) = send(world, "e1")
    world.do(ask(), FIRE)
    world.do(FinishText(report_id="r1", text_id="t1", sent=True))
    (text,) = world.state.reports["r1"].texts
    assert (text.how, text.state, text.by) == ("by_hand", "asked", FIRE.id)
    update = world.state.assignments[assignment_id].updates[-1]
    assert (update.kind, update.new) == ("guide", "r1")


@pytest.mark.parametrize(("sent", "state"), [(True, "sent"), (False, "failed")])
def test_the_gateways_answer_is_kept_once(sent: bool, state: str) -> None:
    world = told()
    world.do(ask("gateway"), FIRE)
    world.do(FinishText(report_id="r1", text_id="t1", sent=sent))
    world.do(FinishText(report_id="r1", text_id="t1", sent=not sent))
    assert world.state.reports["r1"].texts[0].state == state


def test_a_caller_without_a_number_cannot_be_texted() -> None:
    with pytest.raises(Refused, match="no_phone"):
        told(phone=False).do(ask(), FIRE)
