"""What supervisors ask over HTTP: closures and who made them, demand, coverage, handovers; who may not."""

from datetime import date, datetime
from typing import Any

import pytest

from dispatch.client import Account, ConsoleClient
from dispatch.client.account import SignInFailed
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.model.desk import OpenDesk
from tests.integration.api.centre import Centre

Json = dict[str, Any]


async def told(console: ConsoleClient, phone: str = "") -> str:
    body = {"type": "report.receive", "channel": "phone", "line": "114", "words": "w", "phone": phone}
    return str((await console.send(body))["data"]["report_id"])


async def refusal(account: Account, path: str) -> str:
    with pytest.raises(SignInFailed) as refused:
        await account.get_json(path)
    return str(refused.value.error["code"])


async def test_closures_name_reason_person_share_and_a_second_call_soon_after(centre: Centre) -> None:
    async with ConsoleClient(await centre.sign_in("fire")) as console:
        assert isinstance(console, ConsoleClient)
        await console.send(
            {"type": "report.end", "report_id": await told(console, "0900000001"), "reason": "silent"}
        )
        await told(console, "0900000001")
        kept = await told(console)
        opened = await console.send({"type": "incident.open", "report_id": kept, "type_code": "fire"})
    chief = await centre.sign_in("chief")
    found = await chief.get_json("/api/supervision/closures")
    assert found["reasons"] == {"silent": 1}
    assert found["share"] == 0.5
    (person,) = found["people"]
    assert (person["person_id"], person["ended"], person["sent"], person["share"]) == ("u-fire", 1, 1, 0.5)
    (review,) = found["reviews"]
    assert review["why"][0] == "called_again"
    assert (review["by"], review["reason"], review["agency_id"]) == ("u-fire", "silent", "114")
    assert opened["data"]["incident_id"]


async def test_demand_counts_todays_reports_by_the_citys_hour(centre: Centre) -> None:
    chief = await centre.sign_in("chief")
    async with ConsoleClient(await centre.sign_in("fire")) as console:
        assert isinstance(console, ConsoleClient)
        days: set[date] = set()
        while len(days) != 1:  # once more where midnight came between
            began = datetime.now(LOCAL_TIME)
            before = await chief.get_json("/api/supervision/demand")
            for _ in range(3):
                await told(console)
            found = await chief.get_json("/api/supervision/demand")
            ended = datetime.now(LOCAL_TIME)
            days = {began.date(), ended.date()}
    more = [now - then for now, then in zip(found["today"], before["today"], strict=True)]
    assert sum(more) == 3
    assert sum(more[began.hour : ended.hour + 1]) == 3
    assert (found["weeks"], found["median"]) == (0, None)


async def test_where_nothing_was_forecast_nothing_is_told(centre: Centre) -> None:
    assert await (await centre.sign_in("chief")).get_json("/api/supervision/forecast") == {"agencies": []}


async def test_coverage_counts_free_units_of_the_readers_agencies(centre: Centre) -> None:
    await centre.furnish(units=4)
    found = await (await centre.sign_in("fire")).get_json("/api/supervision/coverage")
    assert found["free"] == {"114": 2}
    assert await (await centre.sign_in("fire")).get_json("/api/wards") == {}


async def test_a_handover_is_read_back_with_its_notes_by_its_own_agency_alone(centre: Centre) -> None:
    await centre.ask(OpenDesk(desk_id="d1", name="Bàn 114", agencies=("114",)))
    async with ConsoleClient(await centre.sign_in("fire")) as console:
        assert isinstance(console, ConsoleClient)
        await console.send({"type": "seat.sign_on", "seat_id": "u-fire", "desk_ids": ["d1"]})
        report_id = await told(console)
        await console.send({"type": "incident.open", "report_id": report_id, "type_code": "fire"})
        written = await console.send(
            {"type": "handover.write", "desk_id": "d1", "notes": "xe thang đang sửa"}
        )
    chief = await centre.sign_in("chief")
    async with ConsoleClient(chief) as console:
        assert isinstance(console, ConsoleClient)
        handover_id = written["data"]["handover_id"]
        await console.wait_until(lambda: console.find("handover", handover_id) is not None)
        row: Json = console.find("handover", handover_id) or {}
        await console.send({"type": "handover.take", "handover_id": handover_id, "seen": row["version"]})
    found = await chief.get_json("/api/handovers")
    (handover,) = found["handovers"]
    assert handover["notes"] == "xe thang đang sửa"
    assert (handover["written_by_name"], handover["taken_by_name"]) == ("Lan", "Hùng")
    assert set(found["incidents"]) == set(handover["left"]["incident_ids"]) != set()
    assert await (await centre.sign_in("medic")).get_json("/api/handovers") == {
        "handovers": [],
        "incidents": {},
    }


@pytest.mark.parametrize("path", ["closures", "demand", "forecast"])
async def test_a_dispatcher_may_not_look_over_others_shoulders(centre: Centre, path: str) -> None:
    assert await refusal(await centre.sign_in("fire"), f"/api/supervision/{path}") == "not_allowed"


@pytest.mark.parametrize(
    "query", ["since=2026-01-01T00:00:00", "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z"]
)
async def test_a_range_without_zone_or_turned_round_is_refused(centre: Centre, query: str) -> None:
    chief = await centre.sign_in("chief")
    assert await refusal(chief, f"/api/clocks?{query}") == "malformed_request"
    assert await refusal(await centre.sign_in("station"), "/api/clocks") == "not_allowed"
