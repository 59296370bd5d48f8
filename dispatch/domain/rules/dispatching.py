"""Sending units: accept what was seen, override, queue, reassign. One unit or crew, one active assignment."""

from collections.abc import Iterable

from dispatch.domain.ids import name_leg
from dispatch.domain.model.assignment import (
    AcceptRecommendation,
    Assignment,
    DispatchUnits,
    ProposedUnit,
    QueueUnit,
    ReassignUnit,
    Recommendation,
    UnitAssigned,
)
from dispatch.domain.model.hold import HoldEnded
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Need, Phase
from dispatch.domain.rules import leg as legs
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.ending import end_assignment
from dispatch.domain.rules.incident import find_leg
from dispatch.domain.rules.moving import end_moves_of, list_units_of_crew
from dispatch.domain.rules.plan import (
    build_needs,
    find_needs,
    find_plan,
    list_ids,
    list_open_needs,
    request_leg,
    take,
)
from dispatch.domain.rules.registry import DESK, decides
from dispatch.domain.rules.status import ABOARD, get_code
from dispatch.domain.rules.updates import is_hot, tell_cautions

Missing = list[tuple[Need, int]]


@decides(AcceptRecommendation, *DESK)
def accept(draft: Draft, command: AcceptRecommendation) -> None:
    """Send exactly what was seen for the actor's legs, or nothing and the difference."""
    incident = draft.get_open_incident(command.incident_id)
    made = draft.state.recommendations.get(incident.id)
    if made is None:
        raise Refused("no_recommendation", number=incident.number)
    chosen = _choose_legs(draft, incident, command.leg_ids)
    _require_current(draft, made, command.version)
    proposed = [p for p in made.proposed if p.leg_id in chosen]
    if not proposed:
        raise Refused("nothing_to_accept", number=incident.number)
    _require_all_there(draft, incident, proposed)
    replaced = _end_replaced(draft, incident, proposed)
    sent = [
        assign(
            draft,
            incident,
            p.leg_id,
            draft.get_unit(p.unit_id),
            need_id=p.need_id,
            also_need_ids=p.need_ids[1:],
            proposed=p,
            recommendation_version=made.version,
        )
        for p in proposed
    ]
    others = {draft.state.legs[p.leg_id].agency_id for p in made.proposed if p.leg_id not in chosen}
    draft.answer = {
        "assignment_ids": sent,
        "units": [draft.state.units[p.unit_id].call_sign for p in proposed],
        "requested": sorted(others),
        **({"withdrawn": replaced} if replaced else {}),
    }


@decides(DispatchUnits, *DESK)
def dispatch_units(draft: Draft, command: DispatchUnits) -> None:
    """Override: all of these units or none."""
    incident = draft.get_open_incident(command.incident_id)
    units = [draft.get_unit(unit_id) for unit_id in dict.fromkeys(command.unit_ids)]
    if not units:
        raise Refused("no_units", number=incident.number)
    made = draft.state.recommendations.get(incident.id)
    proposed = {p.unit_id: p for p in made.proposed} if made is not None else {}
    _end_replaced(draft, incident, [proposed[unit.id] for unit in units if unit.id in proposed])
    open_needs: dict[str, Missing] = {}
    sent = []
    for unit in units:
        require_free(draft, incident, unit)
        leg_id = resolve_leg(draft, incident, unit, command.leg_id)
        missing = open_needs.get(leg_id)
        if missing is None:
            missing = _open_needs(draft, incident, leg_id, unit.agency_id)
        needs = find_needs(draft.book, missing, unit)
        open_needs[leg_id] = take(missing, *needs)
        need_id, also = list_ids(needs)
        sent.append(
            assign(
                draft,
                incident,
                leg_id,
                unit,
                need_id=need_id,
                also_need_ids=also,
                proposed=proposed.get(unit.id),
                override=unit.id not in proposed,
            )
        )
    draft.answer = {"assignment_ids": sent, "units": [unit.call_sign for unit in units]}


@decides(QueueUnit, *DESK)
def queue_unit(draft: Draft, command: QueueUnit) -> None:
    """A busy unit goes there next; until then the leg stays pending."""
    incident = draft.get_open_incident(command.incident_id)
    unit = draft.get_unit(command.unit_id)
    draft.require_agency(unit.agency_id)
    _require_same_test(incident, unit)
    if unit.assignment_id is None:
        raise Refused("unit_not_busy", call_sign=unit.call_sign)
    for assignment_id in (unit.assignment_id, *unit.queued):
        if draft.state.assignments[assignment_id].incident_id == incident.id:
            raise Refused("unit_already_there", call_sign=unit.call_sign, number=incident.number)
    leg_id = resolve_leg(draft, incident, unit, command.leg_id)
    needs = find_needs(draft.book, _open_needs(draft, incident, leg_id, unit.agency_id), unit)
    need_id, also = list_ids(needs)
    assignment_id = assign(
        draft, incident, leg_id, unit, need_id=need_id, also_need_ids=also, queued=True, override=True
    )
    draft.answer = {"assignment_ids": [assignment_id], "units": [unit.call_sign]}


