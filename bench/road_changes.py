"""How long answers wait while the roads change: a planner process asked over its socket.

    python -m bench.road_changes [PACK]

One client asks for one route after the other; another puts 5,000 closures in force, then two a second, then
ends one of the planner's two halves. How long the process that answers was held by other work is told by the
processor time it spends before it answers a question that needs no search: unlike the wait, that hardly
depends on what else the machine does. Without a pack the extract in HCMC_DATA is compiled first.
"""

import asyncio
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from bench._city import DEFAULT_DATA
from bench._drawn import draw_positions
from bench._table import describe_machine
from routing.graph.file import compile_graph, load
from routing.process.client import PlannerClient, PlannerRefused
from routing.terms.messages import LonLat, RoadChange

START_S = 120.0
CLOSURES = 5000
CLASSES = ("ambulance", "engine", "ladder_truck", "mini_fire_truck", "police_car", "motorbike")
SECONDS = 10.0


Ask = Callable[[int], Awaitable[object]]


def ask_route(client: PlannerClient, places: list[LonLat]) -> Ask:
    """A question for one route, another one every time."""

    async def ask(number: int) -> None:
        first = CLOSURES + number % (len(places) - CLOSURES - 1)
        try:
            await client.route(places[first], places[first + 1], "ambulance", hot=True)
        except PlannerRefused as refused:
            if refused.code not in ("no_route", "off_network"):
                raise

    return ask


class Held:
    """A question that is answered without a search, and what the answering process did until then."""

    def __init__(self, client: PlannerClient) -> None:
        self._client = client
        self._known: dict[int, float] = {}
        self.ms: list[float] = []

    async def ask(self, _: int) -> None:
        """Ask once. Of a process that answers for the first time nothing is known from before."""
        before = {process: self._read_ms(process) for process in self._known}
        process = (await self._client.status()).process
        self._known[process] = now_ms = self._read_ms(process)
        if process in before:
            self.ms.append(now_ms - before[process])

    def _read_ms(self, process: int) -> float:
        # The clock of another process's CPU time, as clock_getcpuclockid(3) makes it.
        return time.clock_gettime((~process << 3) | 2) * 1000


def ask_matrix(client: PlannerClient, places: list[LonLat], origins: int, ends: int) -> Ask:
    """A question for a matrix between positions that were seen before."""

    async def ask(number: int) -> None:
        await client.matrix(places[:origins], places[-ends:], "ambulance", hot=True)

    return ask


async def during(ask: Ask, work: Awaitable[object]) -> list[float]:
    """Milliseconds of every answer, one question after the other, while something else is done."""
    done = asyncio.Event()

    async def keep_asking() -> list[float]:
        waited: list[float] = []
        while not done.is_set():
            begin = time.perf_counter()
            await ask(len(waited))
            waited.append((time.perf_counter() - begin) * 1000)
            await asyncio.sleep(0.001)
        return waited

    asking = asyncio.create_task(keep_asking())
    await asyncio.sleep(0.2)
    await work
    done.set()
    return await asking


async def run(pack: Path, socket: Path) -> list[tuple[str, str]]:
    """Starts a planner; rows of the table."""
    arguments = ["-m", "routing.process.service", "--socket", socket, "--pack", pack, "--second-after", 0]
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *map(str, arguments), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        return await measure(pack, socket, started, Said(process.stderr))
    finally:
        process.terminate()
        await process.wait()


class Said:
    """What the planner says of its halves."""

    def __init__(self, lines: asyncio.StreamReader) -> None:
        self._lines = lines

    async def find_answering(self) -> int:
        """The process that answers, once the next time both halves are ready."""
        while line := (await self._lines.readline()).decode():
            if found := re.search(r"process (\d+) answers", line):
                return int(found[1])
        raise SystemExit("the planner ended")


