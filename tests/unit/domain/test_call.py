"""Calls: a call is not a report, and nobody who hung up is forgotten."""

from datetime import timedelta

import pytest

from dispatch.domain.model.call import (
    AnswerCall,
    AttemptCallBack,
    Call,
    DialBack,
    FinishCallBack,
    HangUpCall,
    HoldCall,
    LocateCall,
    RingCall,
    TransferCall,
)
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.report import EndReport, ReceiveReport
from dispatch.domain.model.values import HandsetFix, LonLat, Sealed
from tests.unit.domain.world import EXCHANGE, FIRE, MEDICAL, START, TAKER, World, make_world, sealed


def ring() -> World:
    """A call rings on line 114."""
    world = make_world()
    world.do(RingCall(call_id="c1", line="114", number=sealed("0903")), EXCHANGE)
    return world


def the_call(world: World) -> Call:
    return world.state.calls["c1"]


def test_the_line_says_whose_call_it_is() -> None:
    assert the_call(ring()).agency_id == "114"


def test_a_line_that_nobody_answers_is_refused() -> None:
    with pytest.raises(Refused, match="unknown_line"):
        make_world().do(RingCall(call_id="c1", line="999"), EXCHANGE)


def test_the_second_to_answer_is_told_who_was_first() -> None:
    world = ring()
    world.do(AnswerCall(call_id="c1"), TAKER)
    with pytest.raises(Refused) as refused:
        world.do(AnswerCall(call_id="c1"), FIRE)
    assert refused.value.code == "call_answered"
    assert refused.value.data["by"] == TAKER.name


def test_a_call_given_up_before_the_answer_is_to_be_called_back() -> None:
    world = ring()
    world.do(HangUpCall(call_id="c1"), EXCHANGE)
    assert the_call(world).state == "abandoned"
    assert the_call(world).call_back_due


def test_a_call_dropped_early_with_nothing_told_is_to_be_called_back() -> None:
    world = ring()
    world.do(AnswerCall(call_id="c1"), TAKER)
    world.wait(4)
    world.do(HangUpCall(call_id="c1", by="caller"), EXCHANGE)
    assert the_call(world).state == "ended"
    assert the_call(world).call_back_due


def test_a_call_that_led_to_a_report_is_not_called_back() -> None:
    world = ring()
    world.do(AnswerCall(call_id="c1"), TAKER)
    world.do(
        ReceiveReport(
            report_id="r1", receipt_code="A", channel="phone", agency_id="114", subject="s", call_id="c1"
        ),
        TAKER,
    )
    world.do(HangUpCall(call_id="c1", by="caller"), EXCHANGE)
    assert the_call(world).report_ids == ["r1"]
    assert not the_call(world).call_back_due


def test_every_try_is_kept_and_reaching_the_caller_does_not_end_the_work() -> None:
    world = ring()
    world.do(HangUpCall(call_id="c1"), EXCHANGE)
    world.do(AttemptCallBack(call_id="c1", reached=False), TAKER)
    world.do(AttemptCallBack(call_id="c1", reached=True), TAKER)
    assert [attempt.reached for attempt in the_call(world).attempts] == [False, True]
    assert the_call(world).call_back_due


def test_only_a_person_with_a_reason_takes_a_call_off_the_list() -> None:
    world = ring()
    world.do(HangUpCall(call_id="c1"), EXCHANGE)
    with pytest.raises(Refused, match="reason_missing"):
        world.do(FinishCallBack(call_id="c1", reason=" "), TAKER)
    with pytest.raises(Refused, match="not_allowed"):
        world.do(FinishCallBack(call_id="c1", reason="reached"), EXCHANGE)
    world.do(FinishCallBack(call_id="c1", reason="reached, no emergency"), TAKER)
    assert not the_call(world).call_back_due


def test_a_transferred_call_rings_on_the_other_line_and_keeps_its_first_answer() -> None:
    world = ring()
    world.wait(3)
    world.do(AnswerCall(call_id="c1"), TAKER)
    answered_at = the_call(world).answered_at
    world.do(TransferCall(call_id="c1", to_line="115"), TAKER)
    assert (the_call(world).agency_id, the_call(world).state) == ("115", "ringing")
    world.wait(5)
    world.do(AnswerCall(call_id="c1"), MEDICAL)
    assert the_call(world).answered_at == answered_at
    assert the_call(world).answered_by == MEDICAL.id


