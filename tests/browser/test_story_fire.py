"""A fire with three callers and a wrong first address, put right while the engines are rolling."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dispatch.client.account import Device
from dispatch.client.reporter import ReporterClient
from tests.browser.desk import eventually, free_unit, sign_in, unit_block, unit_line
from tests.browser.evening import go_to
from tests.browser.phones import open_phone, press
from tests.browser.stories import (
    choose_type,
    command,
    find_neighbours,
    now_there,
    open_replay,
    release,
    shown_then,
    take,
)
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_story_fire")]


def call(centre: RunningCentre, words: str, heard: str, phone: str) -> None:
    """One of the neighbours tells it."""

    async def report() -> None:
        async with ReporterClient(Device(centre.base_url)) as client:
            assert isinstance(client, ReporterClient)
            await client.report(words, heard=heard, phone=phone)

    centre.run(report())


def add_two_more_callers(page: Page, centre: RunningCentre, right: str) -> None:
    """They know better; each is added to the same fire by one key."""
    for told, number_of in (("lửa ra cửa sổ lầu hai", "0900000052"), ("có bà cụ trên lầu", "0900000053")):
        call(centre, told, right, number_of)
        possible = page.get_by_role("list", name="Tin báo có thể thuộc vụ này")
        expect(possible).to_contain_text(told)
        page.keyboard.press("F6")
        expect(possible).to_have_count(0)
        expect(page.get_by_role("region", name="Tin báo")).to_contain_text(told)


def move_to(page: Page, number: str, right: str) -> None:
    """The desk types where it is and takes the first place offered."""
    page.keyboard.press("F2")
    page.keyboard.type(f"M {number[-4:]} {right}")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Vị trí mới")).to_have_value(right)
    expect(page.get_by_role("listbox", name="Vị trí có thể").get_by_role("option").first).to_contain_text(
        right
    )
    page.keyboard.press("Enter")


def read_every_update(phone: Page, lines: Locator) -> None:
    """As a crew taps them away, until the desk knows of none that is unread: one may come while it taps."""
    unread = phone.locator(".f-update").get_by_role("button", name="Đã đọc")

    def tapped() -> bool:
        unread.evaluate_all("all => all.forEach((button) => button.click())")
        return "chưa đọc" not in lines.inner_text()

    eventually(phone, tapped)


def test_a_wrong_address_is_put_right_under_way_and_the_crew_reads_it_before_it_arrives(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    wrong, right = find_neighbours(centre)
    sign = free_unit(centre)
    phone = open_phone(browser, centre, sign)
    sign_in(page, centre)
    call(centre, "cháy to lắm, khói đen mù mịt", wrong, "0900000051")
    take(page, "cháy to lắm")
    choose_type(page, "chay nha o", "Cháy nhà ở")
    number = release(page)
    address = page.locator(".incident-head .address")
    expect(address).to_contain_text(wrong)
    command(page, f"D {sign}")
    expect(phone.locator(".f-address")).to_contain_text(wrong)
    press(phone, "Nhận lệnh")
    press(phone, "Đã xuất xe")
    expect(unit_line(page, sign)).to_contain_text("Đã xuất xe")
    before = now_there()

    add_two_more_callers(page, centre, right)
    move_to(page, number, right)
    expect(address).to_contain_text(right)
    lines = unit_block(page, sign)
    expect(lines).to_contain_text("chưa đọc: vị trí")

    update = phone.locator(".f-update").filter(has_text="Vị trí")
    expect(update).to_contain_text(right)
    expect(update.locator("del")).to_contain_text(wrong)
    read_every_update(phone, lines)
    expect(lines).not_to_contain_text("chưa đọc")
    expect(phone.locator(".f-address")).to_contain_text(right)
    press(phone, "Đã đến hiện trường")
    expect(unit_line(page, sign)).to_contain_text("Đã đến hiện trường")
    after = now_there()

    replay = open_replay(page)
    watched = replay.locator(".replay-watched")
    assert shown_then(replay, before, number) == {sign: "Đã xuất xe"}
    expect(watched).to_contain_text(wrong)
    go_to(replay, after)
    expect(watched).to_contain_text(right)
    assert shown_then(replay, after, number) == {sign: "Đã đến hiện trường"}
    phone.context.close()
