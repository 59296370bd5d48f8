"""A planner's file of transports and patrols becomes tours over the city's own roads.

Hours are the city's, "HH:MM" or "HH:MM:SS", and may pass midnight ("26:00" is two in the morning after). A
plan that does not keep what it promises is given to nobody, whichever solver made it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from routing.plans.screening import is_position
from routing.policies import tours as by_ortools
from routing.terms.messages import LonLat
from routing.tours.tours import (
    Halt,
    Job,
    LeftOut,
    Plan,
    Problem,
    Roads,
    Vehicle,
    Window,
    check_plan,
    limit_rides,
    list_places,
)
from routing.tours.vroom import NoVroom, find_vroom
from routing.tours.vroom import plan_tours as plan_by_vroom
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES

SOLVERS = ("auto", "ortools", "vroom")
"""VROOM where it is installed and its plan keeps nobody aboard for too long, else OR-Tools; one of them."""

MOST_PLACES = 2_000
"""Places of one plan: a matrix of four million drives for each class."""

_CLOCK = re.compile(r"^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$")
Clock = Annotated[str, Meta(max_length=8)]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]
Amounts = dict[str, Annotated[int, Meta(ge=0, le=1_000)]]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Position = tuple[float, float]

WHY = {
    "unable": ("không xe nào có kỹ năng cần", "no vehicle has the skills"),
    "too_large": ("không xe nào đủ chỗ", "no vehicle has the room"),
    "no_way": ("không có đường đi tới", "no road leads there"),
    "no_time": (
        "không xe nào kịp giờ, kể cả khi không có việc khác",
        "none would be in time, even alone",
    ),
    "crowded_out": ("các xe đều bận việc khác vào giờ đó", "the vehicles are busy with the others then"),
}


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: a misspelt name is a fault, never ignored."""


class VehicleLine(_Strict, frozen=True, kw_only=True):
    """A vehicle: it begins at `start` and is back at `end` (else at `start`) between `begins` and `ends`."""

    id: Name
    vehicle_class: str
    start: Position
    begins: Clock
    ends: Clock
    end: Position | None = None
    capacity: Amounts = {}
    skills: tuple[str, ...] = ()


class HaltLine(_Strict, frozen=True, kw_only=True):
    """A place, in the planner's words too where they are told, the windows in which the work there may begin,
    and how long it takes."""

    at: Position
    windows: tuple[tuple[Clock, Clock], ...] = ()
    duration_s: Seconds = 0
    place: Annotated[str, Meta(max_length=200)] = ""


class TransportLine(_Strict, frozen=True, kw_only=True):
    """Somebody from one place to another; `most_ride_s` aboard at most."""

    id: Name
    pickup: HaltLine
    delivery: HaltLine
    load: Amounts = {}
    skills: tuple[str, ...] = ()
    priority: Annotated[int, Meta(ge=1, le=4)] = 3
    most_ride_s: Seconds | None = None


class VisitLine(_Strict, frozen=True, kw_only=True):
    """A place to be passed or seen to."""

    id: Name
    halt: HaltLine
    skills: tuple[str, ...] = ()
    priority: Annotated[int, Meta(ge=1, le=4)] = 3


class TourFile(_Strict, frozen=True, kw_only=True):
    """What a planner asks for. `hour`: roads as at this hour of the day, else free; `seconds`: the hard limit
    of the solver. The command line may say either otherwise."""

    day: date
    hour: Annotated[int, Meta(ge=0, le=23)] | None = None
    seconds: Annotated[float, Meta(ge=0.1, le=3600.0)] = 10.0
    vehicles: Annotated[tuple[VehicleLine, ...], Meta(min_length=1, max_length=500)]
    transports: Annotated[tuple[TransportLine, ...], Meta(max_length=1_000)] = ()
    visits: Annotated[tuple[VisitLine, ...], Meta(max_length=1_000)] = ()


class StopOut(msgspec.Struct, frozen=True, kw_only=True):
    """A stop as people read it. `what`: pickup, delivery, visit."""

    what: str
    job: str
    at: LonLat
    arrives: str
    begins: str
    leaves: str
    place: str = ""


class TourOut(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle's day. `way` is drawn where somebody asked for it: (lon, lat) along the roads."""

    vehicle: str
    begins: str
    ends: str
    drive_min: float
    stops: list[StopOut]
    way: list[LonLat] = []


class LeftOutLine(msgspec.Struct, frozen=True, kw_only=True):
    """A job that nobody does, and why, as a code and in words."""

    job: str
    why: str
    vi: str
    en: str


class TourPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan as it is written."""

    day: date
    solver: str
    drive_min: float
    tours: list[TourOut]
    left_out: list[LeftOutLine]


class ToursUnusable(Exception):
    """A file that is wrong, or a plan that cannot be made; `vi` and `en` say what and what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi}\n{en}")
        self.vi, self.en = vi, en


