"""Clocks for tests: one moved by hand that tells who waits for it, one that goes and can leap; and how the
centre learns a client's."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from dispatch.client.link import Link
from dispatch.core.clock import ManualClock, SystemClock

HEARD_AT_ONCE = timedelta(milliseconds=200)
"""Less than what the centre takes for the way of a frame (`NOISE` of its clock offset)."""
HEARD_WITHIN_S = 90.0


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

    def set_ahead(self, by: timedelta) -> None:
        """Go ahead from the start, before anybody waits."""
        self._ahead = by

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


async def tell_the_time(link: Link, ahead: timedelta = timedelta()) -> None:
    """Send the time until the centre has heard it at once, so that the way of a frame on a busy machine is
    not taken for a clock that is wrong: what the link claims in the next minute is then kept as it is.
    `ahead` is how far its clock really is before the centre's."""
    async with asyncio.timeout(HEARD_WITHIN_S):
        late = HEARD_AT_ONCE
        while late >= HEARD_AT_ONCE:
            sent_at = link.now().isoformat()
            await link.send_frame({"t": "ping", "sent_at": sent_at})
            await link.wait_until(lambda sent_at=sent_at: same_instant(link.pong.get("sent_at"), sent_at))  # type: ignore[misc]
            heard_at = datetime.fromisoformat(link.pong["server_at"])
            late = abs(heard_at - datetime.fromisoformat(sent_at) + ahead)


def same_instant(one: str | None, other: str) -> bool:
    """Whether two texts say the same time."""
    return one is not None and datetime.fromisoformat(one) == datetime.fromisoformat(other)
