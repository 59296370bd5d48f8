"""What it costs to take a busy unit, beside when it arrives: who would go to its own incident instead, and
what the absence of each costs those who call next. By the prices of plans, so that two whole plans compare.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from dispatch.domain.model.assignment import Assignment, ProposedUnit
from dispatch.domain.model.incident import Incident, Leg
from dispatch.domain.model.suggestion import Instead
from dispatch.domain.model.unit import Unit
from dispatch.usecases.free_units import list_planned_units
from dispatch.usecases.picture import Picture
from dispatch.usecases.planner import Planner, Prices
from dispatch.usecases.planning.recommend import build_request
from dispatch.usecases.unit_positions import FindPosition
from routing.cover.cover import MOST_COVER_S
from routing.terms.messages import PlanNeed, PlanRequest
from routing.terms.weighing import Weighing


class Moved(NamedTuple):
    """A busy unit that might be called away: its assignment, its incident, and what it is wanted for now."""

    assignment: Assignment
    current: Incident
    capability: str


class MovePrices:
    """Prices as plans have them, at one priority: that of the incident a busy unit is suggested for."""

    def __init__(
        self,
        picture: Picture,
        planner: Planner,
        find_position: FindPosition,
        now: Callable[[], datetime],
        prices: Prices | None,
    ) -> None:
        self._picture, self._planner = picture, planner
        self._find_position, self._now, self._prices = find_position, now, prices

    def find_late(self, agency_id: str) -> tuple[float, float]:
        """From which arrival on a unit of an agency is late, and what that costs; zeros: never."""
        return self._prices.late_s(agency_id) if self._prices is not None else (0.0, 0.0)

    def price_gone(self, unit: Unit, priority: int) -> float:
        """Seconds that it costs to send a free unit, its arrival apart: cover as far as this priority heeds
        it, its crew's long day, a neighbour's help."""
        cover_s = self._prices.price_s(unit) if self._prices is not None else 0.0
        rest = self._picture.find_rest(unit, self._now())
        neighbour = self._picture.find_neighbour(unit.agency_id, unit.station_id)
        return round(
            min(max(0.0, cover_s), MOST_COVER_S[priority])
            + (rest.price_s if rest is not None else 0.0)
            + (neighbour.price_s if neighbour is not None else 0.0),
            1,
        )

    def price_proposed(self, proposed: ProposedUnit, leg: Leg, priority: int) -> float:
        """The same of a unit that is proposed, and what it costs as a substitute."""
        need = next((need for need in leg.needs if need.need_id == proposed.need_id), None)
        substitutes = dict(need.substitutes) if need is not None else {}
        unit = self._picture.units.get(proposed.unit_id)
        gone_s = self.price_gone(unit, priority) if unit is not None else 0.0
        return round(gone_s + substitutes.get(proposed.capability, 0.0), 1)

    async def list_instead(
        self, moved: Moved, priority: int, freed: Collection[str], left_out: Collection[str]
    ) -> tuple[Instead, ...]:
        """Who would go instead of a unit that is called away, as the planner would choose, best first: so
        many that one is left whoever of the `freed` (proposed where it would go) is not free after all.
        `left_out` are not asked about. None where nobody can, or where only straight lines are known."""
        request = self._ask(moved, freed, left_out)
        if request is None or not request.units:
            return ()
        answer = await self._planner.plan(request)
        if answer.degraded or answer.weighed is None:
            return ()
        return tuple(self._list_best(answer.weighed, priority, len(freed) + 1))

    def _ask(self, moved: Moved, freed: Collection[str], left_out: Collection[str]) -> PlanRequest | None:
        """One unit for what the unit serves now, of whoever is free."""
        at = moved.current.place.lon_lat
        leg = self._picture.legs.get(moved.assignment.leg_id)
        if at is None or leg is None:
            return None
        picture, find, now = self._picture, self._find_position, self._now()
        whole = build_request(moved.current, picture, find, now, self._prices, {moved.assignment.id})
        need = next((need for need in whole.needs if need.need_id == moved.assignment.need_id), None)
        units = whole.units
        if need is None:
            # Sent by hand beyond what the plan asks: somebody like it is what would be lacking.
            id_, capability = moved.assignment.id, moved.capability
            hot, lon_lat = moved.assignment.hot, (at.lon, at.lat)
            need = PlanNeed(id_, leg.id, leg.agency_id, capability, 1, 1, leg.priority, lon_lat, hot=hot)
            units = list_planned_units(capability, at, picture, find, now)
        alone = msgspec.structs.replace(need, count=1, minimum=1, package="")
        free = [
            msgspec.structs.replace(unit, held_s=0.0) if unit.unit_id in freed else unit
            for unit in units
            if unit.unit_id not in left_out and unit.unit_id != moved.assignment.unit_id
        ]
        return msgspec.structs.replace(whole, needs=[alone], units=free, minimum_cover=[])

    def _list_best(self, weighed: Weighing, priority: int, count: int) -> Iterable[Instead]:
        for option in weighed.needs[0].options[:count]:
            unit = self._picture.units.get(weighed.units[option.unit])
            if unit is not None:
                yield Instead(
                    unit_id=unit.id,
                    eta_s=round(option.eta_s, 1),
                    price_s=round(option.price_s + option.held_s, 1),
                    gone_s=self.price_gone(unit, priority),
                )


def find_rate(priority: int, current: int) -> float:
    """What a second at an incident of priority `current` counts beside one at `priority`, a more urgent one:
    as the limits of cover say how much later one accepts to come for the same."""
    return round(MOST_COVER_S[priority] / MOST_COVER_S[current], 3)
