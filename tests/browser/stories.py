"""What the stories of a shift share: places of the city, rows taken by key, the replay at the end."""

from datetime import UTC, datetime
from typing import Any

import psycopg
from playwright.sync_api import Browser, Page, expect

from dispatch.client.account import Account
from dispatch.client.unit import UnitClient
from tests.browser.chromium import PATIENCE_MS
from tests.browser.desk import sign_in
from tests.browser.evening import go_to, milliseconds, settled
from tests.browser.phones import find_assignment
from tests.browser.world import RunningCentre

_BRIDGE = """
    SELECT name, ST_X(center), ST_Y(center) FROM gis.streets
    WHERE name LIKE 'Cầu %' ORDER BY name LIMIT 1
"""
_DOOR_OF_ALLEY = """
    SELECT n.path || ' ' || s.name FROM gis.house_numbers n JOIN gis.streets s ON s.id = n.street_id
    WHERE n.path ~ '^[0-9]+/[0-9]+/[0-9]+$' ORDER BY n.id LIMIT 1
"""
_NEIGHBOURS = """
    SELECT a.path || ' ' || s.name, b.path || ' ' || s.name
    FROM gis.house_numbers a JOIN gis.streets s ON s.id = a.street_id
    JOIN gis.house_numbers b ON b.street_id = a.street_id AND b.path ~ '^[0-9]+$'
    WHERE a.path ~ '^[0-9]+$' AND NOT s.alley AND ST_DistanceSphere(a.geom, b.geom) BETWEEN 60 AND 200
    ORDER BY (SELECT count(*) FROM gis.house_numbers m WHERE m.street_id = a.street_id) DESC, a.id, b.id
    LIMIT 1
"""


def _ask(centre: RunningCentre, query: str) -> tuple[Any, ...]:
    with psycopg.connect(centre.dsn) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row


def find_bridge(centre: RunningCentre) -> tuple[str, tuple[float, float]]:
    """A bridge of the city and its middle."""
    name, lon, lat = _ask(centre, _BRIDGE)
    return name, (lon, lat)


def find_door_of_alley(centre: RunningCentre) -> str:
    """An address in an alley of an alley."""
    return str(_ask(centre, _DOOR_OF_ALLEY)[0])


def find_neighbours(centre: RunningCentre) -> tuple[str, str]:
    """Two doors of one street, far enough apart to matter and near enough to be one fire."""
    here, there = _ask(centre, _NEIGHBOURS)
    return str(here), str(there)


def open_desk(browser: Browser, centre: RunningCentre, login: str = "dieuphoi") -> Page:
    """Another person's console, on a machine of its own."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sign_in(page, centre, login)
    return page


def take(page: Page, words: str) -> None:
    """Take what waits in the queue under these words, by key."""
    page.locator(".queue-row", has_text=words).press("Enter")


def choose_type(page: Page, letters: str, chosen: str) -> None:
    """A few letters without marks, until the type wanted stands first; Enter takes it."""
    page.get_by_label("Việc gì").press_sequentially(letters)
    first = page.get_by_role("listbox", name="Loại vụ việc").get_by_role("option").first
    expect(first).to_contain_text(chosen)
    page.keyboard.press("Enter")


def release(page: Page) -> str:
    """Ctrl+Enter; the new incident's number."""
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("region", name="Phần việc")).to_be_visible()
    return number_shown(page)


def number_shown(page: Page) -> str:
    """Number of the incident in hand."""
    return page.locator(".incident-head .title-line .num").first.inner_text()


def command(page: Page, text: str) -> None:
    """F2, the line, a look at what was understood, Enter, and wait until it is done."""
    page.keyboard.press("F2")
    page.keyboard.type(text)
    expect(page.locator("#echo")).to_contain_text("Hiểu là")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Dòng lệnh")).to_have_value("")


def device_of(centre: RunningCentre, call_sign: str) -> UnitClient:
    """The connected device of a crew; it acknowledges receipt by itself."""

    async def connect() -> UnitClient:
        client = UnitClient(await Account.sign_in(centre.base_url, call_sign.lower(), centre.password))
        await client.start()
        return client

    return centre.run(connect())


def tell(centre: RunningCentre, unit: UnitClient, call_sign: str, number: str, *phases: str) -> None:
    """The crew reports, one status after the other."""
    assignment_id = find_assignment(centre, call_sign, number).id
    for phase in phases:
        if phase == "accept":
            centre.run(unit.accept(assignment_id))
        else:
            centre.run(unit.report_phase(assignment_id, phase))


def finish(centre: RunningCentre, unit: UnitClient, call_sign: str, number: str, outcome: str) -> None:
    """The crew is free again, with what came of it."""
    assignment_id = find_assignment(centre, call_sign, number).id
    centre.run(unit.report_phase(assignment_id, "on_road", outcome))
    centre.run(unit.stop())


def now_there() -> datetime:
    """This instant, as precise as a typed time, to come back to in the replay."""
    return milliseconds(datetime.now(UTC))


def open_replay(page: Page) -> Page:
    """From the incident in hand to its replay, by key; the new window."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Phát lại").press("Enter")
    settled(opened.value)
    return opened.value


def shown_then(replay: Page, at: datetime, number: str) -> dict[str, str]:
    """Call sign → status of the units that were on an incident at an instant."""
    go_to(replay, at)
    expect(replay.locator(".replay-unit").first).to_be_visible()
    rows = replay.locator(".replay-unit").filter(has_text=number[-4:])
    cells = [row.locator("> *").all_inner_texts() for row in rows.all()]
    return {texts[1].strip(): texts[2].strip() for texts in cells}


def close_part(page: Page, outcome: str) -> None:
    """The only part left of the incident in hand is done, with what came of it."""
    page.get_by_label("Kết thúc phần việc").select_option(label=outcome)
    expect(page.locator(".incident-head")).to_contain_text("đã đóng")
