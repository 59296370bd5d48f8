"""The demonstration's people at work in a real centre, and a person beside them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from dispatch.client import ConsoleClient
from dispatch.client.demo.life import is_radio_only
from dispatch.settings import PROJECT
from tests.story.acts import accept_what_stands, wait_row
from tests.story.world import World, end

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("generated_world")]

Json = dict[str, Any]
Pair = tuple[float, float]
COLLEAGUES = "demo-dongnghiep"
WITHIN_S = 240.0
"""Its people take turns with whatever else the machine does."""

BY_PEOPLE = {"crew", "dispatcher_by_radio"}
SEEN_AT_LEAST = 5
NEAR_DEG = 2e-4


def start_demo(world: World) -> subprocess.Popen[bytes]:
    """The people, as the supervisor starts them, six times as fast as life."""
    environment = {**world.environment, "DEMO_TRAFFIC": "600"}
    command = [sys.executable, "-m", "dispatch", "demo", "--pace", "6"]
    return subprocess.Popen(command, cwd=PROJECT, env=environment)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(generated_world: World) -> AsyncIterator[subprocess.Popen[bytes]]:
    """The demonstration, for all stories of this file."""
    process = start_demo(generated_world)
    yield process
    end(process)


@pytest_asyncio.fixture(loop_scope="module")
async def console(generated_world: World, demo: subprocess.Popen[bytes]) -> ConsoleClient:
    """A newcomer's console, looking at the whole city."""
    console = await generated_world.console()
    account = await generated_world.sign_in("dieuphoi")
    west, south, east, north = (await account.get_json("/api/city"))["bounds"]
    await console.look_at((west, south, east, north), [])
    return console


def sent_by_colleagues(console: ConsoleClient) -> list[Json]:
    """Assignments that colleagues made."""
    return [a for a in console.list_bodies("assignment") if a["dispatched_by"].startswith(COLLEAGUES)]


async def test_a_newcomer_soon_sees_calls_dispatches_and_vehicles_that_move(console: ConsoleClient) -> None:
    await console.wait_until(lambda: bool(console.list_bodies("call")), WITHIN_S)
    await console.wait_until(lambda: bool(sent_by_colleagues(console)), WITHIN_S)
    first = {unit_id: tuple(cell[1:3]) for unit_id, cell in console.positions.items()}
    await console.wait_until(
        lambda: (
            sum(tuple(cell[1:3]) != first.get(unit_id) for unit_id, cell in console.positions.items()) >= 5
        ),
        WITHIN_S,
    )


async def test_crews_go_from_the_order_to_the_scene(console: ConsoleClient) -> None:
    def arrived() -> list[Json]:
        """Times of whom people have told of; the centre may have seen them arrive a moment before."""
        times = [
            a["times"] for a in sent_by_colleagues(console) if {"en_route", "on_scene"} <= a["times"].keys()
        ]
        return [told for told in times if {time["source"] for time in told.values()} <= BY_PEOPLE]

    await console.wait_until(lambda: bool(arrived()), WITHIN_S)
    times = arrived()[0]
    assert times["en_route"]["occurred_at"] <= times["on_scene"]["occurred_at"]


async def test_vehicles_under_way_are_on_roads(console: ConsoleClient, generated_world: World) -> None:
    account = await generated_world.sign_in("dieuphoi")
    began: dict[str, Pair] = {}
    seen: dict[str, Pair] = {}

    def roll() -> int:
        """How many have moved since they said so: until then a vehicle stands in its yard."""
        for id_ in (a["unit_id"] for a in sent_by_colleagues(console) if list(a["times"]) == ["en_route"]):
            lon, lat = console.positions[id_][1:3] if id_ in console.positions else (0.0, 0.0)
            if id_ in console.positions and began.setdefault(id_, (lon, lat)) != (lon, lat):
                seen[id_] = (lon, lat)
        return len(seen)

    async def is_on_road(lon: float, lat: float) -> bool:
        """The way from a place on a road begins in that very place; from elsewhere at the nearest road."""
        here = f"{lon:.6f},{lat:.6f}"
        way = await account.get_json("/api/way", **{"from": here, "to": here, "vehicle_class": "motorbike"})
        return not way["degraded"] and way["lon_lats"][0] == pytest.approx([lon, lat], abs=NEAR_DEG)

    await console.wait_until(lambda: roll() >= SEEN_AT_LEAST, WITHIN_S)
    places = list(seen.values())
    found = [await is_on_road(*at) for at in places]
    # Whoever got no way in time drives straight to the scene: the few that a busy planner left out.
    assert sum(found) > len(found) / 2, places


