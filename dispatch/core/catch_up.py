"""Following the log from any point: from memory where it reaches, from the database before that."""

import asyncio
from collections.abc import AsyncIterator, Iterable

from dispatch.core.fold import load_fold
from dispatch.core.hub import CommitHub
from dispatch.core.port import BehindTheLog, Commit
from dispatch.domain.model.messages import Envelope
from dispatch.domain.rows import Row, project
from dispatch.domain.state import CentreState
from dispatch.store.connect import connect, translated
from dispatch.store.log import read_events

_CHUNK = 500


async def follow(hub: CommitHub, dsn: str, after: int) -> AsyncIterator[Commit]:
    """Every commit after a seq, then those to come; see `CorePort.commits`."""
    if after > hub.head:
        raise BehindTheLog(f"{after} is ahead of the log")
    start = after if hub.covers(after) else hub.head
    subscription = hub.subscribe(start)
    try:
        if start != after:
            yield await catch_up(dsn, after, start)
        while True:
            yield await subscription.next()
    finally:
        hub.unsubscribe(subscription)


async def catch_up(dsn: str, after: int, until: int) -> Commit:
    """The events of (after, until], with the rows they changed as of `until`.

    Folds from the snapshot before `after`. Raises DatabaseLost or BrokenLog.
    """
    connection = await connect(dsn)
    try:
        with translated():
            fold = await load_fold(connection, after)
            fold.state.touched.clear()
            events = []
            async for chunk in read_events(connection, after, until, _CHUNK):
                events.extend(fold.take_all(chunk))
                await asyncio.sleep(0)
    finally:
        await connection.close(timeout=5)
    return build_commit(fold.state, after, events)


def build_commit(state: CentreState, prev: int, events: Iterable[Envelope]) -> Commit:
    """A commit of everything the state says was touched, which it forgets by that."""
    touched, state.touched = state.touched, set()
    rows: list[Row] = []
    gone: list[tuple[str, str]] = []
    for kind, id_ in sorted(touched):
        row = project(state, kind, id_)
        if row is None:
            gone.append((kind, id_))
        else:
            rows.append(row)
    return Commit(prev=prev, seq=state.seq, events=tuple(events), rows=tuple(rows), gone=tuple(gone))
