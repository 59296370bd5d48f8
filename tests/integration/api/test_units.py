"""The outbox: in order, repeated until received, whatever happens to the device."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from dispatch.client import CommandRefused, ConsoleClient, UnitClient
from dispatch.domain.model.assignment import DispatchUnits, StandDown
from dispatch.domain.model.incident import ChangePriority, OpenIncident
from dispatch.domain.model.move import ProposeMove
from dispatch.domain.model.unit import RegisterStation
from dispatch.domain.model.values import LonLat, Place
from dispatch.store.connect import connect
from dispatch.usecases.planning.reactors import CENTRE
from tests.clock import LeapingClock, tell_the_time
from tests.integration.api.centre import ADMIN, Centre, running_centre
from tests.integration.api.raw import greeted

MINUTE_S = 60.0
LOOKUP_WAITS = """
SELECT count(*) > 0 FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%WHERE s.token_hash = $1 AND%'
"""


async def open_incident(centre: Centre) -> str:
    """A fire."""
    command = OpenIncident(
        incident_id=str(uuid7()), type_code="fire", subject=await centre.vault.new_subject(),
        place=Place(heard="12 Lê Lợi", lon_lat=LonLat(106.7, 10.77)),
    )  # fmt: skip
    return str((await centre.ask(command, ADMIN))["incident_id"])


async def dispatch(centre: Centre, incident_id: str, unit_id: str) -> str:
    """The id of the assignment."""
    made = await centre.ask(DispatchUnits(incident_id=incident_id, unit_ids=(unit_id,)), ADMIN)
    ids = made["assignment_ids"]
    assert isinstance(ids, list)
    return str(ids[0])


def times_of(centre: Centre, assignment_id: str) -> dict[str, Any]:
    """What its crew has told, as the board has it; an answer may come a moment before."""
    times: dict[str, Any] = json.loads(bytes(centre.row("assignment", assignment_id).body))["times"]
    return times


async def test_a_delivery_repeats_until_the_device_has_it_and_not_after(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.api.ws.unit.RESEND_AFTER_S", (0.1, 0.2))
    await centre.furnish()
    async with UnitClient(await centre.sign_in("u0"), receive=False) as unit:
        incident_id = await open_incident(centre)
        assignment_id = await dispatch(centre, incident_id, "u0")
        await unit.wait_until(lambda: unit.repeats[1] >= 3)
        assert [d["n"] for d in unit.deliveries] == [1]
        await unit.acknowledge(unit.deliveries[0])
        # What was on its way when the receipt came is let through first.
        await unit.wait_until(lambda: centre.outbox("u0") == [])
        await tell_the_time(unit)
        repeats = unit.repeats[1]
        assignment = json.loads(bytes(centre.row("assignment", assignment_id).body))
        assert assignment["received_at"] is not None
        await centre.ask(ChangePriority(incident_id=incident_id, priority=1, seen=2**40), ADMIN)
        # While another goes on being repeated, the first would have come again as often.
        await unit.wait_until(lambda: unit.repeats[2] >= 4)
        assert unit.repeats[1] == repeats


async def test_updates_come_in_the_order_of_their_numbers_also_to_a_device_that_was_away(
    centre: Centre,
) -> None:
    await centre.furnish()
    incident_id = await open_incident(centre)
    assignment_id = await dispatch(centre, incident_id, "u0")
    for priority in (1, 3, 4):
        await centre.ask(ChangePriority(incident_id=incident_id, priority=priority, seen=2**40), ADMIN)
    async with UnitClient(await centre.sign_in("u0")) as unit:
        await unit.wait_until(lambda: len(unit.deliveries) == 4)
        assert [d["n"] for d in unit.deliveries] == [1, 2, 3, 4]
        assert [d["kind"] for d in unit.deliveries] == ["assignment", "update", "update", "update"]
        assert {d["assignment_id"] for d in unit.deliveries} == {assignment_id}
        await unit.wait_until(lambda: centre.outbox("u0") == [])
        await centre.ask(StandDown(assignment_id=assignment_id, reason="đủ xe"), ADMIN)
        await unit.wait_until(lambda: len(unit.deliveries) == 5)
        assert unit.deliveries[-1]["kind"] == "stand_down"
        await unit.wait_until(lambda: centre.outbox("u0") == [])


async def test_a_station_gets_the_deliveries_of_all_its_units_and_of_no_other(centre: Centre) -> None:
    await centre.furnish()
    incident_id = await open_incident(centre)
    async with UnitClient(await centre.sign_in("station")) as station:
        for unit_id in ("u0", "u1", "u2"):
            await dispatch(centre, incident_id, unit_id)
        await station.wait_until(lambda: len(station.deliveries) == 2)
        assert [d["unit_id"] for d in station.deliveries] == ["u0", "u2"]
        await station.accept(station.deliveries[0]["assignment_id"])


async def test_a_unit_is_shown_its_own_rows_and_nobody_elses(centre: Centre) -> None:
    await centre.furnish()
    mine, theirs = await open_incident(centre), await open_incident(centre)
    await dispatch(centre, mine, "u0")
    other = await dispatch(centre, theirs, "u2")
    async with UnitClient(await centre.sign_in("u0")) as unit:
        await unit.wait_until(lambda: ("incident", mine) in unit.copy.rows)
        assert ("unit", "u0") in unit.copy.rows
        assert ("unit", "u2") not in unit.copy.rows
        assert ("incident", theirs) not in unit.copy.rows
        with pytest.raises(CommandRefused) as refused:
            await unit.report_phase(other, "on_scene")
        assert refused.value.code == "not_yours"


async def test_statuses_queued_offline_are_applied_once_with_their_own_times(centre: Centre) -> None:
    await centre.furnish()
    assignment_id = await dispatch(centre, await open_incident(centre), "u0")
    async with UnitClient(await centre.sign_in("u0")) as unit:
        await unit.accept(assignment_id)
        left = datetime.now(UTC)
        arrived = left + timedelta(milliseconds=40)
        command_id = str(uuid7())
        body = {"type": "assignment.phase", "assignment_id": assignment_id}
        await unit.send(body | {"status_code": "en_route"}, occurred_at=left, command_id=command_id)
        await unit.break_connection()
        await unit.send(body | {"status_code": "en_route"}, occurred_at=left, command_id=command_id)
        await unit.send(body | {"status_code": "on_scene"}, occurred_at=arrived)
        await unit.wait_until(lambda: "on_scene" in times_of(centre, assignment_id))
    times = times_of(centre, assignment_id)
    assert times.keys() >= {"en_route", "on_scene"}
    assert times["en_route"]["source"] == "crew"
    count = await centre.pool.fetchval(
        "SELECT count(*) FROM centre.events WHERE type = 'assignment.phase_reported'"
    )
    assert count == 2


async def test_a_unit_whose_clock_is_ten_minutes_off_reports_on_the_centres_clock(centre: Centre) -> None:
    await centre.furnish()
    assignment_id = await dispatch(centre, await open_incident(centre), "u0")
    wrong = timedelta(minutes=-10)
    async with UnitClient(await centre.sign_in("u0"), now=lambda: datetime.now(UTC) + wrong) as unit:
        await unit.accept(assignment_id)
        await tell_the_time(unit, wrong)
        before = datetime.now(UTC)
        await unit.report_phase(assignment_id, "en_route")
        await unit.wait_until(lambda: "en_route" in times_of(centre, assignment_id))
    times = times_of(centre, assignment_id)
    occurred_at = datetime.fromisoformat(times["en_route"]["occurred_at"])
    assert abs((occurred_at - before).total_seconds()) < 30
    assert times["en_route"]["moved"] is False


async def test_a_hello_that_waits_for_the_database_puts_no_time_of_its_unit_off(database_url: str) -> None:
    clock = LeapingClock()
    async with running_centre(database_url, clock=clock) as centre:
        await centre.furnish()
        assignment_id = await dispatch(centre, await open_incident(centre), "u0")
        async with UnitClient(await centre.sign_in("u0"), now=clock.now) as unit:
            await unit.accept(assignment_id)
            database, beside = await connect(database_url), await connect(database_url)
            async with database.transaction():
                await database.execute("LOCK TABLE centre.sessions IN ACCESS EXCLUSIVE MODE")
                await unit.break_connection()
                await unit.wait_until(lambda: not unit.connected)
                while not await beside.fetchval(LOOKUP_WAITS):
                    continue
                await clock.leap(MINUTE_S)
            await unit.wait_until(lambda: unit.connected)
            told_at = clock.now()
            await clock.leap(5 * MINUTE_S)
            await unit.report_phase(assignment_id, "en_route", occurred_at=told_at)
            await unit.wait_until(lambda: "en_route" in times_of(centre, assignment_id))
            await database.close()
            await beside.close()
        occurred_at = datetime.fromisoformat(times_of(centre, assignment_id)["en_route"]["occurred_at"])
        assert abs((occurred_at - told_at).total_seconds()) < MINUTE_S / 2


async def test_positions_are_kept_for_history_and_wrong_ones_answered(centre: Centre) -> None:
    await centre.furnish()
    async with greeted(await centre.sign_in("u0"), "unit") as raw:
        now = datetime.now(UTC)
        for lon, lat, at, code in (
            (10.77, 106.7, now, "bad_position"),
            (106.7, 10.77, now + timedelta(hours=1), "future_position"),
        ):
            error = await raw.ask({"t": "position", "at": at.isoformat(), "lon": lon, "lat": lat}, "error")
            assert error["error"]["code"] == code
        await raw.send({"t": "position", "at": now.isoformat(), "lon": 106.7, "lat": 10.77, "accuracy": 4})
        fixes = [
            {"at": (now - timedelta(seconds=60 - 20 * n)).isoformat(), "lon": 106.69, "lat": 10.7}
            for n in range(3)
        ]
        await raw.send({"t": "track", "fixes": fixes})
        await raw.ask({"t": "ping", "sent_at": now.isoformat()}, "pong")
    latest = centre.deps.positions.find("u0")
    assert latest is not None
    assert (latest.lon, latest.lat) == (106.7, 10.77)
    await centre.flush_positions()
    assert await centre.pool.fetchval("SELECT count(*) FROM centre.position_history") == 4


async def test_a_move_reaches_its_crew_once_a_dispatcher_of_the_agency_orders_it_and_ends_with_an_assignment(
    centre: Centre,
) -> None:
    await centre.furnish()
    second = RegisterStation(station_id="s2", agency_id="114", name="Trạm hai", lon_lat=LonLat(106.72, 10.81))
    await centre.ask(second, ADMIN)
    propose = ProposeMove(unit_id="u0", station_id="s2", gain_s=60.0, policy="default", freed=False)
    move_id = (await centre.ask(propose, CENTRE))["move_id"]
    async with (
        ConsoleClient(await centre.sign_in("fire")) as fire,
        ConsoleClient(await centre.sign_in("medic")) as medic,
        UnitClient(await centre.sign_in("u0")) as crew,
    ):
        await fire.wait_until(lambda: bool(fire.list_bodies("move")))
        assert medic.list_bodies("move") == []
        assert ("move", move_id) not in crew.copy.rows
        with pytest.raises(CommandRefused, match="not_your_agency"):
            await medic.send({"type": "move.order", "move_id": move_id})
        await fire.send({"type": "move.order", "move_id": move_id})
        await crew.wait_until(lambda: [d["kind"] for d in crew.deliveries] == ["move"])
        assert crew.deliveries[0]["move"]["station_name"] == "Trạm hai"
        await crew.send({"type": "move.accept", "move_id": move_id})
        await fire.wait_until(lambda: fire.list_bodies("move")[0]["accepted_at"] is not None)
        assert fire.list_bodies("move")[0]["received_at"] is not None
        await dispatch(centre, await open_incident(centre), "u0")
        await crew.wait_until(lambda: crew.copy.rows["move", str(move_id)]["body"]["state"] == "ended")
        assert crew.copy.rows["move", str(move_id)]["body"]["ended_how"] == "assigned"
