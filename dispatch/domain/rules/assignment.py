"""The crew's side of an assignment: received, accepted, declined, phases; and the desk's stand-down."""

from datetime import datetime, timedelta

from dispatch.domain.model.assignment import (
    AcceptAssignment,
    AcknowledgeReceived,
    Assignment,
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentReceived,
    AssignmentUpdate,
    DeclineAssignment,
    EtaRevised,
    PhaseReported,
    ReportPhase,
    ReviseEta,
    StandDown,
    UpdateAccepted,
    UpdateReceived,
)
from dispatch.domain.model.desk import AlertRaised
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.values import Phase, PhaseTime, TimeSource
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.ending import call_off, end_assignment
from dispatch.domain.rules.registry import DESK, FIELD, decides
from dispatch.domain.rules.status import ENDING, ORDER, get_code

MOVED = timedelta(seconds=2)
"""A time that had to be clamped by more than this is marked as moved."""


@decides(AcknowledgeReceived, *FIELD, *DESK)
def acknowledge_received(draft: Draft, command: AcknowledgeReceived) -> None:
    """The device has it; said twice, it counts once."""
    assignment = _get_own(draft, command.assignment_id)
    if command.n == 0:
        if assignment.received_at is None and assignment.state != "queued":
            draft.emit(AssignmentReceived(assignment_id=assignment.id))
        return
    if _get_update(assignment, command.n).received_at is None:
        draft.emit(UpdateReceived(assignment_id=assignment.id, n=command.n))


@decides(AcceptAssignment, *FIELD, *DESK)
def accept_assignment(draft: Draft, command: AcceptAssignment) -> None:
    """A person has read it, so the device has it. A stand-down that is read ends the assignment."""
    assignment = _get_own(draft, command.assignment_id)
    if command.n == 0:
        _accept_assignment(draft, assignment)
        return
    update = _get_update(assignment, command.n)
    if update.received_at is None:
        draft.emit(UpdateReceived(assignment_id=assignment.id, n=command.n))
    if update.accepted_at is None:
        draft.emit(UpdateAccepted(assignment_id=assignment.id, n=command.n))
    if update.kind == "stand_down" and assignment.state == "active":
        end_assignment(draft, assignment, "stood_down")


@decides(DeclineAssignment, *FIELD, *DESK)
def decline_assignment(draft: Draft, command: DeclineAssignment) -> None:
    """The crew cannot go: the leg waits again and its desk is told at once."""
    assignment = _get_active(draft, command.assignment_id)
    if not command.reason.strip():
        raise Refused("reason_missing")
    unit = draft.state.units[assignment.unit_id]
    if assignment.times:
        raise Refused("already_rolling", call_sign=unit.call_sign, phase=unit.phase.value)
    draft.emit(AssignmentDeclined(assignment_id=assignment.id, reason=command.reason))
    end_assignment(draft, assignment, "declined")
    leg = draft.state.legs[assignment.leg_id]
    draft.emit(
        AlertRaised(
            alert_id=draft.new_id(),
            kind="declined",
            level="A" if leg.priority == 1 else "B",
            agency_id=leg.agency_id,
            incident_id=leg.incident_id,
            about=("leg", leg.id),
            params={"call_sign": unit.call_sign, "reason": command.reason},
        )
    )


@decides(StandDown, *DESK)
def stand_down(draft: Draft, command: StandDown) -> None:
    """Call a unit off: withdrawn if it has not arrived there yet, otherwise to be acknowledged."""
    assignment = _get_own(draft, command.assignment_id)
    if assignment.state == "ended":
        _refuse_ended(assignment)
    call_off(draft, assignment, command.reason, at_once=False)


@decides(ReviseEta)
def revise_eta(draft: Draft, command: ReviseEta) -> None:
    """Told by the centre itself, of a unit that is on its way; one that has arrived expects nothing."""
    assignment = _get_active(draft, command.assignment_id)
    if assignment.eta_at != command.eta_at and not any(
        ORDER[p] > ORDER[Phase.EN_ROUTE] for p in assignment.times
    ):
        draft.emit(EtaRevised(assignment_id=assignment.id, eta_at=command.eta_at))


