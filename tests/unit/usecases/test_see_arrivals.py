"""Units that stay where they were sent are seen to arrive; all that only looks like it is not."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from dispatch.agencies.loader import load_codebook
from dispatch.core.port import Answer, Submission
from dispatch.domain.model.assignment import RecordArrival
from dispatch.domain.model.values import LonLat, Phase, TimeSource
from dispatch.live.positions import Located
from dispatch.usecases.picture import Picture
from dispatch.usecases.roads.see_arrivals import ArrivalWatch
from routing.process.client import PlannerUnavailable
from tests.unit.usecases.test_recommend import assignment, picture_of, unit

START = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
PLACE = LonLat(106.65, 10.77)
M_NORTH, M_EAST = 1 / 110_600, 1 / 109_360
"""Degrees of a metre here."""

Spot = tuple[float, float, float]
"""Seconds after the start, metres east and north of the place."""


def fix(at: datetime, lon: float, lat: float, accuracy_m: float | None = 8.0) -> Located:
    return Located(
        unit_id="e1", agency_id="114", at=at, received_at=at, lon=lon, lat=lat, accuracy_m=accuracy_m
    )


class Core:
    """Takes down what is recorded."""

    def __init__(self) -> None:
        self.recorded: list[Submission] = []

    async def submit(self, submission: Submission) -> Answer:
        self.recorded.append(submission)
        return Answer(command_id=submission.command_id, seq_first=0, seq_last=0)


class Paths:
    """So long a walk it is from anywhere; None: there is no planner."""

    def __init__(self, walk_s: float | None = 60.0) -> None:
        self.walk_s, self.asked = walk_s, 0

    async def travel_times(
        self,
        origins: list[tuple[float, float]],
        destination: tuple[float, float],
        vehicle_class: str,
        *,
        hot: bool,
    ) -> list[float | None]:
        assert vehicle_class == "foot"
        self.asked += 1
        if self.walk_s is None:
            raise PlannerUnavailable
        return [self.walk_s]


def under_way(**fields: object) -> Picture:
    """E1 was sent to the place, has accepted, and is on its way."""
    moving = unit("e1", Phase.EN_ROUTE, assignment_id="a1", **fields)
    sent = msgspec.structs.replace(assignment("a1", "e1", "active"), accepted_at=START)
    picture, _ = picture_of(moving, assignments=(sent,))
    return picture


def follow(core: Core, picture: Picture, paths: Paths) -> ArrivalWatch:
    return ArrivalWatch(core, picture, load_codebook(), paths, now=lambda: START)  # type: ignore[arg-type]


async def drive(
    spots: Iterable[Spot], picture: Picture | None = None, paths: Paths | None = None
) -> list[float]:
    """Seconds after the start of every arrival recorded while a unit drives so; looked at every position."""
    core = Core()
    watch = follow(core, picture or under_way(), paths or Paths())
    await watch.look()
    for at_s, east, north in spots:
        at = START + timedelta(seconds=at_s)
        watch.take(fix(at, PLACE.lon + east * M_EAST, PLACE.lat + north * M_NORTH))
        await watch.look()
    assert all(s.command == RecordArrival(assignment_id="a1") for s in core.recorded)
    assert all(s.source is TimeSource.GEOFENCE for s in core.recorded)
    return [(s.occurred_at - START).total_seconds() for s in core.recorded]


def coming(until_m: float, mps: float = 8.0, begin_m: float = 600.0) -> list[Spot]:
    """From the west along the street of the place, a position every 5 s."""
    steps = int((begin_m - until_m) / (5 * mps))
    return [(5.0 * n, -begin_m + 5 * mps * n, 0.0) for n in range(steps + 1)]


def standing(after: list[Spot], seconds: float, every_s: float = 10.0) -> list[Spot]:
    """Stays where the last position was, as such receivers do: never quite."""
    begin_s, east, north = after[-1]
    return [
        (begin_s + every_s * n, east + 6 * (n % 3 - 1), north + 5 * (n % 2))
        for n in range(1, int(seconds / every_s) + 1)
    ]


async def test_who_stays_at_the_place_has_arrived_when_it_came_there() -> None:
    road = coming(0)
    (arrived_s,) = await drive([*road, *standing(road, 300)])
    assert arrived_s == pytest.approx(road[-1][0], abs=5.1)


async def test_a_parked_device_that_tells_once_a_minute_is_enough() -> None:
    road = coming(0)
    assert await drive([*road, *standing(road, 180, every_s=60)]) != []


async def test_driving_past_is_no_arrival() -> None:
    assert await drive([(5.0 * n, -600 + 40.0 * n, 0.0) for n in range(40)]) == []


async def test_a_red_light_before_the_place_is_no_arrival_and_the_place_behind_it_is() -> None:
    road = coming(80)
    red = standing(road, 90)
    green_s = red[-1][0]
    on = [(green_s + 5.0 * n, -80 + 20.0 * n, 0.0) for n in range(1, 5)]
    assert await drive([*road, *red, *on]) == []
    (*_, arrived_s) = await drive([*road, *red, *on, *standing(on, 130)])
    assert arrived_s > green_s


async def test_crawling_past_in_a_jam_is_no_arrival() -> None:
    assert await drive([(10.0 * n, -200 + 8.0 * n, 30.0) for n in range(60)]) == []


async def test_standing_on_a_parallel_road_with_a_long_way_round_is_no_arrival_and_is_asked_once() -> None:
    paths = Paths(walk_s=600.0)
    road = [(at, east, 70.0) for at, east, _ in coming(0)]
    assert await drive([*road, *standing(road, 300)], paths=paths) == []
    assert paths.asked == 1


async def test_farther_off_than_a_vehicle_ever_stops_is_no_arrival() -> None:
    road = coming(160)
    assert await drive([*road, *standing(road, 300)]) == []


async def test_without_the_planner_only_the_place_itself_counts() -> None:
    beside = coming(80)
    assert await drive([*beside, *standing(beside, 300)], paths=Paths(None)) == []
    there = coming(20)
    assert await drive([*there, *standing(there, 130)], paths=Paths(None)) != []


async def test_a_silence_is_no_stay() -> None:
    road = coming(0)
    assert await drive([*road, (road[-1][0] + 400, 0.0, 0.0)]) == []


async def test_vague_positions_tell_nothing() -> None:
    core = Core()
    watch = follow(core, under_way(), Paths())
    await watch.look()
    for n in range(60):
        watch.take(fix(START + timedelta(seconds=5 * n), PLACE.lon, PLACE.lat, 400.0))
        await watch.look()
    assert core.recorded == []


def placed(picture: Picture, **change: object) -> Picture:
    incident = picture.incidents["i"]
    incident.place = msgspec.structs.replace(incident.place, **change)
    return picture


async def test_the_mouth_of_the_alley_is_a_place_to_arrive_at_and_a_vague_place_is_none() -> None:
    mouth = LonLat(PLACE.lon - 250 * M_EAST, PLACE.lat)
    road = coming(240)
    stay = [*road, *standing(road, 130)]
    assert await drive(stay) == []
    assert await drive(stay, placed(under_way(), mouth=mouth, mouth_m=250.0)) != []
    there = coming(0)
    assert await drive([*there, *standing(there, 130)], placed(under_way(), radius_m=500.0)) == []


async def test_who_turns_out_beside_the_place_or_waits_until_it_is_safe_has_not_arrived() -> None:
    still = standing([(0.0, 0.0, 0.0)], 300)
    at_home = under_way(in_quarters=True)
    at_home.stations["s"] = msgspec.structs.replace(at_home.stations["s"], lon_lat=PLACE)
    assert await drive(still, at_home) == []
    unsafe = under_way()
    unsafe.incidents["i"].type_code = "armed_person"
    assert await drive(still, unsafe) == []
    assert await drive(still, under_way()) != []
