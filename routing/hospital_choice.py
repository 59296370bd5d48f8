"""Which hospital for which patient: travel, what it can treat, what it told, and who is on the way already.

Everything that speaks against a hospital is so many seconds of travel more, so that the figures can be read,
set and explained. A hospital's price grows with each patient who arrives: a mass casualty incident is spread
over several by itself. There is always an answer: what is lacking is a price, never a bar.
"""

from collections.abc import Mapping, Sequence
from math import inf, isfinite

import msgspec


class ChoicePrices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seconds that count as travel: for each capability that is missing, for a hospital that takes no such
    patients, for one without a bed left, for each patient who arrives before, for one no road leads to."""

    missing_s: float = 2400.0
    diverted_s: float = 3600.0
    full_s: float = 1200.0
    wait_s: float = 90.0
    no_way_s: float = 7200.0


class HospitalNow(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital as it stands. `travel_s` is None (or no number) where no way is known. `arriving` patients
    are on the way there or being handed over; `beds` are left besides them, None where nobody has told.
    It takes no patients who need one of `diverted` ("" stands for everybody)."""

    hospital_id: str
    travel_s: float | None
    capabilities: frozenset[str]
    diverted: frozenset[str] = frozenset()
    beds: int | None = None
    arriving: int = 0


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital for one more patient: its price, and what it is made of."""

    hospital_id: str
    price_s: float
    travel_s: float | None
    missing: tuple[str, ...]
    diverted: bool
    full: bool


def rank(needs: Sequence[str], hospitals: Sequence[HospitalNow], prices: ChoicePrices) -> list[Weighed]:
    """Every hospital for one patient who needs all of `needs`, the best first. Of equal ones the nearer, then
    the lower id."""
    weighed = [_weigh(needs, hospital, prices) for hospital in hospitals]
    return sorted(
        weighed, key=lambda w: (w.price_s, inf if w.travel_s is None else w.travel_s, w.hospital_id)
    )


def spread(
    groups: Mapping[str, tuple[Sequence[str], int]], hospitals: Sequence[HospitalNow], prices: ChoicePrices
) -> dict[str, dict[str, int]]:
    """Group → hospital → how many of its patients go there, at the least total price. `groups` gives what
    each patient of a group needs, and how many there are.

    Min-cost flow by successive shortest paths (Ahuja, Magnanti, Orlin: Network Flows, 9.7): a hospital's
    price is convex in the number of its patients, so each patient in turn takes the cheapest way, which may
    move earlier ones to other hospitals. Nobody is placed where there are no hospitals.
    """
    names = list(groups)
    base = [[_weigh_own(groups[name][0], hospital, prices) for hospital in hospitals] for name in names]
    placed = [[0] * len(hospitals) for _ in names]
    if hospitals:
        for group, name in enumerate(names):
            for _ in range(groups[name][1]):
                _place_one(group, base, placed, hospitals, prices)
    return {
        name: {h.hospital_id: n for h, n in zip(hospitals, row, strict=True) if n}
        for name, row in zip(names, placed, strict=True)
    }


def _weigh(needs: Sequence[str], hospital: HospitalNow, prices: ChoicePrices) -> Weighed:
    travel_s = hospital.travel_s
    if travel_s is not None and not (isfinite(travel_s) and travel_s >= 0):
        travel_s = None
    return Weighed(
        hospital_id=hospital.hospital_id,
        price_s=_weigh_own(needs, hospital, prices) + _next_s(hospital, 0, prices),
        travel_s=travel_s,
        missing=tuple(need for need in needs if need not in hospital.capabilities),
        diverted=_is_diverted(needs, hospital),
        full=hospital.beds is not None and hospital.beds <= 0,
    )


def _weigh_own(needs: Sequence[str], hospital: HospitalNow, prices: ChoicePrices) -> float:
    """What does not depend on who else is brought there."""
    travel_s = hospital.travel_s
    known = travel_s is not None and isfinite(travel_s) and travel_s >= 0
    price_s = travel_s if travel_s is not None and known else prices.no_way_s
    price_s += prices.missing_s * sum(need not in hospital.capabilities for need in needs)
    return price_s + (prices.diverted_s if _is_diverted(needs, hospital) else 0.0)


def _is_diverted(needs: Sequence[str], hospital: HospitalNow) -> bool:
    return "" in hospital.diverted or not hospital.diverted.isdisjoint(needs)


def _next_s(hospital: HospitalNow, placed: int, prices: ChoicePrices) -> float:
    """What one more costs there when `placed` have been given to it: never less than the one before."""
    full = hospital.beds is not None and placed >= hospital.beds
    return prices.wait_s * (max(0, hospital.arriving) + placed) + (prices.full_s if full else 0.0)


def _place_one(
    group: int,
    base: list[list[float]],
    placed: list[list[int]],
    hospitals: Sequence[HospitalNow],
    prices: ChoicePrices,
) -> None:
    """One patient more, by the cheapest chain: into a hospital, from which one of another group moves on.

    Bellman and Ford over hospitals: `cost[h]` is the price of having one more patient at h, its own load not
    counted; a patient of group g moves from h to k at the difference of g's prices.
    """
    cost = list(base[group])
    came: list[tuple[int, int] | None] = [None] * len(hospitals)
    changed = True
    while changed:
        changed = False
        for g, row in enumerate(placed):
            for h, count in enumerate(row):
                if not count:
                    continue
                for k in range(len(hospitals)):
                    moved = cost[h] + base[g][k] - base[g][h]
                    if k != h and moved < cost[k] - 1e-9:
                        cost[k], came[k], changed = moved, (g, h), True
    loads = [sum(row[h] for row in placed) for h in range(len(hospitals))]
    end = min(
        range(len(hospitals)),
        key=lambda h: (cost[h] + _next_s(hospitals[h], loads[h], prices), hospitals[h].hospital_id),
    )
    _follow(group, end, came, placed)


def _follow(group: int, end: int, came: list[tuple[int, int] | None], placed: list[list[int]]) -> None:
    at = end
    step = came[at]
    while step is not None:
        mover, source = step
        placed[mover][at] += 1
        placed[mover][source] -= 1
        at = source
        step = came[at]
    placed[group][at] += 1
