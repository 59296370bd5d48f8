"""What the events of an assignment do to it, to its unit and crew, and to the unit's outbox."""

import msgspec

from dispatch.domain.model.assignment import (
    Assignment,
    AssignmentAccepted,
    AssignmentActivated,
    AssignmentDeclined,
    AssignmentEnded,
    AssignmentMoved,
    AssignmentReceived,
    AssignmentUpdate,
    AssignmentUpdated,
    Delivery,
    EtaRevised,
    PhaseReported,
    StandDownOrdered,
    UnitAssigned,
    UpdateAccepted,
    UpdateReceived,
)
from dispatch.domain.model.messages import Envelope
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Phase
from dispatch.domain.rules.registry import applies
from dispatch.domain.rules.status import ORDER
from dispatch.domain.rules.touch import claimed_time, touch
from dispatch.domain.state import CentreState


@applies(UnitAssigned)
def apply_assigned(state: CentreState, event: UnitAssigned, recorded: Envelope) -> None:
    unit = state.units[event.unit_id]
    leg = state.legs[event.leg_id]
    assignment = Assignment(
        id=event.assignment_id,
        incident_id=event.incident_id,
        leg_id=event.leg_id,
        unit_id=event.unit_id,
        agency_id=event.agency_id,
        need_id=event.need_id,
        state="queued",
        hot=event.hot,
        dispatched_by=recorded.actor,
        created_at=recorded.recorded_at,
        eta_s=event.eta_s,
        eta_p50_s=event.eta_p50_s,
        eta_p90_s=event.eta_p90_s,
        recommendation_version=event.recommendation_version,
        override=event.override,
        test=event.test,
        automatic=event.automatic or msgspec.UNSET,
        also_need_ids=event.also_need_ids or msgspec.UNSET,
    )
    state.assignments[assignment.id] = assignment
    leg.assignment_ids.append(assignment.id)
    touch(state, "leg", leg, recorded)
    if event.queued:
        unit.queued.append(assignment.id)
        touch(state, "unit", unit, recorded)
        touch(state, "assignment", assignment, recorded)
    else:
        assignment.dispatched_at = claimed_time(recorded, leg.requested_at)
        _begin(state, assignment, unit, event.crew_id, event.status_code, recorded)


