"""An evening told by real clients, and its replay in a real browser."""

import csv
import io
import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Download, Page, Response, expect

from dispatch.client.account import Account
from dispatch.settings import PROJECT
from tests.browser.desk import eventually, fits
from tests.browser.evening import (
    PHONE,
    SECRET,
    SECRET_PHONE,
    WORDS,
    Evening,
    close_a_street,
    go_to,
    milliseconds,
    open_replay,
    settled,
    tell_evening,
)
from tests.browser.phones import dress
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_replay")]

SCREENSHOTS = PROJECT / "var" / "screenshots"
SEQ = "Number(document.querySelector('.replay').dataset.seq)"


SPANS = """all => all.map((name) => {
    const { left, right } = name.getBoundingClientRect();
    return [left, right];
})"""
"""From where to where each name under the scrubber is written, pixels."""


@pytest.fixture(scope="module")
def evening(centre: RunningCentre) -> Iterator[Evening]:
    """The evening, told once."""
    told = centre.run(tell_evening(centre))
    yield told
    centre.run(told.close())


@pytest.fixture
def replay(page: Page, evening: Evening) -> Page:
    """The fire's replay, opened from its address by the supervisor."""
    open_replay(page, evening)
    return page


def shown_units(page: Page) -> dict[str, str]:
    """Call sign → the incident it is on, of the units listed first."""
    rows = page.locator(".replay-unit").all()[:8]
    cells = [row.locator("> *").all_inner_texts() for row in rows]
    return {texts[1].strip(): texts[4].strip() for texts in cells if texts[4].strip()}


def expected_units(state: dict[str, Any]) -> dict[str, str]:
    """The same of the rows that the centre gives."""
    rows = state["rows"]
    found = {}
    for (kind, _), body in rows.items():
        if kind == "unit" and body["assignment_id"]:
            incident = rows["incident", rows["assignment", body["assignment_id"]]["incident_id"]]
            found[body["call_sign"]] = incident["number"][-4:]
    return found


def test_any_instant_shows_what_the_centre_says_of_it_forward_and_in_reverse(
    replay: Page, evening: Evening
) -> None:
    draw, length = random.Random(3), evening.ended - evening.began
    instants = sorted(milliseconds(evening.began + length * draw.random()) for _ in range(6))
    for at in [*instants, *reversed(instants)]:
        go_to(replay, at)
        state = evening.state_at(at)
        expect(replay.locator(".replay")).to_have_attribute("data-seq", str(state["seq"]))
        assert shown_units(replay) == expected_units(state)


def test_a_vehicle_stands_where_it_was_at_that_instant(replay: Page, evening: Evening) -> None:
    go_to(replay, milliseconds(evening.ended))
    replay.locator(".replay-unit").filter(has=replay.get_by_text(evening.call_sign, exact=True)).click()
    where = replay.get_by_role("note", name=f"Vị trí của {evening.call_sign}")
    for at, lon, lat in [*evening.driven[1:], *reversed(evening.driven[:3])]:
        go_to(replay, milliseconds(at))
        expect(where).to_contain_text(f"{lat:.5f}, {lon:.5f}")


def test_it_stands_in_a_frame_of_its_own_and_asks_for_nothing_live(
    drawing_page: Page, evening: Evening
) -> None:
    sockets: list[str] = []
    drawing_page.on("websocket", lambda socket: sockets.append(socket.url))
    open_replay(drawing_page, evening)
    expect(drawing_page.get_by_role("region", name="PHÁT LẠI / REPLAY")).to_contain_text("Mọi lệnh bị khóa")
    frame = drawing_page.locator(".replay").evaluate("e => getComputedStyle(e).borderLeft")
    assert frame.startswith("6px solid rgb(216, 195, 154)")
    assert sockets == []
    expect(drawing_page.get_by_role("textbox", name="Dòng lệnh")).to_have_count(0)
    expect(drawing_page.locator("canvas.unit-canvas")).to_be_visible()


def instant(page: Page) -> str:
    """The one shown, in ISO 8601 of UTC: what sorts by time, past midnight too."""
    return str(page.locator(".replay-clock").get_attribute("datetime"))


