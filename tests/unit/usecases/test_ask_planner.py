"""A planner that hangs costs one plan in a while its deadline, and no other."""

import asyncio
from pathlib import Path

from dispatch.usecases.planning.ask_planner import SPARED_S, PromptPlanner
from routing.process.client import PlannerClient
from routing.terms.messages import PlanRequest

NOTHING = PlanRequest(incident_lon_lat=(106.7, 10.77), needs=[], units=[])


async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A planner that takes what it is sent."""
    while await reader.read(65_536):
        continue
    writer.close()


async def test_a_planner_that_let_its_deadline_pass_is_not_asked_for_a_while(tmp_path: Path) -> None:
    clock = [100.0]
    server = await asyncio.start_unix_server(never_answer, tmp_path / "planner.sock")
    async with server, PlannerClient(tmp_path / "planner.sock") as client:
        await client.wait_connected(60)
        planner = PromptPlanner(client, 0.2, lambda: clock[0])

        async def plan() -> bool:
            """Whether the planner was asked. While it is, its deadline passes on the clock."""
            asking = asyncio.create_task(planner.plan(NOTHING))
            await asyncio.sleep(0)
            was_asked = not asking.done()
            clock[0] += 0.2 if was_asked else 0.0
            assert (await asking).degraded
            return was_asked

        assert await plan()
        assert not await plan()
        assert not await plan()
        clock[0] += SPARED_S
        assert await plan()
