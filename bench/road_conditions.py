"""From the command's acknowledgement until the planner honours it in every class, through the real writer.

    python -m bench.road_conditions [PACK]

A desk closes, floods and slows streets one after the other and lifts half of them again. The clock runs from
the durable answer to the moment the centre knows that every class's times follow. Without a pack the extract
in HCMC_DATA is compiled first.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from uuid6 import uuid7

from bench._centre import make_centre, scratch_database, submission
from bench._city import DEFAULT_DATA
from bench._drawn import draw_positions
from bench._table import describe_machine
from dispatch.agencies.loader import load_codebook
from dispatch.core.writer import Writer
from dispatch.domain.model.messages import Command
from dispatch.domain.model.road_condition import LiftRoadCondition, PutRoadCondition
from dispatch.domain.model.values import LonLat
from dispatch.usecases.roads.keep_roads import RoadKeeper
from routing.graph.file import compile_graph, load
from routing.process.client import PlannerClient
from routing.terms.messages import RoadChange

START_S = 120.0
RUNS = 60
KINDS = (("closed", 1.0, 0.0), ("flood", 1.0, 0.4), ("slow", 3.0, 0.0))


async def measure(dsn: str, pack: Path, socket: Path) -> list[float]:
    """Milliseconds of every change."""
    await make_centre(dsn)
    writer = Writer(dsn, load_codebook())
    await writer.start()
    honoured = asyncio.Event()

    def changed(_changes: list[RoadChange]) -> None:
        honoured.set()

    async with PlannerClient(socket, deadline_s=60) as client:
        await client.wait_connected(START_S)
        keeper = RoadKeeper(writer, client, now=lambda: datetime.now(UTC), changed=changed)
        await keeper.load()
        keeping = asyncio.create_task(keeper.run())
        waited = []
        for command in list_commands(pack):
            honoured.clear()
            await writer.submit(submission(command))
            acknowledged = time.perf_counter()
            await asyncio.wait_for(honoured.wait(), START_S)
            waited.append((time.perf_counter() - acknowledged) * 1000)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    await writer.stop()
    return waited


def list_commands(pack: Path) -> list[Command]:
    """Puts, every second one lifted again."""
    commands: list[Command] = []
    for n, (lon, lat) in enumerate(draw_positions(load(pack), RUNS, 5)):
        kind, factor, depth_m = KINDS[n % len(KINDS)]
        id_ = str(uuid7())
        commands.append(
            PutRoadCondition(
                condition_id=id_, kind=kind, form="point", lon_lats=(LonLat(lon, lat),), reason="bench",
                factor=factor, depth_m=depth_m,
            )
        )  # fmt: skip
        if n % 2:
            commands.append(LiftRoadCondition(condition_id=id_, reason="bench"))
    return commands


def main() -> None:
    """Start a planner, measure, print."""
    with tempfile.TemporaryDirectory() as scratch, scratch_database() as dsn:
        folder = Path(scratch)
        pack = Path(sys.argv[1]) if len(sys.argv) > 1 else folder
        if pack == folder:
            data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
            compile_graph(data / "hcmc_2018.osm.pbf", folder)
        socket = folder / "planner.sock"
        command = [sys.executable, "-m", "routing.process.service"]
        command += ["--socket", str(socket), "--pack", str(pack)]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            waited = asyncio.run(measure(dsn, pack, socket))
        finally:
            process.terminate()
            process.wait()
    p50, p95, worst = np.percentile(waited, [50, 95, 100])
    print(f"## A road condition, acknowledged → honoured in every class\n\n{describe_machine()}\n")
    print(f"| {len(waited)} changes, ms | p50 | p95 | worst | target |\n|---|---:|---:|---:|---:|")
    print(f"| acknowledged → in force | {p50:.0f} | {p95:.0f} | {worst:.0f} | 200 |")


if __name__ == "__main__":
    main()
