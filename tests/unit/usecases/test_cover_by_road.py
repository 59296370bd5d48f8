"""Who could be in a ward in time: by the roads, asked about once in a while, and by nobody's ruler."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from dispatch.agencies.targets import load_targets
from dispatch.store.calls_by_ward import WardCall
from dispatch.usecases.cover.cover_around import WITHIN_S
from dispatch.usecases.cover.cover_by_road import AT_ONCE, KEPT_S, RoadCounter, Spot, find_within_s
from dispatch.usecases.cover.coverage import Coverage
from dispatch.usecases.cover.forecast import AHEAD_H, make_forecast, write_forecast
from routing.process.client import PlannerUnavailable
from tests.unit.usecases.test_coverage import EAST, NOW, STATION, WEST, seen_in_the_west, two_wards, unit

WARDS = [WEST, EAST]
ACROSS_S = 700.0


class Roads:
    """Nothing where one is, `ACROSS_S` to the other side; what was asked stands in `asked`."""

    def __init__(self) -> None:
        self.asked: list[list[Spot]] = []
        self.away = False

    async def matrix(
        self,
        origins: list[Spot],
        destinations: list[Spot],
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> npt.NDArray[np.float64]:
        assert hot
        if self.away:
            raise PlannerUnavailable
        self.asked.append(origins)
        if vehicle_class == "boat":
            return np.full((len(origins), len(destinations)), np.inf)
        return np.array([[0.0 if start == end else ACROSS_S for end in destinations] for start in origins])


async def test_a_unit_counts_where_it_could_be_in_time_and_not_where_no_way_leads() -> None:
    counter = RoadCounter(Roads())
    west, east = await counter.count([("car", WEST), ("car", WEST), ("boat", EAST)], WARDS, 600.0) or []
    assert (west.within, west.nearest_s, east.within, east.nearest_s) == (2, 0, 0, ACROSS_S)
    west, east = await counter.count([("car", WEST)], WARDS, ACROSS_S) or []
    assert (west.within, east.within) == (1, 1)
    (west, _) = await counter.count([("boat", EAST)], WARDS, 600.0) or []
    assert (west.within, west.nearest_s) == (0, None)


async def test_a_place_is_asked_about_once_in_a_while_and_never_many_at_a_time() -> None:
    now, roads = [0.0], Roads()
    counter = RoadCounter(roads, lambda: now[0])
    many = [("car", (106.0 + n / 1000, 10.0)) for n in range(2 * AT_ONCE)]
    await counter.count(many, WARDS, 600.0)
    assert [len(origins) for origins in roads.asked] == [AT_ONCE, AT_ONCE]
    moved = ("car", (106.0004, 10.0004))
    await counter.count([*many, moved, ("car", EAST)], WARDS, 600.0)
    assert roads.asked[2:] == [[EAST]]
    now[0] = KEPT_S + 1.0
    await counter.count(many[:3], WARDS, 600.0)
    assert len(roads.asked[-1]) == 3


async def test_wards_are_counted_by_road_and_by_a_ruler_only_while_the_planner_is_away() -> None:
    roads = Roads()
    coverage = Coverage(two_wards, seen_in_the_west).by_road(roads)
    rows = [STATION, unit("west-1", vehicle_class="car")]
    cover = await coverage.count(rows, ["115"], NOW)
    assert cover.within_s == {"115": WITHIN_S}
    west, east = (ward.agencies["115"] for ward in cover.wards)
    assert (west.within, west.nearest_s, east.within, east.nearest_s) == (1, 0, 0, ACROSS_S)
    roads.away = True
    cover = await coverage.count([STATION, unit("east-1", in_quarters=True)], ["115"], NOW)
    assert cover.within_s == {}
    assert [ward.agencies["115"].within for ward in cover.wards] == [None, None]
    assert cover.wards[0].agencies["115"].nearest_m is not None


def test_an_agencys_own_goal_for_the_drive_counts_and_else_ten_minutes() -> None:
    targets = load_targets()
    assert (find_within_s(targets, "114"), find_within_s(targets, "115")) == (240.0, WITHIN_S)


async def test_the_calls_that_the_log_foretells_are_told_by_ward_with_their_error_and_who_is_covered(
    tmp_path: Path,
) -> None:
    coverage = Coverage(two_wards, seen_in_the_west, tmp_path).by_road(Roads())
    rows = [STATION, unit("west-1", vehicle_class="car")]
    before = await coverage.count(rows, ["115"], NOW)
    assert before.expected == {}
    assert before.wards[0].agencies["115"].expected is None
    calls = [
        WardCall("115", ward, NOW - timedelta(days=day, minutes=minute))
        for day in range(28, 0, -1)
        for ward, minute in (("e", 5), ("e", 10), ("e", 20), ("w", 15))
    ]
    made = make_forecast(calls, ["114", "115"], {"w": 1.0, "e": 1.0}, NOW)
    write_forecast(tmp_path, made)
    cover = await coverage.count(rows, ["114", "115"], NOW)
    west, east = (ward.agencies["115"] for ward in cover.wards)
    told = cover.expected["115"]
    assert west.expected is not None
    assert east.expected is not None
    assert east.expected > 2 * west.expected > 0
    assert told.calls == pytest.approx(west.expected + east.expected, abs=0.01)
    assert told.in_time == pytest.approx(west.expected / told.calls, abs=0.01)
    assert (told.hours, told.learned_from, told.error) == (AHEAD_H, 112, made.agencies["115"].error)
    assert told.error is not None
    assert "114" not in cover.expected
