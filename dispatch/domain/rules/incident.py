"""Incidents: release from a report, change with what was seen, level, notes."""

import msgspec

from dispatch.domain.codebook import IncidentType
from dispatch.domain.ids import LAST_NUMBER, local_day
from dispatch.domain.model.hold import HoldEnded
from dispatch.domain.model.incident import (
    AddNote,
    ChangePlace,
    ChangePriority,
    ChangeType,
    Incident,
    IncidentOpened,
    Leg,
    LegRequested,
    LevelRaised,
    NoteAdded,
    OpenIncident,
    PlaceChanged,
    PriorityChanged,
    RaiseLevel,
    ReadBackPlace,
    TypeChanged,
)
from dispatch.domain.model.messages import Refused, Role
from dispatch.domain.model.questions import Assessment, IncidentAssessed
from dispatch.domain.model.report import Report, ReportAttached
from dispatch.domain.model.values import Place, PlaceState
from dispatch.domain.rules import leg as legs
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.plan import (
    change_needs,
    find_plan,
    list_agencies,
    request_new_leg,
)
from dispatch.domain.rules.registry import FIELD, ROOM, decides
from dispatch.domain.rules.report import keep_heard, require_report, require_waiting
from dispatch.domain.rules.standing import bring_to, bring_to_new
from dispatch.domain.rules.updates import CAUTION, is_hot, list_active, send_update

NOTE_KINDS = frozenset({"note", CAUTION, "trapped", "access"})


@decides(OpenIncident, *ROOM)
def open_incident(draft: Draft, command: OpenIncident) -> None:
    """Release: number, legs from the plan, and the report it came from."""
    draft.require_new(command.incident_id in draft.state.incidents, "incident", command.incident_id)
    type_ = draft.book.get_type(command.type_code)
    report = None
    if command.report_id is not None:
        report = draft.get_report(command.report_id)
        require_report(draft, report)
        require_waiting(draft, report)
    assessment = report.assessment if report is not None else None
    usual = assessment.priority if assessment is not None and assessment.priority else type_.priority
    priority = usual if command.priority is None else command.priority
    _check_priority(priority)
    number = _next_number(draft)
    test = command.test or (report is not None and report.test)
    place = _opening_place(command, report)
    draft.emit(
        IncidentOpened(
            incident_id=command.incident_id,
            number=number,
            type_code=type_.code,
            priority=priority,
            place=place,
            subject=command.subject,
            restricted=command.restricted or type_.restricted,
            report_id=command.report_id,
            test=test,
        )
    )
    if report is not None:
        draft.emit(ReportAttached(report_id=report.id, incident_id=command.incident_id))
        if assessment is not None:
            draft.emit(_assessed(command.incident_id, report.id, assessment))
    leg_ids = _request_legs(draft, command, type_, priority, assessment, test=test)
    requested = [event.agency_id for event in draft.events if isinstance(event, LegRequested)]
    closed_to = tuple(requested) if command.restricted or type_.restricted else None
    bring_to_new(draft, command.incident_id, place, report, test=test, closed_to=closed_to)
    draft.answer = {"incident_id": command.incident_id, "number": number, "leg_ids": leg_ids}


@decides(ChangeType, *ROOM)
def change_type(draft: Draft, command: ChangeType) -> None:
    """Another type may bring another plan: needs change, agencies are added, none is sent home."""
    incident = get_mine(draft, command.incident_id)
    type_ = draft.book.get_type(command.type_code)
    _require_unchanged(draft, incident, "type_code", command.seen, incident.type_code)
    if command.type_code == incident.type_code:
        return
    draft.emit(
        TypeChanged(
            incident_id=incident.id,
            type_code=type_.code,
            was=incident.type_code,
            restricted=incident.restricted or type_.restricted,
        )
    )
    hot = is_hot(type_, incident.priority)
    send_update(draft, incident, "type", incident.type_code, type_.code, hot=hot)
    change_needs(draft, incident, command.type_code, incident.priority, incident.level)
    _let_wait(draft)


