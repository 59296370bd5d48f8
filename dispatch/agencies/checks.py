"""Whether code tables fit together: what the rules rely on, and what a person must be able to type."""

import re
from collections.abc import Iterable, Sequence
from math import inf

from dispatch.agencies.automatic import check_automatic
from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.neighbours import check_neighbours
from dispatch.agencies.rest import check_least_crew, check_rest
from dispatch.agencies.shifts import check_shifts
from dispatch.agencies.turnouts import check_station_turnouts, check_turnout
from dispatch.domain.codebook import Agency, CodeBook, Label, PlanNeed, ResponsePlan
from dispatch.domain.model.values import Phase

REWRITTEN = re.compile(r"[aeiouy][sfrxjwz0-9]|dd|aa|ee|oo|^w", re.IGNORECASE)
"""Letters that the Telex and VNI input methods turn into others while one types (console.md)."""

CODE = re.compile(r"[a-z][a-z0-9_]*")
NEEDED_PHASES = (Phase.DISPATCHED, Phase.RECEIVED, Phase.EN_ROUTE, Phase.ON_SCENE, Phase.OUT_OF_SERVICE)
NEEDED_OUTCOMES = ("cancelled_before_arrival", "merged")

MOST_PRICE_S = 86_400.0
"""A day: whoever is weighed as later than that helps nobody, and plans count in whole seconds."""


def check_book(book: CodeBook) -> None:
    """Raises `CodeTableError` for the first thing that does not fit."""
    _check_labels(book)
    for agency in book.agencies.values():
        _check_statuses(agency)
        _check_unit_types(book, agency)
        check_station_turnouts(agency)
        check_rest(agency)
        check_neighbours(agency)
        check_shifts(agency)
        _check_cover_rules(agency)
        _check_minimum_cover(book, agency)
    _check_types(book)
    for agency in book.agencies.values():
        check_automatic(book, agency)
    require_unique("plans.toml", (plan.code for plan in book.plans))
    for plan in book.plans:
        _check_plan(book, plan)
    _check_cover(book)
    _check_own(book)


def require_unique(where: str, codes: Iterable[str]) -> None:
    """Raises `CodeTableError` naming a code that stands twice."""
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise CodeTableError(where, f"{code!r} stands twice")
        seen.add(code)


def _check_labels(book: CodeBook) -> None:
    tables: dict[str, dict[str, Label]] = {
        "agencies": {a.id: a.label for a in book.agencies.values()},
        "types": {t.code: t.label for t in book.types.values()},
        "capabilities": book.capabilities,
        "outcomes": book.outcomes,
        "end_reasons": book.end_reasons,
    }
    for agency in book.agencies.values():
        tables[f"{agency.id}: statuses"] = {s.code: s.label for s in agency.statuses.values()}
        tables[f"{agency.id}: unit types"] = {u.code: u.label for u in agency.unit_types.values()}
    for table, labels in tables.items():
        for code, label in labels.items():
            if table != "agencies" and not CODE.fullmatch(code):
                raise CodeTableError(table, f"{code!r} is no code: small letters, digits and _")
            for language, text in (("Vietnamese", label.vi), ("English", label.en)):
                if not text.strip():
                    raise CodeTableError(table, f"{code!r} has no {language} label")
    for outcome in NEEDED_OUTCOMES:
        if outcome not in book.outcomes:
            raise CodeTableError("outcomes", f"{outcome!r} is missing; the rules use it")


def _check_statuses(agency: Agency) -> None:
    statuses = list(agency.statuses.values())
    free = {s.in_quarters for s in statuses if s.phase is Phase.AVAILABLE}
    if free != {True, False}:
        raise CodeTableError(agency.id, "needs a status `available` in quarters and one on the road")
    for status in statuses:
        if status.in_quarters and status.phase is not Phase.AVAILABLE:
            raise CodeTableError(agency.id, f"status {status.code!r} is in quarters but not available")
    for phase in NEEDED_PHASES:
        if all(status.phase is not phase for status in statuses):
            raise CodeTableError(agency.id, f"no status for the phase {phase.value}")


def _check_unit_types(book: CodeBook, agency: Agency) -> None:
    for type_ in agency.unit_types.values():
        for capability in type_.capabilities:
            _require_capability(book, f"{agency.id}: {type_.code}", capability)
        if not set(type_.at_once) <= set(type_.capabilities) or len(set(type_.at_once)) == 1:
            raise CodeTableError(agency.id, f"{type_.code!r}: at_once names two or more of its capabilities")
        if not type_.capabilities:
            raise CodeTableError(agency.id, f"{type_.code!r} can do nothing")
        check_turnout(agency.id, repr(type_.code), type_.turnout_s, type_.turnout_hours)
        check_least_crew(agency.id, repr(type_.code), type_.capabilities, type_.least_crew)
        prefix = type_.call_sign_prefix
        if not prefix.isascii() or not prefix.isalpha() or REWRITTEN.search(prefix + "-1"):
            raise CodeTableError(agency.id, f"call signs {prefix!r} change under Telex or VNI")


def _check_types(book: CodeBook) -> None:
    for type_ in book.types.values():
        if not 1 <= type_.priority <= 4:
            raise CodeTableError("types", f"{type_.code!r}: priority {type_.priority} is not 1 to 4")
        if type_.radius_m <= 0:
            raise CodeTableError("types", f"{type_.code!r}: radius_m must be more than 0")


