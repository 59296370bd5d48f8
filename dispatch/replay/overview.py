"""A stretch of the past from afar: what a scrubber shows before anything is played."""

from datetime import datetime, timedelta
from typing import cast

import msgspec

from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.model.values import Phase
from dispatch.live.rights import Rights
from dispatch.store.connect import Pool, translated
from dispatch.store.log import find_seq_at, get_head
from dispatch.store.past_overview import (
    Lane,
    count_events,
    find_first_heard,
    find_lane,
    list_events_of_types,
    list_lanes,
)
from dispatch.store.reads import reading_as

LONGEST = timedelta(hours=24)
BUCKETS = 480
"""Most columns in one answer."""

MARKS = 40
_READ_FOR_MARKS = 2_000
_MARKED = (
    "report.attached", "incident.opened", "incident.level_raised", "incident.closed", "incident.merged",
    "assignment.made", "assignment.phase_reported", "alert.raised",
)  # fmt: skip


class OpenIncident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident that was open during the stretch; `closed_at` None while it is open."""

    id: str
    number: str
    type_code: str
    priority: int
    opened_at: datetime
    closed_at: datetime | None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A turning point of the incident looked at. `what`: heard, opened, level, dispatched, on_scene, alert,
    merged, closed; `unit_id`, `level` where one belongs to it (of an alert A, B, C)."""

    seq: int
    at: datetime
    what: str
    unit_id: str | None = None
    level: str | None = None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """`city` counts the log's events in every `bucket_s` seconds from `start`, `incident` those that tell of
    the chosen one. `head_at` is when the last event of all was recorded."""

    start: datetime
    end: datetime
    bucket_s: float
    head: int
    head_at: datetime | None
    city: list[int]
    incident: list[int]
    lanes: list[OpenIncident]
    marks: list[Mark]
    chosen: OpenIncident | None
    heard_at: datetime | None


async def overview_between(
    pool: Pool, rights: Rights, start: datetime, end: datetime, bucket_s: float, incident: str | None
) -> Overview:
    """What happened in [start, end], as these rights may see it now; how much happened is no secret.

    Raises Refused `unknown_incident`, DatabaseLost.
    """
    chosen, heard_at = None, None
    async with reading_as(pool, sorted(rights.agencies)) as seen:
        lanes = await list_lanes(seen, start, end)
        if incident is not None:
            chosen = await find_lane(seen, incident)
            if chosen is None:
                raise Refused("unknown_incident", incident_id=incident)
            heard_at = await find_first_heard(seen, chosen.id)
    buckets = max(1, round((end - start).total_seconds() / bucket_s))
    with translated():
        async with pool.acquire() as connection:
            head = await get_head(connection)
            first, last = await find_seq_at(connection, start), await find_seq_at(connection, end)
            city = await count_events(connection, first, last, start, bucket_s)
            own: dict[int, int] = {}
            marks: list[Mark] = []
            if chosen is not None:
                own = await count_events(connection, first, last, start, bucket_s, chosen.id)
                told = await list_events_of_types(connection, chosen.id, list(_MARKED), _READ_FOR_MARKS)
                marks = list_marks(told)
    return Overview(
        start=start,
        end=end,
        bucket_s=bucket_s,
        head=head.seq,
        head_at=head.recorded_at,
        city=[city.get(n, 0) for n in range(buckets)],
        incident=[own.get(n, 0) for n in range(buckets)],
        lanes=[_shown(lane) for lane in lanes],
        marks=marks,
        chosen=None if chosen is None else _shown(chosen),
        heard_at=heard_at,
    )


def list_marks(told: list[Envelope]) -> list[Mark]:
    """The turning points among an incident's events: each kind's first, every alert and level."""
    marks: list[Mark] = []
    units: dict[str, str] = {}
    seen: set[str] = set()
    for event in told:
        data = cast(dict[str, object], msgspec.json.decode(event.payload))
        if event.type == "assignment.made":
            units[str(data["assignment_id"])] = str(data["unit_id"])
        what = _what(event.type, data)
        if what is None or (what in ("heard", "dispatched", "on_scene") and what in seen):
            continue
        seen.add(what)
        unit_id = units.get(str(data.get("assignment_id")))
        level = data.get("level") if what in ("alert", "level") else None
        marks.append(
            Mark(
                seq=event.seq,
                at=event.recorded_at,
                what=what,
                unit_id=unit_id,
                level=None if level is None else str(level),
            )
        )
    return marks[:MARKS]


def _what(type_: str, data: dict[str, object]) -> str | None:
    if type_ == "assignment.made":
        return None if data.get("queued") else "dispatched"
    if type_ == "assignment.phase_reported":
        return "on_scene" if data.get("phase") == Phase.ON_SCENE and not data.get("correction") else None
    return {
        "report.attached": "heard",
        "incident.opened": "opened",
        "incident.level_raised": "level",
        "incident.closed": "closed",
        "incident.merged": "merged",
        "alert.raised": "alert",
    }.get(type_)


def _shown(lane: Lane) -> OpenIncident:
    return OpenIncident(**lane._asdict())
