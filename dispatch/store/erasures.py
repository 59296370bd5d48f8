"""Keys of personal values that are erased anywhere, as it happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from dispatch.store.connect import Connection, connect, translated
from dispatch.store.errors import DatabaseLost

CHANNEL = "centre_erased"
"""The trigger of `subject_keys` gives notice here, whoever erases."""

LOOK_AGAIN_S = 5.0
PAUSE_S = 0.25


async def follow_erasures(dsn: str) -> AsyncIterator[str | None]:
    """Subjects as they are erased; None whenever some may have been missed, as at the start and after the
    database was away. Goes on until it is closed."""
    while True:
        with suppress(DatabaseLost):
            connection = await connect(dsn)
            try:
                async for subject in _listen(connection):
                    yield subject
            finally:
                connection.terminate()
        await asyncio.sleep(PAUSE_S)


async def _listen(connection: Connection) -> AsyncIterator[str | None]:
    erased: asyncio.Queue[str] = asyncio.Queue()
    with translated():
        await connection.add_listener(CHANNEL, lambda *notice: erased.put_nowait(str(notice[3])))
    yield None
    while True:
        try:
            yield await asyncio.wait_for(erased.get(), LOOK_AGAIN_S)
        except TimeoutError:
            # A connection that died without a word is found out by asking.
            with translated():
                await connection.execute("SELECT 1")