async def test_colleagues_leave_alone_what_a_person_has_opened(
    console: ConsoleClient, generated_world: World
) -> None:
    opening = {"type": "incident.open", "type_code": "house_fire", "place": {"heard": "chợ Bến Thành"}}
    lon, lat = next(iter(console.list_bodies("station")))["lon_lat"]
    opening["place"] = {"heard": "cạnh trạm", "lon_lat": [lon, lat], "radius_m": 20.0}
    mine = str((await console.send(opening))["data"]["incident_id"])
    before = {a["id"] for a in sent_by_colleagues(console)}
    await console.wait_until(lambda: console.find("recommendation", mine) is not None, WITHIN_S)
    await console.wait_until(
        lambda: len({a["id"] for a in sent_by_colleagues(console)} - before) >= 6, WITHIN_S
    )
    assert not [a for a in console.list_bodies("assignment") if a["incident_id"] == mine]
    legs = [leg for leg in console.list_bodies("leg") if leg["incident_id"] == mine]
    assert legs
    assert not any((leg["seen_by"] or "").startswith(COLLEAGUES) for leg in legs)
    # And whom the person sends, goes; colleagues at work beside may have been faster with what was proposed.
    ids = await accept_what_stands(console, mine, WITHIN_S)
    sent = [await wait_row(console, "assignment", id_) for id_ in ids]
    for order in sent:
        if is_radio_only(order["unit_id"]):
            taken = {"type": "assignment.accept", "assignment_id": order["id"], "n": 0}
            await console.send(taken, source="dispatcher_by_radio")
    await console.wait_until(lambda: any(has_answered(console, order["id"]) for order in sent), WITHIN_S)


def has_answered(console: ConsoleClient, assignment_id: str) -> bool:
    """Whether a crew has taken an order, or has said no to it."""
    standing = console.find("assignment", assignment_id)
    return standing is None or standing["state"] == "ended" or bool(standing["accepted_at"])


async def test_calls_that_need_no_unit_end_with_a_reason_and_nothing_is_sent(console: ConsoleClient) -> None:
    def ended() -> list[Json]:
        return [r for r in console.list_bodies("report") if r["status"] == "ended"]

    await console.wait_until(lambda: bool(ended()), WITHIN_S)
    assert all(report["ended_reason"] and report["incident_id"] is None for report in ended())


async def test_when_its_people_are_killed_the_centre_goes_on_and_new_ones_take_over(
    console: ConsoleClient, generated_world: World, demo: subprocess.Popen[bytes]
) -> None:
    os.kill(demo.pid, signal.SIGKILL)
    demo.wait()
    number = (await console.send({"type": "incident.open", "type_code": "noise"}))["data"]["number"]
    assert number
    standing = {a["id"] for a in sent_by_colleagues(console) if a["state"] == "active" and not a["times"]}
    again = start_demo(generated_world)
    try:
        await console.wait_until(
            lambda: all(
                a["times"] or a["state"] == "ended"
                for a in sent_by_colleagues(console)
                if a["id"] in standing
            ),
            WITHIN_S,
        )
        # What has ended leaves the board: only a new one's number tells that somebody was sent.
        before = {a["id"] for a in sent_by_colleagues(console)}
        await console.wait_until(
            lambda: any(a["id"] not in before for a in sent_by_colleagues(console)), WITHIN_S
        )
    finally:
        end(again)
    assert again.returncode == 0


async def test_a_centre_in_which_nobody_is_played_says_so(generated_world: World) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dispatch", "demo",
        cwd=PROJECT, env={**generated_world.environment, "DEMO_TRAFFIC": "off"},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    assert process.returncode == 1
    assert "DEMO_TRAFFIC is off" in said.decode()
