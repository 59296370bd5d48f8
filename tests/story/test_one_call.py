"""One call through the whole centre, over real sockets, on both cities."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from dispatch.client.console import ConsoleClient
from dispatch.client.unit import UnitClient
from tests.clock import tell_the_time
from tests.story.acts import (
    accept_what_stands,
    call_sign_of,
    connect_units,
    find_known_door,
    is_best,
    of,
    open_incident,
    send_report,
    take_what_stands,
    wait_placed,
    wait_row,
)
from tests.story.world import World

Json = dict[str, Any]

pytestmark = pytest.mark.asyncio(loop_scope="module")
in_generated_city = pytest.mark.xdist_group("generated_world")


async def test_a_report_is_acknowledged_once_placed_and_shown_with_the_words_that_were_used(
    world: World,
) -> None:
    console, reporter = await world.console(), await world.reporter()
    door = find_known_door(world)
    command_id = str(uuid7())
    first = await reporter.report("cháy nhà, có người kẹt", heard=door["heard"], command_id=command_id)
    await reporter.break_connection()
    again = await reporter.report("cháy nhà, có người kẹt", heard=door["heard"], command_id=command_id)
    assert again["receipt_code"] == first["receipt_code"]
    assert again["report_id"] == first["report_id"]

    report = await wait_placed(console, first["report_id"])
    assert report["status"] == "waiting"
    assert report["words"] == ["cháy nhà, có người kẹt"]
    assert report["place"]["heard"] == door["heard"]
    best = report["candidates"][0]
    assert best["ward"]
    assert abs(best["lon_lat"][0] - door["lon"]) < 0.002
    assert abs(best["lon_lat"][1] - door["lat"]) < 0.002


async def test_the_recommended_units_are_sent_arrive_and_close_the_incident_leg_by_leg(world: World) -> None:
    console, reporter = await world.console(), await world.reporter()
    report_id = await send_report(reporter, "cháy nhà", find_known_door(world)["heard"], "0900000041")
    await wait_placed(console, report_id)
    incident_id = await open_incident(console, report_id, "house_fire", 1)
    plan, assignment_ids = await take_what_stands(console, incident_id, holds=is_best)
    assert {p["leg_id"][-1] for p in plan["proposed"]} >= {"4", "5"}
    assert all(p["eta_s"] > 0 and p["reasons"] for p in plan["proposed"])

    devices = await connect_units(world, console, assignment_ids)
    for assignment_id, device in devices.items():
        await device.wait_until(lambda device=device: bool(device.deliveries))  # type: ignore[misc]
        await console.wait_until(lambda a=assignment_id: bool(of(console, a)["received_at"]))  # type: ignore[misc]
        assert of(console, assignment_id)["accepted_at"] is None
        await device.accept(assignment_id)
        await device.report_phase(assignment_id, "en_route")
    await change_place_while_under_way(console, incident_id, devices)
    for assignment_id, device in devices.items():
        await device.report_phase(assignment_id, "on_scene")
        await device.report_phase(assignment_id, "returning", outcome="resolved_on_scene")
    await console.wait_until(lambda: all(of(console, a)["state"] == "ended" for a in devices))
    await close_every_leg(console, incident_id)
    await console.wait_until(lambda: console.find("incident", incident_id)["state"] == "closed")  # type: ignore[index]
    await reporter.wait_until(lambda: "closed" in reporter.stages.values())
    await check_replay_equals_the_live_copy(world, console)


async def test_a_second_caller_is_shown_as_a_possible_duplicate_merged_and_split_again(world: World) -> None:
    console, reporter, second = await world.console(), await world.reporter(), await world.reporter()
    door = find_known_door(world)["heard"]
    first_id = await send_report(reporter, "cháy nhà", door)
    await wait_placed(console, first_id)
    incident_id = await open_incident(console, first_id, "house_fire", 1)
    assignment_ids = await accept_what_stands(console, incident_id)
    devices = await connect_units(world, console, assignment_ids[:1])
    (assignment_id, device), *_ = devices.items()
    await device.accept(assignment_id)

    later_id = await send_report(second, "sân thượng bị khóa", door)
    received_at = (await wait_placed(console, later_id))["received_at"]

    def why(report: Json) -> list[str]:
        return [why for d in report["duplicates"] if d["incident_id"] == incident_id for why in d["why"]]

    shown = await wait_row(console, "report", later_id, lambda report: "near" in why(report))
    assert shown["status"] == "waiting"

    await console.send({"type": "report.attach", "report_id": later_id, "incident_id": incident_id})
    await device.wait_until(lambda: any(d["kind"] == "update" for d in device.deliveries))
    await console.wait_until(lambda: last_update(console, assignment_id).get("kind") == "words")

    await console.send({"type": "report.split", "report_id": later_id})
    await console.wait_until(lambda: console.find("report", later_id)["status"] == "waiting")  # type: ignore[index]
    assert console.find("report", later_id)["received_at"] == received_at  # type: ignore[index]
    assert console.find("incident", incident_id)["report_ids"] == [first_id]  # type: ignore[index]


@in_generated_city
async def test_call_report_and_incident_are_three_things(generated_world: World) -> None:
    console, exchange = await generated_world.console(), await generated_world.exchange()
    call_id = str(uuid7())
    await exchange.ring(call_id, "115", "0900000077")
    await console.wait_until(lambda: console.find("call", call_id) is not None)
    assert console.find("call", call_id)["number"] == "0900000077"  # type: ignore[index]
    reports, incidents = len(console.list_bodies("report")), len(console.list_bodies("incident"))
    await console.send({"type": "call.answer", "call_id": call_id})
    body = {"type": "report.receive", "channel": "phone", "line": "115", "words": "ông cụ bất tỉnh"}
    data = (await console.send(body | {"call_id": call_id, "phone": "0900000077"}))["data"]
    await exchange.hang_up(call_id)
    await console.wait_until(lambda: console.find("call", call_id)["state"] == "ended")  # type: ignore[index]
    assert console.find("call", call_id)["report_ids"] == [data["report_id"]]  # type: ignore[index]
    assert len(console.list_bodies("report")) == reports + 1
    assert len(console.list_bodies("incident")) == incidents


@in_generated_city
async def test_a_report_stands_where_its_telephone_is_until_a_place_is_chosen(generated_world: World) -> None:
    console, exchange = await generated_world.console(), await generated_world.exchange()
    gateway = await generated_world.sign_in("tongdai")
    door = find_known_door(generated_world)
    call_id, number = str(uuid7()), "0900000062"

    async def tell(lat: float, radius_m: float) -> None:
        fields = {"location_latitude": lat, "location_longitude": door["lon"], "device_number": number}
        fields |= {"location_accuracy": radius_m, "location_confidence": 0.9}
        answer = await gateway.http.post("/api/handset-location", json=fields)
        assert answer.json() == {"call_id": call_id, "kept": True}

    def place() -> Json:
        report = console.find("report", report_id)
        return {} if report is None else report["place"]

    await exchange.ring(call_id, "115", number)
    await tell(door["lat"], 900.0)
    body = {"type": "report.receive", "channel": "phone", "line": "115", "call_id": call_id, "phone": number}
    report_id = (await console.send(body | {"words": "ngất xỉu"}))["data"]["report_id"]
    await console.wait_until(lambda: place().get("radius_m") == 900.0)
    assert place()["level"] == "handset"
    await tell(door["lat"] + 0.0002, 25.0)
    await console.wait_until(lambda: place().get("radius_m") == 25.0)
    chosen = place() | {"level": "door", "state": "matched", "label": door["heard"]}
    await console.send({"type": "report.place", "report_id": report_id, "place": chosen})
    await tell(door["lat"] + 0.003, 10.0)
    await console.wait_until(lambda: console.find("call", call_id)["handset"]["radius_m"] == 10.0)  # type: ignore[index]
    # What follows in the log has passed the centre's own follower too.
    later = await send_report(await generated_world.reporter(), "khói", door["heard"])
    await wait_placed(console, later)
    assert place() == chosen


@in_generated_city
async def test_an_abandoned_call_stays_on_the_list_until_a_person_takes_it_off(
    generated_world: World,
) -> None:
    console, exchange = await generated_world.console(), await generated_world.exchange()
    call_id = str(uuid7())
    await exchange.ring(call_id, "114", "0900000018")
    await exchange.hang_up(call_id)
    await console.wait_until(lambda: (console.find("call", call_id) or {}).get("call_back_due") is True)
    await console.send({"type": "call.call_back", "call_id": call_id, "reached": False})
    await console.send({"type": "call.call_back", "call_id": call_id, "reached": True})
    await console.wait_until(lambda: len(console.find("call", call_id)["attempts"]) == 2)  # type: ignore[index]
    assert console.find("call", call_id)["call_back_due"] is True  # type: ignore[index]
    await console.send({"type": "call.call_back_done", "call_id": call_id, "reason": "wrong_number"})
    await console.wait_until(lambda: console.find("call", call_id)["call_back_due"] is False)  # type: ignore[index]


@in_generated_city
async def test_a_place_nobody_knows_reaches_the_call_taker_as_unplaced(generated_world: World) -> None:
    console, reporter = await generated_world.console("tiepnhan"), await generated_world.reporter()
    report_id = await send_report(reporter, "có đánh nhau", "chỗ cây đa to xyzxyz")
    report = await wait_placed(console, report_id)
    assert report["place"]["level"] == "unplaced"
    assert report["place"]["lon_lat"] is None
    assert report["place"]["heard"] == "chỗ cây đa to xyzxyz"


@in_generated_city
async def test_statuses_of_an_offline_unit_are_applied_once_with_their_own_times(
    generated_world: World,
) -> None:
    console, reporter = await generated_world.console(), await generated_world.reporter()
    report_id = await send_report(reporter, "đau ngực", find_known_door(generated_world)["heard"])
    await wait_placed(console, report_id)
    incident_id = await open_incident(console, report_id, "chest_pain", 2)
    assignment_id, *_ = await accept_what_stands(console, incident_id)
    (device,) = (await connect_units(generated_world, console, [assignment_id])).values()
    await console.wait_until(lambda: bool(of(console, assignment_id)["received_at"]))
    await device.accept(assignment_id)
    await device.stop()

    offline = await generated_world.unit(call_sign_of(console, assignment_id))
    await tell_the_time(offline)
    pressed_at = datetime.now(UTC)
    body = {"type": "assignment.phase", "assignment_id": assignment_id, "status_code": "en_route"}
    command_id = str(uuid7())
    for _ in range(3):
        await offline.send(body, command_id=command_id, occurred_at=pressed_at)
    await console.wait_until(lambda: "en_route" in of(console, assignment_id)["times"])
    told = datetime.fromisoformat(of(console, assignment_id)["times"]["en_route"]["occurred_at"])
    assert abs(told - pressed_at) < timedelta(seconds=1)
    timeline = await (await generated_world.sign_in("dieuphoi")).get_json(
        f"/api/incidents/{incident_id}/timeline"
    )
    assert [line["type"] for line in timeline["log"]].count("assignment.phase_reported") == 1


async def change_place_while_under_way(
    console: ConsoleClient, incident_id: str, devices: dict[str, UnitClient]
) -> None:
    """A correction of the place reaches every unit as an update with acknowledgements of its own."""
    incident = console.find("incident", incident_id)
    assert incident is not None
    lon, lat = incident["place"]["lon_lat"]
    place = {
        **incident["place"],
        "lon_lat": [lon + 0.0005, lat],
        "label": f"{incident['place']['label']} (cổng sau)",
    }
    body = {"type": "incident.change_place", "incident_id": incident_id, "seen": incident["version"]}
    await console.send(body | {"place": place})
    for assignment_id, device in devices.items():
        await device.wait_until(lambda d=device: any(x["kind"] == "update" for x in d.deliveries))  # type: ignore[misc]
        await console.wait_until(lambda a=assignment_id: bool(last_update(console, a).get("received_at")))  # type: ignore[misc]
        update = last_update(console, assignment_id)
        assert update["kind"] == "place"
        assert update["accepted_at"] is None
        await device.accept(assignment_id, update["n"])
        await console.wait_until(lambda a=assignment_id: bool(last_update(console, a).get("accepted_at")))  # type: ignore[misc]


async def close_every_leg(console: ConsoleClient, incident_id: str) -> None:
    """Each agency closes its part; a part nobody was sent for is refused with a reason."""
    for leg in [leg for leg in console.list_bodies("leg") if leg["incident_id"] == incident_id]:
        if leg["state"] == "requested":
            await console.send({"type": "leg.see", "leg_id": leg["id"]})
        await console.send({"type": "leg.close", "leg_id": leg["id"], "outcome": "resolved_on_scene"})


async def check_replay_equals_the_live_copy(world: World, console: ConsoleClient) -> None:
    """What replay says of the copy's own instant is the copy."""
    rows, seq = dict(console.copy.rows), console.copy.seq
    account = await world.sign_in("giamsat")
    replayed = await account.get_json("/api/replay/state", seq=seq)
    assert replayed["seq"] == seq
    past = {(row["kind"], row["id"]): row["body"] for row in replayed["rows"]}
    live = {key: row["body"] for key, row in rows.items()}
    assert past == live


def last_update(console: ConsoleClient, assignment_id: str) -> Json:
    """The newest numbered update of an assignment, {} while the screen shows none."""
    updates: list[Json] = of(console, assignment_id)["updates"]
    return updates[-1] if updates else {}
