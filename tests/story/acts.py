"""What people of the stories do again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest

from dispatch.client.console import ConsoleClient
from dispatch.client.link import CommandRefused
from dispatch.client.reporter import ReporterClient
from dispatch.client.unit import UnitClient
from tests.story.world import READY_WITHIN_S, World, wait_a_moment

Json = dict[str, Any]

# What a desk may be told in good order: the picture has moved on while its command was on the way.
MOVED_ON = {"recommendation_changed", "unit_gone", "unit_committed", "crew_committed", "nothing_to_accept"}


def find_known_door(world: World) -> Json:
    """A house number the city knows, on a street whose name and number stand there once."""
    with psycopg.connect(world.dsn) as connection:
        row = connection.execute(
            """
            SELECT n.path AS path, s.name AS name, ST_X(n.geom) AS lon, ST_Y(n.geom) AS lat
            FROM gis.house_numbers n JOIN gis.streets s ON s.id = n.street_id
            WHERE n.path ~ '^[0-9]+$' AND NOT s.alley
            ORDER BY (SELECT count(*) FROM gis.house_numbers m WHERE m.street_id = n.street_id) DESC, n.id
            LIMIT 1
            """
        ).fetchone()
    assert row is not None
    return {"heard": f"{row[0]} {row[1]}", "lon": row[2], "lat": row[3]}


def find_quiet_door(world: World, console: ConsoleClient) -> Json:
    """The house number the city knows that is farthest from every open incident, with its ward: streets of
    one name are many."""
    incidents = [row for row in console.list_bodies("incident") if row["state"] == "open"]
    at = [i["place"]["lon_lat"] for i in incidents if i["place"]["lon_lat"] is not None]
    with psycopg.connect(world.dsn) as connection:
        doors = connection.execute(
            """
            SELECT n.path, s.name, w.name, ST_X(n.geom), ST_Y(n.geom)
            FROM gis.house_numbers n JOIN gis.streets s ON s.id = n.street_id
            JOIN gis.wards w ON ST_Covers(w.geom, n.geom)
            WHERE n.path ~ '^[0-9]+$' AND NOT s.alley ORDER BY n.id
            """
        ).fetchall()
    path, name, ward, *here = max(
        doors, key=lambda d: min((abs(d[3] - lon) + abs(d[4] - lat) for lon, lat in at), default=0.0)
    )
    return {"heard": f"{path} {name}, {ward}", "lon": here[0], "lat": here[1]}


async def send_report(reporter: ReporterClient, words: str, heard: str, phone: str = "") -> str:
    """Tell something; the report's id."""
    data = await reporter.report(words, heard=heard, phone=phone)
    return str(data["report_id"])


async def wait_placed(console: ConsoleClient, report_id: str) -> Json:
    """The report once the centre has looked for its place."""

    return await wait_row(
        console, "report", report_id, lambda report: bool(report["place"]["level"] != "unknown")
    )


async def open_incident(console: ConsoleClient, report_id: str, type_code: str, priority: int) -> str:
    """Release a report as an incident; the incident's id."""
    body = {"type": "incident.open", "type_code": type_code, "report_id": report_id, "priority": priority}
    ack = await console.send(body)
    return str(ack["data"]["incident_id"])


async def wait_recommended(
    console: ConsoleClient,
    incident_id: str,
    after: int = 0,
    within_s: float | None = None,
    holds: Callable[[Json], bool] = lambda _: True,
) -> Json:
    """The recommendation of an incident, of a version later than `after`, once it is one that `holds`. The
    centre may make another at any time: what it shall be is waited for and not assumed."""
    return await wait_row(
        console, "recommendation", incident_id, lambda plan: plan["version"] > after and holds(plan), within_s
    )


def is_best(plan: Json) -> bool:
    """Whether a recommendation was made by roads and not by straight lines, nor in haste."""
    by_road = not plan["degraded"] and plan["method"] == "min_cost_flow"
    return bool(by_road and not plan.get("hasty"))


async def accept(
    console: ConsoleClient, recommendation: Json, occurred_at: datetime | None = None
) -> list[str]:
    """Send what was seen; the assignments' ids, which are on the screen when this returns. Refused where the
    centre has meanwhile thought again: whoever only wants units sent calls `accept_what_stands`."""
    body = {"type": "recommendation.accept", "incident_id": recommendation["incident_id"]}
    ack = await console.send(body | {"version": recommendation["version"]}, occurred_at=occurred_at)
    await console.wait_until(lambda: console.copy.seq >= ack["seq_last"])
    return [str(id_) for id_ in ack["data"]["assignment_ids"]]


