"""Automatic dispatch: an agency's part of an incident that will send its plan by itself, unless stopped."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event

DUPLICATE = "duplicate"
"""Why it stopped: it may be the second of an open incident, and only a person can tell."""


class SecondOf(msgspec.Struct, frozen=True, kw_only=True):
    """The open incident that one may be the second of. `why`: caller, door, near; `distance_m` None where
    either has no place."""

    incident_id: str
    number: str
    type_code: str
    distance_m: float | None
    why: tuple[str, ...]


class Countdown(msgspec.Struct, frozen=True, kw_only=True):
    """state: armed → sent, or stopped; both are final. `version` and `unit_ids` are the plan that goes at
    `fires_at`, and no other. `taken_up` says that the centre was away meanwhile and gave it new time.

    `unattended` says that it was sent while nobody sat at a desk that takes it.

    `why` it was stopped: hand, or what somebody did (dispatched, held, place, type, priority, level, needs,
    caution, closed, acted), or what came against it (see `find_obstacle`, and unattended: nobody at a desk);
    `by` whose act that was. `second_of`: why it stopped as a duplicate, unless that other incident is
    restricted.
    """

    state: str
    version: int
    unit_ids: tuple[str, ...]
    countdown_s: float
    armed_at: datetime
    fires_at: datetime
    taken_up: bool = False
    ended_at: datetime | None = None
    by: str | None = None
    why: str | None = None
    unattended: bool | msgspec.UnsetType = msgspec.UNSET
    second_of: SecondOf | msgspec.UnsetType = msgspec.UNSET


class ArmAutomatic(Command, frozen=True, kw_only=True, tag="automatic.arm"):
    """Look at a leg anew: count down where the agency's policy says so, with the plan of that version; stop a
    countdown that it no longer allows. Of the centre alone."""

    leg_id: str
    version: int


class StopAutomatic(Command, frozen=True, kw_only=True, tag="automatic.stop"):
    """Nothing goes by itself: on these legs, or on every leg of the actor's agencies. For good."""

    incident_id: str
    leg_ids: tuple[str, ...] = ()


class TakeUpAutomatic(Command, frozen=True, kw_only=True, tag="automatic.take_up"):
    """The centre has begun to write again: whoever was cut off gets time to stop what counts down."""


class AutomaticArmed(Event, frozen=True, kw_only=True):
    """These units go at `fires_at` by themselves. Told again, it is another plan with all its time."""

    TYPE: ClassVar[str] = "automatic.armed"
    incident_id: str
    leg_id: str
    version: int
    unit_ids: tuple[str, ...]
    countdown_s: float
    fires_at: datetime


class AutomaticTakenUp(Event, frozen=True, kw_only=True):
    """The centre could not have been told to stop for a while: it goes later."""

    TYPE: ClassVar[str] = "automatic.taken_up"
    incident_id: str
    leg_id: str
    fires_at: datetime


class AutomaticStopped(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "automatic.stopped"
    incident_id: str
    leg_id: str
    why: str
    second_of: SecondOf | msgspec.UnsetType = msgspec.UNSET


class AutomaticSent(Event, frozen=True, kw_only=True):
    """Nobody stopped it; `unattended`: nobody was there to. The assignments follow in the same decision."""

    TYPE: ClassVar[str] = "automatic.sent"
    incident_id: str
    leg_id: str
    version: int
    unit_ids: tuple[str, ...]
    unattended: bool = False
