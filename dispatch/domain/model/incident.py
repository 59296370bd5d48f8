"""Incident: what happened and our response to it; and its legs, one agency's part each (C7)."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.automatic import Countdown
from dispatch.domain.model.hold import Hold
from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.photo import Photo
from dispatch.domain.model.questions import ExtraNeed
from dispatch.domain.model.spread import PatientSpread
from dispatch.domain.model.values import Change, Need, Place, Sealed


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: note, caution (told apart to every crew, until `expires_at`), trapped, access. `source` is who
    says so, in words: owner, first crew, earlier incident. `standing`: a caution kept for the place or the
    caller's number (`scope`), whose id the note has. One that was learnt in a restricted incident may come
    without its text: then `ask` names the agencies that know."""

    note_id: str
    text: Sealed | None
    by: str
    at: datetime
    kind: str = "note"
    source: str = ""
    expires_at: datetime | None = None
    standing: bool = False
    scope: str = ""
    ask: tuple[str, ...] = ()


class Incident(msgspec.Struct, kw_only=True):
    """state: open, closed, merged. `number` is local date + daily counter (260712-0457).

    `restricted` incidents are seen only by agencies with a leg. `changed` answers who changed a field
    last; `update_n` numbers the changes that units must acknowledge. `subject` seals its notes. What callers
    answered to key questions gave `determinant` and `extra_needs`, units beyond the plan. `spread`: where its
    many patients are to go.
    """

    id: str
    number: str
    type_code: str
    priority: int
    place: Place
    subject: str
    opened_at: datetime
    opened_by: str
    restricted: bool = False
    state: str = "open"
    level: int = 1
    report_ids: list[str] = msgspec.field(default_factory=list)
    leg_ids: list[str] = msgspec.field(default_factory=list)
    notes: list[Note] = msgspec.field(default_factory=list)
    photos: list[Photo] = msgspec.field(default_factory=list)
    changed: dict[str, Change] = msgspec.field(default_factory=dict)
    update_n: int = 0
    hold: Hold | None = None
    merged_into: str | None = None
    closed_at: datetime | None = None
    test: bool = False
    version: int = 0
    determinant: str = ""
    extra_needs: list[ExtraNeed] = msgspec.field(default_factory=list)
    spread: PatientSpread | msgspec.UnsetType = msgspec.UNSET


class Leg(msgspec.Struct, kw_only=True):
    """state: requested → seen → pending → active → closed, or refused (with reason).

    `pending_since` keeps the original age when a unit is taken off again (D6); `automatic` is what counts
    down here, or did.
    """

    id: str
    incident_id: str
    agency_id: str
    suffix: str
    priority: int
    state: str
    requested_at: datetime
    requested_by: str
    needs: list[Need] = msgspec.field(default_factory=list)
    seen_at: datetime | None = None
    seen_by: str | None = None
    pending_since: datetime | None = None
    first_dispatched_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    reason: str | None = None
    assignment_ids: list[str] = msgspec.field(default_factory=list)
    test: bool = False
    version: int = 0
    automatic: Countdown | msgspec.UnsetType = msgspec.UNSET


class OpenIncident(Command, frozen=True, kw_only=True, tag="incident.open"):
    """Release: an incident from a report (or none). Legs come from the plan of type, priority and level;
    `agencies` names legs to add or, when `only_agencies`, the only ones wanted."""

    incident_id: str
    type_code: str
    subject: str
    priority: int | None = None
    report_id: str | None = None
    place: Place | None = None
    restricted: bool = False
    agencies: tuple[str, ...] = ()
    only_agencies: bool = False
    test: bool = False


class ChangeType(Command, frozen=True, kw_only=True, tag="incident.change_type"):
    incident_id: str
    type_code: str
    seen: int


class ChangePriority(Command, frozen=True, kw_only=True, tag="incident.change_priority"):
    incident_id: str
    priority: int
    seen: int


class ChangePlace(Command, frozen=True, kw_only=True, tag="incident.change_place"):
    """`seen` is the version of the incident on the sender's screen; another's change of the place since
    then refuses the command with who and when."""

    incident_id: str
    place: Place
    seen: int


