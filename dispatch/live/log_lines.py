"""Event envelope → line of a log, as a session may see it.

A line is visible where the row it is about is visible: its incident's row if it has one, else its own.
"""

from collections.abc import Callable

import msgspec

from dispatch.domain.model.messages import Envelope
from dispatch.domain.rows import Row
from dispatch.live.reveal import Opener, reveal_body, reveal_value
from dispatch.live.wire import LogLine

FindRow = Callable[[str, str], Row | None]
"""(kind, id) → the row as last known, also after it left the board."""

_ID_FIELDS = {
    "call": "call_id",
    "report": "report_id",
    "incident": "incident_id",
    "leg": "leg_id",
    "assignment": "assignment_id",
    "delivery": "delivery_id",
    "recommendation": "incident_id",
    "station": "station_id",
    "unit": "unit_id",
    "crew": "crew_id",
    "desk": "desk_id",
    "seat": "seat_id",
    "alert": "alert_id",
    "person": "person_id",
    "handover": "handover_id",
    "caution": "caution_id",
    "road_condition": "condition_id",
    "move": "move_id",
    "hospital": "hospital_id",
}
"""Kind of an event (the part of its type before the dot) → the field that names its entity."""

_NOT_TOLD = ("weighed",)
"""What an event keeps for explanations alone: large, and of no use on a line."""

_WITH_INCIDENT = ("report", "leg", "assignment", "alert")
"""Kinds whose row knows the incident when the event itself does not say it."""


_NULL = msgspec.Raw(b"null")
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
"""The fields of an object, each as the JSON it is: most are not looked into."""


class _Part(msgspec.Struct, frozen=True):
    incident_id: object = None


_PART = msgspec.json.Decoder(_Part)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What an event is about: its entity and the incident that belongs to, if any."""

    about: tuple[str, str]
    incident_id: str | None


def find_subject(event: Envelope, find_row: FindRow) -> Subject:
    """The entity and incident an event concerns."""
    fields = _FIELDS.decode(event.payload)
    kind = event.type.partition(".")[0]
    about = (kind, _find_text(fields, _ID_FIELDS.get(kind, "")) or "")
    incident_id = _find_text(fields, "incident_id")
    recommendation = fields.get("recommendation")
    if recommendation is not None and bytes(recommendation).startswith(b"{"):
        incident_id = _text(_PART.decode(recommendation).incident_id)
        about = (kind, incident_id or "")
    if incident_id is None and kind in _WITH_INCIDENT:
        incident_id = _incident_of(find_row(*about))
    return Subject(about=about, incident_id=incident_id)


def find_governing_row(subject: Subject, find_row: FindRow) -> Row | None:
    """The row whose visibility a line shares; None when neither is known, and then nobody sees the line."""
    incident = find_row("incident", subject.incident_id) if subject.incident_id else None
    return incident or find_row(*subject.about)


def draw_line(event: Envelope, subject: Subject, governing: Row, opener: Opener | None) -> LogLine:
    """The line; `opener` is None for readers outside `private_to`, who get personal values as null."""
    fields = _list_fields(event, subject, governing, opener)
    data = {name: reveal_value(value, opener) for name, value in fields.items()}
    return _make_line(event, subject, data)


def encode_line(event: Envelope, subject: Subject, governing: Row, opener: Opener | None) -> msgspec.Raw:
    """The JSON of `draw_line`'s line; what needs no opening goes into it as it stands in the log."""
    fields = _list_fields(event, subject, governing, opener)
    data: dict[str, object] = {
        name: msgspec.Raw(reveal_body(bytes(value), (), opener)) for name, value in fields.items()
    }
    return msgspec.Raw(msgspec.json.encode(_make_line(event, subject, data)))


def _list_fields(
    event: Envelope, subject: Subject, governing: Row, opener: Opener | None
) -> dict[str, msgspec.Raw]:
    """The fields of an event that a line tells, sealed values still sealed."""
    fields = _FIELDS.decode(event.payload)
    for left_out in _NOT_TOLD:
        fields.pop(left_out, None)
    if opener is None and governing.kind == subject.about[0]:
        fields |= dict.fromkeys((name for name in governing.limited if name in fields), _NULL)
    return fields


def _make_line(event: Envelope, subject: Subject, data: dict[str, object]) -> LogLine:
    return LogLine(
        seq=event.seq,
        type=event.type,
        at=event.occurred_at,
        recorded_at=event.recorded_at,
        received_at=event.received_at,
        actor=event.actor,
        agency=event.agency,
        incident_id=subject.incident_id,
        about=subject.about,
        data=data,
    )


def _incident_of(row: Row | None) -> str | None:
    return None if row is None else _text(_PART.decode(row.body).incident_id)


def _find_text(fields: dict[str, msgspec.Raw], name: str) -> str | None:
    value = fields.get(name)
    return None if value is None else _text(msgspec.json.decode(value))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
