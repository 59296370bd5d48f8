"""Two incidents that are one: reports and units move, and the duplicate ends."""

from dispatch.domain.model.assignment import Assignment, AssignmentMoved
from dispatch.domain.model.incident import Incident, IncidentMerged, Leg, MergeIncidents
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.report import ReportAttached
from dispatch.domain.rules import leg as legs
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.ending import end_assignment
from dispatch.domain.rules.incident import find_leg, get_mine
from dispatch.domain.rules.plan import find_needs, find_plan, list_ids, list_open_needs, request_leg, take
from dispatch.domain.rules.registry import ROOM, decides
from dispatch.domain.rules.standing import bring_to
from dispatch.domain.rules.updates import send_update, tell_cautions


@decides(MergeIncidents, *ROOM)
def merge_incidents(draft: Draft, command: MergeIncidents) -> None:
    """The duplicate's reports and units move to the other incident; its legs end with it."""
    duplicate = get_mine(draft, command.incident_id)
    into = draft.get_open_incident(command.into)
    draft.require_part(into)
    if duplicate.id == into.id:
        raise Refused("same_incident", number=into.number)
    if duplicate.restricted and not into.restricted:
        raise Refused("incident_restricted", number=duplicate.number, into=into.number)
    for report_id in duplicate.report_ids:
        draft.emit(ReportAttached(report_id=report_id, incident_id=into.id))
    if duplicate.report_ids:
        send_update(draft, into, "words", "", duplicate.report_ids[-1])
    bring_to(draft, into, reports=[draft.state.reports[report_id] for report_id in duplicate.report_ids])
    send_update(draft, duplicate, "incident", duplicate.number, into.number)
    for leg_id in duplicate.leg_ids:
        _move_units(draft, draft.state.legs[leg_id], into)
    draft.emit(IncidentMerged(incident_id=duplicate.id, into=into.id))
    draft.answer = {"incident_id": into.id, "number": into.number}


def _move_units(draft: Draft, leg: Leg, into: Incident) -> None:
    """Take the living assignments of a leg over to the same agency's leg of another incident."""
    living = [a for a in legs.list_assignments(draft.state, leg) if not _is_doubled(draft, a, into)]
    if not living:
        return
    target = find_leg(draft, into, leg.agency_id)
    plan = find_plan(draft.book, into.type_code, into.priority)
    target_id = request_leg(draft, into, leg.agency_id, plan) if target is None else target.id
    if target is not None and target.state in legs.OVER:
        legs.reopen(draft, target)
    open_needs = list_open_needs(draft.state, target) if target is not None else []
    for assignment in living:
        needs = find_needs(draft.book, open_needs, draft.state.units[assignment.unit_id])
        open_needs = take(open_needs, *needs)
        need_id, also = list_ids(needs)
        draft.emit(
            AssignmentMoved(
                assignment_id=assignment.id,
                incident_id=into.id,
                leg_id=target_id,
                need_id=need_id,
                also_need_ids=also,
            )
        )
        if assignment.state == "active":
            tell_cautions(draft, into, assignment.id, hot=assignment.hot)
    legs.see(draft, target_id)
    if any(a.state == "active" for a in living):
        legs.activate(draft, target_id)
    else:
        legs.wait_for_unit(draft, target_id)


def _is_doubled(draft: Draft, assignment: Assignment, into: Incident) -> bool:
    """Whether there is nothing to move: it is over, or its unit is on both and keeps what it is doing now."""
    if assignment.state == "ended":
        return True
    unit = draft.state.units[assignment.unit_id]
    for other_id in (unit.assignment_id, *unit.queued):
        other = draft.state.assignments[other_id] if other_id is not None else assignment
        if other.incident_id != into.id:
            continue
        later = other if assignment.state == "active" else assignment
        end_assignment(draft, later, "withdrawn")
        return later is assignment
    return False
