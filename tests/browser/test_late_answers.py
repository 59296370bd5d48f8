"""What a person has gone on to while the centre was slow stays as it is when the answer comes; and what the
centre answers a form that is being filled in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from dispatch.client import ConsoleClient
from dispatch.client.account import Account
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
    expect(page.locator(".taker .understood")).to_contain_text("Chưa chọn vị trí")
    eventually(page, lambda: any(f"{lon:.3f}77" in str(route.request.post_data) for route in held))
    held[-1].continue_()
    expect(page.locator(".taker [aria-current=step]").first).to_have_text("khớp")
    tell_type(page, "chay nha o", "Cháy nhà ở")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".taker-acts")).to_contain_text("Đã chuyển, vụ")
    placed = newest_incident(centre).place.lon_lat
    assert (placed.lon, placed.lat) == pytest.approx((float(f"{lon:.3f}77"), float(f"{lat:.5f}")), abs=1e-6)


def test_the_form_tells_whose_the_place_is_and_what_is_dangerous_there_before_the_release(
    page: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    north = 0.0173
    lon, lat = middle(centre)

    async def keep() -> None:
        account = await Account.sign_in(centre.base_url, "dieuphoi", centre.password)
        async with ConsoleClient(account) as console:
            place = {"heard": "kho", "lon_lat": (lon, lat + north), "radius_m": 10.0}
            opened = await console.send({"type": "incident.open", "type_code": "house_fire", "place": place})
            incident_id = opened["data"]["incident_id"]
            until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
            await console.send(
                {"type": "caution.keep", "incident_id": incident_id, "scope": "place",
                 "text": "kho bình gas tầng hầm", "source": "tổ đầu tiên", "expires_at": until}
            )  # fmt: skip
            await console.send({"type": "incident.cancel", "incident_id": incident_id, "reason": "đã tắt"})
        await account.aclose()

    centre.run(keep())
    sign_in(page, centre, "tiepnhan")
    answered(page, exchange)
    tell_place(page, centre, north)
    line = page.locator(".taker .whose")
    expect(line).to_contain_text("Thuộc")
    tell_type(page, "chay nha o", "Cháy nhà ở")
    expect(line).to_contain_text("114 gần nhất")
    assert line.evaluate("line => line.clientHeight < 1.5 * parseFloat(getComputedStyle(line).lineHeight)")
    past = page.get_by_role("region", name="Số máy và địa chỉ này")
    expect(past).to_contain_text("kho bình gas tầng hầm")
    expect(past).to_contain_text("lưu cho nơi này")
    page.keyboard.press("Alt+1")
