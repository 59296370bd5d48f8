"""Many who go somewhere, where each place costs more with everybody who comes: the least total, proven.

The transportation problem with convex prices (Ahuja, Magnanti, Orlin: Network Flows, 14): one arc for each
further place, whose prices never fall, so that the flow fills them in their order.
"""

from collections.abc import Sequence

from ortools.graph.python import min_cost_flow

from routing.terms.policy import SolverFailed


def spread_flow(
    counts: Sequence[int], own: Sequence[Sequence[int]], further: Sequence[Sequence[int]]
) -> list[list[int]]:
    """Group → place → how many go there, at the least total price; everybody goes somewhere.

    `counts` of each group, `own[group][place]` what one of it pays there, `further[place][n]` what the place
    costs more for whoever comes after n others (never falling, at least as long as the sum of `counts`).
    Raises SolverFailed where there are no places for somebody, or for prices beyond 64 bits.
    """
    groups, places, everybody = len(counts), len(further), sum(counts)
    if not everybody or not places:
        if everybody:
            raise SolverFailed("nowhere to go")
        return [[0] * places for _ in counts]
    flow = min_cost_flow.SimpleMinCostFlow()
    sink = groups + places
    arcs = [
        (
            flow.add_arc_with_capacity_and_unit_cost(group, groups + place, count, own[group][place]),
            group,
            place,
        )
        for group, count in enumerate(counts)
        for place in range(places)
    ]
    for place, prices in enumerate(further):
        for price in prices[:everybody]:
            flow.add_arc_with_capacity_and_unit_cost(groups + place, sink, 1, price)
    for group, count in enumerate(counts):
        flow.set_node_supply(group, count)
    flow.set_node_supply(sink, -everybody)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise SolverFailed(str(status))
    found = [[0] * places for _ in counts]
    for arc, group, place in arcs:
        found[group][place] = int(flow.flow(arc))
    return found
