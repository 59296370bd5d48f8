"""Caution: danger to crews at a place or from a number, known beyond the incident it was learnt in (W5).

It is kept apart from incidents and brought to each one that it concerns, as a note with the caution's own id.
"""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import Place, Sealed


class Caution(msgspec.Struct, kw_only=True):
    """`scope`: place (then `place` is where), or number (then `caller` is the key subject of the number).

    `source` is who knows it, in words; `learnt_in` the number of the incident in which it was kept. One that
    was learnt in a test is for tests alone. Learnt in a restricted incident, its text is for the agencies of
    that incident, `only_for`; nobody is named where all may read it.
    """

    id: str
    scope: str
    text: Sealed
    source: str
    by: str
    at: datetime
    expires_at: datetime
    learnt_in: str
    place: Place | None = None
    caller: str = ""
    test: bool = False
    withdrawn_at: datetime | None = None
    version: int = 0
    only_for: tuple[str, ...] = ()


class KeepCaution(Command, frozen=True, kw_only=True, tag="caution.keep"):
    """Keep what was learnt in an incident for its place or for its caller's number, until `expires_at`, at
    most five years. For a number the text is sealed under that number's own subject."""

    caution_id: str
    incident_id: str
    scope: str
    text: Sealed
    source: str
    expires_at: datetime


class WithdrawCaution(Command, frozen=True, kw_only=True, tag="caution.withdraw"):
    """It is no danger any more, with the reason; open incidents no longer tell of it."""

    caution_id: str
    reason: str


class CautionKept(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "caution.kept"
    caution_id: str
    incident_id: str
    scope: str
    text: Sealed
    source: str
    expires_at: datetime
    learnt_in: str
    place: Place | None
    caller: str
    test: bool
    only_for: tuple[str, ...] = ()


class CautionWithdrawn(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "caution.withdrawn"
    caution_id: str
    reason: str


class CautionEnded(Event, frozen=True, kw_only=True):
    """A standing caution that was brought to the incident was withdrawn: nobody sent later is told of it."""

    TYPE: ClassVar[str] = "incident.caution_ended"
    incident_id: str
    note_id: str


class CautionArchived(Event, frozen=True, kw_only=True):
    """Its time has passed, or it was withdrawn a day ago: it leaves memory; the log keeps it."""

    TYPE: ClassVar[str] = "caution.archived"
    caution_id: str
