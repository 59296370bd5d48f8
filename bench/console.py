"""The console in a real browser: first paint, event → pixels on two consoles, 2,000 units at 1 Hz,
command → board, heap over time.

    python -m bench.console [--units 2000] [--loads 8] [--events 40] [--commands 15] [--minutes 3] [--no-gl]
                            [--only places]

Chromium draws with software GL on the processor that server, planner and clients share. What a page shows is
timed inside it: from a moment of this machine's clock to the second animation frame after the change stands
in the document, so that it has been painted. With `--no-gl` the pages have no map, as on a machine without
3D: what the software's drawing of the map costs is the difference.
"""

import argparse
import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from playwright.async_api import Browser, Page, async_playwright

from bench._city import build_bench_city
from bench._crowd import AGENCIES, AT_ONCE, Accounts, list_accounts, register_fleet
from bench._people import People, Voice
from bench._table import describe_machine, percentile
from bench._typing import measure_typing, tell_parts
from dispatch.api.auth.passwords import Passwords
from dispatch.client import Account, ConsoleClient, Device, ReporterClient
from dispatch.domain.model.messages import Role
from dispatch.host.cluster import PrivateCluster
from dispatch.host.web import build_web
from dispatch.settings import PROJECT
from dispatch.store.connect import open_pool
from dispatch.store.migrations import upgrade
from dispatch.store.users import User, Users
from dispatch.store.vault import load_or_create_secret
from tests.browser.chromium import find_chromium
from tests.story.world import World, running_world

PASSWORD = "một mật khẩu đủ dài"
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
WITHIN_MS = 60_000

EYES = """
(() => {
  window.bench = { told: {}, stood: {}, seen: {}, ticks: [], long: 0, pressed: 0 };
  const wanted = [];
  const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(() => then(Date.now())));
  window.bench.watch = (name, selector, text) => wanted.push({ name, selector, text });
  const look = () => {
    for (let i = wanted.length - 1; i >= 0; i--) {
      const { name, selector, text } = wanted[i];
      if ([...document.querySelectorAll(selector)].some((e) => e.textContent.includes(text))) {
        wanted.splice(i, 1);
        window.bench.stood[name] = Date.now();
        painted((at) => (window.bench.seen[name] = at));
      }
    }
  };
  window.bench.watch("rows", ".unit-row", "");
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
  addEventListener("keydown", (e) => {
    window.bench.typed = Date.now();
    if (e.key === "Enter") window.bench.pressed = Date.now();
  }, true);
  new PerformanceObserver((l) => (window.bench.long += l.getEntries().length)).observe({ type: "longtask" });
  const Plain = WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...a) {
      super(...a);
      this.addEventListener("message", (e) => {
        if (typeof e.data !== "string") return;
        for (const { name } of wanted) if (e.data.includes(name)) window.bench.told[name] ??= Date.now();
        if (e.data.startsWith('{"t":"positions"')) {
          const at = performance.now();
          const keep = () => window.bench.ticks.push(performance.now() - at);
          requestAnimationFrame(() => requestAnimationFrame(keep));
        }
      });
    }
  };
})();
"""


class Rows:
    """The table, printed as it grows."""

    def begin(self, drawing: str) -> None:
        """Head and machine; how the browser draws."""
        print(f"\n## The console\n\n{describe_machine()}, Chromium {drawing}\n")
        print("| what | runs | p50 | p95 | max | target |\n|---|---:|---:|---:|---:|---:|")

    def add(self, what: str, values: list[float], target: str = "") -> None:
        """One row of milliseconds."""
        shown = f"{percentile(values, 50):.0f} | {percentile(values, 95):.0f} | {max(values):.0f}"
        print(f"| {what}, ms | {len(values)} | {shown} | {target} |", flush=True)


