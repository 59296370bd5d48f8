"""The database a verb works with."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from dispatch.host.cluster import using_database
from dispatch.settings import DatabaseSettings, load_settings
from dispatch.store.connect import Pool, open_pool

T = TypeVar("T")


@contextmanager
def migrated_database(settings: DatabaseSettings) -> Iterator[str]:
    """The address of the migrated database, which runs within. Raises HostError."""
    from dispatch.store.migrations import upgrade

    with using_database(settings) as dsn:
        upgrade(dsn)
        yield dsn


def with_city(work: Callable[[Pool], Awaitable[T]]) -> T:
    """What `work` gives, done with the database of the city in use. Raises HostError, CityError."""
    from gis.city import settle_city

    settings = load_settings()

    async def run(dsn: str) -> T:
        async with await open_pool(dsn) as pool:
            return await work(pool)

    with migrated_database(settings.database) as dsn:
        settle_city(dsn, settings.city.data_dir)
        return asyncio.run(run(dsn))
