"""Texts to callers: asked by a person of the room, told to the crews, finished by the gateway."""

import msgspec

from dispatch.domain.model.caller_text import (
    ALLEY_MOUTH,
    BY_HAND,
    GATEWAY,
    CallerText,
    CallerTextAsked,
    CallerTextFinished,
    FinishText,
    TextCaller,
)
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import ROOM, applies, decides
from dispatch.domain.rules.report import require_report
from dispatch.domain.rules.touch import touch
from dispatch.domain.rules.updates import send_update
from dispatch.domain.state import CentreState

KINDS = frozenset({ALLEY_MOUTH})

# ── deciding ──


@decides(TextCaller, *ROOM)
def text_caller(draft: Draft, command: TextCaller) -> None:
    """The crews on their way learn that this caller waits for them at the alley's mouth."""
    report = draft.get_report(command.report_id)
    require_report(draft, report)
    if command.kind not in KINDS or command.how not in (BY_HAND, GATEWAY):
        raise Refused("malformed_command", type="report.text_caller", fault=f"{command.kind}/{command.how}")
    if report.phone is None:
        raise Refused("no_phone")
    draft.require_new(any(t.text_id == command.text_id for t in report.texts), "text", command.text_id)
    draft.emit(
        CallerTextAsked(report_id=report.id, text_id=command.text_id, kind=command.kind, how=command.how)
    )
    incident = draft.state.incidents.get(report.incident_id or "")
    if incident is not None:
        send_update(draft, incident, "guide", "", report.id)
    draft.answer = {"report_id": report.id, "text_id": command.text_id, "how": command.how}


@decides(FinishText)
def finish_text(draft: Draft, command: FinishText) -> None:
    """Once: a second answer of the gateway changes nothing."""
    report = draft.get_report(command.report_id)
    text = next((t for t in report.texts if t.text_id == command.text_id), None)
    if text is not None and text.state == "asked" and text.how == GATEWAY:
        draft.emit(CallerTextFinished(report_id=report.id, text_id=command.text_id, sent=command.sent))


# ── applying ──


@applies(CallerTextAsked)
def apply_asked(state: CentreState, event: CallerTextAsked, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    report.texts.append(
        CallerText(
            text_id=event.text_id, kind=event.kind, how=event.how, by=recorded.actor, at=recorded.recorded_at
        )
    )
    touch(state, "report", report, recorded)


@applies(CallerTextFinished)
def apply_finished(state: CentreState, event: CallerTextFinished, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    ended = "sent" if event.sent else "failed"
    report.texts = [
        msgspec.structs.replace(t, state=ended) if t.text_id == event.text_id else t for t in report.texts
    ]
    touch(state, "report", report, recorded)
