"""Reachable areas over HTTP."""

import pytest

from dispatch.client import SignInFailed
from tests.integration.api.centre import Centre


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "106.70,10.77"}, "planner_unavailable"),
        ({"from": "10.77,106.70"}, "bad_position"),
    ],
)
async def test_areas_that_cannot_be_drawn_are_answered_by_the_error_table(
    centre: Centre, asked: dict[str, str], code: str
) -> None:
    account = await centre.sign_in("fire")
    with pytest.raises(SignInFailed) as refused:
        await account.get_json("/api/reach", **asked)
    assert refused.value.error["code"] == code


async def test_without_roads_nothing_is_told_of_what_units_leave_behind(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    assert await account.get_json("/api/cover", unit="cc-12:engine") == {"around": []}
