"""Telephones' positions that wait for their call."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.core.clock import ManualClock
from dispatch.store.connect import Pool, open_pool
from dispatch.store.early_fixes import MOST, EarlyFixes

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database_url)
    yield pool
    await pool.close()


async def test_the_newest_early_position_of_a_number_outlives_the_server_for_five_minutes(pool: Pool) -> None:
    clock = ManualClock(NOW)
    before = EarlyFixes(pool, clock.now)
    await before.keep("a", {"lon_lat": [106.7, 10.77]})
    clock.advance(60)
    await before.keep("a", {"lon_lat": [106.71, 10.78]})
    after = EarlyFixes(pool, clock.now)
    assert await after.find("a") == {"lon_lat": [106.71, 10.78]}
    assert await after.find("a") == {"lon_lat": [106.71, 10.78]}, "the ring may be sent again"
    assert await after.find("b") is None
    clock.advance(300)
    assert await after.find("a") is None
    assert await pool.fetchval("SELECT count(*) FROM centre.early_fixes") == 0


async def test_a_flood_of_numbers_that_never_call_takes_a_bounded_place(pool: Pool) -> None:
    await pool.execute(
        "INSERT INTO centre.early_fixes (subject, fix, told_at) "
        "SELECT n::text, '{}', $1::timestamptz + n * interval '1 ms' FROM generate_series(1, $2::int) n",
        NOW, MOST + 500,
    )  # fmt: skip
    early = EarlyFixes(pool, lambda: NOW + timedelta(seconds=10))
    await early.keep("newest", {})
    assert await pool.fetchval("SELECT count(*) FROM centre.early_fixes") == MOST
    assert await early.find("1") is None
    assert await early.find("newest") == {}
