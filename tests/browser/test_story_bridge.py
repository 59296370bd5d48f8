"""A crash on a bridge, told from two kilometres away and from both of its ends."""

import pytest
from playwright.sync_api import Page, expect

from dispatch.client.account import Device
from dispatch.client.reporter import ReporterClient
from gis.geometry import haversine_m
from tests.browser.desk import accept_proposal, sign_in, unit_line
from tests.browser.stories import (
    choose_type,
    command,
    device_of,
    find_bridge,
    finish,
    now_there,
    number_shown,
    open_replay,
    release,
    shown_then,
    take,
    tell,
)
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_story_bridge")]

TWO_KM_EAST = 0.0183


def tell_centre(centre: RunningCentre, words: str, heard: str, lon_lat: tuple[float, float]) -> None:
    """Somebody's phone tells it, with where the phone itself is."""

    async def report() -> None:
        async with ReporterClient(Device(centre.base_url)) as client:
            assert isinstance(client, ReporterClient)
            await client.report(words, heard=heard, lon_lat=lon_lat, radius_m=20.0)

    centre.run(report())


def add_the_vague_caller(
    page: Page, centre: RunningCentre, bridge: str, at: tuple[float, float], number: str
) -> None:
    """From the western end, by words of a place: the centre matches the bridge, the desk chooses it too."""
    tell_centre(centre, "xe nằm chắn ngang", f"giữa {bridge}", at)
    take(page, "xe nằm chắn ngang")
    chain = page.get_by_role("list", name="Độ chắc của vị trí")
    expect(chain.locator("[aria-current=step]")).to_have_text("khớp")
    candidates = page.get_by_role("listbox", name="Vị trí có thể")
    expect(candidates.get_by_role("option").first).to_contain_text(bridge)
    page.keyboard.press("1")
    expect(chain.locator("[aria-current=step]")).to_have_text("khớp")
    expect(page.get_by_role("region", name="Có thể trùng")).to_contain_text(number[-4:])
    page.keyboard.press("F6")
    expect(page.locator(".incident-head")).to_contain_text(number)
    expect(page.get_by_role("region", name="Tin báo")).to_contain_text("xe nằm chắn ngang")


def merge_the_doubled(
    page: Page, centre: RunningCentre, bridge: str, at: tuple[float, float], number: str
) -> None:
    """From the eastern end, opened as another incident by mistake: found beside it and merged."""
    tell_centre(centre, "có người nằm dưới lòng đường", bridge, at)
    take(page, "có người nằm dưới lòng đường")
    choose_type(page, "tai nan giao thong co", "Tai nạn giao thông có người bị thương")
    doubled = release(page)
    assert doubled != number
    near = page.get_by_role("region", name="Có thể trùng")
    near.get_by_role("button", name=f"Gộp vào {number[-4:]}").press("Enter")
    expect(page.locator(".incident-head")).to_contain_text(number)
    expect(page.get_by_role("region", name="Tin báo")).to_contain_text("có người nằm dưới lòng đường")


def test_the_words_place_a_crash_seen_from_afar_and_callers_of_both_ends_become_one_incident(
    page: Page, centre: RunningCentre
) -> None:
    bridge, (lon, lat) = find_bridge(centre)
    sign_in(page, centre)
    picture = centre.centre.picture

    # Seen from a window two kilometres away: the words say where, the phone does not.
    tell_centre(centre, "hai xe máy đâm nhau giữa cầu", bridge, (lon + TWO_KM_EAST, lat))
    take(page, "hai xe máy đâm nhau giữa cầu")
    expect(page.get_by_role("group", name="Tin báo").get_by_label("Ở đâu")).to_be_visible()
    choose_type(page, "tai nan giao thong co", "Tai nạn giao thông có người bị thương")
    number = release(page)
    expect(page.locator(".incident-head .address")).to_contain_text(bridge)
    incident = next(i for i in list(picture.incidents.values()) if i.number == number)
    placed = incident.place.lon_lat
    assert placed is not None
    assert haversine_m((placed.lon, placed.lat), (lon, lat)) < 300
    assert haversine_m((placed.lon, placed.lat), (lon + TWO_KM_EAST, lat)) > 1500
    signs = accept_proposal(page)

    add_the_vague_caller(page, centre, bridge, (lon - TWO_KM_EAST, lat), number)
    merge_the_doubled(page, centre, bridge, (lon + 0.0016, lat), number)
    assert len(picture.incidents[incident.id].report_ids) == 3

    sign = signs[0]
    crew = device_of(centre, sign)
    tell(centre, crew, sign, number, "accept", "en_route", "on_scene")
    expect(unit_line(page, sign)).to_contain_text("Đã đến hiện trường")
    there = now_there()
    finish(centre, crew, sign, number, "handed_to_ward_police")
    for other in signs[1:]:
        command(page, f"X {other}")
    expect(unit_line(page, sign)).to_have_count(0)
    assert number_shown(page) == number

    replay = open_replay(page)
    assert shown_then(replay, there, number)[sign] == "Đã đến hiện trường"
    log = replay.get_by_role("region", name="Nhật ký")
    expect(log.locator(".replay-line", has_text="gộp vụ việc").first).to_be_visible()
