"""All rows of the centre as the log left them last, ready to be shown to sessions of any rights.

Rows stand in the order of their last change, so that «what changed since S» is read from the end. A
session that lags gets one merged answer instead of a queue of old ones.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import msgspec

from dispatch.core.port import BehindTheLog, Board, Commit, CorePort, Head
from dispatch.domain.model.messages import Envelope
from dispatch.domain.rows import Row
from dispatch.live.log_lines import Subject, encode_line, find_governing_row, find_subject
from dispatch.live.past_rows import FindPastVisibility, find_watchers
from dispatch.live.reveal import Opener, reveal_body, subjects_in
from dispatch.live.rights import EVERYONE, Rights
from dispatch.live.wire import RowOut

log = logging.getLogger(__name__)

EVENTS_RECALLED = 5_000
"""How far back before its start the board remembers, for clients that resume after a restart."""

LOG_LINES_KEPT = 20_000
"""Recent events kept for sessions that resume; a longer gap is answered by a snapshot."""

TOMBSTONES_KEPT = 50_000


class ChangeSet(msgspec.Struct, frozen=True, kw_only=True):
    """What changed in (prev, seq] for some rights; rows and log lines are JSON already."""

    prev: int
    seq: int
    rows: tuple[msgspec.Raw, ...]
    gone: tuple[tuple[str, str], ...]
    log: tuple[msgspec.Raw, ...]


class CommitListener(Protocol):
    """Called after the board took a commit in."""

    def __call__(self, commit: Commit) -> None: ...


class _Entry:
    """A row on the board with its two encodings, made when first asked for."""

    __slots__ = ("private", "public", "row", "seen_by", "seq")

    def __init__(self, row: Row, seq: int, seen_by: frozenset[str]) -> None:
        self.row = row
        self.seq = seq
        self.seen_by = seen_by
        self.public: msgspec.Raw | None = None
        self.private: msgspec.Raw | None = None


class _Line:
    """An event kept for logs, with the row that governs who sees it."""

    __slots__ = ("event", "governing", "private", "public", "subject")

    def __init__(self, event: Envelope, subject: Subject, governing: Row) -> None:
        self.event = event
        self.subject = subject
        self.governing = governing
        self.public: msgspec.Raw | None = None
        self.private: msgspec.Raw | None = None


class _Gone:
    """A row that left, and who had seen it: nobody else is told that it ever was."""

    __slots__ = ("id", "kind", "seen_by", "seq")

    def __init__(self, kind: str, id_: str, seq: int, seen_by: frozenset[str]) -> None:
        self.kind = kind
        self.id = id_
        self.seq = seq
        self.seen_by = seen_by


class LiveBoard:
    """Follows the writer's commits. Not thread-safe: it lives on the event loop."""

    def __init__(
        self, core: CorePort, opener: Opener, find_past_visibility: FindPastVisibility | None = None
    ) -> None:
        self._core = core
        self._opener = opener
        self._find_past_visibility = find_past_visibility
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._gone: deque[_Gone] = deque()
        self._lines: deque[_Line] = deque()
        self._first_seq = 0
        self._line_floor = 0
        self._listeners: list[CommitListener] = []
        self._loaded = asyncio.Event()
        self._keepers: list[Callable[[], None]] = []
        self.head = Head(centre_id="", log_id="", seq=0, epoch=0)

    async def run(self) -> None:
        """Take the board and its latest past in, then follow commits until cancelled."""
        while True:
            try:
                await self._follow()
            except BehindTheLog:
                log.warning("the board fell behind the log at %d and begins anew", self.head.seq)

    async def _follow(self) -> None:
        board = await self._core.board()
        await self.load(board)
        floor = max(0, board.head.seq - EVENTS_RECALLED)
        if floor == board.head.seq:
            self._loaded.set()
        async for commit in self._core.commits(floor):
            if commit.prev >= board.head.seq:
                await self.take(commit)
                continue
            floor = max(floor, await self.recall(commit))
            if commit.seq >= board.head.seq:
                self.begin_resumes(floor)

    async def wait_loaded(self) -> None:
        """Returns once the first board was taken in."""
        await self._loaded.wait()

    def listen(self, listener: CommitListener) -> None:
        """Have a function called after each commit."""
        self._listeners.append(listener)

    async def load(self, board: Board) -> None:
        """Begin from a whole board. Rows count as changed at their own version, which is a seq."""
        await self.load_keys(row.body for row in board.rows)
        self._entries = {
            (row.kind, row.id): _Entry(row, min(row.version, board.head.seq), frozenset(row.visible_to))
            for row in sorted(board.rows, key=lambda row: row.version)
        }
        self._gone.clear()
        self._lines.clear()
        self.head = board.head
        self._first_seq = self._line_floor = board.head.seq

    async def take(self, commit: Commit) -> None:
        """Take one commit in and tell the listeners."""
        bodies = [row.body for row in commit.rows]
        await self.load_keys([*bodies, *(event.payload for event in commit.events)])
        for row in sorted(commit.rows, key=lambda row: row.version):
            self._put(row)
        for event in commit.events:
            self._keep_line(event)
        for kind, id_ in commit.gone:
            self._remove(kind, id_, commit.seq)
        self.head = msgspec.structs.replace(self.head, seq=commit.seq)
        for listener in self._listeners:
            listener(commit)

    async def recall(self, commit: Commit) -> int:
        """Take in what happened before the board was taken (and perhaps a little after), so that clients of
        an earlier process can resume. Gives the seq from which they can: where a row may have been seen by
        more than see it now, and nobody can tell by whom, it is not before that."""
        watchers: dict[tuple[str, str], frozenset[str]] = {}
        known_from = commit.seq if commit.gone else 0
        if commit.gone and self._find_past_visibility is not None:
            watchers, known_from = await find_watchers(commit, self._find_past_visibility)
        await self.load_keys([row.body for row in commit.rows])
        await self.load_keys(event.payload for event in commit.events)
        for row in sorted(commit.rows, key=lambda row: row.version):
            known = self._entries.get((row.kind, row.id))
            if known is None or known.seq < row.version:
                self._put(row)
        for event in commit.events:
            self._keep_line(event)
        for key in commit.gone:
            self._entries.pop(key, None)
            self._gone.append(_Gone(*key, commit.seq, watchers.get(key, frozenset())))
        if commit.seq > self.head.seq:
            self.head = msgspec.structs.replace(self.head, seq=commit.seq)
        return max([known_from, *_list_narrowed(commit)])

    def begin_resumes(self, floor: int) -> None:
        """The past is recalled: clients that stand at `floor` or later can resume."""
        self._first_seq = self._line_floor = floor
        self._loaded.set()

    def find_row(self, kind: str, id_: str) -> Row | None:
        """The row as it stands, or None."""
        entry = self._entries.get((kind, id_))
        return entry.row if entry else None

    def list_rows(self, kind: str) -> Iterator[Row]:
        """Every row of a kind."""
        return (entry.row for entry in self._entries.values() if entry.row.kind == kind)

    def find_encoded(self, kind: str, id_: str, rights: Rights) -> msgspec.Raw | None:
        """One row encoded as `RowOut` for some rights; None when it is gone or hidden from them."""
        entry = self._entries.get((kind, id_))
        if entry is None or not rights.sees(entry.row):
            return None
        return self._encode(entry, rights)

    def find_body(self, kind: str, id_: str, rights: Rights) -> msgspec.Raw | None:
        """One row's body for some rights; None when it is gone or hidden from them."""
        encoded = self.find_encoded(kind, id_, rights)
        return None if encoded is None else msgspec.json.decode(encoded, type=RowOut).body

    def list_visible(self, rights: Rights) -> list[msgspec.Raw]:
        """Every row some rights may see, encoded as `RowOut`."""
        entries = self._entries.values()
        return [self._encode(entry, rights) for entry in entries if rights.sees(entry.row)]

    def find_changes(self, rights: Rights, after: int) -> ChangeSet | None:
        """What changed since a seq for some rights; None when that is too long ago and a snapshot is due."""
        if after < self._first_seq or after < self._line_floor or after > self.head.seq:
            return None
        rows: list[msgspec.Raw] = []
        gone: list[tuple[str, str]] = []
        for entry in reversed(self._entries.values()):
            if entry.seq <= after:
                break
            if rights.sees(entry.row):
                rows.append(self._encode(entry, rights))
            elif _saw(entry.seen_by, rights):
                gone.append((entry.row.kind, entry.row.id))
        rows.reverse()
        gone.extend(self._list_gone(rights, after))
        log = self._list_lines(rights, after)
        return ChangeSet(prev=after, seq=self.head.seq, rows=tuple(rows), gone=tuple(gone), log=log)

    def forget_encodings(self) -> None:
        """Drop every opened text, after keys were erased; it is made again without them when asked for."""
        for entry in self._entries.values():
            entry.private = None
        for line in self._lines:
            line.private = None
        for keeper in self._keepers:
            keeper()

    def when_forgetting(self, forget: Callable[[], None]) -> None:
        """Have a function called whenever opened texts must be dropped, by whoever keeps some."""
        self._keepers.append(forget)

    @property
    def opener(self) -> Opener:
        """What opens sealed values here."""
        return self._opener

    async def load_keys(self, bodies: Iterable[msgspec.Raw]) -> None:
        """Fetch the keys of every sealed value in these texts, so that they open without waiting."""
        subjects: set[str] = set()
        for body in bodies:
            subjects |= subjects_in(bytes(body))
        if subjects:
            await self._opener.load(sorted(subjects))

    def _put(self, row: Row) -> None:
        key = (row.kind, row.id)
        before = self._entries.pop(key, None)
        seen_by = frozenset(row.visible_to) | (before.seen_by if before else frozenset())
        self._entries[key] = _Entry(row, row.version, seen_by)

    def _remove(self, kind: str, id_: str, seq: int) -> None:
        entry = self._entries.pop((kind, id_), None)
        if entry is None:
            return
        self._gone.append(_Gone(kind, id_, seq, entry.seen_by))
        if len(self._gone) > TOMBSTONES_KEPT:
            self._first_seq = self._gone.popleft().seq

    def _keep_line(self, event: Envelope) -> None:
        subject = find_subject(event, self.find_row)
        governing = find_governing_row(subject, self.find_row)
        if governing is None:
            return
        self._lines.append(_Line(event, subject, governing))
        if len(self._lines) > LOG_LINES_KEPT:
            self._line_floor = self._lines.popleft().event.seq

    def _list_gone(self, rights: Rights, after: int) -> Iterator[tuple[str, str]]:
        for left in reversed(self._gone):
            if left.seq <= after:
                return
            if _saw(left.seen_by, rights) and (left.kind, left.id) not in self._entries:
                yield (left.kind, left.id)

    def _list_lines(self, rights: Rights, after: int) -> tuple[msgspec.Raw, ...]:
        found: list[msgspec.Raw] = []
        for line in reversed(self._lines):
            if line.event.seq <= after:
                break
            if rights.sees(line.governing):
                found.append(self._encode_line(line, rights))
        return tuple(reversed(found))

    def _encode(self, entry: _Entry, rights: Rights) -> msgspec.Raw:
        private = rights.opens(entry.row)
        known = entry.private if private else entry.public
        if known is None:
            known = self._encode_row(entry.row, self._opener if private else None)
            if private:
                entry.private = known
            else:
                entry.public = known
        return known

    def _encode_row(self, row: Row, opener: Opener | None) -> msgspec.Raw:
        body = msgspec.Raw(reveal_body(bytes(row.body), row.limited, opener))
        out = RowOut(kind=row.kind, id=row.id, version=row.version, body=body)
        return msgspec.Raw(msgspec.json.encode(out))

    def _encode_line(self, line: _Line, rights: Rights) -> msgspec.Raw:
        private = rights.opens(line.governing)
        known = line.private if private else line.public
        if known is None:
            opener = self._opener if private else None
            known = encode_line(line.event, line.subject, line.governing, opener)
            if private:
                line.private = known
            else:
                line.public = known
        return known


def _list_narrowed(commit: Commit) -> Iterator[int]:
    """Seqs at which a row may have become hidden from readers who saw it: reports that joined a restricted
    incident, calls that went to another service's line."""
    for row in commit.rows:
        if row.kind == "report" and EVERYONE not in row.visible_to:
            yield row.version
    for event in commit.events:
        if event.type == "call.transferred":
            yield event.seq


def _saw(seen_by: frozenset[str], rights: Rights) -> bool:
    return EVERYONE in seen_by or not rights.agencies.isdisjoint(seen_by)
