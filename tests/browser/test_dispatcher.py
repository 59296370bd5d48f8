"""A dispatcher's shift at the console, by keyboard, in real Chromium against the real centre."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from dispatch.client.account import Account
from dispatch.client.console import ConsoleClient
from dispatch.domain.rules.conditions import UNACCEPTED
from dispatch.settings import PROJECT
from tests.browser.desk import (
    Withheld,
    eventually,
    free_unit,
    line,
    middle,
    release,
    report,
    sign_in,
    unit_block,
    unit_of,
)
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre
from tests.clock import LeapingClock

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_dispatcher")]


WRITE_DOWN_SOUNDS = """sign => {
  window.heard = [];
  new MutationObserver((changes) =>
    window.heard.push(...changes.map((each) => each.oldValue ?? ""), sign.dataset.played ?? ""))
    .observe(sign, { attributes: true, attributeOldValue: true, attributeFilter: ["data-played"] });
}"""


@pytest.fixture(scope="module")
def clock() -> LeapingClock:
    """The time of this file's centre."""
    return LeapingClock()


def enter(page: Page, text: str) -> None:
    """Type a line, wait until its meaning stands below it, send it, wait until it is done."""
    page.keyboard.press("F2")
    line(page).fill(text)
    expect(page.locator("#echo")).to_contain_text("Hiểu là")
    page.keyboard.press("Enter")
    expect(line(page)).to_have_value("")


def colleague(centre: RunningCentre, body: dict[str, Any]) -> dict[str, Any]:
    """Somebody at another console asks for one thing; the answer's data."""

    async def ask() -> dict[str, Any]:
        account = await Account.sign_in(centre.base_url, "giamsat", centre.password)
        client = ConsoleClient(account)
        await client.start()
        ack = await client.send(body)
        await client.stop()
        await account.aclose()
        return dict(ack["data"])

    return centre.run(ask())


def incident_id(centre: RunningCentre, number: str) -> str:
    incidents = list(centre.centre.picture.incidents.values())
    return next(i.id for i in incidents if i.number == number)


def accept_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile(r"^F8 Nhận v\d+"))


def test_a_person_signs_on_at_a_desk_and_off_again(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    header = page.get_by_role("banner")
    expect(header).to_contain_text("Chưa vào bàn")
    expect(header).to_contain_text("114, 115 không ai trực")
    header.get_by_role("button", name="Chưa vào bàn").click()
    desks = page.get_by_role("dialog", name="Bàn trực")
    assert violations(page) == []
    expect(desks.get_by_role("link")).to_have_text(["Bàn giao ca", "Màn hình lớn", "Phát lại"])
    row = desks.get_by_role("listitem").filter(has_text="Bàn trung tâm")
    row.get_by_role("button", name="Vào bàn").click()
    expect(row).to_contain_text("Trần Thị Mẫu")
    page.keyboard.press("Escape")
    expect(header.get_by_role("button", name="Bàn trung tâm")).to_be_visible()
    expect(header).not_to_contain_text("không ai trực")
    header.get_by_role("button", name="Bàn trung tâm").click()
    desks.get_by_role("button", name="Rời bàn").click()
    expect(header).to_contain_text("Chưa vào bàn")


def test_a_long_line_is_read_whole_before_it_is_sent(page: Page, centre: RunningCentre) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, centre)
    number = release(page, report(centre))
    words = "cổng sau khóa, vào từ đường bên, " * 6 + "hỏi bảo vệ"
    line(page).fill(f". {number} {words}")
    understood = page.locator("#echo strong")
    expect(understood).to_contain_text("hỏi bảo vệ")
    whole = "e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight + 1"
    eventually(page, lambda: understood.evaluate(whole))
    expect(page.locator("#echo .key").last).to_be_in_viewport(ratio=1)
    line(page).fill("")


