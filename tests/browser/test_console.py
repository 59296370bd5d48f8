"""The console page in a real browser, against the real centre."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dispatch.domain.rules.conditions import UNACCEPTED
from dispatch.settings import PROJECT
from tests.browser.desk import (
    accept_proposal,
    eventually,
    fits,
    free_unit,
    line,
    middle,
    release,
    report,
    sign_in,
    unit_block,
    unit_line,
    unit_of,
)
from tests.browser.phones import dress
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre
from tests.clock import LeapingClock

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_console")]

SCREENSHOTS = PROJECT / "var" / "screenshots"


@pytest.fixture(scope="module")
def clock() -> LeapingClock:
    """The time of this file's centre."""
    return LeapingClock()


def test_a_wrong_password_is_refused_in_words_and_the_name_stays(page: Page, centre: RunningCentre) -> None:
    page.goto(centre.base_url)
    page.get_by_label("Tên đăng nhập").fill("dieuphoi")
    page.get_by_label("Mật khẩu").fill("không phải")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("mật khẩu không đúng")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("dieuphoi")


def test_a_report_goes_from_queue_to_rolling_unit_by_keyboard(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    accept_proposal(page)
    first = page.locator(".unit-line").first
    expect(first).to_contain_text("Đã điều")
    call_sign = first.locator(".num").first.inner_text()

    unit = unit_of(centre, call_sign)
    ticks = unit_line(page, call_sign).get_by_role("img")
    expect(ticks).to_have_accessible_name(re.compile("tới máy: rồi, đã đọc: (chưa|trễ)"))
    units = list(centre.centre.picture.units.values())
    assignment_id = str(next(u.assignment_id for u in units if u.call_sign == call_sign))
    centre.run(unit.accept(assignment_id))
    expect(ticks).to_have_accessible_name(re.compile("đã đọc: rồi, lăn bánh: chưa"))
    centre.run(unit.report_phase(assignment_id, "en_route"))
    expect(ticks).to_have_accessible_name(re.compile("lăn bánh: rồi"))
    expect(page.locator(".timeline")).to_contain_text("báo trạng thái")
    centre.run(unit.stop())


def test_a_line_shows_what_it_means_before_it_is_sent(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    number = release(page, report(centre))[-4:]
    call_sign = free_unit(centre)
    page.keyboard.press("F2")
    page.keyboard.type(f"D {number} {call_sign}")
    expect(page.locator("#echo")).to_contain_text(call_sign)
    expect(page.locator("#echo")).to_contain_text(number)
    page.keyboard.press("Enter")
    expect(line(page)).to_have_value("")
    expect(unit_line(page, call_sign)).to_be_visible()


def test_a_line_that_means_nothing_says_so_and_stays(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    line(page).fill("D 0999 CC-1")
    expect(page.locator("#echo .refusal")).to_be_visible()
    page.keyboard.press("Enter")
    expect(line(page)).to_have_value("D 0999 CC-1")


def test_an_unaccepted_dispatch_alerts_and_f9_claims_it(
    page: Page, centre: RunningCentre, clock: LeapingClock
) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    accept_proposal(page)
    centre.run(clock.leap(UNACCEPTED.total_seconds()))
    alerts = page.get_by_role("region", name="Cảnh báo")
    expect(alerts).to_contain_text("chưa nhận lệnh", timeout=60_000)
    page.keyboard.press("F9")
    page.get_by_role("button", name=re.compile("^Chưa ai nhận:")).click()
    expect(page.locator(".alert-list")).to_contain_text("Trần Thị Mẫu đang xử lý")


def test_a_place_changed_after_dispatch_reaches_the_unit_as_an_update(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    number = release(page, report(centre))[-4:]
    call_sign = free_unit(centre)
    unit = unit_of(centre, call_sign)
    line(page).fill(f"D {number} {call_sign}")
    page.keyboard.press("Enter")
    expect(unit_line(page, call_sign)).to_be_visible()
    lon, lat = middle(centre)
    page.get_by_role("button", name="Đổi vị trí").click()
    page.get_by_label("Vị trí mới").fill(f"{lat + 0.002:.5f}, {lon + 0.002:.5f}")
    expect(page.get_by_role("listbox", name="Vị trí có thể").get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(unit_block(page, call_sign)).to_contain_text("cập nhật 1 chưa đọc: vị trí")
    centre.run(unit.wait_until(lambda: any(d["kind"] == "update" for d in unit.deliveries)))
    centre.run(unit.stop())


def test_the_lists_work_on_a_machine_without_webgl(blind_page: Page, centre: RunningCentre) -> None:
    sign_in(blind_page, centre)
    expect(blind_page.get_by_role("note")).to_contain_text("không vẽ được bản đồ")
    release(blind_page, report(centre))
    accept_proposal(blind_page)
    expect(blind_page.locator(".unit-line").first).to_be_visible()


def test_without_tiles_or_the_graphics_card_units_are_still_drawn_and_tiles_come_when_they_can(
    drawing_page: Page, centre: RunningCentre
) -> None:
    drawing_page.route("**/basemap.pmtiles", lambda route: route.abort())
    sign_in(drawing_page, centre)
    missing = drawing_page.get_by_text("Chưa tải được nền bản đồ")
    expect(missing).to_be_visible()
    expect(drawing_page.locator("canvas.unit-canvas")).to_be_visible()
    drawing_page.unroute("**/basemap.pmtiles")
    expect(missing).to_be_hidden()
    # A card that is taken away: units and lists go on, whatever becomes of the drawn map.
    drawing_page.locator("canvas.maplibregl-canvas").evaluate(
        "map => map.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
    )
    words = report(centre)
    expect(drawing_page.locator(".queue-row", has_text=words)).to_be_visible()
    expect(drawing_page.locator("canvas.unit-canvas")).to_be_visible()


def test_a_lost_link_is_said_and_heals_and_the_command_given_meanwhile_is_done_once(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    number = release(page, report(centre))
    page.context.set_offline(True)
    expect(page.get_by_text("MẤT KẾT NỐI")).to_be_visible(timeout=60_000)
    page.get_by_label(f"Ghi chú vào vụ {number}").fill("cổng sau khóa")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 lệnh chưa được trả lời")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Nối máy chủ")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("lệnh chưa được trả lời")).to_have_count(0)
    expect(page.locator(".timeline").get_by_text("cổng sau khóa")).to_have_count(1)


def test_the_marks_of_who_is_offered_are_told_in_a_legend_that_everybody_can_read(
    drawing_page: Page, centre: RunningCentre
) -> None:
    page = drawing_page
    sign_in(page, centre)
    release(page, report(centre))
    legend = page.locator(".map-legend")
    proposed = legend.locator(".offer.proposed")
    expect(proposed).to_have_text("Đ")
    for theme, language in (("dark", "vi"), ("light", "vi"), ("light", "en"), ("dark", "en")):
        dress(page, page.get_by_role("banner"), theme, language)
        expect(proposed).to_have_text("Đ" if language == "vi" else "P")
        assert violations(page, ".map-legend") == [], (theme, language)
    page.evaluate("location.hash = ''")
    expect(legend).to_have_count(0)


def test_nothing_is_asked_of_another_host(drawing_page: Page, centre: RunningCentre) -> None:
    asked: list[str] = []
    drawing_page.on("request", lambda request: asked.append(request.url))
    drawing_page.on("websocket", lambda socket: asked.append(socket.url))
    sign_in(drawing_page, centre)
    release(drawing_page, report(centre))
    expect(drawing_page.locator(".map-gl canvas").first).to_be_visible()
    here = centre.base_url.removeprefix("http://")
    elsewhere = [url for url in asked if not re.match(rf"(http|ws)://{re.escape(here)}/|blob:|data:", url)]
    assert elsewhere == []
    assert any(url.startswith("ws://") for url in asked)


def test_a_reload_shows_the_same_incident(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    number = release(page, report(centre))
    page.reload()
    expect(page.locator(".incident-head")).to_contain_text(number)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768)])
def test_the_screen_stands_without_scrolling_sideways(
    page: Page, centre: RunningCentre, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    sign_in(page, centre)
    report(centre)
    release(page, report(centre))
    expect(page.get_by_role("button", name=re.compile(r"Nhận v\d+"))).to_be_visible()
    eventually(page, lambda: fits(page))
    _keep(page, f"console-{width}x{height}")
    if width == 1366:
        # An old screen, and one of 1440 x 900 magnified to 200 %: the map goes under what is in hand.
        for small in ((1024, 768), (720, 450)):
            page.set_viewport_size({"width": small[0], "height": small[1]})
            eventually(page, lambda: page.locator("html").evaluate("e => e.scrollWidth <= innerWidth"))
            tab = page.get_by_role("tab", name="Tổ / xe")
            tab.scroll_into_view_if_needed()
            expect(tab).to_be_in_viewport(ratio=1)


def _keep(page: Page, name: str) -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path)
    return path
