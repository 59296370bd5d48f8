"""The hours of a generated city day: how many incidents, which kinds, how slow the roads; rain and tide.

All of it is assumed, but for what the own log has taught (`LearnedWeek`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from dispatch.domain.codebook import CodeBook
from routing.cover.demand import WEEK
from routing.terms.deployment import Times

BY_HOUR = (
    0.55, 0.45, 0.40, 0.35, 0.40, 0.55, 0.80, 1.05, 1.20, 1.20, 1.20, 1.15,
    1.05, 1.05, 1.10, 1.15, 1.25, 1.45, 1.55, 1.50, 1.40, 1.25, 1.00, 0.75,
)  # fmt: skip
"""Share of a mean hour's incidents in each hour of the day."""

TRAFFIC = (
    0.9, 0.9, 0.9, 0.9, 0.9, 0.95, 1.1, 1.3, 1.25, 1.1, 1.05, 1.1,
    1.05, 1.05, 1.1, 1.15, 1.3, 1.4, 1.3, 1.1, 1.05, 1.0, 0.95, 0.9,
)  # fmt: skip
"""Driving times of each hour, as multiples of the measured ones."""

ANY, EACH = "any", "week"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""What a day can be: any, which is a mean one; a day of the week; or each in turn, by the seed."""

BY_WEEKDAY = (0.97, 0.96, 0.97, 0.99, 1.05, 1.06, 1.00)
"""Incidents of each day of the week against a mean day's, before its evenings out are added."""

OUT_FROM_H, OUT_UNTIL_H, OUT = 20, 2, 1.3
"""Friday and Saturday evenings, into the night after them: so many times the incidents."""

JAMS_WEEKEND, JAMS_HOLIDAY = 0.6, 0.3
"""Share that is left of what the busy hours of traffic add to driving times."""

HOLIDAY_CALLS = 0.9
HOLIDAY_KINDS = {
    "traffic_injury": 1.5, "brawl": 1.5, "house_fire": 1.3, "noise": 1.5, "waste_fire": 1.5,
    "crash_damage": 0.6, "lift_trapped": 0.6, "snatching": 0.7,
}  # fmt: skip
"""Tết: fewer calls in an emptier city, and other ones."""

RAIN_CALLS = 1.25
TIDE_EVERY_H, TIDE_FROM_H, TIDE_UNTIL_H = 12.42, -2.0, 1.5
"""High water comes again, and stands in the streets from before until after it; rain runs off only then."""
TIDE_ALONE = 0.5
"""What high water without rain adds to driving times, of what a flood adds."""


@dataclass(frozen=True)
class DayOptions:
    """What kind of day. `per_hour` incidents on average; in rain driving takes `flood` times as long, and
    where `tide_h` is an hour of high water, until that has gone; a burst is `burst` more incidents within
    half an hour from `burst_min` on, when `mass_casualty` happens too. `weekday`: WEEKDAYS, ANY or EACH."""

    per_hour: float = 60.0
    hours: float = 24.0
    rain: bool = False
    flood: float = 1.4
    burst: int = 0
    burst_min: float = 1050.0
    mass_casualty: bool = False
    weekday: str = ANY
    holiday: bool = False
    tide_h: float | None = None
    shifts: bool = False


@dataclass(frozen=True, eq=False)
class LearnedWeek:
    """Times that each agency is asked for in an hour, as its log forecasts: 168 hours from Monday 0 h × wards
    in the model's order. An agency of which nothing was learned is not in it."""

    asked: Mapping[str, Times]

    def count_incidents(self, book: CodeBook, kinds: Sequence[tuple[str, float]]) -> float:
        """In a mean hour, of kinds with these weights."""
        week = [{a: float(rates[hour].sum()) for a, rates in self.asked.items()} for hour in range(WEEK)]
        return float(np.mean([spread_over_kinds(book, kinds, hour).sum() for hour in week]))


def find_weekday(options: DayOptions, seed: int) -> int | None:
    """0 is Monday; None a mean day."""
    if options.weekday == EACH:
        return seed % 7
    return WEEKDAYS.index(options.weekday) if options.weekday != ANY else None


