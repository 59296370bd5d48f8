"""What one agency did on a simulated day, as events of the rules, and the ways of its units."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from dispatch.domain.codebook import Agency
from dispatch.domain.ids import name_leg
from dispatch.domain.model.assignment import AssignmentEnded, PhaseReported, UnitAssigned
from dispatch.domain.model.incident import LegActivated, LegClosed
from dispatch.domain.model.messages import Envelope, Event
from dispatch.domain.model.unit import StationRegistered, UnitRegistered, UnitStatusSet
from dispatch.domain.model.values import LonLat, Phase, PhaseTime, TimeSource
from dispatch.replay.simulated import Way
from dispatch.simulate.city_days import Day
from dispatch.simulate.city_kernel import AgencySimulation, Drive, Work
from dispatch.simulate.city_model import AgencyModel, CityModel

ACTOR = "simulation"
ENDED = {True: "taken_to_hospital", False: "resolved_on_scene"}
"""How a unit's part ended, by whether it took somebody to hospital."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Told:
    """An event at its minute. Those of one minute: what arrives or opens (0), then what units do on their
    incidents, work by work and step by step (1), then what ends and who drives off (2)."""

    at_min: float
    rank: tuple[int, ...]
    agency_id: str
    event: Event


class Clock:
    def __init__(self, start: datetime) -> None:
        self._start = start

    def at(self, minutes: float) -> datetime:
        """Minutes of the day as a moment."""
        return self._start + timedelta(minutes=minutes)

    def time(self, minutes: float) -> PhaseTime:
        """When a phase began."""
        at = self.at(minutes)
        return PhaseTime(occurred_at=at, recorded_at=at, source=TimeSource.SYSTEM)

    def record(self, seq: int, told: Told) -> Envelope:
        """An event as a log keeps it."""
        at = self.at(told.at_min)
        return Envelope(
            centre_id=ACTOR,
            log_id=ACTOR,
            seq=seq,
            epoch=0,
            command_id=f"{ACTOR}-{seq}",
            type=told.event.TYPE,
            type_version=told.event.VERSION,
            actor=ACTOR,
            agency=told.agency_id,
            occurred_at=at,
            received_at=at,
            recorded_at=at,
            payload=msgspec.Raw(msgspec.json.encode(told.event)),
        )


