"""When units that are under way will be there: told once of those that were sent without a plan, and anew
when the roads change, by a word or by the clock, which also makes plans that may be touched again."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dispatch.core.port import CorePort, CoreUnavailable
from dispatch.domain.model.assignment import Assignment, ReviseEta
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Phase
from dispatch.store.errors import StoreError
from dispatch.usecases.picture import Picture
from dispatch.usecases.planner import Timer
from dispatch.usecases.roads.keep_roads import OnRoads
from dispatch.usecases.submit import submit_as_centre
from dispatch.usecases.unit_positions import FindPosition, UnitPosition
from gis.geometry import metres_per_degree
from routing.process.client import PlannerError
from routing.terms.messages import RoadChange

log = logging.getLogger(__name__)

DETOUR = 1.6
"""Ways are hardly ever longer than this many times the straight line, so that what lies further off can
change none: the places from which both ends together are nearer than that are an ellipse around the straight
line."""

ABOUT_M = 1_000.0
"""Added to that: short ways wind more, and a street is longer than the point that says where it is."""

SAMPLE_DEG = 0.004
"""So close to each other (some 440 m) lie the places along a line or an area's edge that are looked at."""

OTHER_ETA = timedelta(seconds=30)
"""By so much the arrival must change to be told anew."""

LOOK_EVERY_S = 2.0

UNDER_WAY = frozenset({Phase.DISPATCHED, Phase.RECEIVED, Phase.EN_ROUTE})

Pair = tuple[float, float]


UNSEEN = timedelta(minutes=3)
"""So long after its last position a unit that rolls counts as driving on unseen, as in a tunnel: its arrival
comes no later for it."""


class _Run(NamedTuple):
    """A unit on its way: from where, to where, how much of its turnout is still to come, and when it was
    seen to be there."""

    assignment: Assignment
    unit: Unit
    origin: Pair
    target: Pair
    turnout_s: float
    seen_at: datetime


class Touch:
    """Where changes of the roads lie, to be compared with many ways."""

    def __init__(self, changes: Sequence[OnRoads]) -> None:
        shapes = [_draw(change) for change in changes]
        self._areas = [shape for shape in shapes if isinstance(shape, shapely.Polygon)]
        along = shapely.get_coordinates(shapely.segmentize(shapes, SAMPLE_DEG))
        self._metres = np.array(metres_per_degree(float(along[0, 1]) if len(along) else 0.0))
        self._along_m = along * self._metres

    def may_lie_on(self, start: Pair, end: Pair) -> bool:
        """Whether any of the changes may lie on a way between two places: an area around one of them, or
        whatever comes near enough to both."""
        ends_m = np.array([start, end]) * self._metres
        limit_m = DETOUR * np.hypot(*(ends_m[1] - ends_m[0])) + ABOUT_M
        around_m = sum(np.hypot(*(self._along_m - end_m).T) for end_m in ends_m)
        return bool((around_m <= limit_m).any()) or any(
            shapely.contains_xy(area, *place) for area in self._areas for place in (start, end)
        )


def _draw(change: OnRoads) -> BaseGeometry:
    """Its shape in degrees: a place, a line or an area; an area of two corners is a line."""
    if not isinstance(change, RoadChange):
        return shapely.Point(change.lon_lat)
    if change.form == "area" and len(change.lon_lats) > 2:
        return shapely.Polygon(change.lon_lats)
    if len(change.lon_lats) == 1:
        return shapely.Point(change.lon_lats[0])
    return shapely.LineString(change.lon_lats)


