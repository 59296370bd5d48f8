"""What a person at the console does, and what happens meanwhile outside the room."""

import itertools
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from dispatch.client.account import Account, Device
from dispatch.client.reporter import ReporterClient
from dispatch.client.unit import UnitClient
from tests.browser.world import RunningCentre

PATIENCE = 20
"""So often a proposal is accepted that changes in that moment: the page asks for 1.5 s to read it anew."""
SIGN_INS = 6
BY_A_PROCESS_MS = 240_000
"""What a process of its own works out, which gives way to everything else on a machine that is busy."""

_numbers = itertools.count(1)


def come_in(page: Page, centre: RunningCentre, login: str, path: str = "/") -> None:
    """Open a page as somebody: by the form the first time, later in the session that began there."""
    if login in centre.cookies:
        page.context.add_cookies(centre.cookies[login])
        page.goto(centre.base_url + path)
        return
    page.goto(centre.base_url + path)
    password = page.get_by_label("Mật khẩu")
    page.get_by_label("Tên đăng nhập").fill(login)
    password.fill(centre.password)
    unanswered = page.get_by_text("Trung tâm không trả lời")
    for _ in range(SIGN_INS):
        page.keyboard.press("Enter")
        # A centre that has just begun, on a busy machine, may need longer than the page waits for its answer.
        eventually(page, lambda: password.count() == 0 or unanswered.count() > 0, 120)
        if password.count() == 0:
            break
    expect(password).to_have_count(0)
    centre.cookies[login] = page.context.cookies()


def sign_in(page: Page, centre: RunningCentre, login: str = "dieuphoi") -> None:
    """Come in at the console and wait for the first rows."""
    come_in(page, centre, login)
    expect(page.locator("main.body")).to_have_attribute("aria-busy", "false")


def middle(centre: RunningCentre) -> tuple[float, float]:
    """The middle of the city, where units are near."""
    west, south, east, north = centre.centre.deps.settings.bounds or (106.6, 10.7, 106.8, 10.9)
    return (west + east) / 2, (south + north) / 2


def report(centre: RunningCentre, **told: Any) -> str:
    """A device tells something that nobody told before; its words."""
    words = f"cháy nhà trong hẻm, khói đen, lời thứ {_spell(next(_numbers))}"

    async def tell() -> None:
        async with ReporterClient(Device(centre.base_url)) as client:
            assert isinstance(client, ReporterClient)
            await client.report(words, **({"lon_lat": middle(centre), "radius_m": 20.0} | told))

    centre.run(tell())
    return words


def _spell(number: int) -> str:
    """By letters, as many for every number: no such word is a part of another, or of an incident's number."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in (2, 1, 0))


def eventually(page: Page, claim: Callable[[], bool], within_s: float = 60.0) -> None:
    """Wait until something holds that no locator can be asked for; looked at again twenty times a second:
    every frame would cost the page, the driver and this process more than what is waited for."""
    deadline = time.monotonic() + within_s
    while not claim():
        assert time.monotonic() < deadline, "it did not come to hold"
        page.evaluate("() => new Promise((again) => setTimeout(again, 50))")


def fits(page: Page) -> bool:
    """Whether the page stands on its screen without scrolling either way, in its own letters."""
    page.evaluate("document.fonts.ready.then(() => undefined)")
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= innerWidth"
            " && document.documentElement.scrollHeight <= innerHeight"
        )
    )


def line(page: Page) -> Locator:
    """The command line."""
    return page.get_by_role("textbox", name="Dòng lệnh")


def release(page: Page, words: str, kind: str = "chay nha o") -> str:
    """Take a waiting report, say what it is by a few letters, release it; the incident's number."""
    page.locator(".queue-row", has_text=words).click()
    page.get_by_label("Việc gì").fill(kind)
    expect(page.get_by_role("listbox", name="Loại vụ việc").get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("region", name="Phần việc")).to_be_visible()
    return page.locator(".incident-head .title-line .num").first.inner_text()


_NOTE_WHAT_F8_SENDS = """() => addEventListener("keydown", () => {
    window.sentByF8 = document.querySelector(".button.accept .num:last-child")?.textContent ?? "";
}, { capture: true, once: true })"""


