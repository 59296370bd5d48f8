"""The page that plans tours, in a real browser, over the roads of the generated city."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import BY_A_PROCESS_MS, come_in, middle
from tests.browser.test_accessible import check_in_every_dress
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_supervisor")]


def test_a_planner_corrects_the_tables_by_line_and_gets_the_tours_as_lists_and_files(
    page: Page, centre: RunningCentre
) -> None:
    lon, lat = middle(centre)
    here, there = f"{lat:.5f}, {lon:.5f}", f"{lat + 0.004:.5f}, {lon + 0.004:.5f}"
    come_in(page, centre, "giamsat", "/tours")
    vehicles, jobs = page.get_by_label("Xe", exact=True), page.get_by_label("Việc", exact=True)
    vehicles.fill(f"xe;loại;nơi đi;từ giờ;đến giờ;ghế\nVC-1;ambulance;{here};06:00;14:00;1")
    told = f"việc;nơi;giờ;phút;đưa đến;ghế\nt1;{there};06:30-08:30;10;{here};1\nxa;{there};06:00-05:00"
    jobs.fill(told)
    page.get_by_label("Hạn tính").fill("1")
    page.get_by_role("button", name="Lập lộ trình").click()
    page.get_by_role("button", name="Dòng 3:").click()
    assert jobs.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)").startswith("xa;")
    jobs.fill(told.replace("06:00-05:00", "06:00-06:00;;;9"))
    expect(page.get_by_role("button", name="Dòng 3:")).to_be_visible()
    jobs.fill(told.replace("06:00-05:00", f"06:30-08:30;10;{here};9"))
    page.get_by_role("button", name="Lập lộ trình").click()
    plan = page.get_by_role("region", name="Kế hoạch")
    expect(plan.get_by_role("region", name="Việc không xếp được")).to_contain_text(
        "không xe nào đủ chỗ", timeout=BY_A_PROCESS_MS
    )
    rows = plan.get_by_role("region", name="VC-1").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text(re.compile(r"1\.1.*đón.*t1"))
    expect(rows.nth(2)).to_contain_text(re.compile(r"1\.2.*đưa đến.*t1"))
    with page.expect_download() as kept:
        plan.get_by_role("button", name="Bảng CSV").click()
    table = kept.value.path().read_text(encoding="utf-8-sig")
    assert there in table
    assert "không xe nào đủ chỗ" in table
    check_in_every_dress(page)
    page.reload()
    page.get_by_role("button", name="Change the tables, run again").click()
    expect(page.get_by_label("Jobs", exact=True)).to_have_value(re.compile("xa;"))
    page.get_by_role("button", name="Delete this plan").click()
    expect(page.get_by_text("Nothing has been planned yet.")).to_be_visible()


def test_the_tours_are_drawn_along_the_roads(drawing_page: Page, centre: RunningCentre) -> None:
    page = drawing_page
    lon, lat = middle(centre)
    here, there = f"{lat:.5f}, {lon:.5f}", f"{lat + 0.004:.5f}, {lon + 0.004:.5f}"
    come_in(page, centre, "giamsat", "/tours")
    page.get_by_label("Xe", exact=True).fill(
        f"xe;loại;nơi đi;từ giờ;đến giờ\nVC-1;ambulance;{here};06:00;14:00"
    )
    page.get_by_label("Việc", exact=True).fill(f"việc;nơi\np1;{there}")
    page.get_by_label("Hạn tính").fill("1")
    page.get_by_role("button", name="Lập lộ trình").click()
    pin = page.locator(".tours-pin.on-map")
    expect(pin).to_have_text("1.1", timeout=BY_A_PROCESS_MS)
    box, frame = pin.bounding_box(), page.locator(".tours-map").bounding_box()
    assert box is not None
    assert frame is not None
    assert frame["x"] <= box["x"] <= frame["x"] + frame["width"]
    assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]
