"""Runs of the Utrecht region as the command line asks for them, and their files."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import msgspec

from dispatch.simulate.files import write_whole
from dispatch.simulate.generate import generate_calls
from dispatch.simulate.kernel import Call, Outcome, Simulation
from dispatch.simulate.measures import Measures, measure
from dispatch.simulate.utrecht import DataUnusable, find_fleet, read_region, read_trace
from routing.terms.deployment import DEPLOYMENT_MODULES, Region, get_deployment

BUSY_PLAN = 0.5
"""Share of busy units for which bases are planned where no fleet was published; more under a heavy load."""

MEAN_JOB_MIN = 61.0
"""How long a call takes a unit on generated days, closest-idle."""

DEFAULT_UNITS = 20

LONGEST_MIN = 1e10
"""Beyond so many minutes a clock would round what is measured to more than 1e-6 of them."""


@dataclass(frozen=True)
class Run:
    """What was simulated, and what came of it. `said` are remarks for the operator."""

    region: Region
    calls: list[Call]
    outcome: Outcome
    measures: Measures
    said: list[tuple[str, str]]


def simulate_trace(folder: Path, name: str, policy: str, units: int | None = None) -> Run:
    """A recorded day, its units based as published. Raises DataUnusable."""
    region = read_region(folder)
    trace = read_trace(folder, region, name)
    count, said = units or trace.units, []
    if count is None:
        count = DEFAULT_UNITS
        said.append(
            (
                f"Không tệp nào nói {name} có bao nhiêu xe; dùng {count}. Hãy cho --units.",
                f"No file tells how many units {name} has; {count} are taken. Say --units.",
            )
        )
    homes = find_fleet(folder, region, count)
    if homes is None:
        homes = _plan_homes(region, count)
        said.append(
            (
                f"Không có tệp đội {count} xe; nơi đóng do MEXCLP tính.",
                f"No fleet of {count} units was published; bases are planned by MEXCLP.",
            )
        )
    return _run(region, homes, trace.calls, policy, said)


def simulate_generated(folder: Path, seed: int, calls: int, units: int, per_min: float, policy: str) -> Run:
    """A day drawn by chance, its units based by MEXCLP. Raises DataUnusable."""
    if not calls / per_min <= LONGEST_MIN:
        raise DataUnusable(
            f"--rate {per_min:g} quá nhỏ cho {calls} cuộc gọi: phải dưới {LONGEST_MIN:g} phút.",
            f"--rate {per_min:g} is too small for {calls} calls: they must come within {LONGEST_MIN:g} min.",
        )
    region = read_region(folder)
    # The plan that proved best on days of λ .09, .129 and .19 was for this share, above the true one.
    busy = min(0.9, max(BUSY_PLAN, 1.1 * per_min * MEAN_JOB_MIN / units))
    homes = _plan_homes(region, units, busy)
    return _run(region, homes, generate_calls(region, seed, calls, per_min), policy, [])


def write_measures(run: Run, path: Path) -> None:
    """The measures as JSON."""
    text = msgspec.json.format(msgspec.json.encode(run.measures), indent=2).decode() + "\n"
    write_whole(path, text)


def write_calls(run: Run, path: Path) -> None:
    """A row a call in the order of arrival: its unit, from 0, and its response."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("unit", "response_min"))
    rows.writerows((s.unit, repr(s.response_min)) for s in run.outcome.served if s is not None)
    write_whole(path, text.getvalue())


def _run(
    region: Region, homes: Sequence[int], calls: list[Call], policy: str, said: list[tuple[str, str]]
) -> Run:
    try:
        make = get_deployment(policy)
    except KeyError as error:
        known = ", ".join(DEPLOYMENT_MODULES)
        raise DataUnusable(
            f"Không có chính sách {policy!r}; có: {known}.",
            f"There is no policy {policy!r}; there are {known}.",
        ) from error
    outcome = Simulation(region, homes, make(region, homes)).run(calls)
    return Run(region, calls, outcome, measure(calls, outcome), said)


def _plan_homes(region: Region, units: int, busy: float = BUSY_PLAN) -> list[int]:
    from routing.policies.mexclp import NoPlan, plan_bases

    try:
        return plan_bases(region, units, busy).homes
    except NoPlan as error:
        raise DataUnusable(
            f"Không tính được nơi đóng cho {units} xe ({error}).",
            f"No bases could be planned for {units} units ({error}).",
        ) from error