class Bench:
    """Two consoles on one living centre."""

    def __init__(
        self, world: World, browser: Browser, devices: list[Voice], options: argparse.Namespace
    ) -> None:
        self.world, self.browser, self.devices, self.options = world, browser, devices, options
        self.rows = Rows()
        self.pages: list[Page] = []
        self.session: dict[str, Any] = {}

    async def run(self) -> None:
        """Every row."""
        self.rows.begin("without GL, no map" if self.options.no_gl else "with software GL")
        account = await Account.sign_in(self.world.base_url, "bench", PASSWORD)
        if self.options.only != "places":
            await self._measure_first_paint()
        for _ in range(2):
            self.pages.append(await self._open())
        await self._measure_places()
        if self.options.only == "places":
            await account.aclose()
            return
        await self._measure_events()
        driving = asyncio.create_task(self._drive())
        await self._measure_ticks()
        await self._measure_events(" while 2,000 units move" if self.options.units == 2000 else " under load")
        await self._measure_commands(account)
        await self._measure_heap()
        driving.cancel()
        await account.aclose()

    async def _open(self) -> Page:
        context = await self.browser.new_context(
            viewport={"width": 1920, "height": 1080}, locale="vi-VN", bypass_csp=True
        )
        await context.add_init_script(EYES)
        if self.session:
            await context.add_cookies(self.session["cookies"])
        page = await context.new_page()
        await page.goto(self.world.base_url)
        if not self.session:
            await page.get_by_label("Tên đăng nhập").fill("bench")
            await page.get_by_label("Mật khẩu").fill(PASSWORD)
            await page.keyboard.press("Enter")
        await page.locator(".unit-row").first.wait_for(timeout=WITHIN_MS)
        self.session = self.session or dict(await context.storage_state())
        return page

    async def _measure_first_paint(self) -> None:
        await (await self._open()).context.close()
        paints: list[float] = []
        boards: list[float] = []
        for _ in range(self.options.loads):
            page = await self._open()
            await page.wait_for_function("window.bench.seen.rows", timeout=WITHIN_MS)
            paints.append(
                await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            )
            boards.append(await page.evaluate("window.bench.seen.rows - performance.timeOrigin"))
            await page.context.close()
        self.rows.add("address entered → first paint", paints, "2000")
        self.rows.add(f"address entered → board of {self.options.units} units painted", boards)

    async def _measure_places(self) -> None:
        """An address typed into the form, a key every 80 ms: the last key → places it may mean, painted."""
        page = self.pages[1]
        await page.keyboard.press("Escape")
        await page.locator(".queue .panel-foot").click()
        await page.keyboard.press("n")
        times = await measure_typing(page, self.options.events)
        await page.keyboard.press("Escape")
        self.rows.add("address typed: last key → places painted", times["whole"], "150")
        print(f"| of that, p50 and p95: {tell_parts(times)} | | | | | |", flush=True)

    async def _measure_events(self, when: str = "") -> None:
        steps: dict[str, list[float]] = {"told": [], "stood": [], "seen": []}
        async with ReporterClient(Device(self.world.base_url)) as reporter:
            assert isinstance(reporter, ReporterClient)
            for n in range(self.options.events):
                mark = f"dấu {n}{when[-4:]} {time.time_ns()}"
                for page in self.pages:
                    await page.evaluate("m => window.bench.watch(m, '.queue-row', m)", mark)
                began = time.time() * 1000
                told = await reporter.report(mark, heard="chợ")
                for page in self.pages:
                    await page.wait_for_function("m => window.bench.seen[m]", arg=mark, timeout=WITHIN_MS)
                    for step, times in steps.items():
                        at = await page.evaluate("([step, m]) => window.bench[step][m]", [step, mark])
                        times.append(at - began)
                assert told["report_id"]
                await asyncio.sleep(1.0)
        self.rows.add(f"report sent → frame in each of two pages{when}", steps["told"])
        self.rows.add(f"report sent → in the document of each{when}", steps["stood"])
        self.rows.add(f"report sent → pixels on each of two consoles{when}", steps["seen"], "500")

    async def _drive(self) -> None:
        """Every unit tells its position once a second, evenly spread, each moving a little."""
        begun, sent = time.perf_counter(), 0
        while True:
            due = int((time.perf_counter() - begun) * len(self.devices))
            while sent < due:
                n, turn = sent % len(self.devices), sent // len(self.devices)
                lon = 106.60 + n % 50 * 0.004 + turn % 200 * 0.00005
                lat = 10.72 + n // 50 * 0.004
                at = datetime.now(UTC).isoformat()
                self.devices[n].socket.send(
                    {"t": "position", "at": at, "lon": lon, "lat": lat, "accuracy": 5}
                )
                sent += 1
            await asyncio.sleep(0.005)

    async def _measure_ticks(self) -> None:
        page = self.pages[0]
        await asyncio.sleep(5.0)
        await page.evaluate("window.bench.ticks = []; window.bench.long = 0")
        await asyncio.sleep(30.0)
        ticks: list[float] = await page.evaluate("window.bench.ticks")
        long_tasks = await page.evaluate("window.bench.long")
        self.rows.add(
            f"positions of {len(self.devices)} units at 1 Hz: tick → frame", ticks or [float("inf")]
        )
        print(f"| main-thread tasks over 50 ms in those 30 s | {long_tasks} | | | | |", flush=True)

    async def _measure_commands(self, account: Account) -> None:
        """A typed line: the key pressed → the unit on the incident, painted."""
        page, times, stood = self.pages[0], [], []
        async with ConsoleClient(account) as desk:
            assert isinstance(desk, ConsoleClient)
            place = {"heard": "đo", "lon_lat": [106.70, 10.78], "radius_m": 20.0}
            opening = {"type": "incident.open", "type_code": "fall", "place": place}
            number = str((await desk.send(opening))["data"]["number"])
            await page.locator(".queue-row", has_text=number[-4:]).first.click()
            for n in range(self.options.commands):
                sign = f"HS-{100 + n}"
                await page.evaluate("s => window.bench.watch(s, '.unit-line', s)", sign)
                await page.keyboard.press("F2")
                await page.keyboard.type(f"D {number[-4:]} {sign}")
                await page.locator("#echo", has_text=sign).wait_for(timeout=WITHIN_MS)
                await page.keyboard.press("Enter")
                await page.wait_for_function("s => window.bench.seen[s]", arg=sign, timeout=WITHIN_MS)
                times.append(await page.evaluate("s => window.bench.seen[s] - window.bench.pressed", sign))
                stood.append(await page.evaluate("s => window.bench.stood[s] - window.bench.pressed", sign))
        self.rows.add("line entered → unit on the incident, in the document", stood)
        self.rows.add("line entered → unit on the incident, painted", times, "300")

    async def _measure_heap(self) -> None:
        page = self.pages[0]
        tools = await page.context.new_cdp_session(page)
        sizes: list[float] = []
        for _ in range(self.options.minutes + 1):
            await tools.send("HeapProfiler.collectGarbage")
            used = await tools.send("Runtime.getHeapUsage")
            sizes.append(used["usedSize"] / 2**20)
            await asyncio.sleep(60.0 if len(sizes) <= self.options.minutes else 0.0)
        shown = " → ".join(f"{size:.1f}" for size in sizes)
        print(f"| heap after collection, each minute under that load, MB: {shown} | {len(sizes)} | | | | |")