MeasureRoads = Callable[[Sequence[LonLat], str], Sequence[Sequence[float | None]]]
"""(places, vehicle class) → seconds between all of them, None where no way leads."""


def read_file(path: Path) -> TourFile:
    """Raises ToursUnusable naming what is wrong where."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=TourFile)
    except (OSError, msgspec.DecodeError) as error:
        raise ToursUnusable(f"{path}: {error}.", f"{path}: {error}.") from error


def plan_tours(
    asked: TourFile,
    measure: MeasureRoads,
    solver: str,
    limit_s: float,
    measured: Callable[[], None] = lambda: None,
) -> TourPlan:
    """The plan for a file; `measured` is told when the roads are known. Raises ToursUnusable."""
    problem = _make_problem(asked)
    places = list_places(problem)
    if len(places) > MOST_PLACES:
        raise ToursUnusable(
            f"{len(places)} nơi, quá {MOST_PLACES}. Chia tệp thành nhiều phần.",
            f"{len(places)} places, more than {MOST_PLACES}. Split the file.",
        )
    classes = sorted({vehicle.vehicle_class for vehicle in problem.vehicles})
    roads = Roads(places, {name: _round(measure(places, name)) for name in classes})
    measured()
    plan = _solve(problem, roads, solver, limit_s)
    faults = check_plan(problem, roads, plan)
    if faults:
        raise ToursUnusable(
            f"Bộ giải {plan.solver} cho kế hoạch sai ({faults[0]}), không dùng. Thử bộ giải khác (--solver).",
            f"{plan.solver} gave a plan that does not hold ({faults[0]}); it is not used. Try --solver.",
        )
    return _tell(asked, problem, plan)


FindRoute = Callable[[LonLat, LonLat, str], Sequence[LonLat]]
"""(from, to, vehicle class) → the way along the roads; empty where none leads."""


def draw_ways(asked: TourFile, plan: TourPlan, find_route: FindRoute) -> TourPlan:
    """The plan with every vehicle's way from stop to stop, as a map shows it."""
    vehicles = {line.id: line for line in asked.vehicles}

    def draw(tour: TourOut) -> TourOut:
        line = vehicles[tour.vehicle]
        halts = [line.start, *(stop.at for stop in tour.stops), line.end or line.start]
        way: list[LonLat] = [halts[0]]
        for origin, end in pairwise(halts):
            way += [*(find_route(origin, end, line.vehicle_class) if origin != end else ()), end]
        return msgspec.structs.replace(tour, way=way)

    return msgspec.structs.replace(plan, tours=[draw(tour) for tour in plan.tours])


def _solve(problem: Problem, roads: Roads, solver: str, limit_s: float) -> Plan:
    """VROOM where it is asked for, or is there and gives a plan without rides longer than usual; else
    OR-Tools, which always can, with the usual ride as a limit."""
    if solver == "vroom":
        return _ask_vroom(problem, roads, limit_s)
    usual = limit_rides(problem, roads)
    limited = any(job.most_ride_s is not None for job in problem.jobs)
    if solver == "auto" and not limited and find_vroom() is not None:
        with suppress(NoVroom):
            plan = plan_by_vroom(problem, roads, limit_s)
            if not check_plan(usual, roads, plan):
                return plan
    try:
        return by_ortools.plan_tours(usual, roads, limit_s)
    except by_ortools.NoTours as error:
        raise ToursUnusable(
            f"Không tìm được kế hoạch trong {limit_s:g} s ({error}). Tăng --seconds.",
            f"No plan was found within {limit_s:g} s ({error}). Raise --seconds.",
        ) from error


def _ask_vroom(problem: Problem, roads: Roads, limit_s: float) -> Plan:
    try:
        return plan_by_vroom(problem, roads, limit_s)
    except NoVroom as error:
        raise ToursUnusable(
            f"VROOM không giải được ({error}). Dùng --solver ortools.",
            f"VROOM cannot do it ({error}). Use --solver ortools.",
        ) from error


