"""What sending units leaves behind: who else could be where they are, within minutes by road."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat
from dispatch.usecases.free_units import list_planned_units
from dispatch.usecases.picture import Picture
from dispatch.usecases.unit_positions import FindPosition
from routing.process.client import PlannerError
from routing.terms import messages

WITHIN_S = 600.0
"""How near counts: with siren and light by the roads of now, without the time to turn out. The same for all
agencies until each has a figure of its own; a first choice."""

MOST = 40
"""Units asked about at once: a plan sends no more."""


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that would go, and for what skill."""

    unit_id: str
    capability: str


class RoadCover(msgspec.Struct, frozen=True, kw_only=True):
    """Free units of the same agency and skill within `within_s` of where `unit_id` is, itself among them, no
    neighbour's: `before`, and `after` all that are asked about have gone."""

    unit_id: str
    capability: str
    within_s: float
    before: int
    after: int


class Roads(Protocol):
    """What is needed of the planner's client."""

    async def travel_times(
        self,
        origins: list[messages.LonLat],
        destination: messages.LonLat,
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> list[float | None]: ...


FindCover = Callable[[Sequence[Going], Sequence[str]], Awaitable[list[RoadCover]]]
"""(who would go, agencies of the asker) → what is left around each, as far as roads are known."""


class CoverAround:
    """Counts with the picture of now; `roads` is None where no planner is named."""

    def __init__(
        self,
        picture: Picture,
        roads: Roads | None,
        *,
        find_position: FindPosition,
        now: Callable[[], datetime],
    ) -> None:
        self._picture, self._roads = picture, roads
        self._find_position, self._now = find_position, now

    async def find(self, going: Sequence[Going], agencies: Sequence[str]) -> list[RoadCover]:
        """One answer for each unit of these agencies whose place is known; none while the planner is away."""
        gone = {one.unit_id for one in going}
        found: list[RoadCover] = []
        for one in going[:MOST]:
            unit = self._picture.units.get(one.unit_id)
            at = self._locate(unit) if unit is not None and unit.agency_id in agencies else None
            if unit is None or at is None:
                continue
            try:
                near = await self._list_near(unit.agency_id, one.capability, at)
            except PlannerError:
                return []
            cover = RoadCover(
                unit_id=one.unit_id,
                capability=one.capability,
                within_s=WITHIN_S,
                before=len(near),
                after=len(near - gone),
            )
            found.append(cover)
        return found

    async def _list_near(self, agency_id: str, capability: str, at: LonLat) -> set[str]:
        """Free units that could be there in time. Raises PlannerError."""
        by_class: defaultdict[str, list[tuple[str, messages.LonLat]]] = defaultdict(list)
        for unit in list_planned_units(capability, at, self._picture, self._find_position, self._now()):
            if unit.agency_id == agency_id and not unit.neighbour:
                by_class[unit.vehicle_class].append((unit.unit_id, unit.lon_lat))
        near: set[str] = set()
        for vehicle_class, units in by_class.items():
            if self._roads is None:
                raise PlannerError("no planner is named")
            origins = [lon_lat for _, lon_lat in units]
            times = await self._roads.travel_times(origins, (at.lon, at.lat), vehicle_class, hot=True)
            near |= {
                unit_id
                for (unit_id, _), travel_s in zip(units, times, strict=True)
                if travel_s is not None and travel_s <= WITHIN_S
            }
        return near

    def _locate(self, unit: Unit) -> LonLat | None:
        """By status at its station, or where it was last seen."""
        station = self._picture.stations.get(unit.station_id)
        if unit.in_quarters and station is not None:
            return station.lon_lat
        seen = self._find_position(unit.id)
        return None if seen is None else LonLat(seen.lon, seen.lat)


async def find_no_cover(going: Sequence[Going], agencies: Sequence[str]) -> list[RoadCover]:
    """Where no planner is known yet."""
    return []
