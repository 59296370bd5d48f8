"""The call-taker's desk in a real browser: calls ring over the exchange's own channel, nothing between."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from dispatch.client.account import Account
from dispatch.client.telephone_double import DoubledCall
from tests.browser.desk import eventually, fits, free_unit, list_overlaps, middle, sign_in, unit_of
from tests.browser.exchange import Exchange
from tests.browser.test_accessible import violations
from tests.browser.test_console import _keep
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_call_taker")]


@pytest.fixture
def exchange(centre: RunningCentre) -> Iterator[Exchange]:
    """A connected exchange."""
    connected = Exchange(centre)
    yield connected
    connected.stop()


@pytest.fixture
def taker(page: Page, centre: RunningCentre) -> Page:
    """A call-taker who has come in."""
    sign_in(page, centre, "tiepnhan")
    return page


def answered(page: Page, exchange: Exchange, line: str = "114", number: str | None = None) -> DoubledCall:
    """A call rings and is answered by one key; the cursor stands in the first field."""
    call = exchange.ring(line, number)
    expect(page.get_by_role("region", name="Cuộc gọi đang đổ chuông")).to_contain_text(call.number)
    page.keyboard.press("F10")
    expect(form(page)).to_be_visible()
    expect(page.get_by_label("3 Số máy")).to_have_value(call.number)
    expect(page.get_by_label("1 Ở đâu")).to_be_focused()
    return call


def form(page: Page) -> Locator:
    """The call-taker's form."""
    return page.get_by_role("group", name="Tin báo mới")


def tell_place(page: Page, centre: RunningCentre, north: float = 0.0) -> None:
    """Type a place near the middle of the city, and choose the first that fits."""
    lon, lat = middle(centre)
    page.keyboard.type(f"{lat + north:.5f}, {lon:.5f}")
    expect(page.get_by_role("listbox", name="Vị trí có thể").get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("2 Việc gì")).to_be_focused()
    # Taken when it has come: what is released before goes without a place.
    expect(page.locator(".taker [aria-current=step]").first).to_have_text("khớp")


def tell_type(page: Page, letters: str, chosen: str) -> None:
    """A few letters without marks, and Enter."""
    page.keyboard.type(letters)
    options = page.get_by_role("listbox", name="Loại vụ việc").get_by_role("option")
    expect(options.first).to_contain_text(chosen)
    page.keyboard.press("Enter")
    expect(page.get_by_label("2 Việc gì")).to_have_value(chosen)


def say(page: Page, words: str) -> None:
    """A line of the caller's words."""
    page.get_by_label("Lời người gọi").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Lời đã ghi")).to_contain_text(words)


