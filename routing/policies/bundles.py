"""The best plan where needs are tied together: packages that come whole, units that serve several needs at
once, units that must stay. An integer programme over bundles (a unit and the demands it serves), solved by
CP-SAT.

Tiers are strictly ranked, then units that must stay, then seconds. As many of these as numbers can hold are
weighed in one go, the rest one after the other with what was reached before held fast. The time that the
solver may take is counted in its own steps, not by the clock, so that the same question has the same answer
anywhere.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec
from ortools.linear_solver import pywraplp

from routing.terms.policy import (
    MAX_COST_S,
    NO_RULES,
    Candidate,
    Choice,
    Demand,
    Rules,
    Solution,
    Worth,
    get_policy,
    rate,
)

EFFORT = 0.1
"""CP-SAT's deterministic seconds for one question, shared by what is solved one after the other; the clock's
are two to four times as many."""

_MANY, _FEW = 3000, 8
"""Where there are more candidates than _MANY in all, _FEW of each demand are tried beyond its count."""

_EXACT = 2**50
"""Weights up to here are whole numbers to the solver, which counts in doubles."""

Terms = list[tuple[int, pywraplp.Variable]]


class _Level:
    """Something to keep small before everything that follows: a sum, and the most it can be."""

    def __init__(self, terms: Terms, most: int) -> None:
        self.terms, self.most = terms, most


def assign(demands: Sequence[Demand], rules: Rules = NO_RULES, effort: float = EFFORT) -> Solution:
    """The best plan of all; with a gap where that was not proven in time, and then no worse than the greedy
    plan, from which the search sets out. Raises SolverFailed."""
    if not any(d.count and d.candidates for d in demands):
        return Solution([[] for _ in demands], 0)
    first = get_policy("greedy")(demands, rules).chosen
    near = _list_nearest(demands, first)
    found = _Programme(near, rules, first).solve(effort)
    best = min(found.chosen, first, key=lambda choice: rate(demands, rules, choice))
    if near is demands and found.gap is not None:
        return Solution(best, found.gap)
    reached, least = rate(demands, rules, best), find_least(demands, rules)
    return Solution(best, next((r - one for r, one in zip(reached, least, strict=True) if r != one), 0))


def _list_nearest(demands: Sequence[Demand], first: Choice) -> Sequence[Demand]:
    """The same demands; where there are very many candidates, with the cheapest of each and those of a
    first plan."""
    if sum(len(d.candidates) for d in demands) <= _MANY:
        return demands
    nearest = []
    for demand, units in zip(demands, first, strict=True):
        ranked = sorted(demand.candidates, key=lambda c: c.cost_s)
        kept = ranked[: demand.count + _FEW] + [c for c in ranked[demand.count + _FEW :] if c.unit in units]
        nearest.append(msgspec.structs.replace(demand, candidates=kept))
    return nearest


def find_least(demands: Sequence[Demand], rules: Rules) -> Worth:
    """What no plan is better than: the worth of the best that there were without packages and floors, and
    if a unit could serve each demand of its bundles beside everything else. Raises SolverFailed."""
    shares: dict[tuple[int, int], int] = {}
    for bundle in rules.bundles:
        share_s = bundle.cost_s // len(bundle.demands)
        for row in bundle.demands:
            shares[bundle.unit, row] = min(share_s, shares.get((bundle.unit, row), share_s))
    other = 1 + max(c.unit for d in demands for c in d.candidates)
    free = [
        msgspec.structs.replace(
            demand,
            candidates=[
                # A unit of its own for this demand, whatever the others take.
                Candidate(other + c.unit * len(demands) + row, min(c.cost_s, shares[c.unit, row]))
                if (c.unit, row) in shares
                else c
                for c in demand.candidates
            ],
        )
        for row, demand in enumerate(demands)
    ]
    return rate(free, NO_RULES, get_policy("min_cost_flow")(free, NO_RULES).chosen)


class _Programme:
    """From a first plan that keeps the rules."""

    def __init__(self, demands: Sequence[Demand], rules: Rules, first: Choice) -> None:
        self._demands, self._found = demands, first
        self._model = pywraplp.Solver.CreateSolver("SAT")
        self._model.SetNumThreads(1)
        # By variable, in the order in which they are made: its value in the plan found so far.
        self._values: list[float] = []
        self._takes: list[tuple[int, tuple[int, ...], pywraplp.Variable]] = []
        self._cost: Terms = []
        self._add_bundles(rules)
        self._levels = self._add_shortfalls(rules)
        self._add_floors(rules)
        dearest = max(cost_s for cost_s, _ in self._cost)
        self._levels.append(_Level(self._cost, dearest * sum(d.count for d in demands)))

    def solve(self, effort: float) -> Solution:
        """Level by level, several at once where numbers can hold it. The gap is None where there is no
        bound."""
        stages = list(_list_stages(self._levels))
        self._model.SetSolverSpecificParametersAsString(f"max_deterministic_time:{effort / len(stages)}")
        gaps: list[int | None] = []
        for levels, weights in stages:
            objective = self._set_objective(levels, weights)
            self._model.SetHint(self._model.variables(), self._values)
            status = self._model.Solve()
            if status == pywraplp.Solver.FEASIBLE:
                gaps.append(_tell_gap(objective.Value() - objective.BestBound(), weights))
            elif status != pywraplp.Solver.OPTIMAL:
                gaps.append(None)
                break
            self._read()
            for level in levels:
                reached = sum(f * round(self._values[v.index()]) for f, v in level.terms)
                self._model.Add(self._model.Sum([f * v for f, v in level.terms]) <= reached)
        return Solution(self._found, gaps[0] if gaps else 0)

    def _read(self) -> None:
        self._values = [variable.solution_value() for variable in self._model.variables()]
        self._found = [[] for _ in self._demands]
        for unit, rows, take in self._takes:
            if take.solution_value() > 0.5:
                for row in rows:
                    self._found[row].append(unit)

    def _make(self, most: int, value: int) -> pywraplp.Variable:
        """A variable from 0 to `most`, and its value in the greedy plan."""
        self._values.append(value)
        return self._model.IntVar(0, most, "")

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

    def _add_bundles(self, rules: Rules) -> None:
        """Each unit does one thing at most: serve one demand, or several that it can serve at once."""
        singles = [
            (c.unit, (row,), c.cost_s)
            for row, demand in enumerate(self._demands)
            if demand.count
            for c in demand.candidates
        ]
        serving: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
        for row, units in enumerate(self._found):
            for unit in units:
                serving[unit] += (row,)
        of_unit: defaultdict[int, list[pywraplp.Variable]] = defaultdict(list)
        able = {(unit, row) for unit, (row,), _ in singles}
        together = [
            (b.unit, b.demands, b.cost_s)
            for b in rules.bundles
            if all((b.unit, row) in able for row in b.demands)
        ]
        for unit, rows, cost_s in (*singles, *together):
            take = self._make(1, serving.get(unit) == rows)
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
            comes = self._make(1, bool(self._found[package[0]]))
            whole |= dict.fromkeys(package, comes)
        tiers: defaultdict[int, _Level] = defaultdict(lambda: _Level([], 0))
        for row, demand in enumerate(self._demands):
            minimum = min(demand.minimum, demand.count)
            parts = ((minimum, demand.minimum_tier), (demand.count - minimum, demand.extra_tier))
            going = len(self._found[row])
            missing = [
                self._make(most, max(0, most - max(0, going - before)))
                for (most, _), before in zip(parts, (0, minimum), strict=True)
            ]
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
        gone = {unit for units in self._found for unit in units}
        for floor in rules.floors:
            going = [take for unit, _, take in self._takes if unit in floor.units]
            if len(going) > floor.spare:
                beyond = self._make(len(going), max(0, len(gone & floor.units) - max(0, floor.spare)))
                self._model.Add(self._model.Sum(going) - beyond <= max(0, floor.spare))
                terms.append((1, beyond))
        if terms:
            slots = sum(d.count for d in self._demands)
            self._levels.append(_Level(terms, slots * len(terms)))


def _list_stages(levels: Sequence[_Level]) -> Iterator[tuple[Sequence[_Level], list[int]]]:
    """Levels that are solved at once, and what a unit of each weighs there."""
    while levels:
        many, weights = _pack(levels)
        yield levels[:many], weights
        levels = levels[many:]


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
