"""Where vehicles can be within some minutes: from a place, of one unit, or of all free units of an agency."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat
from dispatch.usecases.picture import Picture
from dispatch.usecases.unit_positions import FindPosition
from routing.process.client import PlannerError
from routing.terms.messages import ReachArea, ReachStarter
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES

LIMITS_S = (240.0, 480.0, 900.0)
FLEET_LIMITS_S = (240.0, 480.0)
"""In a quarter of an hour a whole fleet is everywhere."""

PATIENCE_S = 10.0
"""The planner draws beside its other work, which goes first."""

KEPT = timedelta(seconds=10)
"""So long the areas of a fleet are given again: many desks may look at the same."""


WAITING_MOST = 8
"""More questions than that do not wait for each other: who comes later is told to try again."""


class ReachFrom(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: of one unit, else from a place by class, else of an agency's free units (of one class if
    it is named)."""

    unit_id: str = ""
    lon_lat: LonLat | None = None
    vehicle_class: str = ""
    agency_id: str = ""


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """What is reached within `limit_s`: the coordinates of a GeoJSON MultiPolygon, as they stand in JSON."""

    limit_s: float
    coordinates: msgspec.Raw


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Areas, the nearest first; `units` set out for them, `unplaced` more could not: nobody knows where they
    are. With siren and light, the turnout of who stands in quarters included; a walk at the end is not."""

    areas: tuple[Area, ...]
    units: int
    unplaced: int
    at: datetime


class ReachUnknown(Exception):
    """No such class, unit or agency, or none that the asker may see."""


class ReachUnavailable(Exception):
    """Only roads can tell, and the planner does not answer, or too many ask already."""


class Planner(Protocol):
    """What is needed of the planner's client."""

    async def reach(
        self, starters: list[ReachStarter], limits_s: list[float], *, deadline_s: float | None = None
    ) -> list[ReachArea]: ...


FindReach = Callable[[ReachFrom, Sequence[str]], Awaitable[Reach]]
"""(what is asked, agencies of the asker) → areas; raises ReachUnknown and ReachUnavailable."""


class ReachFinder:
    """Asks the planner with the picture of now, one question after the other; `planner` is None where none is
    named."""

    def __init__(
        self,
        picture: Picture,
        planner: Planner | None,
        *,
        find_position: FindPosition,
        now: Callable[[], datetime],
    ) -> None:
        self._picture, self._planner = picture, planner
        self._find_position, self._now = find_position, now
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._kept: dict[ReachFrom, Reach] = {}

    async def find(self, asked: ReachFrom, agencies: Sequence[str]) -> Reach:
        """The areas; an empty fleet reaches nothing. Raises ReachUnknown and ReachUnavailable."""
        starters, unplaced = self._list_starters(asked, agencies)
        if self._waiting >= WAITING_MOST:
            raise ReachUnavailable
        self._waiting += 1
        try:
            async with self._turn:
                return await self._find(asked, starters, unplaced)
        finally:
            self._waiting -= 1

    async def _find(self, asked: ReachFrom, starters: list[ReachStarter], unplaced: int) -> Reach:
        now, of_fleet = self._now(), not (asked.unit_id or asked.lon_lat)
        self._kept = {key: reach for key, reach in self._kept.items() if now - reach.at < KEPT}
        known = self._kept.get(asked)
        if known is not None:
            return known
        areas = await self._ask(starters, FLEET_LIMITS_S if of_fleet else LIMITS_S)
        reach = Reach(areas=areas, units=len(starters), unplaced=unplaced, at=now)
        if of_fleet:
            self._kept[asked] = reach
        return reach

    async def _ask(self, starters: list[ReachStarter], limits_s: tuple[float, ...]) -> tuple[Area, ...]:
        if self._planner is None:
            raise ReachUnavailable
        try:
            areas = await self._planner.reach(starters, list(limits_s), deadline_s=PATIENCE_S)
        except PlannerError as error:
            raise ReachUnavailable(str(error)) from error
        return tuple(Area(limit_s=a.limit_s, coordinates=msgspec.Raw(a.coordinates)) for a in areas)

    def _list_starters(self, asked: ReachFrom, agencies: Sequence[str]) -> tuple[list[ReachStarter], int]:
        """Who sets out, and how many cannot."""
        if asked.vehicle_class and asked.vehicle_class not in VEHICLE_CLASSES:
            raise ReachUnknown(f"vehicle class {asked.vehicle_class!r}")
        if asked.unit_id:
            unit = self._picture.units.get(asked.unit_id)
            if unit is None or unit.agency_id not in agencies:
                raise ReachUnknown(f"unit {asked.unit_id!r}")
            units = [unit]
        elif asked.lon_lat is not None:
            at = (asked.lon_lat.lon, asked.lon_lat.lat)
            return [ReachStarter(at, asked.vehicle_class or "ambulance", hot=True)], 0
        elif asked.agency_id in agencies:
            units = [unit for unit in self._picture.units.values() if self._belongs(unit, asked)]
        else:
            raise ReachUnknown(f"agency {asked.agency_id!r}")
        starters = [starter for unit in units for starter in (self._start(unit),) if starter is not None]
        return starters, len(units) - len(starters)

    def _belongs(self, unit: Unit, asked: ReachFrom) -> bool:
        return (
            unit.agency_id == asked.agency_id
            and not unit.test
            and self._picture.is_ours(unit)
            and self._picture.may_go(unit)
            and asked.vehicle_class in ("", unit.vehicle_class)
        )

    def _start(self, unit: Unit) -> ReachStarter | None:
        station = self._picture.stations.get(unit.station_id)
        if unit.in_quarters and station is not None:
            at = (station.lon_lat.lon, station.lon_lat.lat)
            return ReachStarter(
                at, unit.vehicle_class, hot=True, delay_s=self._picture.turnout_s(unit, self._now())
            )
        seen = self._find_position(unit.id)
        return None if seen is None else ReachStarter((seen.lon, seen.lat), unit.vehicle_class, hot=True)


async def find_no_reach(asked: ReachFrom, agencies: Sequence[str]) -> Reach:
    """Where no planner is known yet."""
    raise ReachUnavailable
