"""Legs: requested → seen → pending → active → closed, or refused; and the end of the whole incident."""

from dispatch.domain.model.assignment import Assignment, AssignmentEnded
from dispatch.domain.model.incident import (
    CloseLeg,
    Incident,
    IncidentClosed,
    IncidentReopened,
    Leg,
    LegActivated,
    LegClosed,
    LegNeedsChanged,
    LegPending,
    LegRefused,
    LegReopened,
    LegRequested,
    LegSeen,
    RefuseLeg,
    ReopenLeg,
    RequestLeg,
    SeeLeg,
)
from dispatch.domain.model.messages import Envelope, Refused, Role
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.plan import find_plan, request_leg
from dispatch.domain.rules.registry import DESK, ROOM, applies, decides
from dispatch.domain.rules.standing import bring_to
from dispatch.domain.rules.touch import claimed_time, touch, touch_incident_rows
from dispatch.domain.state import CentreState

OVER = ("closed", "refused")

# ── deciding ──


@decides(RequestLeg, *ROOM, Role.COMMANDER)
def decide_request(draft: Draft, command: RequestLeg) -> None:
    """Ask one more agency; one that has a leg is asked once only."""
    incident = draft.get_open_incident(command.incident_id)
    draft.require_part(incident)
    draft.book.get_agency(command.agency_id)
    for leg_id in incident.leg_ids:
        if draft.state.legs[leg_id].agency_id == command.agency_id:
            raise Refused("leg_exists", agency_id=command.agency_id, leg_id=leg_id)
    plan = find_plan(draft.book, incident.type_code, incident.priority)
    leg_id = request_leg(draft, incident, command.agency_id, plan)
    wait_for_unit(draft, leg_id)
    draft.answer = {"leg_id": leg_id}


@decides(SeeLeg, *ROOM)
def decide_see(draft: Draft, command: SeeLeg) -> None:
    """The agency has read what it is asked for; from now on the leg waits for a unit."""
    leg = draft.get_leg(command.leg_id)
    draft.require_agency(leg.agency_id)
    see(draft, leg.id)
    wait_for_unit(draft, leg.id)


@decides(RefuseLeg, *DESK)
def decide_refuse(draft: Draft, command: RefuseLeg) -> None:
    """Say no, with a reason; not while a unit is on it."""
    leg = draft.get_leg(command.leg_id)
    draft.require_agency(leg.agency_id)
    if not command.reason.strip():
        raise Refused("reason_missing")
    require_free(draft, leg)
    see(draft, leg.id)
    drop_queued(draft, leg)
    draft.emit(LegRefused(leg_id=leg.id, reason=command.reason))
    draft.leg_states[leg.id] = "refused"
    close_if_done(draft, draft.state.incidents[leg.incident_id])


@decides(CloseLeg, *DESK)
def decide_close(draft: Draft, command: CloseLeg) -> None:
    """End an agency's part with an outcome; the incident ends with its last leg."""
    leg = draft.get_leg(command.leg_id)
    draft.require_agency(leg.agency_id)
    if command.outcome not in draft.book.outcomes:
        raise Refused("unknown_outcome", outcome=command.outcome)
    require_free(draft, leg)
    close(draft, leg, command.outcome)
    close_if_done(draft, draft.state.incidents[leg.incident_id])


@decides(ReopenLeg, *DESK)
def decide_reopen(draft: Draft, command: ReopenLeg) -> None:
    """Open a leg again with its original age; a closed incident opens with it."""
    leg = draft.get_leg(command.leg_id)
    draft.require_agency(leg.agency_id)
    if leg.state not in OVER:
        raise Refused("leg_open", leg_id=leg.id, state=leg.state)
    incident = draft.state.incidents[leg.incident_id]
    if incident.state == "merged":
        draft.get_open_incident(incident.id)
    if incident.state == "closed":
        draft.emit(IncidentReopened(incident_id=incident.id))
        bring_to(draft, incident)
    reopen(draft, leg)


def see(draft: Draft, leg_id: str) -> None:
    """The first act of an agency on its leg shows that it has seen it."""
    if draft.leg_state(leg_id) == "requested":
        draft.emit(LegSeen(leg_id=leg_id))
        draft.leg_states[leg_id] = "seen"


def wait_for_unit(draft: Draft, leg_id: str) -> None:
    """A leg that is seen and has no unit is pending, with the age it has had from its request."""
    if draft.leg_state(leg_id) == "seen":
        leg = draft.state.legs.get(leg_id)
        since = draft.claimed_at if leg is None else leg.pending_since or leg.requested_at
        draft.emit(LegPending(leg_id=leg_id, since=since))
        draft.leg_states[leg_id] = "pending"


def activate(draft: Draft, leg_id: str) -> None:
    """A unit is on it now."""
    see(draft, leg_id)
    draft.manned.add(leg_id)
    if draft.leg_state(leg_id) != "active":
        draft.emit(LegActivated(leg_id=leg_id))
        draft.leg_states[leg_id] = "active"


def release(draft: Draft, leg: Leg) -> None:
    """After a unit was taken off: back to pending with the original age if it was the last one."""
    if draft.leg_state(leg.id) == "active" and not is_manned(draft, leg):
        draft.emit(LegPending(leg_id=leg.id, since=leg.pending_since or leg.requested_at))
        draft.leg_states[leg.id] = "pending"