def find_calls(options: DayOptions, weekday: int | None) -> npt.NDArray[np.float64]:
    """Incidents of each hour of the day, as shares of a mean hour's; a week is seven mean days."""
    shape = np.array(BY_HOUR)
    if weekday is not None:
        week = np.outer(BY_WEEKDAY, BY_HOUR).ravel()
        for evening in (4, 5):
            from_h = 24 * evening + OUT_FROM_H
            week[np.arange(from_h, from_h + (OUT_UNTIL_H - OUT_FROM_H) % 24) % WEEK] *= OUT
        shape = week.reshape(7, 24)[weekday] * (np.mean(BY_HOUR) / week.mean())
    return shape * (HOLIDAY_CALLS if options.holiday else 1.0)


def find_traffic(options: DayOptions, weekday: int | None) -> npt.NDArray[np.float64]:
    """Multiples of the driving times in each hour of the day."""
    usual, left = np.array(TRAFFIC), 1.0
    if options.holiday:
        left = JAMS_HOLIDAY
    elif weekday is not None and weekday >= 5:
        left = JAMS_WEEKEND
    return np.where(usual > 1.0, 1.0 + left * (usual - 1.0), usual)


def draw_rain(rng: np.random.Generator, options: DayOptions) -> npt.NDArray[np.bool_]:
    """Minutes of the day in which it rains: one downpour of an afternoon, as in the wet season."""
    begins, lasts = rng.uniform(13 * 60, 18 * 60), rng.uniform(60, 180)
    minutes = np.arange(max(1, int(options.hours * 60)))
    return (minutes >= begins) & (minutes < begins + lasts) & options.rain


def find_water(rain: npt.NDArray[np.bool_], options: DayOptions) -> npt.NDArray[np.float64]:
    """How many times as long driving takes in each minute for water in the streets: in rain, and, where there
    is a tide, from when rain meets high water until that has gone; less in high water without rain."""
    if options.tide_h is None:
        return np.where(rain, options.flood, 1.0)
    hours = np.arange(len(rain)) / 60.0
    since = (hours - options.tide_h - TIDE_FROM_H) % TIDE_EVERY_H
    high = since < TIDE_UNTIL_H - TIDE_FROM_H
    flooded = rain.copy()
    for minute in range(1, len(rain)):
        flooded[minute] |= flooded[minute - 1] and high[minute]
    return np.where(flooded, options.flood, np.where(high, 1.0 + TIDE_ALONE * (options.flood - 1.0), 1.0))


def spread_over_kinds(
    book: CodeBook,
    kinds: Sequence[tuple[str, float]],
    asked: Mapping[str, float],
) -> npt.NDArray[np.float64]:
    """Incidents an hour of each kind (type and weight), so that agencies are asked for as often as `asked`
    says, as nearly as kinds allow: within an agency's types the weights hold, each agency's as a whole are
    fitted by least squares (C. Lawson, R. Hanson, Solving Least Squares Problems, 1974)."""
    leads = [book.types[type_code].agency_id for type_code, _ in kinds]
    weights = np.array([weight for _, weight in kinds])
    agencies = sorted(asked)
    groups = sorted(set(leads))
    mine = np.array([[lead == group for lead in leads] for group in groups])
    shares = mine * weights / np.maximum((mine * weights).sum(axis=1, keepdims=True), 1e-12)
    asks = np.array([[agency in _list_asked(book, t) for t, _ in kinds] for agency in agencies], dtype=float)
    levels, _ = nnls(asks @ shares.T, np.array([asked[agency] for agency in agencies]))
    found: npt.NDArray[np.float64] = levels @ shares
    return found


def _list_asked(book: CodeBook, type_code: str) -> set[str]:
    """Agencies that the plan of a type asks at its first level."""
    plan = book.find_plan(type_code, book.types[type_code].priority)
    return {leg.agency_id for leg in plan.levels[0]} if plan is not None else set()
