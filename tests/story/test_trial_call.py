"""The call by which a fresh demo centre shows that it works."""

import asyncio
import sys
from typing import Any

import pytest

from dispatch.settings import PROJECT
from tests.story.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("generated_world")]


async def test_the_trial_call_brings_units_to_the_scene_and_tells_every_step(generated_world: World) -> None:
    console = await generated_world.console()
    before = {incident["id"] for incident in console.list_bodies("incident")}
    code, said = await run_trial_call(generated_world)
    assert code == 0, said
    assert said.count(" ms  ") == 5
    await console.wait_until(lambda: len(console.list_bodies("incident")) > len(before))
    incident = next(i for i in console.list_bodies("incident") if i["id"] not in before)
    assert incident["number"] in said

    def sent() -> list[dict[str, Any]]:
        return [a for a in console.list_bodies("assignment") if a["incident_id"] == incident["id"]]

    # The trial call has ended on what its own screen showed: this one may come a moment later.
    await console.wait_until(lambda: bool(sent()) and all("on_scene" in a["times"] for a in sent()))
    ids = {a["id"] for a in sent()}
    assert {u["phase"] for u in console.list_bodies("unit") if u["assignment_id"] in ids} == {"on_scene"}


async def test_a_centre_that_has_incidents_is_left_alone_at_the_next_start(generated_world: World) -> None:
    console = await generated_world.console()
    if not console.list_bodies("incident"):
        body = {"type": "incident.open", "type_code": "house_fire", "place": {"heard": "chợ"}}
        await console.send(body)
    before = len(console.list_bodies("incident"))
    code, said = await run_trial_call(generated_world, "--first")
    assert (code, said) == (0, "")
    assert len(console.list_bodies("incident")) == before


async def run_trial_call(world: World, *options: str) -> tuple[int | None, str]:
    """Exit code and words of the verb."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dispatch", "trial-call", *options,
        cwd=PROJECT, env=world.environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, said.decode()
