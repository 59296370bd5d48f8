"""Tied plans that are too large to be proven in the effort that there is: a plan with a gap, never worse than
the greedy one, always the same."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.policies import bundles, greedy
from routing.policies.bundles import find_least
from routing.terms.policy import Bundle, Candidate, Demand, Floor, Rules, rate

Question = tuple[list[Demand], Rules]


def draw_question(seed: int, needs: int, units: int, offers: tuple[int, int]) -> Question:
    """Needs in pairs: every fourth a package, every third a pair that units serve at once; six floors."""
    rng = random.Random(seed)
    demands = []
    for _ in range(needs):
        count = rng.randint(1, 4)
        able = rng.sample(range(units), rng.randint(*offers))
        candidates = [Candidate(unit, rng.randint(60, 2400)) for unit in able]
        demands.append(Demand(count, rng.randint(0, count), rng.randint(1, 4), candidates))
    prices = [{c.unit: c.cost_s for c in demand.candidates} for demand in demands]
    together = [
        Bundle(unit, (row, row + 1), (prices[row][unit] + prices[row + 1][unit]) * 2 // 3)
        for row in range(0, needs - 1, 3)
        for unit in sorted(prices[row].keys() & prices[row + 1].keys())
    ]
    floors = [
        Floor(frozenset(rng.sample(range(units), max(1, units // 10))), rng.randint(0, 3)) for _ in range(6)
    ]
    packages = [(row, row + 1) for row in range(0, needs - 1, 4)]
    return demands, Rules(tuple(packages), tuple(together), tuple(floors))


@pytest.mark.parametrize(("needs", "units", "offers"), [(60, 400, (5, 30)), (60, 1000, (60, 90))])
def test_a_tied_plan_too_large_to_be_proven_has_a_gap_and_is_no_worse_than_the_greedy_one(
    needs: int, units: int, offers: tuple[int, int]
) -> None:
    demands, rules = draw_question(1, needs, units, offers)
    found, first = bundles.assign(demands, rules), greedy.assign(demands, rules)
    assert found.gap is not None
    assert rules.are_kept(demands, found.chosen)
    assert find_least(demands, rules) <= rate(demands, rules, found.chosen)
    assert rate(demands, rules, found.chosen) < rate(demands, rules, first.chosen)
    assert bundles.assign(demands, rules) == found


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), needs=st.integers(2, 5), units=st.integers(1, 8))
def test_nothing_is_better_than_the_bound_that_a_gap_is_told_by(seed: int, needs: int, units: int) -> None:
    demands, rules = draw_question(seed, needs, units, (1, units))
    found = bundles.assign(demands, rules)
    assert found.gap == 0
    assert find_least(demands, rules) <= rate(demands, rules, found.chosen)
