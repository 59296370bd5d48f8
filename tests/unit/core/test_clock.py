"""Clocks."""

import asyncio
from datetime import UTC, datetime, timedelta

from dispatch.core.clock import ManualClock, SystemClock

START = datetime(2026, 7, 12, tzinfo=UTC)


async def test_manual_clock_wakes_sleepers_when_their_time_has_come_and_not_before() -> None:
    clock = ManualClock(START)
    woken: list[int] = []

    async def sleep(seconds: int) -> None:
        await clock.sleep_until(START + timedelta(seconds=seconds))
        woken.append(seconds)

    sleepers = [asyncio.create_task(sleep(seconds)) for seconds in (20, 10, 30)]
    await asyncio.sleep(0)
    clock.advance(10)
    await sleepers[1]
    assert woken == [10]
    clock.advance(10)
    await sleepers[0]
    assert woken == [10, 20]
    sleepers[2].cancel()


async def test_system_clock_does_not_wait_for_what_has_passed() -> None:
    clock = SystemClock()
    await asyncio.wait_for(clock.sleep_until(clock.now() - timedelta(hours=1)), 1)
    assert clock.now().tzinfo is UTC
