"""A heart stops in an alley: a motorbike and an ambulance go, the caller presses in rhythm meanwhile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dispatch.client import UnitClient
from tests.browser.desk import accept_proposal, sign_in, unit_block, unit_line
from tests.browser.exchange import Exchange
from tests.browser.stories import (
    close_part,
    command,
    device_of,
    find_door_of_alley,
    finish,
    now_there,
    number_shown,
    open_desk,
    open_replay,
    shown_then,
    tell,
)
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_story_arrest")]


@pytest.fixture
def exchange(centre: RunningCentre) -> Iterator[Exchange]:
    """A connected exchange."""
    connected = Exchange(centre)
    yield connected
    connected.stop()


def answer(taker: Page, exchange: Exchange, address: str) -> None:
    """One key takes the call; the address is typed and its door chosen; the type by a few letters."""
    call = exchange.ring("115")
    expect(taker.get_by_role("region", name="Cuộc gọi đang đổ chuông")).to_contain_text(call.number)
    taker.keyboard.press("F10")
    expect(taker.get_by_label("1 Ở đâu")).to_be_focused()
    taker.keyboard.type(address)
    places = taker.get_by_role("listbox", name="Vị trí có thể").get_by_role("option")
    expect(places.first).to_contain_text(address.split()[0])
    taker.keyboard.press("Enter")
    expect(taker.get_by_label("2 Việc gì")).to_be_focused()
    # Of what was typed last, and in the form before it is released.
    expect(taker.locator(".understood strong")).to_contain_text(address.split()[0])
    taker.keyboard.type("ngung tim")
    types = taker.get_by_role("listbox", name="Loại vụ việc").get_by_role("option")
    expect(types.first).to_contain_text("Ngưng tim ngưng thở")
    taker.keyboard.press("Enter")


def ask(taker: Page) -> None:
    """Six questions by six digits; what to say to the caller stands there at once, and the rhythm with it."""
    taker.keyboard.press("Alt+q")
    questions = taker.get_by_role("region", name="Câu hỏi chính")
    expect(questions).to_be_focused()
    taker.keyboard.press("1")
    taker.keyboard.press("1")
    say = taker.get_by_role("group", name="Nói với người gọi")
    expect(say).to_contain_text("Đặt nằm ngửa trên nền cứng")
    beat = say.get_by_role("group", name="110 nhịp/phút").locator("[data-beat]")
    before = beat.get_attribute("data-beat")
    expect(beat).not_to_have_attribute("data-beat", str(before))
    for digit in "1123":
        taker.keyboard.press(digit)
    expect(say).to_contain_text("Nhờ một người ra đầu hẻm đón xe")
    expect(questions).to_contain_text("chỉ xe máy")


def read_who_waits_at_the_mouth(desk: Page, centre: RunningCentre, crews: dict[str, UnitClient]) -> None:
    """Each crew gets the word and acknowledges it, and the desk sees both."""
    for sign, crew in crews.items():
        line = unit_block(desk, sign)
        expect(line).to_contain_text("cập nhật 1 chưa đọc: người đón ở đầu hẻm")
        centre.run(crew.wait_until(lambda crew=crew: any(d["kind"] == "update" for d in crew.deliveries)))
        update = next(d for d in crew.deliveries if d["kind"] == "update")
        centre.run(crew.accept(update["assignment_id"], update["update_n"]))
        expect(line).not_to_contain_text("chưa đọc")


def test_a_motorbike_and_an_ambulance_reach_an_arrest_in_an_alley_and_its_replay_shows_both(
    page: Page, browser: Browser, centre: RunningCentre, exchange: Exchange
) -> None:
    sign_in(page, centre, "tiepnhan")
    desk = open_desk(browser, centre)
    address = find_door_of_alley(centre)
    answer(page, exchange, address)
    ask(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".taker-acts")).to_contain_text("Đã chuyển, vụ")

    expect(desk.locator(".queue-row", has=desk.locator(".leg-mark"))).to_be_visible()
    desk.keyboard.press("F8")
    expect(desk.locator(".incident-head")).to_contain_text(address.split()[0])
    signs = accept_proposal(desk)
    number = number_shown(desk)
    bikes = [sign for sign in signs if sign.startswith("MT-")]
    ambulances = [sign for sign in signs if sign.startswith(("HS-", "CB-"))]
    assert bikes, signs
    assert ambulances, signs
    sent = [bikes[0], ambulances[0]]
    crews = {sign: device_of(centre, sign) for sign in sent}
    for sign, crew in crews.items():
        tell(centre, crew, sign, number, "accept", "en_route")
        expect(unit_line(desk, sign)).to_contain_text("Đang đến hiện trường")

    page.keyboard.press("F7")
    read_who_waits_at_the_mouth(desk, centre, crews)

    tell(centre, crews[bikes[0]], bikes[0], number, "on_scene", "at_patient")
    tell(centre, crews[ambulances[0]], ambulances[0], number, "on_scene")
    expect(unit_line(desk, bikes[0])).to_contain_text("Đã tiếp cận nạn nhân")
    expect(unit_line(desk, ambulances[0])).to_contain_text("Đã đến hiện trường")
    both_there = now_there()

    finish(centre, crews[bikes[0]], bikes[0], number, "handed_to_other_agency")
    tell(centre, crews[ambulances[0]], ambulances[0], number, "transporting", "at_hospital")
    finish(centre, crews[ambulances[0]], ambulances[0], number, "taken_to_hospital")
    for sign in set(signs) - set(sent):
        command(desk, f"X {sign}")
        expect(unit_line(desk, sign)).to_have_count(0)
    close_part(desk, "Đã đưa vào bệnh viện")

    replay = open_replay(desk)
    then = shown_then(replay, both_there, number)
    assert {sign: then[sign] for sign in sent} == {
        bikes[0]: "Đã tiếp cận nạn nhân",
        ambulances[0]: "Đã đến hiện trường",
    }
    desk.context.close()
