"""What a person has gone on to while the centre was slow stays as it is when the answer comes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desk import Withheld, eventually, middle, report, sign_in
from tests.browser.exchange import Exchange
from tests.browser.stories import choose_type, take
from tests.browser.test_call_taker import answered, form, newest_incident, tell_place, tell_type
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_late_answers")]


@pytest.fixture
def exchange(centre: RunningCentre) -> Iterator[Exchange]:
    """A connected exchange."""
    connected = Exchange(centre)
    yield connected
    connected.stop()


def test_a_report_taken_in_hand_before_the_last_one_was_answered_stays_in_hand(
    page: Page, centre: RunningCentre
) -> None:
    between = Withheld(page, "ack")
    sign_in(page, centre)
    first, second = report(centre), report(centre)
    take(page, first)
    choose_type(page, "chay nha o", "Cháy nhà ở")
    between.closed = True
    page.keyboard.press("Control+Enter")
    take(page, second)
    in_hand = page.get_by_role("group", name="Tin báo", exact=True)
    expect(in_hand).to_contain_text(second)
    expect(page.locator(".queue-row", has_text=first)).to_have_count(0)
    between.let_through()
    expect(page.get_by_role("status")).to_contain_text("Đã nhận tin báo để xử lý")
    expect(in_hand).to_contain_text(second)
    assert "#report=" in page.url


def test_the_next_callers_form_stays_when_the_last_one_is_answered_late(
    page: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    between = Withheld(page, "ack")
    sign_in(page, centre, "tiepnhan")
    page.get_by_role("button", name="Tin mới").click()
    page.get_by_label("Lời người gọi").fill("người đi đường kể lại")
    between.closed = True
    page.get_by_role("button", name="Để chờ trong hàng").click()
    answered(page, exchange)
    between.let_through()
    expect(page.get_by_role("status")).to_contain_text("Đã nghe máy")
    expect(page.get_by_text("người đi đường kể lại")).to_have_count(0)
    expect(form(page)).to_be_visible()


def test_what_is_typed_and_where_the_hand_is_stay_when_the_release_is_answered_late(
    page: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    between = Withheld(page, "ack")
    sign_in(page, centre, "tiepnhan")
    answered(page, exchange)
    tell_place(page, centre)
    tell_type(page, "chay nha o", "Cháy nhà ở")
    line = page.get_by_label("Lời người gọi")
    line.fill("cháy ở tầng trệt")
    between.closed = True
    page.keyboard.press("Control+Enter")
    line.fill("còn hai ngư")
    page.keyboard.press("Alt+q")
    questions = page.get_by_role("region", name="Câu hỏi chính")
    expect(questions).to_be_focused()
    between.let_through()
    expect(page.locator(".taker-acts")).to_contain_text("Đã chuyển, vụ")
    expect(line).to_have_value("còn hai ngư")
    expect(questions).to_be_focused()


def test_enter_takes_a_place_of_all_that_was_typed_even_before_the_centre_has_found_it(
    page: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    sign_in(page, centre, "tiepnhan")
    answered(page, exchange)
    lon, lat = middle(centre)
    page.keyboard.type(f"{lat:.5f}, {lon:.3f}")
    options = page.get_by_role("listbox", name="Vị trí có thể").get_by_role("option")
    expect(options.first).to_be_visible()
    held: list[Route] = []
    page.route("**/api/geocode", lambda route: held.append(route))
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.get_by_label("2 Việc gì")).to_be_focused()
    expect(page.locator(".taker .understood")).to_contain_text("Chưa khớp chỗ nào")
    eventually(page, lambda: any(f"{lon:.3f}77" in str(route.request.post_data) for route in held))
    held[-1].continue_()
    expect(page.locator(".taker [aria-current=step]").first).to_have_text("khớp")
    tell_type(page, "chay nha o", "Cháy nhà ở")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".taker-acts")).to_contain_text("Đã chuyển, vụ")
    placed = newest_incident(centre).place.lon_lat
    assert (placed.lon, placed.lat) == pytest.approx((float(f"{lon:.3f}77"), float(f"{lat:.5f}")), abs=1e-6)
