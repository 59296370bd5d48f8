"""How long answers wait while the roads change: a planner process asked over its socket.

    python -m bench.road_changes [PACK]

One client asks for one route after the other; another puts 5,000 closures in force, then two a second.
Without a pack the extract in HCMC_DATA is compiled first.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np

from bench._table import describe_machine
from bench.routing import DEFAULT_DATA, draw_positions
from routing.client import PlannerClient, PlannerRefused
from routing.graph.file import compile_graph, load
from routing.messages import LonLat, RoadChange

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


async def measure(pack: Path, socket: Path, started: float) -> list[tuple[str, str]]:
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
        rows.append(("restart: process started to connected", f"{time.perf_counter() - started:.2f} s"))
        for vehicle_class in CLASSES:
            for hot in (False, True):
                await asker.travel_times(places[:50], places[51], vehicle_class, hot=hot)
        route = ask_route(asker, places)
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
        waited = await during(route, close_twice_a_second(closer, closures))
        rows.append(("one route while 2 closures a second come", tell(waited)))
    return rows


async def close_twice_a_second(client: PlannerClient, closures: list[RoadChange]) -> None:
    """One closure more every half second."""
    for count in range(1, int(2 * SECONDS) + 1):
        await client.set_conditions(closures[:count])
        await asyncio.sleep(0.5)


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
        socket = folder / "planner.sock"
        command = [sys.executable, "-m", "routing.service", "--socket", str(socket), "--pack", str(pack)]
        started = time.perf_counter()
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            rows = asyncio.run(measure(pack, socket, started))
        finally:
            process.terminate()
            process.wait()
    print(f"## Roads that change\n\n{describe_machine()}\n\n| what | measured |\n|---|---|")
    for what, measured in rows:
        print(f"| {what} | {measured} |")


if __name__ == "__main__":
    main()
