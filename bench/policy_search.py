"""Find the settings of the default policy on development days: a seeded walk, the same every time.

    python -m bench.policy_search [--home] [--evaluations 120] [--seed 1]

Days: generated ones of tuning seeds at λ .129 and .19, and the two published development traces. The judge
weighs late calls and half of the mean, relative to closest-idle with the same bases, and asks a price for
missing a target. With --home: generated days at λ .19, .129 and .09, and what is weighed beside late calls is
the mean, calls later than 15 minutes and the worst tenth of the region, with a price for any longer mean.
The walk begins where trials by hand ended (`START`). Each step changes one to three settings by chance and is
kept if it is better. Settings that make no difference stay as they are.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial

import numpy as np

from bench._days import TUNING_SEEDS, UNITS, Day, collect, draw_days, find_data, run_days
from dispatch.simulate.measures import Measures
from dispatch.simulate.utrecht import find_fleet, read_region, read_trace
from routing.cover.sending import Settings
from routing.policies import expected_response, expected_response_home
from routing.policies.mexclp import plan_bases
from routing.terms.deployment import Region, get_deployment

FIXED = {"trips_per_call", "soon_min"}
PROBABILITIES = {"gone_send", "gone_base"}
SHARES = {"soon_hospital", "soon_scene"}
SENDING = ["late_now", "late_next", "gone_send", "absence_calls", "still_send_min", "patience"]
SENDING += ["soon_hospital", "soon_scene"]
BUSY_PLAN = 0.5

START = Settings(
    late_now=8.0,
    late_next=10.0,
    gone_send=0.367,
    absence_calls=1.81,
    still_send_min=14.8,
    patience=0.291,
    gone_base=0.22,
    late_base=17.0,
    fade_base_min=40.0,
    fade_move_min=19.0,
    trip_price=0.3,
    soon_hospital=0.7,
    soon_scene=0.0,
)
START_HOME = replace(
    START,
    late_now=16.0,
    late_next=6.27,
    gone_send=0.395,
    absence_calls=4.16,
    soon_hospital=0.453,
    soon_scene=0.05,
    patience=0.3,
)
"""What an earlier walk found at λ .129 and .19 alone."""

HOME_SETS = ((0.19, 1.0, 12, 0.64), (0.129, 1.0, 10, BUSY_PLAN), (0.09, 0.4, 8, BUSY_PLAN))
"""Calls a minute, weight, days, share of busy units that the bases are planned for."""
HOME_SEED = 30
HOME_WEIGHTS = {"late_12": 1.0, "mean_min": 0.3, "late_15": 0.15, "worst_decile_area_mean_min": 0.3}


class HomeJudge:
    """What settings for centres whose units go home are worth at several loads; less is better."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._sets: list[tuple[float, Sequence[Day], list[Measures]]] = []
        for per_min, weight, days, busy in HOME_SETS:
            homes = plan_bases(region, UNITS, busy).homes
            drawn = draw_days(region, range(HOME_SEED, HOME_SEED + days), per_min, homes)
            self._sets.append((weight, drawn, run_days(region, drawn, get_deployment("closest"))))

    def judge(self, settings: Settings) -> tuple[float, list[float]]:
        """The price, and (late, mean) relative to closest-idle for each load."""
        price, told = 0.0, []
        make = partial(expected_response_home.make, settings=settings)
        for weight, days, base in self._sets:
            runs = run_days(self._region, days, make)
            change = {
                name: float(collect(runs, name).mean() / collect(base, name).mean() - 1)
                for name in HOME_WEIGHTS
            }
            price += weight * sum(share * change[name] for name, share in HOME_WEIGHTS.items())
            price += weight * 5 * max(0.0, change["mean_min"] - 0.002)
            told += [change["late_12"], change["mean_min"]]
        return price, told


class Judge:
    """What settings are worth on the development days; less is better."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._make = expected_response.make
        # Late and mean that are asked of each set of days, with some room.
        self._limits = [(-0.45, -0.14), (-0.30, -0.05), (-0.48, -0.05), (-0.34, -0.13)]
        data, homes = find_data(), plan_bases(region, UNITS, BUSY_PLAN).homes
        traces = [read_trace(data, region, name) for name in ("diesel_3", "diesel_5")]
        fleets = [find_fleet(data, region, trace.units or UNITS) or homes for trace in traces]
        self._sets: list[tuple[float, Sequence[Day]]] = [
            (1.0, draw_days(region, TUNING_SEEDS[:5], 0.129, homes)),
            (0.7, draw_days(region, TUNING_SEEDS[5:7], 0.19, homes)),
            (0.2, [Day(traces[0].calls, fleets[0])]),
            (0.2, [Day(traces[1].calls, fleets[1])]),
        ]
        closest = get_deployment("closest")
        self._bases = [run_days(region, days, closest) for _, days in self._sets]

    def judge(self, settings: Settings) -> tuple[float, list[float]]:
        """The price, and (late, mean) relative to closest-idle for each set of days."""
        price, told = 0.0, []
        for number, (weight, days) in enumerate(self._sets):
            runs = run_days(self._region, days, partial(self._make, settings=settings))
            late, mean = (
                float(collect(runs, name).mean() / collect(self._bases[number], name).mean() - 1)
                for name in ("late_12", "mean_min")
            )
            price += weight * (late + 0.5 * mean)
            late_limit, mean_limit = self._limits[number]
            price += max(0.0, late - late_limit) + 3 * max(0.0, mean - mean_limit)
            told += [late, mean]
        return price, told


def change(settings: Settings, rng: np.random.Generator, names: Sequence[str]) -> Settings:
    """One to three settings, by about a third."""
    values = asdict(settings)
    for name in rng.choice(names, size=int(rng.integers(1, 4)), replace=False):
        value, factor = values[name], float(np.exp(rng.normal(0, 0.35)))
        if name in PROBABILITIES:
            odds = value / (1 - value) * factor
            values[name] = odds / (1 + odds)
        elif name in SHARES:
            values[name] = float(np.clip(value + rng.normal(0, 0.15), 0, 1))
        else:
            values[name] = value * factor
    return replace(settings, **{name: float(f"{value:.3g}") for name, value in values.items()})


def main() -> None:
    """Walk, and print every step that was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", action="store_true", help="tune expected_response_home")
    parser.add_argument("--evaluations", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    region = read_region(find_data())
    judge = HomeJudge(region) if options.home else Judge(region)
    names = SENDING if options.home else [name for name in asdict(START) if name not in FIXED]
    best = START_HOME if options.home else START
    price, told = judge.judge(best)
    print(f"{price:+.4f}", [f"{100 * share:+.1f}" for share in told], best, flush=True)
    for number in range(options.evaluations):
        tried = change(best, rng, names)
        tried_price, told = judge.judge(tried)
        if tried_price < price:
            best, price = tried, tried_price
            print(f"{number} {price:+.4f}", [f"{100 * share:+.1f}" for share in told], best, flush=True)


if __name__ == "__main__":
    main()
