"""Which centre this database is. Centre and mode are fixed when it is created."""

from datetime import datetime

import msgspec
from uuid6 import uuid7

from dispatch.store.connect import Connection
from dispatch.store.errors import InstanceDiffers, InstanceMissing


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """`log_id` names the log from event `log_after` on; mode is demo, training or live."""

    centre_id: str
    log_id: str
    log_after: int
    mode: str
    created_at: datetime


async def find_instance(connection: Connection) -> Instance | None:
    """The database's centre, or None in a fresh one."""
    row = await connection.fetchrow(
        "SELECT centre_id, log_id, log_after, mode, created_at FROM centre.instance"
    )
    return Instance(**dict(row)) if row else None


async def get_instance(connection: Connection) -> Instance:
    """The database's centre. Raises InstanceMissing in a fresh one."""
    found = await find_instance(connection)
    if found is None:
        raise InstanceMissing("the database has no centre yet")
    return found


async def ensure_instance(connection: Connection, centre_id: str, mode: str) -> Instance:
    """The database's centre, created here in a fresh one.

    Raises InstanceDiffers when the database was created for another centre or in another mode.
    """
    await connection.execute(
        "INSERT INTO centre.instance (centre_id, log_id, mode, created_at) "
        "VALUES ($1, $2, $3, clock_timestamp()) ON CONFLICT DO NOTHING",
        centre_id,
        str(uuid7()),
        mode,
    )
    found = await get_instance(connection)
    if (found.centre_id, found.mode) != (centre_id, mode):
        raise InstanceDiffers(
            f"cơ sở dữ liệu này của / this database belongs to {found.centre_id} ({found.mode}), "
            f"không phải / not {centre_id} ({mode})"
        )
    return found


async def begin_new_log(connection: Connection, after: int) -> str:
    """Give the log a new id from event `after` on: clients of the old one start afresh. Returns the id."""
    log_id = str(uuid7())
    await connection.execute("UPDATE centre.instance SET log_id = $1, log_after = $2", log_id, after)
    return log_id
