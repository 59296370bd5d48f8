"""What every assignment policy is given and owes.

A policy chooses units for demands. It owes: only candidates; no unit for two demands, but for those that it
can serve at once; never more than a demand's count; packages whole or not at all; and no demand that is in no
package stays short while one of its candidates stays free. Higher tiers are served first; then as few units
as can be go of those that must stay; then seconds count.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib import import_module

import msgspec

MAX_COST_S = 86_400
TIERS = 8

Choice = list[list[int]]
"""Units by demand."""

Worth = tuple[int, ...]
"""Units missing by tier, most urgent first, units beyond what may go of those that must stay, then the
seconds: the smaller, the better."""


class SolverFailed(Exception):
    """A solver found no plan; carries why."""


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A unit that could serve a demand, and what that costs in whole seconds."""

    unit: int
    cost_s: int


class Demand(msgspec.Struct, frozen=True):
    """How many units are wanted, how many are needed to start, how urgent (1 first), and who could come."""

    count: int
    minimum: int
    priority: int
    candidates: Sequence[Candidate]

    @property
    def minimum_tier(self) -> int:
        """Rank of the units needed to start: 0 is served before everything else."""
        return 2 * (self.priority - 1)

    @property
    def extra_tier(self) -> int:
        """Rank of the units wanted beyond the minimum: after its own minimum, before the next priority."""
        return self.minimum_tier + 1


class Bundle(msgspec.Struct, frozen=True):
    """A unit that can serve these demands (by number) at once, a candidate of each; what that costs in
    all."""

    unit: int
    demands: tuple[int, ...]
    cost_s: int


class Floor(msgspec.Struct, frozen=True):
    """Units of which no more than `spare` may go, unless nothing else can serve."""

    units: frozenset[int]
    spare: int


class Rules(msgspec.Struct, frozen=True):
    """What ties demands and units together. Demands of a package (by number) are served in full, all of them,
    or not at all."""

    packages: tuple[tuple[int, ...], ...] = ()
    bundles: tuple[Bundle, ...] = ()
    floors: tuple[Floor, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.packages or self.bundles or self.floors)

    def without(self, unit: int) -> "Rules":
        """The same for everybody else."""
        bundles = tuple(bundle for bundle in self.bundles if bundle.unit != unit)
        return msgspec.structs.replace(self, bundles=bundles)

    def after(self, unit: int) -> "Rules":
        """What is left of the rules once a unit goes by itself."""
        floors = tuple(
            Floor(floor.units, max(0, floor.spare - 1)) if unit in floor.units else floor
            for floor in self.floors
        )
        return msgspec.structs.replace(self.without(unit), floors=floors)

    def are_kept(self, demands: Sequence[Demand], choice: Sequence[Sequence[int]]) -> bool:
        """Whether no package comes in part."""
        return all(
            all(len(choice[row]) == demands[row].count for row in package)
            or not any(choice[row] for row in package)
            for package in self.packages
        )


NO_RULES = Rules()


class Solution(msgspec.Struct, frozen=True):
    """Units by demand. In its most urgent tier that is not proven, the best plan of all is at most `gap`
    better (units, or seconds where only those may differ); 0: this is the best; None: nothing was proven."""

    chosen: Choice
    gap: int | None


Policy = Callable[[Sequence[Demand], Rules], Solution]

POLICY_MODULES = {
    "min_cost_flow": "routing.policies.assignment",
    "bundles": "routing.policies.bundles",
    "greedy": "routing.policies.greedy",
}


def get_policy(name: str) -> Policy:
    """The policy of this name: demands → the units chosen for each demand, in the order of the demands.

    Its module is loaded only now, so that who never plans never loads a solver. Raises KeyError.
    """
    policy: Policy = import_module(POLICY_MODULES[name]).assign
    return policy


def rate(demands: Sequence[Demand], rules: Rules, choice: Sequence[Sequence[int]]) -> Worth:
    """What a choice is worth by the rules that all policies are held to."""
    missing = [0] * TIERS
    cost_s = 0
    serves: defaultdict[int, list[int]] = defaultdict(list)
    for row, (demand, units) in enumerate(zip(demands, choice, strict=True)):
        below = max(0, demand.minimum - len(units))
        missing[demand.minimum_tier] += below
        missing[demand.extra_tier] += max(0, demand.count - len(units) - below)
        cost_s += sum(c.cost_s for c in demand.candidates if c.unit in units)
        for unit in units:
            serves[unit].append(row)
    for bundle in rules.bundles:
        if tuple(serves.get(bundle.unit, ())) == bundle.demands:
            served = [demands[row].candidates for row in bundle.demands]
            cost_s += bundle.cost_s - sum(
                c.cost_s for options in served for c in options if c.unit == bundle.unit
            )
    beyond = sum(max(0, len(floor.units & serves.keys()) - floor.spare) for floor in rules.floors)
    return (*missing, beyond, cost_s)
