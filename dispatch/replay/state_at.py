"""The centre, or one incident, at any instant: the rows a live reader of the same rights had then."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from dispatch.domain.model.messages import Refused
from dispatch.domain.rows import Row, project
from dispatch.domain.state import TABLES, CentreState, get_table
from dispatch.live.reveal import Opener, reveal, subjects_in
from dispatch.live.rights import Rights
from dispatch.live.wire import RowOut
from dispatch.replay.folds import FoldCache
from dispatch.store.connect import Connection, Pool, translated
from dispatch.store.log import find_seq_at, get_head

_SLICE = 500
"""Rows made before others get a turn on the event loop."""


class ReplayState(msgspec.Struct, frozen=True, kw_only=True):
    """Every row some rights had after event `seq`. `at` is when that event was recorded; None before the
    first. `head` is the log's last seq now; `link` the chain's hash at `seq`, hexadecimal: the fold that gave
    these rows has checked the events it read against it."""

    seq: int
    at: datetime | None
    head: int
    link: str
    rows: tuple[RowOut, ...]


class RowsThen(msgspec.Struct, frozen=True, kw_only=True):
    """As ReplayState, before anything is opened: the rows that some rights saw."""

    seq: int
    at: datetime | None
    head: int
    link: str
    rows: list[Row]


class Replayer:
    """Answers what stood at an instant. One for a process: its cache makes near instants quick."""

    def __init__(self, pool: Pool, opener: Opener, *, cache: FoldCache | None = None) -> None:
        self._pool = pool
        self._opener = opener
        self.cache = cache or FoldCache()

    async def state_at(
        self,
        rights: Rights,
        *,
        at: datetime | None = None,
        seq: int | None = None,
        incident: str | None = None,
    ) -> ReplayState:
        """The rows after event `seq`, or after the last event recorded at or before `at`; now without both.

        With `incident` (id or number) only what belongs to that incident. Raises Refused `unknown_seq`
        beyond the log and `unknown_incident` when these rights did not see it then; BrokenLog, DatabaseLost.
        """
        found = await self.rows_at(rights, at=at, seq=seq, incident=incident)
        out = tuple(await reveal_rows(found.rows, rights, self._opener))
        return ReplayState(seq=found.seq, at=found.at, head=found.head, link=found.link, rows=out)

    async def rows_at(
        self,
        rights: Rights,
        *,
        at: datetime | None = None,
        seq: int | None = None,
        incident: str | None = None,
    ) -> RowsThen:
        """As `state_at`, the rows with their seals and with who may see them."""
        with translated():
            async with self._pool.acquire() as connection:
                head = (await get_head(connection)).seq
                wanted = await _find_seq(connection, head, at, seq)
                async with self.cache.lock:
                    fold = await self.cache.move_to(connection, wanted)
                    state = fold.state
                    found = None if incident is None else find_incident_id(state, incident)
                    keys = list_keys(state) if incident is None else list_keys_of(state, found)
                    rows = [row for row in await project_all(state, keys) if rights.sees(row)]
                    recorded_at, link = state.recorded_at, fold.link.hex()
        if incident is not None and all(row.kind != "incident" for row in rows):
            raise Refused("unknown_incident", incident_id=incident)
        return RowsThen(seq=wanted, at=recorded_at, head=head, link=link, rows=rows)


async def reveal_rows(rows: Iterable[Row], rights: Rights, opener: Opener) -> list[RowOut]:
    """Rows as these rights may see them; the caller has left out those they do not see at all."""
    kept = list(rows)
    subjects: set[str] = set()
    for row in kept:
        if rights.opens(row):
            subjects |= subjects_in(bytes(row.body))
    if subjects:
        await opener.load(sorted(subjects))
    return [
        RowOut(kind=row.kind, id=row.id, version=row.version, body=msgspec.Raw(reveal(row, rights, opener)))
        for row in kept
    ]


def find_incident_id(state: CentreState, incident: str) -> str | None:
    """The id of an incident named by its id or its number (260712-0457)."""
    if incident in state.incidents:
        return incident
    ids = state.numbers.get(incident[-4:], [])
    return next((id_ for id_ in ids if state.incidents[id_].number == incident), None)


def list_keys_of(state: CentreState, incident_id: str | None) -> Iterator[tuple[str, str]]:
    """(kind, id) of an incident and all that belongs to it: legs, assignments, what was sent to their units,
    the units and crews themselves, reports and their calls, the recommendation, alerts."""
    incident = state.incidents.get(incident_id or "")
    if incident is None or incident_id is None:
        return
    yield ("incident", incident_id)
    for report_id in incident.report_ids:
        report = state.reports.get(report_id)
        if report is not None:
            if report.call_id in state.calls:
                yield ("call", report.call_id)
            yield ("report", report_id)
    if incident_id in state.recommendations:
        yield ("recommendation", incident_id)
    for leg_id in incident.leg_ids:
        yield ("leg", leg_id)
    assignments = [
        state.assignments[id_]
        for leg_id in incident.leg_ids
        for id_ in state.legs[leg_id].assignment_ids
        if id_ in state.assignments
    ]
    for assignment in assignments:
        yield ("assignment", assignment.id)
        yield from (("delivery", id_) for id_ in state.deliveries_of.get(assignment.id, ()))
    units = {a.unit_id: state.units[a.unit_id] for a in assignments}
    yield from (("unit", unit_id) for unit_id in units)
    yield from (("crew", id_) for id_ in dict.fromkeys(u.crew_id for u in units.values()) if id_ is not None)
    yield from (("alert", a.id) for a in state.alerts.values() if a.incident_id == incident_id)


def list_keys(state: CentreState) -> Iterator[tuple[str, str]]:
    """(kind, id) of everything in a state."""
    return ((kind, id_) for kind in TABLES for id_ in get_table(state, kind))


async def project_all(state: CentreState, keys: Iterable[tuple[str, str]]) -> list[Row]:
    """The rows of entities, those that have none left out. Nobody may change the state meanwhile."""
    rows: list[Row] = []
    for n, (kind, id_) in enumerate(keys, start=1):
        row = project(state, kind, id_)
        if row is not None:
            rows.append(row)
        if n % _SLICE == 0:
            await asyncio.sleep(0)
    return rows


async def _find_seq(connection: Connection, head: int, at: datetime | None, seq: int | None) -> int:
    if seq is not None:
        if not 0 <= seq <= head:
            raise Refused("unknown_seq", seq=seq, head=head)
        return seq
    return head if at is None else await find_seq_at(connection, at)
