"""The station's page in a real browser: read from across the room, worked by keys, printed; an order accepted
too late."""

import itertools
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import eventually, free_unit, line, release, report, sign_in, unit_line
from tests.browser.phones import (
    dispatch,
    dress,
    find_assignment,
    open_page,
    open_phone,
    press,
    send,
    shoot,
    station_of,
)
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_station")]

BACK_WITHIN_MS = 90_000
"""A phone that was away tries again within ten seconds."""

INSIDE_ITS_DRAWING = """drawn => [...drawn.querySelectorAll("path")].every((part) => {
    const [mine, sheet] = [part.getBBox(), part.ownerSVGElement.viewBox.baseVal];
    return mine.x >= sheet.x && mine.x + mine.width <= sheet.x + sheet.width
        && mine.y >= sheet.y && mine.y + mine.height <= sheet.y + sheet.height;
})"""


def open_station(browser: Browser, centre: RunningCentre, call_sign: str) -> Page:
    """The page of the station to which a unit belongs."""
    login = station_of(centre, call_sign)
    station = open_page(browser, centre, "/station", login, width=1366, height=768, scale=1)
    expect(station.locator(".st-unit").filter(has=station.get_by_text(call_sign, exact=True))).to_be_visible()
    return station


def test_a_station_accepts_signs_a_crew_on_and_sends_the_vehicle_by_keys_alone(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    station = open_station(browser, centre, call_sign)
    expect(station.get_by_role("heading", name="Không có lệnh")).to_be_visible()
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    expect(station.get_by_role("alert")).to_contain_text(f"{call_sign} chưa nhận lệnh")
    expect(station.get_by_role("heading", name="Cháy nhà ở")).to_be_visible()
    shoot(station, "station-new-1366x768")
    station.keyboard.press("F3")
    station.get_by_label("Họ tên").fill("Đỗ Văn Thử\nLê Thị Mẫu")
    station.keyboard.press("Tab")
    station.keyboard.type("0900 000 011")
    station.keyboard.press("Enter")
    expect(station.locator(".st-crew")).to_contain_text("Đỗ Văn Thử, Lê Thị Mẫu")
    station.locator("body").press("Enter")
    expect(station.get_by_role("button", name="Enter Đã nhận lệnh")).to_be_visible()
    expect(unit_line(page, call_sign)).to_contain_text("Đã nhận lệnh")
    station.keyboard.press("F8")
    expect(unit_line(page, call_sign)).to_contain_text("Đã xuất xe")
    assignment = find_assignment(centre, call_sign, number)
    assert assignment.accepted_by == f"demo-{station_of(centre, call_sign).upper()}"
    assert assignment.crew_id is not None
    shoot(station, "station-rolling-1366x768")
    station.context.close()


def test_a_station_that_cannot_go_says_why_and_another_unit_is_proposed(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    number = release(page, report(centre))
    first = page.get_by_role("button", name=re.compile(r"Nhận v\d+"))
    expect(first).to_be_visible()
    incident = next(i for i in list(centre.centre.picture.incidents.values()) if i.number == number)
    proposed = centre.centre.picture.recommendations[incident.id].proposed
    unit = centre.centre.picture.units[next(p.unit_id for p in proposed if p.leg_id.endswith("-4"))]
    station = open_station(browser, centre, unit.call_sign)
    dispatch(page, number, unit.call_sign)
    expect(station.get_by_role("alert")).to_contain_text(f"{unit.call_sign} chưa nhận lệnh")
    station.keyboard.press("2")
    expect(station.get_by_role("region", name="Lệnh trước")).to_contain_text("đã từ chối")
    expect(page.locator(".timeline")).to_contain_text("thiếu người")
    assert find_assignment(centre, unit.call_sign, number).declined_reason == "thiếu người"
    expect(page.get_by_role("button", name=re.compile(r"Nhận v[2-9]"))).to_be_visible()

    def proposed_now() -> set[str]:
        return {p.unit_id for p in centre.centre.picture.recommendations[incident.id].proposed}

    eventually(page, lambda: bool(proposed_now()) and unit.id not in proposed_now())
    station.context.close()


def test_the_order_is_printed_without_the_screens_furniture(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    station = open_station(browser, centre, call_sign)
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    expect(station.locator(".f-address")).to_be_visible()
    station.emulate_media(media="print")
    expect(station.locator(".f-address")).to_be_visible()
    expect(station.get_by_text(number[-4:]).first).to_be_visible()
    for furniture in (".st-side", ".st-answers", ".st-keys", ".st-head"):
        expect(station.locator(furniture)).to_be_hidden()
    shoot(station, "station-printed")
    station.context.close()


def test_without_a_map_the_way_is_drawn_by_its_shape_and_stays_when_the_vehicle_has_left(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    station = open_station(browser, centre, call_sign)
    sign_in(page, centre)
    send(page, centre, call_sign)
    way = station.get_by_role("region", name="Đường đi")
    drawn = way.get_by_role("img", name=re.compile("^Hình đường đi"))
    expect(drawn).to_be_visible()
    expect(way).to_contain_text(re.compile(r"\d k?m"))
    eventually(station, lambda: drawn.evaluate(INSIDE_ITS_DRAWING))
    station.keyboard.press("F8")
    expect(unit_line(page, call_sign)).to_contain_text("Đã xuất xe")
    expect(drawn).to_be_visible()
    shoot(station, "station-without-map-1366x768")
    station.context.close()


def test_an_order_accepted_after_another_incident_took_the_crew_is_refused_with_what_became_of_it(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    number = send(page, centre, call_sign)
    expect(phone.get_by_role("button", name="Nhận lệnh", exact=True)).to_be_visible()
    phone.context.set_offline(True)
    expect(phone.get_by_text("Mất mạng")).to_be_visible(timeout=BACK_WITHIN_MS)
    press(phone, "Nhận lệnh")
    later = release(page, report(centre))
    line(page).fill(f"RP {later[-4:]} {call_sign}")
    page.keyboard.press("Enter")
    expect(unit_line(page, call_sign)).to_be_visible()
    phone.context.set_offline(False)
    refused = phone.get_by_role("alert").filter(has_text="Trung tâm không nhận")
    expect(refused).to_contain_text(
        re.compile(r"kết thúc lúc \d\d:\d\d:\d\d: đã chuyển vụ khác"), timeout=BACK_WITHIN_MS
    )
    expect(phone.locator(".f-title")).to_contain_text(later[-4:])
    assert violations(phone) == []
    shoot(phone, "field-refused-390x844@2x")
    refused.get_by_role("button", name="Đã đọc").click()
    expect(refused).to_have_count(0)
    assert find_assignment(centre, call_sign, number).accepted_at is None
    phone.context.close()


def test_the_stations_page_has_no_accessibility_violation_and_does_not_scroll_sideways(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    station = open_station(browser, centre, call_sign)
    sign_in(page, centre)
    send(page, centre, call_sign)
    expect(station.locator(".f-address")).to_be_visible()
    for theme, language in itertools.product(("dark", "light"), ("vi", "en")):
        dress(station, station, theme, language)
        assert violations(station) == []
        shoot(station, f"station-{theme}-{language}-1366x768")
        eventually(station, lambda: station.evaluate("document.documentElement.scrollWidth") <= 1366)
    station.context.close()
