"""Pictures: taken once, opened by those concerned, sealed on the disk."""

from typing import Any

import httpx
from uuid6 import uuid7

from dispatch.client import ConsoleClient
from dispatch.client.account import Account
from tests.integration.api.centre import Centre
from tests.integration.api.test_consoles import open_incident as open_incident_of_114
from tests.integration.api.test_public_page import hidden_fields
from tests.integration.api.test_units import dispatch, open_incident
from tests.pictures import draw_png

PICTURE = draw_png(64, 48)


async def upload(
    account: Account, incident_id: str, photo_id: str, picture: bytes = PICTURE
) -> httpx.Response:
    return await account.http.post(f"/api/incidents/{incident_id}/photos/{photo_id}", content=picture)


async def photos_of(centre: Centre, kind: str, id_: str) -> list[dict[str, Any]]:
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        await console.wait_until(
            lambda: any(b["id"] == id_ and b["photos"] for b in console.list_bodies(kind))
        )
        return next(list(b["photos"]) for b in console.list_bodies(kind) if b["id"] == id_)


async def test_a_crews_picture_is_added_once_and_opens_for_its_own_agency_only(centre: Centre) -> None:
    await centre.furnish()
    incident_id = await open_incident_of_114(centre, restricted=False)
    await dispatch(centre, incident_id, "u0")
    crew, photo_id = await centre.sign_in("u0"), str(uuid7())
    first, again = await upload(crew, incident_id, photo_id), await upload(crew, incident_id, photo_id)
    assert (first.status_code, again.status_code) == (200, 200)
    photos = await photos_of(centre, "incident", incident_id)
    assert [(p["id"], p["width"], p["height"], p["by"]) for p in photos] == [(photo_id, 64, 48, "user-u0")]
    path = f"/api/incidents/{incident_id}/photos/{photo_id}"
    opened = await (await centre.sign_in("fire")).http.get(path)
    assert (opened.status_code, opened.content) == (200, PICTURE)
    assert opened.headers["content-type"] == "image/png"
    closed = await (await centre.sign_in("medic")).http.get(path)
    assert (closed.status_code, closed.json()["error"]["code"]) == (403, "photo_closed")
    looks = await centre.pool.fetch("SELECT actor FROM centre.audit WHERE act = 'looked_at_photo'")
    assert [row["actor"] for row in looks] == ["u-fire"]


async def test_another_picture_under_the_same_id_never_takes_the_place_of_the_first(centre: Centre) -> None:
    await centre.furnish()
    incident_id = await open_incident(centre)
    chief, photo_id = await centre.sign_in("chief"), str(uuid7())
    assert (await upload(chief, incident_id, photo_id)).status_code == 200
    other = await upload(chief, incident_id, photo_id, draw_png(10, 10))
    assert other.json()["error"]["code"] == "command_conflict"
    kept = await chief.http.get(f"/api/incidents/{incident_id}/photos/{photo_id}")
    assert kept.content == PICTURE


async def test_a_crew_that_was_never_on_the_incident_cannot_add_to_it(centre: Centre) -> None:
    await centre.furnish()
    incident_id, photo_id = await open_incident(centre), str(uuid7())
    answer = await upload(await centre.sign_in("u1"), incident_id, photo_id)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_yours")
    chief = await centre.sign_in("chief")
    assert (await chief.http.get(f"/api/incidents/{incident_id}/photos/{photo_id}")).status_code == 404


async def test_what_is_no_picture_or_too_large_is_told_so(centre: Centre) -> None:
    await centre.furnish()
    incident_id, chief = await open_incident(centre), await centre.sign_in("chief")
    assert (await upload(chief, incident_id, str(uuid7()), b"<svg/>")).json()["error"]["code"] == "bad_photo"
    large = await upload(chief, incident_id, str(uuid7()), bytes(12 * 1024**2 + 1))
    assert (large.status_code, large.json()["error"]["code"]) == (413, "photo_too_large")


async def test_a_picture_lies_sealed_and_goes_with_its_key(centre: Centre) -> None:
    await centre.furnish()
    incident_id, chief, photo_id = await open_incident(centre), await centre.sign_in("chief"), str(uuid7())
    await upload(chief, incident_id, photo_id)
    [photo] = await photos_of(centre, "incident", incident_id)
    await centre.vault.erase(photo["subject"])
    gone = await chief.http.get(f"/api/incidents/{incident_id}/photos/{photo_id}")
    assert (gone.status_code, gone.json()["error"]["code"]) == (410, "photo_erased")


async def test_a_form_without_scripts_brings_its_picture_and_a_bad_one_costs_no_report(
    centre: Centre,
) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url, follow_redirects=True) as http:
        fields = hidden_fields((await http.get("/bao-tin")).text) | {"what": "khói ở chợ", "line": "114"}
        sent = await http.post("/bao-tin", data=fields, files={"photo": ("a.png", PICTURE, "image/png")})
        assert "Đã nhận ảnh" in sent.text
        repeated = await http.post("/bao-tin", data=fields, files={"photo": ("a.png", PICTURE, "image/png")})
        assert repeated.url == sent.url
        other = fields | {"what": "khói khác", "command_id": str(uuid7())}
        spoiled = await http.post("/bao-tin", data=other, files={"photo": ("a.png", b"no", "image/png")})
        assert spoiled.status_code == 200
        assert "Tin báo đã nhận, nhưng ảnh thì không" in spoiled.text
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        await console.wait_until(lambda: len(console.list_bodies("report")) == 2)
        told = {b["words"][0]: b for b in console.list_bodies("report")}
    assert len(told["khói ở chợ"]["photos"]) == 1
    assert told["khói khác"]["photos"] == []
    path = f"/api/reports/{told['khói ở chợ']['id']}/photos/{told['khói ở chợ']['photos'][0]['id']}"
    assert (await (await centre.sign_in("fire")).http.get(path)).content == PICTURE
    assert (await (await centre.sign_in("medic")).http.get(path)).status_code == 403
