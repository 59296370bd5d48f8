"""What a backup holds, table by table, in PostgreSQL's own binary COPY format."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Table

from dispatch.store.connect import Connection
from dispatch.store.partitions import ensure_partitions
from dispatch.store.tables import access, log, positions

CARRIED: tuple[Table, ...] = (
    log.instance,
    log.events,
    log.commands,
    log.subject_keys,
    access.users,
    access.devices,
    positions.position_history,
)
"""What cannot be made again from anything else. Sessions and drafts end with the machine they were on."""


async def copy_out(connection: Connection, table: Table, file: Path) -> int:
    """Write a table to a file; returns its rows."""
    columns = ", ".join(f'"{name}"' for name in _columns(table))
    status = await connection.copy_from_query(
        f"SELECT {columns} FROM {table.fullname}", output=str(file), format="binary"
    )
    return int(status.rpartition(" ")[2])


async def copy_in(connection: Connection, table: Table, file: Path) -> int:
    """Fill an empty table from a file; returns its rows."""
    with file.open("rb") as source:
        status = await connection.copy_to_table(
            table.name, schema_name=table.schema, columns=_columns(table), source=source, format="binary"
        )
    return int(status.rpartition(" ")[2])


async def list_position_days(connection: Connection) -> list[str]:
    """The days (ISO, UTC) on which positions were received."""
    rows = await connection.fetch(
        "SELECT DISTINCT (received_at AT TIME ZONE 'UTC')::date AS day "
        "FROM centre.position_history ORDER BY day"
    )
    return [row["day"].isoformat() for row in rows]


async def make_position_days(connection: Connection, days: list[str]) -> None:
    """Make the partitions that positions of these days go to."""
    for day in days:
        await ensure_partitions(connection, datetime.fromisoformat(day).replace(tzinfo=UTC).date(), 1)


async def advance_epoch(connection: Connection, epoch: int) -> None:
    """Let the next writer's epoch come after one that was used before."""
    await connection.execute("UPDATE centre.lease SET epoch = greatest(epoch, $1), holder = NULL", epoch)


def _columns(table: Table) -> list[str]:
    """Names of the columns that hold what was written, not what the database computes."""
    return [column.name for column in table.columns if column.computed is None]
