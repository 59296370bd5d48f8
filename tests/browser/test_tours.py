"""The pages that plan tours and look after learnt addresses, in a real browser, over the generated city."""

import re
from datetime import UTC, datetime

import asyncpg
import pytest
from playwright.sync_api import Page, expect

from dispatch.domain.model.values import PlaceCandidate
from gis.geometry import LonLat
from gis.learning import Learner, Lesson
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


async def teach(dsn: str, number: str) -> tuple[str, LonLat]:
    """The street, of a name of its own, on which a crew now taught where the number is."""
    connection = await asyncpg.connect(dsn)
    row = await connection.fetchrow(
        "SELECT s.name, ST_X(s.center) + 0.0002 AS lon, ST_Y(s.center) AS lat FROM gis.streets s "
        "JOIN gis.street_names n ON n.street_id = s.id WHERE NOT s.alley AND s.name !~ '[0-9]' "
        "AND (SELECT count(*) FROM gis.street_names o WHERE o.key = n.key) = 1 "
        "AND ST_Within(s.center, (SELECT ST_Union(geom) FROM gis.wards)) ORDER BY s.length_m DESC LIMIT 1"
    )
    place = LonLat(row["lon"], row["lat"])
    lesson = Lesson(f"{number} {row['name']}", place, "arrival", 0.8, "7")
    assert await Learner(connection).learn(lesson, datetime.now(UTC))
    await connection.close()
    return row["name"], place


async def find(centre: RunningCentre, address: str) -> PlaceCandidate:
    """What the next question finds."""
    return (await centre.centre.deps.geocode(address, None))[0]


def test_an_administrator_puts_a_learnt_address_right_forgets_it_and_learns_it_again(
    page: Page, centre: RunningCentre
) -> None:
    street, place = centre.run(teach(centre.dsn, "45/12"))
    address = f"45/12 {street}"
    come_in(page, centre, "quantri", "/places")
    page.get_by_label("Tìm địa chỉ").fill(f"12 hẻm 45 {street}")
    page.keyboard.press("Enter")
    row = page.get_by_role("button", name=address)
    row.press("Enter")
    page.get_by_role("button", name="Sửa vị trí").press("Enter")
    told = page.get_by_label("Vĩ độ, kinh độ")
    told.fill("12 Lê Lợi")
    expect(page.get_by_text("Chưa đọc được vị trí")).to_be_visible()
    told.fill(f"{place.lat:.6f}, {place.lon + 0.0003:.6f}")
    page.get_by_label("Vì sao biết").fill("đứng trước cửa")
    check_in_every_dress(page)
    page.get_by_role("button", name="Save the position").press("Enter")
    expect(page.get_by_text(f"{address}: put there")).to_be_visible()
    found = centre.run(find(centre, address))
    assert (found.level, found.lon_lat and round(found.lon_lat.lon - place.lon, 6)) == ("door", 0.0003)

    row.press("Enter")
    page.get_by_role("button", name="Forget…").press("Enter")
    page.get_by_label("Why it is wrong").fill("gone")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{address} is forgotten.")).to_be_visible()
    assert centre.run(find(centre, address)).level != "door"
    page.get_by_role("button", name="Learn it again").press("Enter")
    expect(row).to_contain_text(street)
    assert centre.run(find(centre, address)).level == "door"
    page.get_by_role("button", name="Replaced, turned away").press("Enter")
    expect(page.get_by_role("row", name="Forgotten")).to_be_visible()
    page.get_by_role("row", name="Corrected").get_by_role("button").press("Enter")
    expect(page.get_by_text("“đứng trước cửa”")).to_be_visible()
    check_in_every_dress(page)
    with page.expect_download() as kept:
        page.get_by_role("button", name=re.compile("Export CSV|Xuất CSV")).click()
    assert f"45/12,{street}," in kept.value.path().read_text(encoding="utf-8")
