"""Supervisor's view, wallboard and handover in a real browser, over a shift that leaves something to see."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from uuid6 import uuid7

from dispatch.client.account import Account
from dispatch.client.console import ConsoleClient
from dispatch.client.exchange import ExchangeClient
from dispatch.domain.ids import LOCAL_TIME
from dispatch.domain.rules.conditions import UNATTENDED
from dispatch.live.rights import Rights
from dispatch.settings import PROJECT
from tests.browser.desk import BY_A_PROCESS_MS, come_in, eventually, fits, middle
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre
from tests.clock import LeapingClock

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_supervisor")]

SCREENSHOTS = PROJECT / "var" / "screenshots"
HALF_AN_HOUR = timedelta(minutes=30)
Json = dict[str, Any]


def enter(page: Page, centre: RunningCentre, path: str, login: str) -> None:
    """Come in at a page of its own."""
    come_in(page, centre, login, path)
    expect(page.locator("main")).to_have_attribute("aria-busy", "false")


@pytest.fixture(scope="module")
def clock() -> LeapingClock:
    """The time of this file's centre, on one day from ten minutes before the shift to the last look at it."""
    clock = LeapingClock()
    here = clock.now().astimezone(LOCAL_TIME)
    for near in (timedelta(), timedelta(days=1)):
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + near
        if -HALF_AN_HOUR < here - midnight < HALF_AN_HOUR:
            clock.set_ahead(midnight + HALF_AN_HOUR - here)
    return clock


@pytest.fixture(scope="module")
def shift(centre: RunningCentre) -> str:
    """A call that was answered, a fire that has waited for ten minutes, a report ended at once; the fire's
    number."""
    return centre.run(_live_through_a_shift(centre))


async def _live_through_a_shift(centre: RunningCentre) -> str:
    account = await Account.sign_in(centre.base_url, "dieuphoi", centre.password)
    line = await Account.sign_in(centre.base_url, "tongdai", centre.password)
    async with ConsoleClient(account) as console, ExchangeClient(line) as exchange:
        assert isinstance(console, ConsoleClient)
        assert isinstance(exchange, ExchangeClient)
        # By the clock of who tells it: the centre knows by how much its own is ahead.
        began = datetime.now(UTC) - timedelta(minutes=10)
        for n, answered_s in enumerate((4, 7, 13)):
            call_id, rung = str(uuid7()), began + timedelta(seconds=n)
            await exchange.send({"type": "call.ring", "call_id": call_id, "line": "114"}, occurred_at=rung)
            answered = rung + timedelta(seconds=answered_s)
            await exchange.send({"type": "call.answer", "call_id": call_id}, occurred_at=answered)
        await exchange.ring(missed := str(uuid7()), "114", "0900000055")
        await exchange.hang_up(missed)
        lon, lat = middle(centre)
        place = {"heard": "12 Lê Lợi", "label": "12 Lê Lợi", "lon_lat": [lon, lat], "radius_m": 20.0}
        fire = await _receive(console, "cháy nhà")
        release = {"type": "incident.open", "report_id": fire, "type_code": "house_fire", "place": place}
        opened = await console.send(release | {"priority": 2}, occurred_at=began)
        await console.send(
            {"type": "report.end", "report_id": await _receive(console, "nhầm"), "reason": "wrong_number"}
        )
        await console.send(
            {"type": "unit.status", "unit_id": _first_unit(centre, "114"), "status_code": _out(centre, "114")}
        )
        await console.send_frame({"t": "nonsense"})
        return str(opened["data"]["number"])


async def _receive(console: ConsoleClient, words: str) -> str:
    told = await console.send({"type": "report.receive", "channel": "phone", "line": "114", "words": words})
    return str(told["data"]["report_id"])


def _first_unit(centre: RunningCentre, agency_id: str) -> str:
    units = centre.centre.picture.units.values()
    return next(unit.id for unit in units if unit.agency_id == agency_id)


def _out(centre: RunningCentre, agency_id: str) -> str:
    statuses = centre.centre.deps.book.agencies[agency_id].statuses.values()
    return next(status.code for status in statuses if status.phase == "out_of_service")