async def connect_devices(people: People, accounts: Accounts) -> list[Voice]:
    """A device for every unit."""
    room = asyncio.Semaphore(AT_ONCE)

    async def join(unit_id: str) -> Voice:
        async with room:
            return await people.connect(unit_id, "unit")

    return list(await asyncio.gather(*(join(str(unit["unit_id"])) for unit in accounts.units)))


async def add_dispatcher(dsn: str) -> None:
    """Somebody who signs in at the page."""
    pool = await open_pool(dsn)
    user = User(id="bench", login="bench", name="Người đo", role=Role.DISPATCHER, agencies=AGENCIES)
    await Users(pool).add(user, Passwords().hash_now(PASSWORD), datetime.now(UTC))
    await pool.close()


async def measure(dsn: str, data_dir: Path, pack: Path, folder: Path, options: argparse.Namespace) -> None:
    """Start the centre, fill it, open the consoles."""
    secret = load_or_create_secret(folder / "keys" / "centre.secret")
    accounts = list_accounts(dsn, options.units)
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(
            running_world(dsn, data_dir, pack, folder, INSTANCE_MODE="live")
        )
        people = People(dsn, secret, int(world.environment["SERVER_PORT"]))
        await people.add(accounts.users)
        await add_dispatcher(dsn)
        await register_fleet(people, accounts)
        devices = await connect_devices(people, accounts)
        playwright = await stack.enter_async_context(async_playwright())
        flags = [*FLAGS, "--disable-3d-apis"] if options.no_gl else FLAGS
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        stack.push_async_callback(browser.close)
        await Bench(world, browser, devices, options).run()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=2_000)
    parser.add_argument("--loads", type=int, default=8)
    parser.add_argument("--events", type=int, default=40)
    parser.add_argument("--commands", type=int, default=15)
    parser.add_argument("--minutes", type=int, default=3)
    parser.add_argument("--no-gl", action="store_true")
    parser.add_argument("--only", choices=("places",), help="an address typed into the form alone")
    options = parser.parse_args()
    build_web(PROJECT / "frontend")
    with tempfile.TemporaryDirectory(prefix="dispatch-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with PrivateCluster(folder / "pg").running() as dsn:
            upgrade(dsn)
            pack = build_bench_city(dsn, folder / "data")
            uvloop.run(measure(dsn, folder / "data", pack.folder, folder, options))


if __name__ == "__main__":
    main()
