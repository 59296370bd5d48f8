"""Tours: which vehicle takes whom when, or passes where, over a day of work that is known beforehand.

A visit is one stop within its windows; a transport is two, of one vehicle and in order. What a plan promises
is said here, and `check_plan` holds any solver's plan to it before anybody sees it. Seconds count from
midnight of the plan's day and may pass it (26:00 is two in the morning after).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import msgspec

from routing.terms.messages import LonLat

USUAL_RIDE = 2, 1800
"""Times the direct way, and seconds more, that somebody rides at most where nobody says otherwise."""

DAY_S = 86_400

Window = tuple[int, int]
"""Seconds from and to; a service begins within."""


class Vehicle(msgspec.Struct, frozen=True, kw_only=True):
    """Starts at `start` from `window[0]` on and is at `end` by `window[1]`. `capacity`: how much of each kind
    of load it takes at once; kinds that it does not name it cannot take."""

    id: str
    vehicle_class: str
    start: LonLat
    end: LonLat
    window: Window
    capacity: Mapping[str, int] = {}
    skills: frozenset[str] = frozenset()


class Halt(msgspec.Struct, frozen=True, kw_only=True):
    """A place with its windows (none: any time) and how long it takes there."""

    lon_lat: LonLat
    windows: tuple[Window, ...] = ()
    duration_s: int = 0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A visit has `first` alone. A transport goes on to `then` in the same vehicle, its load aboard, within
    `most_ride_s` of leaving the first. A lower `priority` number is left out last."""

    id: str
    first: Halt
    then: Halt | None = None
    load: Mapping[str, int] = {}
    skills: frozenset[str] = frozenset()
    priority: int = 3
    most_ride_s: int | None = None

    @property
    def halts(self) -> tuple[Halt, ...]:
        """One or two."""
        return (self.first,) if self.then is None else (self.first, self.then)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done and by whom. Ids are unique among jobs and among vehicles."""

    vehicles: tuple[Vehicle, ...]
    jobs: tuple[Job, ...]


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle arrives, perhaps waits, begins and leaves. `halt`: 0 for a job's first, 1 for its second."""

    job_id: str
    halt: int
    arrives_s: int
    begins_s: int
    leaves_s: int


