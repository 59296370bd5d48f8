"""A crew that has nothing but its radio: the dispatcher writes down all of it with the command line."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import free_unit, report, sign_in, unit_block, unit_line
from tests.browser.phones import find_assignment
from tests.browser.stories import (
    choose_type,
    close_part,
    command,
    now_there,
    open_replay,
    release,
    shown_then,
    take,
)
from tests.browser.world import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser_story_radio")]

HEARD = (
    ("K", "Đã nhận lệnh"),
    ("R", "Đang đến hiện trường"),
    ("G", "Chờ ở điểm tập kết"),
    ("O", "Đã đến hiện trường"),
    ("B", "Đã tiếp cận nạn nhân"),
    ("T", "Đang đưa đi viện"),
    ("H", "Đang bàn giao tại bệnh viện"),
)
"""What is heard over the radio, in order: the verb that says it, and what the screen says then."""


def test_a_crew_without_a_device_is_driven_from_order_to_hospital_by_the_dispatchers_keys(
    page: Page, centre: RunningCentre
) -> None:
    sign_in(page, centre)
    take(page, report(centre))
    choose_type(page, "te nga", "Té ngã")
    number = release(page)
    sign = free_unit(centre, "CB-")
    command(page, f"D {sign}")
    unit = unit_line(page, sign)
    expect(unit).to_contain_text("Đã điều")
    # Nobody's device took the order: the line to read aloud stands there by itself, without a key.
    aloud = unit_block(page, sign).locator("q")
    expect(aloud).to_contain_text(f"{sign}, té ngã,", timeout=120_000)
    assert find_assignment(centre, sign, number).received_at is None

    instants = []
    for verb, seen in HEARD:
        command(page, f"{verb} {sign}")
        expect(unit).to_contain_text(seen)
        instants.append((now_there(), seen))
    expect(aloud).to_have_count(0)
    command(page, f"A {sign} 2")
    expect(unit).to_have_count(0)
    close_part(page, "Đã đưa vào bệnh viện")

    done = find_assignment(centre, sign, number)
    assert (done.accepted_by, done.outcome) == ("demo-dieuphoi", "taken_to_hospital")
    assert [phase.value for phase in done.times] == [
        "en_route", "staged", "on_scene", "at_patient", "transporting", "at_hospital", "available",
    ]  # fmt: skip

    replay = open_replay(page)
    for at, seen in (instants[1], instants[-1], instants[3]):
        assert shown_then(replay, at, number) == {sign: seen}
