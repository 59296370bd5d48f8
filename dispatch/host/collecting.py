"""Python's collector of cycles, kept from holding up commands.

What a centre keeps, it keeps for hours. The collector would walk all of it again and again: a fifth of a
second behind a busy morning, in which no command moves. Here it looks at each object once, while that is
young, and then leaves it alone; cycles that come about later wait for the one full look of the night.
Everything without a cycle goes at once, as always.
"""

import gc
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any, Protocol

YOUNG = 5_000
"""New objects between two looks, of a few milliseconds each."""

_NEVER = 1_000_000_000

NIGHT_HOUR = 4
"""Local hour of the full look: one or two seconds, when least is going on."""


class Clock(Protocol):
    """The present, and waiting for a time."""

    def now(self) -> datetime: ...

    async def sleep_until(self, at: datetime) -> None: ...


def collect_rarely() -> None:
    """From now on look at the young alone."""
    if _leave_alone not in gc.callbacks:
        gc.callbacks.append(_leave_alone)
    gc.collect()
    gc.set_threshold(YOUNG, _NEVER, _NEVER)


def collect_everything() -> None:
    """One look at all there is; nothing else happens meanwhile."""
    gc.unfreeze()
    gc.collect()


async def collect_nightly(
    clock: Clock, zone: tzinfo, collect: Callable[[], None] = collect_everything
) -> None:
    """The full look of every night, until cancelled."""
    while True:
        await clock.sleep_until(find_next_night(clock.now(), zone))
        collect()


def find_next_night(now: datetime, zone: tzinfo) -> datetime:
    """The next time after `now` at which the local clock shows the hour of the full look."""
    local = now.astimezone(zone)
    night = local.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night > local else night + timedelta(days=1)


def _leave_alone(phase: str, info: dict[str, Any]) -> None:
    """What a look has left over is not looked at again."""
    if phase == "stop":
        gc.freeze()
