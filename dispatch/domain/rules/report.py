"""Reports: receive, place, note duplicates, attach to an incident (merge), take out again (split), end."""

import msgspec

from dispatch.domain.model.messages import Envelope, Refused, Role
from dispatch.domain.model.report import (
    AddWords,
    AttachReport,
    ClearNuisance,
    DuplicatesNoted,
    EndReport,
    NoteDuplicates,
    NuisanceCleared,
    OpenReport,
    PlaceReport,
    ReceiveReport,
    Report,
    ReportArchived,
    ReportAttached,
    ReportEnded,
    ReportOpened,
    ReportPlaced,
    ReportReceived,
    ReportReopened,
    ReportSplit,
    SplitReport,
    WordsAdded,
)
from dispatch.domain.model.values import Place
from dispatch.domain.rules.assessing import assess_incident
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import ROOM, applies, decides
from dispatch.domain.rules.standing import bring_to
from dispatch.domain.rules.touch import touch
from dispatch.domain.rules.updates import send_update
from dispatch.domain.state import CentreState

# ── deciding ──


@decides(ReceiveReport, *ROOM, Role.REPORTER)
def receive(draft: Draft, command: ReceiveReport) -> None:
    """Anything told is taken in, also without a place; a device speaks for itself only.

    What a person of the room writes down is in that person's hand from the start.
    """
    draft.require_new(command.report_id in draft.state.reports, "report", command.report_id)
    draft.book.get_agency(command.agency_id)
    if command.type_code is not None:
        draft.book.get_type(command.type_code)
    if command.call_id is not None:
        draft.get_call(command.call_id)
    if draft.actor.role == Role.REPORTER and command.device != draft.actor.id:
        raise Refused("not_yours", report_id=command.report_id)
    draft.emit(
        ReportReceived(
            report_id=command.report_id,
            receipt_code=command.receipt_code,
            channel=command.channel,
            agency_id=command.agency_id,
            subject=command.subject,
            words=command.words,
            place=command.place,
            phone=command.phone,
            name=command.name,
            type_code=command.type_code,
            call_id=command.call_id,
            device=command.device,
            test=command.test,
        )
    )
    if draft.actor.role in ROOM:
        draft.emit(ReportOpened(report_id=command.report_id))
    draft.answer = {"report_id": command.report_id, "receipt_code": command.receipt_code}


@decides(OpenReport, *ROOM)
def open_report(draft: Draft, command: OpenReport) -> None:
    """The first person to open it counts; later ones are told who has it."""
    report = draft.get_report(command.report_id)
    require_report(draft, report)
    if report.opened_at is None:
        draft.emit(ReportOpened(report_id=report.id))
        draft.answer = {"report_id": report.id, "opened_by": draft.actor.id}
    else:
        opened_by = report.opened_by or ""
        draft.answer = {"report_id": report.id, "opened_by": opened_by, "name": draft.name_of(opened_by)}


@decides(AddWords, *ROOM, Role.REPORTER)
def add_words(draft: Draft, command: AddWords) -> None:
    """Later words of the same reporter; units already sent get them as an update."""
    report = draft.get_report(command.report_id)
    if draft.actor.role != Role.REPORTER:
        require_report(draft, report)
    elif report.device != draft.actor.id:
        raise Refused("not_yours", report_id=report.id)
    draft.emit(WordsAdded(report_id=report.id, words=command.words))
    incident = draft.state.incidents.get(report.incident_id or "")
    if incident is not None:
        send_update(draft, incident, "words", "", report.id)
    draft.answer = {"report_id": report.id}


@decides(PlaceReport, *ROOM)
def place_report(draft: Draft, command: PlaceReport) -> None:
    """A place was found or chosen. The words heard stay as they were, whatever the match says."""
    report = draft.get_report(command.report_id)
    require_report(draft, report)
    place = keep_heard(report.place, command.place)
    if place != report.place or command.candidates != report.candidates:
        draft.emit(ReportPlaced(report_id=report.id, place=place, candidates=command.candidates))
    draft.answer = {"report_id": report.id}


@decides(NoteDuplicates, *ROOM)
def note_duplicates(draft: Draft, command: NoteDuplicates) -> None:
    """Incidents that this report may concern; a person decides."""
    report = draft.get_report(command.report_id)
    require_report(draft, report)
    if command.duplicates != report.duplicates:
        draft.emit(DuplicatesNoted(report_id=report.id, duplicates=command.duplicates))


@decides(EndReport, *ROOM)
def end_report(draft: Draft, command: EndReport) -> None:
    """End a waiting report without an incident."""
    report = draft.get_report(command.report_id)
    require_report(draft, report)
    if command.reason not in draft.book.end_reasons:
        raise Refused("unknown_reason", reason=command.reason)
    require_waiting(draft, report)
    draft.emit(ReportEnded(report_id=report.id, reason=command.reason))


@decides(ClearNuisance, *ROOM)
def clear_nuisance(draft: Draft, command: ClearNuisance) -> None:
    """By whoever may work the report, whatever became of it; without a number there is no mark."""
    report = draft.get_report(command.report_id)
    require_report(draft, report)
    if report.phone is None:
        raise Refused("report_without_number", report_id=report.id)
    if not command.reason.strip():
        raise Refused("reason_missing")
    draft.emit(NuisanceCleared(report_id=report.id, reason=command.reason))


