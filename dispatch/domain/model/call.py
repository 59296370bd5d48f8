"""Call: one telephone contact. It is not a report: a call may carry none, one or several reports."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import HandsetFix, Sealed


class CallAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to call a person back; every try is kept."""

    by: str
    at: datetime
    reached: bool


class Call(msgspec.Struct, kw_only=True):
    """state: ringing, answered, held, ended, abandoned (hung up before or without an answer).

    `call_back_due` marks the work list of abandoned, dropped and silent calls; only a person takes it off.
    `dialled_by` is calling back at this moment. `reopened` are reports of this number that had ended without
    an incident a few minutes before it called again. `handset` is where its telephone last said it was.
    """

    id: str
    line: str
    agency_id: str
    number: Sealed | None
    state: str
    rung_at: datetime
    answered_at: datetime | None = None
    answered_by: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    call_back_due: bool = False
    attempts: list[CallAttempt] = msgspec.field(default_factory=list)
    report_ids: list[str] = msgspec.field(default_factory=list)
    recording_ref: str | None = None
    test: bool = False
    version: int = 0
    silent: bool = False
    dialled_by: str | None = None
    dialled_at: datetime | None = None
    reopened: list[str] = msgspec.field(default_factory=list)
    handset: HandsetFix | None = None


class RingCall(Command, frozen=True, kw_only=True, tag="call.ring"):
    """The exchange: a call rings on a line (113, 114, 115, 112). `earlier` are reports of
    this number, named at the rim; those that ended without an incident shortly before are opened again.
    `handset` is where the telephone said it was before the call came."""

    call_id: str
    line: str
    number: Sealed | None = None
    recording_ref: str | None = None
    test: bool = False
    earlier: tuple[str, ...] = ()
    handset: HandsetFix | None = None


class AnswerCall(Command, frozen=True, kw_only=True, tag="call.answer"):
    call_id: str
    by: str | None = None


class LocateCall(Command, frozen=True, kw_only=True, tag="call.locate"):
    """The telephone of a call says where it is; what is newer replaces what was known."""

    call_id: str
    fix: HandsetFix


class HoldCall(Command, frozen=True, kw_only=True, tag="call.hold"):
    call_id: str
    held: bool = True


class TransferCall(Command, frozen=True, kw_only=True, tag="call.transfer"):
    """Warm transfer to another line: the caller never dials again."""

    call_id: str
    to_line: str


class HangUpCall(Command, frozen=True, kw_only=True, tag="call.hang_up"):
    """The line is gone; `by` is caller or centre. Without an answer, or dropped early, it is called back, and
    so is a call on which nobody spoke (`silent`)."""

    call_id: str
    by: str = "caller"
    silent: bool = False


class DialBack(Command, frozen=True, kw_only=True, tag="call.dial_back"):
    """A person calls this caller back now; the exchange dials. What came of it is `call.call_back`."""

    call_id: str


class AttemptCallBack(Command, frozen=True, kw_only=True, tag="call.call_back"):
    call_id: str
    reached: bool


class FinishCallBack(Command, frozen=True, kw_only=True, tag="call.call_back_done"):
    """A person takes the call off the call-back list, with a reason."""

    call_id: str
    reason: str


class CallRang(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "call.rang"
    call_id: str
    line: str
    agency_id: str
    number: Sealed | None
    recording_ref: str | None
    test: bool


class CallAnswered(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "call.answered"
    call_id: str
    by: str


class CallLocated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "call.located"
    call_id: str
    fix: HandsetFix


class CallHeld(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "call.held"
    call_id: str
    held: bool


class CallTransferred(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "call.transferred"
    call_id: str
    to_line: str
    agency_id: str


class CallEnded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "call.ended"
    call_id: str
    by: str
    abandoned: bool
    call_back_due: bool
    silent: bool = False


class CallBackDialled(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "call.call_back_dialled"
    call_id: str


class CallBackAttempted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "call.call_back_attempted"
    call_id: str
    reached: bool


class CallBackFinished(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "call.call_back_finished"
    call_id: str
    reason: str


class CallArchived(Event, frozen=True, kw_only=True):
    """Over for a day, and nobody to be called back: it leaves memory."""

    TYPE: ClassVar[str] = "call.archived"
    call_id: str