@applies(AssignmentActivated)
def apply_activated(state: CentreState, event: AssignmentActivated, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    unit = state.units[assignment.unit_id]
    unit.queued.remove(assignment.id)
    assignment.dispatched_at = recorded.recorded_at
    _begin(state, assignment, unit, event.crew_id, event.status_code, recorded)


@applies(AssignmentMoved)
def apply_moved(state: CentreState, event: AssignmentMoved, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    before, after = state.legs[assignment.leg_id], state.legs[event.leg_id]
    before.assignment_ids.remove(assignment.id)
    after.assignment_ids.append(assignment.id)
    assignment.incident_id = event.incident_id
    assignment.leg_id = event.leg_id
    assignment.need_id = event.need_id
    assignment.also_need_ids = event.also_need_ids or msgspec.UNSET
    for alert_id in state.alerts_about.get(f"assignment/{assignment.id}", ()):
        alert = state.alerts[alert_id]
        alert.incident_id = event.incident_id
        touch(state, "alert", alert, recorded)
    touch(state, "leg", before, recorded)
    touch(state, "leg", after, recorded)
    touch(state, "assignment", assignment, recorded)
    touch(state, "unit", state.units[assignment.unit_id], recorded)


@applies(EtaRevised)
def apply_eta_revised(state: CentreState, event: EtaRevised, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    assignment.eta_at = event.eta_at
    touch(state, "assignment", assignment, recorded)


@applies(AssignmentReceived)
def apply_received(state: CentreState, event: AssignmentReceived, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    assignment.received_at = claimed_time(recorded, assignment.dispatched_at or assignment.created_at)
    touch(state, "assignment", assignment, recorded)
    _mark_done(state, assignment.id, recorded, 0)


@applies(AssignmentAccepted)
def apply_accepted(state: CentreState, event: AssignmentAccepted, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    base = assignment.received_at or assignment.dispatched_at or assignment.created_at
    assignment.accepted_at = claimed_time(recorded, base)
    assignment.accepted_by = recorded.actor
    touch(state, "assignment", assignment, recorded)
    unit = state.units[assignment.unit_id]
    if unit.phase is Phase.DISPATCHED:
        unit.phase = Phase.RECEIVED
        unit.status_code = event.status_code
        unit.phase_since = assignment.accepted_at
        touch(state, "unit", unit, recorded)


@applies(AssignmentDeclined)
def apply_declined(state: CentreState, event: AssignmentDeclined, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    assignment.declined_at = claimed_time(recorded, assignment.dispatched_at or assignment.created_at)
    assignment.declined_reason = event.reason
    touch(state, "assignment", assignment, recorded)


@applies(AssignmentUpdated)
def apply_updated(state: CentreState, event: AssignmentUpdated, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    assignment.hot = event.hot
    _add_update(state, assignment, event.kind, event.old, event.new, recorded)
    _send(state, assignment, "update", event.n, recorded)


@applies(UpdateReceived)
def apply_update_received(state: CentreState, event: UpdateReceived, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    update = assignment.updates[event.n - 1]
    update.received_at = claimed_time(recorded, update.at)
    touch(state, "assignment", assignment, recorded)
    _mark_done(state, assignment.id, recorded, event.n)


@applies(UpdateAccepted)
def apply_update_accepted(state: CentreState, event: UpdateAccepted, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    update = assignment.updates[event.n - 1]
    update.accepted_at = claimed_time(recorded, update.received_at or update.at)
    touch(state, "assignment", assignment, recorded)


@applies(PhaseReported)
def apply_phase(state: CentreState, event: PhaseReported, recorded: Envelope) -> None:
    """Corrected times are kept beside; the unit is in the furthest phase that still stands."""
    assignment = state.assignments[event.assignment_id]
    times, order = assignment.times, ORDER[event.phase]
    if event.correction:
        for phase in [p for p in times if ORDER[p] >= order]:
            assignment.corrected.append((phase, times.pop(phase)))
    times[event.phase] = event.time
    touch(state, "assignment", assignment, recorded)
    if order >= max(map(ORDER.__getitem__, times)):
        unit = state.units[assignment.unit_id]
        unit.phase = event.phase
        unit.status_code = event.status_code
        unit.phase_since = event.time.occurred_at
        unit.in_quarters = event.in_quarters
        touch(state, "unit", unit, recorded)


@applies(StandDownOrdered)
def apply_stand_down(state: CentreState, event: StandDownOrdered, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    assignment.stand_down_reason = event.reason
    _add_update(state, assignment, "stand_down", "", event.reason, recorded)
    _send(state, assignment, "stand_down", event.n, recorded)


@applies(AssignmentEnded)
def apply_ended(state: CentreState, event: AssignmentEnded, recorded: Envelope) -> None:
    assignment = state.assignments[event.assignment_id]
    unit = state.units[assignment.unit_id]
    was_sent = assignment.state == "active"
    assignment.state = "ended"
    assignment.ended_how = event.how
    assignment.outcome = event.outcome
    base = max((t.occurred_at for t in assignment.times.values()), default=assignment.created_at)
    reported = event.how in ("cleared", "out_of_service") and bool(assignment.times)
    assignment.ended_at = base if reported else claimed_time(recorded, base)
    touch(state, "assignment", assignment, recorded)
    _free(state, assignment, unit, event.status_code, recorded)
    if was_sent:
        _close_outbox(state, assignment, recorded)
        if event.how in ("withdrawn", "reassigned"):
            _add_update(state, assignment, "stand_down", "", event.how, recorded)
            _send(state, assignment, "withdrawn", len(assignment.updates), recorded)


def _begin(
    state: CentreState,
    assignment: Assignment,
    unit: Unit,
    crew_id: str | None,
    status_code: str,
    recorded: Envelope,
) -> None:
    assignment.state = "active"
    assignment.crew_id = crew_id
    unit.assignment_id = assignment.id
    unit.phase = Phase.DISPATCHED
    unit.status_code = status_code
    unit.phase_since = recorded.recorded_at
    touch(state, "assignment", assignment, recorded)
    crew = state.crews.get(crew_id or "")
    if crew is not None:
        crew.committed_assignment_id = assignment.id
        touch(state, "crew", crew, recorded)
    _send(state, assignment, "assignment", 0, recorded)


def _free(
    state: CentreState, assignment: Assignment, unit: Unit, status_code: str | None, recorded: Envelope
) -> None:
    if unit.assignment_id == assignment.id:
        unit.assignment_id = None
    elif assignment.id in unit.queued:
        unit.queued.remove(assignment.id)
    if status_code is not None:
        unit.phase = Phase.AVAILABLE
        unit.status_code = status_code
        unit.phase_since = recorded.recorded_at
    touch(state, "unit", unit, recorded)
    crew = state.crews.get(assignment.crew_id or "")
    if crew is not None and crew.committed_assignment_id == assignment.id:
        crew.committed_assignment_id = None
        touch(state, "crew", crew, recorded)


def _add_update(
    state: CentreState, assignment: Assignment, kind: str, old: str, new: str, recorded: Envelope
) -> None:
    n = len(assignment.updates) + 1
    assignment.updates.append(AssignmentUpdate(n=n, kind=kind, old=old, new=new, at=recorded.recorded_at))
    touch(state, "assignment", assignment, recorded)


def _send(state: CentreState, assignment: Assignment, kind: str, update_n: int, recorded: Envelope) -> None:
    unit = state.units[assignment.unit_id]
    unit.delivery_n += 1
    delivery = Delivery(
        id=f"{unit.id}/{unit.delivery_n}",
        unit_id=unit.id,
        station_id=unit.station_id,
        agency_id=unit.agency_id,
        n=unit.delivery_n,
        kind=kind,
        assignment_id=assignment.id,
        update_n=update_n,
        at=recorded.recorded_at,
    )
    state.deliveries[delivery.id] = delivery
    state.deliveries_of.setdefault(assignment.id, []).append(delivery.id)
    touch(state, "delivery", delivery, recorded)
    touch(state, "unit", unit, recorded)


def _mark_done(state: CentreState, assignment_id: str, recorded: Envelope, update_n: int) -> None:
    for delivery_id in state.deliveries_of.get(assignment_id, ()):
        delivery = state.deliveries[delivery_id]
        if delivery.update_n == update_n and not delivery.done:
            delivery.done = True
            touch(state, "delivery", delivery, recorded)


def _close_outbox(state: CentreState, assignment: Assignment, recorded: Envelope) -> None:
    """What was not received yet is overtaken; a stand-down must still arrive."""
    for delivery_id in state.deliveries_of.get(assignment.id, ()):
        delivery = state.deliveries[delivery_id]
        if not delivery.done and delivery.kind != "stand_down":
            delivery.done = True
            touch(state, "delivery", delivery, recorded)