@decides(ChangePriority, *ROOM)
def change_priority(draft: Draft, command: ChangePriority) -> None:
    """Another priority, for every leg that is not over."""
    incident = get_mine(draft, command.incident_id)
    _check_priority(command.priority)
    _require_unchanged(draft, incident, "priority", command.seen, incident.priority)
    if command.priority == incident.priority:
        return
    draft.emit(PriorityChanged(incident_id=incident.id, priority=command.priority, was=incident.priority))
    if command.priority == 1 and incident.hold is not None:
        draft.emit(HoldEnded(incident_id=incident.id, how="priority"))
    hot = is_hot(draft.book.get_type(incident.type_code), command.priority)
    send_update(draft, incident, "priority", str(incident.priority), str(command.priority), hot=hot)
    change_needs(draft, incident, incident.type_code, command.priority, incident.level)
    _let_wait(draft)


@decides(ChangePlace, *ROOM, Role.COMMANDER)
def change_place(draft: Draft, command: ChangePlace) -> None:
    """Another place; units on their way get it with the old one struck through."""
    incident = get_mine(draft, command.incident_id)
    _require_unchanged(draft, incident, "place", command.seen, show_place(incident.place))
    place = keep_heard(incident.place, command.place)
    if place == incident.place:
        return
    draft.emit(PlaceChanged(incident_id=incident.id, place=place, was=incident.place))
    send_update(draft, incident, "place", show_place(incident.place), show_place(place))
    bring_to(draft, incident, place=place)


@decides(ReadBackPlace, *ROOM, Role.COMMANDER, *FIELD)
def read_back(draft: Draft, command: ReadBackPlace) -> None:
    """The caller agreed with the address; a crew there confirms it."""
    incident = draft.get_open_incident(command.incident_id)
    if draft.actor.role in FIELD:
        _require_on_it(draft, incident)
        reached = PlaceState.CONFIRMED
    else:
        draft.require_part(incident)
        reached = PlaceState.CONFIRMED if draft.actor.role == Role.COMMANDER else PlaceState.READ_BACK
    was = incident.place
    if was.lon_lat is None:
        raise Refused("place_unknown", number=incident.number)
    if was.state in (reached, PlaceState.CONFIRMED):
        return
    place = _with_state(was, reached)
    draft.emit(PlaceChanged(incident_id=incident.id, place=place, was=was))


@decides(RaiseLevel, *ROOM, Role.COMMANDER)
def raise_level(draft: Draft, command: RaiseLevel) -> None:
    """The next alarm level adds what the plan adds; legs that were over and are needed open again."""
    incident = get_mine(draft, command.incident_id)
    plan = find_plan(draft.book, incident.type_code, incident.priority)
    highest = len(plan.levels) if plan is not None else 1
    if not incident.level < command.level <= highest:
        raise Refused("no_such_level", level=incident.level, highest=highest)
    draft.emit(LevelRaised(incident_id=incident.id, level=command.level))
    send_update(draft, incident, "level", str(incident.level), str(command.level))
    for agency_id in list_agencies(plan, command.level):
        leg = find_leg(draft, incident, agency_id)
        if leg is not None and leg.state == "closed":
            legs.reopen(draft, leg)
    change_needs(draft, incident, incident.type_code, incident.priority, command.level)
    _let_wait(draft)


@decides(AddNote, *ROOM, Role.COMMANDER, *FIELD)
def add_note(draft: Draft, command: AddNote) -> None:
    """A note of the room or of a crew that is on it; the units get it, a caution as one of its own."""
    incident = draft.get_incident(command.incident_id)
    if command.kind not in NOTE_KINDS:
        raise Refused("malformed_command", type="incident.note", fault=f"kind {command.kind[:40]}")
    if command.expires_at is not None and (command.kind != CAUTION or command.expires_at <= draft.now):
        raise Refused("bad_time", field="expires_at")
    if draft.actor.role in FIELD:
        _require_on_it(draft, incident)
    known = any(note.note_id == command.note_id for note in incident.notes)
    draft.require_new(known, "note", command.note_id)
    draft.emit(
        NoteAdded(
            incident_id=incident.id,
            note_id=command.note_id,
            text=command.text,
            kind=command.kind,
            source=command.source,
            expires_at=command.expires_at,
        )
    )
    send_update(draft, incident, CAUTION if command.kind == CAUTION else "note", "", command.note_id)


