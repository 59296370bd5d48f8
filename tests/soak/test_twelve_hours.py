"""A console page left open for a whole night, in minutes: the centre's clock and its own move together."""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest
from playwright.sync_api import CDPSession, Locator, Page, WebSocket, expect, sync_playwright

from dispatch.api.ws import hub
from dispatch.api.ws.console import CONSOLE, ConsoleSession
from dispatch.core.clock import ManualClock
from dispatch.host.cluster import PrivateCluster, drop_database
from dispatch.host.web import build_web
from dispatch.settings import PROJECT
from tests.browser.conftest import CHROMIUM, FLAGS, FLAT
from tests.browser.desk import line, sign_in
from tests.browser.stories import open_desk
from tests.browser.world import RunningCentre
from tests.conftest import BuiltCity
from tests.soak.shift import Shift

pytestmark = [pytest.mark.browser, pytest.mark.soak]

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
BEGINS = datetime(2026, 11, 22, 17, 40, tzinfo=CITY)
"""Midnight and the day's new numbers fall into the shift."""

HOURS = int(os.environ.get("SOAK_HOURS", "12"))
INCIDENTS, EVERY_S = 1_200, 36.0
UNTIL_THE_END = 2 * INCIDENTS
"""More than the night is long, what a dispatcher does between included: there is work on the screen when it
ends."""
YESTERDAYS, EARLIER = 300, timedelta(hours=23, minutes=30)
"""What the shift before left behind: a day after it was closed, while this one works, it is let go."""

HEAD_S = 13.0
"""How often the centre says in its welcome that it will be heard; after two and a half times that without a
word a page takes its link for lost."""

STEP_S = 30.0
"""Less than that silence: each step brings the page at least a head."""

MOST_GROWTH_MB = 50.0


@pytest.fixture
def clock() -> ManualClock:
    """The centre's, begun with the shift before."""
    return ManualClock(BEGINS - EARLIER)


