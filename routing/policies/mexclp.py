"""Where units should be based when nobody moves: maximal expected covering, solved exactly.

M. Daskin, A maximum expected covering location model (Transportation Science 17, 1983): with a share `busy`
of units on calls, a place within reach of k units is served in time with probability 1 - busy^k.
"""

from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp

from routing.terms.deployment import Region

_SCALE = 10_000_000
"""Gains are whole numbers for the solver, so that its bound is exact to 1e-7 of all calls."""


@dataclass(frozen=True)
class BasePlan:
    """Home bases ascending, the share of calls expected in time, and by how much a plan may beat it."""

    homes: list[int]
    covered: float
    gap: float


class NoPlan(Exception):
    """The solver found no plan in its time; carries its status."""


def plan_bases(region: Region, units: int, busy: float, *, limit_s: float = 60.0) -> BasePlan:
    """The plan for so many units, any number at a base. One thread, so that it is the same every time.

    Raises NoPlan.
    """
    solver = pywraplp.Solver.CreateSolver("SAT")
    if solver is None:
        raise NoPlan("CP-SAT is not in this build of OR-Tools")
    stands = [solver.IntVar(0, units, f"base {base}") for base in region.bases]
    solver.Add(solver.Sum(stands) == units)
    reach = region.drive_min[list(region.bases)] <= region.late_min
    # Places that the same bases reach are one.
    groups: dict[bytes, float] = {}
    for place, share in enumerate(region.demand.tolist()):
        groups[reach[:, place].tobytes()] = groups.get(reach[:, place].tobytes(), 0.0) + share
    gains = []
    for key, share in groups.items():
        near = np.flatnonzero(np.frombuffer(key, dtype=bool)).tolist()
        if not near:
            continue
        # Gains fall with k, so that the levels fill from below without further constraints.
        levels = [solver.BoolVar("") for _ in range(units)]
        solver.Add(solver.Sum(levels) <= solver.Sum([stands[row] for row in near]))
        gains += [round(_SCALE * share * (1 - busy) * busy**k) * level for k, level in enumerate(levels)]
    solver.Maximize(solver.Sum(gains))
    solver.SetNumThreads(1)
    solver.SetTimeLimit(int(1000 * limit_s))
    solver.SetSolverSpecificParametersAsString("relative_gap_limit: 0 random_seed: 1")
    status = solver.Solve()
    if status not in (solver.OPTIMAL, solver.FEASIBLE):
        raise NoPlan(f"CP-SAT ended with status {status}")
    counts = [round(count.solution_value()) for count in stands]
    homes = [base for base, count in zip(region.bases, counts, strict=True) for _ in range(count)]
    best, covered = solver.Objective().BestBound(), solver.Objective().Value()
    return BasePlan(homes, covered / _SCALE, (best - covered) / best if best > 0 else 0.0)
