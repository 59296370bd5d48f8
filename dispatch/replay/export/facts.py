"""What an export is made of, gathered with the rights of whoever asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import msgspec

from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.rows import Row
from dispatch.live.clocks import IncidentClocks, find_incident_clocks
from dispatch.live.log_lines import draw_line, find_governing_row, find_subject
from dispatch.live.reveal import Opener, reveal_body, subjects_in
from dispatch.live.rights import Rights
from dispatch.live.wire import LogLine
from dispatch.replay.chunks import Chunks
from dispatch.replay.export.limits import LONGEST
from dispatch.replay.state_at import Replayer
from dispatch.replay.tracks import Tracks, tracks_between
from dispatch.store.connect import Pool, translated
from dispatch.store.log import StoredEvent, find_seq_at, get_head, list_events_about
from dispatch.store.past_overview import find_lane
from dispatch.store.reads import reading_as

Json = dict[str, object]


@dataclass(frozen=True)
class Facts:
    """Rows by (kind, id) as of `seq`, bodies opened as far as these rights and the redaction allow; log lines
    in order; the clocks of an incident (None for a stretch of the city); where units were."""

    title: str
    incident_id: str | None
    start: datetime
    end: datetime
    seq: int
    link: str
    redacted: bool
    bodies: dict[tuple[str, str], Json]
    lines: list[LogLine]
    clocks: IncidentClocks | None
    tracks: Tracks

    def find(self, kind: str, id_: object) -> Json | None:
        """The body of a row."""
        return self.bodies.get((kind, str(id_)))

    def list_kind(self, kind: str) -> list[Json]:
        """The bodies of a kind."""
        return [body for (row_kind, _), body in self.bodies.items() if row_kind == kind]


class _Rows:
    """The rows of an instant, for whoever looks them up one by one."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = {(row.kind, row.id): row for row in rows}

    def find_row(self, kind: str, id_: str) -> Row | None:
        return self._rows.get((kind, id_))


async def gather_incident(
    pool: Pool, replayer: Replayer, opener: Opener, rights: Rights, incident: str, redacted: bool
) -> Facts:
    """All of one incident (id or number) up to its last event, also after it has left the centre's memory.

    Raises Refused `unknown_incident`, BrokenLog, DatabaseLost.
    """
    async with reading_as(pool, sorted(rights.agencies)) as seen:
        lane = await find_lane(seen, incident)
    if lane is None:
        raise Refused("unknown_incident", incident_id=incident)
    with translated():
        async with pool.acquire() as connection:
            told = _decode(await list_events_about(connection, [("incident", lane.id)]))
    seq = max(event.seq for event in told if event.type != "incident.archived")
    then = await replayer.rows_at(rights, seq=seq, incident=lane.id)
    rows = _Rows(then.rows)
    with translated():
        async with pool.acquire() as connection:
            about = [
                ("incident", lane.id),
                *((r.kind, r.id) for r in then.rows if r.kind in ("report", "call")),
            ]
            told = _decode(await list_events_about(connection, about, seq))
    lines = await _draw(told, rows, rights, opener, redacted)
    start = min(event.recorded_at for event in told)
    end = max(event.recorded_at for event in told)
    return Facts(
        title=lane.number,
        incident_id=lane.id,
        start=start,
        end=end,
        seq=seq,
        link=then.link,
        redacted=redacted,
        bodies=await _open(then.rows, rights, opener, redacted),
        lines=lines,
        clocks=find_incident_clocks(rows, lane.id, rights),
        tracks=await tracks_between(pool, start, end),
    )


async def gather_stretch(
    pool: Pool,
    replayer: Replayer,
    opener: Opener,
    rights: Rights,
    start: datetime,
    end: datetime,
    redacted: bool,
) -> Facts:
    """The city from `start` to `end`: what happened, and how everything stood in the end.

    Raises Refused `export_too_long`, BrokenLog, DatabaseLost.
    """
    if not start < end <= start + LONGEST:
        raise Refused("export_too_long", hours=LONGEST // timedelta(hours=1))
    with translated():
        async with pool.acquire() as connection:
            first = await find_seq_at(connection, start)
            last = min((await get_head(connection)).seq, await find_seq_at(connection, end))
    then = await replayer.rows_at(rights, seq=last)
    lines: list[LogLine] = []
    chunks, seq, shown = Chunks(replayer.cache), first, opener if not redacted else _Shut()
    while seq < last:
        piece = await chunks.read(pool, rights, shown, seq, end)
        lines += [moment.log for moment in piece.moments if moment.log is not None]
        seq = piece.seq
    return Facts(
        title=f"{start:%Y%m%dT%H%M%SZ}-{end:%Y%m%dT%H%M%SZ}",
        incident_id=None,
        start=start,
        end=end,
        seq=last,
        link=then.link,
        redacted=redacted,
        bodies=await _open(then.rows, rights, opener, redacted),
        lines=lines,
        clocks=None,
        tracks=await tracks_between(pool, start, end),
    )


class _Shut:
    """Opens nothing: every sealed value reads as if its key were gone."""

    def open(self, _sealed: object) -> str | None:
        return None

    async def load(self, subjects: list[str]) -> None:
        """Nothing to fetch."""


def _decode(stored: list[StoredEvent]) -> list[Envelope]:
    return [msgspec.json.decode(event.raw, type=Envelope) for event in stored]


async def _open(
    rows: list[Row], rights: Rights, opener: Opener, redacted: bool
) -> dict[tuple[str, str], Json]:
    """Bodies as plain JSON; sealed values are open where the rights say so and nothing is to be masked."""
    if not redacted:
        subjects: set[str] = set().union(*(subjects_in(bytes(row.body)) for row in rows), set())
        await opener.load(sorted(subjects))
    return {
        (row.kind, row.id): cast(
            Json,
            msgspec.json.decode(
                reveal_body(
                    bytes(row.body), row.limited, None if redacted or not rights.opens(row) else opener
                )
            ),
        )
        for row in rows
    }


async def _draw(
    told: list[Envelope], rows: _Rows, rights: Rights, opener: Opener, redacted: bool
) -> list[LogLine]:
    if not redacted:
        await opener.load(sorted(set().union(*(subjects_in(bytes(event.payload)) for event in told), set())))
    lines: list[LogLine] = []
    for event in told:
        subject = find_subject(event, rows.find_row)
        governing = find_governing_row(subject, rows.find_row)
        if governing is None or not rights.sees(governing):
            continue
        private = not redacted and rights.opens(governing)
        lines.append(draw_line(event, subject, governing, opener if private else None))
    return lines