@decides(ReportPhase, *FIELD, *DESK)
def report_phase(draft: Draft, command: ReportPhase) -> None:
    """Any phase forward, whatever was skipped; back is a correction; free ends the assignment."""
    assignment = _get_active(draft, command.assignment_id)
    status = draft.book.get_status(assignment.agency_id, command.status_code)
    if command.outcome is not None and command.outcome not in draft.book.outcomes:
        raise Refused("unknown_outcome", outcome=command.outcome)
    if status.phase is Phase.DISPATCHED:
        raise Refused("phase_not_reported", status_code=status.code)
    if status.phase is Phase.RECEIVED:
        _accept_assignment(draft, assignment)
        return
    draft.answer = {"assignment_id": assignment.id, "phase": status.phase.value}
    time = clamp(draft, earliest(assignment, status.phase))
    standing = assignment.times.get(status.phase)
    # What was only seen is no word: the crew's own takes its place, and both times are kept.
    if (
        standing is not None
        and standing.source is not TimeSource.GEOFENCE
        and standing.occurred_at <= time.occurred_at
        and status.phase is _latest(assignment)
    ):
        return
    later = [t.occurred_at for p, t in assignment.times.items() if ORDER[p] > ORDER[status.phase]]
    fills_gap = standing is None and bool(later) and time.occurred_at <= min(later)
    correction = standing is not None or (bool(later) and not fills_gap)
    draft.emit(
        PhaseReported(
            assignment_id=assignment.id,
            phase=status.phase,
            status_code=status.code,
            in_quarters=status.in_quarters,
            time=time,
            correction=correction,
        )
    )
    if status.phase in ENDING:
        end_assignment(draft, assignment, _how(assignment, status.phase), command.outcome)


def clamp(draft: Draft, not_before: datetime) -> PhaseTime:
    """The claimed time, not before what came earlier and not after we heard of it."""
    meta = draft.meta
    occurred_at = max(min(meta.occurred_at, meta.received_at), not_before)
    return PhaseTime(
        occurred_at=occurred_at,
        recorded_at=meta.now,
        source=meta.source,
        moved=abs(occurred_at - meta.occurred_at) > MOVED,
    )


def earliest(assignment: Assignment, phase: Phase) -> datetime:
    """The earliest a phase can have begun: after the dispatch and after the phases before it."""
    base = assignment.dispatched_at or assignment.created_at
    before = (t.occurred_at for p, t in assignment.times.items() if ORDER[p] < ORDER[phase])
    return max(before, default=base)


def _latest(assignment: Assignment) -> Phase | None:
    return max(assignment.times, key=ORDER.__getitem__, default=None)


def _how(assignment: Assignment, phase: Phase) -> str:
    if phase is Phase.OUT_OF_SERVICE:
        return "out_of_service"
    return "stood_down" if assignment.stand_down_reason is not None else "cleared"


def _accept_assignment(draft: Draft, assignment: Assignment) -> None:
    if assignment.state != "active":
        _refuse_ended(assignment)
    if assignment.received_at is None:
        draft.emit(AssignmentReceived(assignment_id=assignment.id))
    if assignment.accepted_at is None:
        code = get_code(draft.book, draft.state.units[assignment.unit_id], Phase.RECEIVED)
        draft.emit(AssignmentAccepted(assignment_id=assignment.id, status_code=code))


def _get_own(draft: Draft, assignment_id: str) -> Assignment:
    assignment = draft.get_assignment(assignment_id)
    draft.require_unit(draft.state.units[assignment.unit_id])
    return assignment


def _get_active(draft: Draft, assignment_id: str) -> Assignment:
    assignment = _get_own(draft, assignment_id)
    if assignment.state != "active":
        _refuse_ended(assignment)
    return assignment


def _refuse_ended(assignment: Assignment) -> None:
    if assignment.state == "queued":
        raise Refused("assignment_queued", assignment_id=assignment.id)
    how = assignment.ended_how or ""
    raise Refused("assignment_ended", assignment_id=assignment.id, how=how, at=assignment.ended_at)


def _get_update(assignment: Assignment, n: int) -> AssignmentUpdate:
    if not 1 <= n <= len(assignment.updates):
        raise Refused("unknown_update", assignment_id=assignment.id, n=n)
    return assignment.updates[n - 1]
