"""The rows a log amounts to, followed event by event: to compare read models with, or make them anew."""

import hashlib
from collections.abc import Callable

import msgspec

from dispatch.core.about import list_subjects
from dispatch.core.fold import Fold
from dispatch.domain.kernel import decode_event
from dispatch.domain.rows import Row, project
from dispatch.store.batch import About
from dispatch.store.log import StoredEvent

Key = tuple[str, str]

_bodies = msgspec.json.Decoder()
_canonical = msgspec.json.Encoder(order="deterministic")


class RowFollower:
    """A fold that tells what becomes of the rows.

    `changed` is called with rows that changed and keys that are gone: before anything is archived, and
    whenever `flush` is called. However often that is, the last word on each row is the same.
    """

    def __init__(self, fold: Fold, changed: Callable[[list[Row], list[Key]], None]) -> None:
        self.fold = fold
        self._changed = changed
        fold.before_archiving = self.flush

    def take(self, stored: StoredEvent) -> list[About]:
        """Follow one event; returns what it tells of. Raises BrokenLog."""
        envelope = self.fold.take(stored)
        event = decode_event(envelope.type, envelope.type_version, envelope.payload)
        return [About(stored.seq, kind, id_) for kind, id_ in list_subjects(self.fold.state, event)]

    def flush(self) -> None:
        """Tell what has changed since the last time."""
        state = self.fold.state
        touched, state.touched = state.touched, set()
        rows: list[Row] = []
        gone: list[Key] = []
        for kind, id_ in touched:
            row = project(state, kind, id_)
            if row is None:
                gone.append((kind, id_))
            else:
                rows.append(row)
        self._changed(rows, gone)


def digest_row(row: Row) -> bytes:
    """What a row says, whatever the order and spacing of its body's JSON."""
    body = _canonical.encode(_bodies.decode(row.body))
    rest = (row.kind, row.id, row.version, row.agency_id, row.visible_to, row.private_to, row.limited)
    return hashlib.sha256(_canonical.encode(rest) + body).digest()
