"""What goes by itself, at the desk that may stop it: seen counting, stopped by one key, gone at its time."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from dispatch.client.account import Account
from dispatch.client.console import ConsoleClient
from dispatch.domain.model.incident import Leg
from dispatch.domain.rules.automatic_limits import get_countdown
from tests.browser.desk import eventually, middle, release, report, sign_in, unit_line
from tests.browser.phones import dress, shoot
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre
from tests.clock import LeapingClock

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_automatic")]

TO_LOOK_AT_S, TO_GO_S = 300, 59

# No planner stands beside the centre here: its plans are by straight lines, and the policy takes them.
POLICY = f"""
[[114]]
types = ["house_fire"]
type_sure = "chosen"
countdown_s = {TO_LOOK_AT_S}
straight_line = true
shortfall = true

[[114]]
types = ["rooming_house_fire"]
type_sure = "chosen"
countdown_s = {TO_GO_S}
straight_line = true
shortfall = true
"""

THEMES = [("dark", "vi"), ("light", "en"), ("dark", "en"), ("light", "vi")]


@pytest.fixture(scope="module")
def clock() -> LeapingClock:
    """Time for the centre that goes ahead at a word, once its last seconds were seen."""
    return LeapingClock()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A policy that sends the fire brigade to houses."""
    policy = tmp_path_factory.mktemp("policy") / "automatic.toml"
    policy.write_text(POLICY, "utf-8")
    return {"AUTOMATIC_DISPATCH": str(policy)}


@pytest.fixture(scope="module")
def staffed(centre: RunningCentre) -> RunningCentre:
    """The centre, with somebody at the fire brigade's desk: otherwise nothing may go."""

    async def sit() -> None:
        account = await Account.sign_in(centre.base_url, "dieuphoi", centre.password)
        async with ConsoleClient(account) as console:
            assert isinstance(console, ConsoleClient)
            await console.send({"type": "seat.sign_on", "seat_id": "demo-dieuphoi", "desk_ids": ["114"]})

    centre.run(sit())
    return centre


def counting(page: Page, centre: RunningCentre, kind: str, away: float) -> tuple[Locator, str]:
    """A fire whose place was read back, so many degrees from the city's middle: its bar, and its number."""
    sign_in(page, centre)
    lon, lat = middle(centre)
    number = release(page, report(centre, lon_lat=(lon + away, lat)), kind)
    page.keyboard.press("F4")
    bar = page.locator(".automatic")
    expect(bar).to_be_visible()
    return bar, number


def leg_of(centre: RunningCentre, number: str) -> Leg:
    """The fire brigade's part of an incident."""
    picture = centre.centre.picture
    incident = next(i for i in list(picture.incidents.values()) if i.number == number)
    return next(leg for leg in map(picture.legs.__getitem__, incident.leg_ids) if leg.agency_id == "114")


def named(centre: RunningCentre, number: str) -> str:
    """Who goes when the countdown is over, as its bar names them."""
    countdown = get_countdown(leg_of(centre, number))
    units = centre.centre.picture.units
    return ", ".join(units[unit_id].call_sign for unit_id in countdown.unit_ids) if countdown else "?"


def test_a_countdown_names_its_units_and_its_moment_and_one_key_stops_it_for_good(
    page: Page, staffed: RunningCentre
) -> None:
    centre = staffed
    bar, number = counting(page, centre, "chay nha o", 0.0)
    # Another plan on the way is another countdown, on the page a moment later.
    eventually(page, lambda: f"{named(centre, number)} tự đi" in bar.inner_text())
    expect(bar).to_contain_text(re.compile(r"[45]:\d\d"))
    row = page.locator(".queue-row", has_text=number[-4:])
    expect(row).to_contain_text(re.compile(r"[45]:\d\d"))
    for theme, language in THEMES:
        dress(page, page.get_by_role("banner"), theme, language)
        assert violations(page) == [], (theme, language)
        assert bar.evaluate("bar => bar.scrollWidth <= bar.clientWidth"), (theme, language)
        shoot(page, f"console-automatic-{theme}-{language}")
    page.keyboard.press("F1")
    expect(bar).to_have_count(0)
    expect(page.get_by_role("region", name="Phần việc")).to_contain_text("dừng tự điều: bấm dừng")
    stopped = get_countdown(leg_of(centre, number))
    assert stopped is not None
    assert (stopped.state, stopped.why, stopped.by) == ("stopped", "hand", "demo-dieuphoi")
    assert leg_of(centre, number).assignment_ids == []


def test_what_nobody_stops_goes_when_its_time_is_over_with_the_units_that_were_shown(
    page: Page, staffed: RunningCentre, clock: LeapingClock
) -> None:
    centre = staffed
    # A second fire nearby could be the first one told again, which only a person can tell.
    bar, number = counting(page, centre, "chay nha tro", 0.02)
    expect(bar).to_contain_text(re.compile(r"\b0:[0-5]\d"))
    parts = page.get_by_role("region", name="Phần việc")
    gone = parts.get_by_text("trung tâm tự điều, không ai dừng")

    def has_gone() -> bool:
        """Its time passes at once. Another plan on the way would be another countdown with all its time."""
        countdown = get_countdown(leg_of(centre, number))
        if countdown is not None and countdown.state == "armed":
            centre.run(clock.leap(max(0.0, (countdown.fires_at - clock.now()).total_seconds())))
        return gone.count() > 0

    eventually(page, has_gone, 240)
    expect(bar).to_have_count(0)
    leg = leg_of(centre, number)
    sent = get_countdown(leg)
    assert sent is not None
    assert (sent.state, sent.countdown_s) == ("sent", TO_GO_S)
    picture = centre.centre.picture
    made = [picture.assignments[one] for one in leg.assignment_ids]
    assert {one.unit_id for one in made} == set(sent.unit_ids)
    assert all(one.automatic for one in made)
    for unit_id in sent.unit_ids:
        expect(unit_line(page, picture.units[unit_id].call_sign)).to_be_visible()
    assert violations(page) == []
    shoot(page, "console-automatic-gone")
