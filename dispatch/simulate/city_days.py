"""Days of a city drawn by chance: what happens when and where, and how long it will take whom.

Every incident has a stream of its own, so that a burst, rain or a mass casualty incident leaves the rest of
the day as it was, and every policy meets the same incidents. How often what happens, and for how long, is
assumed: no log of a real year stands behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch.domain.codebook import CodeBook, PlanNeed
from dispatch.domain.model.incident import Incident as OpenedIncident
from dispatch.simulate.city_hours import (
    HOLIDAY_KINDS,
    RAIN_CALLS,
    DayOptions,
    LearnedWeek,
    draw_rain,
    find_calls,
    find_traffic,
    find_water,
    find_weekday,
    spread_over_kinds,
)
from routing.terms.deployment import Times

Kind = tuple[str, float, float, float, float]
KINDS: tuple[Kind, ...] = (
    ("house_fire", 3, 25, 60, 0.1),
    ("vehicle_fire", 2, 12, 30, 0.0),
    ("electrical_fire", 3, 12, 30, 0.0),
    ("waste_fire", 3, 10, 25, 0.0),
    ("lift_trapped", 3, 12, 35, 0.0),
    ("fallen_tree", 1, 20, 60, 0.0),
    ("trapped_in_vehicle", 1, 20, 50, 0.6),
    ("cardiac_arrest", 3, 20, 40, 0.6),
    ("breathing", 8, 12, 25, 0.7),
    ("chest_pain", 7, 12, 25, 0.8),
    ("stroke", 6, 10, 20, 0.9),
    ("unconscious", 7, 12, 25, 0.7),
    ("fall", 9, 12, 25, 0.6),
    ("seizure", 4, 10, 20, 0.6),
    ("traffic_injury", 12, 12, 25, 0.7),
    ("crash_damage", 7, 15, 40, 0.0),
    ("snatching", 5, 12, 30, 0.0),
    ("brawl", 6, 12, 30, 0.0),
    ("domestic_violence", 4, 15, 40, 0.0),
    ("theft_in_progress", 4, 12, 30, 0.0),
    ("noise", 6, 8, 20, 0.0),
)
"""Incident type, weight, minutes on scene from and to, share of ambulances that take somebody to hospital."""

MASS_CASUALTY = ("mass_casualty", 0.0, 30.0, 80.0, 0.9)

HANDOVER_MIN = (10.0, 30.0)


@dataclass(frozen=True)
class Job:
    """What one unit will do at an incident: minutes on scene; whether it goes to hospital, how long there."""

    scene_min: float
    aboard: bool
    handover_min: float


@dataclass(frozen=True)
class Incident:
    """One incident as it will turn out. `needs` by agency, `jobs` one for each unit that these ask for;
    `number` is the log's, where it is from there, and `told` what was known of it."""

    at_min: float
    type_code: str
    priority: int
    place: int
    needs: dict[str, tuple[PlanNeed, ...]]
    jobs: dict[str, tuple[Job, ...]]
    number: str = ""
    told: OpenedIncident | None = None


@dataclass(frozen=True, eq=False)
class Day:
    """Incidents in order of time, and how slow the roads are: a multiple for each minute of the day, which
    begins at the hour `from_h` of the city's time. `shifts`: crews change by their agency's table."""

    incidents: list[Incident]
    slowness: Times
    from_h: float = 0.0
    shifts: bool = False

    def slow(self, at_min: float) -> float:
        """How many times as long a drive takes that begins now; after the day, as in its last minute."""
        return float(self.slowness[min(len(self.slowness) - 1, int(at_min))])

    def hour_at(self, at_min: float) -> float:
        """The hour on the city's clocks, 0 ≤ hour < 24."""
        return (self.from_h + at_min / 60.0) % 24.0


@dataclass(frozen=True, eq=False)
class _Chances:
    """Of one hour: incidents, each kind's share, and each ward's by the agency that leads ("" = all)."""

    per_hour: float
    kinds: Times
    wards: dict[str, Times]


