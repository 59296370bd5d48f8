"""Clocks for tests: one moved by hand that tells who waits for it, one that goes and can leap."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from dispatch.core.clock import ManualClock, SystemClock


class WatchedClock(ManualClock):
    """Puts every time that is waited for into `waited`."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.waited: asyncio.Queue[datetime] = asyncio.Queue()

    async def sleep_until(self, at: datetime) -> None:
        """Tell that somebody waits, and wait."""
        self.waited.put_nowait(at)
        await super().sleep_until(at)


class LeapingClock(SystemClock):
    """Goes as the machine's does, and leaps ahead when told to, so that nobody waits for a limit to pass."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._leapt = asyncio.Event()

    def now(self) -> datetime:
        """The machine's time and all leaps."""
        return super().now() + self._ahead

    async def leap(self, seconds: float) -> None:
        """Go ahead and wake whoever waits; on the loop of those who do."""
        self._ahead += timedelta(seconds=seconds)
        leapt, self._leapt = self._leapt, asyncio.Event()
        leapt.set()

    async def sleep_until(self, at: datetime) -> None:
        """Wait, and ask again after each leap."""
        while (left_s := (at - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leapt.wait(), left_s)
