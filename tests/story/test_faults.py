"""What breaks comes back by itself: nothing acknowledged is lost, and nothing is done twice."""

import asyncio
import signal
from typing import Any

import psycopg
import pytest
from uuid6 import uuid7

from dispatch.client.console import ConsoleClient
from dispatch.client.link import Link
from dispatch.client.reporter import ReporterClient
from dispatch.client.unit import UnitClient
from tests.soak.comparison import check_copy_equals_snapshot
from tests.story.acts import (
    accept_what_stands,
    connect_units,
    find_known_door,
    is_best,
    of,
    open_at_known_door,
    send_report,
    take_what_stands,
    wait_placed,
    wait_recommended,
    wait_row,
)
from tests.story.world import World

Json = dict[str, Any]
REPORTS = 15
NOTES = 60
"""So many that most are without an answer when the first is read."""

UNANSWERED = 20
BACK_WITHIN_S = 240.0
"""What was killed may take so long to be back on a machine that does ten things at once."""

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("generated_world")]


async def test_without_its_planner_the_centre_still_proposes_and_says_by_what_and_plans_by_road_again_later(
    generated_world: World,
) -> None:
    world = generated_world
    console = await world.console()
    world.planner.send_signal(signal.SIGKILL)
    await asyncio.to_thread(world.planner.wait)
    incident_id = await open_at_known_door(world, console, "house_fire", 1)
    by_line = await wait_recommended(console, incident_id)
    assert by_line["degraded"]
    assert by_line["method"] != "min_cost_flow"
    assert {p["leg_id"][-1] for p in by_line["proposed"]} >= {"4", "5"}
    assert all(p["eta_s"] > 0 and p["reasons"] for p in by_line["proposed"])

    world.restart_planner()
    by_road, sent = await take_what_stands(console, incident_id, BACK_WITHIN_S, holds=is_best)
    assert by_road["version"] > by_line["version"]
    assert len(sent) == len(by_road["proposed"])


async def test_after_a_kill_of_the_server_everybody_resumes_and_every_command_is_done_once(
    generated_world: World,
) -> None:
    world = generated_world
    console, reporter = await world.console(), await world.reporter()
    incident_id = await open_at_known_door(world, console, "chest_pain", 2)
    assignment_id, *_ = await accept_what_stands(console, incident_id)
    unit = (await connect_units(world, console, [assignment_id]))[assignment_id]
    await console.wait_until(lambda: bool(of(console, assignment_id)["received_at"]))

    bodies, sending, notes = await send_until_many_wait(console, reporter, unit, incident_id, assignment_id)
    world.server.send_signal(signal.SIGKILL)
    await asyncio.to_thread(world.server.wait)
    connections = [link.connections for link in (console, reporter, unit)]
    await world.restart_server()

    async with asyncio.timeout(BACK_WITHIN_S):
        acks = {id_: await task for id_, task in sending.items()}
    await console.wait_until(lambda: console.copy.seq >= max(ack["seq_last"] for ack in acks.values()))
    for id_, (link, body) in bodies.items():
        again = await link.send(body, command_id=id_)
        assert {k: again[k] for k in ("seq_first", "seq_last", "data")} == {
            k: acks[id_][k] for k in ("seq_first", "seq_last", "data")
        }
    for link, before in zip((console, reporter, unit), connections, strict=True):
        assert link.connections > before
    assert len({ack["data"]["receipt_code"] for ack in acks.values() if "receipt_code" in ack["data"]}) == (
        REPORTS
    )
    assert count_commands(world, list(bodies)) == len(bodies)
    assert len((await wait_row(console, "incident", incident_id))["notes"]) == notes
    assert of(console, assignment_id)["accepted_at"]
    await check_copy_equals_snapshot(console)


async def send_until_many_wait(
    console: ConsoleClient, reporter: ReporterClient, unit: UnitClient, incident_id: str, assignment_id: str
) -> tuple[dict[str, tuple[Link, Json]], dict[str, asyncio.Task[Json]], int]:
    """Commands of everybody, most of them without an answer yet: senders and bodies by id, their answers to
    come, and how many notes are among them."""
    bodies: dict[str, tuple[Link, Json]] = {}
    sending: dict[str, asyncio.Task[Json]] = {}

    def send_all(link: Link, told: list[Json]) -> list[asyncio.Task[Json]]:
        sent = {str(uuid7()): body for body in told}
        bodies.update((id_, (link, body)) for id_, body in sent.items())
        begun = {id_: asyncio.create_task(link.send(body, command_id=id_)) for id_, body in sent.items()}
        sending.update(begun)
        return list(begun.values())

    words = {"type": "report.receive", "channel": "app"}
    send_all(reporter, [words | {"words": f"tin thứ {n}"} for n in range(REPORTS)])
    send_all(unit, [{"type": "assignment.accept", "assignment_id": assignment_id}])
    note = {"type": "incident.note", "incident_id": incident_id}
    unanswered = notes = 0
    while unanswered < UNANSWERED:
        # All answers may come in one piece: then more is sent.
        begun = send_all(console, [note | {"text": f"ghi chú {notes + n}"} for n in range(NOTES)])
        notes += NOTES
        await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
        unanswered = sum(not task.done() for task in sending.values())
    return bodies, sending, notes