@decides(ReassignUnit, *DESK)
def reassign_unit(draft: Draft, command: ReassignUnit) -> None:
    """From one incident to a worse one, by name; never with somebody on board."""
    incident = draft.get_open_incident(command.incident_id)
    unit = draft.get_unit(command.unit_id)
    draft.require_agency(unit.agency_id)
    _require_same_test(incident, unit)
    if unit.assignment_id is None:
        raise Refused("unit_not_busy", call_sign=unit.call_sign)
    if unit.phase in ABOARD:
        raise Refused("patient_aboard", call_sign=unit.call_sign, phase=unit.phase.value)
    current = draft.state.assignments[unit.assignment_id]
    if current.incident_id == incident.id:
        raise Refused("unit_already_there", call_sign=unit.call_sign, number=incident.number)
    leg_id = resolve_leg(draft, incident, unit, command.leg_id)
    needs = find_needs(draft.book, _open_needs(draft, incident, leg_id, unit.agency_id), unit)
    end_assignment(draft, current, "reassigned")
    for queued_id in unit.queued:
        queued = draft.state.assignments[queued_id]
        if queued.incident_id == incident.id:
            end_assignment(draft, queued, "withdrawn")
    need_id, also = list_ids(needs)
    assignment_id = assign(draft, incident, leg_id, unit, need_id=need_id, also_need_ids=also, override=True)
    draft.answer = {"assignment_ids": [assignment_id], "units": [unit.call_sign]}


def assign(
    draft: Draft,
    incident: Incident,
    leg_id: str,
    unit: Unit,
    *,
    need_id: str | None,
    also_need_ids: tuple[str, ...] = (),
    proposed: ProposedUnit | None = None,
    recommendation_version: int | None = None,
    queued: bool = False,
    override: bool = False,
    automatic: bool = False,
) -> str:
    """Put a unit on a leg, found free by the caller; `proposed` is what was expected of it."""
    assignment_id = draft.new_id()
    hot = is_hot(draft.book.get_type(incident.type_code), incident.priority)
    if not queued:
        _take(draft, unit)
        end_moves_of(draft, list_units_of_crew(draft, unit), "assigned")
    draft.emit(
        UnitAssigned(
            assignment_id=assignment_id,
            incident_id=incident.id,
            leg_id=leg_id,
            unit_id=unit.id,
            agency_id=unit.agency_id,
            need_id=need_id,
            also_need_ids=also_need_ids,
            queued=queued,
            hot=hot,
            eta_s=proposed.eta_s if proposed else None,
            eta_p50_s=proposed.eta_p50_s if proposed else None,
            eta_p90_s=proposed.eta_p90_s if proposed else None,
            recommendation_version=recommendation_version,
            override=override,
            crew_id=unit.crew_id,
            status_code=unit.status_code if queued else get_code(draft.book, unit, Phase.DISPATCHED),
            test=incident.test,
            automatic=automatic,
        )
    )
    if queued:
        legs.see(draft, leg_id)
        legs.wait_for_unit(draft, leg_id)
    else:
        tell_cautions(draft, incident, assignment_id, hot=hot)
        _end_hold(draft, incident)
        legs.activate(draft, leg_id)
    return assignment_id


def _end_hold(draft: Draft, incident: Incident) -> None:
    """A unit goes: nothing waits there by decision any more."""
    if incident.hold is not None and not any(isinstance(event, HoldEnded) for event in draft.events):
        draft.emit(HoldEnded(incident_id=incident.id, how="dispatched"))


def _take(draft: Draft, unit: Unit) -> None:
    """Nobody else in this decision gets the unit, or its crew."""
    draft.sent.add(unit.id)
    if unit.crew_id is not None:
        draft.taken[unit.crew_id] = unit.id


def require_free(draft: Draft, incident: Incident, unit: Unit) -> None:
    """Refuse a unit that cannot go now; the one who took it first is named."""
    draft.require_agency(unit.agency_id)
    _require_same_test(incident, unit)
    if unit.phase is Phase.OUT_OF_SERVICE:
        raise Refused("unit_out_of_service", unit=unit.id, call_sign=unit.call_sign)
    if unit.assignment_id is not None:
        raise Refused("unit_committed", **_tell_commitment(draft, unit, unit.assignment_id))
    if unit.id in draft.sent:
        raise Refused("unit_twice", unit=unit.id, call_sign=unit.call_sign)
    crew = draft.state.crews.get(unit.crew_id or "")
    if crew is not None and crew.committed_assignment_id is not None:
        raise Refused("crew_committed", **_tell_commitment(draft, unit, crew.committed_assignment_id))
    if crew is not None and crew.id in draft.taken:
        other = draft.state.units[draft.taken[crew.id]]
        raise Refused("crew_twice", unit=unit.id, call_sign=unit.call_sign, other=other.call_sign)


