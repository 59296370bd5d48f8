"""Every screen of the console passes axe's rules of WCAG 2.2 AA, in both themes and both languages."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dispatch.settings import PROJECT
from tests.browser.desk import release, report, sign_in
from tests.browser.phones import dress
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_accessible")]

AXE = (PROJECT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong comes out of the page: to describe and carry over all that is right takes seconds.
# Colours on their way from one look to the other are nobody's to read.
RUN = """async ([rules, within]) => {
  const ends = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime < Infinity);
  const drawn = Promise.allSettled([document.fonts.ready, ...ends.map((each) => each.finished)]);
  await Promise.race([drawn, new Promise((late) => setTimeout(late, 3000))]);
  const found = await axe.run(within, { runOnly: rules, resultTypes: ["violations"] });
  return found.violations;
}"""


def violations(page: Page, within: str = "html") -> list[str]:
    """What axe finds wrong in the page or a part of it, one line each, and still finds when it looks again:
    a live page may be drawn anew while it looks."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    return _find(page, within) and _find(page, within)


def _find(page: Page, within: str) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(RUN, [RULES, within])
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]


def test_the_sign_in_page_has_no_violation(page: Page, centre: RunningCentre) -> None:
    page.goto(centre.base_url)
    expect(page.get_by_label("Tên đăng nhập")).to_be_visible()
    assert violations(page) == []


def check_in_every_dress(page: Page) -> None:
    """What stands there, in both themes and both languages."""
    for theme, language in (("dark", "vi"), ("light", "vi"), ("light", "en"), ("dark", "en")):
        dress(page, page.get_by_role("banner"), theme, language)
        assert violations(page) == [], (theme, language)


def test_the_console_has_no_violation_in_any_theme_or_language(page: Page, centre: RunningCentre) -> None:
    sign_in(page, centre)
    waiting = report(centre)
    release(page, report(centre))
    expect(page.get_by_role("button", name=re.compile(r"Nhận v\d+"))).to_be_visible()
    check_in_every_dress(page)
    page.locator(".queue-row", has_text=waiting).click()
    expect(page.locator(".form")).to_be_visible()
    check_in_every_dress(page)
    page.keyboard.press("Escape")
    page.keyboard.type("N")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name=re.compile("Tin báo mới|New report"))).to_be_visible()
    check_in_every_dress(page)
