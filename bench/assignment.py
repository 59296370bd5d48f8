"""Min-cost flow beside SciPy's linear_sum_assignment, CP-SAT and greedy: same optimum, time, memory.

    python -m bench.assignment [--largest] [--runs 5] [--tied 200]

One unit per incident, all of one priority, travel times between points on a plane: the case SciPy can do.
Each solver has its own process; its memory is what its peak grew by while it solved. SciPy is given the whole
matrix; the flow and greedy every unit of small cases and the 100 nearest of each incident at 1,000 x 10,000
(`--largest`); CP-SAT the 100 nearest always, and one run. `pruned` is the flow as the planner
has it: the nearest few of each incident, more where dual prices do not prove that none of the others is
wanted.
"""

import argparse
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.linear_solver import pywraplp
from scipy.optimize import linear_sum_assignment

from bench._table import describe_machine
from routing.plans.planning import FEW
from routing.plans.pruning import find_prices
from routing.terms.policy import NO_RULES, Bundle, Candidate, Demand, Floor, Rules, get_policy, rate

Costs = npt.NDArray[np.int64]
NEAREST = 100
CP_SAT_LIMIT_S = 60


class NoOptimum(Exception):
    """A solver reached its time limit; carries which."""


@dataclass(frozen=True)
class Found:
    """What a solver reached, in how long, with how much processor time (median) and memory."""

    total_s: int
    median_ms: float
    worst_ms: float
    cpu_ms: float
    grew_mb: float


def draw_costs(incidents: int, units: int) -> Costs:
    """Whole seconds between incidents and units on 30 km x 30 km at 30 km/h."""
    rng = np.random.default_rng(incidents)
    places, stands = rng.uniform(0, 30_000, (incidents, 2)), rng.uniform(0, 30_000, (units, 2))
    metres = np.hypot(*(places[:, None, :] - stands[None, :, :]).transpose(2, 0, 1))
    return np.rint(metres / (30 / 3.6)).astype(np.int64)


def list_demands(costs: Costs) -> list[Demand]:
    """The planner's form: every unit of a small case, the nearest of a large one."""
    nearest = costs.shape[1] if costs.size <= 200_000 else NEAREST
    return [
        Demand(1, 1, 1, [Candidate(int(unit), int(costs[row, unit])) for unit in units])
        for row, units in enumerate(find_nearest(costs, nearest))
    ]


def find_nearest(costs: Costs, count: int) -> Costs:
    """The units nearest to each incident."""
    return np.argpartition(costs, count - 1, axis=1)[:, :count]


def prepare(solver: str, costs: Costs) -> Callable[[], int]:
    """The solver, its input made ready, as a function that gives the sum of seconds."""
    if solver == "scipy":
        return lambda: int(costs[linear_sum_assignment(costs)].sum())
    if solver == "cp_sat":
        return lambda: solve_cp_sat(costs)
    if solver == "pruned":
        return lambda: solve_pruned(costs)
    demands, policy = list_demands(costs), get_policy(solver)

    def run() -> int:
        chosen = policy(demands, NO_RULES).chosen
        if any(len(units) != 1 for units in chosen):
            raise RuntimeError(f"{solver} left an incident without a unit")
        return int(sum(costs[row, units[0]] for row, units in enumerate(chosen)))

    return run


def solve_pruned(costs: Costs) -> int:
    """From the matrix to the plan, the choice of pairs and its proof included."""
    assign = get_policy("min_cost_flow")
    limits = [FEW + 1] * len(costs)
    while True:
        nearest = [np.argpartition(row, limit)[: limit + 1] for row, limit in zip(costs, limits, strict=True)]
        demands = [
            Demand(
                1,
                1,
                1,
                [Candidate(u, c) for u, c in zip(units[:-1].tolist(), row[units].tolist(), strict=False)],
            )
            for row, units in zip(costs, nearest, strict=True)
        ]
        chosen = assign(demands, NO_RULES).chosen
        left_out = [row[units[-1]] for row, units in zip(costs, nearest, strict=True)]
        loose = np.flatnonzero(find_prices(demands, chosen) > left_out).tolist()
        if not loose:
            return int(sum(costs[row, units[0]] for row, units in enumerate(chosen)))
        for row in loose:
            limits[row] = min(costs.shape[1] - 1, 4 * limits[row])


def solve_cp_sat(costs: Costs) -> int:
    """The same as an integer programme over the nearest units."""
    model = pywraplp.Solver.CreateSolver("SAT")
    model.SetTimeLimit(1000 * CP_SAT_LIMIT_S)
    of_unit: dict[int, list[pywraplp.Variable]] = {}
    terms = []
    for row, units in enumerate(find_nearest(costs, min(NEAREST, costs.shape[1])).tolist()):
        takes = [model.BoolVar("") for _ in units]
        model.Add(model.Sum(takes) == 1)
        for unit, take in zip(units, takes, strict=True):
            of_unit.setdefault(unit, []).append(take)
            terms.append(int(costs[row, unit]) * take)
    for takes in of_unit.values():
        model.Add(model.Sum(takes) <= 1)
    model.Minimize(model.Sum(terms))
    if model.Solve() != model.OPTIMAL:
        raise NoOptimum(f"no optimum proven in {CP_SAT_LIMIT_S} s")
    return round(model.Objective().Value())