@pytest.fixture
def centre(
    cluster: PrivateCluster,
    generated_city: BuiltCity,
    make_database: Callable[[str | None], str],
    tmp_path: Path,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[RunningCentre]:
    """A centre on that clock. What it does by the machine's own it does as often as the shift's time asks."""
    build_web(PROJECT / "frontend")
    monkeypatch.setattr(hub, "HEAD_EVERY_S", 0.02)
    monkeypatch.setattr(ConsoleSession, "channel", msgspec.structs.replace(CONSOLE, head_s=HEAD_S))
    dsn = make_database(generated_city.template)
    running = RunningCentre(dsn, generated_city.data_dir, tmp_path, clock=clock, SESSION_HOURS="48")
    yield running
    running.stop()
    drop_database(cluster.dsn("postgres"), psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


@pytest.fixture
def page() -> Iterator[Page]:
    """A console without a drawn map."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *FLAT])
        yield chromium.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN").new_page()
        chromium.close()


class Night:
    """The page and the centre, hour by hour."""

    def __init__(self, page: Page, centre: RunningCentre, clock: ManualClock, shift: Shift) -> None:
        self.page, self.centre, self.clock, self.shift = page, centre, clock, shift
        self.links: list[WebSocket] = []
        page.on("websocket", lambda link: self.links.append(link))
        self.devtools: CDPSession = page.context.new_cdp_session(page)
        self.devtools.send("Performance.enable")
        self.heaps: list[float] = []

    def open(self) -> None:
        """Sign in; from then on the page's clock moves only with the centre's."""
        self.page.clock.install(time=self.clock.now())
        sign_in(self.page, self.centre)
        pause = datetime.fromtimestamp(self.page.evaluate("Date.now()") / 1000 + 1, CITY)
        self.page.clock.pause_at(pause)
        self.centre.run(self.shift.advance((pause - self.clock.now()).total_seconds()))

    def step(self) -> None:
        """The centre works, the page hears of it, and each of its due timers runs once, as where a
        machine is busy: every second of twelve hours one by one would cost half an hour of a processor."""
        with self.links[-1].expect_event("framereceived"):
            self.centre.run(self.shift.advance(STEP_S))
        self.page.clock.fast_forward(round(STEP_S * 1000))

    def touch(self, n: int) -> None:
        """What a dispatcher does now and then: looks at something, types, asks what was missed."""
        rows = self.page.locator(".queue-row")
        if count := rows.count():
            rows.nth(n % count).click()
        line(self.page).fill(f"D 0{n:03d} CC-1")
        self.step()
        expect(self.page.locator("#echo")).to_contain_text(f"0{n:03d}")
        line(self.page).fill("")
        self.page.keyboard.press("F3")
        self.page.keyboard.press("F3")

    def measure(self, hour: int) -> None:
        """A line of the table: what the page holds once nothing more can be thrown away."""
        self.devtools.send("HeapProfiler.collectGarbage")
        used = float(self.devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6
        self.heaps.append(used)
        nodes = self.devtools.send("Memory.getDOMCounters")["nodes"]
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        busy = next(each["value"] for each in metrics if each["name"] == "TaskDuration")
        head = self.centre.run(self.centre.centre.writer.head()).seq
        held = len(self.centre.centre.picture.incidents)
        now = self.clock.now().astimezone(CITY)
        sys.stdout.write(
            f"{hour:>3} | {now:%d/%m %H:%M} | {head:>6} | {self.shift.worked.opened:>5} | {held:>5} | "
            f"{nodes:>6} | {busy:>6.0f} | {used:6.1f}\n"
        )
        sys.stdout.flush()


def work_the_shift_before(centre: RunningCentre, clock: ManualClock) -> None:
    """Opened and closed while no page was open."""
    before = Shift(centre, clock, seed=1)
    before.begin(YESTERDAYS, EVERY_S)
    while clock.now() < BEGINS - EARLIER + timedelta(seconds=YESTERDAYS * EVERY_S + 3 * 3600):
        centre.run(before.advance(30))
    clock_left = (BEGINS - clock.now()).total_seconds()
    centre.run(before.advance(clock_left))
    assert before.worked.opened == YESTERDAYS


def queue_of(page: Page) -> Locator:
    """Numbers of the incidents in the queue, in its order."""
    return page.locator(".queue-row .num.note").filter(has_text=re.compile(r"^\d{4}$"))


@pytest.mark.timeout(1800)
def test_twelve_hours_of_a_shift_leave_a_console_small_and_right(
    page: Page, centre: RunningCentre, clock: ManualClock
) -> None:
    began = time.monotonic()
    work_the_shift_before(centre, clock)
    yesterdays = set(centre.centre.picture.incidents)
    shift = Shift(centre, clock, seed=2)
    night = Night(page, centre, clock, shift)
    night.open()
    shift.begin(UNTIL_THE_END, EVERY_S)
    sys.stdout.write("\nhour | local time | events | opened | in memory | nodes | busy s | heap MB\n")
    night.measure(0)
    steps = round(3600 / STEP_S)
    for n in range(HOURS * steps):
        night.step()
        if n % 20 == 19:
            night.touch(n // 20)
        if (n + 1) % steps == 0:
            night.measure((n + 1) // steps)
    sys.stdout.write(
        f"{shift.worked.sent} units sent, {len(night.links)} links, {time.monotonic() - began:.0f} s\n"
    )

    assert shift.worked.opened >= INCIDENTS * HOURS // 12 - 1
    assert shift.worked.refused == []
    assert HOURS < 12 or not yesterdays & set(centre.centre.picture.incidents)
    assert len(night.links) == 1
    expect(page.locator(".clock")).to_contain_text(f"{clock.now().astimezone(CITY):%d/%m/%Y}")
    fresh = open_desk(page.context.browser, centre)  # type: ignore[arg-type]
    expect(queue_of(fresh).first).to_be_visible()
    expect(queue_of(page)).to_have_text(queue_of(fresh).all_inner_texts())
    fresh.context.close()
    assert night.heaps[-1] - night.heaps[0] < MOST_GROWTH_MB
