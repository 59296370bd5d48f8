"""What every assignment policy owes, and what only the best one gives."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from routing.terms.policy import (
    NO_RULES,
    POLICY_MODULES,
    Candidate,
    Demand,
    Floor,
    Rules,
    SolverFailed,
    get_policy,
)

every_policy = pytest.mark.parametrize("name", POLICY_MODULES)


def choose(name: str, demands: Sequence[Demand]) -> list[list[int]]:
    """What a policy chooses where nothing ties demands together."""
    return get_policy(name)(demands, NO_RULES).chosen


@st.composite
def draw_demands(draw: st.DrawFn, most_demands: int = 3, most_units: int = 5) -> list[Demand]:
    """Few demands over few units, each unit a candidate of some of them."""
    units = draw(st.integers(0, most_units))
    demands = []
    for _ in range(draw(st.integers(0, most_demands))):
        count = draw(st.integers(0, 3))
        costs = draw(st.lists(st.one_of(st.none(), st.integers(0, 900)), min_size=units, max_size=units))
        candidates = [Candidate(unit, cost) for unit, cost in enumerate(costs) if cost is not None]
        demands.append(Demand(count, draw(st.integers(0, count)), draw(st.integers(1, 4)), candidates))
    return demands


def list_assignments(demands: Sequence[Demand]) -> Iterator[list[tuple[int, ...]]]:
    """Every way to choose units for these demands, no unit twice."""
    choices = [
        [
            chosen
            for size in range(demand.count + 1)
            for chosen in itertools.combinations([c.unit for c in demand.candidates], size)
        ]
        for demand in demands
    ]
    for assignment in itertools.product(*choices):
        units = [unit for chosen in assignment for unit in chosen]
        if len(units) == len(set(units)):
            yield list(assignment)


def rate(demands: Sequence[Demand], assignment: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Units missing by tier, most urgent first, then the seconds: the smaller, the better."""
    missing = [0] * 8
    cost_s = 0
    for demand, units in zip(demands, assignment, strict=True):
        below = max(0, demand.minimum - len(units))
        missing[demand.minimum_tier] += below
        missing[demand.extra_tier] += demand.count - len(units) - below
        cost_s += sum(c.cost_s for c in demand.candidates if c.unit in units)
    return (*missing, cost_s)


@every_policy
@settings(deadline=None, max_examples=40)
@given(demands=draw_demands(5, 8))
def test_only_candidates_go_and_none_goes_twice_and_never_too_many(name: str, demands: list[Demand]) -> None:
    chosen = choose(name, demands)
    assert len(chosen) == len(demands)
    for demand, units in zip(demands, chosen, strict=True):
        assert set(units) <= {c.unit for c in demand.candidates}
        assert len(units) <= demand.count
    going = [unit for units in chosen for unit in units]
    assert len(going) == len(set(going))


@every_policy
@settings(deadline=None, max_examples=40)
@given(demands=draw_demands(5, 8))
def test_nobody_stays_short_while_somebody_stays_free(name: str, demands: list[Demand]) -> None:
    chosen = choose(name, demands)
    going = {unit for units in chosen for unit in units}
    for demand, units in zip(demands, chosen, strict=True):
        free = {c.unit for c in demand.candidates} - going
        assert len(units) == demand.count or not free


@every_policy
@settings(deadline=None, max_examples=40)
@given(demands=draw_demands(5, 8))
def test_same_question_has_the_same_answer(name: str, demands: list[Demand]) -> None:
    assert choose(name, demands) == choose(name, demands)


@every_policy
def test_scarce_unit_goes_to_the_more_urgent_however_far(name: str) -> None:
    near, far = Demand(1, 1, 2, [Candidate(0, 5)]), Demand(1, 1, 1, [Candidate(0, 80_000)])
    assert choose(name, [near, far]) == [[], [0]]


@every_policy
def test_units_needed_to_start_come_before_extra_ones(name: str) -> None:
    greedy_for_two = Demand(2, 1, 1, [Candidate(0, 5), Candidate(1, 6)])
    needs_one = Demand(1, 1, 1, [Candidate(0, 300), Candidate(1, 300)])
    first, second = choose(name, [greedy_for_two, needs_one])
    assert (len(first), len(second)) == (1, 1)


@every_policy
def test_one_demand_alone_gets_the_nearest(name: str) -> None:
    candidates = [Candidate(unit, cost) for unit, cost in enumerate([70, 20, 90, 10])]
    assert sorted(choose(name, [Demand(2, 1, 3, candidates)])[0]) == [1, 3]


@pytest.mark.parametrize(("name", "examples"), [("min_cost_flow", 300), ("bundles", 40)])
def test_an_exact_policy_is_the_best_of_all_plans(name: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(demands=draw_demands())
    def check(demands: list[Demand]) -> None:
        best = min(rate(demands, assignment) for assignment in list_assignments(demands))
        assert rate(demands, choose(name, demands)) == best

    check()


def test_a_flow_refuses_what_it_cannot_keep() -> None:
    rules = Rules(floors=(Floor(frozenset({0}), 0),))
    with pytest.raises(SolverFailed):
        get_policy("min_cost_flow")([Demand(1, 1, 1, [Candidate(0, 5)])], rules)


@settings(max_examples=100, deadline=None)
@given(demands=draw_demands())
def test_greedy_serves_the_most_urgent_demand_as_well_as_anybody_could(demands: list[Demand]) -> None:
    chosen = choose("greedy", demands)
    for row, demand in enumerate(demands):
        if all(demand.priority < other.priority for o, other in enumerate(demands) if o != row):
            assert len(chosen[row]) == min(demand.count, len(demand.candidates))
            costs = sorted(c.cost_s for c in demand.candidates)[: len(chosen[row])]
            assert sorted(c.cost_s for c in demand.candidates if c.unit in chosen[row]) == costs


def test_min_cost_flow_costs_what_the_hungarian_method_costs_on_a_big_day() -> None:
    rng = np.random.default_rng(4)
    cost_s = rng.integers(30, 3000, (60, 200))
    demands = [Demand(1, 1, 1, [Candidate(u, int(c)) for u, c in enumerate(row)]) for row in cost_s]
    chosen = choose("min_cost_flow", demands)
    rows, columns = linear_sum_assignment(cost_s)
    assert sum(cost_s[row, units[0]] for row, units in enumerate(chosen)) == cost_s[rows, columns].sum()


def test_greedy_takes_the_nearest_where_the_best_plan_would_not() -> None:
    demands = [
        Demand(1, 1, 1, [Candidate(0, 100), Candidate(1, 110)]),
        Demand(1, 1, 1, [Candidate(0, 100), Candidate(1, 900)]),
    ]
    assert choose("greedy", demands) == [[0], [1]]
    assert choose("min_cost_flow", demands) == [[1], [0]]
