"""What every assignment policy is given and owes.

A policy chooses units for demands. It owes: only candidates, no unit twice, never more than a demand's count;
and no demand stays short while one of its candidates stays free. Higher tiers are served first.
"""

from collections.abc import Callable, Sequence
from importlib import import_module

import msgspec

MAX_COST_S = 86_400


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


Policy = Callable[[Sequence[Demand]], list[list[int]]]

POLICY_MODULES = {
    "min_cost_flow": "routing.policies.assignment",
    "greedy": "routing.policies.greedy",
}


def get_policy(name: str) -> Policy:
    """The policy of this name: demands → the units chosen for each demand, in the order of the demands.

    Its module is loaded only now, so that who never plans never loads a solver. Raises KeyError.
    """
    policy: Policy = import_module(POLICY_MODULES[name]).assign
    return policy
