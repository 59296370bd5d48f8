"""What the events of an incident do to the state."""

from datetime import datetime

import msgspec

from dispatch.domain.model.incident import (
    Incident,
    IncidentArchived,
    IncidentClosed,
    IncidentMerged,
    IncidentOpened,
    IncidentReopened,
    LevelRaised,
    Note,
    NoteAdded,
    PlaceChanged,
    PriorityChanged,
    TypeChanged,
)
from dispatch.domain.model.messages import Envelope
from dispatch.domain.model.values import Change, Place
from dispatch.domain.rules.registry import applies
from dispatch.domain.rules.touch import touch, touch_incident_rows
from dispatch.domain.state import CentreState

MERGED = "merged"
"""State of a duplicate, and outcome of its legs."""


@applies(IncidentOpened)
def apply_opened(state: CentreState, event: IncidentOpened, recorded: Envelope) -> None:
    incident = Incident(
        id=event.incident_id,
        number=event.number,
        type_code=event.type_code,
        priority=event.priority,
        place=event.place,
        subject=event.subject,
        opened_at=min(recorded.occurred_at, recorded.received_at),
        opened_by=recorded.actor,
        restricted=event.restricted,
        test=event.test,
    )
    state.incidents[incident.id] = incident
    day, digits = event.number.split("-")
    _count(state, day, int(digits))
    state.numbers.setdefault(digits, []).append(incident.id)
    touch(state, "incident", incident, recorded)


@applies(TypeChanged)
def apply_type(state: CentreState, event: TypeChanged, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.type_code = event.type_code
    _changed(state, incident, "type_code", recorded)
    if event.restricted and not incident.restricted:
        incident.restricted = True
        touch_incident_rows(state, incident, recorded)


@applies(PriorityChanged)
def apply_priority(state: CentreState, event: PriorityChanged, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.priority = event.priority
    _changed(state, incident, "priority", recorded)


@applies(PlaceChanged)
def apply_place(state: CentreState, event: PlaceChanged, recorded: Envelope) -> None:
    """A place that was only read back or confirmed is the same place: nobody's edit is stale by it."""
    incident = state.incidents[event.incident_id]
    moved = not _same_place(incident.place, event.place)
    incident.place = event.place
    if moved:
        _changed(state, incident, "place", recorded)
    else:
        touch(state, "incident", incident, recorded)


@applies(LevelRaised)
def apply_level(state: CentreState, event: LevelRaised, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.level = event.level
    _changed(state, incident, "level", recorded)


@applies(NoteAdded)
def apply_note(state: CentreState, event: NoteAdded, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.notes.append(
        Note(
            note_id=event.note_id,
            text=event.text,
            by=event.by or recorded.actor,
            at=recorded.recorded_at,
            kind=event.kind,
            source=event.source,
            expires_at=event.expires_at,
            standing=event.standing,
            scope=event.scope,
            ask=event.ask,
        )
    )
    touch(state, "incident", incident, recorded)


@applies(IncidentClosed)
def apply_closed(state: CentreState, event: IncidentClosed, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.state = "closed"
    incident.closed_at = recorded.recorded_at
    touch(state, "incident", incident, recorded)


@applies(IncidentReopened)
def apply_reopened(state: CentreState, event: IncidentReopened, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.state = "open"
    incident.closed_at = None
    touch(state, "incident", incident, recorded)


@applies(IncidentMerged)
def apply_merged(state: CentreState, event: IncidentMerged, recorded: Envelope) -> None:
    """The duplicate is over, and its legs with it."""
    incident = state.incidents[event.incident_id]
    incident.state = MERGED
    incident.merged_into = event.into
    incident.closed_at = recorded.recorded_at
    touch(state, "incident", incident, recorded)
    if incident.photos:
        into = state.incidents[event.into]
        into.photos.extend(incident.photos)
        touch(state, "incident", into, recorded)
    for leg_id in incident.leg_ids:
        leg = state.legs[leg_id]
        if leg.state not in ("closed", "refused"):
            leg.state = "closed"
            leg.outcome = MERGED
            leg.closed_at = recorded.recorded_at
            touch(state, "leg", leg, recorded)


@applies(IncidentArchived)
def apply_archived(state: CentreState, event: IncidentArchived, _recorded: Envelope) -> None:
    """Everything that belongs to the incident leaves with it."""
    incident = state.incidents.pop(event.incident_id)
    digits = incident.number[-4:]
    state.numbers[digits].remove(incident.id)
    if not state.numbers[digits]:
        del state.numbers[digits]
    gone = {("incident", incident.id)}
    if state.recommendations.pop(incident.id, None) is not None:
        gone.add(("recommendation", incident.id))
    for report_id in incident.report_ids:
        del state.reports[report_id]
        gone.add(("report", report_id))
    for leg_id in incident.leg_ids:
        gone.add(("leg", leg_id))
        for assignment_id in state.legs.pop(leg_id).assignment_ids:
            del state.assignments[assignment_id]
            gone.add(("assignment", assignment_id))
            for delivery_id in state.deliveries_of.pop(assignment_id, ()):
                del state.deliveries[delivery_id]
                gone.add(("delivery", delivery_id))
    alert_ids = [a for kind, id_ in gone for a in state.alerts_about.pop(f"{kind}/{id_}", ())]
    for alert_id in alert_ids:
        del state.alerts[alert_id]
        gone.add(("alert", alert_id))
    state.touched |= gone
    state.unwatched |= gone


def _changed(state: CentreState, incident: Incident, field: str, recorded: Envelope) -> None:
    at: datetime = recorded.recorded_at
    incident.changed[field] = Change(seq=recorded.seq, actor=recorded.actor, at=at)
    incident.update_n += 1
    touch(state, "incident", incident, recorded)


def _count(state: CentreState, day: str, counter: int) -> None:
    """Keep the counters of the newest two days; a clock behind midnight may still need the older one."""
    state.day_counters[day] = max(counter, state.day_counters.get(day, 0))
    while len(state.day_counters) > 2:
        del state.day_counters[min(state.day_counters)]


def _same_place(a: Place, b: Place) -> bool:
    return msgspec.structs.replace(a, state=b.state) == b
