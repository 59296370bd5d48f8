"""Reads under the reading role: the database itself shows only what some agencies may see."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from dispatch.store.connect import Connection, Pool, translated


@asynccontextmanager
async def reading_as(pool: Pool, agencies: Iterable[str]) -> AsyncIterator[Connection]:
    """A read-only transaction that sees what `agencies` may see, through the `seen_…` views.

    One snapshot of the data throughout. Raises DatabaseLost; writing in it raises what asyncpg raises.
    """
    with translated():
        async with (
            pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(
                "SELECT set_config('role', 'dispatch_reader', true), set_config('centre.agencies', $1, true)",
                ",".join(agencies),
            )
            yield connection