def is_manned(draft: Draft, leg: Leg) -> bool:
    """Whether a unit is on the leg after what this decision has done so far."""
    if leg.id in draft.manned:
        return True
    assignments = draft.state.assignments
    return any(assignments[a].state == "active" and a not in draft.ended for a in leg.assignment_ids)


def require_free(draft: Draft, leg: Leg) -> None:
    """Refuse `leg_closed` for one that is over and `leg_has_units` while units are on it."""
    if leg.state in OVER:
        raise Refused("leg_closed", leg_id=leg.id, state=leg.state)
    units = draft.state.units
    active = [a for a in list_assignments(draft.state, leg) if a.state == "active"]
    if active:
        raise Refused("leg_has_units", units=", ".join(units[a.unit_id].call_sign for a in active))


def close(draft: Draft, leg: Leg, outcome: str) -> None:
    """Close a leg on which no unit is active; units queued for it are let go."""
    see(draft, leg.id)
    drop_queued(draft, leg)
    draft.emit(LegClosed(leg_id=leg.id, outcome=outcome))
    draft.leg_states[leg.id] = "closed"


def reopen(draft: Draft, leg: Leg) -> None:
    """Open a leg that was over."""
    draft.emit(LegReopened(leg_id=leg.id))
    draft.leg_states[leg.id] = "pending"


def drop_queued(draft: Draft, leg: Leg) -> None:
    """Let go the units that were to come next."""
    for assignment in list_assignments(draft.state, leg):
        if assignment.state == "queued":
            draft.ended.add(assignment.id)
            draft.emit(
                AssignmentEnded(assignment_id=assignment.id, how="withdrawn", outcome=None, status_code=None)
            )


def close_if_done(draft: Draft, incident: Incident) -> None:
    """The incident closes by itself when every leg is over."""
    if incident.state == "open" and all(draft.leg_state(leg_id) in OVER for leg_id in incident.leg_ids):
        draft.emit(IncidentClosed(incident_id=incident.id))


def list_assignments(state: CentreState, leg: Leg) -> list[Assignment]:
    """Every assignment ever made on a leg."""
    return [state.assignments[assignment_id] for assignment_id in leg.assignment_ids]


# ── applying ──


@applies(LegRequested)
def apply_requested(state: CentreState, event: LegRequested, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    leg = Leg(
        id=event.leg_id,
        incident_id=event.incident_id,
        agency_id=event.agency_id,
        suffix=event.suffix,
        priority=event.priority,
        state="requested",
        requested_at=claimed_time(recorded, incident.opened_at),
        requested_by=recorded.actor,
        needs=list(event.needs),
        test=event.test,
    )
    state.legs[leg.id] = leg
    incident.leg_ids.append(leg.id)
    touch_incident_rows(state, incident, recorded)


@applies(LegNeedsChanged)
def apply_needs(state: CentreState, event: LegNeedsChanged, recorded: Envelope) -> None:
    leg = state.legs[event.leg_id]
    leg.priority = event.priority
    leg.needs = list(event.needs)
    touch(state, "leg", leg, recorded)


@applies(LegSeen)
def apply_seen(state: CentreState, event: LegSeen, recorded: Envelope) -> None:
    leg = state.legs[event.leg_id]
    leg.state = "seen"
    leg.seen_at = claimed_time(recorded, leg.requested_at)
    leg.seen_by = recorded.actor
    touch(state, "leg", leg, recorded)


@applies(LegPending)
def apply_pending(state: CentreState, event: LegPending, recorded: Envelope) -> None:
    leg = state.legs[event.leg_id]
    leg.state = "pending"
    leg.pending_since = max(event.since, leg.requested_at)
    touch(state, "leg", leg, recorded)


@applies(LegActivated)
def apply_activated(state: CentreState, event: LegActivated, recorded: Envelope) -> None:
    leg = state.legs[event.leg_id]
    leg.state = "active"
    leg.pending_since = leg.pending_since or leg.requested_at
    leg.first_dispatched_at = leg.first_dispatched_at or claimed_time(recorded, leg.requested_at)
    touch(state, "leg", leg, recorded)


@applies(LegRefused)
def apply_refused(state: CentreState, event: LegRefused, recorded: Envelope) -> None:
    leg = state.legs[event.leg_id]
    leg.state = "refused"
    leg.reason = event.reason
    leg.closed_at = claimed_time(recorded, leg.requested_at)
    touch(state, "leg", leg, recorded)


@applies(LegClosed)
def apply_closed(state: CentreState, event: LegClosed, recorded: Envelope) -> None:
    leg = state.legs[event.leg_id]
    leg.state = "closed"
    leg.outcome = event.outcome
    leg.closed_at = claimed_time(recorded, leg.requested_at)
    touch(state, "leg", leg, recorded)


@applies(LegReopened)
def apply_reopened(state: CentreState, event: LegReopened, recorded: Envelope) -> None:
    leg = state.legs[event.leg_id]
    leg.state = "pending"
    leg.pending_since = leg.pending_since or leg.requested_at
    leg.closed_at = None
    leg.outcome = None
    leg.reason = None
    touch(state, "leg", leg, recorded)
