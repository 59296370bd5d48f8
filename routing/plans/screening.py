"""What odd numbers of a question about units mean, in one place, before anything is reckoned with them.

Askers are other programs, and a question may come from anywhere on the socket. One odd number must cost
neither the whole plan nor the process: who cannot be timed is left out and named, a price that is none counts
nothing, and none counts more than a day.
"""

from collections.abc import Sequence
from math import inf, isfinite

import msgspec

from routing.terms.messages import LonLat, PlanNeed, PlanRequest, PlanUnit, Reason, SkippedUnit, Substitute
from routing.terms.policy import MAX_COST_S

MOST_S = float(MAX_COST_S)
"""No price and no turnout counts more than policies can tell apart."""

MOST_AGE_S = 31_536_000.0
"""A position whose age is no number, or more, is a year old."""

# A unit with somebody on board, or off the run, is never proposed, whatever the asker sent.
NEVER_PROPOSED_PHASES = frozenset({"out_of_service", "at_patient", "transporting"})


def is_position(lon_lat: LonLat) -> bool:
    """Whether these are degrees of longitude and latitude at all."""
    lon, lat = lon_lat
    return isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90


def clean_request(request: PlanRequest) -> PlanRequest:
    """The same question with prices, limits and ages that can be reckoned with. A turnout or a hold that is
    none becomes infinite, for which `screen_units` leaves the unit out."""
    needs = [need if _is_plain_need(need) else _clean_need(need) for need in request.needs]
    units = [unit if _is_plain_unit(unit) else _clean_unit(unit) for unit in request.units]
    return msgspec.structs.replace(request, needs=needs, units=units)


def screen_units(units: Sequence[PlanUnit]) -> tuple[list[int], list[SkippedUnit]]:
    """Rows of the units that may be proposed, and why the others may not."""
    kept: list[int] = []
    skipped: list[SkippedUnit] = []
    for index, unit in enumerate(units):
        lon, lat = unit.lon_lat
        if (
            -180 <= lon <= 180
            and -90 <= lat <= 90
            and 0 <= unit.turnout_s <= MOST_S
            and 0 <= unit.held_s <= MOST_S
            and unit.phase not in NEVER_PROPOSED_PHASES
        ):
            kept.append(index)  # as nearly all are, and this is asked of every unit
        elif not is_position(unit.lon_lat):
            skipped.append(SkippedUnit(unit.unit_id, Reason("position_invalid")))
        elif not (0 <= unit.turnout_s <= MOST_S and 0 <= unit.held_s <= MOST_S):
            skipped.append(SkippedUnit(unit.unit_id, Reason("turnout_invalid")))
        else:
            skipped.append(SkippedUnit(unit.unit_id, Reason("phase_not_proposed", {"phase": unit.phase})))
    return kept, skipped


def _is_plain_unit(unit: PlanUnit) -> bool:
    """Asked of every unit of every plan; a number that is none is within nothing."""
    on_s, out_s = unit.worked_s
    return (
        0 <= unit.turnout_s <= MOST_S
        and 0 <= unit.held_s <= MOST_S
        and 0 <= unit.cover_s <= MOST_S
        and 0 <= unit.rest_s <= MOST_S
        and 0 <= unit.aid_s <= MOST_S
        and 0 <= unit.position_age_s <= MOST_AGE_S
        and 0 <= on_s <= MOST_AGE_S
        and 0 <= out_s <= MOST_AGE_S
    )


def _clean_unit(unit: PlanUnit) -> PlanUnit:
    on_s, out_s = unit.worked_s
    return msgspec.structs.replace(
        unit,
        turnout_s=unit.turnout_s if 0 <= unit.turnout_s <= MOST_S else inf,
        held_s=unit.held_s if 0 <= unit.held_s <= MOST_S else inf,
        cover_s=_to_price_s(unit.cover_s),
        rest_s=_to_price_s(unit.rest_s),
        aid_s=_to_price_s(unit.aid_s),
        position_age_s=_within(unit.position_age_s, MOST_AGE_S, odd=MOST_AGE_S),
        worked_s=(_within(on_s, MOST_AGE_S, odd=0.0), _within(out_s, MOST_AGE_S, odd=0.0)),
    )


def _is_plain_need(need: PlanNeed) -> bool:
    return (
        0 <= need.most_cover_s <= MOST_S
        and 0 <= need.late_after_s <= MOST_S
        and 0 <= need.late_price_s <= MOST_S
        and all(0 <= substitute.price_s <= MOST_S for substitute in need.substitutes)
    )


def _clean_need(need: PlanNeed) -> PlanNeed:
    return msgspec.structs.replace(
        need,
        most_cover_s=MOST_S if need.most_cover_s == inf else _to_price_s(need.most_cover_s),
        # Late from an infinite moment on is never late, which is what 0 says.
        late_after_s=_to_price_s(need.late_after_s),
        late_price_s=_to_price_s(need.late_price_s),
        substitutes=[Substitute(s.capability, _to_price_s(s.price_s)) for s in need.substitutes],
    )


def _to_price_s(seconds: float) -> float:
    return _within(seconds, MOST_S, odd=0.0)


def _within(seconds: float, most: float, *, odd: float) -> float:
    return min(max(0.0, seconds), most) if isfinite(seconds) else odd
