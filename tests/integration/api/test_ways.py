"""The way from here to there, for a crew and for a screen."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from dispatch.client import SignInFailed
from tests.integration.api.centre import Centre

HERE, THERE = "106.70,10.77", "106.72,10.78"


async def test_without_a_planner_the_way_is_a_straight_line_and_says_so(centre: Centre) -> None:
    account = await centre.sign_in("station")
    way = await account.get_json("/api/way", **{"from": HERE, "to": THERE, "vehicle_class": "engine"})
    assert way["degraded"] is True
    assert way["steps"] == []
    assert way["lon_lats"] == [[106.70, 10.77], [106.72, 10.78]]
    assert way["distance_m"] == pytest.approx(2451 * 1.4, rel=0.02)
    assert way["travel_s"] > way["distance_m"] / 25


@pytest.mark.parametrize(
    ("start", "vehicle_class", "code"),
    [
        ("106.70", "engine", "malformed_request"),
        ("10.77,106.70", "engine", "bad_position"),
        (HERE, "submarine", "not_found"),
    ],
)
async def test_a_way_that_cannot_be_asked_for_is_answered_by_the_error_table(
    centre: Centre, start: str, vehicle_class: str, code: str
) -> None:
    account = await centre.sign_in("station")
    with pytest.raises(SignInFailed) as refused:
        await account.get_json("/api/way", **{"from": start, "to": THERE, "vehicle_class": vehicle_class})
    assert refused.value.error["code"] == code


async def test_a_stranger_is_told_no_way(centre: Centre) -> None:
    async with AsyncClient(base_url=centre.base_url) as http:
        answer = await http.get("/api/way", params={"from": HERE, "to": THERE})
    assert answer.status_code == 401


async def test_a_crew_whose_device_knows_no_place_sets_out_where_its_unit_was_last_seen(
    centre: Centre,
) -> None:
    await centre.furnish()
    account = await centre.sign_in("u0")

    async def refuse(unit_id: str) -> str:
        with pytest.raises(SignInFailed) as refused:
            await account.get_json("/api/way", to=THERE, unit_id=unit_id, vehicle_class="engine")
        return str(refused.value.error["code"])

    assert await refuse("u0") == "unit_unseen"
    centre.locate("u0", 106.69, 10.76, age_s=200)
    assert await refuse("u0") == "unit_unseen"
    centre.locate("u0", 106.70, 10.77, age_s=90)
    way = await account.get_json("/api/way", to=THERE, unit_id="u0", vehicle_class="engine")
    assert way["seen"]["lon_lat"] == way["lon_lats"][0] == [106.70, 10.77]
    age = datetime.now(UTC) - datetime.fromisoformat(way["seen"]["at"])
    assert timedelta(seconds=90) <= age < timedelta(seconds=180)
    centre.locate("u1", 106.70, 10.77)
    assert await refuse("u1") == "not_allowed"
