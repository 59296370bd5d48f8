"""Who may see what of the state (product.md, P4): the one place of these rules.

Incidents are shared: every agency sees them, and everything of them, unless they are restricted. Personal
values open only for agencies that work the incident, or that took the report or the call.
"""

from dispatch.domain.model.assignment import Assignment, Delivery
from dispatch.domain.model.call import Call
from dispatch.domain.model.desk import Alert
from dispatch.domain.model.handover import Handover
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.move import Move
from dispatch.domain.model.report import Report
from dispatch.domain.model.unit import Crew, Unit
from dispatch.domain.state import CentreState

Agencies = tuple[str, ...]
EVERYONE: Agencies = ("*",)


def list_parties(state: CentreState, incident: Incident) -> Agencies:
    """The agencies with a leg on the incident, in the order of their legs."""
    return tuple(dict.fromkeys(state.legs[leg_id].agency_id for leg_id in incident.leg_ids))


def of_incident(state: CentreState, incident: Incident) -> tuple[Agencies, Agencies]:
    """(visible_to, private_to) of an incident and of its legs, assignments and recommendation."""
    parties = list_parties(state, incident)
    return (parties if incident.restricted else EVERYONE), parties


def of_report(state: CentreState, report: Report) -> tuple[Agencies, Agencies]:
    """A waiting report opens for the agency that took it; an attached one also for its incident's."""
    incident = state.incidents.get(report.incident_id or "")
    if incident is None:
        return EVERYONE, (report.agency_id,)
    visible_to, parties = of_incident(state, incident)
    if incident.restricted:
        return visible_to, parties
    return visible_to, tuple(dict.fromkeys((report.agency_id, *parties)))


def of_call(call: Call) -> tuple[Agencies, Agencies]:
    """A call belongs to the line on which it is."""
    return (call.agency_id,), (call.agency_id,)


def of_delivery(state: CentreState, delivery: Delivery) -> tuple[Agencies, Agencies]:
    """An outbox belongs to the unit's agency."""
    return (delivery.agency_id,), (delivery.agency_id,)


def of_unit(state: CentreState, unit: Unit) -> tuple[Agencies, Agencies, tuple[str, ...]]:
    """Every unit is seen by all; what it is on stays with the agencies of a restricted incident."""
    private: set[str] | None = None
    for assignment_id in (unit.assignment_id, *unit.queued):
        assignment: Assignment | None = state.assignments.get(assignment_id or "")
        if assignment is not None and (incident := state.incidents[assignment.incident_id]).restricted:
            parties = set(list_parties(state, incident))
            private = parties if private is None else private & parties
    if private is None:
        return EVERYONE, EVERYONE, ()
    return EVERYONE, tuple(sorted(private | {unit.agency_id})), ("assignment_id", "queued")


def of_crew(crew: Crew) -> tuple[Agencies, Agencies, tuple[str, ...]]:
    """Crews are seen by all, their telephone by their own agency."""
    return EVERYONE, (crew.agency_id,), ("phone",)


def of_alert(state: CentreState, alert: Alert) -> tuple[Agencies, Agencies, tuple[str, ...]]:
    """An alert goes to its agency; an unseen leg to every desk of the incident; an empty desk to those of its
    agencies; the planner's to all; a mayday to all, but where the unit is stays with its own agency."""
    if not alert.agency_id:
        return EVERYONE, EVERYONE, ()
    if alert.kind == "desk_unattended":
        parties = tuple(alert.params["agencies"].split())
        return parties, parties, ()
    own = (alert.agency_id,)
    if alert.kind == "mayday":
        return EVERYONE, own, ("incident_id",)
    incident = state.incidents.get(alert.incident_id or "")
    if alert.kind == "leg_unseen" and incident is not None:
        return list_parties(state, incident), own, ()
    return own, own, ()


def of_move(move: Move) -> tuple[Agencies, Agencies]:
    """Where its units wait is an agency's own business."""
    return (move.agency_id,), (move.agency_id,)


def of_handover(handover: Handover) -> tuple[Agencies, Agencies]:
    """What a desk hands over is for those who work its agencies."""
    return handover.agencies, handover.agencies
