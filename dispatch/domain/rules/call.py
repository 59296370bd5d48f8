"""Calls: ring, answer, hold, transfer, hang up; and the list of callers to be called back."""

from datetime import timedelta

from dispatch.domain.codebook import Agency
from dispatch.domain.model.call import (
    AnswerCall,
    AttemptCallBack,
    Call,
    CallAnswered,
    CallArchived,
    CallAttempt,
    CallBackAttempted,
    CallBackDialled,
    CallBackFinished,
    CallEnded,
    CallHeld,
    CallLocated,
    CallRang,
    CallTransferred,
    DialBack,
    FinishCallBack,
    HangUpCall,
    HoldCall,
    LocateCall,
    RingCall,
    TransferCall,
)
from dispatch.domain.model.messages import Envelope, Refused, Role
from dispatch.domain.model.report import ReportReopened
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import ROOM, applies, decides
from dispatch.domain.rules.touch import claimed_time, touch
from dispatch.domain.state import CentreState

DROPPED_WITHIN = timedelta(seconds=15)
"""A caller who is gone so soon after the answer, with nothing told, is called back."""

DIALLING_LASTS = timedelta(seconds=60)
"""How long one person's dialling keeps others from calling the same person back."""

REOPENS_WITHIN = timedelta(minutes=10)
"""A second call so soon after its first ended without an incident opens the first again (product.md, R14)."""

EARLY_FIX_HOLDS = timedelta(minutes=5)
"""A position that came so long before its call at most still tells where the caller is."""

OVER = ("ended", "abandoned")

# ── deciding ──


@decides(RingCall, Role.EXCHANGE)
def ring(draft: Draft, command: RingCall) -> None:
    """A line rings; the line says whose call it is."""
    draft.require_new(command.call_id in draft.state.calls, "call", command.call_id)
    draft.emit(
        CallRang(
            call_id=command.call_id,
            line=command.line,
            agency_id=_get_agency(draft, command.line).id,
            number=command.number,
            recording_ref=command.recording_ref,
            test=command.test,
        )
    )
    for report_id in command.earlier:
        report = draft.state.reports.get(report_id)
        if (
            report is not None
            and report.ended_at is not None
            and command.number is not None
            and report.subject == command.number.subject
            and draft.now - report.ended_at <= REOPENS_WITHIN
        ):
            draft.emit(ReportReopened(report_id=report.id, call_id=command.call_id))
    fix = command.handset
    if fix is not None and abs(draft.now - fix.at) <= EARLY_FIX_HOLDS:
        draft.emit(CallLocated(call_id=command.call_id, fix=fix))
    draft.answer = {"call_id": command.call_id}


@decides(LocateCall, Role.EXCHANGE)
def locate(draft: Draft, command: LocateCall) -> None:
    """Also after the call: the caller is still there. An older fix than the known one is not kept."""
    call = draft.get_call(command.call_id)
    newer = call.handset is None or command.fix.at > call.handset.at
    if newer:
        draft.emit(CallLocated(call_id=call.id, fix=command.fix))
    draft.answer = {"call_id": call.id, "kept": newer}


@decides(AnswerCall, Role.EXCHANGE, *ROOM)
def answer(draft: Draft, command: AnswerCall) -> None:
    """The first to answer has it; the next is told who."""
    call = _get_living(draft, command.call_id)
    if call.state != "ringing":
        raise Refused("call_answered", by=draft.name_of(call.answered_by or ""), at=call.answered_at)
    by = command.by if command.by is not None and _speaks_for_others(draft) else draft.actor.id
    draft.emit(CallAnswered(call_id=call.id, by=by))


@decides(HoldCall, Role.EXCHANGE, *ROOM)
def hold(draft: Draft, command: HoldCall) -> None:
    """Hold an answered call, or take it off hold."""
    call = _get_living(draft, command.call_id)
    if call.state == "ringing":
        raise Refused("call_not_answered", call_id=call.id)
    if command.held != (call.state == "held"):
        draft.emit(CallHeld(call_id=call.id, held=command.held))


@decides(TransferCall, Role.EXCHANGE, *ROOM)
def transfer(draft: Draft, command: TransferCall) -> None:
    """To another line, where it rings again; the time of the first answer stands."""
    call = _get_living(draft, command.call_id)
    agency = _get_agency(draft, command.to_line)
    if command.to_line != call.line:
        draft.emit(CallTransferred(call_id=call.id, to_line=command.to_line, agency_id=agency.id))


@decides(HangUpCall, Role.EXCHANGE, *ROOM)
def hang_up(draft: Draft, command: HangUpCall) -> None:
    """The line is gone. Without an answer, or dropped early with nothing told, the caller is called back."""
    call = _get_living(draft, command.call_id)
    abandoned = call.state == "ringing"
    dropped = (
        command.by == "caller"
        and call.answered_at is not None
        and not call.report_ids
        and draft.claimed_at - call.answered_at < DROPPED_WITHIN
    )
    draft.emit(
        CallEnded(
            call_id=call.id,
            by=command.by,
            abandoned=abandoned,
            call_back_due=abandoned or dropped or command.silent,
            silent=command.silent,
        )
    )


