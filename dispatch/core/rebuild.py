"""Read models made anew from the log, for a database whose own are lost, wrong or of an older shape."""

from dispatch.core.fold import BrokenLog, Fold, collecting_rarely
from dispatch.core.memory import list_all_commitments
from dispatch.core.read_model import Key, RowFollower
from dispatch.domain.rows import Row
from dispatch.store.batch import About
from dispatch.store.connect import Connection, connect, translated
from dispatch.store.log import get_head, read_events
from dispatch.store.rows import clear_read_models, lock_out_writers, put_about, put_commitments, put_rows


async def rebuild(dsn: str) -> int:
    """Make every read model anew, in one transaction; a running writer waits meanwhile. Returns the head.

    Raises BrokenLog (and changes nothing) when the log itself is damaged.
    """
    connection = await connect(dsn)
    try:
        with translated(), collecting_rarely():
            async with connection.transaction():
                return await rebuild_within(connection)
    finally:
        await connection.close(timeout=5)


async def rebuild_within(connection: Connection) -> int:
    """As `rebuild`, in the caller's transaction."""
    await lock_out_writers(connection)
    await clear_read_models(connection)
    rows: dict[Key, Row] = {}
    gone: dict[Key, None] = {}

    def note(changed: list[Row], removed: list[Key]) -> None:
        rows.update({(row.kind, row.id): row for row in changed})
        gone.update(dict.fromkeys(removed))

    follower = RowFollower(Fold(), note)
    head = (await get_head(connection)).seq
    async for events in read_events(connection, 0, head):
        about: list[About] = []
        for stored in events:
            about += follower.take(stored)
        follower.flush()
        await put_about(connection, about)
        await put_rows(connection, list(rows.values()), list(gone))
        rows.clear()
        gone.clear()
    if follower.fold.seq != head:
        raise BrokenLog(follower.fold.seq + 1, "missing")
    await put_commitments(connection, list_all_commitments(follower.fold.state))
    return head
