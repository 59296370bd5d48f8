"""The dispatcher's screen when something fails: a silent socket, a restarted server, a wrong clock."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from dispatch.host.cluster import PrivateCluster, drop_database
from tests.browser.desk import free_unit, line, release, report, sign_in, unit_line
from tests.browser.world import RunningCentre

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_dispatcher_faults")]

FIVE_MINUTES_AHEAD = """
{
  const True = Date;
  const ahead = 300_000;
  window.Date = class extends True {
    constructor(...given) { given.length === 0 ? super(True.now() + ahead) : super(...given); }
    static now() { return True.now() + ahead; }
  };
}
"""


class Restartable:
    """A centre that may end and come back on its port, with its database and keys."""

    def __init__(self, dsn: str, data_dir: Path, own_dir: Path) -> None:
        self._made = (dsn, data_dir, own_dir)
        self.running = RunningCentre(*self._made)
        self._port = int(self.running.base_url.rpartition(":")[2])

    def come_back(self) -> None:
        self.running = RunningCentre(*self._made, port=self._port)


@pytest.fixture
def restartable(
    cluster: PrivateCluster,
    generated_city: "BuiltCity",
    make_database: Callable[[str | None], str],
    web_pages: None,
    tmp_path: Path,
) -> Iterator[Restartable]:
    dsn = make_database(generated_city.template)
    centre = Restartable(dsn, generated_city.data_dir, tmp_path)
    yield centre
    centre.running.stop()
    drop_database(cluster.dsn("postgres"), str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]))


def test_a_silent_socket_is_noticed_told_with_a_counter_and_healed_by_itself(
    page: Page, centre: RunningCentre
) -> None:
    silent = False

    def pass_on(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(lambda text: None if silent else server.send(text))
        server.on_message(lambda text: None if silent else route.send(text))

    page.route_web_socket(re.compile("/ws/console$"), pass_on)
    sign_in(page, centre)
    number = release(page, report(centre))
    silent = True
    strip = page.locator(".link-strip")
    expect(strip).to_contain_text("MẤT KẾT NỐI", timeout=60_000)
    expect(strip).to_contain_text(re.compile(r"\d+:\d\d"))
    expect(strip).to_contain_text("dữ liệu đến")
    expect(page.locator(".incident-head")).to_contain_text(number)
    silent = False
    expect(strip).to_have_count(0, timeout=60_000)


def test_a_restarted_server_is_found_again_and_what_was_given_meanwhile_is_done_once(
    page: Page, restartable: Restartable
) -> None:
    sign_in(page, restartable.running)
    number = release(page, report(restartable.running))
    restartable.running.stop()
    expect(page.locator(".link-strip")).to_contain_text("MẤT KẾT NỐI", timeout=60_000)
    page.get_by_label(f"Ghi chú vào vụ {number}").fill("ghi lúc mất máy chủ")
    page.keyboard.press("Enter")
    expect(page.locator(".link-strip")).to_contain_text("(1)")
    restartable.come_back()
    expect(page.locator(".link-strip")).to_have_count(0, timeout=120_000)
    expect(page.locator(".timeline").get_by_text("ghi lúc mất máy chủ")).to_have_count(1)
    call_sign = free_unit(restartable.running)
    line(page).fill(f"D {call_sign}")
    page.keyboard.press("Enter")
    expect(unit_line(page, call_sign)).to_be_visible()


def test_a_screen_whose_clock_is_five_minutes_ahead_shows_the_centres_time(
    page: Page, centre: RunningCentre
) -> None:
    page.add_init_script(FIVE_MINUTES_AHEAD)
    sign_in(page, centre)
    words = report(centre)
    row = page.locator(".queue-row", has_text=words)
    expect(row).to_be_visible()
    # A report of this moment is seconds old, whatever the machine's own clock says.
    expect(row.locator(".end")).to_contain_text(re.compile(r"^0:\d\d$"))
    release(page, words)
    call_sign = free_unit(centre)
    line(page).fill(f"D {call_sign}")
    page.keyboard.press("Enter")
    expect(page.locator(".undo")).to_contain_text(re.compile(r"\b0:[0-3]\d"))
    page.keyboard.press("Control+z")
    expect(unit_line(page, call_sign)).to_have_count(0)
