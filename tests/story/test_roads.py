"""What holds on the roads: felt by every way and plan at once, through kills and restarts, until it ends."""

import asyncio
import math
import signal
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from dispatch.client.console import ConsoleClient
from tests.story.acts import (
    connect_units,
    is_best,
    of,
    open_at_known_door,
    refusal_of,
    take_what_stands,
    wait_recommended,
    wait_row,
)
from tests.story.world import World

Json = dict[str, Any]
Pair = tuple[float, float]
M_PER_DEG = 111_195.0
BACK_WITHIN_S = 240.0
"""What was killed may take so long to be back on a machine that does ten things at once."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


def box(at: Pair, half_m: float) -> list[Pair]:
    """A square around a place, as somebody draws it."""
    d_lat = half_m / M_PER_DEG
    d_lon = d_lat / math.cos(math.radians(at[1]))
    lon, lat = at
    return [
        (lon - d_lon, lat - d_lat),
        (lon + d_lon, lat - d_lat),
        (lon + d_lon, lat + d_lat),
        (lon - d_lon, lat + d_lat),
    ]


def passes(way: Json, at: Pair, within_m: float) -> bool:
    """Whether a way comes so near to a place."""
    squeeze = math.cos(math.radians(at[1]))

    def to_plane(lon_lat: Pair) -> Pair:
        return (lon_lat[0] - at[0]) * squeeze * M_PER_DEG, (lon_lat[1] - at[1]) * M_PER_DEG

    points = [to_plane(lon_lat) for lon_lat in way["lon_lats"]]
    return any(_distance_m(a, b) < within_m for a, b in pairwise(points))


def _distance_m(a: Pair, b: Pair) -> float:
    """From the origin to a piece of a line."""
    d = b[0] - a[0], b[1] - a[1]
    square = d[0] ** 2 + d[1] ** 2
    share = 0.0 if square == 0 else max(0.0, min(1.0, -(a[0] * d[0] + a[1] * d[1]) / square))
    return math.hypot(a[0] + share * d[0], a[1] + share * d[1])


def middle(way: Json) -> Pair:
    """The place half-way along it."""
    points: list[Pair] = [(lon, lat) for lon, lat in way["lon_lats"]]
    lengths = [math.dist(a, b) for a, b in pairwise(points)]
    left = sum(lengths) / 2
    for (a, b), length in zip(pairwise(points), lengths, strict=True):
        if length >= left:
            share = left / length if length else 0.0
            return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
        left -= length
    return points[-1]


async def put(console: ConsoleClient, form: str, lon_lats: list[Pair], **more: object) -> str:
    body: Json = {"type": "road_condition.put", "kind": "closed", "form": form, "reason": "cầu sập"}
    ack = await console.send(body | {"lon_lats": lon_lats} | more)
    return str(ack["data"]["condition_id"])


async def lift(console: ConsoleClient, condition_id: str) -> None:
    await console.send({"type": "road_condition.lift", "condition_id": condition_id, "reason": "đã thông"})


async def wait_in_force(console: ConsoleClient, condition_id: str) -> Json:
    """The condition once the planner reckons with it."""

    def honoured() -> bool:
        found = console.find("road_condition", condition_id)
        return found is not None and found["stretches"] is not None

    await console.wait_until(honoured)
    return await wait_row(console, "road_condition", condition_id)


async def ask_way(world: World, start: Pair, end: Pair, **more: str) -> Json:
    account = await world.sign_in("dieuphoi")
    places = {"from": f"{start[0]},{start[1]}", "to": f"{end[0]},{end[1]}"} | more
    way: Json = await account.get_json("/api/way", **places, vehicle_class="ambulance")
    return way


async def ask_way_by_road(world: World, start: Pair, end: Pair) -> Json:
    """The way once a planner is there to find it."""
    async with asyncio.timeout(BACK_WITHIN_S):
        way = await ask_way(world, start, end)
        while way["degraded"]:
            way = await ask_way(world, start, end)
    return way


async def wait_passing(world: World, start: Pair, end: Pair, at: Pair) -> Json:
    """The way once it leads through a place again."""
    async with asyncio.timeout(BACK_WITHIN_S):
        way = await ask_way(world, start, end)
        while way["degraded"] or not passes(way, at, 5):
            way = await ask_way(world, start, end)
    return way


async def look_back(world: World, condition_id: str, seq: int) -> Json:
    """The condition as a screen showed it then."""
    account = await world.sign_in("giamsat")
    state = await account.get_json("/api/replay/state", seq=seq)
    return next(row["body"] for row in state["rows"] if row["id"] == condition_id)


async def choose_way(world: World, console: ConsoleClient) -> tuple[Pair, Pair, Json]:
    """Two stations so far apart that there is a way to close half-way."""
    stations = [tuple(s["lon_lat"]) for s in console.list_bodies("station") if s["agency_id"] == "115"]
    start, end = next((a, b) for a in stations for b in stations if 0.02 < math.dist(a, b) < 0.06)
    return start, end, await ask_way_by_road(world, start, end)


async def test_a_closed_street_is_driven_around_until_it_is_lifted(world: World) -> None:
    console = await world.console()
    start, end, before = await choose_way(world, console)
    bridge = middle(before)
    assert passes(before, bridge, 5)
    closed = await put(console, "area", box(bridge, 60))
    condition = await wait_in_force(console, closed)
    assert condition["stretches"] > 0
    assert condition["state"] == "in_force"
    around = await ask_way_by_road(world, start, end)
    assert not passes(around, bridge, 20)

    other = await world.console("giamsat")
    await wait_row(other, "road_condition", closed)
    await lift(other, closed)
    await console.wait_until(lambda: bool((console.find("road_condition", closed) or {}).get("ended_at")))
    after = await wait_passing(world, start, end, bridge)
    # Usual traffic is told anew every few minutes: at one side of it or the other, going around takes longer.
    assert around["travel_s"] > min(before["travel_s"], after["travel_s"])
    ended = (await wait_row(console, "road_condition", closed))["version"]
    told = [await look_back(world, closed, seq) for seq in (condition["version"], ended - 1, ended)]
    assert [road["state"] for road in told] == ["in_force", "in_force", "ended"]
    assert told[0] == condition


async def take_another(world: World, start: Pair, end: Pair) -> tuple[Json, Json]:
    """The first of the other ways, and what is answered to whoever took it."""
    best = await ask_way(world, start, end, alternatives="2")
    other: Json = best["alternatives"][0]
    assert other["over"] != best["over"]
    assert other["over"] in "".join(step["vi"] for step in other["steps"])
    slower_s = other["travel_s"] - best["travel_s"]
    taken = {"via": f"{other['via'][0]},{other['via'][1]}", "slower_s": str(slower_s)}
    return other, await ask_way(world, start, end, **taken)


async def test_another_way_is_told_by_its_street_and_given_again_to_whoever_took_it(world: World) -> None:
    start, end, _ = await choose_way(world, await world.console())
    other, again = await take_another(world, start, end)
    async with asyncio.timeout(BACK_WITHIN_S):
        # Usual traffic may have been told anew between the two questions.
        while (again["via"], again["lon_lats"]) != (other["via"], other["lon_lats"]):
            other, again = await take_another(world, start, end)


async def test_a_plan_and_a_unit_under_way_are_expected_later_when_their_streets_are_flooded(
    world: World,
) -> None:
    console = await world.console()
    incident_id = await open_at_known_door(world, console, "chest_pain", 2)
    dry = await wait_recommended(console, incident_id, holds=is_best)
    at = (await wait_row(console, "incident", incident_id))["place"]["lon_lat"]
    # So slow that it shows, not so slow that a unit off the roads, whose way is a guess, would be sooner.
    slow = await put(console, "area", box((at[0], at[1]), 900), kind="slow", factor=4.0)

    def comes_later(plan: Json) -> bool:
        return is_best(plan) and min(p["eta_s"] for p in plan["proposed"]) > min(
            p["eta_s"] for p in dry["proposed"]
        )

    _wet, (assignment_id, *_) = await take_what_stands(console, incident_id, holds=comes_later)
    await connect_units(world, console, [assignment_id])
    later = find_expected(of(console, assignment_id))
    await lift(console, slow)
    await wait_row(
        console,
        "assignment",
        assignment_id,
        lambda told: told["eta_at"] is not None and find_expected(told) < later,
    )


def find_expected(told: Json) -> datetime:
    """When an assignment's unit is expected: as its plan said, or as was told since."""
    if told["eta_at"] is not None:
        return datetime.fromisoformat(told["eta_at"])
    return datetime.fromisoformat(told["dispatched_at"]) + timedelta(seconds=told["eta_s"])


