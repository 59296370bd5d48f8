"""The only source of time for the core. Tests move it by hand, so that timers need no waiting."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Aware UTC times, and waiting until one."""

    def now(self) -> datetime:
        """The present."""
        ...

    async def sleep_until(self, at: datetime) -> None:
        """Return once `now()` has reached `at`."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's time."""
        return datetime.now(UTC)

    async def sleep_until(self, at: datetime) -> None:
        """Wait; the machine's clock may be set meanwhile, so it is asked again after each wait."""
        while (left_s := (at - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - nobody tells of time
            await asyncio.sleep(min(left_s, 60.0))


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """Where the hands were put last."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on and wake whoever waits."""
        self.set(self._now + timedelta(seconds=seconds))

    def set(self, at: datetime) -> None:
        """Put the hands anywhere, also back."""
        self._now = at
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep_until(self, at: datetime) -> None:
        """Wait until somebody has moved the clock that far."""
        while self._now < at:
            await self._moved.wait()
