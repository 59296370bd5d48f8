"""The crew's page on a phone in a real browser, against the real centre."""

import itertools
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect
from uuid6 import uuid7

from dispatch.core.port import Submission
from dispatch.domain.model.hospital import ChosenHospital
from dispatch.domain.model.move import ProposeMove
from dispatch.domain.model.values import Phase
from dispatch.usecases.planning.reactors import CENTRE
from tests.browser.desk import eventually, free_unit, line, sign_in, unit_block, unit_line
from tests.browser.phones import dress, find_assignment, keep_shell, open_phone, press, send, shoot
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre
from tests.pictures import draw_png

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_field")]

UNCOVERED = """line => {
    const { left, top, bottom, width } = line.getBoundingClientRect();
    return [0.05, 0.2, 0.4, 0.6].every((part) => [top + 3, (top + bottom) / 2, bottom - 3].every(
        (y) => document.elementFromPoint(left + part * width, y) === line));
}"""
"""Whether a finger or an eye finds the line itself all over its left part."""

ALL_TALL_ENOUGH = """() => document.documentElement.scrollWidth <= 390
    && [...document.querySelectorAll("button, a")].every(
        (each) => each.getBoundingClientRect().height >= 56)"""

BACK_WITHIN_MS = 90_000
"""A phone that was away tries again within ten seconds, and tells one thing after the other."""


@contextmanager
def clock_held(phone: Page) -> Iterator[None]:
    """The phone's clock stands, and with it the five seconds in which a status may be taken back."""
    phone.clock.set_fixed_time(time.time())
    yield
    phone.clock.set_system_time(time.time())


