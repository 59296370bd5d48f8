"""Why this unit, why not that one: codes and figures that a screen puts into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing.plans.options import NeedOptions, Option, Way
from routing.terms.messages import Alternative, Param, PlanNeed, PlanUnit, Reason
from routing.terms.weighing import LAST_RESORT_S

OLD_POSITION_S = 60.0
TOLD_CARRY_M = 20.0
TOLD_COVER_S = 30.0
ALTERNATIVES = 3

STRAIGHT_LINE = "road_unknown_straight_line"
MINIMUM_BROKEN = "minimum_cover_broken"


@dataclass(frozen=True)
class Going:
    """A chosen plan: the needs that each unit serves, units that must stay and those that go all the same."""

    serves: Mapping[int, Sequence[PlanNeed]]
    must_stay: frozenset[int]
    beyond: frozenset[int]


def explain_proposal(
    option: Option, way: Way, need: PlanNeed, found: NeedOptions, units: Sequence[PlanUnit], going: Going
) -> list[Reason]:
    """Everything a dispatcher should know about one proposed unit, most telling first."""
    unit = units[option.unit]
    reasons = _explain_rank(option, need, found, units, going)
    if unit.neighbour:
        reasons.insert(0, Reason("mutual_aid", {"neighbour": unit.neighbour, "price_s": option.aid_s}))
    reasons += _explain_ties(option, need, going)
    if found.total == 1:
        reasons.append(Reason("only_with_capability", {"capability": option.capability}))
    if option.price_s > 0:
        reasons.append(Reason("substitute", {"capability": option.capability, "price_s": option.price_s}))
    nearest = found.nearest
    if nearest is not None and nearest.unit != option.unit and nearest.eta_s > option.eta_s:
        params: dict[str, Param] = {"unit_id": units[nearest.unit].unit_id, "eta_s": nearest.eta_s}
        reasons.append(Reason("closest_straight_line_is_slower", params))
    if option.held_s > 0:
        reasons.append(Reason("offered_elsewhere"))
    if option.cover_s >= TOLD_COVER_S:
        reasons.append(Reason("costs_cover", {"cover_s": option.cover_s}))
    if option.rest_s > 0:
        reasons += _explain_rest(unit)
    if not option.by_road:
        reasons.append(Reason(STRAIGHT_LINE, {"straight_m": option.straight_m}))
    if way.carry_m >= TOLD_CARRY_M:
        reasons.append(Reason("carry_on_foot", {"distance_m": way.carry_m, "time_s": way.carry_s}))
    if not unit.position_age_s <= OLD_POSITION_S:
        reasons.append(Reason("position_old", {"age_s": unit.position_age_s}))
    if option.turnout_s > 0:
        reasons.append(Reason("in_quarters_turnout", {"turnout_s": option.turnout_s}))
    return reasons


def _explain_rest(unit: PlanUnit) -> list[Reason]:
    """How long its crew has been on, and out without a break if that is it."""
    on_s, out_s = unit.worked_s
    reasons = [Reason("crew_long_on", _tell_hours(on_s))]
    if out_s > 0:
        reasons.append(Reason("crew_long_out", _tell_hours(out_s)))
    return [*reasons, Reason("crew_past_limit")] if unit.rest_s >= LAST_RESORT_S else reasons


def _tell_hours(seconds: float) -> dict[str, Param]:
    hours, minutes = divmod(round(seconds / 60), 60)
    return {"hours": hours, "minutes": f"{minutes:02}"}


def _explain_ties(option: Option, need: PlanNeed, going: Going) -> list[Reason]:
    """What else it serves, and whether it should have stayed."""
    others = (other for other in going.serves[option.unit] if other.need_id != need.need_id)
    reasons = [Reason("serves_at_once", {"capability": other.capability}) for other in others]
    return [*reasons, Reason(MINIMUM_BROKEN)] if option.unit in going.beyond else reasons


def _explain_rank(
    option: Option, need: PlanNeed, found: NeedOptions, units: Sequence[PlanUnit], going: Going
) -> list[Reason]:
    """Its rank by arrival; when somebody would be sooner and is not sent here, who and why not."""
    faster = sorted((o for o in found.best if o.eta_s < option.eta_s), key=lambda o: o.eta_s)
    elsewhere = [o for o in faster if need not in going.serves.get(o.unit, ())]
    if not elsewhere:
        return [Reason("fastest", {"rank": len(faster) + 1})]
    soonest = elsewhere[0]
    params: dict[str, Param] = {"unit_id": units[soonest.unit].unit_id, "eta_s": soonest.eta_s}
    if soonest.unit in going.serves:
        other = going.serves[soonest.unit][0].need_id
        return [Reason("faster_unit_serves_other_need", params | {"need_id": other})]
    if soonest.unit in going.must_stay and option.unit not in going.beyond:
        return [Reason("faster_unit_kept_for_minimum", params)]
    if soonest.aid_s > option.aid_s:
        params["neighbour"] = units[soonest.unit].neighbour
        return [Reason("faster_unit_is_neighbour", params)]
    if soonest.price_s > option.price_s:
        return [Reason("faster_unit_is_substitute", params | {"price_s": soonest.price_s})]
    if soonest.cover_s > max(option.cover_s, soonest.held_s):
        return [Reason("faster_unit_kept_for_cover", params | {"cover_s": soonest.cover_s})]
    if soonest.rest_s > option.rest_s:
        on = _tell_hours(units[soonest.unit].worked_s[0])
        return [Reason("faster_unit_crew_tired", params | on)]
    if soonest.held_s > option.held_s:
        return [Reason("faster_unit_offered_elsewhere", params)]
    return []


def list_alternatives(
    found: NeedOptions, units: Sequence[PlanUnit], serves: Mapping[int, Sequence[PlanNeed]]
) -> list[Alternative]:
    """The next best units that this plan leaves free."""
    free = [option for option in found.best if option.unit not in serves]
    return [Alternative(units[option.unit].unit_id, option.eta_s) for option in free[:ALTERNATIVES]]


def explain_shortfall(found: NeedOptions, *, placed: bool, lacking: str = "") -> Reason:
    """Why a need is not served in full; `lacking` is what its package has too few of."""
    if lacking:
        return Reason("package_not_whole", {"capability": lacking})
    if not placed:
        return Reason("place_invalid")
    if found.total == 0:
        return Reason("no_unit_with_capability")
    return Reason("not_enough_units", {"eligible": found.total})
