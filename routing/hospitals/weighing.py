"""What a proposal of hospitals weighed, small enough to be kept for ever, and what follows from it alone.

As `routing.terms.weighing` is for units: the proposal is made from this and nothing else, so that what was
kept gives the same hospitals again, years later, without roads. Minutes are rounded to tenths of a second
before anything is ranked.
"""

from collections.abc import Sequence
from math import ceil, isfinite

import msgspec

from routing.hospitals.choice import ChoicePrices, HospitalNow, Patients, Weighed, rank, spread

HOSPITAL_WEIGHING_VERSION = 1
"""Another way to add up prices takes another number."""

BESIDE = 5
"""So many of the others are told with what would bring them to the front."""


class UnknownHospitalWeighing(Exception):
    """A weighing of a version that this program does not know; carries it."""


class WeighedHospital(msgspec.Struct, frozen=True, array_like=True):
    """A hospital as it was weighed. `has` and `diverted` say only what the patients at hand need ("" in
    `diverted`: it takes nobody); `travel_s` None: no way was known."""

    hospital_id: str
    name: str
    travel_s: float | None
    has: tuple[str, ...]
    diverted: tuple[str, ...]
    beds: int | None
    arriving: int


class HospitalWeighing(msgspec.Struct, frozen=True, kw_only=True):
    """All that decided a proposal for one patient (one group of one), or for many. `degraded`: times by
    straight line. `first`: where a spread of the incident's patients sends this one, before all others."""

    version: int
    prices: ChoicePrices
    groups: tuple[Patients, ...]
    hospitals: tuple[WeighedHospital, ...]
    degraded: bool = False
    first: str = ""


class Fix(msgspec.Struct, frozen=True):
    """What would bring a hospital to the front: `kind` sooner (by `seconds`), open, beds, able."""

    kind: str
    seconds: float = 0.0


class Beside(msgspec.Struct, frozen=True):
    """Another hospital: so much dearer than the first, and what alone would bring it to the front."""

    weighed: Weighed
    behind_s: float
    fixes: tuple[Fix, ...]


class HospitalThoughts(msgspec.Struct, frozen=True):
    """A choice among hospitals, made again. `ranked` the best first; the first stays so until its way is
    `holds_s` longer, or `holds_patients` more are on the way there (None: there is no other, or a spread put
    it first)."""

    ranked: tuple[Weighed, ...]
    beside: tuple[Beside, ...]
    holds_s: float | None
    holds_patients: int | None


def weigh_hospitals(
    groups: Sequence[Patients],
    hospitals: Sequence[tuple[str, HospitalNow]],
    prices: ChoicePrices,
    *,
    degraded: bool = False,
    first: str = "",
) -> HospitalWeighing:
    """What is to be weighed of these hospitals, each with its name."""
    needed = tuple(dict.fromkeys(need for group in groups for need in group.needs))
    return HospitalWeighing(
        version=HOSPITAL_WEIGHING_VERSION,
        prices=prices,
        groups=tuple(groups),
        hospitals=tuple(_row(name, now, needed) for name, now in hospitals),
        degraded=degraded,
        first=first,
    )


def rank_weighed(weighing: HospitalWeighing) -> list[Weighed]:
    """Every hospital for one patient of the first group, the best first. Raises UnknownHospitalWeighing."""
    ranked = rank(weighing.groups[0].needs, _list_now(weighing), weighing.prices)
    return sorted(ranked, key=lambda weighed: weighed.hospital_id != weighing.first)


def spread_weighed(weighing: HospitalWeighing) -> dict[str, dict[str, int]]:
    """Group → hospital → patients. Raises UnknownHospitalWeighing, routing.terms.policy.SolverFailed."""
    return spread(weighing.groups, _list_now(weighing), weighing.prices)


def think_of_hospitals(weighing: HospitalWeighing) -> HospitalThoughts:
    """The choice made again, with what stands beside it. Raises UnknownHospitalWeighing."""
    ranked = rank_weighed(weighing)
    if not ranked:
        return HospitalThoughts((), (), None, None)
    best, others = ranked[0], ranked[1:]
    gaps = [other.price_s - best.price_s for other in others if not weighing.first]
    gap_s = min(gaps, default=None)
    wait_s = weighing.prices.wait_s
    return HospitalThoughts(
        ranked=tuple(ranked),
        beside=tuple(_stand_beside(best, other, weighing.prices) for other in others[:BESIDE]),
        holds_s=max(0.0, gap_s) if gap_s is not None else None,
        holds_patients=ceil(max(0.0, gap_s) / wait_s) if gap_s is not None and wait_s else None,
    )


def _stand_beside(best: Weighed, other: Weighed, prices: ChoicePrices) -> Beside:
    behind_s = other.price_s - best.price_s
    fixes = []
    if other.travel_s is not None and 0 <= behind_s <= other.travel_s:
        fixes.append(Fix("sooner", behind_s))
    helps = (
        ("open", prices.diverted_s if other.diverted else 0.0),
        ("beds", prices.full_s if other.full else 0.0),
        ("able", prices.missing_s * len(other.missing)),
    )
    fixes += [Fix(kind, saved_s) for kind, saved_s in helps if saved_s and saved_s >= behind_s]
    return Beside(other, behind_s, tuple(fixes))


def _row(name: str, now: HospitalNow, needed: Sequence[str]) -> WeighedHospital:
    travel_s = now.travel_s
    known = travel_s is not None and isfinite(travel_s) and travel_s >= 0
    return WeighedHospital(
        now.hospital_id,
        name,
        round(travel_s, 1) if travel_s is not None and known else None,
        tuple(need for need in needed if need in now.capabilities),
        tuple(code for code in ("", *needed) if code in now.diverted),
        now.beds,
        max(0, now.arriving),
    )


def _list_now(weighing: HospitalWeighing) -> list[HospitalNow]:
    if weighing.version != HOSPITAL_WEIGHING_VERSION:
        raise UnknownHospitalWeighing(weighing.version)
    return [
        HospitalNow(
            hospital_id=row.hospital_id,
            travel_s=row.travel_s,
            capabilities=frozenset(row.has),
            diverted=frozenset(row.diverted),
            beds=row.beds,
            arriving=row.arriving,
        )
        for row in weighing.hospitals
    ]
