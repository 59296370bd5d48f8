"""Handover of a shift at a desk (C6): what stands open when it is written, and two signatures."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import Sealed


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk leaves to the next shift, by id, as the log stood: incidents that are open, calls to be
    called back, units out of service, alerts that stand. `withheld` counts restricted incidents that not
    everybody at the desk may see; nothing else tells of them here."""

    incident_ids: tuple[str, ...] = ()
    call_ids: tuple[str, ...] = ()
    unit_ids: tuple[str, ...] = ()
    alert_ids: tuple[str, ...] = ()
    withheld: int = 0


class Handover(msgspec.Struct, kw_only=True):
    """One change of shift. It waits for the incoming person's signature (`taken_at`); until then the one
    who goes, or whoever sits there, may write it anew. A desk has one that waits at most."""

    id: str
    desk_id: str
    agencies: tuple[str, ...]
    written_by: str
    written_by_name: str
    written_at: datetime
    notes: Sealed | None
    left: HandedOver
    taken_by: str | None = None
    taken_by_name: str | None = None
    taken_at: datetime | None = None
    version: int = 0


class WriteHandover(Command, frozen=True, kw_only=True, tag="handover.write"):
    """Written and signed by the one who goes. The answer carries handover_id."""

    desk_id: str
    notes: Sealed | None = None


class TakeHandover(Command, frozen=True, kw_only=True, tag="handover.take"):
    """Read and signed by the one who comes, who sits down at the desk with it; the other stands up."""

    handover_id: str
    seen: int


class HandoverWritten(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "handover.written"
    handover_id: str
    desk_id: str
    agencies: tuple[str, ...]
    by_name: str
    notes: Sealed | None
    left: HandedOver


class HandoverTaken(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "handover.taken"
    handover_id: str
    by_name: str


class HandoverArchived(Event, frozen=True, kw_only=True):
    """Signed by both a week ago: it leaves memory."""

    TYPE: ClassVar[str] = "handover.archived"
    handover_id: str
