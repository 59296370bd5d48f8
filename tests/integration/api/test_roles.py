"""Every question over HTTP is for certain roles, and for no others."""

import re
from collections.abc import Iterator

import httpx
import pytest
from uuid6 import uuid7

from dispatch.client.account import SignInFailed
from tests.integration.api.centre import Centre

EVERYBODY = {
    "GET /api/city",
    "POST /api/sign-in",
    "POST /api/sign-out",
    "GET /api/me",
    "POST /api/tickets",
    "GET /api/codes",
    "GET /api/way",
    "GET /api/hospitals/for-assignment",
    "POST /api/incidents/{incident_id}/photos/{photo_id}",
    "GET /api/{kind}/{owner_id}/photos/{photo_id}",
}
"""What a crew, a station and an exchange may ask, each for itself."""

OF_EXCHANGES = {"POST /api/handset-location"}
"""What an exchange's account alone may tell."""


def list_questions(centre: Centre) -> Iterator[tuple[str, str]]:
    """Method and path of every route for people."""
    for path, answers in centre.edge.openapi()["paths"].items():
        if path.startswith("/api/"):
            for method in answers:
                yield method.upper(), path


async def ask(http: httpx.AsyncClient, method: str, path: str) -> tuple[int, str]:
    filled = re.sub(r"\{[a-z_]+\}", str(uuid7()), path)
    answer = await http.request(method, filled, json={} if method in ("POST", "PUT") else None)
    return answer.status_code, answer.json()["error"]["code"] if answer.is_error else ""


@pytest.mark.parametrize("login", ["u0", "station", "exchange"])
async def test_whoever_does_not_work_in_the_room_is_refused_what_the_room_may_ask(
    centre: Centre, login: str
) -> None:
    await centre.furnish()
    account = await centre.sign_in(login)
    allowed = EVERYBODY | (OF_EXCHANGES if login == "exchange" else set())
    asked = [(method, path) for method, path in list_questions(centre) if f"{method} {path}" not in allowed]
    assert len(asked) > 20
    for method, path in asked:
        assert await ask(account.http, method, path) == (403, "not_allowed"), f"{method} {path}"


async def test_a_dispatcher_is_refused_what_chiefs_may_ask(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    for path in ("/api/rejected", "/api/supervision/closures", "/api/supervision/demand", "/api/learnt"):
        assert await ask(account.http, "GET", path) == (403, "not_allowed"), path


async def test_a_supervisor_reads_what_was_learnt_and_only_administrators_change_it(centre: Centre) -> None:
    account = await centre.sign_in("chief")
    changes = [path for method, path in list_questions(centre) if method == "POST" and "/learnt" in path]
    assert len(changes) == 4
    for path in changes:
        assert (await ask(account.http, "POST", path))[0] == 403, path
        filled = re.sub(r"\{[a-z_]+\}", "1", path)
        with pytest.raises(SignInFailed) as refused:
            await account.post_json(filled, {"lon": 106.7, "lat": 10.8, "why": "x"})
        assert refused.value.error["code"] == "not_allowed", path


async def test_every_question_of_the_list_is_still_asked_somewhere(centre: Centre) -> None:
    assert {f"{method} {path}" for method, path in list_questions(centre)} >= EVERYBODY | OF_EXCHANGES
