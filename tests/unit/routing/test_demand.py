"""Forecasts of calls: right where rates are known, better than the streets alone, blind to the future."""

from functools import cache
from math import exp, pi, sin
from random import Random

import pytest

from routing.cover.demand import WEEK, Call, ForecastError, estimate, judge

WARDS = {f"w{n}": 1000.0 + 500.0 * (n % 5) for n in range(12)}
BUSY = "w0"


def true_rate(ward: str, hour: int) -> float:
    """Calls an hour: more by day, and one ward four times as busy as its streets say."""
    own = 4.0 if ward == BUSY else 1.0
    return 0.25 * own * WARDS[ward] / 2000.0 * (1.0 + 0.8 * sin(2 * pi * (hour % 24 - 9) / 24))


@cache
def draw(days: int, seed: int = 3) -> tuple[Call, ...]:
    """Calls at those rates, hour by hour."""
    random, found = Random(seed), []
    for hour in range(24 * days):
        for ward in sorted(WARDS):
            left, limit = random.random(), exp(-true_rate(ward, hour))
            while left > limit:
                found.append(Call(hour, ward))
                left *= random.random()
    return tuple(found)


def error_of(days: int) -> float:
    """Mean distance from the true rates, over all wards and hours of the week."""
    rates = estimate(draw(days), WARDS, 0, 24 * days).rates
    cells = [(w, h) for w in WARDS for h in range(WEEK)]
    return sum(abs(rates[w][h] - true_rate(w, h)) for w, h in cells) / len(cells)


def judged(days: int) -> ForecastError:
    found = judge(draw(days), WARDS, 0, 24 * days, 5)
    assert found is not None
    return found


def test_the_error_falls_with_the_days_that_were_seen() -> None:
    errors = [error_of(days) for days in (1, 7, 28, 84)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.4 * errors[0]


def test_from_the_first_day_every_ward_with_streets_has_a_rate_by_its_streets() -> None:
    rates = estimate((), WARDS, 0, 0).rates
    assert rates["w1"][0] / rates["w0"][0] == pytest.approx(WARDS["w1"] / WARDS["w0"])
    assert all(rate > 0 for row in rates.values() for rate in row)
    assert "lake" not in estimate((Call(0, "lake"),), {**WARDS, "lake": 0.0}, 0, 24).rates


def test_a_ward_that_never_called_keeps_some_of_its_street_share() -> None:
    calls = [call for call in draw(28) if call.ward != "w7"]
    rates = estimate(calls, WARDS, 0, 24 * 28).rates
    assert 0 < sum(rates["w7"]) < sum(rates["w2"])


def test_on_days_it_has_not_seen_it_beats_the_streets_alone_and_the_week_before() -> None:
    found = judged(28)
    assert found.deviance < found.prior_deviance
    assert found.deviance < found.week_deviance
    assert found.mae < found.prior_mae
    assert (found.days, found.calls > 0) == (5, True)


def test_what_comes_later_changes_nothing_and_the_same_calls_give_the_same_bytes() -> None:
    past, whole = draw(14), draw(21)
    assert past == whole[: len(past)]
    assert estimate(past, WARDS, 0, 24 * 14) == estimate(whole, WARDS, 0, 24 * 14)
    assert judge(past, WARDS, 0, 24 * 14, 3) == judge(whole, WARDS, 0, 24 * 14, 3)


def test_without_a_week_before_nothing_is_judged() -> None:
    assert judge(draw(7), WARDS, 0, 24 * 7, 5) is None
