"""The two kinds of message of the domain: commands ask, events tell what happened."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.values import TimeSource


class Role(str):
    """Names of roles; kept as plain strings so that they stand in tokens, rows and frames alike."""

    CALL_TAKER: ClassVar[str] = "call_taker"
    DISPATCHER: ClassVar[str] = "dispatcher"
    STATION: ClassVar[str] = "station"
    UNIT: ClassVar[str] = "unit"
    COMMANDER: ClassVar[str] = "commander"
    SUPERVISOR: ClassVar[str] = "supervisor"
    ADMINISTRATOR: ClassVar[str] = "administrator"
    REPORTER: ClassVar[str] = "reporter"
    EXCHANGE: ClassVar[str] = "exchange"
    SYSTEM: ClassVar[str] = "system"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: an account, a device or the centre itself, with the rights it has at this moment."""

    id: str
    role: str
    agencies: tuple[str, ...] = ()
    name: str = ""
    unit_id: str | None = None
    station_id: str | None = None


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds a command and is not part of the question.

    `occurred_at` is claimed by the sender and already corrected by its clock offset; `received_at` is
    ours; `now` is the time the core decides at (it becomes `recorded_at` and never steps back).
    """

    command_id: str
    actor: Actor
    occurred_at: datetime
    received_at: datetime
    now: datetime
    source: TimeSource = TimeSource.SYSTEM


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """Base of every command; the tag `type` names it on the wire."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every event. `TYPE` and `VERSION` stand in the envelope, the fields in its payload."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1


class Refused(Exception):
    """A command that the rules turn down: `code` is a row of the error table, `data` fills its text."""

    def __init__(self, code: str, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Event envelope, version 1. Its JSON bytes are what is stored and hashed; they are never rewritten.

    `seq` has no gaps; `payload` is the event's own JSON; times are UTC. `recorded_at` never steps back.
    """

    v: int = 1
    centre_id: str
    log_id: str
    seq: int
    epoch: int
    command_id: str
    type: str
    type_version: int
    actor: str
    agency: str
    occurred_at: datetime
    received_at: datetime
    recorded_at: datetime
    payload: msgspec.Raw
