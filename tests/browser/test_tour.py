"""The guided tour of the README, walked in a browser through a centre that lives; its pictures if asked for.

`make pictures` (TOUR_PICTURES=1) writes them to docs/tour; otherwise they go to var/screenshots/tour.
"""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Error, Page, expect

from dispatch.host.cluster import PrivateCluster, drop_database
from dispatch.settings import PROJECT
from tests.browser.chromium import PATIENCE_MS
from tests.browser.desk import press_accept, release
from tests.ports import find_free_port
from tests.story.world import end, start_planner, start_server

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_tour")]

ASKED = bool(os.environ.get("TOUR_PICTURES"))
PICTURES = PROJECT / "docs" / "tour" if ASKED else PROJECT / "var" / "screenshots" / "tour"
LARGEST = 150_000
SOON_MS = 150_000
ROWS_TRIED = 6
LIVES_WITHIN_S = 30.0
COLLEAGUE = "demo-dongnghiep"
TOOK = """
SELECT extract(epoch FROM min(recorded_at) FILTER (WHERE type = %(what)s) - min(recorded_at) FILTER (
    WHERE type = 'seat.signed_on' AND convert_from(bytes, 'UTF8')::json ->> 'actor' LIKE %(people)s))
FROM events
"""
WORDS = "cháy bếp ở quán cơm, khói nhiều, còn một người ở gác"

TO_WEBP = """
async ([png, quality]) => {
  const blob = await (await fetch("data:image/png;base64," + png)).blob();
  const picture = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  const webp = await canvas.convertToBlob({ type: "image/webp", quality });
  const bytes = new Uint8Array(await webp.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}
"""


@dataclass(frozen=True)
class LivingCentre:
    """A centre with its people, as `make run` gives it to a newcomer."""

    base_url: str
    cookie: str
    dsn: str


@pytest.fixture(scope="module")
def living(
    cluster: PrivateCluster,
    generated_city: "BuiltCity",
    make_database: Callable[[str | None], str],
    web_pages: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LivingCentre]:
    """Planner, server and the demonstration as processes of their own, on the generated city."""
    dsn, folder, port = (
        make_database(generated_city.template),
        tmp_path_factory.mktemp("tour"),
        find_free_port(),
    )
    environment = {
        **os.environ,
        "DATABASE_URL": dsn,
        "DATA_DIR": str(generated_city.data_dir),
        "KEYS_DIR": str(folder / "keys"),
        "ANCHORS_FILE": str(folder / "anchors.log"),
        "PLANNER_SOCKET": str(folder / "planner.sock"),
        "SERVER_PORT": str(port),
        "INSTANCE_MODE": "demo",
        "PLANNER_DEADLINE_MS": "10000",
        "DEMO_TRAFFIC": "240",
    }
    base_url = f"http://127.0.0.1:{port}"
    processes = [start_planner(environment, generated_city.pack.folder), start_server(environment)]
    try:
        _wait_until_it_answers(base_url, processes[1])
        password = (folder / "keys" / "demo-password").read_text().strip()
        # The newcomer is in before the people come, who all sign in at once.
        signed_in = httpx.post(
            f"{base_url}/api/sign-in", json={"login": "dieuphoi", "password": password}, timeout=60
        )
        people = [sys.executable, "-m", "dispatch", "demo"]
        processes.append(subprocess.Popen(people, cwd=PROJECT, env=environment))
        yield LivingCentre(base_url, signed_in.cookies["centre_session"], dsn)
    finally:
        for process in reversed(processes):
            end(process)
        drop_database(cluster.dsn("postgres"), str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]))


@pytest.fixture
def desk(drawing_browser: Browser, living: LivingCentre) -> Iterator[Page]:
    """A newcomer's screen, signed in."""
    context = drawing_browser.new_context(viewport={"width": 1600, "height": 900}, locale="vi-VN")
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "centre_session", "value": living.cookie, "url": living.base_url}])
    page = context.new_page()
    page.goto(living.base_url)
    expect(page.locator(".unit-row").first).to_be_attached(timeout=SOON_MS)
    yield page
    context.close()


def test_one_the_console_lives_within_half_a_minute(desk: Page, living: LivingCentre) -> None:
    rows = desk.locator(".queue-row")
    rolling = desk.locator(".unit-row", has_text="Đang đến")
    expect(rows.nth(2)).to_be_visible(timeout=SOON_MS)
    desk.get_by_role("button", name="đang làm", exact=True).click()
    expect(rolling.first).to_be_attached(timeout=SOON_MS)
    expect(desk.locator(".board .panel-head .button")).to_be_in_viewport(ratio=1)
    expect(desk.get_by_text("Thành phố giả lập").first).to_be_visible()
    expect(desk.get_by_text("DEMO", exact=True)).to_be_visible()
    # On the log's clock: how long this machine takes to begin a process or to show a page is not in it.
    with psycopg.connect(living.dsn) as connection:
        for what in ("call.rang", "assignment.made", "assignment.phase_reported"):
            found = connection.execute(TOOK, {"what": what, "people": f"{COLLEAGUE}%"}).fetchone()
            assert found is not None
            assert found[0] < LIVES_WITHIN_S, what


