"""A day of the own log as a simulation needs it: the same incidents, answered again by another policy.

What nobody can know of a day that did not happen is taken from the one that did: how long each unit was at
the scene and at the hospital, in the order in which units came. For units that were never sent, and for runs
whose times were not told, it is the day's median.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from statistics import median

import numpy as np

from dispatch.domain.codebook import PlanNeed
from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident as OpenedIncident
from dispatch.domain.model.values import Phase
from dispatch.simulate.city_days import Day, Incident, Job
from dispatch.simulate.city_hours import TRAFFIC
from dispatch.simulate.city_model import AGENCIES, Fleet, FleetUnit
from dispatch.store.recorded_days import RecordedDay
from routing.terms.messages import LonLat

USUAL = Job(scene_min=20.0, aboard=False, handover_min=20.0)
"""Where a whole day tells of nobody's times."""

FindWard = Callable[[LonLat], int]


def read_fleet(day: RecordedDay) -> Fleet:
    """The registered fleet; units for tests are left out."""
    return Fleet(
        stations={s.id: (s.agency_id, (s.lon_lat.lon, s.lon_lat.lat)) for s in day.stations},
        units=[
            FleetUnit(u.id, u.agency_id, u.station_id, u.type_code, u.call_sign)
            for u in day.units
            if not u.test and u.station_id
        ],
        names={s.id: s.name for s in day.stations},
    )


def count_placeless(recorded: RecordedDay, agencies: Sequence[str]) -> int:
    """Incidents of these agencies that cannot be answered again, since nobody knows where they were."""
    theirs = {leg.incident_id for leg in recorded.legs if leg.agency_id in agencies}
    return sum(
        i.place.lon_lat is None and i.id in theirs
        for i in recorded.incidents
        if i.merged_into is None and not i.test
    )


def make_day(
    recorded: RecordedDay, start: datetime, hour: float, find_ward: FindWard, *, shifts: bool = False
) -> Day:
    """Its incidents in minutes from `start`, which is `hour` o'clock where they happened; those without a
    place, merged into others or made for tests are left out."""
    usual = find_usual(recorded.assignments)
    by_leg: defaultdict[str, list[Assignment]] = defaultdict(list)
    for assignment in sorted(recorded.assignments, key=lambda a: (a.dispatched_at or a.created_at, a.id)):
        by_leg[assignment.leg_id].append(assignment)
    incidents = []
    for opened in recorded.incidents:
        if opened.place.lon_lat is None or opened.merged_into is not None or opened.test:
            continue
        needs: dict[str, tuple[PlanNeed, ...]] = {}
        jobs: dict[str, tuple[Job, ...]] = {}
        for leg in (
            leg for leg in recorded.legs if leg.incident_id == opened.id and leg.agency_id in AGENCIES
        ):
            wanted = tuple(
                PlanNeed(
                    capability=n.capability,
                    count=n.count,
                    minimum=n.minimum,
                    substitutes=tuple(n.substitutes),
                    package=n.package or "",
                )
                for n in leg.needs
                if n.count > 0
            )
            if wanted:
                needs[leg.agency_id] = wanted
                told = [job for a in by_leg[leg.id] if (job := find_job(a, usual)) is not None]
                count = sum(n.count for n in wanted)
                jobs[leg.agency_id] = tuple([*told, *[usual] * count][:count])
        incidents.append(_make_incident(opened, start, find_ward, needs, jobs))
    minutes = int(max((i.at_min for i in incidents), default=0.0)) + 60
    clock = (hour + np.arange(minutes) / 60.0).astype(int) % 24
    return Day(sorted(incidents, key=lambda i: i.at_min), np.array(TRAFFIC)[clock], hour % 24, shifts)


def _make_incident(
    opened: OpenedIncident,
    start: datetime,
    find_ward: FindWard,
    needs: dict[str, tuple[PlanNeed, ...]],
    jobs: dict[str, tuple[Job, ...]],
) -> Incident:
    place = opened.place.lon_lat
    if place is None:
        raise ValueError("an incident without a position cannot be simulated")
    return Incident(
        at_min=(opened.opened_at - start).total_seconds() / 60.0,
        type_code=opened.type_code,
        priority=opened.priority,
        place=find_ward((place.lon, place.lat)),
        needs=needs,
        jobs=jobs,
        number=opened.number,
        told=opened,
    )


def find_job(assignment: Assignment, usual: Job) -> Job | None:
    """What a run took by the times that its crew told; None for one that never arrived."""
    times = {phase: time.occurred_at for phase, time in assignment.times.items()}
    there = times.get(Phase.ON_SCENE) or times.get(Phase.AT_PATIENT)
    if there is None or assignment.ended_at is None:
        return None
    left = times.get(Phase.TRANSPORTING)
    hospital = times.get(Phase.AT_HOSPITAL)
    return Job(
        scene_min=_minutes(there, left or assignment.ended_at),
        aboard=left is not None,
        handover_min=_minutes(hospital, assignment.ended_at) if hospital is not None else usual.handover_min,
    )


def find_usual(assignments: Sequence[Assignment]) -> Job:
    """The day's medians; whether somebody is taken along is what most runs did."""
    jobs = [job for a in assignments if (job := find_job(a, USUAL)) is not None]
    if not jobs:
        return USUAL
    handovers = [job.handover_min for job in jobs if job.aboard]
    return Job(
        scene_min=median(job.scene_min for job in jobs),
        aboard=2 * len(handovers) > len(jobs),
        handover_min=median(handovers) if handovers else USUAL.handover_min,
    )


def _minutes(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 60.0)