def test_a_dispatch_is_undone_within_its_time_by_one_chord(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    call_sign = free_unit(centre)
    enter(page, f"D {call_sign}")
    expect(unit_block(page, call_sign)).to_be_visible()
    expect(page.locator(".undo")).to_contain_text(call_sign)
    page.keyboard.press("Control+z")
    expect(unit_block(page, call_sign)).to_have_count(0)
    expect(page.locator(".undo")).to_have_count(0)


def test_a_stand_down_by_a_button_can_be_undone_too(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    call_sign = free_unit(centre)
    enter(page, f"D {call_sign}")
    unit_block(page, call_sign).get_by_role("button", name="Hủy điều động").click()
    expect(unit_block(page, call_sign)).to_have_count(0)
    expect(page.locator(".undo")).to_contain_text("hủy điều động")
    page.locator(".undo").click()
    expect(unit_block(page, call_sign)).to_be_visible()


def test_a_refused_acceptance_shows_what_differs(page: Page, centre: RunningCentre) -> None:
    between = Withheld(page, "changes")
    sign_in(page, centre)
    number = release(page, report(centre))
    expect(accept_button(page)).to_be_visible()
    plan = centre.centre.picture.recommendations[incident_id(centre, number)]
    taken = centre.centre.picture.units[plan.proposed[0].unit_id]
    # Another takes the unit in the very moment between what was seen and the key.
    between.closed = True
    other = colleague(centre, {"type": "incident.open", "type_code": "noise"})
    colleague(
        centre,
        {"type": "assignment.dispatch", "incident_id": other["incident_id"], "unit_ids": [taken.id]},
    )
    page.keyboard.press("F8")
    refused = page.locator(".refused")
    # The centre refuses, or the page knows by then that it would.
    expect(refused).to_contain_text(re.compile("[Cc]hưa (điều ai|gửi gì)"))
    between.let_through()
    # The whole plan may differ by then; the unit that was taken is among what is struck out.
    expect(refused.locator("s").get_by_text(taken.call_sign, exact=True)).to_be_visible()
    expect(page.locator(".unit-lines")).to_have_count(0)
    assert violations(page) == []
    page.screenshot(
        path=PROJECT / "var" / "screenshots" / "console-refused.png", mask=[page.locator("header .clock")]
    )
    refused.get_by_role("button", name=re.compile("^Đã xem")).click()
    expect(refused).to_have_count(0)


def test_cautions_stand_first_and_every_crew_acknowledges_them_apart(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    enter(page, ". ! bình gas 45 kg tầng trệt")
    enter(page, ". > hẻm rộng 3,2 m")
    facts = page.locator(".facts")
    expect(facts.locator("dd").first).to_contain_text("bình gas 45 kg tầng trệt")
    expect(facts.locator("dd").first).to_contain_text("Trần Thị Mẫu")
    call_sign = free_unit(centre)
    unit = unit_of(centre, call_sign)
    enter(page, f"D {call_sign}")
    expect(unit_block(page, call_sign)).to_contain_text("cập nhật 1 chưa đọc: AN TOÀN")
    # Its outbox may still hold orders of others' incidents: only this assignment's count.
    units = list(centre.centre.picture.units.values())
    assignment_id = str(next(u.assignment_id for u in units if u.call_sign == call_sign))

    def told() -> set[int]:
        return {d["update_n"] for d in unit.deliveries if d["assignment_id"] == assignment_id}

    centre.run(unit.wait_until(lambda: told() >= {0, 1}))
    centre.run(unit.accept(assignment_id))
    expect(unit_block(page, call_sign)).to_contain_text("AN TOÀN")
    centre.run(unit.accept(assignment_id, 1))
    expect(unit_block(page, call_sign)).not_to_contain_text("AN TOÀN")
    assert violations(page) == []
    centre.run(unit.stop())


def test_the_radio_line_reads_the_assignment_aloud(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    enter(page, ". # 2 người tầng 3")
    call_sign = free_unit(centre)
    enter(page, f"D {call_sign}")
    unit_block(page, call_sign).get_by_role("button", name="Đàm").click()
    read = unit_block(page, call_sign).locator("q")
    expect(read).to_contain_text(f"{call_sign}, cháy nhà ở,")
    expect(read).to_contain_text("2 người tầng 3")
    expect(read).to_contain_text("địa chỉ chưa xác minh")


def test_a_hold_takes_the_incident_out_of_the_waiting_list_until_its_review(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    words = report(centre)
    number = release(page, words)[-4:]
    line(page).fill("HO 10 chờ chủ nhà")
    expect(page.locator("#echo .refusal")).to_contain_text("không được giữ lại")
    enter(page, "P3")
    enter(page, "HO 10 chờ chủ nhà")
    expect(page.locator(".hold-line")).to_contain_text("chờ chủ nhà")
    queue = page.get_by_role("region", name="Vụ việc")
    expect(queue.get_by_role("heading", name="Giữ có hẹn")).to_be_visible()
    expect(queue.locator(".queue-row", has_text=number)).to_contain_text("xem lại")
    page.get_by_role("button", name="Thôi giữ").click()
    expect(page.locator(".hold-line")).to_have_count(0)


def test_who_could_be_there_is_told_without_making_anything(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    lon, lat = middle(centre)
    before = len(centre.centre.picture.incidents)
    line(page).fill(f"WHO {lat:.5f}, {lon:.5f}")
    page.keyboard.press("Enter")
    expect(page.locator("table.who")).to_contain_text("ETA")
    expect(page.locator(".who tbody tr").first).to_contain_text(re.compile(r"\d+:\d\d"))
    assert violations(page) == []
    assert len(centre.centre.picture.incidents) == before
    page.keyboard.press("Escape")
    expect(page.locator(".who")).to_have_count(0)


def test_one_key_asks_the_caller_to_the_alleys_mouth_and_says_honestly_how(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    release(page, report(centre, phone="0900 000 041"))
    expect(page.locator(".facts")).to_contain_text("0900000041")
    page.keyboard.press("F7")
    expect(page.locator(".facts")).to_contain_text("Chưa có cổng tin nhắn: gửi bằng tay")
    expect(page.locator(".facts q")).to_contain_text("ra đầu hẻm đón")
    expect(page.locator(".timeline")).to_contain_text("nhắn người báo ra đầu hẻm")


def test_an_alert_is_shelved_with_reason_and_end(
    page: Page, centre: RunningCentre, clock: LeapingClock
) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    enter(page, f"D {free_unit(centre)}")
    centre.run(clock.leap(UNACCEPTED.total_seconds()))
    page.get_by_role("button", name=re.compile("^Chưa ai nhận:")).click()
    # Many of one kind fold into one line: whichever stands for them will do.
    row = page.locator(".alert-list .alert-line", has_text="chưa nhận lệnh").first
    expect(row).to_be_visible(timeout=90_000)
    row.get_by_role("button", name="Gác lại").click()
    asked = page.get_by_role("dialog", name="Gác lại cảnh báo")
    assert violations(page) == []
    asked.get_by_label("Lý do").fill("đã gọi đàm")
    page.keyboard.press("Enter")
    expect(page.locator(".alert-list")).to_contain_text("đã gọi đàm · đến")
    assert violations(page) == []


def test_a_mayday_flashes_every_desk_with_the_nearest_units_until_the_crew_is_safe(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    call_sign = free_unit(centre)
    enter(page, f"! {call_sign}")
    alerts = page.get_by_role("region", name="Cảnh báo")
    first = alerts.locator(".alert-line").first
    expect(first).to_contain_text(f"{call_sign} KHẨN CẤP")
    expect(first.locator(".nearest")).to_contain_text(re.compile(r"\d+ k?m"))
    expect(page.locator(".console.mayday")).to_be_visible()
    first.get_by_role("button", name="Đã an toàn").click()
    page.get_by_label("Biết kíp an toàn bằng cách nào").fill("kíp trả lời qua đàm")
    page.keyboard.press("Enter")
    expect(page.locator(".console.mayday")).to_have_count(0)


def test_on_the_board_arrows_walk_and_a_letter_begins_the_units_line(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    number = release(page, report(centre))
    call_sign = free_unit(centre)
    enter(page, f"D {call_sign}")
    page.get_by_role("button", name="đang làm").click()
    column = page.locator(".board-columns [role=table]")
    row = column.get_by_role("row").filter(has=page.get_by_text(call_sign, exact=True))
    expect(row).to_contain_text(number[-4:])
    table = column.filter(has=page.get_by_text(call_sign, exact=True))
    table.focus()
    while not (here := table.get_attribute("aria-label") or "").endswith(f": {call_sign}"):
        page.keyboard.press("ArrowDown")
        expect(table).not_to_have_attribute("aria-label", here)
    page.keyboard.press("x")
    expect(line(page)).to_have_value(f"X {call_sign} ")
    page.keyboard.press("Enter")
    expect(unit_block(page, call_sign)).to_have_count(0)


def test_what_was_missed_stands_in_at_most_ten_lines(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    words = report(centre)
    page.keyboard.press("F3")
    missed = page.get_by_role("group", name="Đã bỏ lỡ gì")
    expect(missed).to_contain_text("Vụ mới")
    assert missed.get_by_role("listitem").count() <= 10
    assert violations(page) == []
    page.keyboard.press("F3")
    expect(missed).to_have_count(0)
    expect(page.locator(".queue-row", has_text=words)).to_be_visible()


def test_a_window_of_its_own_shares_the_selection(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    first = release(page, report(centre))
    second = release(page, report(centre))
    with page.expect_popup() as opened:
        page.get_by_role("region", name="Vụ việc").get_by_role("button", name="Mở ra cửa sổ riêng").click()
    popup = opened.value
    expect(popup.locator(".queue-row[aria-current=true]")).to_contain_text(second[-4:])
    popup.locator(".queue-row", has_text=first[-4:]).click()
    expect(page.locator(".incident-head")).to_contain_text(first)
    assert violations(popup) == []


def test_everything_arranged_is_in_the_address(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    number = release(page, report(centre))
    page.get_by_role("group", name="Lực lượng đang xem").get_by_role("button", name="112").click()
    page.get_by_role("button", name="đang làm").click()
    expect(page).to_have_url(re.compile(r"#incident=[\w-]+&agencies=113,114,115&units=busy"))
    page.reload()
    expect(page.locator(".incident-head")).to_contain_text(number)
    expect(page.get_by_role("button", name="đang làm")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="112")).to_have_attribute("aria-pressed", "false")


def test_a_new_report_is_heard_once_the_sound_is_on_and_the_sign_tells(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    sign = page.locator(".sound")
    page.keyboard.press("F2")
    expect(sign).to_contain_text("Còi bật")
    # An alert of another incident may sound right after: all that is played is written down.
    sign.evaluate(WRITE_DOWN_SOUNDS)
    sign.get_by_role("button", name="Thử").click()
    page.wait_for_function("() => heard.some(played => played.endsWith('-B'))")
    words = report(centre)
    expect(page.locator(".queue-row", has_text=words)).to_be_visible()
    page.wait_for_function("() => heard.some(played => played.endsWith('-report'))")
    sign.get_by_role("button", name="Còi bật").click()
    expect(sign).to_contain_text("Còi tắt")


def test_on_a_small_screen_the_board_is_a_tab_of_the_map(page: Page, centre: RunningCentre) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, centre)
    expect(page.get_by_role("tab", name="Bản đồ")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Tổ / xe").click()
    expect(page.locator(".unit-row").first).to_be_visible()
    expect(page).to_have_url(re.compile("tab=board"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
