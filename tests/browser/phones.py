"""What a crew does with its phone and a duty officer with the station's screen."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from dispatch.domain.model.assignment import Assignment
from dispatch.settings import PROJECT
from tests.browser.chromium import PATIENCE_MS
from tests.browser.desk import come_in, line, middle, release, report, unit_line
from tests.browser.world import RunningCentre

SCREENSHOTS = PROJECT / "var" / "screenshots"


def shoot(page: Page, name: str) -> None:
    """A picture of the page as it stands."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def dress(page: Page, buttons: Page | Locator, theme: str, language: str) -> None:
    """Wear a theme and speak a language, by the buttons there."""
    root = page.locator("html")
    if root.get_attribute("data-theme") != theme:
        buttons.get_by_role("button", name=re.compile("Nền (sáng|tối)|Light|Dark")).click()
    expect(root).to_have_attribute("data-theme", theme)
    if root.get_attribute("lang") != language:
        buttons.get_by_role("button", name=re.compile("English|Tiếng Việt")).click()
    expect(root).to_have_attribute("lang", language)


def open_page(
    browser: Browser,
    centre: RunningCentre,
    path: str,
    login: str,
    *,
    width: int = 390,
    height: int = 844,
    scale: int = 2,
    **more: object,
) -> Page:
    """Sign in at a page that has its own link, on a device that knows where it is."""
    lon, lat = middle(centre)
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        locale="vi-VN",
        permissions=["geolocation"],
        geolocation={"longitude": lon + 0.004, "latitude": lat + 0.003, "accuracy": 8},
        **more,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    come_in(page, centre, login, path)
    return page


def open_phone(browser: Browser, centre: RunningCentre, call_sign: str) -> Page:
    """The crew's page of a unit, linked."""
    page = open_page(browser, centre, "/field", call_sign.lower())
    expect(page.locator(".f-now")).to_be_visible()
    return page


def keep_shell(page: Page) -> None:
    """Wait until the page's worker has kept what opens it in a dead spot."""
    page.evaluate(
        """() => new Promise((done) => navigator.serviceWorker.controller !== null ? done()
        : navigator.serviceWorker.addEventListener("controllerchange", () => done(), { once: true }))"""
    )


def send(page: Page, centre: RunningCentre, call_sign: str) -> str:
    """At the desk: a new incident, and this unit to it; the incident's number."""
    number = release(page, report(centre))
    dispatch(page, number, call_sign)
    return number


def dispatch(page: Page, number: str, call_sign: str) -> None:
    """At the desk: this unit to an incident, by the command line."""
    line(page).fill(f"D {number[-4:]} {call_sign}")
    page.keyboard.press("Enter")
    expect(unit_line(page, call_sign)).to_be_visible()


def find_assignment(centre: RunningCentre, call_sign: str, number: str) -> Assignment:
    """The assignment of a unit on an incident."""
    picture = centre.centre.picture
    unit_id = picture.units_by_call_sign[call_sign]
    return next(
        a
        for a in list(picture.assignments.values())
        if a.unit_id == unit_id and picture.incidents[a.incident_id].number == number
    )


def press(page: Page, name: str) -> None:
    """One touch of the button whose name begins so: others may have the words in the middle of theirs."""
    page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).click()


def station_of(centre: RunningCentre, call_sign: str) -> str:
    """Login of the station to which a unit belongs."""
    picture = centre.centre.picture
    return picture.units[picture.units_by_call_sign[call_sign]].station_id.lower()