def test_stepping_goes_from_event_to_event_and_back_the_same_way(replay: Page, evening: Evening) -> None:
    go_to(replay, milliseconds(evening.began))
    current = replay.locator(".replay-line.now")

    def press(key: str) -> str:
        before = instant(replay)
        seq = replay.locator(".replay").get_attribute("data-seq") or ""
        replay.keyboard.press(key)
        expect(replay.locator(".replay")).not_to_have_attribute("data-seq", seq)
        settled(replay)
        assert instant(replay) >= before or key == "["
        return str(replay.locator(".replay").get_attribute("data-seq"))

    there = [press("]") for _ in range(6)]
    expect(current).to_be_visible()
    back = [press("[") for _ in range(5)]
    assert back == there[-2::-1]
    assert sorted(there, key=int) == there


def test_it_plays_on_stops_and_plays_in_reverse(replay: Page, evening: Evening) -> None:
    go_to(replay, milliseconds(evening.began))
    seq = replay.locator(".replay")
    first = int(seq.get_attribute("data-seq") or "0")
    replay.keyboard.press("3")
    replay.keyboard.press("l")
    expect(replay.get_by_role("button", name="Dừng")).to_be_visible()
    replay.wait_for_function(
        "first => Number(document.querySelector('.replay').dataset.seq) > first + 5", arg=first
    )
    replay.keyboard.press("k")
    expect(replay.get_by_role("button", name="Chạy")).to_be_visible()
    stood = instant(replay)
    there = int(seq.get_attribute("data-seq") or "0")
    replay.keyboard.press("j")
    replay.wait_for_function(
        "there => Number(document.querySelector('.replay').dataset.seq) < there", arg=there
    )
    replay.wait_for_function("stood => document.querySelector('.replay-clock').dateTime < stood", arg=stood)
    replay.keyboard.press("Space")
    assert instant(replay) < stood


def test_a_copied_address_gives_the_same_picture(replay: Page, evening: Evening) -> None:
    at = milliseconds(evening.driven[3][0])
    go_to(replay, at)
    replay.locator(".replay-unit").filter(has=replay.get_by_text(evening.call_sign, exact=True)).click()
    replay.get_by_role("button", name="115", exact=True).click()
    replay.keyboard.press("5")
    expect(replay).to_have_url(re.compile("speed=30.*without=115"))
    expect(replay).to_have_url(
        re.compile(re.escape(f"at={at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"))
    )
    parts = ("clock", "watched", "unit", "followed", "line.now", "filters", "speeds")
    picture = ", ".join(f".replay-{part}" for part in parts)
    expect(replay.locator(".replay-line.now")).to_be_visible()
    before: list[str] = []

    def stands_still() -> bool:
        last, before[:] = before[:], replay.locator(picture).all_inner_texts()
        return before == last

    eventually(replay, stands_still)
    seq = replay.locator(".replay").get_attribute("data-seq")
    address = replay.url
    replay.goto("about:blank")
    replay.goto(address)
    settled(replay)
    expect(replay.locator(".replay")).to_have_attribute("data-seq", str(seq))
    expect(replay.locator(".replay-followed")).to_be_visible()
    expect(replay.locator(".replay-line.now")).to_be_visible()
    eventually(replay, lambda: replay.locator(picture).all_inner_texts() == before)
    expect(replay.get_by_role("button", name="115", exact=True)).to_have_attribute("aria-pressed", "false")


def test_dragging_the_playhead_shows_the_instants_it_passes(replay: Page, evening: Evening) -> None:
    track = replay.get_by_role("slider", name="Con trỏ thời gian")
    box = track.bounding_box()
    assert box is not None
    replay.mouse.move(box["x"] + 5, box["y"] + 30)
    replay.mouse.down()
    early = replay.locator(".replay").get_attribute("data-seq")
    replay.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 30, steps=4)
    expect(replay.locator(".replay")).not_to_have_attribute("data-seq", str(early))
    replay.mouse.up()
    settled(replay)
    track.focus()
    stood = track.get_attribute("aria-valuenow") or "0"
    replay.keyboard.press("Shift+ArrowLeft")
    expect(track).to_have_attribute("aria-valuenow", str(int(stood) - 60))