async def take_what_stands(
    console: ConsoleClient,
    incident_id: str,
    within_s: float | None = None,
    *,
    occurred_at: datetime | None = None,
    holds: Callable[[Json], bool] = lambda _: True,
) -> tuple[Json, list[str]]:
    """Send what is proposed and `holds`, and what is proposed next where the centre or others were faster;
    the recommendation that was taken, and the assignments' ids, which are on the screen."""
    seen = 0
    while True:
        proposed = await wait_recommended(console, incident_id, seen, within_s, holds)
        seen = proposed["version"]
        try:
            return proposed, await accept(console, proposed, occurred_at)
        except CommandRefused as refusal:
            if refusal.code not in MOVED_ON:
                raise


async def accept_what_stands(
    console: ConsoleClient,
    incident_id: str,
    within_s: float | None = None,
    *,
    occurred_at: datetime | None = None,
) -> list[str]:
    """The same, where it does not matter which recommendation was taken."""
    return (await take_what_stands(console, incident_id, within_s, occurred_at=occurred_at))[1]


async def connect_units(
    world: World, console: ConsoleClient, assignment_ids: list[str]
) -> dict[str, UnitClient]:
    """The device of each assignment's unit."""
    await console.wait_until(lambda: all(console.find("assignment", a) is not None for a in assignment_ids))
    devices = await asyncio.gather(*(world.unit(call_sign_of(console, a)) for a in assignment_ids))
    return dict(zip(assignment_ids, devices, strict=True))


def of(console: ConsoleClient, assignment_id: str) -> Json:
    """An assignment that is on the board."""
    found = console.find("assignment", assignment_id)
    assert found is not None
    return found


def call_sign_of(console: ConsoleClient, assignment_id: str) -> str:
    """The call sign of an assignment's unit."""
    unit = console.find("unit", of(console, assignment_id)["unit_id"])
    assert unit is not None
    return str(unit["call_sign"])


async def open_at_known_door(
    world: World, console: ConsoleClient, type_code: str, priority: int, door: Json | None = None
) -> str:
    """Report something to 115 at a known house number and release it; the incident's id."""
    reporter = await world.reporter()
    heard = (door or find_known_door(world))["heard"]
    told = await reporter.report("cần giúp", heard=heard, line="115")
    report_id = str(told["report_id"])
    await wait_placed(console, report_id)
    return await open_incident(console, report_id, type_code, priority)


async def wait_row(
    console: ConsoleClient,
    kind: str,
    id_: str,
    holds: Callable[[Json], bool] = lambda _: True,
    within_s: float | None = None,
) -> Json:
    """A row once it is on the screen and `holds`, just as it was then. Raises TimeoutError."""
    seen: list[Json] = []

    def stands() -> bool:
        found = console.find(kind, id_)
        if found is not None and holds(found):
            seen.append(found)
        return bool(seen)

    await console.wait_until(stands, within_s)
    return seen[0]


def find_free_unit(console: ConsoleClient, agency_id: str) -> Json:
    """A unit of an agency that could go now."""
    return next(
        unit
        for unit in console.list_bodies("unit")
        if unit["agency_id"] == agency_id and unit["phase"] == "available" and not unit["assignment_id"]
    )


async def refusal_of(command: Awaitable[Json]) -> CommandRefused:
    """The refusal of a command that must be refused, told in both languages."""
    with pytest.raises(CommandRefused) as refused:
        await command
    assert refused.value.error["vi"]
    assert refused.value.error["en"]
    return refused.value


async def wait_by_road(world: World) -> None:
    """Until the centre finds ways by road: it begins without its planner, and says by what it plans."""
    door = find_known_door(world)
    at = f"{door['lon']:.6f},{door['lat']:.6f}"
    account = await world.sign_in("dieuphoi")
    async with asyncio.timeout(READY_WITHIN_S):
        while (await account.get_json("/api/way", **{"from": at, "to": at}))["degraded"]:
            await asyncio.to_thread(wait_a_moment, world.planner)