def test_a_call_is_released_while_the_caller_talks_and_a_later_line_reaches_the_unit(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    call = answered(taker, exchange)
    exchange.wait(call, state="answered")
    tell_place(taker, centre)
    tell_type(taker, "chay nha o", "Cháy nhà ở")
    say(taker, "cháy nhà, khói đen")
    chain = taker.get_by_role("list", name="Độ chắc của vị trí")
    expect(chain.locator("[aria-current=step]")).to_have_text("khớp")
    taker.keyboard.press("F4")
    expect(chain.locator("[aria-current=step]")).to_have_text("đã đọc lại")
    taker.keyboard.press("Control+Enter")
    expect(taker.get_by_text(re.compile(r"Đã chuyển, vụ \d{4}"))).to_be_visible()
    exchange.wait(call, state="answered")

    incident = newest_incident(centre)
    assert incident.place.state == "read_back"
    call_sign = free_unit(centre)
    unit = unit_of(centre, call_sign)
    dispatch(centre, incident.number[-4:], call_sign)
    centre.run(unit.wait_until(lambda: bool(unit.deliveries)))
    say(taker, "còn hai người trên lầu ba")
    centre.run(unit.wait_until(lambda: any(d["kind"] == "update" for d in unit.deliveries)))
    report_id = incident.report_ids[0]
    words = [s.box for s in centre.centre.picture.reports[report_id].words]
    assert len(words) == 2
    centre.run(unit.stop())


def test_words_are_looked_for_near_where_the_telephone_is(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    lon, lat = middle(centre)
    call = answered(taker, exchange)

    def asks_near(request: Request) -> bool:
        return request.url.endswith("/api/geocode") and request.post_data_json["near"] is not None

    with taker.expect_request(asks_near) as asked:
        taker.keyboard.type("đường số 7")
        exchange.locate(call, lon + 0.004, lat + 0.003, 150.0)
    assert asked.value.post_data_json["near"] == pytest.approx([lon + 0.004, lat + 0.003])


def newest_incident(centre: RunningCentre) -> Any:
    """The incident opened last."""
    return max(list(centre.centre.picture.incidents.values()), key=lambda incident: incident.number)


def dispatch(centre: RunningCentre, number: str, call_sign: str) -> None:
    """A dispatcher elsewhere sends a unit."""

    async def send() -> None:
        account = await Account.sign_in(centre.base_url, "dieuphoi", centre.password)
        line = {"line": f"D {number} {call_sign}", "selected": None, "dry_run": False}
        answer = await account.post_json("/api/command-line", line)
        await account.aclose()
        assert answer["answers"][0]["error"] is None, answer

    centre.run(send())


def test_a_reload_in_the_middle_brings_everything_back_and_a_colleague_sees_it_meanwhile(
    taker: Page, browser: Browser, centre: RunningCentre, exchange: Exchange
) -> None:
    call = answered(taker, exchange)
    tell_place(taker, centre)
    tell_type(taker, "chay nha o", "Cháy nhà ở")
    say(taker, "cháy ở tầng trệt")
    taker.get_by_label("4 Tên").fill("Phạm Thị Giả Định")
    taker.get_by_label("Lời người gọi").fill("đang nói dở")
    expect(taker.get_by_text("Nháp đã lưu")).to_be_visible()

    colleague = browser.new_context(locale="vi-VN").new_page()
    sign_in(colleague, centre)
    colleague.get_by_role("button", name="Tin mới").click()
    typing = colleague.get_by_role("region", name="Đang gõ").get_by_role("listitem").first
    expect(typing).to_contain_text("Lê Văn Ví Dụ")
    expect(typing).to_contain_text("Cháy nhà ở")
    typing.get_by_role("button", name="Đọc").click()
    whole = colleague.locator(".typing-whole")
    expect(whole).to_contain_text("cháy ở tầng trệt")
    expect(whole).to_contain_text("đang nói dở")
    say(taker, "có khói ở tầng hai")
    taker.get_by_label("Lời người gọi").fill("đang nói dở")
    expect(whole).to_contain_text("có khói ở tầng hai")
    colleague.context.close()

    taker.reload()
    expect(taker.get_by_label("4 Tên")).to_have_value("Phạm Thị Giả Định")
    expect(taker.get_by_label("Lời người gọi")).to_have_value("đang nói dở")
    expect(taker.get_by_label("2 Việc gì")).to_have_value("Cháy nhà ở")
    expect(taker.get_by_role("region", name="Lời đã ghi")).to_contain_text("cháy ở tầng trệt")
    expect(taker.locator(".call-bar")).to_contain_text(call.number)


def test_what_is_typed_while_the_link_is_down_is_kept_and_sent_once(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    call = answered(taker, exchange)
    tell_place(taker, centre)
    tell_type(taker, "chay nha o", "Cháy nhà ở")
    taker.context.set_offline(True)
    say(taker, "mất mạng giữa chừng")
    expect(taker.get_by_text("Chưa lưu được lên trung tâm")).to_be_visible()
    taker.keyboard.press("Control+Enter")
    taker.context.set_offline(False)
    expect(taker.get_by_text(re.compile(r"Đã chuyển, vụ \d{4}"))).to_be_visible(timeout=90_000)
    mine = [r for r in list(centre.centre.picture.reports.values()) if r.call_id == call.call_id]
    assert [r.status for r in mine] == ["attached"]


def test_cardiac_arrest_questions_set_the_priority_and_beat_110_a_minute(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    answered(taker, exchange, "115")
    tell_place(taker, centre, 0.004)
    tell_type(taker, "dien giat", "Điện giật")
    taker.keyboard.press("Alt+q")
    questions = taker.get_by_role("region", name="Câu hỏi chính")
    expect(questions).to_be_focused()
    taker.keyboard.press("1")
    taker.keyboard.press("2")
    expect(taker.get_by_label("2 Việc gì")).to_have_value("Ngưng tim ngưng thở")
    expect(taker.get_by_label("1 Nguy kịch")).to_be_checked()
    expect(taker.get_by_text("vì: Ngưng tim ngưng thở")).to_be_visible()
    beat = taker.get_by_role("group", name="110 nhịp/phút")
    expect(beat).to_be_visible()
    expect(taker.get_by_text("lời cần 115 duyệt")).to_be_visible()
    seen = beat.locator("[data-beat]").evaluate(
        """beat => new Promise(done => {
            const seen = [];
            new MutationObserver(() => {
              if (seen.push([performance.now(), Number(beat.dataset.beat)]) === 20) done(seen);
            }).observe(beat, { attributes: true, attributeFilter: ["data-beat"] });
        })"""
    )
    # A busy machine shows beats late, never early: the promptest of either half stand for their halves.
    late_ms = [at - count * 60_000 / 110 for at, count in seen]
    assert abs(min(late_ms[:10]) - min(late_ms[10:])) < 400
    assert violations(taker) == []
    _keep(taker, "call-taker-arrest")

    taker.keyboard.press("Control+Enter")
    expect(taker.get_by_text(re.compile(r"Đã chuyển, vụ \d{4}"))).to_be_visible()
    incident = newest_incident(centre)
    assert (incident.type_code, incident.priority, incident.determinant) == ("cardiac_arrest", 1, "arrest")
    questions.focus()
    taker.keyboard.press("ArrowDown")
    taker.keyboard.press("ArrowDown")
    taker.keyboard.press("ArrowDown")
    taker.keyboard.press("3")
    taker.keyboard.press("Escape")
    expect(taker.locator(".timeline")).to_contain_text("trả lời câu hỏi chính")

    def told() -> set[tuple[str, str]]:
        report = centre.centre.picture.reports[incident.report_ids[0]]
        return {(answer.question, answer.choice) for answer in report.answers}

    # The first answers went with the release: the timeline tells of them already.
    eventually(taker, lambda: told() >= {("awake", "no"), ("breathing", "gasping")})


def test_an_abandoned_call_is_called_back_by_one_key_and_every_attempt_is_kept(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    call = exchange.ring()
    strip = taker.get_by_role("region", name="Cuộc gọi đang đổ chuông")
    expect(strip).to_contain_text(call.number)
    exchange.hang_up(call)
    exchange.wait(call, call_back_due=True)
    expect(strip).to_have_count(0)
    taker.get_by_role("button", name="English").focus()
    taker.keyboard.press("c")
    expect(strip).to_contain_text("Đang gọi lại")
    expect(strip).to_contain_text(call.number)
    taker.keyboard.press("2")
    expect(strip).to_have_count(0)
    taker.get_by_role("button", name="English").focus()
    taker.keyboard.press("c")
    expect(strip).to_contain_text("Đang gọi lại")
    taker.keyboard.press("1")
    expect(taker.get_by_label("3 Số máy")).to_have_value(call.number)
    exchange.wait(call, call_back_due=False)
    kept = centre.centre.picture.calls[call.call_id].attempts
    assert [attempt.reached for attempt in kept] == [False, True]
    taker.keyboard.press("Alt+8")
    expect(form(taker)).to_have_count(0)


def test_a_call_ended_by_one_key_comes_back_on_top_when_its_number_calls_again(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    call = answered(taker, exchange)
    say(taker, "trẻ con cười đùa")
    taker.keyboard.press("Alt+2")
    expect(form(taker)).to_have_count(0)
    exchange.wait(call, state="ended")
    again = exchange.ring("114", call.number)
    strip = taker.get_by_role("region", name="Cuộc gọi đang đổ chuông")
    expect(strip).to_contain_text("vừa gọi lại sau khi kết thúc")
    taker.keyboard.press("F10")
    expect(taker.get_by_role("region", name="Lời đã ghi")).to_contain_text("trẻ con cười đùa")
    report = next(r for r in list(centre.centre.picture.reports.values()) if r.call_id == call.call_id)
    assert report.status == "waiting"
    taker.keyboard.press("Alt+4")
    exchange.wait(again, state="ended")
    exchange.ring("114", call.number)
    expect(strip).to_contain_text("quấy rối 1 lần")


def test_a_silent_caller_is_asked_to_tap_and_called_back(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    call = answered(taker, exchange)
    taker.keyboard.press("Alt+s")
    expect(taker.get_by_text("hãy gõ vào máy hai lần")).to_be_visible()
    taker.keyboard.press("Alt+3")
    exchange.wait(call, state="ended", silent=True, call_back_due=True)
    report = next(r for r in list(centre.centre.picture.reports.values()) if r.call_id == call.call_id)
    assert (report.status, report.ended_reason) == ("ended", "silent")


def test_hold_and_transfer_keep_the_caller_on_the_line(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    call = answered(taker, exchange)
    expect(taker.locator(".call-bar")).to_contain_text("đang nói")
    taker.keyboard.press("Shift+F10")
    exchange.wait(call, state="held")
    expect(taker.locator(".call-bar")).to_contain_text("đang giữ máy")
    taker.keyboard.press("Shift+F10")
    expect(taker.locator(".call-bar")).to_contain_text("đang nói")
    taker.get_by_label("Chuyển máy tới").select_option("115")
    exchange.wait(call, state="ringing", line="115")
    expect(taker.locator(".call-strip")).to_contain_text(call.number)
    taker.keyboard.press("F10")
    expect(taker.locator(".call-bar")).to_contain_text("đang nói")
    taker.keyboard.press("Alt+0")
    exchange.wait(call, state="ended", ended_by="centre")


def test_a_second_caller_of_one_fire_is_added_by_f6_and_taken_out_again(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    answered(taker, exchange)
    tell_place(taker, centre, 0.012)
    tell_type(taker, "chay nha o", "Cháy nhà ở")
    taker.keyboard.press("Control+Enter")
    expect(taker.get_by_text(re.compile(r"Đã chuyển, vụ \d{4}"))).to_be_visible()
    first = newest_incident(centre)
    taker.keyboard.press("Alt+0")
    taker.keyboard.press("Escape")

    answered(taker, exchange)
    tell_place(taker, centre, 0.0121)
    tell_type(taker, "chay nha o", "Cháy nhà ở")
    taker.get_by_label("Lời người gọi").fill("sân thượng khóa")
    known = taker.get_by_role("region", name="Có thể trùng")
    expect(known).to_contain_text(first.number[-4:])
    expect(known).to_contain_text("sân thượng khóa")
    taker.keyboard.press("F6")
    expect(taker.get_by_text(f"Đã chuyển, vụ {first.number[-4:]}")).to_be_visible()
    assert len(centre.centre.picture.incidents[first.id].report_ids) == 2
    taker.get_by_role("button", name="Tách tin này ra").click()
    expect(taker.get_by_text(f"Đã chuyển, vụ {first.number[-4:]}")).to_have_count(0)
    assert len(centre.centre.picture.incidents[first.id].report_ids) == 1


def test_letters_that_an_input_method_composes_trigger_nothing(
    taker: Page, centre: RunningCentre, exchange: Exchange
) -> None:
    answered(taker, exchange)
    tell_place(taker, centre, 0.02)
    tell_type(taker, "chay nha o", "Cháy nhà ở")
    composing = """(target, keys) => keys.forEach(key => target.dispatchEvent(
        new KeyboardEvent("keydown", { ...key, isComposing: true, bubbles: true, cancelable: true })))"""
    keys = [{"key": "Enter", "ctrlKey": True}, {"key": "Enter"}, {"key": "F4"}]
    keys.append({"key": "1", "code": "Digit1", "altKey": True})
    line = taker.get_by_label("Lời người gọi")
    line.fill("chay lon")
    line.evaluate(f"(target, keys) => ({composing})(target, keys)", keys)
    expect(line).to_have_value("chay lon")
    expect(form(taker)).to_be_visible()
    chain = taker.get_by_role("list", name="Độ chắc của vị trí")
    expect(chain.locator("[aria-current=step]")).to_have_text("khớp")
    taker.keyboard.press("Alt+9")
    expect(form(taker)).to_have_count(0)


@pytest.mark.parametrize(("theme", "language"), [("dark", "vi"), ("light", "en")])
def test_the_desk_stands_at_both_sizes_without_a_violation(
    taker: Page, centre: RunningCentre, exchange: Exchange, theme: str, language: str
) -> None:
    if theme == "light":
        taker.get_by_role("button", name="Nền sáng").click()
    answered(taker, exchange)
    tell_place(taker, centre, 0.03)
    tell_type(taker, "chay nha o", "Cháy nhà ở")
    say(taker, "cháy nhà, còn hai người trên lầu ba")
    taker.keyboard.press("Alt+q")
    taker.keyboard.press("2")
    taker.evaluate("document.fonts.ready.then(() => undefined)")
    band = taker.locator(".band").bounding_box()
    exchange.ring("115")
    exchange.ring("114")
    expect(taker.locator(".more-rings")).to_be_visible()
    assert taker.locator(".band").bounding_box() == band, "a ring moved what was under the hand"
    if language == "en":
        taker.get_by_role("button", name="English").click()
        expect(taker.locator("html")).to_have_attribute("lang", "en")
    for width, height in ((1920, 1080), (1366, 768)):
        taker.set_viewport_size({"width": width, "height": height})
        eventually(taker, lambda: fits(taker))
        for key in ("Alt+q", "ArrowDown", "ArrowUp"):
            taker.keyboard.press(key)
        expect(taker.locator(".question.active .answers")).to_be_in_viewport(ratio=1)
        expect(taker.locator(".call-strip .button")).to_be_in_viewport(ratio=1)
        eventually(taker, lambda: list_overlaps(taker, ".header") == [])
        _keep(taker, f"call-taker-{theme}-{language}-{width}x{height}")
    assert violations(taker) == []