def test_a_supervisor_finds_the_way_from_the_console_to_the_other_pages(
    page: Page, centre: RunningCentre
) -> None:
    enter(page, centre, "/", "giamsat")
    header = page.get_by_role("banner")
    header.get_by_role("button", name="Chưa vào bàn").click()
    desks = page.get_by_role("dialog", name="Bàn trực")
    links = desks.get_by_role("link")
    expect(links).to_have_text(["Bàn giao ca", "Màn hình lớn", "Phát lại", "Giám sát", "Địa chỉ đã học"])
    page.keyboard.press("Escape")
    header.get_by_role("link", name="Giám sát").click()
    expect(page).to_have_url(re.compile("/supervisor$"))
    expect(page.get_by_role("region", name="Các khoảng thời gian so với mục tiêu")).to_be_visible()


def test_a_supervisor_sees_clocks_against_targets_with_their_sources(
    page: Page, centre: RunningCentre, shift: str
) -> None:
    enter(page, centre, "/supervisor?range=day", "giamsat")
    clocks = page.get_by_role("region", name="Các khoảng thời gian so với mục tiêu")
    answer = clocks.get_by_role("row").filter(has_text="Nghe máy").get_by_role("cell").nth(2)
    expect(answer).to_contain_text("p50 7 s")
    expect(answer).to_contain_text("p90 12 s +2 s")
    expect(answer).to_contain_text("3 lần")
    expect(answer).to_contain_text("thiếu giờ 1")
    expect(answer).to_contain_text("67 % ≤ 10 s / 90 %")
    expect(answer.locator("b")).to_have_class(re.compile("warn"))
    expect(page.locator(".supervisor-foot")).to_contain_text("NFPA 1225 (2022)")
    page.get_by_role("button", name="1 giờ").click()
    expect(page).to_have_url(re.compile(r"range=hour$"))
    expect(answer).to_contain_text("3 lần")


def test_a_supervisor_sees_what_waits_too_long_who_is_missing_and_how_things_were_closed(
    page: Page, centre: RunningCentre, shift: str
) -> None:
    enter(page, centre, "/supervisor", "giamsat")
    late = page.get_by_role("region", name="Chờ quá mức")
    row = late.get_by_role("listitem").filter(has_text=shift[-4:]).filter(has_text="114")
    expect(row).to_contain_text("chờ tổ quá hạn")
    expect(row).to_contain_text("/ 2:00")
    queues = page.get_by_role("region", name="Chờ tổ theo lực lượng")
    expect(queues.get_by_role("row").filter(has_text="114").locator(".warn")).to_contain_text("/ 2:00")
    cover = page.get_by_role("region", name="Tổ rảnh theo phường")
    expect(cover.locator(".sheet path.ward").first).to_be_visible()
    expect(cover).to_contain_text(re.compile(r"Rảnh \d+ trên \d+ tổ"))
    review = page.get_by_role("region", name="Kết thúc cần xem lại")
    review.get_by_role("button", name="Theo người").click()
    expect(review.get_by_role("row").filter(has_text="Trần Thị Mẫu")).to_contain_text("Gọi nhầm số 1")
    review.get_by_role("button", name="Bị từ chối").click()
    expect(review.get_by_role("row").filter(has_text="nonsense")).to_contain_text("unknown_frame")
    expect(page.get_by_role("region", name="Tin báo theo giờ")).to_contain_text(
        re.compile(r"\d+ tin từ 00:00")
    )
    row.get_by_role("link").click()
    expect(page.locator(".incident-head")).to_contain_text(shift[-4:])


def test_a_dispatcher_has_no_supervisors_view(page: Page, centre: RunningCentre) -> None:
    page.goto(centre.base_url + "/supervisor")
    page.get_by_label("Tên đăng nhập").fill("dieuphoi114")
    page.get_by_label("Mật khẩu").fill(centre.password)
    page.keyboard.press("Enter")
    expect(page.locator(".queue")).to_be_visible()
    page.goto(centre.base_url + "/supervisor")
    expect(page.get_by_role("alert")).to_contain_text("không dành cho tài khoản")
    expect(page.locator(".supervisor")).to_have_count(0)


def test_the_wallboard_shows_the_room_and_is_honest_about_a_lost_link(
    page: Page, centre: RunningCentre, shift: str
) -> None:
    enter(page, centre, "/wall", "giamsat")
    queues = page.get_by_role("region", name="Chờ tổ theo mức ưu tiên")
    expect(queues.get_by_role("row").filter(has_text="114").locator(".over").first).to_be_visible()
    expect(page.get_by_role("region", name="Tổ theo trạng thái").get_by_role("row")).to_have_count(5)
    expect(page.get_by_role("region", name="60 phút qua")).to_contain_text("12 s")
    expect(page.get_by_role("banner")).to_contain_text("DEMO")
    assert page.locator("button, a, input").count() == 0
    keep(page, "wall-1920x1080")
    page.context.set_offline(True)
    expect(page.get_by_text("MẤT KẾT NỐI: số liệu dưới đây")).to_be_visible(timeout=90_000)
    page.context.set_offline(False)
    expect(page.get_by_text("MẤT KẾT NỐI: số liệu dưới đây")).to_have_count(0, timeout=90_000)


