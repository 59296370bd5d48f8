"""The two shapes in which rows and events reach a reader. Frames, snapshots and timelines all use them."""

from datetime import datetime

import msgspec


class RowOut(msgspec.Struct, frozen=True, kw_only=True):
    """One entity as of one moment. A reader keeps the body whose `version` is greatest."""

    kind: str
    id: str
    version: int
    body: msgspec.Raw


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One event as a log shows it: `at` is when it happened, `about` the (kind, id) of its entity,
    `data` the event's own fields with personal values opened or null."""

    seq: int
    type: str
    at: datetime
    recorded_at: datetime
    received_at: datetime
    actor: str
    agency: str
    incident_id: str | None
    about: tuple[str, str]
    data: dict[str, object]
