"""Cautions that outlive their incident, over the sockets: kept by one call, met by the next ones."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.client import CommandRefused, ConsoleClient, UnitClient
from dispatch.client.account import SignInFailed
from dispatch.store.vault import Vault
from tests.integration.api.centre import SECRET, Centre, is_still_told

HOUSE = (106.70, 10.77)
ELSEWHERE = (106.60, 10.70)


def in_a_month() -> str:
    return (datetime.now(UTC) + timedelta(days=30)).isoformat()


async def call(console: ConsoleClient, phone: str, lon_lat: tuple[float, float]) -> str:
    """A call from a number about a place, and its incident."""
    place = {"heard": "nhà tôi", "lon_lat": lon_lat, "radius_m": 10.0}
    told = {"type": "report.receive", "channel": "phone", "words": "cháy", "phone": phone, "place": place}
    report_id = (await console.send(told))["data"]["report_id"]
    opened = {"type": "incident.open", "type_code": "fire", "report_id": report_id}
    return str((await console.send(opened))["data"]["incident_id"])


async def keep(console: ConsoleClient, incident_id: str, scope: str, text: str) -> str:
    body = {
        "type": "caution.keep", "incident_id": incident_id, "scope": scope, "text": text,
        "source": "tổ đầu tiên", "expires_at": in_a_month(),
    }  # fmt: skip
    return str((await console.send(body))["data"]["caution_id"])


def notes(console: ConsoleClient, incident_id: str) -> list[dict[str, Any]]:
    found = console.find("incident", incident_id)
    return list(found["notes"]) if found is not None else []


async def test_the_next_calls_from_the_number_and_to_the_place_know_what_the_first_one_learnt(
    centre: Centre,
) -> None:
    await centre.furnish()
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        first = await call(console, "0903 000 001", HOUSE)
        dog = await keep(console, first, "place", "chó dữ")
        knife = await keep(console, first, "number", "người báo có dao")
        second = await call(console, "+84 903 000 001", ELSEWHERE)
        third = await call(console, "0903 000 002", HOUSE)
        await console.wait_until(lambda: len(notes(console, first)) == 2 and bool(notes(console, third)))
        told = {id_: [n["note_id"] for n in notes(console, id_)] for id_ in (first, second, third)}
        assert told == {first: [dog, knife], second: [knife], third: [dog]}
        note = notes(console, third)[0]
        assert (note["text"], note["source"], note["by"]) == ("chó dữ", "tổ đầu tiên", "u-chief")
        assert (note["kind"], note["standing"]) == ("caution", True)
        assert console.list_bodies("caution") == []

        async with UnitClient(await centre.sign_in("u0")) as unit:
            sent = {"type": "assignment.dispatch", "incident_id": second, "unit_ids": ["u0"]}
            (assignment_id,) = (await console.send(sent))["data"]["assignment_ids"]
            await unit.wait_until(lambda: len(unit.deliveries) == 2)
            assert [d["kind"] for d in unit.deliveries] == ["assignment", "update"]
            await unit.accept(assignment_id)
            assert read_at(centre, assignment_id) is None
            await unit.accept(assignment_id, 1)
            await unit.wait_until(lambda: read_at(centre, assignment_id) is not None)

        # Not the centre's own vault: whoever erases, the running centre is told.
        erasing = Vault(centre.pool, SECRET)
        assert await erasing.erase(str(await erasing.find_subject("0903000001")))
        async with asyncio.timeout(60):
            while await is_still_told(console.account, "người báo có dao"):
                continue
        fourth = await call(console, "0903 000 001", ELSEWHERE)
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        await console.wait_until(lambda: bool(notes(console, first)))
        texts = {id_: [n["text"] for n in notes(console, id_)] for id_ in (first, second, third, fourth)}
        assert texts == {first: ["chó dữ", None], second: [None], third: ["chó dữ"], fourth: []}


def read_at(centre: Centre, assignment_id: str) -> object:
    """When a person read the first update of an assignment, which must be the caution."""
    update = json.loads(bytes(centre.row("assignment", assignment_id).body))["updates"][0]
    assert update["kind"] == "caution"
    return update["accepted_at"]


async def test_a_withdrawn_caution_ends_where_it_stands_and_comes_nowhere_else(centre: Centre) -> None:
    await centre.furnish()
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        first = await call(console, "0903000001", HOUSE)
        dog = await keep(console, first, "place", "chó dữ")
        with pytest.raises(CommandRefused) as refused:
            await console.send({"type": "caution.withdraw", "caution_id": dog, "reason": ""})
        assert refused.value.code == "reason_missing"
        await console.send({"type": "caution.withdraw", "caution_id": dog, "reason": "đã bán chó"})
        second = await call(console, "0903000002", HOUSE)
        await console.wait_until(lambda: console.find("incident", second) is not None)
        (note,) = notes(console, first)
        assert datetime.fromisoformat(note["expires_at"]) <= datetime.now(UTC)
        assert notes(console, second) == []
        lines = [line["type"] for line in console.copy.log if line["incident_id"] == first]
        assert {"caution.kept", "incident.caution_ended"} <= set(lines)


async def test_a_number_that_nobody_called_from_is_refused_in_words(centre: Centre) -> None:
    await centre.furnish()
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        opened = await console.send({"type": "incident.open", "type_code": "fire"})
        for scope, code in (("number", "caution_without_number"), ("place", "caution_unplaced")):
            with pytest.raises(CommandRefused) as refused:
                await keep(console, opened["data"]["incident_id"], scope, "chó dữ")
            assert refused.value.code == code


async def test_dangers_of_a_place_and_a_number_are_told_in_the_form_before_there_is_an_incident(
    centre: Centre,
) -> None:
    await centre.furnish()
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        first = await call(console, "0903000001", HOUSE)
        dog = await keep(console, first, "place", "chó dữ")
        knife = await keep(console, first, "number", "người báo có dao")

        async def ask(**form: object) -> list[tuple[str, str, bool]]:
            past = await console.account.post_json("/api/history", form)
            return [(c["id"], c["text"], c["beside"]) for c in past["cautions"]]

        lon, lat = HOUSE
        assert await ask(lon_lat=HOUSE) == [(dog, "chó dữ", False)]
        assert await ask(phone="+84903000001", lon_lat=HOUSE) == [
            (dog, "chó dữ", False), (knife, "người báo có dao", False),
        ]  # fmt: skip
        assert await ask(phone="0903000001") == [(knife, "người báo có dao", False)]
        # Some fifty metres beside it is told as lying beside, farther it is not told.
        assert await ask(lon_lat=(lon, lat + 0.00045)) == [(dog, "chó dữ", True)]
        assert await ask(phone="0903000002", lon_lat=(lon, lat + 0.001)) == []
        await console.send({"type": "caution.withdraw", "caution_id": dog, "reason": "đã bán chó"})
        assert await ask(lon_lat=HOUSE) == []


async def test_what_a_restricted_incident_learnt_is_told_in_the_form_by_whom_to_ask_alone(
    centre: Centre,
) -> None:
    await centre.furnish()
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        place = {"heard": "nhà tôi", "lon_lat": HOUSE, "radius_m": 10.0}
        opened = {"type": "incident.open", "type_code": "fire", "place": place, "restricted": True}
        first = str((await console.send(opened))["data"]["incident_id"])
        await keep(console, first, "place", "nhà của nhân chứng")
        past = await console.account.post_json("/api/history", {"lon_lat": HOUSE})
        (caution,) = past["cautions"]
        assert (caution["text"], caution["source"], caution["ask"]) == (None, "", ["114", "115"])


async def test_whose_a_place_is_is_asked_by_lon_and_lat_and_nothing_else(centre: Centre) -> None:
    await centre.furnish()
    account = await centre.sign_in("chief")
    known = await account.get_json("/api/whose", at="106.70,10.77")
    assert known == {"ward_code": "", "ward": "", "agencies": []}
    for at in ("", "106.7", "10.77,206.7", "a,b"):
        with pytest.raises(SignInFailed):
            await account.get_json("/api/whose", at=at)
