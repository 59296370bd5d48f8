"""The public report page on a phone, with and without scripts, and what the console shows of it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from dispatch.settings import PROJECT
from tests.browser.desk import middle, sign_in
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_public")]

SCREENSHOTS = PROJECT / "var" / "screenshots"
RECEIPT = re.compile(r"/bao-tin/[A-Z2-7]{5}-[A-Z2-7]{5}$")


def phone(browser: Browser, *, scripts: bool, **more: object) -> Page:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="vi-VN",
        java_script_enabled=scripts,
        **more,  # type: ignore[arg-type]
    )
    return context.new_page()


def tell(page: Page, centre: RunningCentre, words: str) -> None:
    page.goto(f"{centre.base_url}/bao-tin")
    page.locator("#what").fill(words)
    page.locator("#where").fill("chỗ cây đa đầu xóm")
    page.locator("#phone").fill("0900 000 041")


def test_a_report_without_scripts_is_received_and_reaches_the_queue(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    reporter = phone(browser, scripts=False)
    tell(reporter, centre, "xe tải đổ, không có mã kịch bản")
    reporter.locator("button[type=submit]").click()
    expect(reporter).to_have_url(RECEIPT)
    expect(reporter.get_by_role("heading")).to_contain_text("đã nhận tin báo")
    expect(page.locator(".queue-row", has_text="xe tải đổ, không có mã kịch bản")).to_be_visible()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    reporter.screenshot(path=SCREENSHOTS / "public-received-390x844.png", full_page=True)
    reporter.context.close()


def test_what_is_asked_and_the_button_that_sends_it_stand_on_one_screen_of_a_phone(
    browser: Browser, centre: RunningCentre
) -> None:
    reporter = phone(browser, scripts=True)
    reporter.goto(f"{centre.base_url}/bao-tin")
    expect(reporter.locator("#gps")).to_be_visible()
    expect(reporter.locator("button[type=submit]")).to_be_in_viewport(ratio=1)
    reporter.context.close()


def test_a_report_with_scripts_carries_the_devices_position_over_the_socket(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    lon, lat = middle(centre)
    reporter = phone(
        browser,
        scripts=True,
        permissions=["geolocation"],
        geolocation={"longitude": lon, "latitude": lat, "accuracy": 34},
    )
    sockets: list[str] = []
    reporter.on("websocket", lambda socket: sockets.append(socket.url))
    tell(reporter, centre, "có người ngất ở đầu hẻm")
    reporter.locator("#gps").click()
    expect(reporter.locator("#gps-said")).to_contain_text("34 m")
    reporter.screenshot(path=SCREENSHOTS / "public-form-390x844.png", full_page=True)
    reporter.locator("button[type=submit]").click()
    expect(reporter).to_have_url(RECEIPT)
    assert [url for url in sockets if url.endswith("/ws/report")]
    expect(page.locator(".queue-row", has_text="có người ngất ở đầu hẻm")).to_be_visible()
    reports = list(centre.centre.picture.reports.values())
    told = next(r for r in reports if r.place.lon_lat is not None and r.place.radius_m == 34)
    assert told.place.heard == "chỗ cây đa đầu xóm"
    reporter.context.close()


def test_an_empty_report_is_answered_in_words_and_keeps_what_was_typed(
    browser: Browser, centre: RunningCentre
) -> None:
    reporter = phone(browser, scripts=False)
    reporter.goto(f"{centre.base_url}/bao-tin")
    reporter.locator("#phone").fill("0900 000 041")
    reporter.locator("button[type=submit]").click()
    expect(reporter.get_by_role("alert")).to_be_visible()
    expect(reporter.locator("#phone")).to_have_value("0900 000 041")
    reporter.context.close()


def test_the_public_pages_have_no_accessibility_violation(browser: Browser, centre: RunningCentre) -> None:
    reporter = phone(browser, scripts=True, bypass_csp=True)
    tell(reporter, centre, "kiểm tra khả năng tiếp cận")
    assert violations(reporter) == []
    reporter.locator("button[type=submit]").click()
    expect(reporter).to_have_url(RECEIPT)
    assert violations(reporter) == []
    reporter.context.close()
