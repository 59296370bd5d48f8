"""Move: a free unit is to wait at another station. Proposed by the centre, ordered by a person."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import LonLat


class Move(msgspec.Struct, kw_only=True):
    """state: proposed, ordered, ended. A unit, and a crew, has at most one that has not ended.

    `gain_s` is what the next call gains by it, in seconds of response, lateness priced; `freed` = the unit
    was on its way back anyway. `received_at` is the device's acknowledgement, `accepted_at` a person's.
    `ended_how`: arrived, assigned, declined (by the crew), refused (a proposal, by a desk), withdrawn (an
    order, by a desk), lapsed (no longer worth it), own_station, not_free, crew_changed.
    """

    id: str
    agency_id: str
    unit_id: str
    station_id: str
    station_name: str
    lon_lat: LonLat
    gain_s: float
    freed: bool
    policy: str
    state: str
    proposed_at: datetime
    crew_id: str | None = None
    ordered_at: datetime | None = None
    ordered_by: str | None = None
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    reason: str = ""
    ended_at: datetime | None = None
    ended_how: str | None = None
    version: int = 0


class ProposeMove(Command, frozen=True, kw_only=True, tag="move.propose"):
    """By the centre itself, of a free unit."""

    unit_id: str
    station_id: str
    gain_s: float
    policy: str
    freed: bool = False


class OrderMove(Command, frozen=True, kw_only=True, tag="move.order"):
    """A dispatcher accepts a proposal: the crew is told."""

    move_id: str


class EndMove(Command, frozen=True, kw_only=True, tag="move.end"):
    """A desk turns a proposal down or takes an order back; the centre, one that is worth it no more."""

    move_id: str
    reason: str = ""


class ReceiveMove(Command, frozen=True, kw_only=True, tag="move.received"):
    """The device has the order."""

    move_id: str


class AcceptMove(Command, frozen=True, kw_only=True, tag="move.accept"):
    """A person of the crew has read it, and they go."""

    move_id: str


class DeclineMove(Command, frozen=True, kw_only=True, tag="move.decline"):
    """The crew cannot go, and says why."""

    move_id: str
    reason: str


class ArriveMove(Command, frozen=True, kw_only=True, tag="move.arrive"):
    """The unit waits there now."""

    move_id: str


class MoveProposed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "move.proposed"
    move_id: str
    agency_id: str
    unit_id: str
    crew_id: str | None
    station_id: str
    gain_s: float
    freed: bool
    policy: str


class MoveOrdered(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "move.ordered"
    move_id: str


class MoveReceived(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "move.received"
    move_id: str


class MoveAccepted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "move.accepted"
    move_id: str


class MoveEnded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "move.ended"
    move_id: str
    how: str
    reason: str = ""


class MoveArchived(Event, frozen=True, kw_only=True):
    """A day after it ended it leaves the memory; the log keeps it."""

    TYPE: ClassVar[str] = "move.archived"
    move_id: str
