"""Keeps watch over free units: proposes where they should wait, and tells of zones that nobody is left in.

What it proposes is on record and a person's to order; a proposal lapses by itself once it is hardly worth it.
Everything is worked out from the picture, so that nothing is lost when the centre stops in between.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Protocol

from dispatch.core.port import CorePort, CoreUnavailable
from dispatch.domain.codebook import CodeBook, CoverZone
from dispatch.domain.model.cover import RecordCover
from dispatch.domain.model.messages import Command
from dispatch.domain.model.move import ArriveMove, EndMove, ProposeMove
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import LonLat
from dispatch.store.errors import StoreError
from dispatch.usecases.cover.cover_prices import Waiting
from dispatch.usecases.picture import Picture
from dispatch.usecases.places.whose import is_inside
from dispatch.usecases.submit import submit_as_centre
from dispatch.usecases.unit_positions import FindPosition
from gis.geometry import LonLat as At
from gis.geometry import haversine_m

log = logging.getLogger(__name__)

COUNT_EVERY_S = 2.0
PROPOSE_EVERY_S = 10.0
ARRIVED_M = 150.0
"""So near the station of its order a unit that goes there has arrived; its crew need not say so."""

WORTH_KEEPING = 0.5
"""A proposal stands until it gains less than this share of what a new one must: screens do not flicker."""


class Advisor(Protocol):
    """What is needed of the prices of cover."""

    policies: dict[str, str]

    async def advise(self, agency_id: str) -> list[Waiting]: ...

    def find_gain_s(self, unit: Unit, station_id: str) -> float | None: ...


class CoverKeeper:
    """Counts and proposes until it is cancelled."""

    def __init__(
        self,
        core: CorePort,
        picture: Picture,
        book: CodeBook,
        advisor: Advisor,
        *,
        find_position: FindPosition,
        now: Callable[[], datetime],
    ) -> None:
        self._core, self._picture, self._book, self._advisor = core, picture, book, advisor
        self._find_position, self._now = find_position, now
        self._told: dict[tuple[str, str], bool] = {}

    async def run(self) -> None:
        """Goes on until it is cancelled. What fails now is tried again at the next look."""
        await self._picture.wait_loaded()
        await asyncio.gather(
            self._again_and_again(self.count, COUNT_EVERY_S),
            self._again_and_again(self.see_arrivals, COUNT_EVERY_S),
            self._again_and_again(self.propose, PROPOSE_EVERY_S),
        )

    async def count(self) -> None:
        """Tell of every zone that has become empty, or is empty no more. A zone without any unit, or station,
        of the agency is none of its zones: nobody is missed there."""
        for agency in self._book.agencies.values():
            units = [u for u in self._picture.list_own_units(agency.id) if not u.test]
            for zone in agency.cover.zones:
                if any(self._belongs(unit, zone) for unit in units):
                    free = sum(self._picture.may_go(unit) and self._is_in(unit, zone) for unit in units)
                    await self._tell(agency.id, zone.code, free)

    async def see_arrivals(self) -> None:
        """End the moves of units that are seen, since they accepted, where they were to go."""
        for move in list(self._picture.live_moves.values()):
            seen = self._find_position(move.unit_id)
            if seen is None or move.accepted_at is None or seen.at < move.accepted_at:
                continue
            if haversine_m(At(seen.lon, seen.lat), At(move.lon_lat.lon, move.lon_lat.lat)) <= ARRIVED_M:
                await self._submit(ArriveMove(move_id=move.id))

    async def propose(self) -> None:
        """Let lapse what is no longer worth it, then propose what is."""
        for agency in self._book.agencies.values():
            least = agency.cover.move_gain_s
            if least is None:
                continue
            for move_id in list(self._list_worthless(agency.id, WORTH_KEEPING * least)):
                await self._submit(EndMove(move_id=move_id))
            for advice in await self._advisor.advise(agency.id):
                command = ProposeMove(
                    unit_id=advice.unit_id,
                    station_id=advice.station_id,
                    gain_s=advice.gain_s,
                    policy=self._advisor.policies[agency.id],
                    freed=advice.freed,
                )
                await self._submit(command)

    def _list_worthless(self, agency_id: str, least_s: float) -> Iterator[str]:
        for move in self._picture.live_moves.values():
            if move.agency_id == agency_id and move.state == "proposed":
                unit = self._picture.units[move.unit_id]
                gain_s = self._advisor.find_gain_s(unit, move.station_id)
                if gain_s is not None and gain_s < least_s:
                    yield move.id

    async def _tell(self, agency_id: str, zone: str, free: int) -> None:
        """The rules are told of changes, and of every zone once after a start."""
        if self._told.get((agency_id, zone)) != (free > 0):
            await self._submit(RecordCover(agency_id=agency_id, zone=zone, free=free))
            self._told[agency_id, zone] = free > 0

    def _belongs(self, unit: Unit, zone: CoverZone) -> bool:
        station = self._picture.stations.get(unit.station_id)
        return station is not None and is_inside(zone, station.lon_lat)

    def _is_in(self, unit: Unit, zone: CoverZone) -> bool:
        """By status at its station, or where it was last seen; one never seen counts at its station."""
        seen = None if unit.in_quarters else self._find_position(unit.id)
        return self._belongs(unit, zone) if seen is None else is_inside(zone, LonLat(seen.lon, seen.lat))

    async def _submit(self, command: Command) -> None:
        await submit_as_centre(self._core, command, self._now())

    async def _again_and_again(self, work: Callable[[], Awaitable[None]], every_s: float) -> None:
        while True:
            try:
                await work()
            except (CoreUnavailable, StoreError) as error:
                log.warning("free units could not be looked after now (%s)", error)
            await asyncio.sleep(every_s)