def test_a_reader_without_rights_finds_nothing_hidden_at_any_instant(page: Page, evening: Evening) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    open_replay(
        page, evening, "dieuphoi115", f"at={milliseconds(evening.ended).isoformat().replace('+00:00', 'Z')}"
    )
    page.get_by_role("button", name="Vụ việc", exact=True).click()
    expect(page.locator(".replay-incident", has_text=evening.fire["number"][-4:])).to_be_visible()
    expect(page.locator(".replay-incident", has_text=evening.hidden["number"][-4:])).to_have_count(0)
    everything = "".join(answer.text() for answer in list(answers) if "/api/replay/" in answer.url)
    assert evening.fire["id"] in everything
    assert [word for word in (evening.hidden["id"], SECRET, SECRET_PHONE) if word in everything] == []
    with pytest.raises(Exception, match="unknown_incident"):
        evening.fetch("dieuphoi115", "/api/replay/overview", start=evening.began.isoformat(),
                      end=evening.ended.isoformat(), incident=evening.hidden["id"])  # fmt: skip


def audit(centre: RunningCentre, act: str) -> list[tuple[str, dict[str, Any]]]:
    """(who, at what) of every look kept, newest first."""
    with psycopg.connect(centre.dsn) as connection:
        query = "SELECT actor, detail FROM centre.audit WHERE act = %s ORDER BY id DESC"
        return [(str(actor), dict(detail)) for actor, detail in connection.execute(query, [act])]


def test_who_looked_at_what_and_why_is_kept(replay: Page, evening: Evening) -> None:
    replay.get_by_label("Lý do xem").fill("họp rút kinh nghiệm")
    replay.get_by_label("Lý do xem").press("Enter")
    with replay.expect_response(lambda answer: "/api/replay/overview" in answer.url):
        replay.keyboard.press("-")
    mine: list[dict[str, Any]] = []

    def kept() -> bool:
        mine[:] = [look for who, look in audit(evening.centre, "read_replay") if who == "demo-giamsat"]
        return (
            any(look.get("tracks") and look["start"] and look["end"] for look in mine)
            and any("after" in look and look["until"] for look in mine)
            # A look that was on its way when the reason was given may be written down after this one.
            and any(look.get("reason") == "họp rút kinh nghiệm" for look in mine)
        )

    eventually(replay, kept)


def export(page: Page, format_: str) -> Download:
    """The file that the page makes."""
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Dạng tệp").select_option(format_)
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Xuất", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text("Đã xuất")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return download.value


def test_files_are_made_redacted_and_kept_in_the_log(replay: Page, evening: Evening, tmp_path: Path) -> None:
    found: dict[str, bytes] = {}
    for format_ in ("pdf", "csv", "json", "geojson"):
        file = export(replay, format_)
        assert file.suggested_filename == f"incident-{evening.fire['number']}-redacted.{format_}"
        file.save_as(tmp_path / file.suggested_filename)
        found[format_] = (tmp_path / file.suggested_filename).read_bytes()
    assert found["pdf"].startswith(b"%PDF-")
    rows = list(csv.reader(io.StringIO(found["csv"].decode("utf-8-sig"))))
    assert {"report.received", "incident.opened", "assignment.phase_reported"} <= {row[7] for row in rows}
    assert json.loads(found["geojson"])["type"] == "FeatureCollection"
    assert json.loads(found["json"])["about"]["redacted"] is True
    for content in (found["csv"], found["json"], found["geojson"]):
        assert not any(secret.encode() in content for secret in (WORDS, PHONE, "cổng sau khóa"))
    kept = [look for who, look in audit(evening.centre, "export") if who == "demo-giamsat"]
    assert {look["format"] for look in kept} == set(found)


