"""Streets slowed and opened again by hand on the map, and what a dispatcher sees of it at once."""

import math
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dispatch.host.cluster import PrivateCluster, drop_database
from dispatch.settings import PROJECT
from gis.geometry import LonLat, haversine_m
from tests.browser.desk import eventually, free_unit, line, release, report, sign_in
from tests.browser.phones import open_phone, send, shoot
from tests.browser.test_accessible import violations
from tests.browser.world import RunningCentre
from tests.story.world import end, start_planner

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_roads")]

SCREENSHOTS = PROJECT / "var" / "screenshots"
CORNERS = ((-0.4, -0.35), (0.4, -0.35), (0.4, 0.35), (-0.4, 0.35))
"""Of the area drawn, as shares of the map from its middle."""


@pytest.fixture(scope="module")
def centre(
    cluster: PrivateCluster,
    generated_city: "BuiltCity",
    make_database: Callable[[str | None], str],
    web_pages: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningCentre]:
    """A centre with a planner beside it."""
    dsn = make_database(generated_city.template)
    folder = tmp_path_factory.mktemp("roads")
    socket = folder / "planner.sock"
    planner = start_planner({"PLANNER_SOCKET": str(socket)}, generated_city.pack.folder)
    running = RunningCentre(dsn, generated_city.data_dir, folder, socket, PLANNER_DEADLINE_MS="10000")
    yield running
    running.stop()
    end(planner)
    drop_database(cluster.dsn("postgres"), psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


def type_line(page: Page, words: str) -> None:
    line(page).fill(words)
    expect(page.locator("#echo strong")).to_be_visible()
    line(page).press("Enter")


def etas(page: Page) -> Locator:
    return page.locator(".needs:not(.who) td.num.strong")


def draw_area(page: Page) -> None:
    canvas = page.get_by_role("region", name="Bản đồ").locator("canvas").first
    box = canvas.bounding_box()
    assert box is not None
    for dx, dy in CORNERS:
        page.mouse.click(box["x"] + box["width"] * (0.5 + dx), box["y"] + box["height"] * (0.5 + dy))


def look_at_a_fire(page: Page, centre: RunningCentre) -> list[str]:
    """A new incident in hand with its recommendation, on a map that looks at it; when units would come."""
    sign_in(page, centre)
    release(page, report(centre))
    expect(page.get_by_role("button", name=re.compile(r"Nhận v\d+"))).to_be_visible()
    # A map made anew looks at the open incident.
    page.reload()
    expect(etas(page).first).to_be_visible()
    expect(page.locator(".map-gl canvas.unit-canvas")).to_be_visible()
    return etas(page).all_inner_texts()


def begin_area(page: Page, kind: str) -> Locator:
    """The form of a condition of a kind, with an area drawn on the map."""
    type_line(page, "DUONG")
    page.get_by_role("button", name="Thêm", exact=True).click()
    form = page.get_by_role("form", name="Thêm")
    form.get_by_role("button", name=kind, exact=True).click()
    form.get_by_role("button", name="Vùng").click()
    draw_area(page)
    expect(form.get_by_text("4 điểm đã chấm")).to_be_visible()
    return form


def test_a_slow_area_drawn_on_the_map_makes_the_recommended_units_come_later_until_it_is_lifted(
    drawing_page: Page, centre: RunningCentre
) -> None:
    page = drawing_page
    dry = look_at_a_fire(page, centre)
    form = begin_area(page, "Chậm")
    form.get_by_label("Chậm gấp mấy lần").fill("9")
    form.get_by_label("Lý do").fill("kẹt xe cả khu")
    page.screenshot(path=SCREENSHOTS / "roads-draw-1920x1080.png")
    form.get_by_label("Lý do").press("Control+Enter")
    road = page.locator("[data-road]")
    expect(road).to_contain_text("kẹt xe cả khu")
    expect(road).to_contain_text(re.compile(r"\d+ đoạn đường"))
    expect(page.get_by_role("button", name=re.compile("Đường 1"))).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "roads-in-force-1920x1080.png")

    line(page).press("Escape")
    page.keyboard.press("Escape")
    expect(etas(page).first).not_to_have_text(dry[0], timeout=120_000)

    type_line(page, "DUONG")
    road.focus()
    page.keyboard.press("Delete")
    expect(road).to_have_count(0)
    line(page).focus()
    page.keyboard.press("Control+z")
    expect(road).to_have_count(1)
    type_line(page, "MO 2 đã thông")
    expect(road).to_have_count(0)


