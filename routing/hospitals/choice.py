"""Which hospital for which patient: travel, what it can treat, what it told, and who is on the way already.

Everything that speaks against a hospital is so many seconds of travel more, so that the figures can be read,
set and explained. A hospital's price grows with each patient who arrives: a mass casualty incident is spread
over several by itself. There is always an answer: what is lacking is a price, never a bar.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
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


class Patients(msgspec.Struct, frozen=True, kw_only=True):
    """So many of one kind, each of whom needs all of `needs`. `weight`: what their way and what is lacking
    there count, against those of the others."""

    name: str
    needs: tuple[str, ...]
    count: int
    weight: float = 1.0


def spread(
    groups: Sequence[Patients], hospitals: Sequence[HospitalNow], prices: ChoicePrices
) -> dict[str, dict[str, int]]:
    """Group → hospital → how many of its patients go there, at the least total price, by min-cost flow.

    A hospital's price is convex in the number of its patients: the wait grows with each, and a bed that is
    not there costs from the first who has none. Prices are counted in tenths of a second. Nobody is placed
    where there are no hospitals; else everybody is. Raises routing.terms.policy.SolverFailed.
    """
    everybody = sum(group.count for group in groups)
    if not hospitals or not everybody:
        return {group.name: {} for group in groups}
    placed = _load_solver()(
        [group.count for group in groups],
        [[_tenths(group.weight * _weigh_own(group.needs, h, prices)) for h in hospitals] for group in groups],
        [[_tenths(_next_s(h, n, prices)) for n in range(everybody)] for h in hospitals],
    )
    return {
        group.name: {h.hospital_id: n for h, n in zip(hospitals, row, strict=True) if n}
        for group, row in zip(groups, placed, strict=True)
    }


def _load_solver() -> Callable[..., list[list[int]]]:
    """Only who spreads loads it."""
    solve: Callable[..., list[list[int]]] = import_module("routing.policies.spreading").spread_flow
    return solve


def _tenths(seconds: float) -> int:
    return round(10 * seconds)


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
