"""Two policies on the same days: differences by day, incident and ward, and only of what both served."""

from dataclasses import replace
from functools import partial

import msgspec
import pytest

from dispatch.simulate.city_days import draw_day
from dispatch.simulate.city_hours import DayOptions
from dispatch.simulate.comparison import compare, find_difference
from dispatch.simulate.question import CompareQuestion, Comparison, GeneratedDays
from tests.unit.simulate.cities import WARDS, make_city

CITY = make_city()
ALONE = replace(CITY, agencies={"115": CITY.agencies["115"]})
NAMES = [(name, name.upper()) for name, *_ in WARDS]


def run(policies: tuple[str, str], days: int = 2) -> Comparison:
    options = DayOptions(per_hour=12.0, hours=4.0)
    draw = [partial(draw_day, CITY.book, CITY.demand, ("115",), seed, options) for seed in range(1, days + 1)]
    return compare(ALONE, NAMES, draw, policies, targets={"115": 15.0})


def test_a_policy_beside_itself_differs_in_nothing() -> None:
    found = run(("closest", "closest")).agencies["115"]
    assert {figure.difference for figure in found.figures.values()} == {0.0}
    assert (found.sooner, found.later) == (0, 0)
    assert all(ward.policy_min == ward.other_min for ward in found.wards)


def test_every_incident_that_both_served_counts_once_in_its_ward() -> None:
    result = run(("default", "closest"))
    found = result.agencies["115"]
    assert found.figures["calls"].policy == found.figures["calls"].other
    assert result.incidents == 2 * found.figures["calls"].policy
    served = found.sooner + found.later + found.same
    assert sum(ward.incidents for ward in found.wards) == served == result.incidents
    assert {(ward.code, ward.name) for ward in found.wards} <= set(NAMES)
    mean = sum(ward.incidents * (ward.policy_min - ward.other_min) for ward in found.wards) / served
    days = found.figures["mean_min"]
    assert mean == pytest.approx(days.difference, abs=0.5)
    assert found.target_min == 15.0
    assert 0 <= found.figures["late_target"].policy <= found.figures["late_15"].policy


def test_incidents_of_the_log_that_changed_are_told_with_who_would_have_gone_the_most_first() -> None:
    day = draw_day(CITY.book, CITY.demand, ("115",), 1, DayOptions(per_hour=30.0, hours=4.0))
    named = [replace(incident, number=f"261122-{n:04}") for n, incident in enumerate(day.incidents)]
    recorded = compare(ALONE, NAMES, [lambda: replace(day, incidents=named)], ("default", "closest"))
    told = recorded.agencies["115"].incidents
    sizes = [abs(one.policy_min - one.other_min) for one in told]
    assert sizes == sorted(sizes, reverse=True)
    assert len(told) == min(20, recorded.agencies["115"].sooner + recorded.agencies["115"].later) > 0
    fleet = {unit.unit_id for unit in CITY.agencies["115"].units}
    assert all({*one.policy_units, *one.other_units} <= fleet for one in told)
    assert run(("default", "closest"), 1).agencies["115"].incidents == []


def test_one_day_alone_has_no_interval() -> None:
    assert {
        figure.plus_minus for figure in run(("default", "closest"), 1).agencies["115"].figures.values()
    } == {None}
    assert find_difference([3.0, 5.0], [1.0, 1.0]).difference == 3.0
    # Student's t of one degree of freedom, 12.706, times the standard error 1.
    assert find_difference([3.0, 5.0], [1.0, 1.0]).plus_minus == pytest.approx(12.706, abs=0.001)


def test_what_strikes_a_short_day_strikes_in_the_middle_of_it() -> None:
    assert GeneratedDays(hours=24.0).options.burst_min == 1050.0
    assert GeneratedDays(hours=2.0).options.burst_min == 60.0


@pytest.mark.parametrize(
    "day",
    [
        {"kind": "generated", "days": 21},
        {"kind": "generated", "hours": 0},
        {"kind": "generated", "speed": 2},
        {"kind": "recorded", "start": "2026-11-22T00:00:00"},
        {"kind": "tomorrow"},
    ],
)
def test_a_question_out_of_bounds_is_no_question(day: dict[str, object]) -> None:
    whole = {"day": day, "agencies": ["115"], "policy": "default", "other": "closest"}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(whole, CompareQuestion)
