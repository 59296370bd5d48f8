"""Tours by VROOM, a program of its own, where it is installed: `vroom` of the package pyvroom, say.

It is asked by its JSON and not linked: its builds may hold the GNU linear programming kit, whose licence is
the GPL. It knows no longest ride; plans that need one are not its. VROOM: github.com/VROOM-Project/vroom.
"""

import json
import shutil
import subprocess
from collections.abc import Iterable
from typing import Any

from routing.tours.tours import Halt, Job, LeftOut, Plan, Problem, Roads, Stop, Tour, Window, explain, fits

PROGRAM = "vroom"
_FAR_S = 10_000_000
_THREADS, _EXPLORED = "1", "5"
_PATIENCE_S = 20.0
"""So much longer than its limit it may take, to start and to read, before it is ended."""


class NoVroom(Exception):
    """It is not there, cannot do what is asked, or gave no plan; carries what it said."""


def find_vroom() -> str | None:
    """The program, where it is installed."""
    return shutil.which(PROGRAM)


def plan_tours(problem: Problem, roads: Roads, limit_s: float = 10.0) -> Plan:
    """Its plan. Raises NoVroom."""
    program = find_vroom()
    if program is None:
        raise NoVroom(f"{PROGRAM} is not installed")
    if any(job.most_ride_s is not None for job in problem.jobs):
        raise NoVroom("it knows no longest ride")
    if not problem.jobs:
        return Plan(solver=PROGRAM, tours=(), left_out=())
    asked = json.dumps(write_question(problem, roads))
    command = [program, "-t", _THREADS, "-x", _EXPLORED, "-l", str(max(1, round(limit_s)))]
    try:
        done = subprocess.run(
            command, input=asked, capture_output=True, text=True, timeout=_PATIENCE_S + limit_s, check=False
        )
        answer = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        raise NoVroom(str(error)) from error
    if answer.get("code") != 0:
        raise NoVroom(str(answer.get("error", done.stderr)))
    return read_answer(problem, roads, answer)


def write_question(problem: Problem, roads: Roads) -> dict[str, Any]:
    """The problem in its words. Who may do what is said by skills alone: a number for each job that not every
    vehicle fits."""
    kinds = sorted({kind for job in problem.jobs for kind in job.load})
    fitting = [[n for n, job in enumerate(problem.jobs, start=1) if fits(v, job)] for v in problem.vehicles]
    vehicles = [
        {
            "id": number,
            "profile": vehicle.vehicle_class,
            "start_index": roads.rows[vehicle.start],
            "end_index": roads.rows[vehicle.end],
            "time_window": list(vehicle.window),
            "capacity": [vehicle.capacity.get(kind, 0) for kind in kinds],
            "skills": able,
        }
        for (number, vehicle), able in zip(enumerate(problem.vehicles, start=1), fitting, strict=True)
    ]
    jobs, shipments = [], []
    for number, job in enumerate(problem.jobs, start=1):
        told = {"skills": [number], "priority": 100 - 20 * min(4, max(1, job.priority))}
        first = _write_halt(number, job.first, roads)
        if job.then is None:
            jobs.append(told | first)
        else:
            amount = [job.load.get(kind, 0) for kind in kinds]
            shipments.append(
                told | {"amount": amount, "pickup": first, "delivery": _write_halt(number, job.then, roads)}
            )
    matrices = {
        vehicle_class: {"durations": [[_FAR_S if s is None else s for s in row] for row in table]}
        for vehicle_class, table in roads.drive_s.items()
    }
    return {"vehicles": vehicles, "jobs": jobs, "shipments": shipments, "matrices": matrices}


def _write_halt(number: int, halt: Halt, roads: Roads) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": number,
        "location_index": roads.rows[halt.lon_lat],
        "service": halt.duration_s,
    }
    return told | ({"time_windows": _join(halt.windows)} if halt.windows else {})


def _join(windows: Iterable[Window]) -> list[list[int]]:
    """In order, those that overlap or touch made one: it takes no others."""
    joined: list[list[int]] = []
    for begin, end in sorted(windows):
        if joined and begin <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([begin, end])
    return joined


def read_answer(problem: Problem, roads: Roads, answer: dict[str, Any]) -> Plan:
    """Its tours; what it left out is explained by us."""
    tours = tuple(tour for route in answer["routes"] if (tour := _read_route(problem, roads, route)).stops)
    done = {stop.job_id for tour in tours for stop in tour.stops}
    left = [job for job in problem.jobs if job.id not in done]
    return Plan(
        solver=PROGRAM,
        tours=tours,
        left_out=tuple(LeftOut(job_id=job.id, why=explain(problem, roads, job)) for job in left),
    )


def _read_route(problem: Problem, roads: Roads, route: dict[str, Any]) -> Tour:
    vehicle = problem.vehicles[route["vehicle"] - 1]
    stops, place, drive_s = [], vehicle.start, 0
    for step in route["steps"]:
        if step["type"] in ("job", "pickup", "delivery"):
            job: Job = problem.jobs[step["id"] - 1]
            number = int(step["type"] == "delivery")
            halt = job.halts[number]
            begins = step["arrival"] + step["waiting_time"]
            stops.append(
                Stop(
                    job_id=job.id,
                    halt=number,
                    arrives_s=step["arrival"],
                    begins_s=begins,
                    leaves_s=begins + step["service"] + step["setup"],
                )
            )
            drive_s += roads.find_s(vehicle.vehicle_class, place, halt.lon_lat) or 0
            place = halt.lon_lat
    drive_s += roads.find_s(vehicle.vehicle_class, place, vehicle.end) or 0
    first, last = route["steps"][0], route["steps"][-1]
    return Tour(
        vehicle_id=vehicle.id,
        starts_s=first["arrival"],
        ends_s=last["arrival"],
        drive_s=drive_s,
        stops=tuple(stops),
    )
