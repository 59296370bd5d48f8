"""Desk and seat: agencies and areas worked together, and a person's place at one or more desks (C6);
alerts, which ask a person of a desk to act."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event


class Desk(msgspec.Struct, kw_only=True):
    """`areas` are ward codes; empty means the whole city. A desk without a seat is unattended."""

    id: str
    name: str
    agencies: tuple[str, ...]
    areas: tuple[str, ...] = ()
    talk_groups: tuple[str, ...] = ()
    seat_ids: list[str] = msgspec.field(default_factory=list)
    version: int = 0


class Seat(msgspec.Struct, kw_only=True):
    id: str
    user_id: str
    user_name: str
    desk_ids: list[str]
    signed_on_at: datetime
    version: int = 0


class Alert(msgspec.Struct, kw_only=True):
    """`kind`: unreceived, unaccepted, update_unreceived, update_unaccepted, leg_unseen, pending_overdue,
    declined, call_back, mayday, desk_unattended, report_unplaced, planner_degraded, road_unconfirmed,
    road_nowhere, road_review, move_unaccepted, level_zero, automatic_unattended, automatic_second. `level`:
    A, B, C. `about` is (kind of row, id), ("planner", "planner"), or ("zone", "agency/zone"); `agency_id` is
    empty for what concerns all.

    A claim expires after 60 s if the condition persists. An alert is gone once its condition ends; the
    log keeps it.
    """

    id: str
    kind: str
    level: str
    agency_id: str
    incident_id: str | None
    about: tuple[str, str]
    raised_at: datetime
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    shelved_until: datetime | None = None
    shelved_reason: str | None = None
    params: dict[str, str] = msgspec.field(default_factory=dict)
    version: int = 0


class OpenDesk(Command, frozen=True, kw_only=True, tag="desk.open"):
    """Create or change a desk; splitting and combining desks is a change of agencies and areas."""

    desk_id: str
    name: str
    agencies: tuple[str, ...]
    areas: tuple[str, ...] = ()
    talk_groups: tuple[str, ...] = ()


class SignOnSeat(Command, frozen=True, kw_only=True, tag="seat.sign_on"):
    seat_id: str
    desk_ids: tuple[str, ...]


class SignOffSeat(Command, frozen=True, kw_only=True, tag="seat.sign_off"):
    seat_id: str


class ClaimAlert(Command, frozen=True, kw_only=True, tag="alert.claim"):
    """The first acknowledgement claims; the others are told the name."""

    alert_id: str


class ShelveAlert(Command, frozen=True, kw_only=True, tag="alert.shelve"):
    alert_id: str
    until: datetime
    reason: str


class RunTimers(Command, frozen=True, kw_only=True, tag="timers.run"):
    """The centre itself: raise what is due at `now`, return expired claims, clear what no longer holds."""


class DeskOpened(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "desk.opened"
    desk_id: str
    name: str
    agencies: tuple[str, ...]
    areas: tuple[str, ...]
    talk_groups: tuple[str, ...]


class SeatSignedOn(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "seat.signed_on"
    seat_id: str
    user_id: str
    user_name: str
    desk_ids: tuple[str, ...]


class SeatSignedOff(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "seat.signed_off"
    seat_id: str


class AlertRaised(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "alert.raised"
    alert_id: str
    kind: str
    level: str
    agency_id: str
    incident_id: str | None
    about: tuple[str, str]
    params: dict[str, str]


class AlertClaimed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "alert.claimed"
    alert_id: str


class AlertReturned(Event, frozen=True, kw_only=True):
    """A claim or a shelving ran out while the condition persisted."""

    TYPE: ClassVar[str] = "alert.returned"
    alert_id: str


class AlertShelved(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "alert.shelved"
    alert_id: str
    until: datetime
    reason: str


class AlertCleared(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "alert.cleared"
    alert_id: str
