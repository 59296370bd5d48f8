"""How much effort a tied plan is worth: size by size, the plan by several efforts of the solver beside the
greedy one, in one process by turns.

    python -m bench.tied [--seeds 10] [--effort 0.25 0.1 0.05]

`city`: incidents and units on a plane of 30 km, five incidents with a package of two needs, three with two
needs that a tenth of the units serves at once, two areas of which two units may go. `entangled`: nothing but
ties, needs and units by chance, floors across each other.
"""

import argparse
import statistics
import time

import numpy as np

from bench._table import describe_machine
from routing.policies import bundles, greedy
from routing.terms.policy import Bundle, Candidate, Demand, Floor, Rules, Worth, rate

Question = tuple[list[Demand], Rules]
PACKAGES, TOGETHER = 5, 3


def draw_city(seed: int, incidents: int, units: int) -> Question:
    """Three kinds of units; each need with as many of the nearest as all needs want and four more."""
    rng = np.random.default_rng(seed)
    places, stands = rng.uniform(0, 30_000, (incidents, 2)), rng.uniform(0, 30_000, (units, 2))
    metres = np.hypot(*(places[:, None, :] - stands[None, :, :]).transpose(2, 0, 1))
    costs = np.rint(metres / (30 / 3.6)).astype(np.int64)
    kinds, both = rng.integers(0, 3, units), rng.random(units) < 0.1
    wanted: list[tuple[int, int, int, int]] = []  # incident, kind, count, priority
    for incident in range(incidents):
        priority = int(rng.integers(1, 5))
        if incident < PACKAGES + TOGETHER:
            counts = (2, 1) if incident < PACKAGES else (1, 1)
            wanted += [(incident, kind, count, priority) for kind, count in enumerate(counts)]
        else:
            wanted.append((incident, int(rng.integers(0, 3)), int(rng.integers(1, 3)), priority))
    most = sum(count for _, _, count, _ in wanted) + 4
    demands = []
    for incident, kind, count, priority in wanted:
        able = np.flatnonzero((kinds == kind) | (both & (kind < 2)))
        nearest = able[np.argsort(costs[incident, able], kind="stable")][:most].tolist()
        demands.append(Demand(count, 1, priority, [Candidate(u, int(costs[incident, u])) for u in nearest]))
    pairs = [(2 * n, 2 * n + 1) for n in range(PACKAGES + TOGETHER)]
    areas = [np.argsort(np.hypot(*(stands - rng.uniform(0, 30_000, 2)).T))[: units // 20] for _ in range(2)]
    floors = [Floor(frozenset(area[kinds[area] == kind].tolist()), 2) for kind, area in enumerate(areas)]
    together = _pair_up(demands, pairs[PACKAGES:], set(np.flatnonzero(both).tolist()))
    return demands, Rules(tuple(pairs[:PACKAGES]), tuple(together), tuple(floors))


def draw_entangled(seed: int, needs: int, units: int) -> Question:
    """Every fourth need begins a package, every third a pair that units serve at once; six floors."""
    rng = np.random.default_rng(seed)
    demands = []
    for _ in range(needs):
        count, able = int(rng.integers(1, 5)), rng.permutation(units)[: rng.integers(5, 31)].tolist()
        offers = [Candidate(unit, int(rng.integers(60, 2400))) for unit in able]
        demands.append(Demand(count, int(rng.integers(0, count + 1)), int(rng.integers(1, 5)), offers))
    together = _pair_up(demands, [(row, row + 1) for row in range(0, needs - 1, 3)], set(range(units)))
    floors = [
        Floor(frozenset(rng.permutation(units)[: units // 10].tolist()), int(rng.integers(0, 4)))
        for _ in range(6)
    ]
    return demands, Rules(
        tuple((row, row + 1) for row in range(0, needs - 1, 4)), tuple(together), tuple(floors)
    )


def _pair_up(demands: list[Demand], pairs: list[tuple[int, int]], units: set[int]) -> list[Bundle]:
    able = [{c.unit: c.cost_s for c in demand.candidates} for demand in demands]
    return [
        Bundle(unit, (a, b), able[a][unit] + able[b][unit])
        for a, b in pairs
        for unit in sorted(units & able[a].keys() & able[b].keys())
    ]


def measure(questions: list[Question], efforts: list[float]) -> None:
    """A row for each effort and for the greedy plan."""
    names = [f"{effort:g}" for effort in efforts] + ["greedy"]
    took: dict[str, list[float]] = {name: [] for name in names}
    gaps: dict[str, list[int | None]] = {name: [] for name in names}
    worths: dict[str, list[Worth]] = {name: [] for name in names}
    for demands, rules in questions:
        for name in names:
            started = time.process_time()
            if name == "greedy":
                found = greedy.assign(demands, rules)
            else:
                found = bundles.assign(demands, rules, effort=float(name))
            took[name].append(1000 * (time.process_time() - started))
            gaps[name].append(found.gap)
            worths[name].append(rate(demands, rules, found.chosen))
    best = [min(each) for each in zip(*worths.values(), strict=True)]
    for name in names:
        pairs = list(zip(worths[name], best, strict=True))
        fewer = sum(mine[:-1] > one[:-1] for mine, one in pairs)
        over_s = [mine[-1] - one[-1] for mine, one in pairs if mine[:-1] == one[:-1]]
        mean_s = f"{statistics.mean(over_s):.0f}" if over_s else "-"
        print(
            f"| {name} | {statistics.median(took[name]):.0f} | {max(took[name]):.0f} "
            f"| {gaps[name].count(0)} of {len(pairs)} | {fewer} | {mean_s} |",
            flush=True,
        )


def main() -> None:
    """Three cities and one that is nothing but ties."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--effort", type=float, nargs="+", default=[0.25, 0.1, 0.05])
    options = parser.parse_args()
    print(f"## Effort of tied plans\n\n{describe_machine()}\n")
    draws = {"10 x 1,000": (draw_city, 10, 1000), "40 x 400": (draw_city, 40, 400)}
    draws |= {"100 x 1,000": (draw_city, 100, 1000), "60 x 400, entangled": (draw_entangled, 60, 400)}
    for name, (draw, incidents, units) in draws.items():
        print(f"\n{name}\n\n| effort | CPU p50 ms | max ms | proven | serves less | s over the best seen |")
        print("|---|---:|---:|---:|---:|---:|")
        measure([draw(seed, incidents, units) for seed in range(options.seeds)], options.effort)


if __name__ == "__main__":
    main()
