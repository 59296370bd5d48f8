"""The log followed from another process through the database alone: reads what is durable, writes nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

from dispatch.core.catch_up import build_commit, follow
from dispatch.core.fold import Fold, load_fold
from dispatch.core.hub import CommitHub
from dispatch.core.memory import list_rows
from dispatch.core.port import Board, Commit, Head
from dispatch.domain.rows import Row
from dispatch.store.connect import Connection, connect, translated
from dispatch.store.errors import DatabaseLost
from dispatch.store.instance import Instance, get_instance
from dispatch.store.lease import get_epoch
from dispatch.store.log import get_head, read_events

log = logging.getLogger(__name__)

CHANNEL = "centre"
_LISTEN_AGAIN_S = 5.0


class LogTail:
    """The reading side of `CorePort` for a process without a writer. It folds the log for itself."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._noticed = asyncio.Event()
        self._fold = Fold()
        self._rows: dict[tuple[str, str], Row] = {}
        self._hub = CommitHub(0)
        self._instance: Instance
        self._epoch = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the log so far, then listen. Raises DatabaseLost, InstanceMissing or BrokenLog."""
        connection = await connect(self._dsn)
        with translated():
            self._instance = await get_instance(connection)
            self._epoch = await get_epoch(connection)
            self._fold = await load_fold(connection)
        self._fold.state.touched.clear()
        self._rows = {(row.kind, row.id): row for row in list_rows(self._fold.state)}
        self._hub = CommitHub(self._fold.seq)
        self._task = asyncio.create_task(self._run(connection), name="tail")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._hub.close()

    async def head(self) -> Head:
        """The last seq read."""
        instance = self._instance
        return Head(
            centre_id=instance.centre_id, log_id=instance.log_id, seq=self._hub.head, epoch=self._epoch
        )

    async def board(self) -> Board:
        """All rows as of the head."""
        return Board(head=await self.head(), rows=tuple(self._rows.values()))

    def commits(self, after: int) -> AsyncIterator[Commit]:
        """Every commit after a seq; commits close to each other may come as one."""
        return follow(self._hub, self._dsn, after)

    async def _run(self, connection: Connection) -> None:
        while True:
            try:
                await self._listen(connection)
            except DatabaseLost as error:
                log.warning("the database is away: %s", error)
            except Exception:
                # Such as BrokenLog: nobody may wait for what will never come.
                log.exception("the log cannot be followed any further than %d", self._fold.seq)
                self._hub.close()
                raise
            finally:
                connection.terminate()
            connection = await self._reconnect()

    async def _listen(self, connection: Connection) -> None:
        """Read on whenever the writer gives notice. Raises DatabaseLost."""
        with translated():
            await connection.add_listener(CHANNEL, lambda *_: self._noticed.set())
            while True:
                await self._read_on(connection)
                # Also asked now and then, so that a connection that died without a word is found out.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._noticed.wait(), _LISTEN_AGAIN_S)

    async def _read_on(self, connection: Connection) -> None:
        self._noticed.clear()
        head = await get_head(connection)
        async for events in read_events(connection, self._fold.seq, head.seq):
            prev = self._fold.seq
            envelopes = self._fold.take_all(events)
            self._take(build_commit(self._fold.state, prev, envelopes))

    def _take(self, commit: Commit) -> None:
        for row in commit.rows:
            self._rows[row.kind, row.id] = row
        for key in commit.gone:
            self._rows.pop(key, None)
        self._hub.publish(commit)

    async def _reconnect(self) -> Connection:
        while True:
            await asyncio.sleep(0.25)
            try:
                return await connect(self._dsn)
            except DatabaseLost:
                continue
