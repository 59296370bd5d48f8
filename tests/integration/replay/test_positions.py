"""Where units were at an instant."""

from datetime import datetime, timedelta

from dispatch.replay.positions import HEARD_WITHIN, positions_at
from dispatch.store.connect import open_pool
from dispatch.store.partitions import ensure_partitions
from dispatch.store.positions import HistoryRow, PositionStore
from tests.integration.replay.replay_world import START


def fix(unit_id: str, after_s: float, lon: float, *, late_s: float = 0) -> HistoryRow:
    """A fix driven `after_s` into the morning that reached the centre `late_s` later."""
    at = START + timedelta(seconds=after_s)
    return HistoryRow(
        unit_id=unit_id, agency_id="114", assignment_id=None, at=at,
        received_at=at + timedelta(seconds=late_s), lon=lon, lat=10.8, accuracy_m=5.0, source="device",
    )  # fmt: skip


async def found(dsn: str, fixes: list[HistoryRow], at: datetime) -> dict[str, tuple[float, float]]:
    """unit → (lon, age_s) at an instant."""
    pool = await open_pool(dsn)
    try:
        async with pool.acquire() as connection:
            for day in {fix.received_at.date() for fix in fixes}:
                await ensure_partitions(connection, day, 1)
        await PositionStore(pool).copy(fixes)
        positions = await positions_at(pool, at, ["u1", "u2", "u3"])
    finally:
        await pool.close()
    return {p.unit_id: (p.lon, p.age_s) for p in positions}


async def test_each_unit_stands_at_its_newest_fix_with_its_age(database_url: str) -> None:
    fixes = [fix("u1", 0, 106.1), fix("u1", 10, 106.2), fix("u1", 20, 106.3), fix("u2", 5, 106.5)]
    at = START + timedelta(seconds=14)
    assert await found(database_url, fixes, at) == {"u1": (106.2, 4.0), "u2": (106.5, 9.0)}


async def test_a_fix_that_had_not_arrived_yet_was_not_known(database_url: str) -> None:
    fixes = [fix("u1", 0, 106.1), fix("u1", 10, 106.2, late_s=60)]
    at = START + timedelta(seconds=30)
    assert await found(database_url, fixes, at) == {"u1": (106.1, 30.0)}


async def test_a_unit_not_heard_of_for_a_shift_has_no_position(database_url: str) -> None:
    at = START + HEARD_WITHIN + timedelta(seconds=1)
    assert await found(database_url, [fix("u1", 0, 106.1)], at) == {}