@pytest.fixture
def second_page(browser: Browser) -> Iterator[Page]:
    """Somebody else's screen."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    yield context.new_page()
    context.close()


def test_a_desk_changes_hands_with_two_signatures_and_never_stands_empty(
    page: Page, second_page: Page, centre: RunningCentre, shift: str
) -> None:
    enter(page, centre, "/handover", "dieuphoi114")
    page.get_by_role("banner").get_by_role("button", name="Bàn 114").click()
    page.get_by_label("Dặn lại ca sau").fill("Xe thang về lúc 20:00.")
    page.get_by_role("button", name="Ký giao ca").click()
    expect(page.get_by_role("alert")).to_contain_text("không ngồi ở Bàn 114")
    expect(page.get_by_label("Dặn lại ca sau")).to_have_value("Xe thang về lúc 20:00.")
    centre.run(_sit(centre, "dieuphoi114", "114"))
    page.get_by_role("button", name="Ký giao ca").click()
    sheet = page.locator(".handover-sheet")
    expect(sheet).to_contain_text("chưa ai nhận")
    expect(sheet.get_by_role("region", name="Vụ đang mở")).to_contain_text(shift[-4:])
    expect(sheet.get_by_role("region", name="Cuộc gọi nhỡ chưa gọi lại")).to_contain_text("0900000055")
    expect(sheet.get_by_role("region", name="Tổ / xe ngừng trực").get_by_role("listitem")).to_have_count(1)

    enter(second_page, centre, "/handover", "dieuphoi")
    second_page.get_by_role("banner").get_by_role("button", name="Bàn 114").click()
    expect(second_page.locator(".handover-notes")).to_have_text("Xe thang về lúc 20:00.")
    second_page.get_by_role("button", name="Đã đọc, ký nhận ca").click()
    history = page.get_by_role("region", name="Các lần giao ca")
    expect(history).to_contain_text("Điều phối 114 → Trần Thị Mẫu")
    desk = centre.centre.deps.board.find_body("desk", "114", _all_rights(centre))
    assert desk is not None
    assert b"demo-dieuphoi" in bytes(desk)
    assert b"demo-dieuphoi114" not in bytes(desk)

    history.get_by_role("button").first.click()
    page.emulate_media(media="print")
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(sheet.get_by_text("Xe thang về lúc 20:00.")).to_be_visible()
    page.emulate_media(media="screen")


async def _sit(centre: RunningCentre, login: str, desk_id: str) -> None:
    account = await Account.sign_in(centre.base_url, login, centre.password)
    async with ConsoleClient(account) as console:
        assert isinstance(console, ConsoleClient)
        await console.send({"type": "seat.sign_on", "seat_id": f"demo-{login}", "desk_ids": [desk_id]})


def _all_rights(centre: RunningCentre) -> Rights:
    return Rights(role="supervisor", agencies=frozenset(centre.centre.deps.book.agencies))


PAGES = {"/supervisor": "giamsat", "/wall": "giamsat", "/handover": "dieuphoi"}


@pytest.mark.parametrize("path", PAGES)
def test_the_page_has_no_accessibility_violation_in_any_theme_or_language(
    browser: Browser, centre: RunningCentre, shift: str, path: str
) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN", bypass_csp=True)
    page = context.new_page()
    enter(page, centre, path, PAGES[path])
    # Colours are the theme's and words the language's: two rounds show all four.
    for theme, lang in (("dark", "vi"), ("light", "en")):
        page.evaluate(f"localStorage.setItem('dispatch.theme', '{theme}')")
        page.evaluate(f"localStorage.setItem('dispatch.lang', '{lang}')")
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", lang)
        expect(page.locator("main")).to_have_attribute("aria-busy", "false")
        expect(page.locator(".empty", has_text=re.compile("Đang đếm|Counting"))).to_have_count(0)
        keep(page, f"{path.strip('/')}-{theme}-{lang}")
        assert violations(page) == [], (theme, lang)
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768)])
def test_the_pages_stand_without_scrolling_sideways(
    page: Page, centre: RunningCentre, shift: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    enter(page, centre, "/supervisor?range=day", "giamsat")
    for path in ("/supervisor?range=day", "/wall", "/handover"):
        page.goto(centre.base_url + path)
        expect(page.locator("main")).to_have_attribute("aria-busy", "false")
        expect(page.locator(".empty", has_text="Đang đếm")).to_have_count(0)
        eventually(page, lambda: fits(page))
        keep(page, f"{path.strip('/').split('?')[0]}-{width}x{height}")
    page.set_viewport_size({"width": 1024, "height": 768})
    head = page.locator(".page-head")
    eventually(page, lambda: bool(head.evaluate("e => e.scrollWidth <= e.clientWidth")))
    expect(head.locator("time")).to_be_in_viewport(ratio=1)


def test_an_empty_desk_with_work_is_told_to_the_supervisor_who_claims_it(
    page: Page, centre: RunningCentre, shift: str, clock: LeapingClock
) -> None:
    enter(page, centre, "/supervisor", "giamsat")
    desk = page.get_by_role("region", name="Bàn trực").locator("tr.unattended", has_text="Bàn 115")
    centre.run(clock.leap(UNATTENDED.total_seconds()))
    expect(desk).to_contain_text("vắng người")
    band = page.get_by_role("region", name="Cảnh báo")
    claim = band.get_by_role("listitem").filter(has_text="Bàn 115").get_by_role("button", name="Tôi xử lý")
    while not claim.is_visible():
        claim_others(centre, "desk_unattended")
    claim.click()
    expect(desk).to_contain_text("Giám sát ca đang xử lý")


def claim_others(centre: RunningCentre, kind: str) -> None:
    """Somebody else takes every alert that is not of a kind, so that those of it come to the front."""

    async def claim() -> None:
        account = await Account.sign_in(centre.base_url, "dieuphoi", centre.password)
        async with ConsoleClient(account) as console:
            assert isinstance(console, ConsoleClient)
            for alert in console.list_bodies("alert"):
                if alert["kind"] != kind and alert["claimed_by"] is None:
                    await console.send({"type": "alert.claim", "alert_id": alert["id"]})

    centre.run(claim())


def keep(page: Page, name: str) -> Path:
    """A picture of the page as it stands."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path)
    return path


