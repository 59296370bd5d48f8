"""Days of the position history."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from dispatch.live.position_days import DAYS_AHEAD, tend_days
from dispatch.store.connect import Connection, connect
from dispatch.store.partitions import drop_partitions, ensure_partitions, list_partitions

FIRST = date(2026, 7, 30)


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    connection = await connect(database_url)
    yield connection
    await connection.close()


async def _note(connection: Connection, received_at: datetime) -> None:
    await connection.execute(
        "INSERT INTO centre.position_history (unit_id, agency_id, at, received_at, lon, lat, source) "
        "VALUES ('u1', '115', $1, $1, 106.7, 10.77, 'device')",
        received_at,
    )


async def test_days_are_made_ahead_and_dropped_when_they_are_over(connection: Connection) -> None:
    await ensure_partitions(connection, FIRST, 4)
    await ensure_partitions(connection, FIRST, 4)
    for day in range(4):
        await _note(
            connection,
            datetime(2026, 7, 30, 23, 59, 59, tzinfo=UTC) + timedelta(days=day),
        )
    assert await drop_partitions(connection, date(2026, 8, 1)) == [FIRST, date(2026, 7, 31)]
    assert await list_partitions(connection) == [date(2026, 8, 1), date(2026, 8, 2)]
    assert await connection.fetchval("SELECT count(*) FROM centre.position_history") == 2


async def test_position_of_a_day_without_partition_is_refused_not_lost_silently(
    connection: Connection,
) -> None:
    await ensure_partitions(connection, FIRST, 1)
    with pytest.raises(asyncpg.CheckViolationError):
        await _note(connection, datetime(2026, 8, 1, tzinfo=UTC))


async def test_position_has_its_point_as_geography(connection: Connection) -> None:
    await ensure_partitions(connection, FIRST, 1)
    await _note(connection, datetime(2026, 7, 30, 12, tzinfo=UTC))
    metres = await connection.fetchval(
        "SELECT public.ST_Distance(geog, centre.lon_lat(106.7, 10.78)::public.geography) "
        "FROM centre.position_history"
    )
    assert 1105 < metres < 1107


async def test_days_are_kept_as_long_as_the_setting_says_and_for_ever_without_it(
    connection: Connection,
) -> None:
    await ensure_partitions(connection, FIRST, 10)
    today = FIRST + timedelta(days=5)
    assert await tend_days(connection, today, keep_days=0) == []
    assert await tend_days(connection, today, keep_days=3) == [FIRST, FIRST + timedelta(days=1)]
    days = await list_partitions(connection)
    assert (days[0], days[-1]) == (FIRST + timedelta(days=2), FIRST + timedelta(days=5 + DAYS_AHEAD - 1))
