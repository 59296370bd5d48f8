"""Who goes and who waits where: our policies beside closest-idle with the best static plan, on others' data.

    python -m bench.policies [--days 30] [--loads 0.129 0.19] [--no-ablation] [--processes 1] [--ray ADDRESS]

Generated days of the Utrecht region (20 units, 1,400 calls) with seeds that no search has seen, and the two
published traces. The same calls for every policy; intervals are paired over days, 95 %, relative to the mean
of the static plan. UTRECHT_DATA names the data.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.special import stdtrit

from bench._days import (
    CALLS_A_DAY,
    JUDGING_SEEDS,
    UNITS,
    Day,
    Make,
    collect,
    draw_days,
    find_data,
    find_static_plan,
    run_days,
)
from bench._table import describe_machine
from dispatch.simulate.fan_out import Where
from dispatch.simulate.measures import Measures
from dispatch.simulate.utrecht import find_fleet, read_region, read_trace
from routing.cover.sending import SETTINGS, Settings
from routing.policies import expected_response
from routing.terms.deployment import Region, get_deployment

POLICIES = ("default_home", "dmexclp", "default")
NAMES = {
    "closest": "closest idle, static plan",
    "default_home": "`default_home`: dispatch only",
    "dmexclp": "`dmexclp`: closest idle, DMEXCLP",
    "default": "`default`",
}
FAR = 1e9
TIGHTER_MIN = (8.0, 9.0, 10.0, 11.0)
"""A plan for less than the 12 minutes that count as late turns out to be the better static plan."""

ABLATIONS: dict[str, Settings] = {
    "without move-ups": replace(SETTINGS, trips_per_call=0.0),
    "sends the closest": replace(SETTINGS, absence_calls=0.0, late_now=0.0),
    "without units soon free": replace(SETTINGS, soon_hospital=0.0, soon_scene=0.0),
    "no price for late when basing": replace(SETTINGS, late_base=0.0),
    "bases whatever the drive": replace(SETTINGS, fade_base_min=FAR, fade_move_min=FAR),
    "trips for nothing": replace(SETTINGS, trip_price=0.0),
    "units on the way count at their base": replace(SETTINGS, still_send_min=0.0),
}


@dataclass(frozen=True)
class Change:
    """A relative change to the static plan and half the width of its interval."""

    share: float
    half: float

    def __str__(self) -> str:
        half = "" if np.isnan(self.half) else f" ± {100 * self.half:.1f}"
        return f"{100 * self.share:+.1f}{half}"


def compare(runs: Sequence[Measures], base: Sequence[Measures], name: str) -> Change:
    """Paired over days, relative to the mean of `base`."""
    before = collect(base, name)
    change = (collect(runs, name) - before) / before.mean()
    if len(change) < 2:
        return Change(float(change.mean()), float("nan"))
    wide = stdtrit(len(change) - 1, 0.975) * change.std(ddof=1) / np.sqrt(len(change))
    return Change(float(change.mean()), float(wide))


def tell_row(name: str, runs: Sequence[Measures], base: Sequence[Measures]) -> str:
    """One row of the table."""

    def mean(what: str, scale: float = 1.0) -> str:
        return f"{scale * collect(runs, what).mean():.2f}"

    cells = [name, mean("late_12", 100), mean("late_15", 100)]
    cells += [mean(what) for what in ("mean_min", "p90_min", "worst_decile_area_mean_min", "trips_per_call")]
    cells += ["–" if runs is base else str(compare(runs, base, what)) for what in ("late_12", "mean_min")]
    return f"| {' | '.join(cells)} |"


HEAD = (
    "| policy | > 12 min % | > 15 min % | mean | p90 | worst tenth | trips a call | late, % | mean, % |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def bench_load(
    region: Region, per_min: float, days: int, policies: Sequence[str], where: Where
) -> tuple[list[int], list[Measures]]:
    """All policies at one load; gives the static plan and its days."""
    closest = get_deployment("closest")
    _, busy, plan = find_static_plan(region, closest, per_min, [region.late_min])
    drawn = draw_days(region, JUDGING_SEEDS[:days], per_min, plan.homes)
    base = run_days(region, drawn, closest, where)
    bases = ", ".join(region.names[home] for home in plan.homes)
    print(f"\n### λ = {per_min} calls a minute, {UNITS} units, {days} days of {CALLS_A_DAY:,} calls\n")
    print(f"Static plan: MEXCLP with {busy:.2f} busy, gap {plan.gap:.1e}: {bases}.\n\n{HEAD}")
    print(tell_row(NAMES["closest"], base, base), flush=True)
    for name in policies:
        print(tell_row(NAMES[name], run_days(region, drawn, get_deployment(name), where), base), flush=True)
    reach_min, busy, tight = find_static_plan(region, closest, per_min, TIGHTER_MIN)
    tight_days = draw_days(region, JUDGING_SEEDS[:days], per_min, tight.homes)
    name = f"closest idle, static plan for {reach_min:g} min ({busy:.2f} busy)"
    print(tell_row(name, run_days(region, tight_days, closest, where), base), flush=True)
    return plan.homes, base


def tell_reference(base: Sequence[Measures]) -> None:
    """Whether the static plan is as strong as the reference says; weaker or stronger is said either way."""
    late, mean = 100 * collect(base, "late_12").mean(), collect(base, "mean_min").mean()
    spread = (
        100 * collect(base, "late_12").std(ddof=1) / np.sqrt(len(base)) if len(base) > 1 else float("nan")
    )
    within = abs(late - 9.83) <= 0.4 and abs(mean - 7.43) <= 0.1
    print(
        f"\nReference for the static plan at λ .129: 9.83 ± 0.4 % late, mean 7.43 ± 0.1. Found: {late:.2f} % "
        f"(standard error {spread:.2f}), {mean:.2f}: {'within' if within else 'NOT within'}."
    )


def bench_ablation(
    region: Region, homes: list[int], base: Sequence[Measures], days: int, where: Where
) -> None:
    """The default without one of its parts at a time, at λ .129."""
    drawn = draw_days(region, JUDGING_SEEDS[:days], 0.129, homes)
    print(f"\n### The default without one part, λ = 0.129, {days} days\n\n{HEAD}")
    for name, settings in {"whole": SETTINGS, **ABLATIONS}.items():
        make: Make = partial(expected_response.make, settings=settings)
        print(tell_row(name, run_days(region, drawn, make, where), base[:days]), flush=True)


def bench_traces(region: Region) -> None:
    """The published days, on which development looked."""
    for name in ("diesel_3", "diesel_5"):
        trace = read_trace(find_data(), region, name)
        homes = find_fleet(find_data(), region, trace.units or UNITS) or []
        days = [Day(trace.calls, homes)]
        base = run_days(region, days, get_deployment("closest"))
        print(f"\n### Trace {name}: {len(trace.calls):,} calls, {len(homes)} units (development)\n\n{HEAD}")
        print(tell_row("closest idle, as published", base, base))
        for policy in POLICIES:
            print(tell_row(NAMES[policy], run_days(region, days, get_deployment(policy)), base), flush=True)


def main() -> None:
    """Everything, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=len(JUDGING_SEEDS))
    parser.add_argument("--loads", type=float, nargs="*", default=[0.09, 0.129, 0.19])
    parser.add_argument("--ablation-days", type=int, default=10)
    parser.add_argument("--no-ablation", action="store_true")
    parser.add_argument("--no-traces", action="store_true")
    parser.add_argument("--policies", nargs="*", default=POLICIES, choices=POLICIES)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--ray", help="a Ray cluster: HOST:PORT, ray://HOST:PORT, auto, local")
    options = parser.parse_args()
    where = Where(processes=options.processes, ray=options.ray)
    if not (find_data() / "nodes_Utrecht_2021.csv").exists():
        print(f"no Utrecht data in {find_data()} (set UTRECHT_DATA)")
        return
    region = read_region(find_data())
    print(f"## Policies on the Utrecht region\n\n{describe_machine()}\n\nSettings: {SETTINGS}")
    for per_min in options.loads:
        homes, base = bench_load(region, per_min, options.days, options.policies, where)
        if per_min == 0.129:
            tell_reference(base)
            if not options.no_ablation:
                bench_ablation(region, homes, base, min(options.ablation_days, options.days), where)
    if not options.no_traces:
        bench_traces(region)
    print(
        "\nThe region is simplified (no turnout, fixed siren times, one kind of unit and of call, nearest "
        "hospital) and its demand is stationary; a city has hours, weather and bursts."
    )


if __name__ == "__main__":
    main()
