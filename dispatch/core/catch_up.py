"""What happened in a stretch of the log, as one commit: for followers whom memory cannot serve."""

import asyncio

from dispatch.core.fold import load_fold
from dispatch.core.port import Commit
from dispatch.domain.rows import project
from dispatch.store.connect import connect, translated
from dispatch.store.log import read_events

_CHUNK = 500


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
    rows, gone = [], []
    for kind, id_ in sorted(fold.state.touched):
        row = project(fold.state, kind, id_)
        if row is None:
            gone.append((kind, id_))
        else:
            rows.append(row)
    return Commit(prev=after, seq=until, events=tuple(events), rows=tuple(rows), gone=tuple(gone))
