"""Cover and lateness weigh as told, no more, and say so."""

import msgspec

from routing.terms.messages import PlanNeed, PlanUnit
from tests.unit.routing.test_planning import codes, need, plan, sent, unit

NEAR = unit("near", 1.0, cover_s=500.0)
"""About 180 s away by straight line."""
FAR = unit("far", 1.5)


def wanted(**changes: float) -> PlanNeed:
    return msgspec.structs.replace(need(), **changes)


def test_a_unit_whose_absence_costs_more_than_it_saves_stays_and_that_is_said() -> None:
    answer = plan([wanted(most_cover_s=200.0)], [NEAR, FAR])
    assert sent(answer) == [("n1", "far")]
    assert "faster_unit_kept_for_cover" in codes(answer.proposals[0])


def test_a_need_takes_only_so_much_cover_into_account() -> None:
    answer = plan([wanted(most_cover_s=40.0)], [NEAR, FAR])
    assert sent(answer) == [("n1", "near")]
    assert "costs_cover" in codes(answer.proposals[0])
    assert answer.weighed is not None
    assert answer.weighed.needs[0].options[0].cover_s == 40.0


def test_cover_is_not_weighed_for_a_need_that_does_not_ask_for_it() -> None:
    assert sent(plan([need()], [NEAR, FAR])) == [("n1", "near")]


def test_a_price_of_cover_that_is_no_number_is_none() -> None:
    for price in (float("nan"), float("inf"), -5.0):
        odd: PlanUnit = msgspec.structs.replace(NEAR, cover_s=price)
        assert sent(plan([wanted(most_cover_s=200.0)], [odd, FAR])) == [("n1", "near")]


def test_who_would_be_late_is_weighed_as_later_still() -> None:
    limits = {"most_cover_s": 200.0, "late_after_s": 200.0, "late_price_s": 300.0}
    assert sent(plan([wanted(**limits)], [NEAR, FAR])) == [("n1", "near")]


def test_who_would_be_there_first_stays_in_what_is_kept_however_many_are_cheaper() -> None:
    many = [unit(f"u{n}", 1.2 + n / 100) for n in range(40)]
    answer = plan([wanted(most_cover_s=400.0)], [NEAR, *many])
    assert sent(answer) == [("n1", "u0")]
    assert answer.weighed is not None
    assert "near" in answer.weighed.units
    assert len(answer.weighed.units) <= 10