async def measure(pack: Path, socket: Path, started: float, said: Said) -> list[tuple[str, str]]:
    """Rows of the table."""
    places = draw_positions(load(pack), CLOSURES + 500, 21)
    closures = [RoadChange(str(n), "closed", "point", [place]) for n, place in enumerate(places[:CLOSURES])]
    rows = []
    async with (
        PlannerClient(socket, deadline_s=60) as asker,
        PlannerClient(socket, deadline_s=60) as closer,
    ):
        await asker.wait_connected(START_S)
        await closer.wait_connected(START_S)
        rows.append(("restart: process started to connected", tell_since(started)))
        for vehicle_class in CLASSES:
            for hot in (False, True):
                await asker.travel_times(places[:50], places[51], vehicle_class, hot=hot)
        route = ask_route(asker, places)
        await said.find_answering()
        rows.append(("restart: process started to both halves ready", tell_since(started)))
        rows.append(("one route, roads at rest", tell(await during(route, asyncio.sleep(3)))))
        everything_open: list[RoadChange] = []
        for name, changes in ((f"{CLOSURES:,} closures, all new", closures), ("all opened", everything_open)):
            begin = time.perf_counter()
            waited = await during(route, closer.set_conditions(changes))
            rows.append((f"{name}: in force", f"{(time.perf_counter() - begin) * 1000:.0f} ms"))
            rows.append((f"{name}: one route meanwhile", tell(waited)))
        for name, (origins, ends) in (("5,000×1", (5000, 1)), ("1,000×100", (1000, 100))):
            work = close_twice_a_second(closer, closures)
            waited = await during(ask_matrix(asker, places, origins, ends), work)
            rows.append((f"{name} over the socket while 2 closures a second come", tell(waited)))
        for name, make_work in (
            ("nothing happens", lambda: asyncio.sleep(3)),
            ("2 closures a second come", lambda: close_twice_a_second(closer, closures)),
            ("the hour moves, each second", lambda: turn_the_clock(closer)),
        ):
            rows.append((f"one route while {name}", tell(await during(route, make_work()))))
            held = Held(asker)
            await during(held.ask, make_work())
            rows.append((f"interpreter held while {name}, CPU", tell(held.ms)))
        waited = await during(route, kill_half(said))
        rows.append(("one route while the half that answers is killed and replaced", tell(waited)))
    return rows


async def turn_the_clock(client: PlannerClient) -> None:
    """Another hour of the day every second: nearly every street's time changes."""
    for step in range(int(SECONDS)):
        await client.set_conditions([], hour=6.0 + step / 10)
        await asyncio.sleep(1)


async def kill_half(said: Said) -> None:
    """Ends the half that answered last, without warning; returns when another has taken its place."""
    answering = 0
    with suppress(TimeoutError):
        while True:
            answering = await asyncio.wait_for(said.find_answering(), 2)
    os.kill(answering, signal.SIGKILL)
    await said.find_answering()


async def close_twice_a_second(client: PlannerClient, closures: list[RoadChange]) -> None:
    """One closure more every half second."""
    for count in range(1, int(2 * SECONDS) + 1):
        await client.set_conditions(closures[:count])
        await asyncio.sleep(0.5)


def tell_since(started: float) -> str:
    """Seconds since then."""
    return f"{time.perf_counter() - started:.2f} s"


def tell(waited: list[float]) -> str:
    """Median, 99th percentile and worst of milliseconds."""
    p50, p99, worst = np.percentile(waited, [50, 99, 100])
    return f"p50 {p50:.1f}, p99 {p99:.1f}, longest {worst:.1f} ms ({len(waited)} answers)"


def main() -> None:
    """Starts a planner, measures, prints."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pack = Path(sys.argv[1]) if len(sys.argv) > 1 else folder
        if pack == folder:
            data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
            compile_graph(data / "hcmc_2018.osm.pbf", folder)
        rows = asyncio.run(run(pack, folder / "planner.sock"))
    print(f"## Roads that change\n\n{describe_machine()}\n\n| what | measured |\n|---|---|")
    for what, measured in rows:
        print(f"| {what} | {measured} |")


if __name__ == "__main__":
    main()
