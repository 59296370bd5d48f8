"""Which options of a need are weighed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from routing.plans.options import find_left_out_s, rank

Rows = list[tuple[int, int, int]]


@given(
    rows=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9), st.integers(0, 2)), min_size=1),
    limit=st.integers(0, 12),
)
def test_weighed_are_the_cheapest_of_each_kind_and_the_first_to_arrive_in_order(
    rows: Rows, limit: int
) -> None:
    soon_s, price_s, kinds = (np.array(column) for column in zip(*rows, strict=True))
    cost_s = (soon_s + price_s).astype(float)
    places = range(len(rows))
    by_cost = sorted(places, key=lambda i: cost_s[i])
    wanted = set(sorted(places, key=lambda i: soon_s[i])[:limit]) if price_s.any() else set()
    for kind in set(kinds.tolist()):
        wanted |= set([i for i in by_cost if kinds[i] == kind][:limit])
    if len(rows) <= limit:
        wanted = set(places)
    ranked = rank(cost_s, soon_s.astype(float), kinds, limit)
    assert ranked.tolist() == [i for i in by_cost if i in wanted]
    left_out = [float(cost_s[i]) for i in places if i not in wanted]
    assert find_left_out_s(cost_s, ranked) == min(left_out, default=np.inf)
