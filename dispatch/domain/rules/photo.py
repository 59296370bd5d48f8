"""Pictures of an incident and with a report: who may add them, how many, and where they stand."""

from collections.abc import Sequence
from datetime import datetime

from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope, Refused, Role
from dispatch.domain.model.photo import (
    AddIncidentPhoto,
    AddReportPhoto,
    IncidentPhotoAdded,
    Photo,
    PhotoFile,
    ReportPhotoAdded,
)
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import FIELD, ROOM, applies, decides
from dispatch.domain.rules.report import require_report
from dispatch.domain.rules.touch import claimed_time, touch
from dispatch.domain.state import CentreState

MOST_OF_INCIDENT = 60
MOST_OF_REPORT = 5


@decides(AddIncidentPhoto, *ROOM, Role.COMMANDER, *FIELD)
def add_incident_photo(draft: Draft, command: AddIncidentPhoto) -> None:
    """Also of an incident that is over, and from a crew that has left it: pictures travel slowly."""
    incident = draft.get_incident(command.incident_id)
    if draft.actor.role in FIELD:
        _require_was_on_it(draft, incident)
    else:
        draft.require_part(incident)
    _require_room(draft, incident.photos, command.photo, MOST_OF_INCIDENT)
    draft.emit(IncidentPhotoAdded(incident_id=incident.id, photo=command.photo))
    draft.answer = {"incident_id": incident.id, "photo_id": command.photo.photo_id}


@decides(AddReportPhoto, *ROOM, Role.REPORTER)
def add_report_photo(draft: Draft, command: AddReportPhoto) -> None:
    """From the device that sent the report, or from the room for a caller."""
    report = draft.get_report(command.report_id)
    if draft.actor.role != Role.REPORTER:
        require_report(draft, report)
    elif report.device != draft.actor.id:
        raise Refused("not_yours", report_id=report.id)
    _require_room(draft, report.photos, command.photo, MOST_OF_REPORT)
    draft.emit(ReportPhotoAdded(report_id=report.id, photo=command.photo))
    draft.answer = {"report_id": report.id, "photo_id": command.photo.photo_id}


def _require_was_on_it(draft: Draft, incident: Incident) -> None:
    """Refuse `not_yours` to crews and stations that never had an assignment on the incident."""
    actor, state = draft.actor, draft.state
    for leg_id in incident.leg_ids:
        for assignment_id in state.legs[leg_id].assignment_ids:
            unit = state.units[state.assignments[assignment_id].unit_id]
            if actor.unit_id == unit.id:
                return
            if actor.role == Role.STATION and unit.station_id == actor.station_id:
                return
    raise Refused("not_yours", number=incident.number)


def _require_room(draft: Draft, photos: Sequence[Photo], photo: PhotoFile, most: int) -> None:
    draft.require_new(any(known.id == photo.photo_id for known in photos), "photo", photo.photo_id)
    if len(photos) >= most:
        raise Refused("too_many_photos", most=most)


@applies(IncidentPhotoAdded)
def apply_incident_photo(state: CentreState, event: IncidentPhotoAdded, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.photos.append(_to_photo(event.photo, recorded, incident.opened_at))
    touch(state, "incident", incident, recorded)


@applies(ReportPhotoAdded)
def apply_report_photo(state: CentreState, event: ReportPhotoAdded, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    report.photos.append(_to_photo(event.photo, recorded, report.received_at))
    touch(state, "report", report, recorded)


def _to_photo(photo: PhotoFile, recorded: Envelope, not_before: datetime) -> Photo:
    return Photo(
        id=photo.photo_id,
        subject=photo.subject,
        media_type=photo.media_type,
        size=photo.size,
        width=photo.width,
        height=photo.height,
        digest=photo.digest,
        by=recorded.actor,
        at=claimed_time(recorded, not_before),
    )
