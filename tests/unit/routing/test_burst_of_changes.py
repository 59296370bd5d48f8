"""Both halves of the planner killed while many changes of the roads are told."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from routing.graph.file import compile_graph
from routing.terms.messages import RoadChange
from tests.unit.routing.test_planner_process import DRAWN, START_S, read_pair, running_planner


async def test_both_halves_killed_in_a_burst_of_changes_come_back_with_the_last_that_was_told(
    tmp_path: Path,
) -> None:
    compile_graph(DRAWN.write(tmp_path / "map.osm"), tmp_path)
    start, end = DRAWN.place("a"), DRAWN.place("b")

    def slow(factor: float) -> list[RoadChange]:
        return [RoadChange("x", "slow", "point", [DRAWN.place("a", east_m=300)], factor=factor)]

    async with running_planner(tmp_path, "--second-after", "0") as (process, client):
        free_s = (await client.route(start, end, "car")).travel_s
        for number in range(2, 12):
            told = asyncio.create_task(client.set_conditions(slow(float(number))))
            await asyncio.sleep(0)
            if number == 5:
                for half in await read_pair(process):
                    os.kill(half, signal.SIGKILL)
            await asyncio.gather(told, return_exceptions=True)
        with suppress(ProcessLookupError):  # without its halves it may have ended by itself
            process.kill()
        await process.wait()
        async with running_planner(tmp_path):
            await client.wait_connected(START_S)
            again = await client.route(start, end, "car", deadline_s=START_S)
        assert again.travel_s == pytest.approx(11 * free_s, rel=0.02)