def test_a_chief_asks_for_a_comparison_cancels_it_and_finds_it_again_by_its_address(
    page: Page, centre: RunningCentre, shift: str
) -> None:
    enter(page, centre, "/compare", "giamsat")
    expect(page.get_by_role("combobox", name="Ngày")).to_contain_text("1 vụ")
    page.get_by_role("button", name="Ngày ngẫu nhiên").click()
    page.get_by_label("Số ngày").fill("20")
    page.get_by_label("115").uncheck()
    expect(page.get_by_text("Chọn ít nhất một lực lượng.")).to_be_visible()
    page.get_by_label("115").check()
    page.get_by_role("button", name="So sánh", exact=True).click()
    page.get_by_role("button", name="Hủy", exact=True).click()
    again = page.get_by_role("button", name="Chạy lại")
    expect(again).to_be_visible(timeout=BY_A_PROCESS_MS)
    page.reload()
    expect(again).to_be_visible()
    expect(page.get_by_role("region", name="Đã so sánh gần đây").get_by_role("button")).to_contain_text(
        "Đã hủy"
    )
    page.get_by_role("button", name="Nền sáng").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    assert violations(page) == []


def test_a_simulated_day_is_played_as_either_policy_would_have_had_it_and_says_that_it_never_was(
    page: Page, centre: RunningCentre, shift: str
) -> None:
    enter(page, centre, "/compare", "giamsat")
    page.get_by_role("button", name="Ngày ngẫu nhiên").click()
    page.get_by_label("Số ngày").fill("1")
    page.get_by_label("Số giờ").fill("1")
    page.get_by_role("button", name="So sánh", exact=True).click()
    page.get_by_role("link", name=re.compile("^A ")).click(timeout=BY_A_PROCESS_MS)
    banner = page.get_by_role("region", name="PHÁT LẠI / REPLAY", exact=True)
    expect(banner).to_contain_text("MÔ PHỎNG / SIMULATED")
    expect(banner).to_contain_text("Không phải điều đã xảy ra")
    player = page.locator(".replay")
    expect(player).not_to_have_attribute("data-seq", "0")
    began = player.get_attribute("data-seq") or ""
    page.keyboard.press("6")
    page.keyboard.press("Space")
    expect(player).not_to_have_attribute("data-seq", began)
    expect(page.get_by_role("button", name="Xuất, che tên và số máy")).to_have_count(0)
    keep(page, "simulated")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Số liệu")).to_be_visible()
