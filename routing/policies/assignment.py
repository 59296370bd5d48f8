"""The best plan where nothing ties demands together: min-cost flow from demands to units, by OR-Tools.

Every demand sends `count` units of flow, each to a unit (its cost) or to nobody (a price by tier). The price
steps between tiers exceed any sum of travel costs, so that the tiers are strictly ranked: no amount of
seconds saved elsewhere leaves a more urgent demand unserved.
"""

from collections.abc import Sequence

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from routing.terms.policy import MAX_COST_S, NO_RULES, TIERS, Demand, Rules, Solution, SolverFailed


def assign(demands: Sequence[Demand], rules: Rules = NO_RULES) -> Solution:
    """The cheapest way to serve the most urgent tiers first. Raises SolverFailed, also for rules: no flow
    knows packages, units that serve two demands, or floors."""
    if rules:
        raise SolverFailed("a flow cannot keep these rules")
    chosen: list[list[int]] = [[] for _ in demands]
    offers = [len(d.candidates) for d in demands]
    slots = sum(d.count for d in demands)
    if not any(offers) or slots == 0:
        return Solution(chosen, 0)
    rows = np.repeat(np.arange(len(demands)), offers)
    units = np.fromiter((c.unit for d in demands for c in d.candidates), np.int64, len(rows))
    costs = np.fromiter((c.cost_s for d in demands for c in d.candidates), np.int64, len(rows))
    costs = np.minimum(costs, MAX_COST_S)
    distinct, unit_index = np.unique(units, return_inverse=True)
    unit_node = len(demands) + unit_index
    sink = len(demands) + len(distinct)
    flow = SimpleMinCostFlow()
    serving = flow.add_arcs_with_capacity_and_unit_cost(rows, unit_node, np.ones_like(rows), costs)
    ends = len(demands) + np.arange(len(distinct))
    flow.add_arcs_with_capacity_and_unit_cost(
        ends, np.full_like(ends, sink), np.ones_like(ends), np.zeros_like(ends)
    )
    _add_unserved_arcs(flow, demands, sink, step=(MAX_COST_S + 1) * (slots + 1))
    flow.set_nodes_supplies(
        np.append(np.arange(len(demands)), sink), np.array([d.count for d in demands] + [-slots])
    )
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise SolverFailed(f"min-cost flow ended with {status}")
    for pair in np.flatnonzero(flow.flows(serving)).tolist():
        chosen[int(rows[pair])].append(int(units[pair]))
    return Solution(chosen, 0)


def _add_unserved_arcs(flow: SimpleMinCostFlow, demands: Sequence[Demand], sink: int, step: int) -> None:
    for row, demand in enumerate(demands):
        minimum = min(demand.minimum, demand.count)
        for capacity, tier in (
            (minimum, demand.minimum_tier),
            (demand.count - minimum, demand.extra_tier),
        ):
            if capacity:
                flow.add_arc_with_capacity_and_unit_cost(row, sink, capacity, step * (TIERS - tier))