def measure(solver: str, incidents: int, units: int, runs: int) -> Found:
    """In this process: what a run costs."""
    action = prepare(solver, draw_costs(incidents, units))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times, cpu = [], []
    for _ in range(runs):
        started, cpu_started = time.perf_counter(), time.process_time()
        total = action()
        times.append(1000 * (time.perf_counter() - started))
        cpu.append(1000 * (time.process_time() - cpu_started))
    grew = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return Found(total, statistics.median(times), max(times), statistics.median(cpu), grew / 1024)


def draw_tied(seed: int) -> tuple[list[Demand], Rules]:
    """A large incident: eight needs of 1 to 4 units and 60 units for them, of which a fifth does two things
    at once; two packages of two needs; 20 units of which at most three may go."""
    rng = np.random.default_rng(seed)
    costs = rng.integers(60, 1800, (8, 60))
    demands = [
        Demand(
            1 + row % 4,
            1,
            1 + row % 2,
            [Candidate(u, int(costs[row, u])) for u in rng.permutation(60)[:40].tolist()],
        )
        for row in range(8)
    ]
    able = [{c.unit: c.cost_s for c in demand.candidates} for demand in demands]
    bundles = [
        Bundle(unit, (4, 5), able[4][unit] + able[5][unit])
        for unit in range(12)
        if unit in able[4] and unit in able[5]
    ]
    return demands, Rules(((0, 1), (2, 3)), tuple(bundles), (Floor(frozenset(range(20, 40)), 3),))


def measure_tied(incidents: int) -> None:
    """Bundles beside greedy, which keeps the same rules, and the flow, which knows none."""
    took: dict[str, list[float]] = {"bundles": [], "greedy": [], "min_cost_flow": []}
    broken, worse, over_s, unproven = 0, 0, [], 0
    for seed in range(incidents):
        demands, rules = draw_tied(seed)
        found = {}
        for method, times in took.items():
            policy, given = get_policy(method), NO_RULES if method == "min_cost_flow" else rules
            started = time.perf_counter()
            found[method] = policy(demands, given)
            times.append(1000 * (time.perf_counter() - started))
        best, greedy, flow = (rate(demands, rules, found[m].chosen) for m in took)
        unproven += found["bundles"].gap != 0
        broken += not rules.are_kept(demands, found["min_cost_flow"].chosen) or flow[-2] > best[-2]
        worse += greedy[:-1] > best[:-1]
        over_s += [greedy[-1] / best[-1] - 1] if greedy[:-1] == best[:-1] else []
    for method, times in took.items():
        print(f"{method}: p50 {statistics.median(times):.1f}, max {max(times):.1f} ms")
    print(f"of {incidents}: not proven {unproven}; the flow breaks a rule in {broken}")
    print(f"greedy serves less in {worse}")
    print(f"greedy elsewhere over the best: {statistics.mean(over_s):+.1%}")


def main() -> None:
    """A row for each solver and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", action="store_true")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tied", type=int, default=0, help="so many incidents with rules, nothing else")
    options = parser.parse_args()
    if options.tied:
        print(f"## Tied needs\n\n{describe_machine()}\n")
        measure_tied(options.tied)
        return
    print(f"## Assignment\n\n{describe_machine()}\n")
    columns = ("p50 ms", "max ms", "CPU p50 ms", "peak + MB", "sum of travel s", "over the best")
    print("| incidents x units | solver | " + " | ".join(columns) + " |")
    print("|---|---|" + len(columns) * "---:|")
    spawn = multiprocessing.get_context("spawn")
    sizes = [(10, 100), (100, 1_000)] + ([(1_000, 10_000)] if options.largest else [])
    for incidents, units in sizes:
        best = 0
        for solver in ("scipy", "min_cost_flow", "pruned", "greedy", "cp_sat"):
            runs = 1 if solver == "cp_sat" and incidents > 10 else options.runs
            try:
                with spawn.Pool(1) as pool:
                    found = pool.apply(measure, (solver, incidents, units, runs))
            except NoOptimum as error:
                print(f"| {incidents:,} x {units:,} | {solver} | {error} | | | | | |", flush=True)
                continue
            best = best or found.total_s
            print(
                f"| {incidents:,} x {units:,} | {solver} | {found.median_ms:.1f} | {found.worst_ms:.1f} "
                f"| {found.cpu_ms:.1f} | {found.grew_mb:.0f} | {found.total_s:,} "
                f"| {found.total_s / best - 1:+.2%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