def _check_plan(book: CodeBook, plan: ResponsePlan) -> None:
    where = f"plan {plan.code}"
    for type_code in plan.types:
        if type_code not in book.types:
            raise CodeTableError(where, f"unknown type {type_code!r}")
    if not plan.levels or not set(plan.priorities) <= {1, 2, 3, 4}:
        raise CodeTableError(where, "needs a level, and priorities from 1 to 4")
    for level in plan.levels:
        for leg in level:
            if leg.agency_id not in book.agencies:
                raise CodeTableError(where, f"unknown agency {leg.agency_id!r}")
            require_unique(f"{where}, {leg.agency_id}", (need.capability for need in leg.needs))
            for need in leg.needs:
                _check_need(book, where, need)
            _check_circles(where, leg.needs)


def _check_need(book: CodeBook, where: str, need: PlanNeed) -> None:
    _require_capability(book, where, need.capability)
    for capability, price_s in need.substitutes:
        _require_capability(book, where, capability)
        if not 0 <= price_s <= MOST_PRICE_S:
            raise CodeTableError(where, f"substitute {capability!r} has a price of {price_s}")
    if not 0 <= need.minimum <= need.count or need.count < 1:
        raise CodeTableError(where, f"{need.capability!r}: minimum {need.minimum} of {need.count}")


def _check_circles(where: str, needs: Sequence[PlanNeed]) -> None:
    """No capability stands in for itself, be it through others: nobody could say who is meant to come."""
    stands_in = {need.capability: [capability for capability, _ in need.substitutes] for need in needs}
    for first in stands_in:
        reached = list(stands_in[first])
        for capability in reached:
            if capability == first:
                raise CodeTableError(where, f"{first!r} is a substitute of itself, in a circle")
            reached += [c for c in stands_in.get(capability, ()) if c not in reached]


def _require_capability(book: CodeBook, where: str, capability: str) -> None:
    if capability not in book.capabilities:
        raise CodeTableError(where, f"unknown capability {capability!r}")


def _check_cover_rules(agency: Agency) -> None:
    """Moves gain something and are few; a zone has its own code, and is a whole circle or the whole city."""
    where, cover = f"{agency.id}/agency.toml: cover", agency.cover
    require_unique(f"{where}: zones", (zone.code for zone in cover.zones))
    if cover.move_gain_s is not None and not 0 < cover.move_gain_s < inf:
        raise CodeTableError(where, "move_gain_s is a number of seconds above 0")
    if not 0 <= cover.moves_per_shift <= 50:
        raise CodeTableError(where, "moves_per_shift is a number from 0 to 50")
    for zone in cover.zones:
        if not CODE.fullmatch(zone.code):
            raise CodeTableError(where, f"{zone.code!r} is no code: small letters, digits and _")
        if (zone.centre is None) != (zone.radius_m == 0) or not 0 <= zone.radius_m < inf:
            raise CodeTableError(where, f"{zone.code}: a circle needs a centre and a radius_m above 0")


def _check_minimum_cover(book: CodeBook, agency: Agency) -> None:
    """Each has its own code, asks for somebody that the agency has, of a whole circle or the whole city."""
    where = f"{agency.id}/agency.toml: minimum_cover"
    able = {c for type_ in agency.unit_types.values() for c in type_.capabilities}
    require_unique(where, (minimum.code for minimum in agency.minimum_cover))
    for minimum in agency.minimum_cover:
        if minimum.capability:
            _require_capability(book, where, minimum.capability)
            if minimum.capability not in able:
                raise CodeTableError(where, f"no unit for {minimum.capability!r}")
        if not 1 <= minimum.free <= 10_000:
            raise CodeTableError(where, f"{minimum.code}: free is a number of units from 1")
        if (minimum.centre is None) != (minimum.radius_m == 0) or not 0 <= minimum.radius_m < inf:
            raise CodeTableError(where, f"{minimum.code}: a circle needs a centre and a radius_m above 0")
        if not minimum.source.strip():
            raise CodeTableError(where, f"{minimum.code}: source says who demands it")


def _check_cover(book: CodeBook) -> None:
    """Every type at every priority has a plan, and the plan asks only for what its agency has."""
    for type_code in book.types:
        for priority in (1, 2, 3, 4):
            if book.find_plan(type_code, priority) is None:
                raise CodeTableError("plans", f"no plan for {type_code!r} at priority {priority}")
    able = {
        agency.id: {c for u in agency.unit_types.values() for c in u.capabilities}
        for agency in book.agencies.values()
    }
    for plan in book.plans:
        for leg in (leg for level in plan.levels for leg in level):
            for need in leg.needs:
                if need.capability not in able[leg.agency_id]:
                    what = f"{leg.agency_id} has no unit for {need.capability!r}"
                    raise CodeTableError(f"plan {plan.code}", what)


def _check_own(book: CodeBook) -> None:
    """Lines, suffixes and call-sign prefixes are each an agency's own."""
    agencies = list(book.agencies.values())
    require_unique("agencies: line", (a.line for a in agencies))
    require_unique("agencies: suffix", (a.suffix for a in agencies))
    prefixes = (u.call_sign_prefix for a in agencies for u in a.unit_types.values())
    require_unique("agencies: call-sign prefix", prefixes)
