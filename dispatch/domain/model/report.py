"""Report: one account telling us something. Many reports may concern one incident."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.caller_text import CallerText
from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.photo import Photo
from dispatch.domain.model.questions import Answer, Assessment
from dispatch.domain.model.values import Place, PlaceCandidate, Sealed


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One field in which a report and an incident differ or agree, as the duplicate list shows it."""

    field: str
    incident: str
    report: str
    same: bool


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """An incident this report may concern. `why` are codes: same_number, same_premise, same_street, near, and
    in_circle where it is near only if one of the two lies at the edge of its circle."""

    incident_id: str
    distance_m: float | None
    why: tuple[str, ...]
    differences: tuple[Difference, ...] = ()


class Report(msgspec.Struct, kw_only=True):
    """status: waiting (in the queue), attached (to an incident), ended (without one, with a reason).

    `answers` are the newest to each key question, `assessment` what they come to; `reopened_at` is when its
    caller called again after it had ended, `ended_before` for what reasons it had. From `nuisance_cleared_at`
    on, nothing that its number told before marks the number as a nuisance.

    `subject` is the key subject of the reporter; reports of one telephone number share it.
    """

    id: str
    channel: str
    receipt_code: str
    agency_id: str
    subject: str
    occurred_at: datetime
    received_at: datetime
    place: Place
    words: list[Sealed] = msgspec.field(default_factory=list)
    texts: list[CallerText] = msgspec.field(default_factory=list)
    photos: list[Photo] = msgspec.field(default_factory=list)
    phone: Sealed | None = None
    name: Sealed | None = None
    type_code: str | None = None
    call_id: str | None = None
    device: str | None = None
    incident_id: str | None = None
    status: str = "waiting"
    ended_reason: str | None = None
    ended_at: datetime | None = None
    candidates: tuple[PlaceCandidate, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    opened_at: datetime | None = None
    opened_by: str | None = None
    test: bool = False
    version: int = 0
    answers: list[Answer] = msgspec.field(default_factory=list)
    assessment: Assessment | None = None
    reopened_at: datetime | None = None
    ended_before: list[str] = msgspec.field(default_factory=list)
    nuisance_cleared_at: datetime | None = None


class ReceiveReport(Command, frozen=True, kw_only=True, tag="report.receive"):
    """Something is told. `report_id` and `receipt_code` are made at the rim; personal values come sealed."""

    report_id: str
    receipt_code: str
    channel: str
    agency_id: str
    subject: str
    words: Sealed | None = None
    place: Place = Place()
    phone: Sealed | None = None
    name: Sealed | None = None
    type_code: str | None = None
    call_id: str | None = None
    device: str | None = None
    test: bool = False


class OpenReport(Command, frozen=True, kw_only=True, tag="report.open"):
    """A person takes the report in hand (received → opened is the answer clock without ringing)."""

    report_id: str


class AddWords(Command, frozen=True, kw_only=True, tag="report.add_words"):
    """A later line of the same reporter. On an attached report it goes out as an update."""

    report_id: str
    words: Sealed


class PlaceReport(Command, frozen=True, kw_only=True, tag="report.place"):
    """The place of a report: candidates found, and the one chosen (or none: place unknown)."""

    report_id: str
    place: Place
    candidates: tuple[PlaceCandidate, ...] = ()


class NoteDuplicates(Command, frozen=True, kw_only=True, tag="report.note_duplicates"):
    report_id: str
    duplicates: tuple[Duplicate, ...]


class EndReport(Command, frozen=True, kw_only=True, tag="report.end"):
    """End without an incident, with a reason of the code table (R14)."""

    report_id: str
    reason: str


class ClearNuisance(Command, frozen=True, kw_only=True, tag="report.clear_nuisance"):
    """The number of this report is no nuisance after all, with the reason: whatever it told so far marks it
    no longer. How those reports ended stays in their history."""

    report_id: str
    reason: str


class AttachReport(Command, frozen=True, kw_only=True, tag="report.attach"):
    """Merge: this report concerns that incident. Its words go out as an update to the units."""

    report_id: str
    incident_id: str


class SplitReport(Command, frozen=True, kw_only=True, tag="report.split"):
    """Take a report out of an incident again; it waits with its original time."""

    report_id: str


class ReportReceived(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.received"
    report_id: str
    receipt_code: str
    channel: str
    agency_id: str
    subject: str
    words: Sealed | None
    place: Place
    phone: Sealed | None
    name: Sealed | None
    type_code: str | None
    call_id: str | None
    device: str | None
    test: bool


class ReportOpened(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.opened"
    report_id: str


class WordsAdded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.words_added"
    report_id: str
    words: Sealed


class ReportPlaced(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.placed"
    report_id: str
    place: Place
    candidates: tuple[PlaceCandidate, ...]


class DuplicatesNoted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.duplicates_noted"
    report_id: str
    duplicates: tuple[Duplicate, ...]


class ReportEnded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.ended"
    report_id: str
    reason: str


class ReportAttached(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.attached"
    report_id: str
    incident_id: str


class ReportSplit(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.split"
    report_id: str
    incident_id: str


class NuisanceCleared(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.nuisance_cleared"
    report_id: str
    reason: str


class ReportReopened(Event, frozen=True, kw_only=True):
    """Its caller called again within minutes: it waits once more, with its original time."""

    TYPE: ClassVar[str] = "report.reopened"
    report_id: str
    call_id: str


class ReportArchived(Event, frozen=True, kw_only=True):
    """Ended without an incident a day ago: it leaves memory."""

    TYPE: ClassVar[str] = "report.archived"
    report_id: str
