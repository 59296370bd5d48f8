"""How cover enters a plan: the same for the live centre and for simulated city days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing.cover.coverage_value import CoverageValue, list_within
from routing.cover.sending import SETTINGS
from routing.terms.deployment import Deployment, Region, Situation

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


class MoveGains:
    """What the next call gains when one unit waits somewhere else, whatever policy proposes it: expected
    response by `coverage_value`, lateness priced as the default policy does."""

    def __init__(self, region: Region) -> None:
        self._within = list_within(region)
        self._value = CoverageValue(region, gone=SETTINGS.gone_base, late=SETTINGS.late_base)

    def find_gain_s(self, now: Situation, unit: int, stay: int, base: int) -> float:
        """Seconds of response of the next call, from the place where an idle unit would otherwise stand to
        this base; every other idle unit counts at its own base. Negative for the worse."""
        others = self._within[[now.base[other] for other in now.idle if other != unit]].sum(axis=0)
        left = self._value.weigh(others)
        there, here = self._value.find_gains(self._within[[base, stay]], left).tolist()
        return 60.0 * float(there - here)
