"""Event envelope → line of a log, as a session may see it.

A line is visible where the row it is about is visible: its incident's row if it has one, else its own.
"""

from collections.abc import Callable
from typing import cast

import msgspec

from dispatch.domain.model.messages import Envelope
from dispatch.domain.rows import Row
from dispatch.live.reveal import Opener, reveal_body
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


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What an event is about: its entity and the incident that belongs to, if any."""

    about: tuple[str, str]
    incident_id: str | None


def find_subject(event: Envelope, find_row: FindRow) -> Subject:
    """The entity and incident an event concerns."""
    payload = cast(dict[str, object], msgspec.json.decode(event.payload))
    kind = event.type.partition(".")[0]
    about = (kind, _text(payload.get(_ID_FIELDS.get(kind, ""))) or "")
    incident_id = _text(payload.get("incident_id"))
    recommendation = payload.get("recommendation")
    if isinstance(recommendation, dict):
        incident_id = _text(recommendation.get("incident_id"))
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
    own_limits = governing.limited if governing.kind == subject.about[0] else ()
    body = reveal_body(bytes(event.payload), own_limits, opener)
    data = cast(dict[str, object], msgspec.json.decode(body))
    for left_out in _NOT_TOLD:
        data.pop(left_out, None)
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
    if row is None:
        return None
    body = cast(dict[str, object], msgspec.json.decode(row.body))
    return _text(body.get("incident_id"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
