"""Connections for the hot path."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import asyncpg

from dispatch.store.errors import (
    ConstraintViolated,
    DatabaseLost,
    LeaseLost,
    LogMoved,
    NotDurable,
    NotStorable,
    StorageFull,
    StoreError,
)

Connection: TypeAlias = asyncpg.Connection
Pool: TypeAlias = asyncpg.Pool

_OWN_CODES: dict[str, type[StoreError]] = {"DC001": LeaseLost, "DC002": LogMoved}
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


async def connect(dsn: str) -> Connection:
    """One connection. Raises DatabaseLost when nobody answers."""
    with translated():
        return await asyncpg.connect(dsn, timeout=10)


async def open_pool(dsn: str, *, max_size: int = 8) -> Pool:
    """Connections for reads and for the vault. Raises DatabaseLost when nobody answers."""
    with translated():
        return await asyncpg.create_pool(dsn, min_size=1, max_size=max_size, reset=_leave_session)


async def _leave_session(connection: Connection) -> None:
    """Nobody changes a pooled session beyond its transaction, which the driver itself rolls back: the round
    trip of a reset after every query is saved."""


async def check_durability(connection: Connection) -> None:
    """Raises NotDurable unless a commit that was acknowledged survives a power cut.

    A stricter synchronous_commit (remote_write, remote_apply) is as good as `on`.
    """
    rows = await connection.fetch(
        "SELECT name, setting FROM pg_settings WHERE name = ANY($1::text[])", list(_DURABLE)
    )
    wrong = {
        row["name"]: row["setting"]
        for row in rows
        if row["setting"] not in ("on", "remote_apply", "remote_write")
    }
    if wrong:
        raise NotDurable(wrong)


@contextmanager
def translated() -> Iterator[None]:
    """Within, the driver's errors become the store's, where the caller acts upon them."""
    try:
        yield
    except (asyncpg.DiskFullError, asyncpg.OutOfMemoryError) as error:
        raise StorageFull(str(error)) from error
    except asyncpg.IntegrityConstraintViolationError as error:
        raise ConstraintViolated(error.constraint_name or "") from error
    except asyncpg.DataError as error:
        raise NotStorable(str(error)) from error
    except (
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.CannotConnectNowError,
        asyncpg.TooManyConnectionsError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        OSError,
        TimeoutError,
    ) as error:
        if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
            # The driver's own way to say that an argument does not fit its column.
            raise NotStorable(str(error)) from error
        raise DatabaseLost(str(error)) from error
    except asyncpg.PostgresError as error:
        own = _OWN_CODES.get(error.sqlstate or "")
        if own is None:
            raise
        raise own(str(error)) from error
