"""Sees by their positions that units have arrived where they were sent; it is recorded as seen, not as said.

A unit has arrived when it stays: near the place (or the mouth of its alley, where what does not fit stops),
for longer than a red light lasts, hardly moving, with a short walk left. Driving past, waiting at a crossing,
crawling along in a jam and parking across a canal are none of it. The arrival counts from the first moment of
the stay, so that patience costs no clock a second. Crews and desks may say it at any time; their word holds.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from math import inf
from typing import NamedTuple, Protocol

from dispatch.core.port import CorePort, CoreUnavailable
from dispatch.domain.codebook import CodeBook
from dispatch.domain.model.assignment import Assignment, RecordArrival
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.values import LonLat as At
from dispatch.domain.model.values import Phase, TimeSource
from dispatch.domain.rules.arrival import may_be_seen_arriving
from dispatch.live.positions import Located
from dispatch.store.errors import StoreError
from dispatch.usecases.picture import Picture
from dispatch.usecases.submit import submit_as_centre
from gis.geometry import LonLat, haversine_m
from routing.process.client import PlannerError

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0

FENCE_M = 120.0
"""Where a vehicle stops for a place, at the farthest: beyond that only its crew can know."""

NEAR_M = 40.0
"""So near the place it is reached whatever lies between: positions are no better."""

STILL_M = 30.0
"""A vehicle that stands seems to move by so much."""

STAYS = timedelta(seconds=120)
"""Longer than a red light; who crawls along in a jam is further on by then."""

GAP = timedelta(seconds=90)
"""After so long without a position a stay begins anew: nobody saw what was between."""

LEAST_FIXES = 3

VAGUE_M = 150.0
"""The circle of a place that is known no better than this has no gate to arrive at."""

ACCURATE_M = 50.0

WALK_S = 150.0
"""What may be left to go on foot, some 200 m: across a canal it is more."""

UNDER_WAY = frozenset({Phase.DISPATCHED, Phase.RECEIVED, Phase.EN_ROUTE})

Pair = tuple[float, float]


class Walks(Protocol):
    """What is needed of the planner's client."""

    async def travel_times(
        self, origins: list[Pair], destination: Pair, vehicle_class: str, *, hot: bool
    ) -> list[float | None]: ...


class Stay(NamedTuple):
    """Where a unit has stood from when to when, by how many positions."""

    at: LonLat
    since: datetime
    until: datetime
    fixes: int

    @property
    def is_long(self) -> bool:
        """Whether it is more than a halt."""
        return self.until - self.since >= STAYS and self.fixes >= LEAST_FIXES


def follow(stay: Stay | None, fix: Located) -> Stay | None:
    """The stay with one position more: a new one where the unit has moved on, or nobody saw it for a while.

    Positions older than the newest, and those too vague to tell standing from driving, change nothing.
    """
    if fix.accuracy_m is not None and fix.accuracy_m > ACCURATE_M:
        return stay
    at = LonLat(fix.lon, fix.lat)
    if stay is None or fix.at - stay.until > GAP or haversine_m(stay.at, at) > STILL_M:
        return stay if stay is not None and fix.at <= stay.until else Stay(at, fix.at, fix.at, 1)
    if fix.at <= stay.until:
        return stay
    return stay._replace(until=fix.at, fixes=stay.fixes + 1)


def measure_gate_m(incident: Incident, at: LonLat) -> float | None:
    """Metres to the place of an incident, or to the mouth of its alley; None for a place too vague to arrive
    at."""
    place = incident.place
    if place.lon_lat is None or (place.radius_m or 0.0) > VAGUE_M:
        return None
    gates = [place.lon_lat] if place.mouth is None else [place.lon_lat, place.mouth]
    return min(haversine_m(at, LonLat(gate.lon, gate.lat)) for gate in gates)


