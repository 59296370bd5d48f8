"""What the browser's own dialogs and lists, and our tabs, owe to people who work by keyboard."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.desk import free_unit, line, release, report, sign_in, unit_line
from tests.browser.phones import dress, open_phone
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_dialogs")]

WHERE = """() => {
    const at = document.activeElement;
    return at === document.body || at.closest("dialog") !== null ? "" : at.outerHTML.slice(0, 120);
}"""
"""Nothing where the focus is in a dialog, or on its way through the browser's own bars; else what has it."""


def check_trapped(page: Page, dialog: Locator) -> None:
    """Round it forward and back: everything in it is reached, nothing behind it ever is."""
    reached = set()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(dialog.locator("button, input, select, a").count() + 3):
            page.keyboard.press(key)
            assert page.evaluate(WHERE) == ""
            reached.add(page.evaluate("document.activeElement.outerHTML"))
    assert len(reached) > 1


def open_desks(page: Page) -> tuple[Locator, Locator]:
    """The desks, opened by the keyboard: their button and what it opens."""
    opener = page.locator(".desk-button")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Bàn trực")
    expect(dialog).to_be_visible()
    return opener, dialog


def test_a_dialog_keeps_the_focus_and_gives_it_back_to_what_opened_it(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    opener, dialog = open_desks(page)
    check_trapped(page, dialog)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    open_desks(page)
    dialog.get_by_role("button", name="Đóng").press("Enter")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_question_left_by_its_own_button_gives_the_focus_back(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    call_sign = free_unit(centre)
    line(page).fill(f"! {call_sign}")
    page.keyboard.press("Enter")
    mayday = page.get_by_role("region", name="Cảnh báo").locator(".alert-line", has_text=call_sign)
    opener = mayday.get_by_role("button", name="Đã an toàn")
    for leave in ("Escape", "Enter"):
        opener.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("textbox")).to_be_focused()
        check_trapped(page, dialog)
        if leave == "Enter":
            dialog.get_by_role("button", name="Đóng").focus()
        page.keyboard.press(leave)
        expect(dialog).to_have_count(0)
        expect(opener).to_be_focused()
    opener.press("Enter")
    page.get_by_role("dialog").get_by_role("textbox").fill("kíp trả lời qua đàm")
    page.keyboard.press("Enter")
    expect(mayday).to_have_count(0)


def test_escape_leaves_the_topmost_alone_and_page_keys_wait_for_it(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    page.locator(".desk-button").focus()
    page.keyboard.press("?")
    beneath = page.get_by_role("table", name="Phím")
    expect(beneath).to_be_visible()
    _, dialog = open_desks(page)
    for key in ("F2", "F3", "n"):
        page.keyboard.press(key)
    expect(line(page)).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(beneath).to_be_visible()
    page.keyboard.press("Escape")
    expect(beneath).to_have_count(0)
    expect(line(page)).to_be_focused()


def test_a_list_opens_takes_arrows_and_goes_to_what_its_first_letters_say(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    page.get_by_role("button", name="English").click()
    kind = page.get_by_label("Kind of note")
    kind.focus()
    page.keyboard.press("ArrowDown")
    expect(kind).to_have_value("caution")
    page.keyboard.press("ArrowUp")
    expect(kind).to_have_value("note")
    page.keyboard.type("tra")
    expect(kind).to_have_value("trapped")
    page.keyboard.press("Home")
    expect(kind).to_have_value("note")


def test_tabs_are_one_stop_and_arrows_go_between_them(page: Page, centre: RunningCentre) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, centre)
    map_tab, board_tab = page.get_by_role("tab").all()
    page.get_by_role("tab", selected=True).focus()
    for key, tab in (
        ("Home", map_tab),
        ("ArrowRight", board_tab),
        ("ArrowRight", map_tab),
        ("End", board_tab),
    ):
        page.keyboard.press(key)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
    expect(page.locator(".tabs [tabindex='0']")).to_have_count(1)
    expect(page.get_by_role("tabpanel", name=board_tab.inner_text())).to_be_visible()


def test_a_crews_sheet_keeps_the_focus_and_gives_it_back(browser: Browser, centre: RunningCentre) -> None:
    phone = open_phone(browser, centre, free_unit(centre, "CN-"))
    opener = phone.locator(".f-more")
    for leave in ("Escape", "button"):
        opener.press("Enter")
        sheet = phone.get_by_role("dialog")
        expect(sheet).to_be_visible()
        check_trapped(phone, sheet)
        if leave == "Escape":
            phone.keyboard.press("Escape")
        else:
            sheet.get_by_role("button", name="Đóng").press("Enter")
        expect(sheet).to_have_count(0)
        expect(opener).to_be_focused()
    phone.context.close()


def test_a_sheet_asked_for_in_the_moment_in_which_it_closes_opens_again(
    browser: Browser, centre: RunningCentre
) -> None:
    phone = open_phone(browser, centre, free_unit(centre, "CN-"))
    opener = phone.locator(".f-more")
    sheet = phone.get_by_role("dialog")
    opener.press("Enter")
    for close in ("box.querySelector('.f-sheet-head button').click()", "box.requestClose()"):
        expect(sheet).to_be_visible()
        phone.evaluate(
            f"""() => {{
                const box = document.querySelector("dialog");
                {close};
                document.querySelector(".f-more").click();
                return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
            }}"""
        )
    expect(sheet).to_be_visible()
    phone.context.close()


def ask(page: Page, text: str, understood: str) -> Locator:
    """A line that is confirmed before it is sent: what it says before Enter, and the question after it."""
    page.keyboard.press("F2")
    page.locator("#command-line").fill(text)
    expect(page.locator("#echo")).to_contain_text(understood)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name=re.compile("^(Không|No), "))).to_be_focused()
    return dialog


