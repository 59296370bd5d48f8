"""What a console sees: nothing hidden, nothing missing, whatever the network does."""

import asyncio
import json

import pytest
from uuid6 import uuid7

from dispatch.api.ws.wire import frame_text
from dispatch.client import ConsoleClient
from dispatch.domain.model.incident import AddNote, OpenIncident
from dispatch.domain.model.messages import Actor, Role
from dispatch.domain.model.report import AttachReport, ReceiveReport
from dispatch.domain.model.values import LonLat, Place
from dispatch.live.rights import Rights
from dispatch.store.vault import Vault
from tests.integration.api.centre import SECRET, Centre, is_still_told
from tests.integration.api.raw import Raw, greeted

FIRE = Actor(id="u-fire", role=Role.DISPATCHER, agencies=("114",))
SECRET_HEARD = "12 đường bí mật"
PLACE = Place(heard=SECRET_HEARD, lon_lat=LonLat(106.7, 10.77), radius_m=20.0, level="house")


async def open_incident(centre: Centre, *, restricted: bool, heard: str = SECRET_HEARD) -> str:
    """An incident of 114 alone."""
    command = OpenIncident(
        incident_id=str(uuid7()), type_code="fire", subject=await centre.vault.new_subject(),
        place=Place(heard=heard, lon_lat=LonLat(106.7, 10.77)), restricted=restricted,
        agencies=("114",), only_agencies=True,
    )  # fmt: skip
    return str((await centre.ask(command, FIRE))["incident_id"])


async def receive_report(centre: Centre, agency_id: str, words: str) -> str:
    """A waiting report with sealed words."""
    subject = await centre.vault.new_subject()
    report_id = str(uuid7())
    await centre.ask(
        ReceiveReport(
            report_id=report_id, receipt_code=report_id[-10:], channel="phone", agency_id=agency_id,
            subject=subject, words=centre.vault.seal(subject, words), place=Place(heard="gần chợ"),
        )
    )  # fmt: skip
    return report_id


def rows_of(console: ConsoleClient) -> dict[tuple[str, str], object]:
    """(kind, id) → body."""
    return {key: row["body"] for key, row in console.copy.rows.items()}


def rows_shown(centre: Centre, agencies: set[str]) -> dict[tuple[str, str], object]:
    """What the centre would show these agencies now."""
    rows = centre.deps.board.list_visible(Rights(Role.DISPATCHER, frozenset(agencies)))
    decoded = [json.loads(bytes(row)) for row in rows]
    return {(row["kind"], row["id"]): row["body"] for row in decoded}


@pytest.mark.timeout(600)
async def test_two_agencies_with_10_000_interleaved_restricted_events_see_no_gap_and_nothing_hidden(
    centre: Centre,
) -> None:
    await centre.furnish()
    medic = await centre.sign_in("medic")
    async with greeted(medic, "console") as raw, ConsoleClient(await centre.sign_in("fire")) as fire:
        # Read all the while, as a screen does: one that takes nothing for half a minute is sent away.
        reading = asyncio.create_task(read_changes(raw, "công khai cuối"))
        hidden, shown = [], []
        for n in range(100):
            hidden.append(await open_incident(centre, restricted=True))
            shown.append(await open_incident(centre, restricted=False, heard=f"công khai {n}"))
            await write_notes(centre, hidden[-1], "mật", 50, FIRE)
            await write_notes(centre, shown[-1], "chung", 50, FIRE)
        last = await open_incident(centre, restricted=False, heard="công khai cuối")
        assert await reading >= 10_000
        snapshot = await medic.http.get("/api/snapshot")
        everything = "".join(raw.texts) + snapshot.text
        assert all(id_ in everything for id_ in shown)
        assert SECRET_HEARD not in everything
        assert "mật" not in everything.replace(SECRET_HEARD, "")
        assert [id_ for id_ in hidden if id_ in everything] == []
        for id_ in hidden[::20]:
            assert (await medic.http.get(f"/api/incidents/{id_}/timeline")).status_code == 404
            # To others it does not exist; to its own room it only has no plan yet.
            for reader, lacks in ((medic, id_), (fire.account, f"{id_} v1")):
                answer = await reader.http.get(f"/api/incidents/{id_}/thoughts", params={"version": 1})
                assert (answer.status_code, answer.json()["error"]["data"]["what"]) == (404, lacks)
        await fire.wait_until(lambda: fire.find("incident", last) is not None, 60)
        assert all(fire.find("incident", id_) for id_ in hidden)
        timeline = await fire.account.get_json(f"/api/incidents/{hidden[-1]}/timeline")
        assert "mật 49" in {line["data"].get("text") for line in timeline["log"]}