class ArrivalWatch:
    """Follows the units that are under way, and no others. `run` goes on until it is cancelled."""

    def __init__(
        self,
        core: CorePort,
        picture: Picture,
        book: CodeBook,
        planner: Walks | None,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._core, self._picture, self._book, self._planner = core, picture, book, planner
        self._now = now
        self._stays: dict[str, Stay | None] = {}
        self._judged: dict[str, tuple[datetime, At | None]] = {}

    def take(self, fix: Located) -> None:
        """A position as it comes: of most units it is nobody's business."""
        if fix.unit_id in self._stays:
            self._stays[fix.unit_id] = follow(self._stays[fix.unit_id], fix)

    async def run(self) -> None:
        """Look again and again. What fails now is tried again at the next look."""
        await self._picture.wait_loaded()
        while True:
            try:
                await self.look()
            except (CoreUnavailable, StoreError) as error:
                log.warning("arrivals could not be recorded now (%s)", error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Begin and cease to follow units; have recorded who stays where it was sent."""
        awaited = {assignment.unit_id: assignment for assignment in self._list_awaited()}
        self._stays = {unit_id: self._stays.get(unit_id) for unit_id in awaited}
        self._judged = {unit_id: judged for unit_id, judged in self._judged.items() if unit_id in awaited}
        for unit_id, assignment in awaited.items():
            stay = self._stays.get(unit_id)
            if stay is not None and stay.is_long and not self._is_at_home(unit_id, stay):
                await self._judge(assignment, stay)

    async def _judge(self, assignment: Assignment, stay: Stay) -> None:
        """A stay is judged once for each place that it may be an arrival at."""
        incident = self._picture.incidents.get(assignment.incident_id)
        if incident is None or self._waits_at_a_distance(incident):
            return
        judged = (stay.since, incident.place.lon_lat)
        gate_m = measure_gate_m(incident, stay.at)
        if gate_m is None or gate_m > FENCE_M or self._judged.get(assignment.unit_id) == judged:
            return
        walk_s = 0.0 if gate_m <= NEAR_M else await self._find_walk_s(incident, stay)
        if walk_s is None:
            return
        if walk_s <= WALK_S:
            await submit_as_centre(
                self._core,
                RecordArrival(assignment_id=assignment.id),
                self._now(),
                occurred_at=stay.since,
                source=TimeSource.GEOFENCE,
            )
        self._judged[assignment.unit_id] = judged

    def _list_awaited(self) -> Iterator[Assignment]:
        for unit in self._picture.units.values():
            if unit.assignment_id is None or unit.phase not in UNDER_WAY:
                continue
            assignment = self._picture.assignments.get(unit.assignment_id)
            if assignment is not None and may_be_seen_arriving(assignment):
                yield assignment

    def _is_at_home(self, unit_id: str, stay: Stay) -> bool:
        """Who turns out beside the place has not arrived there yet."""
        unit = self._picture.units[unit_id]
        station = self._picture.stations.get(unit.station_id)
        if not unit.in_quarters or station is None:
            return False
        return haversine_m(stay.at, LonLat(station.lon_lat.lon, station.lon_lat.lat)) <= FENCE_M

    def _waits_at_a_distance(self, incident: Incident) -> bool:
        """Where units wait until police say safe, standing nearby is no arrival."""
        type_ = self._book.types.get(incident.type_code)
        return type_ is not None and type_.staging

    async def _find_walk_s(self, incident: Incident, stay: Stay) -> float | None:
        """By the paths the planner knows, infinite where none leads; None without it: nobody can tell."""
        target = incident.place.lon_lat
        if self._planner is None or target is None:
            return None
        at = (stay.at.lon, stay.at.lat)
        try:
            (walk_s,) = await self._planner.travel_times([at], (target.lon, target.lat), "foot", hot=False)
        except PlannerError as error:
            log.info("no arrival at %s judged: %s", incident.number, error)
            return None
        return inf if walk_s is None else walk_s