def test_a_closure_drawn_on_the_map_is_felt_in_the_recommendation_once_it_stands(
    drawing_page: Page, centre: RunningCentre
) -> None:
    page = drawing_page
    open_before = look_at_a_fire(page, centre)
    form = begin_area(page, "Đóng")
    form.get_by_label("Lý do").fill("sập nhà, rào cả khu")
    form.get_by_label("Lý do").press("Control+Enter")
    road = page.locator("[data-road]", has_text="sập nhà, rào cả khu")
    expect(road).to_contain_text(re.compile(r"\d+ đoạn đường"))
    line(page).press("Escape")
    page.keyboard.press("Escape")
    eventually(page, lambda: etas(page).all_inner_texts() != open_before, within_s=180)
    type_line(page, "DUONG")
    road.get_by_role("button", name="Gỡ").click()
    expect(road).to_have_count(0)


def test_the_list_and_its_form_have_no_violation_in_either_look_and_language(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    release(page, report(centre))
    type_line(page, "DONG")
    expect(page.locator("#echo")).to_contain_text("Đã thực hiện lệnh")
    type_line(page, "DUONG")
    expect(page.locator("[data-road]")).to_contain_text("Đóng")
    page.get_by_role("button", name="Thêm", exact=True).click()
    form = page.get_by_role("form", name="Thêm")
    form.get_by_role("button", name="Không lọt").click()
    expect(form.get_by_label("Loại xe")).to_be_visible()
    expect(form.get_by_role("button", name="Vùng")).to_have_count(0)
    assert violations(page) == []
    page.get_by_role("button", name="Nền sáng").click()
    assert violations(page) == []
    page.screenshot(path=SCREENSHOTS / "roads-light-1920x1080.png")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert violations(page) == []
    page.get_by_role("button", name="Dark").click()
    assert violations(page) == []
    page.screenshot(path=SCREENSHOTS / "roads-en-1920x1080.png")


def leave_the_way(phone: Page) -> float:
    """The crew drives 110 m into another street; seconds from the moment its device knows to the new way."""
    with phone.expect_response("**/api/way?**") as first:
        phone.reload()
    line_now = [LonLat(*at) for at in first.value.json()["lon_lats"]]
    lon, lat = map(float, parse_qs(urlsplit(first.value.url).query)["from"][0].split(","))
    around = [
        LonLat(lon + 0.001 * math.cos(turn), lat + 0.001 * math.sin(turn))
        for turn in (n * math.pi / 8 for n in range(16))
    ]
    astray = max(around, key=lambda at: min(haversine_m(at, on) for on in line_now))
    expect(phone.locator(".f-step")).to_be_visible()
    phone.evaluate(
        """lon => navigator.geolocation.watchPosition(({ coords }) => {
            if (Math.abs(coords.longitude - lon) < 1e-7) window.knownAt ??= performance.now();
        })""",
        astray.lon,
    )
    with phone.expect_response(
        lambda answer: "/api/way?" in answer.url and f"{astray.lon}" in answer.url
    ) as new:
        phone.context.set_geolocation({"longitude": astray.lon, "latitude": astray.lat, "accuracy": 8})
    if new.value.json()["degraded"]:
        return math.inf
    new.value.finished()
    told_ms: float = phone.evaluate(
        """() => performance.getEntriesByType("resource")
            .filter(({ name }) => name.includes("/api/way?")).at(-1).responseEnd - window.knownAt"""
    )
    return told_ms / 1000


def take_another_way(phone: Page) -> None:
    """The crew looks at the other ways and takes the last, the fastest where there is no other."""
    phone.get_by_role("button", name="Đường khác", exact=True).click()
    ways = phone.get_by_role("dialog").locator(".f-hospital")
    expect(ways.first).to_contain_text("nhanh nhất")
    expect(ways.first).to_contain_text(re.compile(r"\d phút · [\d,]+ k?m"))
    assert violations(phone) == []
    shoot(phone, "field-other-ways-390x844@2x")
    ways.last.click()
    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.locator(".f-step")).to_be_visible()