class AgencyTeller:
    """What one agency did."""

    def __init__(
        self,
        model: CityModel,
        agency: AgencyModel,
        day: Day,
        names: Sequence[tuple[str, str]],
        clock: Clock,
    ) -> None:
        self._agency, self._day, self._names, self._clock = agency, day, names, clock
        self._codes: Agency = model.book.agencies[agency.agency_id]

    def tell_fleet(self) -> Iterator[Told]:
        """Stations and units, all of them in quarters."""
        fleet, agency_id = self._agency.fleet, self._agency.agency_id
        for station_id, (_, (lon, lat)) in fleet.stations.items():
            name = fleet.names.get(station_id, station_id)
            yield self._tell(
                0.0,
                (-2,),
                StationRegistered(
                    station_id=station_id,
                    agency_id=agency_id,
                    name=name,
                    lon_lat=LonLat(lon, lat),
                    synthetic=True,
                ),
            )
        for unit, known in zip(fleet.units, self._agency.units, strict=True):
            yield self._tell(
                0.0,
                (-1,),
                UnitRegistered(
                    unit_id=unit.unit_id,
                    call_sign=unit.call_sign or unit.unit_id,
                    agency_id=agency_id,
                    station_id=unit.station_id,
                    type_code=unit.type_code,
                    capabilities=known.capabilities,
                    vehicle_class=known.vehicle_class,
                    turnout_s=known.turnout.usual_s,
                    status_code=self._status(Phase.AVAILABLE, in_quarters=True),
                    synthetic=True,
                    test=False,
                ),
            )

    def tell_works(self, run: AgencySimulation) -> Iterator[Told]:
        """Every unit's assignments, phase by phase, and what becomes of the legs by them."""
        last: dict[int, tuple[int, Work]] = {}
        done: Counter[int] = Counter()
        for n, work in enumerate(run.works):
            leg_id = self._leg(work.number)
            yield self._tell(work.sent_min, (1, n, 0), self._make(n, work, leg_id))
            if work.number not in done:
                yield self._tell(work.sent_min, (1, n, 1), LegActivated(leg_id=leg_id))
            yield from self._tell_phases(n, work)
            done[work.number] += 1
            if work.number not in last or last[work.number][1].free_min <= work.free_min:
                last[work.number] = n, work
        for number, (n, work) in last.items():
            if done[number] == run.responses[number].wanted:
                outcome = ENDED[work.end != work.place]
                closed = LegClosed(leg_id=self._leg(number), outcome=outcome)
                yield self._tell(work.free_min, (1, n, 9), closed)

    def tell_drives(self, run: AgencySimulation) -> Iterator[Told]:
        """Idle units under way to where they will wait, and there, unless they were sent before."""
        for drive, until in _cut(run):
            own = self._agency.units[drive.unit].base == drive.base
            if drive.due_min > drive.left_min:
                yield self._tell(drive.left_min, (2,), self._set(drive, Phase.RETURNING, drive.left_min))
            if until >= drive.due_min:
                yield self._tell(drive.due_min, (0,), self._set(drive, Phase.AVAILABLE, drive.due_min, own))

    def list_ways(self, run: AgencySimulation) -> list[Way]:
        """Of each unit in order: from its station on."""
        steps: dict[int, list[tuple[float, float, Point, Point]]] = {
            n: [(0.0, 0.0, self._agency.points[unit.base], self._agency.points[unit.base])]
            for n, unit in enumerate(self._agency.units)
        }
        points = self._agency.points
        for work in run.works:
            scene = self._scene(work.number)
            steps[work.unit].append((work.left_min, work.there_min, points[work.start], scene))
            if work.end != work.place:
                steps[work.unit].append((work.leaves_min, work.at_hospital_min, scene, points[work.end]))
        for drive, until in _cut(run):
            begin, goal = points[drive.start], points[drive.base]
            whole = drive.due_min - drive.left_min
            gone = min(1.0, (until - drive.left_min) / whole) if whole > 0 else 1.0
            end = (begin[0] + (goal[0] - begin[0]) * gone, begin[1] + (goal[1] - begin[1]) * gone)
            steps[drive.unit].append((drive.left_min, min(until, drive.due_min), begin, end))
        at = self._clock.at
        return [
            Way(self._agency.units[unit].unit_id, at(left), at(there), begin, end)
            for unit, own in steps.items()
            for left, there, begin, end in sorted(own, key=lambda step: step[:2])
        ]

    def _make(self, n: int, work: Work, leg_id: str) -> UnitAssigned:
        return UnitAssigned(
            assignment_id=self._assignment(n),
            incident_id=self._names[work.number][0],
            leg_id=leg_id,
            unit_id=self._agency.units[work.unit].unit_id,
            agency_id=self._agency.agency_id,
            need_id=None,
            queued=False,
            hot=True,
            eta_s=60.0 * (work.there_min - work.sent_min),
            recommendation_version=None,
            override=False,
            crew_id=None,
            status_code=self._status(Phase.DISPATCHED),
            test=False,
        )

    def _tell_phases(self, n: int, work: Work) -> Iterator[Told]:
        phases = [(Phase.EN_ROUTE, work.left_min), (Phase.ON_SCENE, work.there_min)]
        if work.end != work.place:
            phases += [(Phase.TRANSPORTING, work.leaves_min), (Phase.AT_HOSPITAL, work.at_hospital_min)]
        for rank, (phase, minutes) in enumerate(phases, start=2):
            reported = PhaseReported(
                assignment_id=self._assignment(n),
                phase=phase,
                status_code=self._status(phase),
                in_quarters=False,
                time=self._clock.time(minutes),
                correction=False,
            )
            yield self._tell(minutes, (1, n, rank), reported)
        ended = AssignmentEnded(
            assignment_id=self._assignment(n),
            how="cleared",
            outcome=ENDED[work.end != work.place],
            status_code=self._status(Phase.AVAILABLE),
        )
        yield self._tell(work.free_min, (1, n, 8), ended)

    def _set(self, drive: Drive, phase: Phase, minutes: float, in_quarters: bool = False) -> UnitStatusSet:
        return UnitStatusSet(
            unit_id=self._agency.units[drive.unit].unit_id,
            phase=phase,
            status_code=self._status(phase, in_quarters=in_quarters),
            in_quarters=in_quarters,
            time=self._clock.time(minutes),
            reason="",
        )

    def _status(self, phase: Phase, *, in_quarters: bool = False) -> str:
        """The agency's usual word."""
        own = [s for s in self._codes.statuses.values() if s.phase == phase]
        return next((s.code for s in own if s.in_quarters == in_quarters), own[0].code if own else str(phase))

    def _scene(self, number: int) -> Point:
        incident = self._day.incidents[number]
        place = incident.told.place.lon_lat if incident.told is not None else None
        return (place.lon, place.lat) if place is not None else self._agency.points[incident.place]

    def _assignment(self, n: int) -> str:
        return f"{ACTOR}-{self._agency.agency_id}-{n}"

    def _leg(self, number: int) -> str:
        return name_leg(self._names[number][0], self._codes.suffix)

    def _tell(self, at_min: float, rank: tuple[int, ...], event: Event) -> Told:
        return Told(at_min, rank, self._agency.agency_id, event)


def _cut(run: AgencySimulation) -> Iterator[tuple[Drive, float]]:
    """Every drive with the minute at which something else began for its unit; those of no length left out."""
    sent = {(work.unit, work.sent_min) for work in run.works}
    begins: defaultdict[int, list[float]] = defaultdict(list)
    for unit, at_min in [*sent, *((drive.unit, drive.left_min) for drive in run.drives)]:
        begins[unit].append(at_min)
    for own in begins.values():
        own.sort()
    for drive in run.drives:
        own = begins[drive.unit]
        later = bisect_right(own, drive.left_min)
        if (drive.unit, drive.left_min) not in sent:
            yield drive, own[later] if later < len(own) else float("inf")
