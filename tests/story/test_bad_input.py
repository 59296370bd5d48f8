"""Whatever comes in wrong is answered by the error table, kept, bounded, and costs nobody anything."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from uuid6 import uuid7
from websockets.exceptions import ConnectionClosed

from dispatch.client.account import Account, Device
from dispatch.client.console import ConsoleClient
from dispatch.client.unit import UnitClient
from tests.clock import tell_the_time
from tests.integration.api.raw import greeted
from tests.story.acts import (
    accept_what_stands,
    call_sign_of,
    find_free_unit,
    find_known_door,
    of,
    open_at_known_door,
    refusal_of,
    send_report,
    take_what_stands,
    wait_placed,
    wait_row,
)
from tests.story.world import World

Json = dict[str, Any]
CHANNELS = {"console": "dieuphoi", "exchange": "tongdai", "report": ""}
UNREADABLE = [
    ("{", "malformed_json"),
    ('{"t":"ping","sent_at":NaN}', "malformed_json"),
    ("", "malformed_json"),
    ("[[[[", "malformed_frame"),
    ('"xin chào"', "malformed_frame"),
    ('{"t":"khiêu vũ"}', "unknown_frame"),
    ('{"t":"command","command_id":1,"body":[]}', "malformed_frame"),
    ('{"t":"ping","sent_at":"hôm qua"}', "malformed_frame"),
]
TEN_MINUTES = timedelta(minutes=10)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("generated_world")]


async def test_what_cannot_be_read_is_answered_in_both_languages_kept_and_survived_on_every_channel(
    generated_world: World,
) -> None:
    world = generated_world
    for channel, login in CHANNELS.items():
        source = await world.sign_in(login) if login else Device(world.base_url)
        async with greeted(source, channel) as raw:
            for text, code in UNREADABLE:
                check_told((await raw.ask(text, "error"))["error"], code)
            assert await raw.ask({"t": "ping", "sent_at": "2026-07-12T00:00:00Z"}, "pong")

    def frames_of(channel: str, kept: list[Json]) -> set[tuple[str, str]]:
        return {(r["frame"], r["code"]) for r in kept if r["channel"] == channel}

    await wait_rejected(world, lambda kept: all(frames_of(c, kept) >= set(UNREADABLE) for c in CHANNELS))


async def test_a_frame_of_a_megabyte_ends_only_its_own_connection_and_is_kept_cut_short(
    generated_world: World,
) -> None:
    world = generated_world
    console = await world.console()
    # Whether a busy machine is silent for some seconds is not asked here, only whether it is cut off.
    console.silent_s = 600.0
    device = Device(world.base_url)
    async with greeted(device, "report") as raw:
        huge = '{"t":"command","command_id":"x","body":{"words":"' + "ạ" * 2**19 + '"}}'
        check_told((await raw.ask(huge, "error"))["error"], "frame_too_large")
        with pytest.raises(ConnectionClosed):
            await raw.next()
    async with greeted(device, "report") as raw:
        assert (await raw.ask(report_frame("cháy"), "ack"))["data"]["receipt_code"]
    kept = await wait_rejected(world, lambda all_: any(r["code"] == "frame_too_large" for r in all_))
    assert max(len(r["frame"].encode()) for r in kept) <= 2 * 4096
    assert console.connections == 1


@pytest.mark.parametrize(
    ("lon_lat", "code"),
    [
        ([10.77, 106.7], "bad_position"),
        ([2.35, 48.85], "position_out_of_city"),
        (["a", None], "bad_position"),
    ],
)
async def test_a_report_with_an_impossible_position_is_taken_told_and_placed_by_its_words_alone(
    generated_world: World, lon_lat: list[Any], code: str
) -> None:
    world = generated_world
    call_taker = await world.console("tiepnhan")
    door = find_known_door(world)
    async with greeted(Device(world.base_url), "report") as raw:
        known = report_frame("cháy", {"heard": door["heard"], "lon_lat": lon_lat})
        vague = report_frame("cháy", {"heard": "chỗ xyzxyz", "lon_lat": lon_lat})
        ids = []
        for frame in (known, vague):
            data = (await raw.ask(frame, "ack"))["data"]
            check_told(data["notices"][0], code)
            ids.append(data["report_id"])
    placed = await wait_placed(call_taker, ids[0])
    assert placed["place"]["heard"].startswith(door["heard"])
    assert str(lon_lat[0]) in placed["place"]["heard"]
    assert abs(placed["place"]["lon_lat"][0] - door["lon"]) < 0.002
    assert (await wait_placed(call_taker, ids[1]))["place"]["level"] == "unplaced"


async def test_positions_no_unit_can_have_are_refused_and_the_last_good_one_stays(
    generated_world: World,
) -> None:
    world = generated_world
    console = await world.console()
    unit, other = (find_free_unit(console, agency) for agency in ("115", "114"))
    await console.look_at(None, [unit["id"], other["id"]])
    account = await world.sign_in(unit["call_sign"].lower())
    async with greeted(account, "unit", sent_at=datetime.now(UTC).isoformat()) as raw:
        await raw.send(position_frame(106.7, 10.77))
        await console.wait_until(lambda: unit["id"] in console.positions)
        later = datetime.now(UTC) + TEN_MINUTES
        for frame, code in [
            (position_frame(10.77, 106.7), "bad_position"),
            ('{"t":"position","at":"2026-07-12T00:00:00Z","lon":NaN,"lat":10.7}', "malformed_json"),
            (position_frame(106.7, 1e400), "malformed_json"),
            (position_frame(106.8, 10.8, at=later), "future_position"),
            (position_frame(106.8, 10.8, at=datetime.max.replace(tzinfo=UTC)), "future_position"),
            (position_frame(106.8, 10.8, at=later.replace(tzinfo=None)), "malformed_frame"),
            (position_frame(106.8, 10.8, unit=other["id"]), "not_your_unit"),
            (position_frame(106.8, 10.8, unit="không có"), "not_your_unit"),
        ]:
            check_told((await raw.ask(frame, "error"))["error"], code)
        await raw.send(position_frame(106.71, 10.77))
        await console.wait_until(lambda: console.positions[unit["id"]][1] == 106.71)
        assert other["id"] not in console.positions


async def test_commands_about_what_is_not_there_not_theirs_or_no_longer_so_change_nothing(
    generated_world: World,
) -> None:
    world = generated_world
    console = await world.console()
    incident_id = await open_at_known_door(world, console, "chest_pain", 2)
    seen = (await wait_row(console, "incident", incident_id))["version"]
    plan, (assignment_id, *_) = await take_what_stands(console, incident_id)
    await console.wait_until(lambda: console.find("assignment", assignment_id) is not None)
    before = of(console, assignment_id)
    foreign = next(
        unit["call_sign"]
        for unit in console.list_bodies("unit")
        if unit["agency_id"] == "115" and unit["call_sign"] != call_sign_of(console, assignment_id)
    )
    stranger = await world.unit(foreign)
    priority = {"type": "incident.change_priority", "incident_id": incident_id}
    await console.send(priority | {"priority": 1, "seen": seen})

    press = {"type": "assignment.phase", "assignment_id": assignment_id, "status_code": "en_route"}
    send = {"type": "assignment.dispatch", "incident_id": incident_id}
    take = {"type": "recommendation.accept", "incident_id": incident_id}
    for link, body, code in [
        (stranger, press, "not_yours"),
        (stranger, press | {"assignment_id": "không có"}, "unknown_assignment"),
        (stranger, take | {"version": 1}, "command_not_here"),
        (console, send | {"unit_ids": ["không-có"]}, "unknown_unit"),
        (console, send | {"unit_ids": []}, "no_units"),
        (console, send | {"unit_ids": "A1"}, "malformed_command"),
        (console, send | {"unit_ids": ["x"], "incident_id": "không-có"}, "unknown_incident"),
        (console, take | {"version": plan["version"] + 7}, "recommendation_changed"),
        (console, priority | {"priority": 3, "seen": seen}, "changed_meanwhile"),
        (console, priority | {"priority": 9, "seen": 10**9}, "bad_priority"),
        (console, priority | {"priority": "một", "seen": 1}, "malformed_command"),
        (console, {"type": "incident.destroy"}, "command_not_here"),
        (console, priority | {"incident_id": "a\x00", "priority": 3, "seen": 1}, "malformed_command"),
        (
            console,
            {"type": "desk.open", "desk_id": "\x00", "name": "bàn", "agencies": ["115"]},
            "malformed_command",
        ),
        (console, {}, "command_not_here"),
    ]:
        check_told((await refusal_of(link.send(body))).error, code)
    timeless = {"t": "command", "command_id": str(uuid7()), "occurred_at": "2026-07-12T00:00:00"}
    async with greeted(world.accounts[foreign.lower()], "unit") as raw:
        check_told((await raw.ask(timeless | {"body": press}, "refused"))["error"], "malformed_frame")
    assert of(console, assignment_id)["times"] == before["times"] == {}
    assert (await wait_row(console, "incident", incident_id))["priority"] == 1


async def test_a_repeated_command_gets_its_first_answer_and_a_conflicting_one_is_refused(
    generated_world: World,
) -> None:
    world = generated_world
    console, reporter = await world.console(), await world.reporter()
    command_id = str(uuid7())
    first = await reporter.report("cháy", heard="chợ", command_id=command_id)
    again = await reporter.report("cháy", heard="chợ", command_id=command_id)
    assert again == first
    other = {"type": "report.receive", "channel": "app", "words": "lụt"}
    refused = await refusal_of(reporter.send(other, command_id=command_id))
    check_told(refused.error, "command_conflict")
    await wait_row(console, "report", first["report_id"])
    assert [r["words"] for r in console.list_bodies("report") if r["id"] == first["report_id"]] == [["cháy"]]
    refused = await refusal_of(reporter.send(other, command_id="không-phải-uuid"))
    check_told(refused.error, "malformed_command_id")


async def test_words_of_any_form_are_kept_whole_up_to_ten_thousand_characters_and_one_more_is_told_so(
    generated_world: World,
) -> None:
    world = generated_world
    console, reporter = await world.console(), await world.reporter()
    decomposed, composed = "cha\u0301y o\u031b\u0309 đa\u0302y", "ch\u00e1y \u1edf đ\u00e2y"
    for sent, kept in [
        (decomposed, composed),
        ("🔥👨‍👩‍👧‍👦 cứu", "🔥👨‍👩‍👧‍👦 cứu"),
        ("a\x00b\x1b[31mc\u202e", "ab[31mc\u202e"),
        ("x" * 10_000, "x" * 10_000),
    ]:
        report_id = await send_report(reporter, sent, "")
        assert (await wait_row(console, "report", report_id))["words"] == [kept]
    long = {"type": "report.receive", "channel": "app", "words": "x" * 10_001}
    refused = await refusal_of(reporter.send(long))
    check_told(refused.error, "too_long")
    assert refused.data == {"field": "words", "limit": 10_000, "length": 10_001}


@pytest.mark.parametrize("off", [TEN_MINUTES, -TEN_MINUTES])
async def test_times_of_a_unit_whose_clock_is_ten_minutes_off_are_put_right(
    generated_world: World, off: timedelta
) -> None:
    world = generated_world
    console, device, assignment_id = await sent_unit(world, lambda: datetime.now(UTC) + off)
    await tell_the_time(device, off)
    await device.report_phase(assignment_id, "en_route")
    await console.wait_until(lambda: "en_route" in of(console, assignment_id)["times"])
    time = of(console, assignment_id)["times"]["en_route"]
    assert abs(told_at(time) - datetime.now(UTC)) < timedelta(seconds=30)
    assert told_at(time) <= datetime.fromisoformat(time["recorded_at"])
    assert not time["moved"]


@pytest.mark.parametrize("off", [TEN_MINUTES, -TEN_MINUTES])
async def test_a_time_that_cannot_be_is_moved_to_the_nearest_that_can_and_marked(
    generated_world: World, off: timedelta
) -> None:
    world = generated_world
    console, device, assignment_id = await sent_unit(world, lambda: datetime.now(UTC))
    await device.report_phase(assignment_id, "en_route", occurred_at=datetime.now(UTC) + off)
    await console.wait_until(lambda: "en_route" in of(console, assignment_id)["times"])
    assignment = of(console, assignment_id)
    time = assignment["times"]["en_route"]
    dispatched_at = datetime.fromisoformat(assignment["dispatched_at"])
    assert dispatched_at <= told_at(time) <= datetime.fromisoformat(time["recorded_at"])
    assert time["moved"]


async def test_a_reporter_who_floods_is_told_when_to_come_back_loses_nothing_and_slows_nobody(
    generated_world: World,
) -> None:
    world = generated_world
    console, other = await world.console(), await world.reporter()
    async with greeted(Device(world.base_url), "report") as flooder:
        for n in range(60):
            await flooder.send(report_frame(f"lũ {n}"))
        told = await flooder.next("error")
        check_told(told["error"], "too_fast")
        assert told["retry_s"] > 0
        mine = await send_report(other, "vẫn gửi được", "")
        await wait_row(console, "report", mine)
    patient = await world.reporter()
    ids = {(await patient.report(f"nhiều tin {n}"))["report_id"] for n in range(22)}
    assert len(ids) == 22
    for report_id in ids:
        await wait_row(console, "report", report_id)


async def test_the_page_without_scripts_reports_once_however_often_and_by_whichever_way_it_is_sent(
    generated_world: World,
) -> None:
    world = generated_world
    call_taker = await world.console("tiepnhan")
    async with httpx.AsyncClient(base_url=world.base_url, timeout=60) as http:
        page = await http.get("/bao-tin")
        assert "httponly" in page.headers["set-cookie"].lower()
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        fields |= {
            "what": "cháy\r\nto 🔥",
            "where": "chỗ xyzxyz",
            "line": "114",
            "lon": "abc",
            "lat": "1e999",
        }
        answers = [await http.post("/bao-tin", data=fields) for _ in range(2)]
        addresses = {answer.headers["location"] for answer in answers}
        assert [answer.status_code for answer in answers] == [303, 303]
        assert len(addresses) == 1
        followed = await http.get(addresses.pop())
    async with greeted(Device(world.base_url, fields["device"]), "report") as raw:
        body = {"type": "report.receive", "channel": "web", "words": "cháy\nto 🔥", "phone": "", "name": ""}
        body |= {"place": {"heard": "chỗ xyzxyz"}, "line": "114"}
        frame = {"t": "command", "command_id": fields["command_id"], "body": body}
        data = (await raw.ask(frame, "ack"))["data"]
    assert data["receipt_code"] in followed.text
    report = await wait_placed(call_taker, data["report_id"])
    assert report["words"] == ["cháy\nto 🔥"]
    assert report["place"]["level"] == "unplaced"
    receipts = [r["receipt_code"] for r in call_taker.list_bodies("report")]
    assert receipts.count(data["receipt_code"]) == 1


async def test_requests_that_make_no_sense_are_answered_by_the_same_table(generated_world: World) -> None:
    world = generated_world
    account = await world.sign_in("dieuphoi")
    call_taker = await world.sign_in("tiepnhan")
    http = account.http
    for answer, code in [
        (await http.post("/api/geocode", content=b"{"), "malformed_request"),
        (await http.post("/api/geocode", json={"text": "x" * 1001}), "malformed_request"),
        (await http.post("/api/geocode", json={"text": "chợ", "near": [10.77, 106.7]}), "bad_position"),
        (await http.post("/api/geocode", content=b'{"text":"a","near":[NaN,1]}'), "malformed_request"),
        (await http.get("/api/replay/state?seq=-1"), "malformed_request"),
        (await http.get("/api/replay/state?seq=99999999"), "unknown_seq"),
        (await http.get("/api/replay/state?at=2026-07-12T00:00:00"), "malformed_request"),
        (await http.get("/api/incidents/%00/timeline"), "malformed_request"),
        (await http.get("/api/khong-co"), "not_found"),
        (await http.post("/api/tickets", json={"for": "radio"}), "unknown_channel"),
        (await call_taker.http.get("/api/rejected"), "not_allowed"),
        (await http.post("/api/sign-in", json={"login": "dieuphoi"}), "malformed_request"),
    ]:
        assert 400 <= answer.status_code < 500, answer.text
        check_told(answer.json()["error"], code)


def check_told(error: Json, code: str) -> None:
    """The right row of the table, in both languages, with nothing left to fill in."""
    assert error["code"] == code, error
    assert error["vi"]
    assert error["en"]
    assert "{" not in error["en"].replace("{}", "")


async def wait_rejected(world: World, holds: Callable[[list[Json]], bool]) -> list[Json]:
    """What the centre has kept of refused input, once it holds."""
    account: Account = await world.sign_in("giamsat")
    kept: list[Json] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(60):
            while not holds(kept):
                kept = await account.get_json("/api/rejected")
    assert holds(kept), f"not kept: {[r['code'] for r in kept]}"
    return kept


async def sent_unit(world: World, now: Callable[[], datetime]) -> tuple[ConsoleClient, UnitClient, str]:
    """A unit with this clock that has accepted an assignment, with the console that sent it."""
    console = await world.console()
    incident_id = await open_at_known_door(world, console, "chest_pain", 2)
    assignment_id, *_ = await accept_what_stands(console, incident_id)
    account = await world.sign_in(call_sign_of(console, assignment_id).lower())
    device = UnitClient(account, now=now)
    await device.start()
    world.links.append(device)
    await device.accept(assignment_id)
    return console, device, assignment_id


def told_at(time: Json) -> datetime:
    """When a phase began."""
    return datetime.fromisoformat(time["occurred_at"])


def report_frame(words: str, place: Json | None = None) -> Json:
    """A report as a frame with an id of its own."""
    body = {"type": "report.receive", "channel": "app", "words": words, "place": place or {}}
    return {"t": "command", "command_id": str(uuid7()), "body": body}


def position_frame(lon: float, lat: float, at: datetime | None = None, unit: str | None = None) -> str:
    """A position, also one that JSON has no number for."""
    whose = f',"unit":"{unit}"' if unit else ""
    return f'{{"t":"position","at":"{(at or datetime.now(UTC)).isoformat()}","lon":{lon},"lat":{lat}{whose}}}'
