"""Two people at once: one wins, and the other is told who was first and loses nothing."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from dispatch.client.console import ConsoleClient
from dispatch.client.link import CommandRefused
from tests.story.acts import (
    find_free_unit,
    open_at_known_door,
    refusal_of,
    take_what_stands,
    wait_recommended,
    wait_row,
)
from tests.story.world import World

Json = dict[str, Any]
ROUNDS = 200

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("generated_world")]


async def test_of_two_dispatchers_who_send_the_same_unit_at_once_exactly_one_wins_two_hundred_times(
    generated_world: World,
) -> None:
    world = generated_world
    desks = [await world.console("dieuphoi"), await world.console("dieuphoi115")]
    chief = await world.console("giamsat")
    for seat, desk in enumerate(desks):
        await desk.send({"type": "seat.sign_on", "seat_id": f"ban-{seat}", "desk_ids": ["115"]})
    incidents = [await open_at_known_door(world, desk, "chest_pain", 2) for desk in desks]
    numbers = [(await wait_row(chief, "incident", id_))["number"] for id_ in incidents]
    names = [desk.account.me["user"]["name"] for desk in desks]
    unit = find_free_unit(chief, "115")

    wins = [0, 0]
    for round_ in range(ROUNDS):
        order = (0, 1) if round_ % 2 else (1, 0)
        pressed = await asyncio.gather(
            *(send_unit(desks[i], incidents[i], unit["id"]) for i in order), return_exceptions=True
        )
        won = [i for i, outcome in zip(order, pressed, strict=True) if isinstance(outcome, dict)]
        lost = [outcome for outcome in pressed if isinstance(outcome, CommandRefused)]
        assert (len(won), len(lost)) == (1, 1), pressed
        winner = won[0]
        wins[winner] += 1
        assert lost[0].code == "unit_committed"
        told = {key: lost[0].data[key] for key in ("call_sign", "by", "incident_number")}
        assert told == {
            "call_sign": unit["call_sign"], "by": names[winner], "incident_number": numbers[winner],
        }  # fmt: skip
        for text in (lost[0].error["vi"], lost[0].error["en"]):
            assert all(value in text for value in told.values())
        (sent,) = (outcome for outcome in pressed if isinstance(outcome, dict))
        await call_off(chief, sent["data"]["assignment_ids"][0])

    assert sum(wins) == ROUNDS
    assert min(wins) > 0, "one of the two was never first: they did not race"
    with psycopg.connect(world.dsn) as connection:
        made = connection.execute(
            "SELECT count(*) FROM centre.events WHERE type = 'assignment.made'"
            " AND convert_from(bytes, 'UTF8')::jsonb -> 'payload' ->> 'unit_id' = %s",
            (unit["id"],),
        ).fetchone()
    assert made == (ROUNDS,)


async def test_accepting_a_recommendation_whose_unit_is_gone_sends_nobody_and_tells_the_difference(
    generated_world: World,
) -> None:
    world = generated_world
    first, second = await world.console("dieuphoi"), await world.console("dieuphoi115")
    incident_id = await open_at_known_door(world, first, "house_fire", 1)
    other_id = await open_at_known_door(world, second, "chest_pain", 2)
    seen, gone_id = await read_what_loses_a_unit(world, first, second, incident_id, other_id)

    newer, refused = await refuse_what_was_seen(first, seen)
    assert {p["unit_id"] for p in refused.data["proposed"]} == {p["unit_id"] for p in newer["proposed"]}
    assert gone_id not in {p["unit_id"] for p in newer["proposed"]}
    taken, sent = await take_what_stands(first, incident_id)
    assert len(sent) == len(taken["proposed"])


async def read_what_loses_a_unit(
    world: World, first: ConsoleClient, second: ConsoleClient, incident_id: str, other_id: str
) -> tuple[Json, str]:
    """A recommendation that is refused since its ambulance goes elsewhere meanwhile, and that ambulance.

    The centre may think again between the reading and the loss: then it is another one that loses it.
    """
    async with asyncio.timeout(240):
        while True:
            seen = await wait_recommended(first, incident_id, holds=lambda plan: bool(find_ambulance(plan)))
            unit_id = find_ambulance(seen)
            with stopped_planner(world):
                sent = await send_unit(second, other_id, unit_id)
                refused = await refusal_of(accept_version(first, seen))
                if refused.code == "unit_gone":
                    (gone,) = refused.data["units"]
                    assert gone["unit"] == unit_id
                    assert gone["call_sign"] in refused.error["vi"]
                    number = (await wait_row(first, "incident", other_id))["number"]
                    assert gone["incident_number"] == number
                    made = first.list_bodies("assignment")
                    assert not [a for a in made if a["incident_id"] == incident_id]
                    return seen, unit_id
            assert refused.code == "recommendation_changed"
            await call_off(second, sent["data"]["assignment_ids"][0])


def find_ambulance(plan: Json) -> str:
    """The unit that is proposed for the part of 115."""
    return next((str(p["unit_id"]) for p in plan["proposed"] if p["leg_id"].endswith("-5")), "")


async def refuse_what_was_seen(console: ConsoleClient, seen: Json) -> tuple[Json, CommandRefused]:
    """The recommendation that took the place of what was seen, and the refusal that tells of it."""
    async with asyncio.timeout(240):
        while True:
            await wait_recommended(console, seen["incident_id"], after=seen["version"])
            refused = await refusal_of(accept_version(console, seen))
            assert refused.code == "recommendation_changed"
            current = refused.data["current"]
            newer = await wait_recommended(console, seen["incident_id"], after=current - 1)
            if newer["version"] == current:
                return newer, refused


async def test_of_two_changes_of_one_field_the_second_is_refused_with_who_and_when_and_another_field_is_free(
    generated_world: World,
) -> None:
    world = generated_world
    first, second = await world.console("dieuphoi"), await world.console("giamsat")
    incident_id = await open_at_known_door(world, first, "chest_pain", 2)
    seen = (await wait_row(second, "incident", incident_id))["version"]
    change = {"type": "incident.change_priority", "incident_id": incident_id, "seen": seen}
    await first.send(change | {"priority": 1})
    refused = await refusal_of(second.send(change | {"priority": 3}))
    assert refused.code == "changed_meanwhile"
    assert refused.data["field"] == "priority"
    assert refused.data["by"] == first.account.me["user"]["name"]
    assert refused.data["at"]
    assert refused.data["current"] == 1
    other = {"type": "incident.change_type", "incident_id": incident_id, "seen": seen}
    await second.send(other | {"type_code": "stroke"})
    await first.wait_until(lambda: first.find("incident", incident_id)["type_code"] == "stroke")  # type: ignore[index]
    assert first.find("incident", incident_id)["priority"] == 1  # type: ignore[index]


async def send_unit(console: ConsoleClient, incident_id: str, unit_id: str) -> Json:
    """Override the recommendation."""
    return await console.send(
        {"type": "assignment.dispatch", "incident_id": incident_id, "unit_ids": [unit_id]}
    )


async def call_off(console: ConsoleClient, assignment_id: str) -> None:
    """Withdraw an assignment that no device has received."""
    await console.send({"type": "assignment.stand_down", "assignment_id": assignment_id, "reason": "thử"})


async def accept_version(console: ConsoleClient, seen: Json) -> Json:
    """Accept what a screen shows."""
    body = {"type": "recommendation.accept", "incident_id": seen["incident_id"]}
    return await console.send(body | {"version": seen["version"]})


@contextmanager
def stopped_planner(world: World) -> Iterator[None]:
    """No new plan is made meanwhile: the planner is held, not dead."""
    world.planner.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        world.planner.send_signal(signal.SIGCONT)
