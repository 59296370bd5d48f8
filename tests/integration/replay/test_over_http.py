"""The past over HTTP: who may ask, for how much, and that it is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.client import Account
from dispatch.client.account import SignInFailed
from dispatch.store.audit import Audit
from tests.integration.api.centre import Centre, running_centre


def now() -> str:
    return datetime.now(UTC).isoformat()


async def asked(account: Account, path: str, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await account.get_json(f"/api/replay/{path}", **params)
    return answer


async def refused(account: Account, path: str, **params: Any) -> str:
    with pytest.raises(SignInFailed) as failed:
        await asked(account, path, **params)
    return str(failed.value.error["code"])


async def replayed(account: Account, centre: Centre) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows at the beginning with all changes taken in, and the rows of the end as they are asked for."""
    rows: dict[str, Any] = {}
    seq, until = 0, 1
    while seq < until:
        piece = await asked(account, "changes", after=seq, until=now())
        for moment in piece["moments"]:
            rows |= {f"{row['kind']}/{row['id']}": row["body"] for row in moment["rows"]}
            for kind, id_ in moment["gone"]:
                del rows[f"{kind}/{id_}"]
        seq, until = piece["seq"], piece["until_seq"]
    state = await asked(account, "state", seq=seq)
    return rows, {f"{row['kind']}/{row['id']}": row["body"] for row in state["rows"]}


async def test_changes_from_the_beginning_make_the_rows_of_the_end(database_url: str) -> None:
    async with running_centre(database_url) as centre:
        await centre.furnish()
        for login in ("chief", "fire"):
            rows, state = await replayed(await centre.sign_in(login), centre)
            assert rows == state
            assert len(rows) > 5


async def test_only_those_who_may_look_back_do(database_url: str) -> None:
    async with running_centre(database_url) as centre:
        exchange = await centre.sign_in("exchange")
        paths: tuple[tuple[str, dict[str, Any]], ...] = (
            ("state", {"at": now()}),
            ("changes", {"after": 0, "until": now()}),
            ("tracks", {"start": now(), "end": now()}),
            ("overview", {"start": now(), "end": now()}),
        )
        for path, params in paths:
            assert await refused(exchange, path, **params) == "not_allowed"
        answer = await exchange.http.post("/api/exports", json={"format": "csv", "incident": "x"})
        assert answer.json()["error"]["code"] == "not_allowed"
        assert [entry.act for entry in await Audit(centre.pool).list_recent()] == []


async def test_every_look_is_kept_with_its_range_and_its_reason(database_url: str) -> None:
    async with running_centre(database_url) as centre:
        chief = await centre.sign_in("chief")
        start = datetime.now(UTC) - timedelta(minutes=5)
        await asked(chief, "changes", after=0, until=now(), why="họp rút kinh nghiệm")
        await asked(chief, "tracks", start=start.isoformat(), end=now())
        tracks, changes = await Audit(centre.pool).list_recent()
        assert (changes.actor, changes.act, changes.detail["after"]) == ("u-chief", "read_replay", 0)
        assert changes.detail["reason"] == "họp rút kinh nghiệm"
        assert datetime.fromisoformat(str(tracks.detail["start"])) == start


async def test_a_stretch_too_long_or_turned_round_or_without_a_zone_is_malformed(database_url: str) -> None:
    async with running_centre(database_url) as centre:
        chief = await centre.sign_in("chief")
        later, day = now(), (datetime.now(UTC) - timedelta(hours=25)).isoformat()
        for path, start, end in (
            ("tracks", day, later),
            ("overview", day, later),
            ("tracks", later, day),
            ("overview", "2026-11-22T10:00:00", "2026-11-22T10:05:00"),
        ):
            assert await refused(chief, path, start=start, end=end) == "malformed_request"
        assert await refused(chief, "overview", start=later, end=later, bucket_s=0) == "malformed_request"
        assert await refused(chief, "changes", after=10**9, until=later) == "unknown_seq"
        assert (
            await refused(chief, "overview", start=day, end=day, incident="260101-0001") == "unknown_incident"
        )


async def test_an_unredacted_file_needs_the_right_role_and_a_reason(database_url: str) -> None:
    async with running_centre(database_url) as centre:
        whole = {"format": "csv", "incident": "260101-0001", "redacted": False, "reason": "một lý do đủ dài"}
        codes = []
        for login, body in (("fire", whole), ("chief", whole | {"reason": "ngắn"}), ("chief", whole)):
            answer = await (await centre.sign_in(login)).http.post("/api/exports", json=body)
            codes.append(answer.json()["error"]["code"])
        assert codes == ["not_allowed", "export_reason", "unknown_incident"]
        (look,) = await Audit(centre.pool).list_recent()
        assert (look.act, look.detail["redacted"]) == ("export", False)
