"""The centre restarts: everybody comes back by themselves and nothing is missing or done twice."""

import asyncio
import json

from uuid6 import uuid7

from dispatch.client import ConsoleClient, ReporterClient, UnitClient
from dispatch.domain.model.report import EndReport
from tests.integration.api.centre import ADMIN, Centre, running_centre
from tests.integration.api.raw import greeted
from tests.integration.api.test_units import dispatch, open_incident
from tests.ports import find_free_port
from tests.soak.comparison import check_copy_equals_snapshot


async def test_clients_resume_after_a_restart_without_a_snapshot_and_with_every_change(
    database_url: str,
) -> None:
    port = find_free_port()
    async with running_centre(database_url, port=port) as first:
        await first.furnish()
        consoles = [ConsoleClient(await first.sign_in("chief")) for _ in range(3)]
        first.accounts.clear()
        unit = UnitClient(await first.sign_in("u0"))
        first.accounts.clear()
        reporter = ReporterClient(first.device())
        for client in (*consoles, unit, reporter):
            await client.start()
        report = await reporter.report("cháy trước khi khởi động lại")
        head = first.deps.board.head.seq
        for console in consoles:
            await console.wait_until(lambda console=console: console.copy.seq >= head)
    async with running_centre(database_url, port=port) as second:
        told = asyncio.create_task(reporter.report("cháy sau khi khởi động lại"))
        assignment_id = await dispatch(second, await open_incident(second), "u0")
        await second.ask(EndReport(report_id=report["report_id"], reason="silent"), ADMIN)
        await unit.wait_until(lambda: bool(unit.deliveries), 60)
        assert unit.deliveries[0]["assignment_id"] == assignment_id
        assert (await told)["receipt_code"]
        # The unit's receipt is the last thing that happens by itself, and brings the unit's name.
        await consoles[0].wait_until(lambda: consoles[0].find("person", "user-u0") is not None, 60)
        head = second.deps.board.head.seq
        for console in consoles:
            await console.wait_until(lambda console=console: console.copy.seq >= head, 60)
            assert console.snapshots == 1
            assert console.connections >= 2
        consoles[0].account = await second.sign_in("chief")
        await check_copy_equals_snapshot(consoles[0])
        await reporter.wait_until(lambda: reporter.stages.get(report["receipt_code"]) == "ended", 60)
        for client in (*consoles, unit, reporter):
            await client.stop()
        for client in (*consoles, unit):
            await client.source.aclose()  # type: ignore[attr-defined]


async def test_a_drain_tells_every_client_when_to_come_back(centre: Centre) -> None:
    async with (
        greeted(await centre.sign_in("chief"), "console") as console,
        greeted(centre.device(), "report") as reporter,
    ):
        draining = asyncio.create_task(centre.hub.drain())
        for raw in (console, reporter):
            assert 0 < (await raw.next("drain"))["retry_s"] <= 3
            assert [frame async for frame in raw.rest()] == []
            assert raw.socket.close_code == 1012
        await draining


async def test_a_command_sent_twice_through_a_broken_connection_is_done_once(centre: Centre) -> None:
    async with ReporterClient(centre.device()) as reporter:
        command_id = str(uuid7())
        sending = asyncio.create_task(reporter.report("cháy", command_id=command_id))
        await asyncio.sleep(0)
        await reporter.break_connection()
        await sending
        assert await centre.pool.fetchval("SELECT count(*) FROM centre.reports") == 1
        rows = await centre.pool.fetch("SELECT body::text AS body FROM centre.reports")
        assert json.loads(rows[0]["body"])["channel"] == "app"