def test_a_crew_off_its_way_has_a_new_one_at_once_and_says_with_two_taps_that_it_cannot_pass(
    browser: Browser, page: Page, centre: RunningCentre
) -> None:
    call_sign = free_unit(centre)
    phone = open_phone(browser, centre, call_sign)
    sign_in(page, centre)
    send(page, centre, call_sign)
    expect(phone.locator(".f-step")).to_be_visible()
    # A machine with other work may stand still for a moment: that is no delay of the way's.
    assert any(leave_the_way(phone) < 2.0 for _ in range(8))
    expect(phone.locator(".f-step")).to_be_visible()
    take_another_way(phone)
    phone.get_by_role("button", name="Đường không qua được").click()
    with phone.expect_response("**/api/way?**") as anew:
        phone.get_by_role("button", name="Đường ngập").click()
    assert anew.value.ok, "the roads have changed, and it stands where it stood"
    expect(phone.get_by_text("Đã báo bàn trực")).to_be_visible()
    assert violations(phone) == []
    shoot(phone, "field-blocked-390x844@2x")

    type_line(page, "DUONG")
    road = page.locator("[data-road]", has_text=call_sign)
    expect(road).to_contain_text("chưa xác nhận")
    road.get_by_role("button", name="Xác nhận").click()
    expect(road).not_to_contain_text("chưa xác nhận")
    road.get_by_role("button", name="Gỡ").click()
    expect(road).to_have_count(0)


def test_reach_is_asked_for_by_keys_alone_stands_with_its_legend_and_goes_with_escape(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    bar = page.get_by_role("group", name="Vùng đến kịp")
    with page.expect_response("**/api/reach?**") as fleet:
        type_line(page, "VUNG")
    assert [area["limit_s"] for area in fleet.value.json()["areas"]] == [240, 480]
    assert fleet.value.json()["areas"][-1]["coordinates"]
    expect(bar.get_by_role("status")).to_contain_text(re.compile(r"\d+ xe rỗi"))
    expect(bar.locator(".reach-key")).to_have_text(["4 phút", "8 phút"])
    with page.expect_response("**/api/reach?**") as one:
        type_line(page, f"VUNG {free_unit(centre)}")
    assert "unit_id=" in one.value.url
    expect(bar.locator(".reach-key")).to_have_text(["4 phút", "8 phút", "15 phút"])
    assert violations(page) == []
    bar.get_by_role("combobox").first.press("Escape")
    expect(bar).to_have_count(0)
    expect(line(page)).to_be_focused()


def scale_m(page: Page) -> float:
    """How many metres the map's scale tells: few from near, many from afar."""
    told = page.locator(".map-gl .maplibregl-ctrl-scale").inner_text().replace("\xa0", " ")
    number, unit = told.split()
    return float(number) * (1000 if unit == "km" else 1)


def go_near(page: Page) -> float:
    """By hand, so near that the next unit's station is out of sight; the scale then."""
    for _ in range(4):
        before = scale_m(page)
        page.get_by_role("button", name="Phóng to").click()
        eventually(page, lambda before=before: scale_m(page) < before)  # type: ignore[misc]
    return scale_m(page)


def test_the_map_shows_the_incident_in_hand_with_the_units_it_is_offered_until_a_person_moves_it(
    drawing_page: Page, centre: RunningCentre
) -> None:
    page = drawing_page
    sign_in(page, centre)
    number = release(page, report(centre))
    legend = page.get_by_role("note").filter(has_text="đề xuất")
    expect(legend).to_be_visible()
    page.goto("about:blank")
    page.goto(centre.base_url + "/")
    expect(page.locator(".map-gl canvas.unit-canvas")).to_be_visible()
    near_m = go_near(page)
    page.locator(".queue-row", has_text=number[-4:]).click()
    expect(legend).to_be_visible()
    eventually(page, lambda: scale_m(page) > near_m)
    fitted_m = scale_m(page)
    go_near(page)
    eventually(page, lambda: "map=" in page.url and "incident=" in page.url)
    page.reload()
    expect(legend).to_be_visible()
    expect(page.locator(".map-gl canvas.unit-canvas")).to_be_visible()
    assert scale_m(page) < fitted_m / 2
