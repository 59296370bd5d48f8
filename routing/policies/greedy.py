"""Nearest first, most urgent first: never the best plan by design, always a plan at once."""

from collections.abc import Sequence

from routing.policy import Demand


def assign(demands: Sequence[Demand]) -> list[list[int]]:
    """Serves tier after tier; within a tier each demand in turn takes its cheapest free candidates."""
    chosen: list[list[int]] = [[] for _ in demands]
    taken: set[int] = set()
    turns = [(d.minimum_tier, row, min(d.minimum, d.count)) for row, d in enumerate(demands)]
    turns += [(d.extra_tier, row, d.count) for row, d in enumerate(demands)]
    for _, row, wanted in sorted(turns):
        for candidate in sorted(demands[row].candidates, key=lambda c: c.cost_s):
            if len(chosen[row]) >= wanted:
                break
            if candidate.unit not in taken:
                taken.add(candidate.unit)
                chosen[row].append(candidate.unit)
    return chosen
