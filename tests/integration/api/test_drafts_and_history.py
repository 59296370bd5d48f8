"""A form is seen while it is typed and outlives a crash; what was told before is found again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from uuid6 import uuid7

from dispatch.client import Account, ConsoleClient
from dispatch.client.account import SignInFailed
from dispatch.client.exchange import ExchangeClient
from dispatch.store.drafts import DraftStore
from dispatch.usecases.entry.drafts import DraftBoard
from tests.integration.api.centre import Centre
from tests.integration.api.raw import greeted

NUMBER = "0900 000 077"
HERE = [106.7, 10.77]


async def save(account: Account, draft_id: str, **body: Any) -> dict[str, Any]:
    """The form as it stands."""
    answer = await account.http.put(f"/api/drafts/{draft_id}", json={"agency_id": "114", "body": body})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_form_shows_on_the_screens_of_its_agency_and_on_no_other(centre: Centre) -> None:
    fire, chief = await centre.sign_in("fire"), await centre.sign_in("chief")
    medic = await centre.sign_in("medic")
    draft_id = str(uuid7())
    async with greeted(chief, "console") as colleague, greeted(medic, "console") as stranger:
        await save(fire, draft_id, heard="384 xẹt 20 Lý Thái Tổ", typeCode="fire", lines=["cháy nhà"])
        seen = await colleague.next("drafts")
        while not seen["drafts"]:
            seen = await colleague.next("drafts")
        assert [(d["id"], d["user_name"], d["where"]) for d in seen["drafts"]] == [
            (draft_id, "Lan", "384 xẹt 20 Lý Thái Tổ")
        ]
        assert "lines" not in seen["drafts"][0]
        assert (await stranger.next("drafts"))["drafts"] == []
    whole = await chief.get_json(f"/api/drafts/{draft_id}")
    assert whole["body"]["lines"] == ["cháy nhà"]
    with pytest.raises(SignInFailed, match="not_found"):
        await medic.get_json(f"/api/drafts/{draft_id}")


async def test_a_form_is_restored_after_the_process_died_and_lies_sealed_meanwhile(centre: Centre) -> None:
    fire = await centre.sign_in("fire")
    draft_id = str(uuid7())
    await save(fire, draft_id, heard="chùa Ấn Quang")
    await save(fire, draft_id, heard="chùa Ấn Quang, quận 10 cũ")
    kept = await centre.pool.fetchval("SELECT body::text FROM centre.drafts WHERE id = $1", draft_id)
    assert "Quang" not in kept
    after = DraftBoard(DraftStore(centre.pool, centre.vault))
    await after.load(datetime.now(UTC))
    found = after.find(draft_id, frozenset({"114"}), datetime.now(UTC))
    assert found is not None
    assert (found.user_name, found.body["heard"]) == ("Lan", "chùa Ấn Quang, quận 10 cũ")


async def test_a_colleague_goes_on_with_a_form_only_by_taking_it(centre: Centre) -> None:
    fire, chief = await centre.sign_in("fire"), await centre.sign_in("chief")
    draft_id = str(uuid7())
    await save(fire, draft_id, heard="một")
    body = {"agency_id": "114", "body": {"heard": "hai"}}
    refused = await chief.http.put(f"/api/drafts/{draft_id}", json=body)
    assert refused.json()["error"]["code"] == "draft_taken"
    taken = await chief.http.put(f"/api/drafts/{draft_id}", json=body | {"take": True})
    assert taken.status_code == 200
    late = await fire.http.put(f"/api/drafts/{draft_id}", json={"agency_id": "114", "body": {"heard": "ba"}})
    assert late.json()["error"]["data"]["by"] == "Hùng"


async def test_a_form_that_was_sent_is_gone_for_good(centre: Centre) -> None:
    fire = await centre.sign_in("fire")
    draft_id = str(uuid7())
    await save(fire, draft_id, heard="một")
    for _ in range(2):
        assert (await fire.http.delete(f"/api/drafts/{draft_id}")).status_code == 204
    assert await centre.pool.fetchval("SELECT count(*) FROM centre.drafts WHERE id = $1", draft_id) == 0
    with pytest.raises(SignInFailed, match="not_found"):
        await fire.get_json(f"/api/drafts/{draft_id}")


async def told(console: ConsoleClient, **part: Any) -> str:
    """A report of the number; its id."""
    body = {"type": "report.receive", "channel": "phone", "phone": NUMBER, "line": "114"} | part
    answer = await console.send(body)
    return str(answer["data"]["report_id"])


async def test_what_was_told_from_a_number_and_at_a_place_is_found_and_nuisance_is_marked(
    centre: Centre,
) -> None:
    await centre.furnish()
    fire = await centre.sign_in("fire")
    place = {"heard": "384/20 Lý Thái Tổ", "lon_lat": HERE, "radius_m": 15.0, "label": "384/20 Lý Thái Tổ"}
    console = ConsoleClient(fire)
    async with console:
        ended = await told(console, words="gọi chơi")
        await console.send({"type": "report.end", "report_id": ended, "reason": "nuisance"})
        real = await told(console, words="cháy", place=place, type_code="fire")
        opened = await console.send({"type": "incident.open", "report_id": real, "type_code": "fire"})
        number = opened["data"]["number"]
        past = await fire.post_json("/api/history", {"phone": "+84900000077", "lon_lat": HERE})
        assert [(r["id"], r["status"], r["number"]) for r in past["number"]["reports"]] == [
            (real, "attached", number),
            (ended, "ended", None),
        ]
        assert past["number"]["nuisance"]["count"] == 1
        assert [(i["number"], i["state"]) for i in past["address"]] == [(number, "open")]
        assert past["address"][0]["distance_m"] < 1

        own = await fire.post_json("/api/history", {"phone": NUMBER, "report_id": real})
        assert [r["id"] for r in own["number"]["reports"]] == [ended]
        nobody = await fire.post_json("/api/history", {"phone": "0911111111", "lon_lat": [106.8, 10.9]})
        assert nobody == {"number": None, "address": [], "cautions": []}

        # Taken back on the report in hand, the older endings mark the number no more; a later one does.
        await console.send(
            {"type": "report.clear_nuisance", "report_id": real, "reason": "trẻ con đã xin lỗi"}
        )
        past = await fire.post_json("/api/history", {"phone": NUMBER})
        assert past["number"]["nuisance"] is None
        assert [r["ended_reason"] for r in past["number"]["reports"]] == [None, "nuisance"]
        again = await told(console, words="gọi chơi nữa")
        await console.send({"type": "report.end", "report_id": again, "reason": "nuisance"})
        past = await fire.post_json("/api/history", {"phone": NUMBER})
        assert past["number"]["nuisance"]["count"] == 1

        duplicates = await fire.post_json(
            "/api/duplicates",
            {"phone": NUMBER, "lon_lat": HERE, "label": place["label"], "type_code": "fire"},
        )
        assert duplicates["duplicates"][0]["incident_id"] == opened["data"]["incident_id"]
        assert {"same_number", "near"} <= set(duplicates["duplicates"][0]["why"])


async def test_a_call_that_carried_no_report_stands_in_the_history_of_its_own_line(centre: Centre) -> None:
    await centre.furnish()
    fire, medic = await centre.sign_in("fire"), await centre.sign_in("medic")
    call_id = str(uuid7())
    exchange = ExchangeClient(await centre.sign_in("exchange"))
    async with exchange:
        await exchange.ring(call_id, "114", NUMBER)
        await exchange.hang_up(call_id)
    past = await fire.post_json("/api/history", {"phone": NUMBER})
    assert [(c["id"], c["state"], c["call_back_due"]) for c in past["number"]["calls"]] == [
        (call_id, "abandoned", True)
    ]
    elsewhere = await medic.post_json("/api/history", {"phone": NUMBER})
    assert elsewhere["number"]["calls"] == []


async def test_a_second_call_within_ten_minutes_finds_its_ended_report_open_again(centre: Centre) -> None:
    await centre.furnish()
    fire = await centre.sign_in("fire")
    console, exchange = ConsoleClient(fire), ExchangeClient(await centre.sign_in("exchange"))
    async with console, exchange:
        report_id = await told(console, words="im lặng")
        await console.send({"type": "report.end", "report_id": report_id, "reason": "silent"})
        call_id = str(uuid7())
        await exchange.ring(call_id, "114", NUMBER)
        await console.wait_until(lambda: (console.find("call", call_id) or {}).get("reopened") == [report_id])
        assert (console.find("report", report_id) or {})["status"] == "waiting"
