"""Comparisons over HTTP: chiefs ask for them, the agencies that they are of read them, every look is kept."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from dispatch.client import Account, ConsoleClient
from dispatch.client.account import SignInFailed
from dispatch.domain.model.messages import Role
from dispatch.replay.simulated import write_day
from dispatch.simulate.city_days import draw_day
from dispatch.simulate.city_hours import DayOptions
from dispatch.simulate.city_kernel import AgencySimulation
from dispatch.simulate.question import AgencyComparison, Comparison, Figure
from dispatch.simulate.what_if import NEVER, tell_day
from dispatch.store.audit import Audit
from dispatch.store.users import User
from tests.integration.api.centre import PASSWORD, QUICK_HASHER, Centre
from tests.unit.simulate.cities import WARDS, make_city

Json = dict[str, Any]
QUESTION: Json = {
    "day": {"kind": "recorded", "start": "2026-11-22T00:00:00+07:00", "hours": 24},
    "agencies": ["114", "115"],
    "policy": "default",
    "other": "closest",
}


def answer(centre: Centre) -> None:
    """What the next simulation will have found."""
    figure = Figure(policy=1.0, other=2.0, difference=-1.0, plus_minus=None)
    own = AgencyComparison(figures={"mean_min": figure}, target_min=None, sooner=1, later=0, same=0, wards=[])
    found = Comparison(days=1, incidents=1, left_out=0, agencies={"114": own, "115": own})
    (centre.folder / "answer.json").write_bytes(msgspec.json.encode(found))


async def ended(account: Account, run_id: str) -> Json:
    """Once it is no longer under way."""
    async with asyncio.timeout(60):
        while True:
            run: Json = await account.get_json(f"/api/comparisons/{run_id}")
            if run["state"] not in ("waiting", "running"):
                return run


async def refusal(account: Account, path: str, body: Json | None = None) -> str:
    with pytest.raises(SignInFailed) as refused:
        await (account.get_json(path) if body is None else account.post_json(path, body))
    return str(refused.value.error["code"])


async def test_a_comparison_is_kept_under_its_address_for_its_agencies_and_who_read_it_is_kept(
    centre: Centre,
) -> None:
    fire_chief = User(id="u-f", login="f", name="F", role=Role.SUPERVISOR, agencies=("114",))
    await centre.deps.users.add_all([(fire_chief, QUICK_HASHER.hash(PASSWORD))], datetime.now(UTC))
    chief, other = await centre.sign_in("chief"), await centre.sign_in("f")
    died = await chief.post_json("/api/comparisons", QUESTION)
    failed = await ended(chief, died["id"])
    assert failed["state"] == "failed"
    assert "signal 9" in failed["en"]
    assert await refusal(chief, f"/api/comparisons/{died['id']}/result") == "not_found"
    answer(centre)
    asked = await chief.post_json("/api/comparisons", QUESTION)
    assert (await ended(chief, asked["id"]))["state"] == "done"
    assert set((await chief.get_json(f"/api/comparisons/{asked['id']}/result"))["agencies"]) == {"114", "115"}
    assert set((await other.get_json(f"/api/comparisons/{asked['id']}/result"))["agencies"]) == {"114"}
    listed = (await other.get_json("/api/comparisons"))["comparisons"]
    assert [run["id"] for run in listed] == [asked["id"], died["id"]]
    kept = [(e.act, e.actor, e.detail.get("id")) for e in await Audit(centre.pool).list_recent()]
    assert kept[:3] == [
        ("read_comparison", "u-f", asked["id"]),
        ("read_comparison", "u-chief", asked["id"]),
        ("compare_policies", "u-chief", None),
    ]


async def test_the_simulated_day_of_either_side_is_played_and_every_look_at_it_is_kept(
    centre: Centre,
) -> None:
    answer(centre)
    chief = await centre.sign_in("chief")
    run_id = (await chief.post_json("/api/comparisons", QUESTION))["id"]
    played = f"/api/replay/what-if/{run_id}/a"
    at = quote((NEVER + timedelta(hours=2)).isoformat())
    await ended(chief, run_id)
    assert await refusal(chief, f"{played}/state?at={at}") == "not_found"
    city = make_city()
    day = draw_day(city.book, city.demand, ("115",), 3, DayOptions(per_hour=20.0, hours=2.0))
    run = AgencySimulation(city.agencies["115"], "default", day)
    run.run()
    names = [(name, name) for name, *_ in WARDS]
    told = tell_day(city, names, day, {"115": run}, "default", NEVER, 2.0)
    write_day(told, centre.folder / "comparisons" / f"{run_id}.result.a.day")
    state = await chief.get_json(f"{played}/state?at={at}")
    kinds = Counter(row["kind"] for row in state["rows"])
    assert kinds["incident"] == sum("115" in i.needs for i in day.incidents)
    assert (kinds["unit"], state["link"]) == (len(city.agencies["115"].units), None)
    stretch = f"start={quote(NEVER.isoformat())}&end={at}"
    tracks = await chief.get_json(f"{played}/tracks?start={at}&end={at}")
    assert len(tracks["tracks"]) == kinds["unit"]
    assert len((await chief.get_json(f"{played}/overview?{stretch}"))["lanes"]) == kinds["incident"]
    changes = await chief.get_json(f"{played}/changes?after=0&until={at}")
    assert changes["moments"][-1]["seq"] == changes["seq"] <= changes["until_seq"]
    assert await refusal(chief, f"/api/replay/what-if/{run_id}/b/state?at={at}") == "not_found"
    assert await refusal(await centre.sign_in("fire"), f"{played}/state?at={at}") == "not_allowed"
    kept = [(e.act, e.detail.get("id")) for e in await Audit(centre.pool).list_recent()]
    assert kept.count(("play_comparison", run_id)) == 4


async def test_only_chiefs_compare_and_only_what_can_be_compared(centre: Centre) -> None:
    chief = await centre.sign_in("chief")
    assert await refusal(await centre.sign_in("fire"), "/api/comparisons/options") == "not_allowed"
    assert await refusal(chief, "/api/comparisons/01a205dd-3e10-7d09-bf1c-477305a6eb8a") == "not_found"
    generated = {"kind": "generated", "days": 20, "per_hour": 240}
    for wrong, code in (
        ({"policy": "wishful"}, "unknown_policy"),
        ({"policy": "closest"}, "same_policy"),
        ({"agencies": ["113"]}, "agency_not_compared"),
        ({"day": generated}, "comparison_too_large"),
        ({"day": {"kind": "generated", "days": 0}}, "malformed_request"),
    ):
        assert await refusal(chief, "/api/comparisons", QUESTION | wrong) == code
    assert (await chief.get_json("/api/comparisons"))["comparisons"] == []


async def test_days_of_the_log_are_offered_with_their_incidents(centre: Centre) -> None:
    chief = await centre.sign_in("chief")
    options = await chief.get_json("/api/comparisons/options")
    assert options["days"] == []
    assert {"closest", "default"} <= set(options["policies"])
    async with ConsoleClient(await centre.sign_in("fire")) as console:
        assert isinstance(console, ConsoleClient)
        report = {"type": "report.receive", "channel": "phone", "line": "114", "words": "w"}
        told = (await console.send(report))["data"]["report_id"]
        await console.send({"type": "incident.open", "report_id": told, "type_code": "fire"})
    (day,) = (await chief.get_json("/api/comparisons/options"))["days"]
    assert day["incidents"] == 1
