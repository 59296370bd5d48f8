"""How cover enters a plan: the same for the live centre and for simulated city days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing.deployment import Deployment, Situation

MOST_COVER_S = {1: 60.0, 2: 120.0, 3: 300.0, 4: 600.0}
"""So much later, by priority, cover may let a unit come. Where a life hangs on it: a minute at most."""


@dataclass(frozen=True)
class Group:
    """Units that can do one thing, which `share` of their agency's calls ask for, and their policy."""

    share: float
    policy: Deployment


def price_group(group: Group, unit_ids: Sequence[str], now: Situation) -> dict[str, float]:
    """Seconds that the absence of each idle unit costs the calls that ask for what this group can do."""
    prices = (60.0 * group.share * group.policy.price_absence(now)).tolist()
    return {unit_ids[number]: price for number, price in zip(now.idle, prices, strict=True)}


def add_up(capabilities: Sequence[str], prices: Mapping[str, Mapping[str, float]], unit_id: str) -> float:
    """What a unit's absence costs in all: of everything it can do."""
    return round(sum(prices[c].get(unit_id, 0.0) for c in capabilities if c in prices), 1)