def draw_day(
    book: CodeBook,
    demand: Sequence[float],
    agencies: Sequence[str],
    seed: int,
    options: DayOptions,
    learned: LearnedWeek | None = None,
) -> Day:
    """A day at places with these shares of calls, or as the own log has taught where the day of the week is
    known. The same seed gives the same incidents whatever else strikes; only those of a burst are added."""
    weather, moments, thinning, bursting = (
        np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(4)
    )
    rain = draw_rain(weather, options)
    weekday = find_weekday(options, seed)
    hours = _list_chances(book, demand, options, weekday, learned)
    hour = (np.arange(len(rain)) // 60) % 24
    rate = np.array([one.per_hour for one in hours])[hour] * np.where(rain, RAIN_CALLS, 1.0) / 60.0
    most = max(one.per_hour for one in hours) * RAIN_CALLS / 60.0

    def draw(at_min: float, stream: tuple[int, ...], kind: Kind | None = None, level: int = 1) -> Incident:
        chances = hours[int(at_min // 60) % 24]
        return _draw_incident(book, chances, agencies, at_min, stream, kind, level)

    incidents: list[Incident] = []
    at_min, number = float(moments.exponential(1.0 / most)), 0
    while at_min < len(rain):
        if thinning.random() * most < rate[int(at_min)]:
            incidents.append(draw(at_min, (seed, 0, number)))
        at_min, number = at_min + float(moments.exponential(1.0 / most)), number + 1
    begins = options.burst_min + 30.0 * np.sort(bursting.random(options.burst))
    incidents += [draw(float(begin), (seed, 1, number)) for number, begin in enumerate(begins)]
    if options.mass_casualty:
        incidents.append(draw(options.burst_min, (seed, 2, 0), MASS_CASUALTY, level=2))
    slowness = find_traffic(options, weekday)[hour] * find_water(rain, options)
    return Day(sorted(incidents, key=lambda incident: incident.at_min), slowness, shifts=options.shifts)


def count_learned(book: CodeBook, learned: LearnedWeek) -> float:
    """Incidents in a mean hour of a learned week."""
    return learned.count_incidents(book, [(type_code, weight) for type_code, weight, *_ in KINDS])


def _list_chances(
    book: CodeBook,
    demand: Sequence[float],
    options: DayOptions,
    weekday: int | None,
    learned: LearnedWeek | None,
) -> list[_Chances]:
    """Of each hour of the day."""
    weights = np.array([weight for _, weight, *_ in KINDS])
    if options.holiday:
        weights = weights * [HOLIDAY_KINDS.get(type_code, 1.0) for type_code, *_ in KINDS]
    calls, wards = find_calls(options, weekday), {"": np.array(demand)}
    if learned is None or weekday is None or not learned.asked:
        return [_Chances(share * options.per_hour, weights / weights.sum(), wards) for share in calls]
    found = []
    named = [(type_code, weight) for (type_code, *_), weight in zip(KINDS, weights.tolist(), strict=True)]
    scale = options.per_hour / learned.count_incidents(book, named)
    for hour in range(24):
        row = 24 * weekday + hour
        rates = {agency: of_week[row] for agency, of_week in learned.asked.items()}
        kinds = spread_over_kinds(book, named, {agency: float(r.sum()) for agency, r in rates.items()})
        per_hour = float(kinds.sum())
        shares = kinds / per_hour if per_hour > 0 else weights / weights.sum()
        by_lead = {agency: r for agency, r in rates.items() if r.sum() > 0}
        found.append(_Chances(per_hour * scale, shares, {**wards, **by_lead}))
    return found


def _draw_incident(
    book: CodeBook,
    chances: _Chances,
    agencies: Sequence[str],
    at_min: float,
    seed: tuple[int, ...],
    kind: Kind | None,
    level: int,
) -> Incident:
    """By chance of its own, so that no incident depends on whether another happens."""
    rng = np.random.default_rng(seed)
    type_code, _, least, most, aboard = kind or KINDS[int(rng.choice(len(KINDS), p=chances.kinds))]
    demand = chances.wards.get(book.types[type_code].agency_id, chances.wards[""])
    place = int(np.searchsorted(np.cumsum(demand), rng.random() * sum(demand), side="right"))
    priority = book.types[type_code].priority
    plan = book.find_plan(type_code, priority)
    legs = plan.levels[min(level, len(plan.levels)) - 1] if plan is not None else ()
    needs: dict[str, tuple[PlanNeed, ...]] = {}
    jobs: dict[str, tuple[Job, ...]] = {}
    for leg in legs:
        drawn = tuple(
            Job(
                float(rng.uniform(least, most)),
                bool(rng.random() < aboard),
                float(rng.uniform(*HANDOVER_MIN)),
            )
            for _ in range(sum(need.count for need in leg.needs))
        )
        if leg.agency_id in agencies:
            needs[leg.agency_id], jobs[leg.agency_id] = leg.needs, drawn
    return Incident(at_min, type_code, priority, min(place, len(demand) - 1), needs, jobs)