def test_a_held_call_comes_back() -> None:
    world = ring()
    with pytest.raises(Refused, match="call_not_answered"):
        world.do(HoldCall(call_id="c1"), TAKER)
    world.do(AnswerCall(call_id="c1"), TAKER)
    world.do(HoldCall(call_id="c1"), TAKER)
    assert the_call(world).state == "held"
    world.do(HoldCall(call_id="c1", held=False), TAKER)
    assert the_call(world).state == "answered"


def test_another_agencys_call_is_not_ours_to_answer() -> None:
    with pytest.raises(Refused, match="not_your_agency"):
        ring().do(AnswerCall(call_id="c1"), MEDICAL)


def test_a_call_on_which_nobody_spoke_is_to_be_called_back() -> None:
    world = ring()
    world.do(AnswerCall(call_id="c1"), TAKER)
    world.wait(60)
    world.do(HangUpCall(call_id="c1", by="centre", silent=True), TAKER)
    assert the_call(world).state == "ended"
    assert the_call(world).silent
    assert the_call(world).call_back_due


def test_only_one_person_calls_back_at_a_time() -> None:
    world = ring()
    world.do(HangUpCall(call_id="c1"), EXCHANGE)
    world.do(DialBack(call_id="c1"), TAKER)
    assert the_call(world).dialled_by == TAKER.id
    with pytest.raises(Refused, match="call_back_taken"):
        world.do(DialBack(call_id="c1"), FIRE)
    world.wait(61)
    world.do(DialBack(call_id="c1"), FIRE)
    world.do(AttemptCallBack(call_id="c1", reached=False), FIRE)
    assert the_call(world).dialled_by is None
    assert [(a.by, a.reached) for a in the_call(world).attempts] == [(FIRE.id, False)]


def ended_report(world: World) -> None:
    """A report of the number that rings in these tests, ended without an incident."""
    world.do(
        ReceiveReport(report_id="r1", receipt_code="R1", channel="phone", agency_id="114", subject="subject"),
        TAKER,
    )
    world.do(EndReport(report_id="r1", reason="wrong_number"), TAKER)


def test_a_second_call_within_ten_minutes_opens_the_ended_report_again() -> None:
    world = make_world()
    ended_report(world)
    world.wait(599)
    world.do(RingCall(call_id="c1", line="114", number=sealed("0903"), earlier=("r1",)), EXCHANGE)
    assert world.state.reports["r1"].status == "waiting"
    assert world.state.reports["r1"].ended_reason is None
    assert world.state.reports["r1"].ended_before == ["wrong_number"]
    assert the_call(world).reopened == ["r1"]


@pytest.mark.parametrize("case", ["too late", "another number", "withheld"])
def test_other_calls_leave_what_was_ended_alone(case: str) -> None:
    world = make_world()
    ended_report(world)
    world.wait(601 if case == "too late" else 5)
    number = None if case == "withheld" else sealed("0903")
    if case == "another number":
        number = Sealed(subject="somebody else", box="0904")
    world.do(RingCall(call_id="c1", line="114", number=number, earlier=("r1", "r9")), EXCHANGE)
    assert world.state.reports["r1"].status == "ended"
    assert the_call(world).reopened == []


def fix(minutes: float, radius_m: float = 20.0) -> HandsetFix:
    """A position told so many minutes after the world's now."""
    return HandsetFix(
        lon_lat=LonLat(106.7, 10.77), radius_m=radius_m, at=START + timedelta(minutes=minutes), method="gps"
    )


def test_a_later_position_of_the_telephone_replaces_an_earlier_one_and_no_earlier_a_later() -> None:
    world = ring()
    world.do(LocateCall(call_id="c1", fix=fix(-2, 900.0)), EXCHANGE)
    world.do(LocateCall(call_id="c1", fix=fix(-1, 15.0)), EXCHANGE)
    late = world.do(LocateCall(call_id="c1", fix=fix(-1.5, 300.0)), EXCHANGE)
    assert the_call(world).handset == fix(-1, 15.0)
    assert late.answer == {"call_id": "c1", "kept": False}


def test_a_position_told_before_the_call_stands_in_it_while_it_is_fresh() -> None:
    for minutes, stands in ((-4.0, True), (-6.0, False)):
        world = make_world()
        world.do(RingCall(call_id="c1", line="114", handset=fix(minutes)), EXCHANGE)
        assert (the_call(world).handset is not None) is stands


def test_only_an_exchange_says_where_a_telephone_is() -> None:
    world = ring()
    with pytest.raises(Refused, match="not_allowed"):
        world.do(LocateCall(call_id="c1", fix=fix(0)), TAKER)
