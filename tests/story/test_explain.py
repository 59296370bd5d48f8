"""Why those units, told from the log alone and made again the same; and the same city on simulated days."""

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from dispatch.cli.main import main
from dispatch.client.console import ConsoleClient
from dispatch.domain.kernel import decode_event
from dispatch.domain.model.messages import Envelope
from dispatch.store.connect import open_pool
from dispatch.store.timeline import Timelines
from dispatch.usecases.planning.explain import explain
from tests.story.acts import (
    Json,
    connect_units,
    find_known_door,
    find_quiet_door,
    is_best,
    of,
    open_at_known_door,
    open_incident,
    refusal_of,
    send_report,
    take_what_stands,
    wait_placed,
    wait_recommended,
)
from tests.story.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("generated_world")]

Dispatch = Callable[..., Awaitable[str]]


@pytest.fixture
def dispatch(
    generated_world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Dispatch:
    """Runs a command beside the centre, and gives what it prints."""
    for name, value in generated_world.environment.items():
        monkeypatch.setenv(name, value)

    def run() -> None:
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code

    async def run_beside(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["dispatch", *arguments])
        await asyncio.to_thread(run)
        return capsys.readouterr().out

    return run_beside


async def test_a_recommendation_that_was_taken_is_explained_and_answered_again_from_the_log(
    generated_world: World, dispatch: Dispatch, tmp_path: Path
) -> None:
    console, reporter = await generated_world.console(), await generated_world.reporter()
    report_id = await send_report(reporter, "cháy nhà", find_known_door(generated_world)["heard"])
    await wait_placed(console, report_id)
    incident_id = await open_incident(console, report_id, "house_fire", 2)
    plan, assignment_ids = await take_what_stands(console, incident_id, holds=is_best)
    sent = {of(console, assignment_id)["unit_id"] for assignment_id in assignment_ids}
    name = await bring_somebody(console, incident_id, assignment_ids[0])
    number = (console.find("incident", incident_id) or {})["number"]

    events = await read_events(generated_world, incident_id)
    found = explain(incident_id, events)
    assert found.version == plan["version"]
    assert found.same_again is True
    assert found.again is not None
    assert {t.unit_id for t in found.taken} == sent
    again = [(s.need_id, s.unit_id) for s in found.again.plan.sent]
    assert sorted(again) == sorted((p["need_id"], p["unit_id"]) for p in plan["proposed"])
    assert {c.leaves for c in found.again.changes} == {unit_id for _, unit_id in again}
    assert found.again.closest.sent
    assert explain(incident_id, events) == found

    path = f"/api/incidents/{incident_id}/thoughts"
    shown = await console.account.get_json(path, version=plan["version"])
    assert shown["same_again"] is True
    assert shown["thoughts"]["closest"] == msgspec.to_builtins(found.again.closest)
    assert shown["thoughts"]["changes"] == msgspec.to_builtins(found.again.changes)
    assert len(shown["thoughts"]["waiting"]) <= 3
    unknown = await console.account.http.get(path, params={"version": plan["version"] + 1000})
    assert unknown.status_code == 404

    words = await dispatch("explain", number)
    assert "Tính lại từ nhật ký: giống hệt" in words
    assert f"→ {name} " in words
    assert words.count("tính lại: giống hệt / made again: the same") == 2
    assert "closest-idle" in words
    lines = (await console.account.get_json(f"/api/incidents/{incident_id}/timeline"))["log"]
    (made,) = [line for line in lines if line["type"] == "recommendation.made"][:1]
    assert "weighed" not in made["data"], "what is kept for explanations does not go to every screen"
    await answer_again(dispatch, tmp_path)


async def bring_somebody(console: ConsoleClient, incident_id: str, assignment_id: str) -> str:
    """The name of the hospital that is proposed first, and chosen; two more patients are spread."""
    about = {"incident_id": incident_id, "red": 1, "green": 1}
    await console.send({"type": "incident.spread_patients", **about})
    await console.wait_until(lambda: (console.find("incident", incident_id) or {}).get("spread") is not None)
    proposed = await console.account.get_json("/api/hospitals/for-assignment", assignment_id=assignment_id)
    ids, best = [o["hospital_id"] for o in proposed["options"]], proposed["options"][0]
    choice = {"assignment_id": assignment_id, "hospital_id": ids[0], "travel_s": best["travel_s"]}
    await console.send({"type": "assignment.choose_hospital", **choice, "proposed": ids})
    return str(best["name"])


async def read_events(world: World, incident_id: str) -> list[Envelope]:
    """The incident's log as it stands now; the centre goes on writing to it."""
    async with await open_pool(world.dsn, max_size=1) as pool:
        return await Timelines(pool).list_events("incident", incident_id)


async def test_what_counts_down_outlives_a_kill_goes_once_and_names_the_machine_ever_after(
    generated_world: World, dispatch: Dispatch
) -> None:
    world, console = generated_world, await generated_world.console()
    quiet = find_quiet_door(world, console)
    incident_id = await open_at_known_door(world, console, "electrocution", 1, quiet)
    await wait_recommended(console, incident_id)
    assert countdown_of(console, incident_id) is None, "the place was matched, and nobody read it back"
    await console.send({"type": "incident.read_back", "incident_id": incident_id})
    armed = await wait_countdown(console, incident_id, "armed")
    world.server.send_signal(signal.SIGKILL)
    await asyncio.to_thread(world.server.wait)
    await world.restart_server()
    # A screen that comes back late may find it sent: what was taken up stands in the row all the same.
    sent = await wait_countdown(console, incident_id, "sent")
    assert sent["taken_up"] is True
    assert sent["fires_at"] > armed["fires_at"]
    assert sent["unit_ids"] == armed["unit_ids"]
    # Nobody sits at a desk here: the agency's policy lets it go, and says so until somebody does.
    assert sent["unattended"] is True
    await console.wait_until(lambda: is_alerted(console, incident_id))
    await console.send({"type": "seat.sign_on", "seat_id": "ban-115", "desk_ids": ["115"]})
    await console.wait_until(lambda: not is_alerted(console, incident_id))

    made = [a for a in console.list_bodies("assignment") if a["incident_id"] == incident_id]
    assert [a["unit_id"] for a in made] == armed["unit_ids"]
    assert all(a["automatic"] for a in made)
    number = (console.find("incident", incident_id) or {})["number"]
    assert "tự động / automatic" in await dispatch("explain", number)
    lines = (await console.account.get_json(f"/api/incidents/{incident_id}/timeline"))["log"]
    told = [line["type"] for line in lines if line["type"].startswith("automatic.")]
    # A machine so slow that nobody could have stopped it in time takes it up once more.
    assert told == ["automatic.armed", *["automatic.taken_up"] * (len(told) - 2), "automatic.sent"]
    assert "automatic.taken_up" in told


async def test_one_key_stops_what_counts_down_for_good(generated_world: World) -> None:
    console = await generated_world.console()
    quiet = find_quiet_door(generated_world, console)
    incident_id = await open_at_known_door(generated_world, console, "seizure", 2, quiet)
    await console.send({"type": "incident.read_back", "incident_id": incident_id})
    armed = await wait_countdown(console, incident_id, "armed")
    seq = console.copy.seq
    await console.send({"type": "automatic.stop", "incident_id": incident_id})
    stopped = await wait_countdown(console, incident_id, "stopped")
    assert (stopped["why"], stopped["by"]) == ("hand", console.account.me["user"]["id"])
    again = {"type": "automatic.arm", "leg_id": f"{incident_id}-5", "version": armed["version"]}
    assert (await refusal_of(console.send(again))).error["code"] == "command_not_here"
    past = await console.account.get_json("/api/replay/state", seq=seq)
    (leg,) = (row["body"] for row in past["rows"] if row["id"] == f"{incident_id}-5")
    assert leg["automatic"] == armed
    codes = await console.account.get_json("/api/codes")
    assert {a["id"] for a in codes["agencies"].values() if a["automatic"]} == {"115"}


async def test_what_may_be_the_same_as_an_open_incident_stops_and_says_so(generated_world: World) -> None:
    console = await generated_world.console()
    quiet = find_quiet_door(generated_world, console)
    await open_at_known_door(generated_world, console, "chest_pain", 2, quiet)
    incident_id = await open_at_known_door(generated_world, console, "seizure", 2, quiet)
    await console.send({"type": "incident.read_back", "incident_id": incident_id})
    stopped = await wait_countdown(console, incident_id, "stopped")
    assert (stopped["why"], bool(stopped["unit_ids"])) == ("duplicate", True)
    assert (console.find("leg", f"{incident_id}-5") or {})["assignment_ids"] == []


def is_alerted(console: ConsoleClient, incident_id: str) -> bool:
    """Whether desks are told that it went by itself with nobody there."""
    found = console.list_bodies("alert")
    return any(a["kind"] == "automatic_unattended" and a["incident_id"] == incident_id for a in found)


def countdown_of(console: ConsoleClient, incident_id: str) -> Json | None:
    """What counts down on the ambulance's leg, or did."""
    leg = console.find("leg", f"{incident_id}-5") or {}
    found: Json | None = leg.get("automatic")
    return found


async def wait_countdown(console: ConsoleClient, incident_id: str, state: str) -> Json:
    """The countdown once it has come so far."""
    await console.wait_until(lambda: (countdown_of(console, incident_id) or {}).get("state") == state, 90)
    found = countdown_of(console, incident_id)
    assert found is not None
    return found


async def test_the_city_in_use_is_simulated_beside_its_centre(dispatch: Dispatch, tmp_path: Path) -> None:
    out, rows = tmp_path / "day.json", tmp_path / "day.csv"
    again = tmp_path / "again.json"
    arguments = ("simulate", "city", "--per-hour", "3", "--against", "closest", "--seed", "5")
    said = await dispatch(*arguments, "--out", str(out), "--calls-out", str(rows))
    assert "115:" in said
    await dispatch(*arguments, "--out", str(again))
    assert again.read_bytes() == out.read_bytes()
    result = json.loads(out.read_text())
    assert result["policy"] == "default"
    assert set(result["mean"]) == {"113", "114", "115"}
    served = [m["calls"] - m["unserved"] for m in result["replications"][0]["agencies"].values()]
    assert all(served)
    assert len(rows.read_text().splitlines()) > sum(served)


async def answer_again(dispatch: Dispatch, tmp_path: Path) -> None:
    """What happened, simulated under another policy: the fire is among it, and its own service goes."""
    out, rows = tmp_path / "again.json", tmp_path / "again.csv"
    yesterday = (datetime.now(UTC) - timedelta(hours=23)).strftime("%Y-%m-%dT%H:%M:%S")
    options = ("--start", yesterday, "--out", str(out), "--calls-out", str(rows))
    await dispatch("simulate", "recorded", *options)
    result = json.loads(out.read_text())
    assert result["other_policy"] == "closest"
    fires = [line for line in rows.read_text().splitlines() if ",114,house_fire,2," in line]
    assert fires
    assert all("114-" in line.rpartition(",")[2] for line in fires)


async def test_a_unit_that_drives_past_something_worse_is_suggested_and_goes_there_by_a_persons_word(
    generated_world: World, dispatch: Dispatch
) -> None:
    console, door = await generated_world.console(), find_known_door(generated_world)
    quiet = find_quiet_door(generated_world, console)
    less = await open_at_known_door(generated_world, console, "breathing", 3, quiet)
    free = [u for u in console.list_bodies("unit") if u["phase"] == "available" and not u["assignment_id"]]
    unit_id = next(u["id"] for u in free if "als" in u["capabilities"])
    body = {"type": "assignment.dispatch", "incident_id": less, "unit_ids": [unit_id]}
    (sent,) = (await console.send(body))["data"]["assignment_ids"]
    device = (await connect_units(generated_world, console, [sent]))[sent]
    await device.accept(sent)
    await device.report_phase(sent, "en_route")
    await device.send_position(door["lon"], door["lat"])
    await open_at_known_door(generated_world, console, "breathing", 1)

    def find_suggested() -> Json | None:
        made = console.list_bodies("recommendation")
        return next((r for r in made for s in r.get("suggested", ()) if s["unit_id"] == unit_id), None)

    beside: Json | None = None
    async with asyncio.timeout(120):
        while beside is None:
            # It goes on telling where it is: what is older than two minutes says nothing of who drives.
            await device.send_position(door["lon"], door["lat"])
            with suppress(TimeoutError):
                await console.wait_until(lambda: find_suggested() is not None, 10)
            beside = find_suggested()
    assert of(console, sent)["state"] == "active", "nobody is sent by it"
    incident_id = beside["incident_id"]
    words = await dispatch("explain", (console.find("incident", incident_id) or {})["number"])
    assert "tính lại vẫn vậy / they follow again" in words
    await console.send({"type": "assignment.reassign", "unit_id": unit_id, "incident_id": incident_id})
    await console.wait_until(lambda: of(console, sent)["ended_how"] == "reassigned", 60)


async def test_patients_spread_while_the_server_dies_are_spread_once_and_all_of_them(
    generated_world: World,
) -> None:
    """A desk spreads, the server is killed before it can know of it; the same with a hospital diverted
    meanwhile. Whatever was on record when it died, the desk's own line goes on until it is answered."""
    world, console = generated_world, await generated_world.console()
    quiet = find_quiet_door(world, console)
    incident_id = await open_at_known_door(world, console, "mass_casualty", 1, quiet)
    asked = ({"red": 5, "yellow": 0, "green": 4}, {"red": 0, "yellow": 6, "green": 2})
    for count in asked:
        command = {"type": "incident.spread_patients", "incident_id": incident_id, **count}
        spreading = asyncio.create_task(console.send(command))
        if count is asked[1]:
            first = spread_of(console, incident_id)[0]["hospital_id"]
            until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
            divert = {
                "type": "hospital.divert",
                "hospital_id": first,
                "reason": "hết máy thở",
                "until": until,
            }
            diverting = asyncio.create_task(console.send(divert))
        await asyncio.sleep(0)
        world.server.send_signal(signal.SIGKILL)
        await asyncio.to_thread(world.server.wait)
        await world.restart_server()
        await spreading
        await wait_spread(console, incident_id, {t: n for t, n in count.items() if n})
    await diverting
    told = [e for e in await read_events(world, incident_id) if e.type == "incident.patients_spread"]
    assert len(told) == len(asked), "each command once, whatever the kill left unanswered"
    # From then on the diverted hospital is told with what is weighed, and everybody still goes somewhere.
    await console.send({"type": "incident.spread_patients", "incident_id": incident_id, "red": 3})
    await wait_spread(console, incident_id, {"red": 3})
    latest = [e for e in await read_events(world, incident_id) if e.type == "incident.patients_spread"][-1]
    weighed = decode_event(latest.type, latest.type_version, latest.payload).weighed  # type: ignore[attr-defined]
    assert first in {row.hospital_id for row in weighed.hospitals if row.diverted}
    await console.send({"type": "hospital.reopen", "hospital_id": first})


def spread_of(console: ConsoleClient, incident_id: str) -> list[Json]:
    """Places of the incident's spread, as a desk sees them."""
    spread = (console.find("incident", incident_id) or {}).get("spread") or {}
    return list(spread.get("places", ()))


async def wait_spread(console: ConsoleClient, incident_id: str, by_class: dict[str, int]) -> None:
    """Until so many of each class have a place, and nobody else."""

    def stands() -> bool:
        found = Counter[str]()
        for place in spread_of(console, incident_id):
            found[place["triage"]] += place["count"]
        return found == by_class

    await console.wait_until(stands)


async def test_a_countdown_stopped_in_its_last_moment_is_stopped_or_sent_and_never_both(
    generated_world: World,
) -> None:
    """Some milliseconds before the clock of the centre sends, a hand stops: whichever is first, the other is
    told so, and units are sent exactly if the countdown says so."""
    world, console = generated_world, await generated_world.console()
    stops = []
    for before_s in (0.1, 0.0):
        quiet = find_quiet_door(world, console)
        incident_id = await open_at_known_door(world, console, "electrocution", 1, quiet)
        await console.send({"type": "incident.read_back", "incident_id": incident_id})
        armed = await wait_countdown(console, incident_id, "armed")
        left_s = (datetime.fromisoformat(armed["fires_at"]) - datetime.now(UTC)).total_seconds()
        stops.append(asyncio.create_task(stop_after(world, console, incident_id, left_s - before_s)))
    await asyncio.gather(*stops)


async def stop_after(world: World, console: ConsoleClient, incident_id: str, seconds: float) -> None:
    """Stop what counts down after so long, and hold the answer against the log."""
    await asyncio.sleep(max(0.0, seconds))
    answer = await console.send({"type": "automatic.stop", "incident_id": incident_id})
    await console.wait_until(lambda: (countdown_of(console, incident_id) or {}).get("state") != "armed")
    events = await read_events(world, incident_id)
    ends = [e.type for e in events if e.type in ("automatic.stopped", "automatic.sent")]
    assert len(ends) == 1
    if answer["data"]["stopped"]:
        assert ends == ["automatic.stopped"]
        assert (countdown_of(console, incident_id) or {})["why"] == "hand"
    assert any(e.type == "assignment.made" for e in events) == (ends == ["automatic.sent"])
