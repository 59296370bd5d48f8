"""The log read on event by event: what each changed for one reader, by the same functions as live frames."""

from datetime import datetime

import msgspec

from dispatch.core.fold import Fold
from dispatch.domain.model.messages import Envelope
from dispatch.domain.rows import Row, project
from dispatch.live.log_lines import draw_line, find_governing_row, find_subject
from dispatch.live.reveal import Opener, subjects_in
from dispatch.live.rights import Rights
from dispatch.live.wire import LogLine, RowOut
from dispatch.replay.state_at import list_keys, project_all, reveal_rows
from dispatch.store.log import StoredEvent

Key = tuple[str, str]


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the past and what it changed: the same parts as a live frame of changes, for (prev, seq].

    `log` is None when the event concerns nothing these rights may see.
    """

    prev: int
    seq: int
    at: datetime
    rows: tuple[RowOut, ...]
    gone: tuple[Key, ...]
    log: LogLine | None

    @property
    def shows_nothing(self) -> bool:
        """Whether the reader would not notice that it happened."""
        return not self.rows and not self.gone and self.log is None


class Cursor:
    """A place in the log that moves forward. It keeps every row as it stands, hidden ones too; readers of any
    rights may take turns at it."""

    def __init__(self, fold: Fold, known: dict[Key, Row]) -> None:
        self._fold = fold
        self._known = known

    @classmethod
    async def begin(cls, fold: Fold) -> "Cursor":
        """Begin where a fold of one's own stands."""
        rows = await project_all(fold.state, list_keys(fold.state))
        return cls(fold, {(row.kind, row.id): row for row in rows})

    @property
    def seq(self) -> int:
        """The last event read."""
        return self._fold.seq

    def take(self, stored: StoredEvent) -> Envelope:
        """Apply the next event; `show` then tells what it changed. Raises BrokenLog."""
        self._fold.state.touched.clear()
        return self._fold.take(stored)

    async def show(self, envelope: Envelope, rights: Rights, opener: Opener) -> Moment:
        """What the event just taken changed for these rights."""
        keys = sorted(self._fold.state.touched)
        known = self._known
        had = {key for key in keys if key in known and rights.sees(known[key])}
        changed = {key: row for key in keys if (row := project(self._fold.state, *key)) is not None}
        known |= changed
        visible = [row for row in changed.values() if rights.sees(row)]
        # A line about what has just gone is governed by the row that it had.
        log = await self._line(envelope, rights, opener)
        for key in keys:
            if key not in changed:
                known.pop(key, None)
        return Moment(
            prev=envelope.seq - 1,
            seq=envelope.seq,
            at=envelope.recorded_at,
            rows=tuple(await reveal_rows(visible, rights, opener)),
            gone=tuple(sorted(had - {(row.kind, row.id) for row in visible})),
            log=log,
        )

    async def _line(self, envelope: Envelope, rights: Rights, opener: Opener) -> LogLine | None:
        def find_row(kind: str, id_: str) -> Row | None:
            return self._known.get((kind, id_))

        subject = find_subject(envelope, find_row)
        governing = find_governing_row(subject, find_row)
        if governing is None or not rights.sees(governing):
            return None
        private = rights.opens(governing)
        if private:
            await opener.load(sorted(subjects_in(bytes(envelope.payload))))
        return draw_line(envelope, subject, governing, opener if private else None)