def press_accept(page: Page, press: Callable[[str], None] | None = None) -> list[str]:
    """F8 on the proposal in sight, and on what stands next where it changed in that moment; who was sent:
    whoever was named in the very moment of the key."""
    refused = page.locator(".refused")
    for _ in range(PATIENCE):
        expect(page.locator(".button.accept")).to_be_visible()
        page.evaluate(_NOTE_WHAT_F8_SENDS)
        (press or page.keyboard.press)("F8")
        signs = str(page.evaluate("window.sentByF8")).split(", ")
        named = re.compile(f"^({'|'.join(map(re.escape, signs))})$")
        lines = page.locator(".unit-line").filter(has=page.get_by_text(named))
        expect(lines.or_(refused).first).to_be_visible()
        if refused.count() == 0:
            return signs
        refused.get_by_role("button").click()
    raise AssertionError(f"the proposal changed {PATIENCE} times in the moment it was accepted")


def accept_proposal(page: Page, press: Callable[[str], None] | None = None) -> list[str]:
    """The same, of crews that stay with what they are sent to: each of them stands in the incident."""
    signs = press_accept(page, press)
    for sign in signs:
        expect(unit_line(page, sign)).to_be_visible()
    return signs


def unit_line(page: Page, call_sign: str) -> Locator:
    """A unit's line in the incident in hand, by its whole call sign: CC-1 is a part of CC-12."""
    return page.locator(".unit-line").filter(has=page.get_by_text(call_sign, exact=True))


def unit_block(page: Page, call_sign: str) -> Locator:
    """A unit's line with all that stands below it."""
    return page.locator(".unit-lines").filter(has=page.get_by_text(call_sign, exact=True))


def free_unit(centre: RunningCentre, prefix: str = "CC-") -> str:
    """Call sign of a unit that is free now."""
    units = list(centre.centre.picture.units.values())
    return next(u.call_sign for u in units if u.call_sign.startswith(prefix) and u.assignment_id is None)


def unit_of(centre: RunningCentre, call_sign: str) -> UnitClient:
    """The device of a unit, connected."""

    async def connect() -> UnitClient:
        account = await Account.sign_in(centre.base_url, call_sign.lower(), centre.password)
        client = UnitClient(account)
        await client.start()
        return client

    return centre.run(connect())


class Withheld:
    """Between centre and console: while it is closed, frames of one kind are kept back; the rest passes."""

    def __init__(self, page: Page, kind: str) -> None:
        self.closed = False
        self._kind = f'"{kind}"'
        self._held: list[str | bytes] = []
        self._routes: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/ws/console$"), self._pass_on)

    def let_through(self) -> None:
        """What was kept back comes now, in its order, and nothing is kept back any more."""
        self.closed = False
        for text in self._held:
            self._routes[-1].send(text)
        self._held.clear()

    def _pass_on(self, route: WebSocketRoute) -> None:
        self._routes.append(route)
        server = route.connect_to_server()
        route.on_message(server.send)
        server.on_message(self._take)

    def _take(self, text: str | bytes) -> None:
        if self.closed and self._kind in str(text)[:40]:
            self._held.append(text)
        else:
            self._routes[-1].send(text)


_OVERLAPS = """
(root) => {
  const speaks = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  const seen = (e) => {
    let { left, right, top, bottom } = e.getBoundingClientRect();
    for (let p = e; p !== root; p = p.parentElement) {
      if (getComputedStyle(p).overflowX === "visible") continue;
      const cut = p.getBoundingClientRect();
      left = Math.max(left, cut.left);
      right = Math.min(right, cut.right);
    }
    return { e, left, right, top, bottom };
  };
  const boxes = [...root.querySelectorAll("*")]
    .filter((e) => !e.closest(".sr-only") && (e.matches("button, a, kbd") || speaks(e)))
    .map(seen)
    .filter((p) => p.right - p.left > 1);
  return boxes.flatMap((p, i) => boxes.slice(i + 1)
    .filter((q) => !p.e.contains(q.e) && !q.e.contains(p.e)
      && Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
      && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1)
    .map((q) => `${p.e.textContent} over ${q.e.textContent}`));
}
"""


def list_overlaps(page: Page, selector: str) -> list[str]:
    """Pairs of words or buttons within an element that lie one over the other."""
    found: list[str] = page.locator(selector).evaluate(_OVERLAPS)
    return found
