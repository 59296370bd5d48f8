"""A clock moved by hand, of which a test can tell that somebody waits for it."""

import asyncio
from datetime import datetime

from dispatch.core.clock import ManualClock


class WatchedClock(ManualClock):
    """Puts every time that is waited for into `waited`."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.waited: asyncio.Queue[datetime] = asyncio.Queue()

    async def sleep_until(self, at: datetime) -> None:
        """Tell that somebody waits, and wait."""
        self.waited.put_nowait(at)
        await super().sleep_until(at)
