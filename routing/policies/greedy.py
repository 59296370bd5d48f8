"""Nearest first, most urgent first: never the best plan by design, always a plan at once."""

from collections.abc import Sequence

from routing.terms.policy import NO_RULES, Candidate, Choice, Demand, Rules, Solution


def assign(demands: Sequence[Demand], rules: Rules = NO_RULES) -> Solution:
    """Serves tier after tier; within a tier each demand in turn takes its cheapest free candidates, those
    that must stay last. A package takes all it needs when the turn of its most urgent demand comes, or
    nothing."""
    taking = _Taking(demands, rules)
    whole = {row for package in rules.packages for row in package}
    turns: list[tuple[int, tuple[int, ...], int | None]] = [
        (tier, (row,), wanted)
        for row, d in enumerate(demands)
        if row not in whole
        for tier, wanted in ((d.minimum_tier, min(d.minimum, d.count)), (d.extra_tier, d.count))
    ]
    turns += [(min(demands[row].minimum_tier for row in p), p, None) for p in rules.packages]
    for _, rows, wanted in sorted(turns, key=lambda turn: turn[:2]):
        if wanted is not None:
            taking.serve(rows[0], wanted)
        else:
            taking.serve_whole(rows)
    return Solution(taking.chosen, None)


class _Taking:
    """Who is taken so far, for what."""

    def __init__(self, demands: Sequence[Demand], rules: Rules) -> None:
        self._demands, self._rules = demands, rules
        self.chosen: Choice = [[] for _ in demands]
        self._taken: set[int] = set()
        self._package = {row: package for package in rules.packages for row in package}

    def serve(self, row: int, wanted: int) -> None:
        """Take the cheapest that are free, until so many serve this demand."""
        if len(self.chosen[row]) >= wanted:
            return
        free = sorted(
            (c for c in self._demands[row].candidates if c.unit not in self._taken), key=lambda c: c.cost_s
        )
        while free and len(self.chosen[row]) < wanted:
            # Without floors this is the first, at once.
            best = min(free, key=self._count_beyond) if self._rules.floors else free[0]
            free.remove(best)
            self._taken.add(best.unit)
            for each in self._list_rows(best.unit, row):
                self.chosen[each].append(best.unit)

    def serve_whole(self, package: tuple[int, ...]) -> None:
        """All demands of a package in full, or none."""
        before = [list(units) for units in self.chosen], set(self._taken)
        for row in package:
            self.serve(row, self._demands[row].count)
        if any(len(self.chosen[row]) < self._demands[row].count for row in package):
            self.chosen, self._taken = before

    def _list_rows(self, unit: int, row: int) -> tuple[int, ...]:
        """What a unit taken for a demand serves: that, and what it can serve beside it that is short. A
        package is served by its own demands alone."""
        ways = [
            bundle.demands
            for bundle in self._rules.bundles
            if bundle.unit == unit
            and row in bundle.demands
            and all(
                len(self.chosen[each]) < self._demands[each].count
                and self._package.get(each) == self._package.get(row)
                for each in bundle.demands
            )
        ]
        return max(ways, key=len, default=(row,))

    def _count_beyond(self, candidate: Candidate) -> int:
        """Floors that are fallen below by taking it."""
        return sum(
            candidate.unit in floor.units and len(floor.units & self._taken) >= floor.spare
            for floor in self._rules.floors
        )
