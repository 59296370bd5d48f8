"""Who could serve a need, and when they would be there."""

from collections.abc import Callable
from math import inf

import msgspec
import numpy as np

from routing.graph.model import FloatArray, LongArray
from routing.terms.messages import PlanNeed, PlanUnit
from routing.terms.weighing import WeighedOption


class Eligible(msgspec.Struct, frozen=True, gc=False):
    """A unit that may serve a need, by which capability, and the price of that being a substitute. Units of
    one kind are worth the same but for their cost."""

    unit: int
    capability: str
    price_s: float
    kind: int = 0


class Option(WeighedOption, frozen=True, kw_only=True, gc=False):
    """What is weighed of an eligible unit, which counts in the request's units here, and what is told of its
    way beside: without by_road, travel_s is an estimate from straight_m."""

    straight_m: float
    by_road: bool

    def to_weighed(self, number: Callable[[int], int]) -> WeighedOption:
        """Only what is weighed, the unit numbered anew."""
        return WeighedOption(
            number(self.unit),
            self.capability,
            self.turnout_s,
            self.travel_s,
            self.price_s,
            self.held_s,
            self.cover_s,
            self.late_s,
            self.rest_s,
            self.aid_s,
        )


class Way(msgspec.Struct, frozen=True, gc=False):
    """Metres of a way, metres and seconds of it on foot at its end, and seconds of waiting for ferries."""

    distance_m: float
    carry_m: float = 0.0
    carry_s: float = 0.0
    wait_s: float = 0.0


class NeedOptions(msgspec.Struct, frozen=True):
    """A need's best options, cheapest first, how many there were, the one nearest by straight line, and what
    the cheapest of those costs that were left out."""

    best: list[Option]
    total: int
    nearest: Option | None
    left_out_s: float = inf


def rank(cost_s: FloatArray, soon_s: FloatArray, kinds: LongArray, limit: int) -> LongArray:
    """Places of the options worth weighing, cheapest first: `limit` of the cheapest of each kind, and where
    prices count whoever would be there first, since it is what people compare with.

    No plan needs others: of so many of one kind one is always free that costs no more.
    """
    if len(cost_s) <= limit:
        return np.argsort(cost_s, kind="stable")
    if (kinds == kinds[0]).all():
        kept = _list_cheapest(cost_s, limit)
    else:
        rows = (np.flatnonzero(kinds == kind) for kind in np.unique(kinds))
        kept = np.concatenate([of_kind[_list_cheapest(cost_s[of_kind], limit)] for of_kind in rows])
    if not np.array_equal(cost_s, soon_s):
        kept = np.concatenate([kept, _list_cheapest(soon_s, limit)])
    kept = np.unique(kept)
    return kept[np.argsort(cost_s[kept], kind="stable")]


def _list_cheapest(cost_s: FloatArray, count: int) -> LongArray:
    """Places of the `count` cheapest, of equal ones the first; not in order."""
    if len(cost_s) <= count:
        return np.arange(len(cost_s))
    last_s = np.partition(cost_s, count - 1)[count - 1] if count else -inf
    sure, equal = np.flatnonzero(cost_s < last_s), np.flatnonzero(cost_s == last_s)
    return np.concatenate([sure, equal[: count - len(sure)]])


def find_left_out_s(cost_s: FloatArray, best: LongArray) -> float:
    """What the cheapest costs that is not among the best."""
    if len(best) == len(cost_s):
        return inf
    left_out = cost_s.astype(float)
    left_out[best] = inf
    return float(left_out.min())


def price_cover_s(unit: PlanUnit, need: PlanNeed) -> float:
    """What taking a unit for a need costs in cover, of which a need takes only so much into account."""
    return min(unit.cover_s, need.most_cover_s)


def price_late_s(eta_s: float, need: PlanNeed) -> float:
    """What an arrival costs beyond its seconds, where it is late."""
    return need.late_price_s if 0 < need.late_after_s < eta_s else 0.0
