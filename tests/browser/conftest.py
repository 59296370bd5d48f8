"""A real centre on the generated city, a real Chromium, and nothing between them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from dispatch.core.clock import Clock, SystemClock
from dispatch.host.cluster import PrivateCluster, drop_database
from dispatch.host.web import build_web
from dispatch.settings import PROJECT
from tests.browser.chromium import PATIENCE_MS, find_chromium
from tests.browser.world import RunningCentre

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

expect.set_options(timeout=PATIENCE_MS / 2)

CHROMIUM = find_chromium()
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
]
DRAWING = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
# Where nothing is drawn in three dimensions, a graphics card played by the processor only costs time.
FLAT = ["--disable-gpu", "--disable-3d-apis"]


@pytest.fixture(scope="session")
def web_pages() -> None:
    """The console as it is built for use."""
    build_web(PROJECT / "frontend")


# Not for the session: the driver's event loop runs as long as it lives, and tests that are coroutines need
# the thread to themselves.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The driver of every browser here."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium without a drawn map: in software it would cost a core, and few tests look at it."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *FLAT])
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def drawing_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with software GL, for the map itself and for pictures."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *DRAWING])
    yield chromium
    chromium.close()


@pytest.fixture
def blind_page(playwright: Playwright) -> Iterator[Page]:
    """A page on a machine that cannot draw in three dimensions."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *FLAT])
    page = chromium.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page.set_default_timeout(PATIENCE_MS)
    yield page
    chromium.close()


@pytest.fixture(scope="module")
def clock() -> Clock:
    """What a file's centre takes the time from; a file that would wait for hours brings its own."""
    return SystemClock()


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """What a file's centre is told besides, as names and values of the environment."""
    return {}


@pytest.fixture(scope="module")
def centre(
    cluster: PrivateCluster,
    generated_city: "BuiltCity",
    make_database: Callable[[str | None], str],
    web_pages: None,
    tmp_path_factory: pytest.TempPathFactory,
    clock: Clock,
    settings: dict[str, str],
) -> Iterator[RunningCentre]:
    """A centre with its demo fleet and accounts, shared by a file's tests; each brings its own report."""
    dsn = make_database(generated_city.template)
    own_dir = tmp_path_factory.mktemp("centre")
    running = RunningCentre(dsn, generated_city.data_dir, own_dir, clock=clock, **settings)
    yield running
    running.stop()
    drop_database(cluster.dsn("postgres"), psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


@pytest.fixture
def drawing_page(drawing_browser: Browser) -> Iterator[Page]:
    """A page of its own that draws the map, on the smaller screen: the processor draws every point of it."""
    context = drawing_browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own, in Vietnamese, at the size of a dispatcher's screen."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()
