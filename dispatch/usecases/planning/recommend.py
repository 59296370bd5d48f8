"""Who goes: gather needs, free units and their positions; ask the planner; record what it proposes.

The planner is another process. When it is dead or late the straight-line answer is recorded instead,
marked as degraded: there is never no answer.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence, Set
from datetime import datetime

import msgspec

from dispatch.domain.model.assignment import (
    Alternative,
    MissingUnits,
    ProposedUnit,
    Reason,
    Recommendation,
    RecordRecommendation,
)
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat, Need, Phase
from dispatch.domain.rules.plan import list_missing
from dispatch.usecases.free_units import NEAR_UNITS, choose_near, find_unit, plan_unit
from dispatch.usecases.picture import Picture
from dispatch.usecases.planner import Prices
from dispatch.usecases.planning.minimum_cover import list_floors
from dispatch.usecases.unit_positions import FindPosition
from routing.cover.cover import MOST_COVER_S
from routing.terms.messages import PlanAnswer, PlanNeed, PlanRequest, PlanUnit, Proposal, Substitute

HELD_S = 60.0
"""What it costs to propose a unit that another plan has just offered, as seconds of its arrival."""

OFFER_LASTS_S = 30.0
"""So long an offered unit is about to be sent where it was offered: desks accept within seconds."""

SOONER_THAN_QUEUED = ("sooner_than_queued_unknown", "sooner_than_queued", "sooner_than_queued_assumed")
"""The reasons of a unit that takes the place of a queued one: nobody knows when that comes, or it is told."""

OPEN_LEGS = frozenset({"requested", "seen", "pending", "active"})


def build_request(
    incident: Incident,
    picture: Picture,
    find_position: FindPosition,
    now: datetime,
    prices: Prices | None = None,
    still_open: Collection[str] = (),
) -> PlanRequest:
    """The question to the planner: what is still missing on every open leg, and who is free for it.

    The incident must have a position. Units at their station stand there with age 0; a unit that never
    told a position is taken to be at its station too, and its age says so by being the phase's age. A unit
    that has declined this incident is not asked again; one that is being offered to an incident that comes
    before this one has a price, so that two desks do not reach for it at the same moment. Units of the queued
    assignments that are `still_open` do not count as sent.
    """
    if incident.place.lon_lat is None:
        raise ValueError("an incident without a position cannot be planned")
    target = (incident.place.lon_lat.lon, incident.place.lon_lat.lat)
    needs = [
        planned
        for leg in picture.legs_of(incident)
        if leg.state in OPEN_LEGS
        for planned in _plan_leg(leg, picture, target, prices, still_open)
    ]
    wanted = {n.capability for n in needs} | {s.capability for n in needs for s in n.substitutes}
    enough = NEAR_UNITS + sum(need.count for need in needs)

    def where(unit: Unit) -> tuple[float, float] | None:
        at = find_unit(unit, picture, find_position, now)
        return (at.lon, at.lat) if at is not None else None

    floors = list_floors(needs, picture, where, test=incident.test)
    held = {unit_id for floor in floors for unit_id in floor.unit_ids}
    near = {
        unit.unit_id: unit
        for capability in sorted(wanted)
        for unit in _list_near(capability, incident, enough, held, picture, find_position, now)
    }
    offered = [
        msgspec.structs.replace(unit, held_s=HELD_S)
        if is_offered(unit.unit_id, incident, picture, now)
        else unit
        for unit in (_weigh_rest(unit, picture, now) for unit in near.values())
    ]
    if prices is None:
        return PlanRequest(target, needs, offered, minimum_cover=floors)
    priced = [_price(unit, prices.price_s(picture.units[unit.unit_id])) for unit in offered]
    return PlanRequest(target, needs, priced, prices.policy, floors)


def _list_near(
    capability: str,
    incident: Incident,
    enough: int,
    held: Set[str],
    picture: Picture,
    find_position: FindPosition,
    now: datetime,
) -> list[PlanUnit]:
    """Free units with a capability, the nearest; of neighbours as many, of those that need not stay too."""
    target = incident.place.lon_lat
    if target is None:
        return []
    declined = _list_declined(incident, picture)
    choosy = bool(held) or picture.has_neighbours()
    units = [
        planned
        for unit in picture.list_free_units(capability, target, len(picture.units) if choosy else enough)
        if unit.test == incident.test and unit.id not in declined
        for planned in (plan_unit(unit, picture, find_position, now),)
        if planned is not None
    ]
    near = choose_near([u for u in units if not u.neighbour], (target.lon, target.lat), enough)
    near += choose_near([u for u in units if u.neighbour], (target.lon, target.lat), enough)
    if held:
        may_go = [unit for unit in units if unit.unit_id not in held]
        near += choose_near(may_go, (target.lon, target.lat), enough)
    return near


def _weigh_rest(unit: PlanUnit, picture: Picture, now: datetime) -> PlanUnit:
    """With what its crew's long day costs, and how long that was."""
    rest = picture.find_rest(picture.units[unit.unit_id], now)
    if rest is None or rest.price_s <= 0:
        return unit
    work = rest.work
    return msgspec.structs.replace(unit, rest_s=rest.price_s, worked_s=(work.on_s, work.out_s))


def _price(unit: PlanUnit, cover_s: float) -> PlanUnit:
    return msgspec.structs.replace(unit, cover_s=cover_s) if cover_s > 0 else unit