class Rerouter:
    """Works off changes of the roads, one after the other, beside the ones who wait for an answer."""

    def __init__(
        self,
        core: CorePort,
        picture: Picture,
        planner: Timer,
        *,
        find_position: FindPosition,
        now: Callable[[], datetime],
        plan_again: Callable[[Iterable[str]], None],
    ) -> None:
        self._core = core
        self._picture = picture
        self._planner = planner
        self._find_position = find_position
        self._now = now
        self._plan_again = plan_again
        self._changes: list[OnRoads] = []
        self._news = asyncio.Event()
        self._no_way: set[str] = set()

    def roads_changed(self, changes: list[OnRoads]) -> None:
        """The planner reckons with these from now on, or no more."""
        self._changes.extend(changes)
        self._news.set()

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        await self._picture.wait_loaded()
        await asyncio.gather(self._follow_roads(), self._follow_orders())

    async def tell_unknown(self) -> None:
        """Tell when units will be there that a desk chose itself: no plan says it of them."""
        for assignment in list(self._picture.assignments.values()):
            if assignment.state != "active" or _find_expected(assignment) is not None:
                continue
            run = self._find_run(assignment) if assignment.id not in self._no_way else None
            if run is not None:
                await self._revise(run)

    async def _follow_orders(self) -> None:
        while True:
            await self.tell_unknown()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _follow_roads(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            changes, self._changes = self._changes, []
            self._no_way.clear()
            touch = Touch(changes)
            self._plan_again(list(self._list_touched_plans(touch)))
            for run in list(self._list_touched_runs(touch)):
                await self._revise(run)

    def _list_touched_plans(self, touch: Touch) -> Iterator[str]:
        for incident in self._picture.open_incidents():
            plan = self._picture.recommendations.get(incident.id)
            at = incident.place.lon_lat
            if plan is None or at is None:
                continue
            target = (at.lon, at.lat)
            starts = [(p.position.lon, p.position.lat) for p in plan.proposed]
            if plan.missing or any(touch.may_lie_on(start, target) for start in starts):
                yield incident.id

    def _list_touched_runs(self, touch: Touch) -> Iterator[_Run]:
        for assignment in self._picture.assignments.values():
            run = self._find_run(assignment) if assignment.state == "active" else None
            if run is not None and touch.may_lie_on(run.origin, run.target):
                yield run

    def _find_run(self, assignment: Assignment) -> _Run | None:
        unit = self._picture.units.get(assignment.unit_id)
        incident = self._picture.incidents.get(assignment.incident_id)
        if unit is None or incident is None or incident.place.lon_lat is None or unit.phase not in UNDER_WAY:
            return None
        at = self._where(unit)
        if at is None:
            return None
        told_at = assignment.dispatched_at or assignment.created_at
        whole_s = self._picture.turnout_s(unit, told_at) if unit.in_quarters else 0.0
        turnout_s = max(0.0, whole_s - (self._now() - told_at).total_seconds())
        target = (incident.place.lon_lat.lon, incident.place.lon_lat.lat)
        now = self._now()
        rolls = unit.phase is Phase.EN_ROUTE and not unit.in_quarters
        seen_at = min(max(at.at, now - UNSEEN), now) if rolls else now
        return _Run(assignment, unit, (at.lon, at.lat), target, turnout_s, seen_at)

    def _where(self, unit: Unit) -> UnitPosition | None:
        known = self._find_position(unit.id)
        station = self._picture.stations.get(unit.station_id)
        if known is None and station is not None and unit.in_quarters:
            return UnitPosition(station.lon_lat.lon, station.lon_lat.lat, self._now())
        return known

    async def _revise(self, run: _Run) -> None:
        """Tell when it will be there now, unless that is about when it was expected."""
        try:
            (travel_s,) = await self._planner.travel_times(
                [run.origin], run.target, run.unit.vehicle_class, hot=run.assignment.hot
            )
        except PlannerError as error:
            log.info("no new arrival for %s: %s", run.unit.call_sign, error)
            return
        if travel_s is None:
            self._no_way.add(run.assignment.id)
            return
        now = self._now()
        eta_at = max(now, run.seen_at + timedelta(seconds=round(run.turnout_s + travel_s)))
        expected = _find_expected(run.assignment)
        if expected is not None and abs(eta_at - max(expected, now)) < OTHER_ETA:
            return
        try:
            await submit_as_centre(self._core, ReviseEta(assignment_id=run.assignment.id, eta_at=eta_at), now)
        except (CoreUnavailable, StoreError) as error:
            log.warning("the arrival of %s could not be noted (%s)", run.unit.call_sign, error)


def _find_expected(assignment: Assignment) -> datetime | None:
    if assignment.eta_at is not None or assignment.eta_s is None:
        return assignment.eta_at
    return (assignment.dispatched_at or assignment.created_at) + timedelta(seconds=assignment.eta_s)
