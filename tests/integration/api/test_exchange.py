"""The telephone exchange's double: calls ring, are answered, dropped, called back; a call is no report."""

import time
from urllib.parse import urlencode

import httpx
import pytest

from dispatch.client import ConsoleClient, ExchangeClient, TelephoneExchangeDouble
from dispatch.client.link import CommandRefused
from tests.integration.api.centre import Centre


async def test_a_call_is_answered_becomes_a_report_and_is_hung_up(centre: Centre) -> None:
    async with (
        ExchangeClient(await centre.sign_in("exchange")) as exchange,
        ConsoleClient(await centre.sign_in("fire")) as desk,
    ):
        double = TelephoneExchangeDouble(exchange)
        call = await double.ring("114", "0903 000 001")
        await desk.wait_until(lambda: desk.find("call", call.call_id) is not None)
        ringing = desk.find("call", call.call_id)
        assert ringing is not None
        assert (ringing["state"], ringing["number"]) == ("ringing", "0903000001")
        await desk.send({"type": "call.answer", "call_id": call.call_id})
        assert await double.wait_answered(call)
        body = {"type": "report.receive", "channel": "phone", "call_id": call.call_id, "line": "114",
                "words": "cháy bếp", "phone": "0903000001"}  # fmt: skip
        report = await desk.send(body)
        await double.hang_up(call)
        await desk.wait_until(lambda: (desk.find("call", call.call_id) or {}).get("state") == "ended")
        ended = desk.find("call", call.call_id)
        assert ended is not None
        assert ended["report_ids"] == [report["data"]["report_id"]]
        assert ended["call_back_due"] is False


async def test_an_abandoned_call_stays_on_the_call_back_list_until_a_person_takes_it_off(
    centre: Centre,
) -> None:
    async with (
        ExchangeClient(await centre.sign_in("exchange")) as exchange,
        ConsoleClient(await centre.sign_in("fire")) as desk,
        ConsoleClient(await centre.sign_in("medic")) as other,
    ):
        double = TelephoneExchangeDouble(exchange, patience_s=0.2)
        call = await double.ring("114", "0903000002")
        assert not await double.wait_answered(call)
        await double.wait_on_call_back_list(call)
        await desk.send({"type": "call.call_back", "call_id": call.call_id, "reached": False})
        await desk.send({"type": "call.call_back", "call_id": call.call_id, "reached": True})
        await desk.send({"type": "call.call_back_done", "call_id": call.call_id, "reason": "silent"})
        await desk.wait_until(
            lambda: (desk.find("call", call.call_id) or {"call_back_due": False})["call_back_due"] is False
        )
        assert other.find("call", call.call_id) is None


async def test_a_call_transferred_to_another_service_moves_to_its_desk(centre: Centre) -> None:
    async with (
        ExchangeClient(await centre.sign_in("exchange")) as exchange,
        ConsoleClient(await centre.sign_in("fire")) as fire,
        ConsoleClient(await centre.sign_in("medic")) as medic,
    ):
        double = TelephoneExchangeDouble(exchange)
        call = await double.ring("114", "0903000003")
        await fire.wait_until(lambda: fire.find("call", call.call_id) is not None)
        await double.pick_up(call, "u-fire")
        await double.transfer(call, "115")
        await medic.wait_until(lambda: medic.find("call", call.call_id) is not None)
        await fire.wait_until(lambda: fire.find("call", call.call_id) is None)


_ELS = {
    "location_latitude": "10.7721",
    "location_longitude": "106.6983",
    "location_accuracy": "12",
    "location_time": f"{(time.time() - 86_400) * 1000:.0f}",
    "location_source": "gps",
    "device_number": "+84903000061",
}


async def post_location(centre: Centre, login: str, content: str, kind: str) -> httpx.Response:
    """Send a location message as an account does."""
    account = await centre.sign_in(login)
    headers = {"content-type": kind}
    return await account.http.post("/api/handset-location", content=content.encode(), headers=headers)


async def test_where_the_telephone_is_joins_its_call_and_only_newer_is_kept(centre: Centre) -> None:
    form = "application/x-www-form-urlencoded"
    async with (
        ExchangeClient(await centre.sign_in("exchange")) as exchange,
        ConsoleClient(await centre.sign_in("fire")) as desk,
    ):
        early = await post_location(centre, "exchange", urlencode(_ELS), form)
        assert (early.status_code, early.json()["error"]["code"]) == (202, "call_not_yet")
        call = await TelephoneExchangeDouble(exchange).ring("114", "0903 000 061")
        await desk.wait_until(lambda: desk.find("call", call.call_id) is not None)
        told = await post_location(centre, "exchange", urlencode(_ELS | {"location_time": ""}), form)
        assert (told.status_code, told.json()) == (200, {"call_id": call.call_id, "kept": True})
        await desk.wait_until(lambda: (desk.find("call", call.call_id) or {}).get("handset") is not None)
        found = desk.find("call", call.call_id)
        assert found is not None
        assert found["handset"]["lon_lat"] == pytest.approx([106.6983, 10.7721])
        assert found["handset"]["method"] == "gps"
        older = await post_location(centre, "exchange", urlencode(_ELS), form)
        assert older.json() == {"call_id": call.call_id, "kept": False}


async def test_a_position_that_is_none_is_refused_at_once_and_never_holds_up_the_ring(centre: Centre) -> None:
    async with ExchangeClient(await centre.sign_in("exchange")) as exchange:
        at = "2026-11-22T03:00:00Z"
        for fix in ({"lon_lat": "x"}, {"lon_lat": [106.7, 95.0], "radius_m": 5.0, "at": at}, None):
            body = {"type": "call.locate", "number": "0903000062", "fix": fix}
            with pytest.raises(CommandRefused, match=r"malformed_command|bad_position"):
                await exchange.send(body)
        await TelephoneExchangeDouble(exchange).ring("114", "0903 000 062")


async def test_a_location_message_is_taken_from_an_exchange_alone_and_its_fault_is_named(
    centre: Centre,
) -> None:
    form = "application/x-www-form-urlencoded"
    bomb = '<!DOCTYPE p [<!ENTITY a "x">]><presence>&a;</presence>'
    for login, content, kind, status, code in (
        ("fire", urlencode(_ELS), form, 403, "not_allowed"),
        ("exchange", "v=1", form, 422, "bad_location_message"),
        ("exchange", bomb, "application/pidf+xml", 422, "bad_location_message"),
        ("exchange", urlencode(_ELS | {"device_number": ""}), form, 422, "handset_unknown"),
        ("exchange", "a" * 100_000, form, 413, "frame_too_large"),
    ):
        answer = await post_location(centre, login, content, kind)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), content[:60]