def test_only_who_may_gets_the_whole_file_and_only_with_a_reason(
    page: Page, evening: Evening, tmp_path: Path
) -> None:
    open_replay(page, evening, "dieuphoi")
    page.keyboard.press("e")
    choices = page.get_by_role("dialog").get_by_label("Dữ liệu cá nhân")
    expect(choices.get_by_role("option")).to_have_count(1)

    async def ask(login: str, **more: object) -> tuple[int, bytes]:
        account = await Account.sign_in(evening.centre.base_url, login, evening.centre.password)
        body = {"format": "json", "incident": evening.fire["id"], "redacted": False, **more}
        answer = await account.http.post("/api/exports", json=body)
        await account.aclose()
        return answer.status_code, answer.content

    run = evening.centre.run
    assert run(ask("dieuphoi", reason="một lý do đủ dài"))[0] == 403
    assert run(ask("tiepnhan", redacted=True))[0] == 403
    status, content = run(ask("giamsat", reason="ngắn"))
    assert (status, json.loads(content)["error"]["code"]) == (422, "export_reason")
    status, content = run(ask("giamsat", reason="họp rút kinh nghiệm"))
    assert status == 200
    assert WORDS.encode() in content
    assert audit(evening.centre, "export")[0][1]["reason"] == "họp rút kinh nghiệm"


def test_no_page_of_it_violates_a_rule_of_access(replay: Page) -> None:
    for theme, language in (("dark", "vi"), ("light", "vi"), ("light", "en"), ("dark", "en")):
        dress(replay, replay, theme, language)
        assert violations(replay) == [], (theme, language)
        for key in ("?", "e"):
            replay.keyboard.press(key)
            expect(replay.get_by_role("dialog")).to_be_visible()
            assert violations(replay, "dialog[open]") == [], (theme, language)
            replay.keyboard.press("Escape")
            expect(replay.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768)])
def test_it_stands_without_scrolling_and_cuts_no_address(
    page: Page, evening: Evening, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_replay(page, evening)
    go_to(page, milliseconds(evening.driven[4][0]))
    eventually(page, lambda: fits(page))
    for line in (".replay-head", ".replay-controls"):
        eventually(page, lambda line=line: page.locator(line).evaluate("e => e.scrollWidth <= e.clientWidth"))  # type: ignore[misc]
    names = page.locator(".replay-chart .mark-name")
    expect(names.first).to_be_visible()

    def apart() -> bool:
        spans = sorted(names.evaluate_all(SPANS))
        return all(after[0] >= before[1] for before, after in itertools.pairwise(spans))

    eventually(page, apart)
    log = page.get_by_role("group", name="Nhật ký")
    expect(log.locator(".replay-line-who", has_text="máy người báo").first).to_be_visible()
    expect(log).not_to_contain_text("device-")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"replay-{width}x{height}.png")


def test_the_console_leads_to_the_replay_of_an_incident(page: Page, evening: Evening) -> None:
    page.goto(f"{evening.centre.base_url}/#incident={evening.fire['id']}")
    page.get_by_label("Tên đăng nhập").fill("dieuphoi")
    page.get_by_label("Mật khẩu").fill(evening.centre.password)
    page.keyboard.press("Enter")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Phát lại").click()
    settled(opened.value)
    expect(opened.value.locator(".replay-watched")).to_contain_text(evening.fire["number"][-4:])
    opened.value.keyboard.press("Escape")
    expect(opened.value).to_have_url(re.compile(rf"/#incident={evening.fire['id']}$"))


def test_without_a_map_the_rest_of_the_replay_works(blind_page: Page, evening: Evening) -> None:
    open_replay(blind_page, evening)
    expect(blind_page.get_by_role("region", name="Bản đồ phát lại")).to_contain_text("không vẽ được bản đồ")
    go_to(blind_page, milliseconds(evening.driven[2][0]))
    assert evening.call_sign in shown_units(blind_page)


def test_a_street_closed_at_a_desk_stands_in_the_replay_of_that_time_and_not_of_another(
    replay: Page, evening: Evening
) -> None:
    before, closed, opened = evening.centre.run(close_a_street(evening.centre))
    replay.get_by_role("button", name="Đường", exact=True).click()
    roads = replay.get_by_role("group", name="Đường", exact=True)
    go_to(replay, milliseconds(opened))
    expect(roads).to_contain_text("Không có đường nào")
    go_to(replay, milliseconds(closed))
    expect(roads.locator(".replay-road")).to_contain_text("Đóng")
    expect(roads.locator(".replay-road")).to_contain_text("cầu sập")
    go_to(replay, milliseconds(before))
    expect(roads).to_contain_text("Không có đường nào")
