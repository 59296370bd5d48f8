"""Days of a city drawn by chance: what happens when and where, and how long it will take whom.

Every incident has a stream of its own, so that a burst, rain or a mass casualty incident leaves the rest of
the day as it was, and every policy meets the same incidents. How often what happens, and for how long, is
assumed: no log of a real year stands behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from dispatch.domain.codebook import CodeBook, PlanNeed
from dispatch.domain.model.incident import Incident as OpenedIncident
from routing.deployment import Times

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

RAIN_CALLS = 1.25
HANDOVER_MIN = (10.0, 30.0)


@dataclass(frozen=True)
class DayOptions:
    """What kind of day. `per_hour` incidents on average; in rain driving takes `flood` times as long; a burst
    is `burst` more incidents within half an hour from `burst_min` on, when `mass_casualty` happens too."""

    per_hour: float = 60.0
    hours: float = 24.0
    rain: bool = False
    flood: float = 1.4
    burst: int = 0
    burst_min: float = 1050.0
    mass_casualty: bool = False


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
    begins at the hour `from_h` of the city's time."""

    incidents: list[Incident]
    slowness: Times
    from_h: float = 0.0

    def slow(self, at_min: float) -> float:
        """How many times as long a drive takes that begins now; after the day, as in its last minute."""
        return float(self.slowness[min(len(self.slowness) - 1, int(at_min))])

    def hour_at(self, at_min: float) -> float:
        """The hour on the city's clocks, 0 ≤ hour < 24."""
        return (self.from_h + at_min / 60.0) % 24.0


def draw_day(
    book: CodeBook, demand: Sequence[float], agencies: Sequence[str], seed: int, options: DayOptions
) -> Day:
    """A day at places with these shares of calls. The same seed gives the same incidents whatever else is
    asked for; only those of a burst are added."""
    weather, moments, thinning, bursting = (
        np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(4)
    )
    rain = _draw_rain(weather, options)
    hour = (np.arange(len(rain)) // 60) % 24
    rate = np.array(BY_HOUR)[hour] * np.where(rain, RAIN_CALLS, 1.0) * options.per_hour / 60.0
    most = max(BY_HOUR) * RAIN_CALLS * options.per_hour / 60.0
    draw = partial(_draw_incident, book, demand, agencies)
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
    slowness = np.array(TRAFFIC)[hour] * np.where(rain, options.flood, 1.0)
    return Day(sorted(incidents, key=lambda incident: incident.at_min), slowness)


def _draw_rain(rng: np.random.Generator, options: DayOptions) -> npt.NDArray[np.bool_]:
    """Minutes of the day in which it rains: one downpour of an afternoon, as in the wet season."""
    begins, lasts = rng.uniform(13 * 60, 18 * 60), rng.uniform(60, 180)
    minutes = np.arange(max(1, int(options.hours * 60)))
    return (minutes >= begins) & (minutes < begins + lasts) & options.rain


def _draw_incident(
    book: CodeBook,
    demand: Sequence[float],
    agencies: Sequence[str],
    at_min: float,
    seed: tuple[int, ...],
    kind: Kind | None = None,
    level: int = 1,
) -> Incident:
    """By chance of its own, so that no incident depends on whether another happens."""
    rng = np.random.default_rng(seed)
    weights = np.array([weight for _, weight, *_ in KINDS])
    type_code, _, least, most, aboard = kind or KINDS[int(rng.choice(len(KINDS), p=weights / weights.sum()))]
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
