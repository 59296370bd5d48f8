"""The clocks of a call, right to the second, from times that crews and callers claimed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from tests.story.acts import accept, find_known_door, open_incident, wait_placed, wait_recommended
from tests.story.world import World

Json = dict[str, Any]

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("generated_world")]


async def test_every_clock_of_a_call_is_right_to_the_second_and_what_nobody_told_is_empty(
    generated_world: World,
) -> None:
    console, exchange = await generated_world.console(), await generated_world.exchange()
    call_id = str(uuid7())
    await exchange.ring(call_id, "115", "0900000099")
    await console.send({"type": "call.answer", "call_id": call_id})
    body = {
        "type": "report.receive",
        "channel": "phone",
        "line": "115",
        "call_id": call_id,
        "words": "đau ngực",
    }
    place = {"heard": find_known_door(generated_world)["heard"]}
    report_id = (await console.send(body | {"place": place, "phone": "0900000099"}))["data"]["report_id"]
    await wait_placed(console, report_id)
    incident_id = await open_incident(console, report_id, "chest_pain", 1)
    assignment_id, *_ = await accept(console, await wait_recommended(console, incident_id))
    await console.wait_until(lambda: console.find("assignment", assignment_id) is not None)
    unit_id = console.find("assignment", assignment_id)["unit_id"]  # type: ignore[index]
    device = await generated_world.unit(console.find("unit", unit_id)["call_sign"])  # type: ignore[index]
    await console.wait_until(lambda: bool(console.find("assignment", assignment_id)["received_at"]))  # type: ignore[index]
    await device.accept(assignment_id)
    told: dict[str, datetime] = {}
    for status in ("en_route", "on_scene", "transporting", "at_hospital"):
        told[status] = datetime.now(UTC)
        await device.report_phase(assignment_id, status, occurred_at=told[status])
    ended_at = datetime.now(UTC)
    await device.report_phase(assignment_id, "returning", outcome="taken_to_hospital", occurred_at=ended_at)
    await console.wait_until(lambda: console.find("assignment", assignment_id)["state"] == "ended")  # type: ignore[index]

    account = await generated_world.sign_in("dieuphoi")
    clocks = await account.get_json(f"/api/incidents/{incident_id}/clocks")
    leg = next(leg for leg in clocks["legs"] if assignment_id in leg["units"])
    unit = leg["units"][assignment_id]
    assignment: Json = console.find("assignment", assignment_id) or {}
    call: Json = console.find("call", call_id) or {}
    assert clocks["answer_s"] == seconds(call["rung_at"], call["answered_at"])
    first = console.find("leg", leg["leg_id"])["first_dispatched_at"]  # type: ignore[index]
    assert leg["clocks"]["processing_s"] == seconds(call["answered_at"], first)
    assert unit["notify_s"] == seconds(assignment["dispatched_at"], assignment["received_at"])
    assert abs(unit["travel_s"] - gap(told, "en_route", "on_scene")) < 1
    assert abs(unit["scene_s"] - gap(told, "on_scene", "transporting")) < 1
    assert abs(unit["transport_s"] - gap(told, "transporting", "at_hospital")) < 1
    assert abs(unit["handover_s"] - (ended_at - told["at_hospital"]).total_seconds()) < 1
    assert unit["access_s"] is None


def seconds(start: str, end: str) -> float:
    """Seconds between two times of a row."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(seconds=1)


def gap(told: dict[str, datetime], start: str, end: str) -> float:
    """Seconds between two statuses as the crew told them."""
    return (told[end] - told[start]).total_seconds()