def test_two_an_incident_says_who_goes(desk: Page, browser: Browser) -> None:
    open_one_with_a_crew(desk)
    expect(desk.locator(".timeline")).to_be_visible()
    keep_picture(desk, browser, "2-incident")


def open_one_with_a_crew(desk: Page) -> None:
    """Any incident of the list to which somebody was sent. The list moves on while it is read, so that a row
    is taken by its number; one may be over by then, and another may have nobody who is free."""
    sent = desk.locator(".queue-row", has=desk.locator(".leg-mark"), has_text="Cháy nhà" if ASKED else None)
    expect(sent.first).to_be_visible(timeout=SOON_MS)
    for attempt in range(ROWS_TRIED):
        with suppress(AssertionError, Error):
            row = sent.nth(attempt % max(1, sent.count()))
            number = row.locator(".queue-main .num").inner_text(timeout=SOON_MS / ROWS_TRIED)
            one = desk.locator(".queue-row", has=desk.get_by_text(number, exact=True))
            one.click(timeout=SOON_MS / ROWS_TRIED)
            expect(desk.get_by_role("region", name="Phần việc")).to_be_visible()
            expect(desk.locator(".unit-line").first).to_be_visible(timeout=SOON_MS / ROWS_TRIED)
            return
    raise AssertionError("nobody is sent to any incident in sight")


def test_three_and_four_what_a_visitor_tells_is_the_visitors_to_work(
    desk: Page, browser: Browser, living: LivingCentre
) -> None:
    # The first picture is taken here, when a little more has happened.
    expect(desk.locator(".queue-row").nth(3)).to_be_attached(timeout=SOON_MS)
    keep_picture(desk, browser, "1-console")
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN").new_page()
    phone.goto(f"{living.base_url}/bao-tin")
    phone.locator("#what").fill(WORDS)
    phone.locator("#where").fill(_find_address(living))
    phone.locator("#phone").fill("0900 000 099")
    keep_picture(phone, browser, "3-public")
    phone.locator("button[type=submit]").click()
    expect(phone.get_by_role("heading")).to_contain_text("đã nhận tin báo")
    phone.context.close()
    release(desk, WORDS)
    expect(desk.get_by_role("button", name=re.compile("Nhận v"))).to_be_visible(timeout=SOON_MS)
    press_accept(desk)
    # One crew may say no and one may have nothing but its radio: that one of them has read it is enough.
    read = desk.locator(".unit-line").get_by_role("img", name=re.compile("đã đọc: rồi"))
    expect(read.first).to_be_visible(timeout=SOON_MS)
    keep_picture(desk, browser, "4-yours")


def test_five_every_page_of_the_tour_is_there(living: LivingCentre) -> None:
    tour = (PROJECT / "README.md").read_text(encoding="utf-8").partition("## A tour")[2].partition("\n## ")[0]
    pages = set(re.findall(r"`(/[a-z-]*)`", tour))
    assert {"/bao-tin", "/replay"} <= pages
    for path in sorted(pages):
        assert httpx.get(living.base_url + path).status_code == 200, path
    for picture in re.findall(r"\((docs/tour/[^)]+)\)", tour):
        assert 0 < (PROJECT / picture).stat().st_size <= LARGEST, picture


def keep_picture(page: Page, browser: Browser, name: str) -> None:
    """A picture of the page as it stands, its clock masked, small enough for a README."""
    page.wait_for_load_state("networkidle")
    clock = page.locator("header .clock")
    png = page.screenshot(mask=[clock], mask_color="#1a2027", animations="disabled")
    blank = browser.new_context().new_page()
    for quality in (0.85, 0.7, 0.55, 0.4):
        encoded = blank.evaluate(TO_WEBP, [base64.b64encode(png).decode(), quality])
        webp = base64.b64decode(encoded)
        if len(webp) <= LARGEST:
            break
    blank.context.close()
    assert len(webp) <= LARGEST
    PICTURES.mkdir(parents=True, exist_ok=True)
    Path(PICTURES / f"{name}.webp").write_bytes(webp)


def _find_address(living: LivingCentre) -> str:
    """An address that this city has."""
    cookies = {"centre_session": living.cookie}
    with httpx.Client(base_url=living.base_url, timeout=60, cookies=cookies) as http:
        http.headers["x-csrf-token"] = http.get("/api/me").json()["csrf"]
        for street in ("Nguyễn Trãi", "Lê Lợi", "Hùng Vương", "Trần Hưng Đạo"):
            found = http.post("/api/geocode", json={"text": f"120 {street}"}).json()["candidates"]
            if found:
                return str(found[0]["label"])
    raise AssertionError("none of the streets is in the city")


def _wait_until_it_answers(base_url: str, server: subprocess.Popen[bytes]) -> None:
    while True:
        assert server.poll() is None, "the server ended before it answered"
        try:
            if httpx.get(f"{base_url}/api/city").status_code == 200:
                return
        except httpx.TransportError:
            _wait_a_moment(server)


def _wait_a_moment(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(0.1)
    except subprocess.TimeoutExpired:
        return