@decides(DialBack, *ROOM)
def dial_back(draft: Draft, command: DialBack) -> None:
    """One person calls back at a time; the next is told who does."""
    call = _get_due(draft, command.call_id)
    busy = call.dialled_at is not None and draft.now - call.dialled_at < DIALLING_LASTS
    if busy and call.dialled_by != draft.actor.id:
        raise Refused("call_back_taken", by=draft.name_of(call.dialled_by or ""), at=call.dialled_at)
    draft.emit(CallBackDialled(call_id=call.id))


@decides(AttemptCallBack, *ROOM)
def attempt(draft: Draft, command: AttemptCallBack) -> None:
    """Every try is kept; being reached does not take the call off the list by itself."""
    call = _get_due(draft, command.call_id)
    draft.emit(CallBackAttempted(call_id=call.id, reached=command.reached))


@decides(FinishCallBack, *ROOM)
def finish(draft: Draft, command: FinishCallBack) -> None:
    """A person takes it off the list and says why."""
    call = _get_due(draft, command.call_id)
    if not command.reason.strip():
        raise Refused("reason_missing")
    draft.emit(CallBackFinished(call_id=call.id, reason=command.reason))


def _get_living(draft: Draft, call_id: str) -> Call:
    call = draft.get_call(call_id)
    _require_line(draft, call)
    if call.state in OVER:
        raise Refused("call_ended", call_id=call.id, at=call.ended_at)
    return call


def _get_due(draft: Draft, call_id: str) -> Call:
    call = draft.get_call(call_id)
    _require_line(draft, call)
    if not call.call_back_due:
        raise Refused("no_call_back", call_id=call.id)
    return call


def _require_line(draft: Draft, call: Call) -> None:
    if not _speaks_for_others(draft):
        draft.require_agency(call.agency_id)


def _speaks_for_others(draft: Draft) -> bool:
    return draft.actor.role in (Role.EXCHANGE, Role.SYSTEM)


def _get_agency(draft: Draft, line: str) -> Agency:
    agency = draft.book.find_agency_of_line(line)
    if agency is None:
        raise Refused("unknown_line", line=line)
    return agency


# ── applying ──


@applies(CallRang)
def apply_rang(state: CentreState, event: CallRang, recorded: Envelope) -> None:
    call = Call(
        id=event.call_id,
        line=event.line,
        agency_id=event.agency_id,
        number=event.number,
        state="ringing",
        rung_at=min(recorded.occurred_at, recorded.received_at),
        recording_ref=event.recording_ref,
        test=event.test,
    )
    state.calls[call.id] = call
    touch(state, "call", call, recorded)


@applies(CallAnswered)
def apply_answered(state: CentreState, event: CallAnswered, recorded: Envelope) -> None:
    call = state.calls[event.call_id]
    call.state = "answered"
    call.answered_at = call.answered_at or claimed_time(recorded, call.rung_at)
    call.answered_by = event.by
    touch(state, "call", call, recorded)


@applies(CallLocated)
def apply_located(state: CentreState, event: CallLocated, recorded: Envelope) -> None:
    call = state.calls[event.call_id]
    call.handset = event.fix
    touch(state, "call", call, recorded)


@applies(CallHeld)
def apply_held(state: CentreState, event: CallHeld, recorded: Envelope) -> None:
    call = state.calls[event.call_id]
    call.state = "held" if event.held else "answered"
    touch(state, "call", call, recorded)


@applies(CallTransferred)
def apply_transferred(state: CentreState, event: CallTransferred, recorded: Envelope) -> None:
    call = state.calls[event.call_id]
    call.line = event.to_line
    call.agency_id = event.agency_id
    call.state = "ringing"
    touch(state, "call", call, recorded)


@applies(CallEnded)
def apply_ended(state: CentreState, event: CallEnded, recorded: Envelope) -> None:
    call = state.calls[event.call_id]
    call.state = "abandoned" if event.abandoned else "ended"
    call.ended_at = claimed_time(recorded, call.answered_at or call.rung_at)
    call.ended_by = event.by
    call.call_back_due = event.call_back_due
    call.silent = event.silent
    touch(state, "call", call, recorded)


@applies(CallBackDialled)
def apply_dialled(state: CentreState, event: CallBackDialled, recorded: Envelope) -> None:
    call = state.calls[event.call_id]
    call.dialled_by = recorded.actor
    call.dialled_at = recorded.recorded_at
    touch(state, "call", call, recorded)


@applies(CallBackAttempted)
def apply_attempted(state: CentreState, event: CallBackAttempted, recorded: Envelope) -> None:
    call = state.calls[event.call_id]
    at = claimed_time(recorded, call.ended_at or call.rung_at)
    call.attempts.append(CallAttempt(by=recorded.actor, at=at, reached=event.reached))
    call.dialled_by = None
    call.dialled_at = None
    touch(state, "call", call, recorded)


@applies(CallBackFinished)
def apply_finished(state: CentreState, event: CallBackFinished, recorded: Envelope) -> None:
    call = state.calls[event.call_id]
    call.call_back_due = False
    call.dialled_by = None
    call.dialled_at = None
    touch(state, "call", call, recorded)


@applies(CallArchived)
def apply_archived(state: CentreState, event: CallArchived, _recorded: Envelope) -> None:
    del state.calls[event.call_id]
    state.touched.add(("call", event.call_id))
    state.unwatched.add(("call", event.call_id))