def is_offered(unit_id: str, incident: Incident, picture: Picture, now: datetime) -> bool:
    """Whether a fresh plan offers the unit to an incident that is more urgent than this one, or as urgent and
    older. Of two incidents only one ever yields, so that they cannot hand a unit to and fro."""
    planned, just = picture.plans_with_unit.get(unit_id), picture.just_offered.get(unit_id)
    if not planned and just is None:
        return False  # as nearly all are, and this is asked of every unit near every incident
    offers = [(to, picture.recommendations[to].made_at) for to in planned or ()]
    if just is not None:
        offers.append(just)
    rank = (incident.priority, incident.opened_at, incident.id)
    for other_id, at in offers:
        other = picture.incidents.get(other_id)
        if other is None or other.state != "open" or (other.priority, other.opened_at, other.id) >= rank:
            continue
        if (now - at).total_seconds() <= OFFER_LASTS_S:
            return True
    return False


def _list_declined(incident: Incident, picture: Picture) -> set[str]:
    """Units that have said they cannot go: the next one is proposed. A person may still send them."""
    return {
        assignment.unit_id
        for leg in picture.legs_of(incident)
        for assignment in picture.assignments_of(leg)
        if assignment.ended_how == "declined"
    }


def build_record(incident: Incident, request: PlanRequest, answer: PlanAnswer) -> RecordRecommendation:
    """The planner's answer as the command that makes it durable, with all that decided it."""
    legs = {need.need_id: need.leg_id for need in request.needs}
    capabilities = {need.need_id: need.capability for need in request.needs}
    units = {unit.unit_id: unit for unit in request.units}
    serves: dict[str, list[Proposal]] = {}
    for proposal in answer.proposals:
        serves.setdefault(proposal.unit_id, []).append(proposal)
    return RecordRecommendation(
        incident_id=incident.id,
        for_version=incident.version,
        proposed=tuple(
            _tell_proposed(same, legs[same[0].need_id], units[same[0].unit_id]) for same in serves.values()
        ),
        missing=tuple(
            MissingUnits(
                need_id=s.need_id,
                leg_id=legs[s.need_id],
                capability=capabilities[s.need_id],
                missing=s.missing,
                below_minimum=s.below_minimum,
                reason=Reason(code=s.reason.code, params=dict(s.reason.params)),
            )
            for s in answer.shortfalls
        ),
        method=answer.method,
        degraded=answer.degraded,
        graph_date=answer.graph_date,
        took_ms=answer.took_ms,
        inputs_digest=hashlib.sha256(msgspec.msgpack.encode(request)).hexdigest(),
        weighed=answer.weighed,
        hasty=answer.hasty,
    )


def _tell_proposed(serves: Sequence[Proposal], leg_id: str, unit: PlanUnit) -> ProposedUnit:
    """One unit with all that it serves."""
    p, *others = serves
    return ProposedUnit(
        need_id=p.need_id,
        leg_id=leg_id,
        unit_id=p.unit_id,
        capability=p.capability,
        eta_s=p.eta_s,
        travel_s=p.travel_s,
        turnout_s=p.turnout_s,
        distance_m=p.distance_m,
        position=LonLat(*unit.lon_lat),
        position_age_s=unit.position_age_s,
        phase=Phase(unit.phase),
        reasons=tuple(Reason(code=r.code, params=dict(r.params)) for r in p.reasons),
        alternatives=tuple(Alternative(unit_id=a.unit_id, eta_s=a.eta_s) for a in p.alternatives),
        eta_p50_s=p.eta_p50_s,
        eta_p90_s=p.eta_p90_s,
        also_need_ids=tuple(other.need_id for other in others) or msgspec.UNSET,
        instead_of=_list_replaced(serves) or msgspec.UNSET,
    )


def _list_replaced(serves: Iterable[Proposal]) -> tuple[str, ...]:
    """Queued assignments whose place a unit takes."""
    told = (reason for proposal in serves for reason in proposal.reasons if reason.code in SOONER_THAN_QUEUED)
    return tuple(str(reason.params["assignment_id"]) for reason in told)


def nothing_to_plan(known: Recommendation) -> PlanAnswer:
    """The plan of an incident that lacks nothing any more: it takes the place of the one that was known."""
    return PlanAnswer(
        proposals=[],
        shortfalls=[],
        method=known.method,
        degraded=False,
        reasons_version=0,
        took_ms=0.0,
        graph_date=known.graph_date,
    )


def _plan_leg(
    leg: Leg,
    picture: Picture,
    target: tuple[float, float],
    prices: Prices | None,
    still_open: Collection[str],
) -> list[PlanNeed]:
    """What is missing on a leg. Once a part of a package is on its way, whatever else there is follows. Where
    a queued unit follows anyway, nobody is needed to start with."""
    left = {need.need_id: count for need, count in list_missing(leg, picture.assignments_of(leg))}
    begun = {need.package for need in leg.needs if left.get(need.need_id, 0) < need.count}
    sent = (a for a in picture.assignments_of(leg) if a.id not in still_open)
    return [
        _plan_need(
            need,
            leg,
            count,
            max(0, need.minimum - need.count + left.get(need.need_id, 0)),
            target,
            prices,
            "" if need.package in begun else need.package or "",
        )
        for need, count in list_missing(leg, sent)
    ]


def _plan_need(
    need: Need,
    leg: Leg,
    missing: int,
    minimum: int,
    target: tuple[float, float],
    prices: Prices | None,
    package: str,
) -> PlanNeed:
    late_after_s, late_price_s = prices.late_s(leg.agency_id) if prices is not None else (0.0, 0.0)
    return PlanNeed(
        need_id=need.need_id,
        leg_id=leg.id,
        agency_id=leg.agency_id,
        capability=need.capability,
        count=missing,
        minimum=minimum,
        priority=leg.priority,
        lon_lat=target,
        substitutes=[Substitute(capability=c, price_s=p) for c, p in need.substitutes],
        hot=leg.priority <= 2,
        most_cover_s=MOST_COVER_S[leg.priority] if prices is not None else 0.0,
        late_after_s=late_after_s,
        late_price_s=late_price_s,
        package=package,
    )
