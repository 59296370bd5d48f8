"""What a plan weighed, small enough to be kept for ever, and the choice that follows from it alone.

A plan is made from this and nothing else, so that what was kept gives the same plan again: elsewhere, years
later, without roads. Seconds are rounded to tenths before anything is chosen. The planner answers with it,
the log keeps it with the recommendation, `dispatch explain` reads it: the one form of what was weighed.
"""

from collections.abc import Sequence

import msgspec

from routing.policy import Candidate, Demand, get_policy

WEIGHING_VERSION = 1
"""Another way to add up prices, or other tiers, takes another number; `decide` knows how each was read."""


class UnknownWeighing(Exception):
    """A plan of a version that this program does not know; carries it."""


class WeighedOption(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One unit for one need, in seconds to the tenth; `unit` counts in `Weighing.units`. Kept as a row of
    values, since a large incident has hundreds.

    `price_s` is a substitute's, `held_s` that of a unit offered elsewhere, `cover_s` what its absence costs
    others, `late_s` what coming late costs beyond its seconds."""

    unit: int
    capability: str
    turnout_s: float
    travel_s: float
    price_s: float = 0.0
    held_s: float = 0.0
    cover_s: float = 0.0
    late_s: float = 0.0

    @property
    def eta_s(self) -> float:
        """Seconds until arrival."""
        return self.turnout_s + self.travel_s

    @property
    def cost_s(self) -> int:
        """All that is weighed, in the whole seconds that policies count in."""
        return round(self.eta_s + self.price_s + self.held_s + self.cover_s + self.late_s)


class WeighedNeed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A need as the policy got it, its options cheapest first."""

    need_id: str
    priority: int
    count: int
    minimum: int
    options: tuple[WeighedOption, ...]


class Weighing(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that decided a plan. `method` assigned, `policy` set the prices of absence ("" = none)."""

    version: int
    method: str
    policy: str
    units: tuple[str, ...]
    needs: tuple[WeighedNeed, ...]


def to_demands(needs: Sequence[WeighedNeed]) -> list[Demand]:
    """Needs as policies get them."""
    return [
        Demand(
            need.count,
            need.minimum,
            need.priority,
            [Candidate(option.unit, option.cost_s) for option in need.options],
        )
        for need in needs
    ]


def decide(weighing: Weighing) -> list[list[int]]:
    """The units chosen for each need, counted in `weighing.units`. Raises UnknownWeighing, and KeyError for a
    method that is no more."""
    if weighing.version != WEIGHING_VERSION:
        raise UnknownWeighing(weighing.version)
    return get_policy(weighing.method)(to_demands(weighing.needs))
