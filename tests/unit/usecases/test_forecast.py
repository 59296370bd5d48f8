"""The forecast in its file: by the local clock, whole or not at all, and never a condition for cover."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatch.store.calls_by_ward import WardCall
from dispatch.usecases.cover.forecast import (
    FILE_NAME,
    count_hours,
    make_forecast,
    read_forecast,
    sum_up,
    weigh_wards,
    write_forecast,
)
from dispatch.usecases.cover.forecast_table import draw_forecast

MONDAY = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
"""Monday 0 h in the city."""
STREETS = {"a": 1000.0, "b": 1000.0}
WARDS = [("a", (106.6, 10.7), 1000.0), ("b", (106.7, 10.7), 1000.0)]


def weeks_of_calls(weeks: int) -> list[WardCall]:
    """At 8 h every day three calls from ward a, at 20 h one from b."""
    days = [MONDAY - timedelta(days=n) for n in range(1, 7 * weeks + 1)]
    return [
        WardCall("115", ward, day + timedelta(hours=hour, minutes=minute))
        for day in sorted(days)
        for ward, hour, minutes in (("a", 8, (1, 2, 3)), ("b", 20, (5,)))
        for minute in minutes
    ]


def test_hours_of_the_week_begin_on_monday_by_the_clock_of_the_city() -> None:
    assert count_hours(MONDAY) % 168 == 0
    assert count_hours(MONDAY + timedelta(hours=23, minutes=59)) % 168 == 23


def test_cover_is_weighed_by_the_coming_hours_and_by_streets_where_nothing_was_learned() -> None:
    made = make_forecast(weeks_of_calls(6), ["113", "115"], STREETS, MONDAY)
    morning = weigh_wards(made, "115", WARDS, MONDAY + timedelta(hours=7))
    evening = weigh_wards(made, "115", WARDS, MONDAY + timedelta(hours=19))
    assert morning[0][2] > 3 * morning[1][2]
    assert evening[1][2] > evening[0][2]
    assert weigh_wards(None, "115", WARDS, MONDAY) == WARDS
    police = weigh_wards(made, "113", WARDS, MONDAY)
    assert police[0][2] == pytest.approx(police[1][2])
    new = weigh_wards(made, "115", [*WARDS, ("new", (106.8, 10.7), 500.0)], MONDAY)
    assert new[2][2] > 0


def test_what_came_after_its_hour_is_not_looked_at() -> None:
    calls = weeks_of_calls(3)
    later = [*calls, WardCall("115", "b", MONDAY + timedelta(minutes=1))]
    assert make_forecast(later, ["115"], STREETS, MONDAY) == make_forecast(calls, ["115"], STREETS, MONDAY)


def test_the_file_comes_back_as_it_was_and_a_broken_or_foreign_one_is_none(tmp_path: Path) -> None:
    assert read_forecast(tmp_path) is None
    made = make_forecast(weeks_of_calls(3), ["115"], STREETS, MONDAY)
    path = write_forecast(tmp_path, made)
    assert read_forecast(tmp_path) == made
    assert [p.name for p in tmp_path.iterdir()] == [FILE_NAME]
    path.write_bytes(path.read_bytes()[:-5])
    assert read_forecast(tmp_path) is None


def test_the_table_names_the_busiest_ward_its_peak_and_the_error_beside_its_baselines() -> None:
    made = make_forecast(weeks_of_calls(3), ["113", "115"], STREETS, MONDAY)
    lines = list(draw_forecast(made, {"a": "Phường Sài Gòn"}))
    ambulance = lines[lines.index(next(line for line in lines if line.startswith("115:"))) :]
    (medical,) = sum_up(made, ["113", "115", "999"], MONDAY)
    assert (medical.agency_id, medical.calls) == ("115", 84)
    assert 3.0 < medical.next_24_h < 5.0
    assert sum_up(None, ["115"], MONDAY) == []
    assert ambulance[1].split("  ")[1] == "Phường Sài Gòn"
    assert "08:00" in ambulance[1]
    assert "7 ngày" in ambulance[-1]
    assert "week before" in ambulance[-1]
    nothing = draw_forecast(make_forecast((), ["113"], STREETS, MONDAY), {})
    assert any("not enough days" in line for line in nothing)
