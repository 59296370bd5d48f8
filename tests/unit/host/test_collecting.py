"""The collector looks at what is young, and at the rest once a night."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.host.collecting import collect_nightly, find_next_night
from tests.clock import WatchedClock

CITY = ZoneInfo("Asia/Ho_Chi_Minh")

KEEPS_AND_DROPS = """
import gc, weakref
from dispatch.host.collecting import YOUNG, collect_everything, collect_rarely

class Knot:
    def __init__(self):
        self.self = self

collect_rarely()
before = [generation["collections"] for generation in gc.get_stats()]
kept = [[n] for n in range(20 * YOUNG)]
after = [generation["collections"] for generation in gc.get_stats()]
assert after[0] - before[0] >= 15, (before, after)
assert after[1:] == before[1:], "what is kept was looked at again"

young = weakref.ref(Knot())
more = [[n] for n in range(2 * YOUNG)]
assert young() is None, "a cycle that ends young is collected"

old = Knot()
seen = weakref.ref(old)
more += [[n] for n in range(2 * YOUNG)]
del old
more += [[n] for n in range(2 * YOUNG)]
assert seen() is not None, "a cycle that ends old waits"
collect_everything()
assert seen() is None, "the full look finds it"
assert gc.get_freeze_count() > 20 * YOUNG, "and leaves the others alone again"
"""


def test_what_is_kept_is_looked_at_once_and_old_cycles_go_with_the_full_look() -> None:
    subprocess.run([sys.executable, "-c", KEEPS_AND_DROPS], check=True, timeout=60)


def test_the_full_look_comes_at_four_in_the_city_and_only_then() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=CITY)
    assert find_next_night(noon, CITY) == datetime(2026, 11, 23, 4, tzinfo=CITY)
    at_four = datetime(2026, 11, 22, 21, tzinfo=UTC)
    assert find_next_night(at_four, CITY) == at_four + timedelta(days=1)
    assert find_next_night(at_four - timedelta(seconds=1), CITY) == at_four


async def test_every_night_has_its_full_look() -> None:
    looks: list[datetime] = []
    clock = WatchedClock(datetime(2026, 11, 22, 5, tzinfo=UTC))
    collecting = asyncio.create_task(collect_nightly(clock, CITY, lambda: looks.append(clock.now())))
    for day in (22, 23, 24):
        clock.set(await clock.waited.get())
        await clock.waited.get()
        clock.waited.put_nowait(clock.now() + timedelta(days=1))  # looked at, not taken
        assert looks[-1] == datetime(2026, 11, day, 21, tzinfo=UTC)
    collecting.cancel()
