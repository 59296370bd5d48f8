"""The best plan where needs are tied together: packages that come whole, units that serve several needs at
once, units that must stay. An integer programme over bundles (a unit and the demands it serves), solved by
CP-SAT.

Tiers are strictly ranked, then units that must stay, then seconds. As many of these as numbers can hold are
weighed in one go, the rest one after the other with what was reached before held fast. The time that the
solver may take is counted in its own steps, not by the clock, so that the same question has the same answer
anywhere.
"""

from collections import defaultdict
from collections.abc import Sequence

from ortools.linear_solver import pywraplp

from routing.policy import MAX_COST_S, NO_RULES, Choice, Demand, Rules, Solution, SolverFailed

_EFFORT = 0.25
"""CP-SAT's deterministic seconds for one question, about as many of a clock."""

_EXACT = 2**50
"""Weights up to here are whole numbers to the solver, which counts in doubles."""

Terms = list[tuple[int, pywraplp.Variable]]


class _Level:
    """Something to keep small before everything that follows: a sum, and the most it can be."""

    def __init__(self, terms: Terms, most: int) -> None:
        self.terms, self.most = terms, most


def assign(demands: Sequence[Demand], rules: Rules = NO_RULES) -> Solution:
    """The best plan of all; with a gap where that was not proven in time. Raises SolverFailed."""
    if not any(d.count and d.candidates for d in demands):
        return Solution([[] for _ in demands], 0)
    return _Programme(demands, rules).solve()


class _Programme:
    def __init__(self, demands: Sequence[Demand], rules: Rules) -> None:
        self._demands = demands
        self._model = pywraplp.Solver.CreateSolver("SAT")
        self._model.SetNumThreads(1)
        self._model.SetSolverSpecificParametersAsString(f"max_deterministic_time:{_EFFORT}")
        self._takes: list[tuple[int, tuple[int, ...], pywraplp.Variable]] = []
        self._cost: Terms = []
        self._add_bundles(rules)
        self._levels = self._add_shortfalls(rules)
        self._add_floors(rules)
        dearest = max(cost_s for cost_s, _ in self._cost)
        self._levels.append(_Level(self._cost, dearest * sum(d.count for d in demands)))

    def solve(self) -> Solution:
        """Level by level, several at once where numbers can hold it."""
        while True:
            many, weights = _pack(self._levels)
            now, self._levels = self._levels[:many], self._levels[many:]
            objective = self._set_objective(now, weights)
            status = self._model.Solve()
            if status == pywraplp.Solver.FEASIBLE:
                return Solution(self._read(), _tell_gap(objective.Value() - objective.BestBound(), weights))
            if status != pywraplp.Solver.OPTIMAL:
                raise SolverFailed(f"CP-SAT ended with {status}")
            if not self._levels:
                return Solution(self._read(), 0)
            reached = [sum(f * round(v.solution_value()) for f, v in level.terms) for level in now]
            for level, value in zip(now, reached, strict=True):
                self._model.Add(self._model.Sum([f * v for f, v in level.terms]) <= value)

    def _set_objective(self, levels: Sequence[_Level], weights: Sequence[int]) -> pywraplp.Objective:
        objective = self._model.Objective()
        objective.Clear()
        factors: defaultdict[pywraplp.Variable, int] = defaultdict(int)
        for level, weight in zip(levels, weights, strict=True):
            for factor, variable in level.terms:
                factors[variable] += factor * weight
        for variable, factor in factors.items():
            objective.SetCoefficient(variable, factor)
        objective.SetMinimization()
        return objective

    def _read(self) -> Choice:
        chosen: Choice = [[] for _ in self._demands]
        for unit, rows, take in self._takes:
            if take.solution_value() > 0.5:
                for row in rows:
                    chosen[row].append(unit)
        return chosen

    def _add_bundles(self, rules: Rules) -> None:
        """Each unit does one thing at most: serve one demand, or several that it can serve at once."""
        singles = [
            (c.unit, (row,), c.cost_s)
            for row, demand in enumerate(self._demands)
            if demand.count
            for c in demand.candidates
        ]
        of_unit: defaultdict[int, list[pywraplp.Variable]] = defaultdict(list)
        for unit, rows, cost_s in (*singles, *((b.unit, b.demands, b.cost_s) for b in rules.bundles)):
            take = self._model.BoolVar("")
            self._takes.append((unit, rows, take))
            self._cost.append((min(cost_s, MAX_COST_S * len(rows)), take))
            of_unit[unit].append(take)
        for takes in of_unit.values():
            if len(takes) > 1:
                self._model.Add(self._model.Sum(takes) <= 1)

    def _add_shortfalls(self, rules: Rules) -> list[_Level]:
        """Units missing, by tier; a package has all of its units or none."""
        of_row: defaultdict[int, list[pywraplp.Variable]] = defaultdict(list)
        for _, rows, take in self._takes:
            for row in rows:
                of_row[row].append(take)
        whole: dict[int, pywraplp.Variable] = {}
        for package in rules.packages:
            comes = self._model.BoolVar("")
            whole |= dict.fromkeys(package, comes)
        tiers: defaultdict[int, _Level] = defaultdict(lambda: _Level([], 0))
        for row, demand in enumerate(self._demands):
            minimum = min(demand.minimum, demand.count)
            parts = ((minimum, demand.minimum_tier), (demand.count - minimum, demand.extra_tier))
            missing = [self._model.IntVar(0, most, "") for most, _ in parts]
            self._model.Add(self._model.Sum(of_row[row] + missing) == demand.count)
            # What is missing is missing beyond the minimum first: being less urgent, the tiers see to that.
            for (most, tier), variable in zip(parts, missing, strict=True):
                if most:
                    tiers[tier].terms.append((1, variable))
                    tiers[tier].most += most
            if row in whole and demand.count:
                self._model.Add(self._model.Sum(of_row[row]) == demand.count * whole[row])
        return [tiers[tier] for tier in sorted(tiers)]

    def _add_floors(self, rules: Rules) -> None:
        terms: Terms = []
        for floor in rules.floors:
            going = [take for unit, _, take in self._takes if unit in floor.units]
            if len(going) > floor.spare:
                beyond = self._model.IntVar(0, len(going), "")
                self._model.Add(self._model.Sum(going) - beyond <= max(0, floor.spare))
                terms.append((1, beyond))
        if terms:
            slots = sum(d.count for d in self._demands)
            self._levels.append(_Level(terms, slots * len(terms)))


def _pack(levels: Sequence[_Level]) -> tuple[int, list[int]]:
    """How many of the first levels fit into one objective, and what a unit of each weighs there."""
    many, product = 0, 1
    for level in levels:
        product *= level.most + 1
        if many and product > _EXACT:
            break
        many += 1
    weights = [1]
    for level in reversed(levels[1:many]):
        weights.insert(0, weights[0] * (level.most + 1))
    return many, weights


def _tell_gap(difference: float, weights: Sequence[int]) -> int:
    """The difference in the unit of the most urgent level that it can reach into."""
    weight = next((w for w in weights if difference >= w), weights[-1])
    return max(1, int(difference // weight))