def confirm(page: Page, dialog: Locator) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)


def dispatch_and_accept(page: Page, phone: Page, short: str, call_sign: str) -> None:
    """An order by the line; the crew takes it, and the desk sees that it has."""
    page.locator("#command-line").fill(f"D {short} {call_sign}")
    page.keyboard.press("Enter")
    # A free crew has a button of which these words are a part.
    phone.get_by_role("button", name="Nhận lệnh", exact=True).click()
    row = unit_line(page, call_sign)
    expect(row).to_contain_text(re.compile("Đã nhận lệnh|Order received"))


OPENED = re.compile(r"/assets/opened-.*\.js")
"""The file of what keys open."""
FETCHED = """() => ["opened", "roads", "callOff"].every((name) =>
    performance.getEntriesByType("resource").some((file) => file.name.includes(`/assets/${name}-`)))"""
"""It and the words that it says are in the browser."""
WITH_ALL_IT_NEEDS = """() => import(performance.getEntriesByType("resource")
    .find((file) => file.name.includes("/assets/opened-")).name).then(() => undefined)"""


def check_opens(page: Page) -> None:
    """The cheat sheet, what was missed, the list of roads and the reach, one after the other."""
    page.get_by_role("button", name="mọi lệnh").click()
    expect(page.get_by_role("group", name="Mọi lệnh")).to_be_visible()
    page.keyboard.press("F3")
    expect(page.get_by_role("group", name="Đã bỏ lỡ gì")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Đường")).click()
    expect(page.get_by_role("group", name="Tình trạng đường")).to_be_visible()
    page.get_by_role("button", name="Vùng đến kịp").click()
    expect(page.get_by_role("group", name="Vùng đến kịp")).to_be_visible()


def test_what_keys_open_is_there_when_the_network_has_gone(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    page.wait_for_function(FETCHED)
    page.evaluate(WITH_ALL_IT_NEEDS)
    page.context.set_offline(True)
    check_opens(page)


def test_what_keys_open_is_asked_for_until_it_comes(page: Page, centre: RunningCentre) -> None:
    page.route(OPENED, lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: OPENED.search(request.url) is not None):
        sign_in(page, centre)
    page.get_by_role("button", name="mọi lệnh").click()
    page.unroute(OPENED)
    check_opens(page)


def acknowledge(phone: Page, reason: str) -> None:
    """The crew reads that it is called off, and why."""
    notice = phone.get_by_role("alert").filter(has_text=reason)
    notice.get_by_role("button", name="Đã đọc").click()
    expect(notice).to_have_count(0)


def test_recalling_and_cancelling_are_asked_once_and_reach_the_crew(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    number = release(page, report(centre))
    short, first = number[-4:], free_unit(centre)
    phone = open_phone(browser, centre, first)
    dispatch_and_accept(page, phone, short, first)
    second = free_unit(centre, "HS-")
    line(page).fill(f"D {short} {second}")
    page.keyboard.press("Enter")
    expect(unit_line(page, second)).to_be_visible()

    dialog = ask(page, f"RUT {short} nhầm chỗ", "2 tổ được gọi về: ")
    expect(dialog.get_by_role("row").filter(has_text=first)).to_contain_text("tổ phải xác nhận")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".unit-line")).to_have_count(2)
    confirm(page, ask(page, f"RUT {short} nhầm chỗ", "2 tổ được gọi về: "))
    expect(unit_line(page, second)).to_have_count(0)
    acknowledge(phone, "nhầm chỗ")
    expect(page.locator(".unit-line")).to_have_count(0)

    dress(page, page.get_by_role("banner"), "light", "en")
    dispatch_and_accept(page, phone, short, first)
    dialog = ask(page, f"HUY {short} báo giả", "1 unit called off: ")
    assert violations(page) == []
    confirm(page, dialog)
    expect(page.locator(".incident-head .badge")).to_have_text("closed")
    expect(page.locator(".timeline li", has_text="incident cancelled")).to_contain_text("báo giả")
    acknowledge(phone, "báo giả")
    phone.context.close()
