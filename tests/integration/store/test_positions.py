"""Position history goes to the database in bulk, and holds nobody up meanwhile."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from dispatch.store.connect import open_pool
from dispatch.store.partitions import ensure_partitions
from dispatch.store.positions import HistoryRow, PositionStore

COUNT = 2_500
NOW = datetime(2026, 7, 12, 3, tzinfo=UTC)


async def test_others_have_many_turns_while_a_batch_is_encoded(database_url: str) -> None:
    turns = 0
    seen: list[int] = []

    async def work() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def rows() -> Iterator[HistoryRow]:
        for n in range(COUNT):
            seen.append(turns)
            yield HistoryRow(
                unit_id=f"u{n}", agency_id="115", assignment_id=None, at=NOW, received_at=NOW,
                lon=106.7, lat=10.77, accuracy_m=5.0, source="device",
            )  # fmt: skip

    async with await open_pool(database_url, max_size=1) as pool:
        async with pool.acquire() as connection:
            await ensure_partitions(connection, NOW.date(), 1)
        store = PositionStore(pool)
        working = asyncio.create_task(work())
        await store.copy(rows())
        working.cancel()
        assert len(set(seen)) >= 9
        kept = await pool.fetchval("SELECT count(DISTINCT unit_id) FROM centre.position_history")
    assert kept == COUNT
