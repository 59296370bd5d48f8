"""How many calls will come, by ward and hour of the week: from few calls, without inventing any.

Four factors, each a gamma-Poisson estimate that begins at 1 and leaves it as far as calls support it
(shrinkage; Clayton and Kaldor, Empirical Bayes estimates, Biometrics 43, 1987): the hour of the day, the hour
of the week, the ward against its share of the streets, and the ward in that hour. How far each is drawn back
to 1 is itself taken from the calls, by the likelihood of the negative binomial. Older calls count less.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import exp, lgamma, log
from typing import NamedTuple, TypeVar

import msgspec

Key = TypeVar("Key")

WEEK = 168
HALF_LIFE_DAYS = 56.0
"""After so many days a call counts half: cities change, and so do their weeks."""

FIRST_PER_H, FIRST_HOURS = 1.0, 24.0
"""Before anything is known, a day of one call an hour is believed."""

STRENGTHS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 300.0, 1000.0)
"""How many calls a factor of 1 is worth: the likeliest of these is taken."""

LEAST = 1e-3
"""Least that a baseline forecasts for a ward and hour: zero would make one call infinitely wrong."""


class Call(NamedTuple):
    """A call: hours since the Monday before all time began (whole, local), and its ward."""

    hour: int
    ward: str


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """Calls per hour by ward, 168 hours from Monday 0 h local; `calls` is how many were told of."""

    rates: dict[str, list[float]]
    calls: int


class ForecastError(msgspec.Struct, frozen=True, kw_only=True):
    """How wrong forecasts were on days they had not seen: mean Poisson deviance and mean absolute error per
    ward and hour; of the same from street metres and the mean rate alone (`prior_…`), and from the same hour
    a week before (`week_…`)."""

    days: int
    calls: int
    deviance: float
    mae: float
    prior_deviance: float
    prior_mae: float
    week_deviance: float
    week_mae: float


def estimate(calls: Iterable[Call], street_m: Mapping[str, float], since: int, until: int) -> Demand:
    """From the calls of the hours from `since` up to `until`; those of other hours or wards do not count."""
    wards = sorted(ward for ward, metres in street_m.items() if metres > 0)
    known = set(wards)
    heard = [call for call in calls if since <= call.hour < until and call.ward in known]
    metres = sum(street_m[ward] for ward in wards)
    share = {ward: street_m[ward] / metres for ward in wards}
    exposure = [0.0] * WEEK
    for hour in range(since, until):
        exposure[hour % WEEK] += _age_weight(until - hour)
    counts: defaultdict[tuple[str, int], float] = defaultdict(float)
    for call in heard:
        counts[call.ward, call.hour % WEEK] += _age_weight(until - call.hour)
    level = (FIRST_PER_H * FIRST_HOURS + sum(counts.values())) / (FIRST_HOURS + sum(exposure))
    by_hour = [0.0] * WEEK
    by_ward: defaultdict[str, float] = defaultdict(float)
    for (ward, hour), count in counts.items():
        by_hour[hour] += count
        by_ward[ward] += count
    hours = _shape_hours(by_hour, exposure, level)
    expected = [level * factor * seen for factor, seen in zip(hours, exposure, strict=True)]
    share = _shape_wards(share, by_ward, sum(expected))
    cells = {(ward, hour): share[ward] * expected[hour] for ward in wards for hour in range(WEEK)}
    factors = _shrink(counts, cells)
    rates = {
        ward: [level * hours[hour] * share[ward] * factors[ward, hour] for hour in range(WEEK)]
        for ward in wards
    }
    return Demand(rates=rates, calls=len(heard))


def judge(
    calls: Sequence[Call], street_m: Mapping[str, float], since: int, until: int, days: int
) -> ForecastError | None:
    """Errors over the last `days` whole days before `until`, each forecast from the days before it alone.
    None without a week before the first of them."""
    wards = sorted(ward for ward, metres in street_m.items() if metres > 0)
    origins = [until - 24 * n for n in range(days, 0, -1) if until - 24 * n - WEEK >= since]
    if not origins or not wards:
        return None
    told: defaultdict[tuple[str, int], int] = defaultdict(int)
    for call in calls:
        told[call.ward, call.hour] += 1
    metres = sum(street_m[ward] for ward in wards)
    sums, cells, heard = [0.0] * 6, 0, 0
    for origin in origins:
        before = [call for call in calls if call.hour < origin]
        rates = estimate(before, street_m, since, origin).rates
        flat = (FIRST_PER_H * FIRST_HOURS + len(before)) / (FIRST_HOURS + origin - since)
        for ward in wards:
            for hour in range(origin, origin + 24):
                count = told.get((ward, hour), 0)
                heard, cells = heard + count, cells + 1
                guesses = (
                    rates[ward][hour % WEEK],
                    flat * street_m[ward] / metres,
                    float(told.get((ward, hour - WEEK), 0)),
                )
                for n, guess in enumerate(guesses):
                    sums[2 * n] += _deviance(count, max(guess, LEAST))
                    sums[2 * n + 1] += abs(count - guess)
    mean = [total / cells for total in sums]
    return ForecastError(
        days=len(origins), calls=heard, deviance=mean[0], mae=mean[1], prior_deviance=mean[2],
        prior_mae=mean[3], week_deviance=mean[4], week_mae=mean[5],
    )  # fmt: skip


def _age_weight(hours: int) -> float:
    return exp(-log(2.0) * hours / (24.0 * HALF_LIFE_DAYS))


def _shape_hours(by_hour: Sequence[float], exposure: Sequence[float], level: float) -> list[float]:
    """Factor of each hour of the week, about its hour of the day; their mean is 1."""
    of_day = _shrink(
        {hour: sum(by_hour[hour::24]) for hour in range(24)},
        {hour: level * sum(exposure[hour::24]) for hour in range(24)},
    )
    of_week = _shrink(
        dict(enumerate(by_hour)), {hour: level * of_day[hour % 24] * exposure[hour] for hour in range(WEEK)}
    )
    factors = [of_day[hour % 24] * of_week[hour] for hour in range(WEEK)]
    mean = sum(factors) / WEEK
    return [factor / mean for factor in factors]


def _shape_wards(share: Mapping[str, float], by_ward: Mapping[str, float], total: float) -> dict[str, float]:
    """Shares of the wards, drawn from their streets towards their calls; they add up to 1."""
    factors = _shrink(by_ward, {ward: part * total for ward, part in share.items()})
    drawn = {ward: part * factors[ward] for ward, part in share.items()}
    whole = sum(drawn.values())
    return {ward: part / whole for ward, part in drawn.items()}


def _shrink(counts: Mapping[Key, float], expected: Mapping[Key, float]) -> dict[Key, float]:
    """(strength + count) / (strength + expected) by key, with the likeliest strength."""
    strength = max(STRENGTHS, key=lambda k: _likelihood(counts, expected, k))
    return {key: (strength + counts.get(key, 0.0)) / (strength + mean) for key, mean in expected.items()}


def _likelihood(counts: Mapping[Key, float], expected: Mapping[Key, float], strength: float) -> float:
    """Log likelihood of negative binomials of these means and one shape, but for what that does not touch."""
    total, at_none = 0.0, lgamma(strength)
    for key, mean in expected.items():
        total += strength * log(strength / (strength + mean))
        count = counts.get(key, 0.0)
        if count > 0 and mean > 0:
            total += lgamma(strength + count) - at_none + count * log(mean / (strength + mean))
    return total


def _deviance(count: int, guess: float) -> float:
    """Poisson deviance of one cell."""
    return 2.0 * ((count * log(count / guess) if count else 0.0) - (count - guess))
