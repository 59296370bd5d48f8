"""A planner's file is read strictly, and its plan is told in hours, with a reason for what is left out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dispatch.usecases.tours.plan_tours import ToursUnusable, plan_tours, read_file, read_window
from routing.terms.messages import LonLat

Json = dict[str, Any]
HOSPITAL, HOME, FAR = [106.66, 10.75], [106.70, 10.78], [106.90, 10.90]
FILE: Json = {
    "day": "2026-11-24",
    "vehicles": [
        {
            "id": "VC-1",
            "vehicle_class": "ambulance",
            "start": HOSPITAL,
            "begins": "06:00",
            "ends": "26:00",
            "capacity": {"seat": 1},
        }
    ],
    "transports": [
        {
            "id": "dialysis",
            "pickup": {"at": HOME, "windows": [["06:30", "07:15"]], "duration_s": 600},
            "delivery": {"at": HOSPITAL, "windows": [["07:00", "08:00"]], "duration_s": 300},
            "load": {"seat": 1},
            "most_ride_s": 3600,
        },
        {"id": "bed", "pickup": {"at": HOME}, "delivery": {"at": HOSPITAL}, "load": {"stretcher": 1}},
    ],
    "visits": [
        {"id": "night", "halt": {"at": HOME, "windows": [["25:00", "25:30"]], "duration_s": 900}},
        {"id": "too far", "halt": {"at": FAR, "windows": [["06:00", "06:10"]]}},
    ],
}


def measure(places: Sequence[LonLat], _vehicle_class: str) -> list[list[float | None]]:
    """A hundred kilometres and more to a degree, twelve metres a second."""
    return [[110_000 * (abs(a[0] - b[0]) + abs(a[1] - b[1])) / 12.0 for b in places] for a in places]


def write(tmp_path: Path, told: Json) -> Path:
    path = tmp_path / "asked.json"
    path.write_text(json.dumps(told))
    return path


def test_a_plan_is_told_in_hours_past_midnight_and_says_why_a_job_is_left_out(tmp_path: Path) -> None:
    plan = plan_tours(read_file(write(tmp_path, FILE)), measure, "ortools", 1.0)
    (tour,) = plan.tours
    assert [(stop.what, stop.job) for stop in tour.stops] == [
        ("pickup", "dialysis"),
        ("delivery", "dialysis"),
        ("visit", "night"),
    ]
    pickup, delivery, night = tour.stops
    assert "06:30:00" <= pickup.begins <= "07:15:00"
    assert "07:00:00" <= delivery.begins <= "08:00:00"
    assert "25:00:00" <= night.begins <= "25:30:00"
    assert tour.ends <= "26:00:00"
    assert {left.job: left.why for left in plan.left_out} == {"bed": "too_large", "too far": "no_time"}
    assert plan.drive_min == tour.drive_min > 0


def test_nobody_rides_along_for_hours_unless_the_table_allows_it(tmp_path: Path) -> None:
    def ride_s(**told: int) -> int:
        near, far = [HOSPITAL[0] + 0.01, HOSPITAL[1]], [HOSPITAL[0] + 0.3, HOSPITAL[1]]
        transports = [
            {"id": "near", "pickup": {"at": near, "windows": [["06:30", "06:40"]]}, **told},
            {"id": "far", "pickup": {"at": far, "windows": [["08:00", "08:30"]]}},
        ]
        vehicle = FILE["vehicles"][0] | {"capacity": {"seat": 2}}
        asked = FILE | {
            "vehicles": [vehicle],
            "visits": [],
            "transports": [job | {"delivery": {"at": HOSPITAL}, "load": {"seat": 1}} for job in transports],
        }
        plan = plan_tours(read_file(write(tmp_path, asked)), measure, "ortools", 1.0)
        assert plan.left_out == []
        left, there = (stop for stop in plan.tours[0].stops if stop.job == "near")
        aboard = read_window("near", (left.leaves, there.begins))
        return aboard[1] - aboard[0]

    direct_s = 92
    assert ride_s() <= 2 * direct_s + 1800
    assert ride_s(most_ride_s=4 * 3600) > 2 * direct_s + 1800, "the shorter drive keeps somebody aboard"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"vehicles": []}, "vehicles"),
        ({"vehicles": [FILE["vehicles"][0] | {"vehicle_class": "boat"}]}, "boat"),
        ({"vehicles": [FILE["vehicles"][0] | {"ends": "05:00"}]}, "VC-1: 06:00–05:00"),
        ({"vehicles": [FILE["vehicles"][0] | {"starts": "05:00"}]}, "starts"),
        ({"visits": [{"id": "v", "halt": {"at": [200.0, 10.0]}}]}, "v: "),
        ({"visits": [{"id": "bed", "halt": {"at": HOME}}]}, "bed stands there twice"),
        ({"visits": [{"id": "v", "halt": {"at": HOME, "windows": [["7", "8"]]}}]}, "v: 7–8"),
        ({"day": "tomorrow"}, "day"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_what_is_wrong_in_it(
    tmp_path: Path, change: Json, said: str
) -> None:
    with pytest.raises(ToursUnusable) as refused:
        plan_tours(read_file(write(tmp_path, FILE | change)), measure, "ortools", 1.0)
    assert said in refused.value.en


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(ToursUnusable):
            read_file(path)
