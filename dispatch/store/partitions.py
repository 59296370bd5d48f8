"""The days of the position history: made ahead, dropped when retention is over."""

from datetime import UTC, date, datetime, time, timedelta

from dispatch.store.connect import Connection

_PREFIX = "position_history_"


async def ensure_partitions(connection: Connection, first: date, days: int) -> None:
    """Make the partitions of `days` days (UTC) from `first` on; those that exist stay as they are."""
    for n in range(days):
        day = first + timedelta(days=n)
        start, end = _midnight(day), _midnight(day + timedelta(days=1))
        await connection.execute(
            f"CREATE TABLE IF NOT EXISTS centre.{_PREFIX}{day:%Y%m%d} PARTITION OF centre.position_history "
            f"FOR VALUES FROM ('{start}') TO ('{end}')"
        )


async def drop_partitions(connection: Connection, before: date) -> list[date]:
    """Drop every day before `before`; returns the days dropped."""
    dropped = [day for day in await list_partitions(connection) if day < before]
    for day in dropped:
        await connection.execute(f"DROP TABLE centre.{_PREFIX}{day:%Y%m%d}")
    return dropped


async def list_partitions(connection: Connection) -> list[date]:
    """The days that have a partition, in order."""
    rows = await connection.fetch(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = 'centre.position_history'::regclass ORDER BY c.relname"
    )
    names = [row["relname"].removeprefix(_PREFIX) for row in rows]
    return [datetime.strptime(name, "%Y%m%d").replace(tzinfo=UTC).date() for name in names]


def _midnight(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()
