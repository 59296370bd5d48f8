"""Tours: every solver that is here keeps what a plan promises, and what is left out is so for its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.policies import tours as ortools
from routing.tours import vroom
from routing.tours.tours import (
    Halt,
    Job,
    Plan,
    Problem,
    Roads,
    Tour,
    Vehicle,
    check_plan,
    explain,
    fits,
    limit_rides,
    list_places,
)

Solve = Callable[[Problem, Roads], Plan]


def solve_by_ortools(problem: Problem, roads: Roads) -> Plan:
    """The same on a machine that has other work too."""
    return ortools.plan_tours(problem, roads, 20.0, deep=False)


SOLVERS: dict[str, Solve] = {"ortools": solve_by_ortools}
if vroom.find_vroom() is not None:
    SOLVERS["vroom"] = vroom.plan_tours
every_solver = pytest.mark.parametrize("solve", SOLVERS.values(), ids=SOLVERS)


def make_roads(problem: Problem) -> Roads:
    """A grid of streets: a minute for each of its steps; no way leads to a place of negative longitude."""
    places = list_places(problem)

    def drive(a: tuple[float, float], b: tuple[float, float]) -> int | None:
        return None if min(a[0], b[0]) < 0 else 60 * round(abs(a[0] - b[0]) + abs(a[1] - b[1]))

    table = [[drive(a, b) for b in places] for a in places]
    return Roads(places, {vehicle.vehicle_class: table for vehicle in problem.vehicles})


@dataclass(frozen=True)
class Draw:
    """Draws the parts of problems."""

    draw: st.DrawFn

    def place(self) -> tuple[float, float]:
        x = (
            self.draw(st.integers(-1, 12))
            if self.draw(st.integers(0, 9)) == 0
            else self.draw(st.integers(0, 12))
        )
        return float(x), float(self.draw(st.integers(0, 12)))

    def halt(self) -> Halt:
        starts = self.draw(st.lists(st.integers(0, 170), max_size=2, unique=True))
        lengths = [self.draw(st.integers(0, 40)) for _ in starts]
        windows = tuple((60 * a, 60 * (a + b)) for a, b in zip(starts, lengths, strict=True))
        return Halt(lon_lat=self.place(), windows=windows, duration_s=60 * self.draw(st.integers(0, 15)))

    def job(self, number: int) -> Job:
        ride = self.draw(st.none() | st.integers(5, 40))
        load = {"seat": self.draw(st.integers(1, 3))}
        transport = self.draw(st.booleans())
        return Job(
            id=f"j{number}",
            first=self.halt(),
            then=self.halt() if transport else None,
            load=load if transport else {},
            skills=frozenset(self.draw(st.sets(st.sampled_from(["oxygen"])))),
            priority=self.draw(st.integers(1, 4)),
            most_ride_s=60 * ride if ride is not None and transport else None,
        )

    def vehicle(self, number: int) -> Vehicle:
        start = (float(self.draw(st.integers(0, 12))), 0.0)
        return Vehicle(
            id=f"v{number}",
            vehicle_class="car",
            start=start,
            end=start,
            window=(0, 60 * self.draw(st.integers(60, 240))),
            capacity={"seat": self.draw(st.integers(0, 4))},
            skills=frozenset(self.draw(st.sets(st.sampled_from(["oxygen"])))),
        )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    parts = Draw(draw)
    jobs = tuple(parts.job(n) for n in range(draw(st.integers(0, 6))))
    return Problem(vehicles=tuple(parts.vehicle(n) for n in range(draw(st.integers(1, 3)))), jobs=jobs)


@every_solver
@settings(max_examples=25, deadline=None)
@given(problem=problems())
def test_windows_shifts_loads_rides_and_skills_hold_and_every_job_is_done_once_or_left_out(
    solve: Solve, problem: Problem
) -> None:
    if solve is vroom.plan_tours:
        jobs = tuple(msgspec.structs.replace(job, most_ride_s=None) for job in problem.jobs)
        problem = msgspec.structs.replace(problem, jobs=jobs)
    roads = make_roads(problem)
    plan = solve(problem, roads)
    assert check_plan(problem, roads, plan) == []
    jobs_by_id = {job.id: job for job in problem.jobs}
    for left in plan.left_out:
        job = jobs_by_id[left.job_id]
        able = [vehicle for vehicle in problem.vehicles if fits(vehicle, job)]
        assert (left.why in ("unable", "too_large")) == (not able)
        assert (left.why == "crowded_out") == any(serve(v, [job], roads) is not None for v in able)


def serve(vehicle: Vehicle, jobs: list[Job], roads: Roads) -> int | None:
    """Whether one vehicle can do these jobs one after the other, each whole: when it would be home at the
    earliest, trying every minute for each beginning."""
    moments = {vehicle.start: {vehicle.window[0]}}
    for job in jobs:
        moments = _serve_one(vehicle, job, moments, roads)
    ends = []
    for place, times in moments.items():
        home = roads.find_s(vehicle.vehicle_class, place, vehicle.end)
        ends += [at + home for at in times if home is not None and at + home <= vehicle.window[1]]
    return min(ends, default=None)


def _serve_one(
    vehicle: Vehicle, job: Job, moments: dict[tuple[float, float], set[int]], roads: Roads
) -> dict[tuple[float, float], set[int]]:
    done: set[int] = set()
    for place, times in moments.items():
        drive = roads.find_s(vehicle.vehicle_class, place, job.first.lon_lat)
        if drive is None or not times:
            continue
        for begin in range(min(times) + drive, vehicle.window[1] + 1, 60):
            if not _opens(job.first, begin):
                continue
            left = begin + job.first.duration_s
            if job.then is None:
                done.add(left)
                continue
            ride = roads.find_s(vehicle.vehicle_class, job.first.lon_lat, job.then.lon_lat)
            if ride is None:
                continue
            latest = vehicle.window[1] if job.most_ride_s is None else left + job.most_ride_s
            there = next((t for t in range(left + ride, latest + 1, 60) if _opens(job.then, t)), None)
            if there is not None:
                done.add(there + job.then.duration_s)
    return {job.halts[-1].lon_lat: done}


def _opens(halt: Halt, at: int) -> bool:
    return not halt.windows or any(start <= at <= end for start, end in halt.windows)


@settings(max_examples=8, deadline=None)
@given(problem=problems())
def test_of_a_few_visits_as_many_are_done_as_the_best_order_of_one_vehicle_allows(problem: Problem) -> None:
    visits = [
        msgspec.structs.replace(job, then=None, load={}, most_ride_s=None, priority=3) for job in problem.jobs
    ]
    alone = Problem(vehicles=problem.vehicles[:1], jobs=tuple(visits[:4]))
    roads = make_roads(alone)
    (vehicle,) = alone.vehicles
    able = [job for job in alone.jobs if fits(vehicle, job)]
    most = max(
        (
            count
            for count in range(len(able) + 1)
            if any(serve(vehicle, list(order), roads) is not None for order in permutations(able, count))
        ),
        default=0,
    )
    plan = ortools.plan_tours(alone, roads, 0.5)
    assert len(alone.jobs) - len(plan.left_out) == most


TRIP = Job(
    id="trip",
    first=Halt(lon_lat=(2.0, 0.0), windows=((600, 1200),), duration_s=60),
    then=Halt(lon_lat=(6.0, 0.0), duration_s=60),
    load={"seat": 1},
    most_ride_s=600,
)
CAR = Vehicle(
    id="v", vehicle_class="car", start=(0.0, 0.0), end=(0.0, 0.0), window=(0, 3600), capacity={"seat": 1}
)


def test_a_plan_that_breaks_any_promise_is_found_out() -> None:
    problem = Problem(vehicles=(CAR,), jobs=(TRIP,))
    roads = make_roads(problem)
    plan = solve_by_ortools(problem, roads)
    (tour,) = plan.tours
    assert check_plan(problem, roads, plan) == []
    first, then = tour.stops
    replace = msgspec.structs.replace
    early = replace(first, arrives_s=0, begins_s=0, leaves_s=60)
    broken: list[tuple[Tour, ...]] = [
        (),
        (tour, tour),
        (replace(tour, stops=(then, first)),),
        (replace(tour, stops=(first,)),),
        (replace(tour, stops=(early, then)),),
        (replace(tour, stops=(first, replace(then, arrives_s=first.leaves_s))),),
        (replace(tour, stops=(replace(first, leaves_s=first.begins_s), then)),),
        (replace(tour, stops=(first, replace(then, begins_s=3000, leaves_s=3060)), ends_s=3420),),
        (replace(tour, ends_s=3601),),
        (replace(tour, starts_s=-1),),
        (replace(tour, drive_s=0),),
        (replace(tour, vehicle_id="other"),),
    ]
    for tours in broken:
        assert check_plan(problem, roads, replace(plan, tours=tours)) != [], tours
    for vehicle in (replace(CAR, capacity={}), replace(CAR, window=(0, 700))):
        assert check_plan(replace(problem, vehicles=(vehicle,)), roads, plan) != []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"skills": frozenset({"oxygen"})}, "unable"),
        ({"load": {"seat": 2}}, "too_large"),
        ({"then": Halt(lon_lat=(-1.0, 0.0))}, "no_way"),
        ({"most_ride_s": 200}, "no_time"),
        ({"then": Halt(lon_lat=(6.0, 0.0), windows=((3300, 3400),))}, "no_time"),
        ({}, "crowded_out"),
    ],
)
def test_a_job_is_left_out_for_what_holds_of_it_alone(change: dict[str, object], why: str) -> None:
    job = msgspec.structs.replace(TRIP, **change)
    problem = Problem(vehicles=(CAR,), jobs=(job,))
    assert explain(problem, make_roads(problem), job) == why


def test_a_delivery_that_opens_late_is_waited_for_before_somebody_is_aboard() -> None:
    late = msgspec.structs.replace(
        TRIP, then=Halt(lon_lat=(6.0, 0.0), windows=((1500, 1600),)), most_ride_s=300
    )
    problem = Problem(vehicles=(CAR,), jobs=(late,))
    roads = make_roads(problem)
    plan = solve_by_ortools(problem, roads)
    assert check_plan(problem, roads, plan) == []
    (tour,) = plan.tours
    assert [stop.halt for stop in tour.stops] == [0, 1]
    assert all(b.arrives_s >= a.leaves_s for a, b in pairwise(tour.stops))


def test_the_usual_ride_is_twice_the_direct_way_and_half_an_hour_or_what_the_windows_force() -> None:
    untold = msgspec.structs.replace(TRIP, most_ride_s=None)
    late = msgspec.structs.replace(
        untold, id="late", then=Halt(lon_lat=(6.0, 0.0), windows=((9000, 9600), (12_000, 12_600)))
    )
    problem = Problem(vehicles=(CAR,), jobs=(TRIP, untold, late))
    roads = make_roads(problem)
    direct = roads.find_s("car", TRIP.first.lon_lat, (6.0, 0.0))
    assert direct is not None
    limited = limit_rides(problem, roads)
    assert [job.most_ride_s for job in limited.jobs] == [600, 2 * direct + 1800, 9000 - 1260]
