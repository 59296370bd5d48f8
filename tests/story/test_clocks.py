"""The clocks of a call, exact, from times that crews and callers claimed; and counted over the day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from tests.clock import tell_the_time
from tests.story.acts import (
    accept_what_stands,
    find_known_door,
    of,
    wait_placed,
    wait_row,
)
from tests.story.world import World

Json = dict[str, Any]

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("generated_world")]

RUNG, ANSWERED, RELEASED, DISPATCHED, RECEIVED = 0, 6, 25, 52, 55
EN_ROUTE, ON_SCENE, TRANSPORTING, AT_HOSPITAL, FREE = 117, 430, 1_033, 1_500, 1_741
"""Seconds since the first ring, as everybody claims them. All of it lies in the past, so that nothing is cut
off at the time of its receipt, and every expected value is exact."""


async def test_every_clock_of_a_call_is_exactly_what_was_claimed_and_what_nobody_told_is_empty(
    generated_world: World,
) -> None:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=FREE + 60)
    console = await generated_world.console()
    before = await count_clocks(generated_world, began)
    call_id, incident_id, assignment_id = await work_a_call(generated_world, began)
    await console.wait_until(lambda: of(console, assignment_id)["state"] == "ended")

    account = await generated_world.sign_in("dieuphoi")
    clocks = await account.get_json(f"/api/incidents/{incident_id}/clocks")
    leg = next(leg for leg in clocks["legs"] if assignment_id in leg["units"])
    call, row, times = (await wait_row(console, "call", call_id)), of(console, assignment_id), leg["units"]
    # One device or exchange claims both ends of these: the correction of its clock cannot show.
    assert clocks["answer_s"] == ANSWERED - RUNG
    unit = dict(times[assignment_id])
    assert unit.pop("notify_s") == seconds(row["dispatched_at"], row["received_at"])
    assert unit.pop("total_s") == seconds(row["dispatched_at"], row["ended_at"])
    assert unit == {
        "turnout_s": EN_ROUTE - RECEIVED,
        "travel_s": ON_SCENE - EN_ROUTE,
        "access_s": None,
        "scene_s": TRANSPORTING - ON_SCENE,
        "transport_s": AT_HOSPITAL - TRANSPORTING,
        "handover_s": FREE - AT_HOSPITAL,
    }
    # Between two senders' clocks it is what the rows say, and that is what was claimed.
    first = console.find("leg", leg["leg_id"])["first_dispatched_at"]  # type: ignore[index]
    assert leg["clocks"]["processing_s"] == seconds(call["answered_at"], first)
    assert leg["clocks"]["total_s"] == seconds(call["rung_at"], row["times"]["on_scene"]["occurred_at"])
    assert round(leg["clocks"]["processing_s"]) == DISPATCHED - ANSWERED
    assert round(leg["clocks"]["total_s"]) == ON_SCENE - RUNG

    counted = await count_clocks(generated_world, began)
    grown = {clock: counted[clock]["n"] - before.get(clock, {"n": 0})["n"] for clock in counted}
    assert grown == dict.fromkeys(counted, 1) | {"access_s": 0}
    assert counted["access_s"]["missing"] == before["access_s"]["missing"] + 1
    answer = next(t for t in counted["answer_s"]["targets"] if t["source"] == "NFPA 1225")
    assert (answer["within_s"], answer["share"], answer["edition"]) == (10.0, 0.9, "2022")


async def work_a_call(world: World, began: datetime) -> tuple[str, str, str]:
    """A call for chest pain from ring to free unit, everything dated; call, incident, assignment."""
    console, exchange = await world.console(), await world.exchange()
    await tell_the_time(exchange)
    call_id = str(uuid7())

    def at(second: int) -> datetime:
        return began + timedelta(seconds=second)

    ring = {"type": "call.ring", "call_id": call_id, "line": "115", "number": "0900000099"}
    await exchange.send(ring, occurred_at=at(RUNG))
    await exchange.send({"type": "call.answer", "call_id": call_id}, occurred_at=at(ANSWERED))
    report = {"type": "report.receive", "channel": "phone", "line": "115", "call_id": call_id}
    place = {"heard": find_known_door(world)["heard"]}
    told = await console.send(report | {"words": "đau ngực", "place": place})
    report_id = told["data"]["report_id"]
    await wait_placed(console, report_id)
    release = {"type": "incident.open", "type_code": "chest_pain", "report_id": report_id, "priority": 1}
    opened = await console.send(release, occurred_at=at(RELEASED))
    incident_id = opened["data"]["incident_id"]
    await tell_the_time(console)
    assignment_id, *_ = await accept_what_stands(console, incident_id, occurred_at=at(DISPATCHED))
    unit = await wait_row(console, "unit", (await wait_row(console, "assignment", assignment_id))["unit_id"])
    device = await world.unit(unit["call_sign"], receive=False)
    await tell_the_time(device)
    received = {"type": "assignment.received", "assignment_id": assignment_id, "n": 0}
    await device.send(received, occurred_at=at(RECEIVED))
    statuses = {"en_route": EN_ROUTE, "on_scene": ON_SCENE, "transporting": TRANSPORTING}
    for status, second in (statuses | {"at_hospital": AT_HOSPITAL}).items():
        await device.report_phase(assignment_id, status, occurred_at=at(second))
    await device.report_phase(assignment_id, "returning", "taken_to_hospital", occurred_at=at(FREE))
    return call_id, incident_id, assignment_id


async def count_clocks(world: World, since: datetime) -> dict[str, Json]:
    """The clocks of 115 that began since then, as the screens get them."""
    account = await world.sign_in("giamsat")
    query = f"since={(since - timedelta(minutes=1)).isoformat().replace('+00:00', 'Z')}"
    counted = await account.get_json(f"/api/clocks?{query}")
    agency = next(a for a in counted["agencies"] if a["agency_id"] == "115")
    return {clock["clock"]: clock for clock in agency["clocks"]}


def seconds(start: str, end: str) -> float:
    """Seconds between two times of a row."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(seconds=1)
