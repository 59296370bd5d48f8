"""Whether a plan that was made from a few options of each need is the best of all options, told by dual
prices.

The price of a demand is what one unit more for it would cost, others being moved about for it: the shortest
way from the demand to a unit that is free, or to going without, in what is left of the flow. These prices
are an optimal solution of the dual programme. A unit that was left out serves nobody, so that its own price
is nothing; where it costs a demand at least the demand's price, no plan with it is better (complementary
slackness).
"""

from collections.abc import Sequence

import numpy as np

from routing.graph.model import FloatArray
from routing.terms.policy import MAX_COST_S, TIERS, Choice, Demand


def find_prices(demands: Sequence[Demand], chosen: Choice) -> FloatArray:
    """The price of each demand in a best plan of these candidates, in seconds; infinite where all of it goes
    without already."""
    slots = sum(demand.count for demand in demands)
    without = np.array(
        [
            _price_without(d, len(c), (MAX_COST_S + 1) * (slots + 1))
            for d, c in zip(demands, chosen, strict=True)
        ]
    )
    offers = [len(demand.candidates) for demand in demands]
    if not any(offers):
        return without
    rows = np.repeat(np.arange(len(demands)), offers)
    units = np.fromiter((c.unit for d in demands for c in d.candidates), np.int64, len(rows))
    costs = np.fromiter((min(c.cost_s, MAX_COST_S) for d in demands for c in d.candidates), float, len(rows))
    _, place = np.unique(units, return_inverse=True)
    owner = {unit: row for row, mine in enumerate(chosen) for unit in mine}
    serves = np.fromiter((owner.get(unit, -1) for unit in units.tolist()), np.int64, len(rows))
    taken = serves == rows
    keeper = np.full(place.max() + 1, -1)
    kept_s = np.zeros(place.max() + 1)
    keeper[place[taken]], kept_s[place[taken]] = rows[taken], costs[taken]
    prices = without
    for _ in range(len(demands) + 1):
        # A unit that somebody has is given up by them for another, or for going without.
        given_up = np.where(keeper >= 0, prices[keeper] - kept_s, 0.0)
        by_pair = np.where(taken, np.inf, costs + given_up[place])
        better = without.copy()
        np.minimum.at(better, rows, by_pair)
        if np.array_equal(better, prices):
            break
        prices = better
    return prices


def _price_without(demand: Demand, served: int, step: int) -> float:
    """What one unit more to go without costs, by the tier that it would be missing in, as the flow has it."""
    minimum = min(demand.minimum, demand.count)
    missing = demand.count - served
    if missing < demand.count - minimum:
        return float(step * (TIERS - demand.extra_tier))
    return float(step * (TIERS - demand.minimum_tier)) if missing < demand.count else np.inf
