"""A day that was only simulated, shown by the same rows and moments as one that was: a log of its own.

Such a log is a file that a simulation wrote (`dispatch/simulate/what_if.py`). Its events are those of the
rules, numbered from 1, and are folded, projected and revealed by the functions that live screens use; where
units were is worked out from the ways they took. Nothing of it ever stands in the centre's own log.
"""

import gzip
from bisect import bisect_right
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import msgspec

from dispatch.core.fold import Fold
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.rows import project
from dispatch.live.reveal import Opener
from dispatch.live.rights import Rights
from dispatch.live.wire import RowOut
from dispatch.replay.chunks import EVENTS, PLACES_KEPT, Changes, join
from dispatch.replay.folds import Checkpoints
from dispatch.replay.moments import Cursor, Moment
from dispatch.replay.overview import OpenIncident, Overview, list_marks
from dispatch.replay.state_at import find_incident_id, list_keys, list_keys_of, project_all, reveal_rows
from dispatch.replay.tracks import Track, Tracks, encode_track
from dispatch.store.log import GENESIS, StoredEvent, chain_hash
from dispatch.store.past_positions import Fix

EVERY = 2_000
"""Events between two places kept in memory."""

FIX_S = 10.0
"""Seconds between two positions of a unit under way."""


class Way(msgspec.Struct, frozen=True, array_like=True):
    """A unit goes in a straight line from one point (lon, lat) to another, at an even pace, or stays."""

    unit_id: str
    left: datetime
    there: datetime
    start: tuple[float, float]
    end: tuple[float, float]


class SimulatedDay(msgspec.Struct, frozen=True, kw_only=True):
    """What a simulation tells of a day: its events in order, and its units' ways, of each unit in order."""

    policy: str
    start: datetime
    end: datetime
    events: list[Envelope]
    ways: list[Way]


class SimulatedState(msgspec.Struct, frozen=True, kw_only=True):
    """As `ReplayState`. `link` is None: no chain of the centre's vouches for what never happened."""

    seq: int
    at: datetime | None
    head: int
    link: str | None
    rows: tuple[RowOut, ...]


class NoSuchDay(Exception):
    """The file is gone, or is none."""


