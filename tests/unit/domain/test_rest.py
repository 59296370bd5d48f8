"""What a crew's long day costs: nothing without data, more for more hours, and never more than the cap."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.codebook import RestRule
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.unit import Crew
from dispatch.domain.rest import TOLD_IN, Work, list_manned, measure_work, price_rest
from routing.terms.weighing import LAST_RESORT_S

ON = datetime(2026, 7, 12, 0, 0, tzinfo=UTC)
PAUSE = timedelta(minutes=30)
RULE = RestRule(price_s_per_h=20.0, most_s=60.0, after_on_h=10.0, after_out_h=3.0, last_on_h=16.0)
hours = st.floats(0, 30)


def crew(*names: str) -> Crew:
    return Crew(id="c", agency_id="115", unit_ids=["u"], names=list(names), signed_on_at=ON)


def run(begin_min: float, end_min: float | None) -> Assignment:
    return Assignment(
        id=f"a{begin_min}", incident_id="i", leg_id="l", unit_id="u", agency_id="115", need_id=None,
        state="ended" if end_min is not None else "active", hot=True, dispatched_by="d", created_at=ON,
        dispatched_at=ON + timedelta(minutes=begin_min), crew_id="c",
        ended_at=None if end_min is None else ON + timedelta(minutes=end_min),
    )  # fmt: skip


def work(now_min: float, *runs: Assignment) -> Work:
    return measure_work(crew(), runs, ON + timedelta(minutes=now_min), PAUSE)


def test_hours_are_counted_from_when_the_crew_signed_on_in_whole_steps() -> None:
    assert work(11 * 60 + 47) == Work(on_s=60.0 * (11 * 60 + 40), out_s=0.0)
    assert work(-5) == Work(on_s=0.0, out_s=0.0)


def test_work_goes_on_over_short_pauses_and_ends_with_a_long_one() -> None:
    first, second, third = run(0, 60), run(120, 180), run(200, 240)
    assert work(260, first, second, third).out_s == 60 * 140
    assert work(269, first, second, third).out_s == 60 * 140
    assert work(270, first, second, third).out_s == 0
    assert work(300, first, run(120, None)).out_s == 60 * 180


def test_what_was_begun_before_the_crew_signed_on_or_never_ordered_is_not_its_work() -> None:
    queued = msgspec.structs.replace(run(10, None), dispatched_at=None)
    assert work(40, run(-300, 35), queued).out_s == 60 * 40


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90)), max_size=6), st.integers(0, 400))
def test_nobody_is_out_longer_than_on_and_another_run_never_shortens_it(
    spans: list[tuple[int, int]], now_min: int
) -> None:
    runs = [run(begin, begin + length) for begin, length in spans if begin + length <= now_min]
    whole = work(now_min, *runs)
    assert 0 <= whole.out_s <= whole.on_s
    assert whole.on_s % TOLD_IN.total_seconds() == whole.out_s % TOLD_IN.total_seconds() == 0
    assert all(work(now_min, *runs[:n]).out_s <= whole.out_s for n in range(len(runs)))


@given(hours, hours, hours, hours)
def test_the_price_grows_with_the_hours_and_is_capped_below_the_limit(
    on_h: float, out_h: float, more_on_h: float, more_out_h: float
) -> None:
    less = price_rest(RULE, Work(3600 * on_h, 3600 * out_h))
    more = price_rest(RULE, Work(3600 * (on_h + more_on_h), 3600 * (out_h + more_out_h)))
    assert 0 <= less.price_s <= more.price_s
    assert less.last == (on_h >= 16)
    assert less.price_s <= RULE.most_s + (LAST_RESORT_S if less.last else 0)
    if on_h <= 10 and out_h <= 3:
        assert less.price_s == 0


@given(hours, hours)
def test_a_rule_without_hours_costs_nothing(on_h: float, out_h: float) -> None:
    rest = price_rest(RestRule(price_s_per_h=100.0, most_s=100.0), Work(3600 * on_h, 3600 * out_h))
    assert (rest.price_s, rest.last) == (0.0, False)


@pytest.mark.parametrize(
    ("names", "able"),
    [
        ((), ("als", "bls")),
        (("An",), ()),
        (("An", "Bình"), ("bls",)),
        (("An", "Bình", "Chi"), ("als", "bls")),
    ],
)
def test_a_crew_does_what_it_has_people_for_and_one_that_gave_no_names_everything(
    names: tuple[str, ...], able: tuple[str, ...]
) -> None:
    assert list_manned(("als", "bls"), (("als", 3), ("bls", 2)), crew(*names)) == able
    assert list_manned(("als", "bls"), (("als", 3), ("bls", 2)), None) == ("als", "bls")