async def read_changes(raw: Raw, until: str) -> int:
    """Changes without a gap, up to those that tell of something; their seq."""
    frame = await raw.next("changes")
    while until not in raw.texts[-1]:
        seq, frame = frame["seq"], await raw.next("changes")
        assert frame["prev"] <= seq
    return int(frame["seq"])


async def write_notes(centre: Centre, incident_id: str, words: str, count: int, by: Actor) -> None:
    """Notes of an incident, all at once."""
    subject = await centre.vault.new_subject()
    notes = [
        AddNote(
            incident_id=incident_id,
            note_id=str(uuid7()),
            text=centre.vault.seal(subject, f"{words} {n}"),
        )
        for n in range(count)
    ]
    await asyncio.gather(*(centre.ask(note, by) for note in notes))


async def test_a_report_that_joins_a_restricted_incident_leaves_the_other_agencys_screen(
    centre: Centre,
) -> None:
    await centre.furnish()
    incident_id = await open_incident(centre, restricted=True)
    report_id = await receive_report(centre, "114", "lời riêng")
    async with ConsoleClient(await centre.sign_in("medic")) as medic:
        seen = medic.find("report", report_id)
        assert seen is not None
        assert seen["words"] == [None]
        await centre.ask(AttachReport(report_id=report_id, incident_id=incident_id), FIRE)
        await medic.wait_until(lambda: medic.find("report", report_id) is None)
        assert not any(line["type"] == "report.attached" for line in medic.copy.log)


async def test_a_console_that_was_cut_off_resumes_and_equals_one_that_was_not(centre: Centre) -> None:
    await centre.furnish()
    async with (
        ConsoleClient(await centre.sign_in("chief")) as steady,
        ConsoleClient(await centre.sign_in("chief")) as shaky,
    ):
        for n in range(30):
            await open_incident(centre, restricted=False, heard=f"số {n}")
            if n % 7 == 0:
                await shaky.break_connection()
        # The centre goes on by itself, with alerts for what nobody has seen: all are compared at once.
        await shaky.wait_until(lambda: shaky.copy.seq == steady.copy.seq == centre.deps.board.head.seq)
        assert shaky.connections > 1
        assert shaky.snapshots == 1
        assert rows_of(shaky) == rows_of(steady) == rows_shown(centre, {"114", "115"})
        assert [line["seq"] for line in shaky.copy.log] == [line["seq"] for line in steady.copy.log]


async def test_a_copy_made_under_other_rights_is_replaced_by_a_snapshot(centre: Centre) -> None:
    account = await centre.sign_in("fire")
    have = {"log_id": centre.deps.board.head.log_id, "seq": centre.deps.board.head.seq}
    async with greeted(account, "console"):
        pass
    async with greeted(account, "console", have=have) as raw:
        assert '"snapshot":"/api/snapshot' in raw.texts[0]


async def test_a_copy_of_another_log_is_replaced_by_a_snapshot(centre: Centre) -> None:
    async with ConsoleClient(await centre.sign_in("fire")) as console:
        console.copy.log_id = "another log"
        await console.break_connection()
        await console.wait_until(lambda: console.snapshots == 2)
        assert console.copy.log_id == centre.deps.board.head.log_id


async def test_the_head_and_the_centres_clock_come_every_two_seconds(centre: Centre) -> None:
    async with greeted(await centre.sign_in("fire"), "console") as raw:
        first, second = await raw.next("head"), await raw.next("head")
        assert first["at"] < second["at"]


async def test_five_commits_at_once_reach_a_console_in_fewer_frames(centre: Centre) -> None:
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        await asyncio.gather(*(open_incident(centre, restricted=False) for _ in range(40)))
        head = centre.deps.board.head.seq
        await console.wait_until(lambda: console.copy.seq >= head)
        assert len(console.list_bodies("incident")) == 40
        assert console.frames["changes"] < 40