async def test_on_a_full_disk_nothing_is_acknowledged_and_all_of_it_is_taken_once_there_is_room(
    generated_world: World,
) -> None:
    world = generated_world
    console, reporter = await world.console(), await world.reporter()
    incident_id = await open_at_known_door(world, console, "chest_pain", 2)
    with psycopg.connect(world.dsn, autocommit=True) as disk:
        disk.execute(
            "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$"
        )
        disk.execute("CREATE TRIGGER disk_full BEFORE INSERT ON centre.commands EXECUTE FUNCTION fill()")
        try:
            note = {"type": "incident.note", "incident_id": incident_id, "text": "viết lúc đĩa đầy"}
            noting = asyncio.create_task(console.send(note))
            telling = asyncio.create_task(send_report(reporter, "tin lúc đĩa đầy", ""))
            await console.wait_until(lambda: console.frames.get("refused", 0) >= 1)
            await reporter.wait_until(lambda: reporter.frames.get("refused", 0) >= 1)
            assert not noting.done()
            assert not telling.done()
        finally:
            disk.execute("DROP TRIGGER disk_full ON centre.commands")
            disk.execute("DROP FUNCTION fill")
    async with asyncio.timeout(BACK_WITHIN_S):
        await noting
        report_id = await telling
    await wait_row(console, "report", report_id)
    incident = await wait_row(console, "incident", incident_id, lambda incident: bool(incident["notes"]))
    assert [kept["text"] for kept in incident["notes"]] == ["viết lúc đĩa đầy"]


async def test_a_server_that_is_asked_to_end_tells_everybody_when_to_return_and_loses_nothing(
    generated_world: World,
) -> None:
    world = generated_world
    console, reporter = await world.console(), await world.reporter()
    exchange = await world.exchange()
    links = (console, reporter, exchange)
    # Who is away at that moment, after some silence of a busy machine, cannot be told.
    console.silent_s = 600.0
    sent = [asyncio.create_task(send_report(reporter, f"trước khi tắt {n}", "")) for n in range(REPORTS)]
    await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
    world.server.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(world.server.wait, BACK_WITHIN_S) == 0
    for link in links:
        await link.wait_until(lambda link=link: link.frames.get("drain", 0) > 0)  # type: ignore[misc]
    assert [link.frames["drain"] for link in links] == [1, 1, 1]
    await world.restart_server()
    report_ids = await asyncio.gather(*sent)
    assert len(set(report_ids)) == REPORTS
    for report_id in report_ids:
        await wait_row(console, "report", report_id)
    call_id = str(uuid7())
    await exchange.ring(call_id, "115", "0900000099")
    await wait_row(console, "call", call_id)
    await check_copy_equals_snapshot(console)


async def test_a_console_that_hears_nothing_for_five_seconds_says_so_and_its_command_is_carried_out_once(
    generated_world: World,
) -> None:
    world = generated_world
    console = await world.console()
    incident_id = await open_at_known_door(world, console, "chest_pain", 2)
    seen = await wait_row(console, "incident", incident_id)
    connections = console.connections
    world.server.send_signal(signal.SIGSTOP)
    try:
        body = {"type": "incident.note", "incident_id": incident_id, "text": "gửi vào hố đen"}
        sending = asyncio.create_task(console.send(body))
        await console.wait_until(lambda: not console.connected)
    finally:
        world.server.send_signal(signal.SIGCONT)
    ack = await sending
    assert console.connections > connections
    await console.wait_until(lambda: console.copy.seq >= ack["seq_last"])
    assert len((await wait_row(console, "incident", incident_id))["notes"]) == len(seen["notes"]) + 1
    await check_copy_equals_snapshot(console)


async def test_a_report_acknowledged_just_before_a_kill_is_placed_after_the_restart(
    generated_world: World,
) -> None:
    world = generated_world
    console, reporter = await world.console(), await world.reporter()
    report_id = await send_report(reporter, "cháy", find_known_door(world)["heard"])
    world.server.send_signal(signal.SIGKILL)
    await asyncio.to_thread(world.server.wait)
    await world.restart_server()
    report = await wait_placed(console, report_id)
    assert report["place"]["lon_lat"]


def count_commands(world: World, command_ids: list[str]) -> int:
    """How many of these commands stand in the log's table of answers."""
    with psycopg.connect(world.dsn) as connection:
        row = connection.execute(
            "SELECT count(*) FROM centre.commands WHERE command_id = ANY(%s)", (command_ids,)
        ).fetchone()
    assert row is not None
    return int(row[0])