class Tour(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle's stops in order, from when it leaves its start to when it is at its end."""

    vehicle_id: str
    starts_s: int
    ends_s: int
    drive_s: int
    stops: tuple[Stop, ...]


Why = Literal["unable", "too_large", "no_way", "no_time", "crowded_out"]
"""No vehicle has the skills; none takes the load; no road; none would be in time with nothing else to do;
some could by itself, but the plan that leaves this one out does more."""


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A job that nobody does, and why."""

    job_id: str
    why: Why


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Tours of the vehicles that leave at all, and every job that is in none of them."""

    solver: str
    tours: tuple[Tour, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class Roads:
    """Whole seconds between places, by vehicle class; None where no way leads."""

    places: tuple[LonLat, ...]
    drive_s: Mapping[str, Sequence[Sequence[int | None]]]

    @cached_property
    def rows(self) -> dict[LonLat, int]:
        """Where each place stands in the tables."""
        return {place: number for number, place in enumerate(self.places)}

    def find_s(self, vehicle_class: str, a: LonLat, b: LonLat) -> int | None:
        """From one place to another."""
        return 0 if a == b else self.drive_s[vehicle_class][self.rows[a]][self.rows[b]]


def list_places(problem: Problem) -> tuple[LonLat, ...]:
    """Every place once."""
    ends = [place for vehicle in problem.vehicles for place in (vehicle.start, vehicle.end)]
    return tuple(dict.fromkeys(ends + [halt.lon_lat for job in problem.jobs for halt in job.halts]))


def limit_rides(problem: Problem, roads: Roads) -> Problem:
    """The problem with a longest ride for whoever has none told: twice the direct way and half an hour
    (`USUAL_RIDE`), or as long as the windows themselves make somebody wait. Without it the shortest drive
    keeps people aboard for hours while others are fetched."""
    return msgspec.structs.replace(
        problem, jobs=tuple(_limit_ride(job, problem.vehicles, roads) for job in problem.jobs)
    )


def _limit_ride(job: Job, vehicles: Sequence[Vehicle], roads: Roads) -> Job:
    if job.then is None or job.most_ride_s is not None:
        return job
    places = job.first.lon_lat, job.then.lon_lat
    direct = [roads.find_s(vehicle.vehicle_class, *places) for vehicle in vehicles if fits(vehicle, job)]
    longest = max((drive for drive in direct if drive is not None), default=0)
    left = min((end for _, end in job.first.windows), default=DAY_S) + job.first.duration_s
    waits = min((start for start, _ in job.then.windows), default=0) - left
    times, more_s = USUAL_RIDE
    return msgspec.structs.replace(job, most_ride_s=max(times * longest + more_s, waits))


def fits(vehicle: Vehicle, job: Job) -> bool:
    """Whether it has the skills and takes the load when it is empty."""
    return job.skills <= vehicle.skills and _takes(vehicle, job.load)


def _takes(vehicle: Vehicle, load: Mapping[str, int]) -> bool:
    return all(amount <= vehicle.capacity.get(kind, 0) for kind, amount in load.items())


def explain(problem: Problem, roads: Roads, job: Job) -> Why:
    """Why a job is in no tour: what holds of it alone, with every vehicle empty and at its start."""
    skilled = [vehicle for vehicle in problem.vehicles if job.skills <= vehicle.skills]
    if not skilled:
        return "unable"
    able = [vehicle for vehicle in skilled if _takes(vehicle, job.load)]
    if not able:
        return "too_large"
    alone = [_try_alone(vehicle, job, roads) for vehicle in able]
    if "crowded_out" in alone:
        return "crowded_out"
    return "no_time" if "no_time" in alone else "no_way"


def _try_alone(vehicle: Vehicle, job: Job, roads: Roads) -> Why:
    """A transport's second halt cannot be waited for at the first, where the ride is limited: there every
    beginning is tried that may matter, the earliest and those that end a wait at the second."""
    legs = [vehicle.start, *(halt.lon_lat for halt in job.halts), vehicle.end]
    drives = [roads.find_s(vehicle.vehicle_class, a, b) for a, b in pairwise(legs)]
    known = [drive for drive in drives if drive is not None]
    if len(known) < len(drives):
        return "no_way"
    begins = [vehicle.window[0] + known[0]]
    if job.then is not None:
        back = job.first.duration_s + known[1]
        rides = (0, job.most_ride_s - known[1] if job.most_ride_s is not None else 0)
        begins += [start - back - slack for start, _ in job.then.windows for slack in rides]
    return "crowded_out" if any(_is_in_time(vehicle, job, known, begin) for begin in begins) else "no_time"


def _is_in_time(vehicle: Vehicle, job: Job, drives: Sequence[int], begin: int) -> bool:
    at: int | None = max(begin, vehicle.window[0] + drives[0])
    left = 0
    for halt, drive in zip(job.halts, (0, *drives[1:-1]), strict=True):
        at = _begin_at(halt, at + drive) if at is not None else None
        if at is None:
            return False
        if halt is job.then and job.most_ride_s is not None and at - left > job.most_ride_s:
            return False
        at = left = at + halt.duration_s
    return at is not None and at + drives[-1] <= vehicle.window[1]


def _begin_at(halt: Halt, at: int) -> int | None:
    """The first moment from then on at which it may begin."""
    if not halt.windows:
        return at
    return min((max(at, start) for start, end in halt.windows if max(at, start) <= end), default=None)


def check_plan(problem: Problem, roads: Roads, plan: Plan) -> list[str]:
    """Everything in which a plan breaks its word; empty for a plan that may be given out."""
    vehicles = {vehicle.id: vehicle for vehicle in problem.vehicles}
    jobs = {job.id: job for job in problem.jobs}
    faults: list[str] = []
    told = [left.job_id for left in plan.left_out]
    for tour in plan.tours:
        vehicle = vehicles.get(tour.vehicle_id)
        if vehicle is None or any(stop.job_id not in jobs for stop in tour.stops):
            faults.append(f"{tour.vehicle_id}: unknown vehicle or job")
            continue
        told += list(dict.fromkeys(stop.job_id for stop in tour.stops))
        faults += _check_times(vehicle, tour, jobs, roads) + _check_loads(vehicle, tour, jobs)
    if sorted(told) != sorted(jobs):
        faults.append("a job is in two places, or in none")
    if len({tour.vehicle_id for tour in plan.tours}) < len(plan.tours):
        faults.append("a vehicle has two tours")
    return faults


def _check_times(vehicle: Vehicle, tour: Tour, jobs: Mapping[str, Job], roads: Roads) -> list[str]:
    faults, place, left, drive_s = [], vehicle.start, tour.starts_s, 0
    rode: dict[str, int] = {}
    if tour.starts_s < vehicle.window[0] or tour.ends_s > vehicle.window[1]:
        faults.append(f"{vehicle.id}: outside its shift")
    for stop in tour.stops:
        job, where = jobs[stop.job_id], f"{vehicle.id}, {stop.job_id}/{stop.halt}"
        if not 0 <= stop.halt < len(job.halts):
            return [*faults, f"{where}: no such halt"]
        halt = job.halts[stop.halt]
        drive = roads.find_s(vehicle.vehicle_class, place, halt.lon_lat)
        if drive is None or stop.arrives_s < left + drive:
            faults.append(f"{where}: there sooner than the roads allow")
        if stop.begins_s < stop.arrives_s or stop.leaves_s < stop.begins_s + halt.duration_s:
            faults.append(f"{where}: too little time")
        if halt.windows and not any(start <= stop.begins_s <= end for start, end in halt.windows):
            faults.append(f"{where}: outside its windows")
        if stop.halt == 1 and job.most_ride_s is not None:
            ride = stop.begins_s - rode.get(job.id, stop.begins_s)
            faults += [f"{where}: too long a ride"] if ride > job.most_ride_s else []
        rode[job.id] = stop.leaves_s
        place, left, drive_s = halt.lon_lat, stop.leaves_s, drive_s + (drive or 0)
    home = roads.find_s(vehicle.vehicle_class, place, vehicle.end)
    if home is None or tour.ends_s < left + home:
        faults.append(f"{vehicle.id}: at its end sooner than the roads allow")
    if tour.drive_s != drive_s + (home or 0):
        faults.append(f"{vehicle.id}: drives otherwise than it says")
    return faults


def _check_loads(vehicle: Vehicle, tour: Tour, jobs: Mapping[str, Job]) -> list[str]:
    """Everything of a job in its order and in this tour, and never more aboard than there is room for."""
    faults: list[str] = []
    aboard: dict[str, int] = {}
    for stop in tour.stops:
        job = jobs[stop.job_id]
        sign = 1 if stop.halt == 0 and job.then is not None else -1
        for kind, amount in job.load.items() if job.then is not None else ():
            aboard[kind] = aboard.get(kind, 0) + sign * amount
        if any(amount > vehicle.capacity.get(kind, 0) for kind, amount in aboard.items()):
            faults.append(f"{vehicle.id}, {stop.job_id}: more aboard than there is room for")
        if not fits(vehicle, job):
            faults.append(f"{vehicle.id}, {stop.job_id}: cannot do it")
    for job_id in dict.fromkeys(stop.job_id for stop in tour.stops):
        halts = [stop.halt for stop in tour.stops if stop.job_id == job_id]
        if halts != list(range(len(jobs[job_id].halts))):
            faults.append(f"{vehicle.id}, {job_id}: halts {halts}")
    return faults
