"""Hold: an incident that may wait, until when and why a person decided so (HO on the command line)."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting by decision. At `until` somebody must look again: an alert says so."""

    until: datetime
    reason: str
    by: str
    at: datetime


class HoldIncident(Command, frozen=True, kw_only=True, tag="incident.hold"):
    """Let an incident wait until a time, with a reason; never one of priority 1."""

    incident_id: str
    until: datetime
    reason: str


class EndHold(Command, frozen=True, kw_only=True, tag="incident.end_hold"):
    """It waits no longer by decision."""

    incident_id: str


class IncidentHeld(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "incident.held"
    incident_id: str
    until: datetime
    reason: str


class HoldEnded(Event, frozen=True, kw_only=True):
    """`how`: released (by a person), dispatched, priority (it became life now)."""

    TYPE: ClassVar[str] = "incident.hold_ended"
    incident_id: str
    how: str