def write_day(day: SimulatedDay, path: Path) -> None:
    """Whole or not at all. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_bytes(gzip.compress(msgspec.json.encode(day), 6))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_day(path: Path) -> SimulatedDay:
    """Raises NoSuchDay."""
    try:
        return msgspec.json.decode(gzip.decompress(path.read_bytes()), type=SimulatedDay)
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise NoSuchDay(str(error)) from error


class SimulatedPast:
    """Answers about one simulated day as `Replayer`, `Chunks` and the rest do about the centre's log."""

    def __init__(self, day: SimulatedDay) -> None:
        self.day = day
        self._at = [event.recorded_at for event in day.events]
        self._events = list(_chain(day.events))
        self._checkpoints = Checkpoints()
        self._places: OrderedDict[int, Cursor] = OrderedDict()
        self._ways: defaultdict[str, list[Way]] = defaultdict(list)
        for way in day.ways:
            self._ways[way.unit_id].append(way)

    async def state_at(
        self, rights: Rights, opener: Opener, at: datetime | None, seq: int | None, incident: str | None
    ) -> SimulatedState:
        """The rows of an instant. Raises Refused `unknown_seq`, `unknown_incident`."""
        wanted = self._find_seq(at) if seq is None else self._check(seq)
        state = self.fold_to(wanted).state
        found = None if incident is None else find_incident_id(state, incident)
        if incident is not None and found is None:
            raise Refused("unknown_incident", incident_id=incident)
        keys = list_keys(state) if incident is None else list_keys_of(state, found)
        rows = [row for row in await project_all(state, keys) if rights.sees(row)]
        return SimulatedState(
            seq=wanted,
            at=state.recorded_at,
            head=self.head,
            link=None,
            rows=tuple(await reveal_rows(rows, rights, opener)),
        )

    async def changes(self, rights: Rights, opener: Opener, after: int, until: datetime) -> Changes:
        """What happened after an event, or the first piece of it. Raises Refused `unknown_seq`."""
        last = max(self._check(after), self._find_seq(until))
        end = min(last, after + EVENTS)
        moments: list[Moment] = []
        if end > after:
            cursor = self._places.pop(after, None) or await Cursor.begin(self.fold_to(after))
            events = self._events[after:end]
            moments = [await cursor.show(cursor.take(stored), rights, opener) for stored in events]
            self._places[end] = cursor
            while len(self._places) > PLACES_KEPT:
                self._places.popitem(last=False)
        return Changes(after=after, seq=end, until_seq=last, moments=tuple(join(moments, after, end)))

    def tracks(self, start: datetime, end: datetime) -> Tracks:
        """Where units were."""
        tracks = (self._track(unit_id, ways, start, end) for unit_id, ways in self._ways.items())
        return Tracks(start=start, end=end, step_s=0, tracks=[track for track in tracks if track.t])

    def overview(
        self, rights: Rights, start: datetime, end: datetime, bucket_s: float, incident: str | None
    ) -> Overview:
        """A stretch from afar. Raises Refused `unknown_incident`."""
        state = self.fold_to(self.head).state
        seen = [
            one
            for one in state.incidents.values()
            if (row := project(state, "incident", one.id)) is not None and rights.sees(row)
        ]
        chosen = next((one for one in seen if incident in (one.id, one.number)), None)
        if incident is not None and chosen is None:
            raise Refused("unknown_incident", incident_id=incident)
        about = [] if chosen is None else self._list_about(chosen, state.incidents[chosen.id].leg_ids)
        buckets = max(1, round((end - start).total_seconds() / bucket_s))
        first, last = bisect_right(self._at, start - timedelta(microseconds=1)), self._find_seq(end)
        return Overview(
            start=start,
            end=end,
            bucket_s=bucket_s,
            head=self.head,
            head_at=self._at[-1] if self._at else None,
            city=_count(self.day.events[first:last], start, bucket_s, buckets),
            incident=_count([e for e in about if start <= e.recorded_at <= end], start, bucket_s, buckets),
            lanes=[_shown(one) for one in seen if _lies_in(one, start, end)],
            marks=list_marks(about),
            chosen=None if chosen is None else _shown(chosen),
            heard_at=None,
        )

    def _check(self, seq: int) -> int:
        if not 0 <= seq <= self.head:
            raise Refused("unknown_seq", seq=seq, head=self.head)
        return seq

    def _find_seq(self, at: datetime | None) -> int:
        return self.head if at is None else bisect_right(self._at, at)

    @property
    def head(self) -> int:
        """The last event."""
        return len(self._events)

    def fold_to(self, seq: int) -> Fold:
        """A fold of events 1 … seq, the caller's own."""
        near = self._checkpoints.find(seq)
        fold = Fold() if near is None else self._checkpoints.load(near)
        while fold.seq < seq:
            fold.take(self._events[fold.seq])
            fold.state.touched.clear()
            if fold.seq % EVERY == 0:
                self._checkpoints.keep(fold)
        return fold

    def _list_about(self, incident: Incident, leg_ids: Sequence[str]) -> list[Envelope]:
        """The events of an incident: an assignment's and a leg's name it by their own ids."""
        names = {incident.id.encode(), *(leg_id.encode() for leg_id in leg_ids)}
        found = []
        for event in self.day.events:
            payload = bytes(event.payload)
            if any(b'"' + name + b'"' in payload for name in names):
                found.append(event)
                if event.type == "assignment.made":
                    names.add(str(msgspec.json.decode(payload)["assignment_id"]).encode())
        return found

    def _track(self, unit_id: str, ways: Sequence[Way], start: datetime, end: datetime) -> Track:
        """Where it was at `start`, and every ten seconds of what it drove until `end`."""
        fixes = [_fix(unit_id, at, _place_at(ways, at)) for at in islice(_moments(ways, start, end), 4_000)]
        return encode_track(unit_id, start, fixes)


def _chain(events: Sequence[Envelope]) -> Iterator[StoredEvent]:
    link = GENESIS
    for event in events:
        raw = msgspec.json.encode(event)
        link = chain_hash(link, raw)
        yield StoredEvent(event.seq, raw, link)


def _moments(ways: Sequence[Way], start: datetime, end: datetime) -> Iterator[datetime]:
    if ways and ways[0].left <= start:
        yield start
    step = timedelta(seconds=FIX_S)
    for way in ways:
        if way.there < start or way.left > end:
            continue
        at = way.left
        while at < way.there:
            if start < at <= end:
                yield at
            at += step
        if start < way.there <= end:
            yield way.there


def _place_at(ways: Sequence[Way], at: datetime) -> tuple[float, float]:
    """On the last way that was begun; at its end once it is over."""
    way = ways[max(0, bisect_right(ways, at, key=lambda one: one.left) - 1)]
    whole = (way.there - way.left).total_seconds()
    gone = min(1.0, max(0.0, (at - way.left).total_seconds() / whole)) if whole > 0 else 1.0
    lon, lat = (a + (b - a) * gone for a, b in zip(way.start, way.end, strict=True))
    return lon, lat


def _fix(unit_id: str, at: datetime, place: tuple[float, float]) -> Fix:
    return Fix(unit_id=unit_id, lon=place[0], lat=place[1], at=at, received_at=at, accuracy_m=None)


def _count(events: Sequence[Envelope], start: datetime, bucket_s: float, buckets: int) -> list[int]:
    found = Counter(int((event.recorded_at - start).total_seconds() // bucket_s) for event in events)
    return [found[n] for n in range(buckets)]


def _lies_in(incident: Incident, start: datetime, end: datetime) -> bool:
    return incident.opened_at <= end and (incident.closed_at is None or incident.closed_at >= start)


def _shown(incident: Incident) -> OpenIncident:
    return OpenIncident(
        id=incident.id,
        number=incident.number,
        type_code=incident.type_code,
        priority=incident.priority,
        opened_at=incident.opened_at,
        closed_at=incident.closed_at,
    )
