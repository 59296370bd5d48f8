"""Utrecht days for the policies' benchmarks: seeds for tuning, seeds for judging, days run and judged."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dispatch.simulate.fan_out import HERE, Where, fan_out
from dispatch.simulate.generate import generate_calls
from dispatch.simulate.kernel import Call, Simulation
from dispatch.simulate.measures import Measures, measure
from routing.policies.mexclp import BasePlan, plan_bases
from routing.terms.deployment import Deployment, Region

TUNING_SEEDS = range(1, 100)
JUDGING_SEEDS = range(1000, 1030)
UNITS = 20
CALLS_A_DAY = 1400

Make = Callable[[Region, Sequence[int]], Deployment]


@dataclass(frozen=True)
class Day:
    """Calls, and where its units begin."""

    calls: list[Call]
    homes: list[int]


def find_data() -> Path:
    """The folder of the Utrecht data, from UTRECHT_DATA."""
    default = Path(__file__).parents[2] / "shared" / "data" / "utrecht"
    return Path(os.environ.get("UTRECHT_DATA", default))


def draw_days(region: Region, seeds: Sequence[int], per_min: float, homes: list[int]) -> list[Day]:
    """A day for each seed."""
    return [Day(generate_calls(region, seed, CALLS_A_DAY, per_min), homes) for seed in seeds]


def run_days(region: Region, days: Sequence[Day], make: Make, where: Where = HERE) -> list[Measures]:
    """Every day under one policy, made anew for each."""
    return list(fan_out(_run_day, (region, make), days, where))


def _run_day(shared: tuple[Region, Make], day: Day) -> Measures:
    region, make = shared
    return measure(day.calls, Simulation(region, day.homes, make(region, day.homes)).run(day.calls))


def collect(runs: Sequence[Measures], name: str) -> npt.NDArray[np.float64]:
    """One measure of all days."""
    return np.array([getattr(run, name) for run in runs])


def find_static_plan(
    region: Region, closest: Make, per_min: float, reaches_min: Sequence[float]
) -> tuple[float, float, BasePlan]:
    """The best of the MEXCLP plans for some reaches and for shares of busy units from .20 to .70, by late
    calls on tuning days: its reach, its share, and the plan."""
    plans: dict[tuple[int, ...], tuple[float, float, BasePlan]] = {}
    for reach_min in reaches_min:
        for busy in np.arange(0.20, 0.705, 0.02).round(2).tolist():
            plan = plan_bases(replace(region, late_min=reach_min), UNITS, busy)
            plans.setdefault(tuple(plan.homes), (reach_min, busy, plan))

    def judge(plan: BasePlan) -> float:
        days = draw_days(region, TUNING_SEEDS[:8], per_min, plan.homes)
        return float(collect(run_days(region, days, closest), "late_12").mean())

    return min(plans.values(), key=lambda found: judge(found[2]))