async def test_positions_come_for_the_window_and_the_watched_units_only(centre: Centre) -> None:
    units = await centre.furnish(6)
    async with ConsoleClient(await centre.sign_in("chief")) as console:
        await console.look_at((106.0, 10.0, 107.0, 11.0), ["u2"])
        await console.wait_until(lambda: bool(console.head))
        for n, unit_id in enumerate(units):
            lon = 106.5 if n < 2 else 108.0
            centre.locate(unit_id, lon, 10.5)
        await console.wait_until(lambda: {"u0", "u1", "u2"} <= console.positions.keys())
        assert console.positions.keys() == {"u0", "u1", "u2"}
        unit_id, lon, lat, age_s, accuracy = console.positions["u0"]
        assert (unit_id, lon, lat, accuracy) == ("u0", 106.5, 10.5, 5.0)
        assert 0 <= age_s < 60


async def test_a_screen_that_takes_nothing_is_sent_away_and_slows_no_other(centre: Centre) -> None:
    chief, fire = await centre.sign_in("chief"), await centre.sign_in("fire")
    async with greeted(chief, "console") as slow, ConsoleClient(fire) as quick:
        (session,) = (s for s in centre.hub.list_sessions() if s.principal.id == "u-chief")
        slow.socket.transport.pause_reading()
        large = frame_text(b'{"t":"pong","sent_at":"2026-07-12T00:00:00Z","x":"' + b"x" * 60_000 + b'"}')
        posted = 0
        while session.close_code is None and posted < 2_000:
            session.post_encoded(large)
            posted += 1
            await asyncio.sleep(0)
        assert session.close_code == (4408, "too_slow")
        incident_id = await open_incident(centre, restricted=False)
        await quick.wait_until(lambda: quick.find("incident", incident_id) is not None)
        slow.socket.transport.resume_reading()
        assert [frame["error"]["code"] async for frame in slow.rest("error")] == ["too_slow"]


async def test_erasing_a_subject_anywhere_blanks_at_once_what_screens_are_given(centre: Centre) -> None:
    report_id = await receive_report(centre, "114", "tên tôi là An")
    report = centre.deps.board.find_row("report", report_id)
    account = await centre.sign_in("fire")
    assert "tên tôi là An" in (await account.http.get("/api/snapshot")).text
    assert report is not None
    # Not the centre's own vault: whoever erases, the running centre is told.
    assert await Vault(centre.pool, SECRET).erase(json.loads(bytes(report.body))["subject"])
    async with asyncio.timeout(60):
        while await is_still_told(account, "tên tôi là An"):
            continue


async def test_a_typed_line_is_read_without_being_sent_and_sent_when_asked(centre: Centre) -> None:
    await centre.furnish()
    account = await centre.sign_in("chief")
    incident_id = await open_incident(centre, restricted=False)
    number = json.loads(bytes(centre.row("incident", incident_id).body))["number"][-4:]
    dry = await account.post_json("/api/command-line", {"line": f"D {number} XE-0", "dry_run": True})
    assert dry["reading"]["error"] is None, dry
    assert "XE-0" in dry["reading"]["echo"]["vi"]
    unit = json.loads(bytes(centre.row("unit", "u0").body))
    assert unit["assignment_id"] is None
    line_id = str(uuid7())
    for _ in range(2):
        sent = await account.post_json("/api/command-line", {"line": f"D {number} XE-0", "line_id": line_id})
        assert sent["answers"][0]["error"] is None, sent


async def test_a_connection_that_cannot_be_served_ends_alone_and_heals(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    await centre.furnish()

    def fail() -> None:
        raise RuntimeError("a fault in one connection")

    async with ConsoleClient(await centre.sign_in("chief")) as hurt:
        hurt.silent_s = 600.0
        (session,) = centre.hub.list_sessions()
        async with ConsoleClient(await centre.sign_in("chief")) as whole:
            # Whether a busy machine is silent for some seconds is not asked here.
            whole.silent_s = 600.0
            monkeypatch.setattr(session, "_write", fail)
            incident_id = await open_incident(centre, restricted=False)
            await whole.wait_until(lambda: whole.find("incident", incident_id) is not None)
            await hurt.wait_until(lambda: hurt.find("incident", incident_id) is not None)
            assert (hurt.connections, whole.connections) == (2, 1)
