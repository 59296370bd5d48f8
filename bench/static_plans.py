"""Which reading of "the best static MEXCLP plan" has the reference's figures: 9.83 % late and mean 7.43.

    python -m bench.static_plans [--days 30] [--groups 10]

Closest idle at λ .129 with 20 units, on the days that judge policies, from bases by each reading of the plan:
solved exactly or greedily, for shares of busy units, reaches, at most so many units a base, drives read the
other way, demand alike everywhere, and the published fleet. With --groups the best plan alone, on so many
times 30 days: how far the figures of 30 days may lie apart by chance. UTRECHT_DATA names the data.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from bench._days import JUDGING_SEEDS, UNITS, collect, draw_days, find_data, run_days
from dispatch.simulate.utrecht import find_fleet, read_region
from routing.policies.mexclp import plan_bases
from routing.terms.deployment import Region, get_deployment

PER_MIN = 0.129
LATE, MEAN = (9.83, 0.4), (7.43, 0.1)
BEST_BUSY = 0.5
BUSY = (0.3, 0.4, 0.5, 0.6)


def plan_greedily(region: Region, busy: float, at_most: int = UNITS) -> list[int]:
    """Base after base where the next unit adds most expected cover, at most so many at one."""
    reach = region.drive_min <= region.late_min
    near = np.zeros(len(region.names))
    homes: list[int] = []
    for _ in range(UNITS):
        gains = reach[list(region.bases)] @ (region.demand * busy**near)
        full = [homes.count(base) >= at_most for base in region.bases]
        base = region.bases[int(np.argmax(np.where(full, -1.0, gains)))]
        homes.append(base)
        near += reach[base]
    return homes


def list_readings(region: Region) -> Iterator[tuple[str, Sequence[int]]]:
    """Name and home bases."""
    yield "the published fleet of 20", find_fleet(find_data(), region, UNITS) or []
    for busy in np.arange(0.1, 0.81, 0.01).round(2).tolist():
        yield f"exact, {busy:.2f} busy", plan_bases(region, UNITS, busy).homes
    for busy in (*BUSY, 0.35, 0.37, 0.55):
        yield f"greedy, {busy:.2f} busy", plan_greedily(region, busy)
    for at_most in (1, 2):
        for busy in BUSY:
            name = f"greedy, {busy:.2f} busy, at most {at_most} a base"
            yield name, plan_greedily(region, busy, at_most)
    there = replace(region, drive_min=region.drive_min.T)
    alike = replace(region, demand=np.full(len(region.names), 1 / len(region.names)))
    for busy in BUSY:
        yield f"greedy, {busy:.2f} busy, drives to the base", plan_greedily(there, busy)
        yield f"exact, {busy:.2f} busy, demand alike", plan_bases(alike, UNITS, busy).homes
        for reach_min in (8.0, 9.0, 10.0, 11.0, 13.0, 15.0):
            tried = replace(region, late_min=reach_min)
            yield f"exact, {busy:.2f} busy, within {reach_min:g} min", plan_bases(tried, UNITS, busy).homes


def bench_groups(region: Region, groups: int) -> None:
    """The plan that `bench.policies` finds at this load, on days that differ in nothing but their seeds."""
    homes = plan_bases(region, UNITS, BEST_BUSY).homes
    found = []
    print("| seeds | > 12 min % | mean |\n|---|---:|---:|")
    for first in range(1000, 1000 * (groups + 1), 1000):
        days = draw_days(region, range(first, first + 30), PER_MIN, homes)
        runs = run_days(region, days, get_deployment("closest"))
        found.append((100 * collect(runs, "late_12").mean(), collect(runs, "mean_min").mean()))
        print(f"| {first} to {first + 29} | {found[-1][0]:.2f} | {found[-1][1]:.2f} |", flush=True)
    late, mean = np.mean(found, axis=0)
    print(f"| all {30 * groups} days | {late:.2f} | {mean:.2f} |")


def main() -> None:
    """Every reading once, as Markdown; readings that come to the same plan in one row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=len(JUDGING_SEEDS))
    parser.add_argument("--groups", type=int, default=0)
    options = parser.parse_args()
    region, closest = read_region(find_data()), get_deployment("closest")
    if options.groups:
        bench_groups(region, options.groups)
        return
    names: dict[tuple[int, ...], list[str]] = {}
    for name, homes in list_readings(region):
        names.setdefault(tuple(sorted(homes)), []).append(name)
    print("| plan | > 12 min % | mean | within |\n|---|---:|---:|---|")
    for homes, readings in names.items():
        days = draw_days(region, JUDGING_SEEDS[: options.days], PER_MIN, list(homes))
        runs = run_days(region, days, closest)
        late, mean = 100 * collect(runs, "late_12").mean(), collect(runs, "mean_min").mean()
        held = [
            name
            for name, value, (aim, room) in (("late", late, LATE), ("mean", mean, MEAN))
            if abs(value - aim) <= room
        ]
        print(f"| {'; '.join(readings)} | {late:.2f} | {mean:.2f} | {' and '.join(held)} |", flush=True)


if __name__ == "__main__":
    main()
