"""Sign-in, tickets, resume tokens, origin, and being sent away when the right is withdrawn."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from dispatch.api.auth.principal import principal_of_user
from dispatch.client import Account, ConsoleClient, SignInFailed, TurnedAway, UnitClient
from tests.integration.api.centre import PASSWORD, USERS, Centre
from tests.integration.api.raw import greeted, raw_socket


async def test_a_wrong_password_and_an_unknown_login_are_told_the_same(centre: Centre) -> None:
    for login in ("fire", "nobody"):
        with pytest.raises(SignInFailed) as failed:
            await Account.sign_in(centre.base_url, login, "sai")
        assert failed.value.error["code"] == "wrong_password"


async def test_after_many_failures_even_the_right_password_must_wait(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        # All at once, so that the pause outlives what a slow machine takes to come again.
        wrong = {"login": "fire", "password": "sai"}
        await asyncio.gather(*(http.post("/api/sign-in", json=wrong) for _ in range(12)))
        answer = await http.post("/api/sign-in", json={"login": "fire", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    await centre.sign_in("medic")


async def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        answer = await http.post("/api/sign-in", json={"login": "fire", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_writes_without_the_csrf_token_are_refused(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    del account.http.headers["x-csrf-token"]
    answer = await account.http.post("/api/tickets", json={"for": "console"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_csrf")


async def test_reads_without_a_session_are_refused(centre: Centre) -> None:
    async with httpx.AsyncClient(timeout=60, base_url=centre.base_url) as http:
        for path in ("/api/me", "/api/snapshot", "/api/codes", "/api/incidents/x/timeline", "/api/rejected"):
            assert (await http.get(path)).status_code == 401, path


async def test_a_role_gets_no_ticket_for_a_channel_that_is_not_its_own(centre: Centre) -> None:
    account = await centre.sign_in("exchange")
    with pytest.raises(SignInFailed) as failed:
        await account.get_ticket("console")
    assert failed.value.error["code"] == "not_allowed"


async def test_a_ticket_opens_one_connection_and_no_second(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    ticket = await account.get_ticket("console")
    hello = {"t": "hello", "protocol": 1, "ticket": ticket}
    async with raw_socket(centre.base_url, "console") as first:
        assert (await first.ask(hello, "welcome"))["session"]
    async with raw_socket(centre.base_url, "console") as second:
        assert (await second.ask(hello, "error"))["error"]["code"] == "wrong_ticket"


async def test_a_ticket_for_one_channel_does_not_open_another(centre: Centre) -> None:
    ticket = await centre.device().get_ticket("report")
    async with raw_socket(centre.base_url, "console") as raw:
        error = await raw.ask({"t": "hello", "protocol": 1, "ticket": ticket}, "error")
    assert error["error"]["code"] == "wrong_ticket"


async def test_a_reporters_ticket_works_only_with_its_own_device_key(centre: Centre) -> None:
    ticket = await centre.device().get_ticket("report")
    async with raw_socket(centre.base_url, "report") as raw:
        error = await raw.ask({"t": "hello", "protocol": 1, "ticket": ticket, "device": "x" * 32}, "error")
    assert error["error"]["code"] == "wrong_device"


async def test_another_protocol_is_told_which_one_is_spoken(centre: Centre) -> None:
    async with raw_socket(centre.base_url, "report") as raw:
        error = await raw.ask({"t": "hello", "protocol": 99}, "error")
    assert error["error"]["code"] == "wrong_protocol"
    assert error["error"]["data"] == {"ours": 1, "theirs": 99}


async def test_a_page_of_another_site_cannot_connect(centre: Centre) -> None:
    async with raw_socket(centre.base_url, "report", Origin="https://evil.example") as raw:
        assert (await raw.next("error"))["error"]["code"] == "wrong_origin"
        with pytest.raises(ConnectionClosed):
            await raw.next()


async def test_a_page_of_the_centre_itself_can_connect(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    ticket = await account.get_ticket("console")
    async with raw_socket(centre.base_url, "console", Origin=centre.base_url) as raw:
        assert await raw.ask({"t": "hello", "protocol": 1, "ticket": ticket}, "welcome")


async def test_signing_out_closes_the_sessions_connections_at_once(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    async with greeted(account, "console") as raw:
        await account.http.post("/api/sign-out")
        assert (await raw.next("error"))["error"]["code"] == "signed_out"
        with pytest.raises(ConnectionClosed) as closed:
            await raw.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


async def test_deactivating_an_account_closes_its_connections(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    async with greeted(account, "console") as raw:
        await centre.deps.users.set_active("u-fire", False, datetime.now(UTC))
        assert (await raw.next("error"))["error"]["code"] == "signed_out"
    with pytest.raises(SignInFailed):
        await account.get_ticket("console")


async def test_a_resume_token_of_a_session_that_ended_opens_nothing(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    async with greeted(account, "console"):
        pass
    user = next(user for user in USERS if user.login == "fire")
    session_id = (await centre.pool.fetchval("SELECT token_hash FROM centre.sessions")).hex()
    now = datetime.now(UTC)
    token = centre.deps.signer.make_resume(principal_of_user(user, session_id), "console", now)
    await account.http.post("/api/sign-out")
    async with raw_socket(centre.base_url, "console") as raw:
        error = await raw.ask({"t": "hello", "protocol": 1, "resume": token}, "error")
    assert error["error"]["code"] == "not_signed_in"


async def test_an_old_or_forged_resume_token_opens_nothing(centre: Centre) -> None:
    user = next(user for user in USERS if user.login == "fire")
    old = centre.deps.signer.make_resume(
        principal_of_user(user, "00" * 32), "console", datetime.now(UTC) - timedelta(hours=1)
    )
    for token in (old, "e30=.abc", "", "."):
        async with raw_socket(centre.base_url, "console") as raw:
            error = await raw.ask({"t": "hello", "protocol": 1, "resume": token}, "error")
        assert error["error"]["code"] == "wrong_resume"


async def test_a_first_frame_that_is_no_hello_is_turned_away(centre: Centre) -> None:
    async with raw_socket(centre.base_url, "console") as raw:
        error = await raw.ask({"t": "ping", "sent_at": "2026-07-12T00:00:00Z"}, "error")
    assert error["error"]["code"] == "hello_expected"


async def test_a_unit_speaks_only_for_itself(centre: Centre) -> None:
    await centre.furnish()
    async with UnitClient(await centre.sign_in("u0")) as unit:
        await unit.send_position(106.7, 10.77, unit="u1")
        await unit.wait_until(lambda: bool(unit.errors))
        assert unit.errors[0]["code"] == "not_your_unit"


async def test_accounts_get_in_however_many_strangers_knock_at_their_address(centre: Centre) -> None:
    account = await centre.sign_in("fire")

    async def knock(_number: int) -> dict[str, Any]:
        async with raw_socket(centre.base_url, "report") as raw:
            return await raw.ask({"t": "hello", "protocol": 1, "ticket": "made up"}, "error")

    told: list[dict[str, Any]] = []
    async with asyncio.timeout(150):
        # Two more are let off every second: many knock at once, until one is told so, on a slow machine too.
        while not told:
            answers = await asyncio.gather(*map(knock, range(40)))
            told = [error for error in answers if error["error"]["code"] == "too_many_handshakes"]
    assert min(error["retry_s"] for error in told) >= 1
    async with ConsoleClient(account) as console:
        assert console.welcome["session"]


async def test_the_client_says_why_it_was_turned_away(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    account.get_ticket = _wrong_ticket  # type: ignore[method-assign]
    with pytest.raises(TurnedAway) as away:
        await ConsoleClient(account).start()
    assert away.value.code == "wrong_ticket"


async def _wrong_ticket(channel: str) -> str:
    return f"no ticket for {channel}"