def _make_problem(asked: TourFile) -> Problem:
    _refuse_repeats("vehicles", [vehicle.id for vehicle in asked.vehicles])
    _refuse_repeats(
        "transports, visits", [*(line.id for line in asked.transports), *(line.id for line in asked.visits)]
    )
    transports = [
        Job(
            id=line.id,
            first=_make_halt(line.id, line.pickup),
            then=_make_halt(line.id, line.delivery),
            load=line.load,
            skills=frozenset(line.skills),
            priority=line.priority,
            most_ride_s=line.most_ride_s,
        )
        for line in asked.transports
    ]
    visits = [
        Job(
            id=line.id,
            first=_make_halt(line.id, line.halt),
            skills=frozenset(line.skills),
            priority=line.priority,
        )
        for line in asked.visits
    ]
    return Problem(vehicles=tuple(map(_make_vehicle, asked.vehicles)), jobs=(*transports, *visits))


def _make_vehicle(line: VehicleLine) -> Vehicle:
    if line.vehicle_class not in VEHICLE_CLASSES:
        known = ", ".join(VEHICLE_CLASSES)
        raise ToursUnusable(
            f"{line.id}: không có loại phương tiện {line.vehicle_class!r}; có: {known}.",
            f"{line.id}: there is no vehicle class {line.vehicle_class!r}; there are {known}.",
        )
    return Vehicle(
        id=line.id,
        vehicle_class=line.vehicle_class,
        start=_check_position(line.id, line.start),
        end=_check_position(line.id, line.end or line.start),
        window=read_window(line.id, (line.begins, line.ends)),
        capacity=line.capacity,
        skills=frozenset(line.skills),
    )


def _make_halt(job_id: str, line: HaltLine) -> Halt:
    windows = tuple(read_window(job_id, window) for window in line.windows)
    return Halt(lon_lat=_check_position(job_id, line.at), windows=windows, duration_s=line.duration_s)


def _check_position(whose: str, at: Position) -> LonLat:
    if not is_position(at):
        raise ToursUnusable(f"{whose}: {at} không phải kinh độ, vĩ độ.", f"{whose}: {at} is not lon, lat.")
    return at


def read_window(whose: str, window: tuple[str, str]) -> Window:
    """Seconds from midnight. Raises ToursUnusable naming whose it is."""
    read = [_CLOCK.match(text) for text in window]
    seconds = [
        3600 * int(found[1]) + 60 * int(found[2]) + int(found[3] or 0) for found in read if found is not None
    ]
    if len(seconds) < 2 or not seconds[0] <= seconds[1] <= 48 * 3600:
        told = "–".join(window)
        raise ToursUnusable(
            f"{whose}: {told} không phải khoảng giờ HH:MM (đến 48:00).",
            f"{whose}: {told} is no range of hours HH:MM (up to 48:00).",
        )
    return seconds[0], seconds[1]


def _refuse_repeats(where: str, ids: Sequence[str]) -> None:
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise ToursUnusable(f"{where}: {twice[0]} có hai lần.", f"{where}: {twice[0]} stands there twice.")


def _round(table: Sequence[Sequence[float | None]]) -> list[list[int | None]]:
    """Up: a vehicle is never promised sooner than the roads say."""
    return [[None if s is None else int(-(-s // 1)) for s in row] for row in table]


def _tell(asked: TourFile, problem: Problem, plan: Plan) -> TourPlan:
    jobs: Mapping[str, Job] = {job.id: job for job in problem.jobs}
    words = {(line.id, 0): line.halt.place for line in asked.visits}
    for line in asked.transports:
        words |= {(line.id, 0): line.pickup.place, (line.id, 1): line.delivery.place}
    tours = [
        TourOut(
            vehicle=tour.vehicle_id,
            begins=_clock(tour.starts_s),
            ends=_clock(tour.ends_s),
            drive_min=round(tour.drive_s / 60.0, 1),
            stops=[
                StopOut(
                    what="visit" if jobs[s.job_id].then is None else ("pickup", "delivery")[s.halt],
                    job=s.job_id,
                    at=jobs[s.job_id].halts[s.halt].lon_lat,
                    arrives=_clock(s.arrives_s),
                    begins=_clock(s.begins_s),
                    leaves=_clock(s.leaves_s),
                    place=words.get((s.job_id, s.halt), ""),
                )
                for s in tour.stops
            ],
        )
        for tour in plan.tours
    ]
    return TourPlan(
        day=asked.day,
        solver=plan.solver,
        drive_min=round(sum(tour.drive_s for tour in plan.tours) / 60.0, 1),
        tours=tours,
        left_out=[_tell_left(left) for left in plan.left_out],
    )


def _tell_left(left: LeftOut) -> LeftOutLine:
    vi, en = WHY[left.why]
    return LeftOutLine(job=left.job_id, why=left.why, vi=vi, en=en)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
