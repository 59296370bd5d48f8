"""How many keys the ten commonest acts cost: done in a browser and laid beside docs/keystrokes.md."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from dispatch.domain.rules.conditions import UNACCEPTED
from dispatch.settings import PROJECT
from dispatch.usecases.command_line.verbs import VERBS
from tests.browser.desk import accept_proposal, eventually, line, release, report, sign_in, unit_line
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre
from tests.clock import LeapingClock

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_dispatcher_keys")]

ROW = re.compile(r"^\| ([^|]+?) \| [^|]+ \| (\d+) \|$", re.MULTILINE)
SIGN = 5
"""Letters of a call sign in the table."""


@pytest.fixture(scope="module")
def clock() -> LeapingClock:
    """The time of this file's centre."""
    return LeapingClock()


class Counted:
    """A keyboard that counts. `own` words are typed and not counted."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.count = 0

    def press(self, chord: str) -> None:
        self.count += len(chord.split("+"))
        self._page.keyboard.press(chord)
        if chord == "Enter":
            expect(line(self._page)).to_have_value("")

    def type(self, text: str, own: str = "") -> None:
        self.count += len(text)
        self._page.keyboard.type(text + own)
        expect(line(self._page)).to_have_value(text + own)
        # What it means must stand there before it is sent: nobody presses Enter blindly.
        expect(self._page.locator("#echo")).to_contain_text("Hiểu là")

    def take(self) -> int:
        count, self.count = self.count, 0
        return count


def five_letters(centre: RunningCentre) -> str:
    units = list(centre.centre.picture.units.values())
    return next(
        u.call_sign
        for u in units
        if u.call_sign.startswith("CC-") and len(u.call_sign) == SIGN and u.assignment_id is None
    )


def test_the_ten_commonest_acts_cost_the_keys_that_the_table_says(
    page: Page, centre: RunningCentre, clock: LeapingClock
) -> None:
    table = (PROJECT / "docs" / "keystrokes.md").read_text(encoding="utf-8")
    said = {act: int(count) for act, count in ROW.findall(table)}
    assert len(said) == 10
    sign_in(page, centre)
    keys = Counted(page)
    counted: dict[str, int] = {}
    first, sign = send_units(page, centre, keys, counted)
    centre.run(clock.leap(UNACCEPTED.total_seconds()))
    answer_for_crew(page, keys, counted, first, sign)
    assert counted == said


def send_units(page: Page, centre: RunningCentre, keys: Counted, counted: dict[str, int]) -> tuple[str, str]:
    """The acts up to a unit sent by hand; the incident's number and the unit's call sign."""
    first = release(page, report(centre))
    waiting = report(centre)
    expect(page.locator(".queue-row", has_text=waiting)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^F8 Nhận v\d+"))).to_be_visible()
    page.keyboard.press("F2")

    def press_once(chord: str) -> None:
        keys.take()  # a proposal that changed in that very moment is read anew and accepted afresh
        keys.press(chord)

    accept_proposal(page, press_once)
    expect(page.locator(".unit-line").first).to_contain_text("Đã điều")
    counted["accept the recommendation"] = keys.take()

    keys.press("Control+z")
    expect(page.locator(".unit-line")).to_have_count(0)
    counted["undo"] = keys.take()

    sign = five_letters(centre)
    keys.type(f"D {sign}")
    keys.press("Enter")
    expect(unit_line(page, sign)).to_be_visible()
    counted["send a unit by hand"] = keys.take()

    other = five_letters(centre)
    page.keyboard.type(f"D {other}")
    page.keyboard.press("Enter")
    expect(unit_line(page, other)).to_be_visible()
    expect(line(page)).to_have_value("")
    keys.type(f"X {other}")
    keys.press("Enter")
    expect(unit_line(page, other)).to_have_count(0)
    counted["stand a unit down"] = keys.take()

    keys.type(".", own="cổng sau khóa")
    keys.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("cổng sau khóa")
    counted["a note to everybody on the way"] = keys.take()
    return first, sign


def answer_for_crew(page: Page, keys: Counted, counted: dict[str, int], first: str, sign: str) -> None:
    """The acts for a crew that is heard by radio alone, and what comes after."""
    page.get_by_role("button", name=re.compile("^Chưa ai nhận:")).click()
    unanswered = page.locator(".alert-list .alert-line", has_text=sign)
    expect(unanswered.first).to_be_visible(timeout=90_000)
    page.keyboard.press("Escape")
    keys.press("F9")
    expect(page.get_by_role("status")).to_contain_text("Đã nhận xử lý cảnh báo")
    counted["claim the first alert"] = keys.take()

    page.evaluate("location.hash = ''")
    expect(page.locator(".incident-head")).to_have_count(0)
    keys.press("F8")
    expect(line(page)).to_have_value(f"K {sign}")
    expect(page.locator("#echo")).to_contain_text("Hiểu là")
    expect(page.locator(".incident-head")).to_contain_text(first)
    keys.press("Enter")
    expect(unit_line(page, sign)).to_contain_text("Đã nhận lệnh")
    counted["go to a crew that does not answer, and answer for it by radio"] = keys.take()

    keys.type(f"O {sign}")
    keys.press("Enter")
    expect(unit_line(page, sign)).to_contain_text("Đã đến hiện trường")
    counted["report on scene by radio"] = keys.take()

    keys.type(f"A {sign} 1")
    keys.press("Enter")
    expect(unit_line(page, sign)).to_have_count(0)
    counted["free a unit with its outcome"] = keys.take()

    page.evaluate("location.hash = ''")
    expect(page.locator(".incident-head")).to_have_count(0)
    keys.press("F8")
    expect(page.locator(".queue-row[aria-current=true]")).to_have_count(1)
    counted["go to the next thing that needs me"] = keys.take()


def test_what_stands_beside_the_recommendation_is_told_to_whoever_asks(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    expect(page.get_by_role("button", name=re.compile(r"^F8 Nhận v\d+"))).to_be_visible()
    panel = page.get_by_role("region", name="Đề xuất")
    panel.get_by_text("Nếu khác đi").click()
    for told in (
        "Phương án này: tổ cuối sau",
        "Điều tổ gần nhất",
        re.compile("Kế tiếp: |Không có phương án"),
    ):
        expect(panel.get_by_role("listitem").filter(has_text=told)).to_be_visible()
    # What would change it: by how much the unit may come later, or that nobody else is left.
    changes = re.compile("chậm thêm .* đi thay|thì thiếu tổ")
    expect(panel.get_by_role("listitem").filter(has_text=changes).first).to_be_visible()
    assert violations(page) == []


def test_the_cheat_sheet_names_every_verb_of_the_centre_and_every_key_it_names_works(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("mọi lệnh$")).click()
    sheet = page.get_by_role("group", name="Mọi lệnh")
    expect(sheet.locator("th kbd").first).to_be_visible()
    shown = {key.inner_text() for key in sheet.locator("th kbd").all()}
    numbered = {f"L{n}" for n in range(3, 10)} | {f"P{n}" for n in range(2, 5)}
    assert set(VERBS) - numbered - shown == set()
    for key, seen in (("F3", "Đã bỏ lỡ gì"), ("?", "Mọi lệnh")):
        page.locator(".queue .panel-foot").click()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(key)
        expect(page.get_by_role("group", name=seen)).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    expect(page.get_by_role("group", name="Tin báo mới")).to_be_visible()


def test_a_key_that_is_held_down_acts_once(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    missed = page.get_by_role("group", name="Đã bỏ lỡ gì")
    page.keyboard.down("F3")
    expect(missed).to_be_visible()
    page.keyboard.down("F3")  # a second time without being let go: the keyboard repeats it
    page.keyboard.up("F3")
    page.keyboard.press("x")
    expect(line(page)).to_have_value("x")
    expect(missed).to_be_visible()
    page.keyboard.press("F3")
    expect(missed).to_be_hidden()


def test_what_is_typed_before_the_answer_is_the_next_line_and_is_kept(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    number, sign = release(page, report(centre)), five_letters(centre)
    held: list[Route] = []

    def hold_answer(route: Route) -> None:
        if route.request.post_data_json["dry_run"]:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/command-line", hold_answer)
    line(page).fill(f"D {number[-4:]} {sign}")
    line(page).press("Enter")
    expect(line(page)).to_have_attribute("aria-busy", "true")
    page.keyboard.type("GHICHU còn khói")
    expect(line(page)).to_have_value("GHICHU còn khói")
    eventually(page, lambda: len(held) == 1)
    held[0].continue_()
    expect(unit_line(page, sign)).to_be_visible()
    expect(page.locator(".undo")).to_be_visible()
    expect(line(page)).to_have_value("GHICHU còn khói")
    page.unroute("**/api/command-line")
    line(page).fill("D 9999 không-có")
    page.keyboard.press("Enter")
    # The echo refuses it as well: what counts is the answer to Enter.
    expect(line(page)).to_have_attribute("aria-busy", "false")
    expect(page.locator("#echo .refusal")).to_be_visible()
    page.keyboard.type("!")
    expect(line(page)).to_have_value("D 9999 không-có!")