@decides(AttachReport, *ROOM)
def attach_report(draft: Draft, command: AttachReport) -> None:
    """Merge a report into an incident, open or closed; its words go to the units as an update."""
    report = draft.get_report(command.report_id)
    incident = draft.get_incident(command.incident_id)
    if not draft.has_part(incident):
        require_report(draft, report)
    if incident.state == "merged":
        incident = draft.get_open_incident(incident.id)
    draft.answer = {"incident_id": incident.id, "number": incident.number}
    if report.incident_id == incident.id:
        return
    if report.status == "attached":
        require_waiting(draft, report)
    draft.emit(ReportAttached(report_id=report.id, incident_id=incident.id))
    if report.assessment is not None and incident.state == "open":
        assess_incident(draft, incident, report.id, report.assessment)
    send_update(draft, incident, "words", "", report.id)
    if incident.state == "open":
        bring_to(draft, incident, reports=[report])


@decides(SplitReport, *ROOM)
def split_report(draft: Draft, command: SplitReport) -> None:
    """Take a report out of its incident; it waits again with the time it was first told."""
    report = draft.get_report(command.report_id)
    if report.incident_id is None:
        raise Refused("report_not_attached", report_id=report.id)
    incident = draft.get_incident(report.incident_id)
    require_report(draft, report)
    draft.emit(ReportSplit(report_id=report.id, incident_id=incident.id))


def require_report(draft: Draft, report: Report) -> None:
    """Refuse `not_your_agency` to those who neither took the report nor work its incident."""
    incident = draft.state.incidents.get(report.incident_id or "")
    if incident is None or not draft.has_part(incident):
        draft.require_agency(report.agency_id)


def require_waiting(draft: Draft, report: Report) -> None:
    """Refuse `report_not_waiting`, saying what became of the report."""
    if report.status != "waiting":
        incident = draft.state.incidents.get(report.incident_id or "")
        number = incident.number if incident is not None else ""
        raise Refused("report_not_waiting", status=report.status, number=number)


def keep_heard(before: Place, after: Place) -> Place:
    """The new place with the words first heard, if there were any."""
    if not before.heard or before.heard == after.heard:
        return after
    return msgspec.structs.replace(after, heard=before.heard)


# ── applying ──


@applies(ReportReceived)
def apply_received(state: CentreState, event: ReportReceived, recorded: Envelope) -> None:
    report = Report(
        id=event.report_id,
        channel=event.channel,
        receipt_code=event.receipt_code,
        agency_id=event.agency_id,
        subject=event.subject,
        occurred_at=min(recorded.occurred_at, recorded.received_at),
        received_at=recorded.received_at,
        place=event.place,
        words=[event.words] if event.words is not None else [],
        phone=event.phone,
        name=event.name,
        type_code=event.type_code,
        call_id=event.call_id,
        device=event.device,
        test=event.test,
    )
    state.reports[report.id] = report
    touch(state, "report", report, recorded)
    call = state.calls.get(event.call_id or "")
    if call is not None:
        call.report_ids.append(report.id)
        touch(state, "call", call, recorded)


@applies(ReportOpened)
def apply_opened(state: CentreState, event: ReportOpened, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    report.opened_at = recorded.recorded_at
    report.opened_by = recorded.actor
    touch(state, "report", report, recorded)


@applies(WordsAdded)
def apply_words(state: CentreState, event: WordsAdded, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    report.words.append(event.words)
    touch(state, "report", report, recorded)


@applies(ReportPlaced)
def apply_placed(state: CentreState, event: ReportPlaced, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    report.place = event.place
    report.candidates = event.candidates
    touch(state, "report", report, recorded)


@applies(DuplicatesNoted)
def apply_duplicates(state: CentreState, event: DuplicatesNoted, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    report.duplicates = event.duplicates
    touch(state, "report", report, recorded)


@applies(ReportEnded)
def apply_ended(state: CentreState, event: ReportEnded, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    report.status = "ended"
    report.ended_reason = event.reason
    report.ended_at = recorded.recorded_at
    touch(state, "report", report, recorded)


@applies(NuisanceCleared)
def apply_nuisance_cleared(state: CentreState, event: NuisanceCleared, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    report.nuisance_cleared_at = recorded.recorded_at
    touch(state, "report", report, recorded)


@applies(ReportAttached)
def apply_attached(state: CentreState, event: ReportAttached, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    before = state.incidents.get(report.incident_id or "")
    if before is not None:
        before.report_ids.remove(report.id)
        touch(state, "incident", before, recorded)
    incident = state.incidents[event.incident_id]
    incident.report_ids.append(report.id)
    report.incident_id = incident.id
    report.status = "attached"
    report.ended_reason = None
    report.ended_at = None
    touch(state, "incident", incident, recorded)
    touch(state, "report", report, recorded)


@applies(ReportSplit)
def apply_split(state: CentreState, event: ReportSplit, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    incident = state.incidents[event.incident_id]
    incident.report_ids.remove(report.id)
    report.incident_id = None
    report.status = "waiting"
    touch(state, "incident", incident, recorded)
    touch(state, "report", report, recorded)


@applies(ReportReopened)
def apply_reopened(state: CentreState, event: ReportReopened, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    if report.ended_reason is not None:
        report.ended_before.append(report.ended_reason)
    report.status = "waiting"
    report.ended_reason = None
    report.ended_at = None
    report.reopened_at = recorded.recorded_at
    touch(state, "report", report, recorded)
    call = state.calls[event.call_id]
    call.reopened.append(report.id)
    touch(state, "call", call, recorded)


@applies(ReportArchived)
def apply_archived(state: CentreState, event: ReportArchived, _recorded: Envelope) -> None:
    del state.reports[event.report_id]
    state.touched.add(("report", event.report_id))
    state.unwatched.add(("report", event.report_id))