def find_leg(draft: Draft, incident: Incident, agency_id: str) -> Leg | None:
    """The leg of an agency on an incident."""
    found = (draft.state.legs[leg_id] for leg_id in incident.leg_ids)
    return next((leg for leg in found if leg.agency_id == agency_id), None)


def show_place(place: Place) -> str:
    """A place in one line: its label, else the words heard, else the coordinates."""
    if place.label or place.heard:
        return place.label or place.heard
    return f"{place.lon_lat.lat:.5f}, {place.lon_lat.lon:.5f}" if place.lon_lat is not None else ""


def _opening_place(command: OpenIncident, report: Report | None) -> Place:
    if report is None:
        return command.place or Place()
    return report.place if command.place is None else keep_heard(report.place, command.place)


def _request_legs(
    draft: Draft,
    command: OpenIncident,
    type_: IncidentType,
    priority: int,
    assessment: Assessment | None,
    *,
    test: bool,
) -> list[str]:
    """Legs of the plan, of what answers ask for and of the agencies named; without any, of the agency that
    owns the type."""
    extras = assessment.needs if assessment is not None else ()
    plan = find_plan(draft.book, type_.code, priority)
    planned = [] if command.only_agencies else [*list_agencies(plan, 1), *(e.agency_id for e in extras)]
    agencies = list(dict.fromkeys((*planned, *command.agencies))) or [type_.agency_id]
    leg_ids = [
        request_new_leg(draft, command.incident_id, priority, agency_id, plan, 1, extras=extras, test=test)
        for agency_id in agencies
    ]
    _let_wait(draft)
    return leg_ids


def _assessed(incident_id: str, report_id: str, assessment: Assessment) -> IncidentAssessed:
    return IncidentAssessed(
        incident_id=incident_id,
        report_id=report_id,
        determinant=assessment.determinant,
        needs=assessment.needs,
    )


def _let_wait(draft: Draft) -> None:
    """Legs that this decision asked for and its own agency has seen wait for a unit."""
    for leg_id in list(draft.leg_states):
        legs.wait_for_unit(draft, leg_id)


def get_mine(draft: Draft, incident_id: str) -> Incident:
    """An open incident on which the actor has a part."""
    incident = draft.get_open_incident(incident_id)
    draft.require_part(incident)
    return incident


def _require_unchanged(draft: Draft, incident: Incident, field: str, seen: int, current: object) -> None:
    """Refuse `changed_meanwhile` if that very field changed after the version that was seen."""
    change = incident.changed.get(field)
    if change is not None and change.seq > seen:
        by = draft.name_of(change.actor)
        raise Refused("changed_meanwhile", field=field, by=by, at=change.at, current=current)


def _require_on_it(draft: Draft, incident: Incident) -> None:
    """Refuse `not_yours` to crews and stations without an active assignment on the incident."""
    actor, units = draft.actor, draft.state.units
    for assignment in list_active(draft.state, incident):
        if actor.unit_id == assignment.unit_id:
            return
        if actor.role == Role.STATION and units[assignment.unit_id].station_id == actor.station_id:
            return
    raise Refused("not_yours", number=incident.number)


def _check_priority(priority: int) -> None:
    if not 1 <= priority <= 4:
        raise Refused("bad_priority", priority=priority)


def _next_number(draft: Draft) -> str:
    day = local_day(draft.now)
    counter = draft.state.day_counters.get(day, 0) + 1
    if counter > LAST_NUMBER:
        raise Refused("numbers_exhausted", day=day)
    return f"{day}-{counter:04d}"


def _with_state(place: Place, state: PlaceState) -> Place:
    return msgspec.structs.replace(place, state=state)