@pytest.mark.xdist_group("generated_world")
async def test_a_closure_outlives_the_planner_and_the_server_and_ends_by_itself(
    generated_world: World,
) -> None:
    world = generated_world
    console = await world.console()
    start, end, before = await choose_way(world, console)
    bridge = middle(before)
    closed = await put(console, "area", box(bridge, 60))
    await wait_in_force(console, closed)
    around = await ask_way_by_road(world, start, end)
    narrow = {"kind": "unfit", "vehicle_class": "ambulance", "reason": "hẻm hẹp"}
    unfit = await put(console, "point", [middle(around)], **narrow)
    found = await wait_in_force(console, unfit)
    assert (found["stretches"], found["until"], found["review_at"]) == (1, None, None)
    assert found["way_id"] is not None

    async def is_kept_to() -> bool:
        """Neither through what is closed nor where no ambulance fits."""
        way = await ask_way_by_road(world, start, end)
        return not passes(way, bridge, 20) and way["lon_lats"] != around["lon_lats"]

    assert await is_kept_to()
    world.planner.send_signal(signal.SIGKILL)
    await asyncio.to_thread(world.planner.wait)
    world.restart_planner()
    assert await is_kept_to()

    world.server.send_signal(signal.SIGKILL)
    await asyncio.to_thread(world.server.wait)
    connections = console.connections
    await world.restart_server()
    await console.wait_until(lambda: console.connections > connections and console.connected, BACK_WITHIN_S)
    assert await is_kept_to()

    await lift(console, unfit)
    seen = (await wait_row(console, "road_condition", closed))["version"]
    soon = (datetime.now(UTC) + timedelta(seconds=5)).isoformat()
    change = {"type": "road_condition.change", "condition_id": closed, "seen": seen, "until": soon}
    await console.send(change)
    await console.wait_until(lambda: bool((console.find("road_condition", closed) or {}).get("ended_at")))
    assert (await wait_row(console, "road_condition", closed))["ended_how"] == "expired"
    await wait_passing(world, start, end, bridge)


