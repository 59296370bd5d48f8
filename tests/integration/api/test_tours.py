"""Tours over HTTP: chiefs ask for them with tables, their agencies read them, every look is kept."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from dispatch.client import Account
from dispatch.client.account import SignInFailed
from dispatch.domain.model.messages import Actor, Role
from dispatch.store.audit import Audit
from dispatch.store.users import User
from tests.integration.api.centre import AGENCIES, PASSWORD, QUICK_HASHER, Centre

Json = dict[str, Any]
TABLES: Json = {
    "day": "2026-11-24",
    "vehicles": "xe;loại;nơi đi;từ giờ;đến giờ\nVC-1;ambulance;Nguyễn Trãi;06:00;14:00",
    "jobs": "việc;nơi\np1;Nguyễn Trãi",
}


async def refusal(account: Account, path: str, body: Json | None = None) -> Json:
    with pytest.raises(SignInFailed) as refused:
        await (account.get_json(path) if body is None else account.post_json(path, body))
    return dict(refused.value.error)


async def ended(account: Account, run_id: str) -> Json:
    """Once it is no longer under way."""
    async with asyncio.timeout(60):
        while True:
            run: Json = await account.get_json(f"/api/tours/{run_id}")
            if run["state"] not in ("waiting", "running"):
                return run


async def test_a_plan_is_kept_under_its_address_for_its_agencies_until_it_is_taken_away(
    centre: Centre,
) -> None:
    police = User(id="u-p", login="p", name="P", role=Role.SUPERVISOR, agencies=("113",))
    await centre.deps.users.add_all([(police, QUICK_HASHER.hash(PASSWORD))], datetime.now(UTC))
    chief, other = await centre.sign_in("chief"), await centre.sign_in("p")
    died = await ended(chief, (await chief.post_json("/api/tours", TABLES))["id"])
    assert died["state"] == "failed"
    assert "signal 9" in died["en"]
    (centre.folder / "plan.json").write_text('{"tours": []}')
    run_id = (await chief.post_json("/api/tours", TABLES))["id"]
    done = await ended(chief, run_id)
    assert (done["state"], done["vehicles"], done["jobs"]) == ("done", 1, 1)
    assert await chief.get_json(f"/api/tours/{run_id}/result") == {"tours": []}
    assert (await chief.get_json(f"/api/tours/{run_id}/asked"))["jobs"] == TABLES["jobs"]
    for path in ("", "/result", "/asked"):
        assert (await refusal(other, f"/api/tours/{run_id}{path}"))["code"] == "not_found"
    assert (await other.get_json("/api/tours"))["tours"] == []
    assert (
        await centre.deps.tours.remove(run_id, Actor(id="u-p", role=Role.SUPERVISOR, agencies=("113",)))
        is False
    )
    assert (
        await centre.deps.tours.remove(run_id, Actor(id="u-chief", role=Role.SUPERVISOR, agencies=AGENCIES))
        is True
    )
    assert (await refusal(chief, f"/api/tours/{run_id}/result"))["code"] == "not_found"
    assert [run["id"] for run in (await chief.get_json("/api/tours"))["tours"]] == [died["id"]]
    kept = [(e.act, e.actor, e.detail["id"]) for e in await Audit(centre.pool).list_recent()]
    assert kept[:4] == [
        ("remove_tours", "u-chief", run_id),
        ("read_tours", "u-chief", run_id),
        ("read_tours", "u-chief", run_id),
        ("plan_tours", "u-chief", run_id),
    ]


async def test_only_chiefs_plan_and_what_is_wrong_is_told_by_line(centre: Centre) -> None:
    assert (await refusal(await centre.sign_in("fire"), "/api/tours"))["code"] == "not_allowed"
    chief = await centre.sign_in("chief")
    jobs = "việc;nơi;giờ\na;Nguyễn Trãi;7h\nb;Nguyễn Trãi;08:00-07:00"
    error = await refusal(chief, "/api/tours", TABLES | {"jobs": jobs})
    assert error["code"] == "tours_unreadable"
    assert [(fault["table"], fault["line"]) for fault in error["data"]["faults"]] == [
        ("jobs", 2),
        ("jobs", 3),
    ]
    for wrong in ({"hour": 24}, {"seconds": 3600.0}, {"day": "tomorrow"}, {"colour": "red"}):
        assert (await refusal(chief, "/api/tours", TABLES | wrong))["code"] == "malformed_request"
    assert (await chief.get_json("/api/tours"))["tours"] == []
