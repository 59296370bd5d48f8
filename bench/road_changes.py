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
from collections.abc import Awaitable
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
SECONDS = 15.0


async def ask_routes(client: PlannerClient, places: list[LonLat], until: asyncio.Event) -> list[float]:
    """Milliseconds of every route asked for, one after the other, until told to stop."""
    waited: list[float] = []
    while not until.is_set():
        number = len(waited) % (len(places) - 1)
        begin = time.perf_counter()
        try:
            await client.route(places[number], places[number + 1], "ambulance", hot=True)
        except PlannerRefused as refused:
            if refused.code not in ("no_route", "off_network"):
                raise
        waited.append((time.perf_counter() - begin) * 1000)
        await asyncio.sleep(0.001)
    return waited


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
        rows.append(("one route, roads at rest", tell(await during(asker, places, asyncio.sleep(3)))))
        everything_open: list[RoadChange] = []
        for name, changes in ((f"{CLOSURES:,} closures, all new", closures), ("all opened", everything_open)):
            begin = time.perf_counter()
            waited = await during(asker, places, closer.set_conditions(changes))
            rows.append((f"{name}: in force", f"{(time.perf_counter() - begin) * 1000:.0f} ms"))
            rows.append((f"{name}: one route meanwhile", tell(waited)))
        waited = await during(asker, places, close_twice_a_second(closer, closures))
        rows.append(("one route while 2 closures a second come", tell(waited)))
    return rows


async def during(client: PlannerClient, places: list[LonLat], work: Awaitable[object]) -> list[float]:
    """Milliseconds of routes asked for while something else is done."""
    done = asyncio.Event()
    asking = asyncio.create_task(ask_routes(client, places[CLOSURES:], done))
    await asyncio.sleep(0.2)
    await work
    done.set()
    return await asking


async def close_twice_a_second(client: PlannerClient, closures: list[RoadChange]) -> None:
    """One closure more every half second."""
    for count in range(1, int(2 * SECONDS) + 1):
        await client.set_conditions(closures[:count])
        await asyncio.sleep(0.5)


def tell(waited: list[float]) -> str:
    """Median, 99th percentile and worst of milliseconds."""
    p50, p99, worst = np.percentile(waited, [50, 99, 100])
    return f"p50 {p50:.1f}, p99 {p99:.1f}, longest {worst:.1f} ms ({len(waited)} routes)"


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