def resolve_leg(draft: Draft, incident: Incident, unit: Unit, leg_id: str | None) -> str:
    """The leg a unit goes to: its agency's, asked for in the same breath when there is none yet."""
    leg = find_leg(draft, incident, unit.agency_id)
    if leg_id is not None and (leg is None or leg.id != leg_id):
        raise Refused("wrong_leg", leg_id=leg_id, call_sign=unit.call_sign)
    if leg is None:
        new_id = name_leg(incident.id, draft.book.get_agency(unit.agency_id).suffix)
        if new_id not in draft.leg_states:
            plan = find_plan(draft.book, incident.type_code, incident.priority)
            request_leg(draft, incident, unit.agency_id, plan)
        return new_id
    if leg.state in legs.OVER:
        raise Refused("leg_closed", leg_id=leg.id, state=leg.state)
    return leg.id


def _open_needs(draft: Draft, incident: Incident, leg_id: str, agency_id: str) -> Missing:
    leg = draft.state.legs.get(leg_id)
    if leg is not None:
        return list_open_needs(draft.state, leg, draft.ended)
    plan = find_plan(draft.book, incident.type_code, incident.priority)
    return [(need, need.count) for need in build_needs(leg_id, plan, agency_id, incident.level)]


def _choose_legs(draft: Draft, incident: Incident, leg_ids: tuple[str, ...]) -> frozenset[str]:
    legs_here: list[Leg] = [draft.state.legs[leg_id] for leg_id in incident.leg_ids]
    if not leg_ids:
        return frozenset(leg.id for leg in legs_here if leg.agency_id in draft.actor.agencies)
    for leg in legs_here:
        if leg.id in leg_ids:
            draft.require_agency(leg.agency_id)
    return frozenset(leg_ids)


def _require_current(draft: Draft, made: Recommendation, seen: int) -> None:
    if made.version != seen:
        units = draft.state.units
        proposed = [
            {
                "need_id": p.need_id,
                "unit_id": p.unit_id,
                "call_sign": units[p.unit_id].call_sign,
                "eta_s": p.eta_s,
            }
            for p in made.proposed
        ]
        raise Refused("recommendation_changed", seen=seen, current=made.version, proposed=proposed)


def _require_all_there(draft: Draft, incident: Incident, proposed: list[ProposedUnit]) -> None:
    """Every unit must still be free and every need still open; otherwise all that is gone is named."""
    replaced = {assignment.id for assignment in _list_replaced(draft, incident, proposed)}
    left = {
        need.need_id: count
        for leg_id in incident.leg_ids
        for need, count in list_open_needs(draft.state, draft.state.legs[leg_id], replaced)
    }
    gone: list[dict[str, object]] = []
    for p in proposed:
        unit = draft.get_unit(p.unit_id)
        try:
            require_free(draft, incident, unit)
        except Refused as refused:
            gone.append({"why": refused.code, **refused.data})
            continue
        _take(draft, unit)
        left |= {need_id: left.get(need_id, 0) - 1 for need_id in p.need_ids}
        if any(left[need_id] < 0 for need_id in p.need_ids):
            gone.append({"why": "need_met", "unit": unit.id, "call_sign": unit.call_sign})
    if gone:
        raise Refused("unit_gone", units=gone, **{k: v for k, v in gone[0].items() if k != "why"})


def _list_replaced(draft: Draft, incident: Incident, proposed: Iterable[ProposedUnit]) -> list[Assignment]:
    """What is queued for an incident still and gives its place to these."""
    named = [draft.state.assignments.get(id_) for p in proposed for id_ in p.instead_of or ()]
    return [a for a in named if a is not None and a.incident_id == incident.id and a.state == "queued"]


def _end_replaced(draft: Draft, incident: Incident, proposed: Iterable[ProposedUnit]) -> list[str]:
    """Take queued units off whose place these take; the call signs of all of them."""
    replaced = _list_replaced(draft, incident, proposed)
    for assignment in replaced:
        end_assignment(draft, assignment, "withdrawn")
    return [draft.state.units[assignment.unit_id].call_sign for assignment in replaced]


def _tell_commitment(draft: Draft, unit: Unit, assignment_id: str) -> dict[str, object]:
    first = draft.state.assignments[assignment_id]
    return {
        "unit": unit.id,
        "call_sign": unit.call_sign,
        "by": draft.name_of(first.dispatched_by),
        "at": first.dispatched_at,
        "incident_number": draft.state.incidents[first.incident_id].number,
    }


def _require_same_test(incident: Incident, unit: Unit) -> None:
    if incident.test != unit.test:
        raise Refused("test_mismatch", call_sign=unit.call_sign, number=incident.number)