class ReadBackPlace(Command, frozen=True, kw_only=True, tag="incident.read_back"):
    """The address was read back to the caller (or confirmed by a crew on scene)."""

    incident_id: str


class RaiseLevel(Command, frozen=True, kw_only=True, tag="incident.raise_level"):
    """Next alarm level: adds only the difference to what is assigned and not stood down."""

    incident_id: str
    level: int


class AddNote(Command, frozen=True, kw_only=True, tag="incident.note"):
    """`kind` and the rest as in `Note`; `expires_at` is for cautions alone."""

    incident_id: str
    note_id: str
    text: Sealed
    kind: str = "note"
    source: str = ""
    expires_at: datetime | None = None


class MergeIncidents(Command, frozen=True, kw_only=True, tag="incident.merge"):
    """`incident_id` is the duplicate; its reports and active assignments move to `into`."""

    incident_id: str
    into: str


class RequestLeg(Command, frozen=True, kw_only=True, tag="leg.request"):
    incident_id: str
    agency_id: str


class SeeLeg(Command, frozen=True, kw_only=True, tag="leg.see"):
    leg_id: str


class RefuseLeg(Command, frozen=True, kw_only=True, tag="leg.refuse"):
    leg_id: str
    reason: str


class CloseLeg(Command, frozen=True, kw_only=True, tag="leg.close"):
    """Closed with an outcome of the code table; refused while a unit is still active on it."""

    leg_id: str
    outcome: str


class ReopenLeg(Command, frozen=True, kw_only=True, tag="leg.reopen"):
    leg_id: str


class IncidentOpened(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "incident.opened"
    incident_id: str
    number: str
    type_code: str
    priority: int
    place: Place
    subject: str
    restricted: bool
    report_id: str | None
    test: bool


class TypeChanged(Event, frozen=True, kw_only=True):
    """An incident that was restricted stays so; a type that asks for it makes it so."""

    TYPE: ClassVar[str] = "incident.type_changed"
    incident_id: str
    type_code: str
    was: str
    restricted: bool


class PriorityChanged(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "incident.priority_changed"
    incident_id: str
    priority: int
    was: int


class PlaceChanged(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "incident.place_changed"
    incident_id: str
    place: Place
    was: Place


class LevelRaised(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "incident.level_raised"
    incident_id: str
    level: int


class NoteAdded(Event, frozen=True, kw_only=True):
    """`standing`: a kept caution is brought here; `by` is then its author, otherwise whoever asked. `scope`
    and `ask` as of the note."""

    TYPE: ClassVar[str] = "incident.note_added"
    incident_id: str
    note_id: str
    text: Sealed | None = None
    kind: str = "note"
    source: str = ""
    expires_at: datetime | None = None
    by: str = ""
    standing: bool = False
    scope: str = ""
    ask: tuple[str, ...] = ()


class IncidentMerged(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "incident.merged"
    incident_id: str
    into: str


class IncidentClosed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "incident.closed"
    incident_id: str


class IncidentReopened(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "incident.reopened"
    incident_id: str


class IncidentArchived(Event, frozen=True, kw_only=True):
    """Closed for a day: it leaves memory with all that belongs to it. Read models and the log keep it."""

    TYPE: ClassVar[str] = "incident.archived"
    incident_id: str


class LegRequested(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "leg.requested"
    leg_id: str
    incident_id: str
    agency_id: str
    suffix: str
    priority: int
    needs: tuple[Need, ...]
    test: bool


class LegNeedsChanged(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "leg.needs_changed"
    leg_id: str
    priority: int
    needs: tuple[Need, ...]


class LegSeen(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "leg.seen"
    leg_id: str


class LegPending(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "leg.pending"
    leg_id: str
    since: datetime


class LegActivated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "leg.activated"
    leg_id: str


class LegRefused(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "leg.refused"
    leg_id: str
    reason: str


class LegClosed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "leg.closed"
    leg_id: str
    outcome: str


class LegReopened(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "leg.reopened"
    leg_id: str