@pytest.mark.xdist_group("generated_world")
async def test_what_lies_on_no_street_or_outside_the_city_is_told_and_a_crews_word_waits_for_the_desk(
    generated_world: World,
) -> None:
    world = generated_world
    console = await world.console()
    body = {"type": "road_condition.put", "kind": "closed", "form": "point", "reason": "cầu sập"}
    refused = await refusal_of(console.send(body | {"lon_lats": [(100.5, 13.7)]}))
    assert refused.code == "road_outside"
    unit = next(u for u in console.list_bodies("unit") if u["agency_id"] == "115")
    crew = await world.unit(str(unit["call_sign"]))
    station = await wait_row(console, "station", unit["station_id"])
    told = {
        "type": "road_condition.report",
        "unit_id": unit["id"],
        "kind": "flood",
        "lon_lat": station["lon_lat"],
    }
    told_id = str((await crew.send(told))["data"]["condition_id"])
    assert (await wait_in_force(console, told_id))["confirmed"] is False
    about = ["road_condition", told_id]
    await console.wait_until(
        lambda: any(
            a["kind"] == "road_unconfirmed" and list(a["about"]) == about
            for a in console.list_bodies("alert")
        )
    )
    await console.send({"type": "road_condition.confirm", "condition_id": told_id})
    await console.wait_until(lambda: not any(list(a["about"]) == about for a in console.list_bodies("alert")))
    await lift(console, told_id)