def test_an_order_is_accepted_driven_and_closed_by_touch_and_the_log_gets_each(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    expect(phone.get_by_role("heading", name="Chưa có nhiệm vụ")).to_be_visible()
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    expect(phone.get_by_role("heading", name="Cháy nhà ở")).to_be_visible()
    expect(phone.get_by_text("chưa xác minh").first).to_be_visible()
    shoot(phone, "field-new-390x844@2x")
    press(phone, "Nhận lệnh")
    with clock_held(phone):
        press(phone, "Đã xuất xe")
        expect(phone.get_by_role("button", name="Hoàn tác: Đã xuất xe")).to_be_visible()
        shoot(phone, "field-rolling-390x844@2x")
    press(phone, "Đã đến hiện trường")
    press(phone, "Đang thu hồi, vệ sinh xe")
    press(phone, "Đang về, nhận lệnh được")
    press(phone, "Đã dập tắt")
    expect(phone.get_by_role("heading", name="Chưa có nhiệm vụ")).to_be_visible(timeout=BACK_WITHIN_MS)
    expect(unit_line(page, call_sign)).to_have_count(0, timeout=BACK_WITHIN_MS)
    done = find_assignment(centre, call_sign, number)
    assert (done.ended_how, done.outcome, done.accepted_by) == (
        "cleared",
        "fire_put_out",
        f"demo-{done.unit_id}",
    )
    assert list(done.times) == [Phase.EN_ROUTE, Phase.ON_SCENE, Phase.CLEARING, Phase.RETURNING]
    expect(page.locator(".timeline li", has_text="báo trạng thái")).to_have_count(4)
    phone.context.close()


def test_a_status_taken_back_within_five_seconds_never_reaches_the_centre(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    press(phone, "Nhận lệnh")
    with clock_held(phone):
        press(phone, "Đã xuất xe")
        press(phone, "Hoàn tác: Đã xuất xe")
    expect(phone.get_by_text("chờ gửi")).to_have_count(0)
    press(phone, "Khác…")
    press(phone, "Chờ ở điểm tập kết")
    expect(unit_line(page, call_sign)).to_contain_text("Chờ ở điểm tập kết")
    assert list(find_assignment(centre, call_sign, number).times) == [Phase.STAGED]
    phone.context.close()


def test_statuses_of_a_dead_spot_survive_a_reload_and_count_once_with_their_own_times(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    press(phone, "Nhận lệnh")
    expect(unit_line(page, call_sign)).to_contain_text("Đã nhận lệnh")
    address = phone.locator(".f-address").inner_text()
    keep_shell(phone)
    phone.context.set_offline(True)
    expect(phone.get_by_text("Mất mạng")).to_be_visible(timeout=BACK_WITHIN_MS)
    for name in ("Đã xuất xe", "Đã đến hiện trường", "Đang thu hồi, vệ sinh xe"):
        press(phone, name)
    expect(phone.get_by_text("Mất mạng, 3 chờ gửi")).to_be_visible()
    shoot(phone, "field-offline-390x844@2x")
    phone.reload()
    expect(phone.locator(".f-address")).to_have_text(address)
    expect(phone.get_by_text("Mất mạng, 3 chờ gửi")).to_be_visible()
    phone.context.set_offline(False)
    expect(unit_line(page, call_sign)).to_contain_text("Đang thu hồi", timeout=BACK_WITHIN_MS)
    expect(page.locator(".timeline li", has_text="báo trạng thái")).to_have_count(3)
    times = find_assignment(centre, call_sign, number).times
    assert list(times) == [Phase.EN_ROUTE, Phase.ON_SCENE, Phase.CLEARING]
    assert all(time.occurred_at < time.recorded_at for time in times.values())
    assert times[Phase.EN_ROUTE].occurred_at < times[Phase.ON_SCENE].occurred_at
    phone.context.close()


def test_a_change_after_dispatch_is_shown_against_what_it_was_and_acknowledged_apart(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    press(phone, "Nhận lệnh")
    line(page).fill(f"P2 {number[-4:]}")
    page.keyboard.press("Enter")
    update = phone.locator(".f-update")
    expect(update).to_contain_text("Mức ưu tiên")
    expect(update.locator("del")).to_contain_text("1")
    expect(unit_block(page, call_sign)).to_contain_text("chưa đọc")
    press(phone, "Đã đọc")
    expect(unit_block(page, call_sign)).not_to_contain_text("chưa đọc")
    phone.context.close()


def test_what_was_read_stays_read_between_its_acknowledgement_and_the_changed_row(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    held: list[str] = []
    hold = False

    def rows_late(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(
            lambda text: held.append(str(text)) if hold and '"changes"' in text else route.send(text)
        )

    phone.route_web_socket(re.compile("/ws/unit$"), rows_late)
    phone.reload()
    sign_in(page, centre)
    send(page, centre, call_sign)
    accept = phone.get_by_role("button", name="Nhận lệnh", exact=True)
    expect(accept).to_be_visible()
    at_the_desk = unit_block(page, call_sign)
    expect(at_the_desk).to_contain_text("chưa nhận")
    hold = True
    accept.click()
    expect(at_the_desk).not_to_contain_text("chưa nhận")
    expect(phone.get_by_text("chờ gửi")).to_have_count(0)
    expect(phone.locator(".f-badge")).to_have_count(0)
    expect(accept).to_have_count(0)
    eventually(phone, lambda: bool(held))
    expect(accept).to_have_count(0)
    phone.context.close()


def test_called_off_is_loud_until_a_person_has_read_it(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    press(phone, "Nhận lệnh")
    expect(unit_line(page, call_sign)).to_contain_text("Đã nhận lệnh")
    line(page).fill(f"X {call_sign}")
    page.keyboard.press("Enter")
    notice = phone.get_by_role("alert").filter(has_text="HỦY ĐIỀU ĐỘNG")
    expect(notice).to_contain_text(number[-4:])
    shoot(phone, "field-called-off-390x844@2x")
    phone.reload()
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="Đã đọc").click()
    expect(phone.get_by_role("heading", name="Chưa có nhiệm vụ")).to_be_visible()
    assert find_assignment(centre, call_sign, number).ended_how == "stood_down"
    phone.context.close()


def test_a_long_press_calls_mayday_at_every_desk_and_a_short_one_does_not(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre, "HS-")
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    # Pressed and let go by the page itself: on a busy machine a click may last longer than the long press.
    phone.get_by_role("button", name="Nguy cấp").evaluate(
        """button => ["pointerdown", "pointerup"].forEach(
            (type) => button.dispatchEvent(new PointerEvent(type, { bubbles: true })))"""
    )
    expect(phone.get_by_text("ĐÃ BÁO NGUY CẤP")).to_have_count(0)
    button = phone.get_by_role("button", name="Nguy cấp").bounding_box()
    assert button is not None
    phone.mouse.move(button["x"] + 20, button["y"] + 20)
    phone.mouse.down()
    expect(phone.get_by_text("ĐÃ BÁO NGUY CẤP")).to_be_visible()
    phone.mouse.up()
    expect(phone.get_by_text("Mọi bàn trực đang thấy")).to_be_visible()
    expect(page.get_by_role("region", name="Cảnh báo")).to_contain_text(re.compile(f"{call_sign}.*KHẨN CẤP"))
    shoot(phone, "field-mayday-390x844@2x")
    phone.context.close()


def test_a_picture_of_the_crew_opens_by_a_click_at_the_desk_and_not_for_other_agencies(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    send(page, centre, call_sign)
    press(phone, "Nhận lệnh")
    press(phone, "Ghi chú, ảnh")
    picture = {"name": "a.png", "mimeType": "image/png", "buffer": draw_png(320, 200)}
    phone.locator("input[type=file]").set_input_files(picture)
    photos = page.get_by_role("region", name="Ảnh", exact=True)
    expect(photos.get_by_role("listitem")).to_have_count(1)
    expect(photos.get_by_role("img")).to_have_count(0)
    photos.get_by_role("button", name="Xem ảnh").click()
    expect(photos.get_by_role("img")).to_have_js_property("naturalWidth", 320)
    address = photos.get_by_role("img").get_attribute("src")
    other = browser.new_context()
    other.request.post(
        f"{centre.base_url}/api/sign-in", data={"login": "dieuphoi112", "password": centre.password}
    )
    assert other.request.get(f"{centre.base_url}{address}").status == 403
    other.close()
    phone.context.close()


def test_a_note_of_the_crew_stands_in_the_timeline_of_the_desk(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    send(page, centre, call_sign)
    press(phone, "Ghi chú, ảnh")
    phone.get_by_label("Ghi gì cho trung tâm").fill("cổng sau khóa, vào từ hẻm 20")
    press(phone, "Gửi")
    expect(page.locator(".timeline")).to_contain_text("cổng sau khóa, vào từ hẻm 20")
    phone.context.close()


def test_a_crew_signs_on_with_names_and_the_end_of_its_shift(browser: Browser, centre: RunningCentre) -> None:
    call_sign = free_unit(centre, "MT-")
    phone = open_phone(browser, centre, call_sign)
    press(phone, "Khác…")
    press(phone, "Kíp trực")
    phone.get_by_label("Họ tên").fill("Đỗ Văn Thử\nLê Thị Mẫu")
    phone.get_by_label("Điện thoại của kíp").fill("0900 000 011")
    phone.get_by_label("Hết ca lúc").fill("22:00")
    press(phone, f"Vào ca trên {call_sign}")
    press(phone, "Khác…")
    press(phone, "Kíp trực")
    expect(phone.get_by_text("Đỗ Văn Thử, Lê Thị Mẫu")).to_be_visible()
    expect(phone.get_by_text("đến 22:00")).to_be_visible()
    phone.context.close()


def test_nothing_lies_over_what_stands_below_the_map_of_the_way(
    drawing_browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(drawing_browser, centre, call_sign)
    sign_in(page, centre)
    send(page, centre, call_sign)
    phone.context.clear_permissions()
    phone.reload()
    told = phone.get_by_text("Máy không cho biết vị trí")
    told.scroll_into_view_if_needed()
    shoot(phone, "field-no-position-390x844@2x")
    # Whose map it is may be said in one line or in three.
    for words in ("© OSM", "© những người đóng góp OpenStreetMap, dữ liệu 21/11/2026 · " * 2):
        whose = phone.locator(".f-way .attribution")
        whose.evaluate("(line, words) => { line.textContent = words; }", words)
        eventually(phone, lambda: told.evaluate(UNCOVERED))
    phone.context.close()


def test_the_page_has_no_accessibility_violation_and_no_target_under_56_pixels(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    line(page).fill(f"P3 {number[-4:]}")
    page.keyboard.press("Enter")
    expect(phone.locator(".f-update")).to_be_visible()
    sheet = phone.get_by_role("dialog")
    for theme, language in itertools.product(("dark", "light"), ("vi", "en")):
        phone.locator(".f-more").click()
        dress(phone, sheet, theme, language)
        assert violations(phone) == []
        sheet.locator(".f-sheet-head button").click()
        assert violations(phone) == []
        shoot(phone, f"field-{theme}-{language}-390x844@2x")
        expect(sheet).to_have_count(0)
        eventually(phone, lambda: phone.evaluate(ALL_TALL_ENOUGH))
    phone.context.close()


def test_a_free_crew_is_sent_to_wait_elsewhere_by_line_accepts_it_and_tells_that_it_is_there(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre, "CB-")
    picture = centre.centre.picture
    unit = picture.units[picture.units_by_call_sign[call_sign]]
    others = (s for s in picture.stations.values() if s.agency_id == unit.agency_id)
    station = next(s for s in others if s.id != unit.station_id)
    propose = ProposeMove(unit_id=unit.id, station_id=station.id, gain_s=48.0, policy="default")
    now = centre.centre.deps.clock.now()
    asked = Submission(
        command_id=str(uuid7()), actor=CENTRE, command=propose, occurred_at=now, received_at=now
    )
    assert centre.run(centre.centre.writer.submit(asked)).refused is None
    phone = open_phone(browser, centre, call_sign)
    expect(phone.get_by_role("heading", name="Chưa có nhiệm vụ")).to_be_visible()
    sign_in(page, centre)
    moves = page.get_by_role("region", name="Nên đứng chờ nơi khác").get_by_role("listitem")
    proposals = moves.filter(has=page.get_by_text(call_sign, exact=True))
    expect(proposals).to_contain_text(station.name)
    shoot(page, "console-move-proposed")
    line(page).fill(f"CHO {call_sign}")
    page.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="ĐẾN ĐỨNG CHỜ")).to_be_visible()
    expect(phone.get_by_text(station.name)).to_be_visible()
    expect(proposals).to_contain_text("máy đã nhận")
    assert violations(phone) == []
    shoot(phone, "field-move-390x844@2x")
    press(phone, "Nhận, đi ngay")
    expect(proposals).to_contain_text("đang đến")
    press(phone, "Đã đến nơi chờ")
    expect(proposals).to_have_count(0)
    expect(phone.get_by_role("heading", name="Chưa có nhiệm vụ")).to_be_visible()
    phone.context.close()


def test_a_crew_at_the_scene_takes_a_proposed_hospital_by_one_touch_and_the_way_leads_there(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre, "HS-")
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    press(phone, "Nhận lệnh")
    press(phone, "Đang đến hiện trường")
    hospital = phone.get_by_role("region", name="Bệnh viện")
    expect(hospital).to_have_count(0)
    press(phone, "Đã đến hiện trường")
    best = hospital.locator(".f-hospital").first
    expect(best).to_contain_text("phút")
    assert violations(phone) == []
    shoot(phone, "field-hospitals-390x844@2x")
    name = best.locator("span").first.inner_text()
    hospital.locator(".f-hospital").filter(has=phone.get_by_text(name, exact=True)).click()
    expect(hospital).to_contain_text(f"Đưa đến {name}")
    expect(unit_line(page, call_sign)).to_contain_text(f"→ {name}")
    press(phone, "Đã tiếp cận nạn nhân")
    press(phone, "Đang đưa đi viện")
    expect(unit_line(page, call_sign)).to_contain_text("Đang đưa đi viện", timeout=BACK_WITHIN_MS)
    chosen = find_assignment(centre, call_sign, number).hospital
    assert isinstance(chosen, ChosenHospital)
    assert chosen.name == name
    assert chosen.proposed[0] == chosen.hospital_id
    to = f"{chosen.lon_lat.lat},{chosen.lon_lat.lon}"
    expect(phone.get_by_role("link", name="Bản đồ máy")).to_have_attribute("href", re.compile(re.escape(to)))
    phone.context.close()
