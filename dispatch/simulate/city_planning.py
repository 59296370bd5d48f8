"""The plan of a simulated incident, by the planner's own code: packages, units that do two things at once and
the minimum cover that must stay are kept as the live centre keeps them. Only the times come from a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dispatch.domain import codebook
from dispatch.simulate.city_model import AgencyModel
from gis.geometry import haversine_m
from routing.cover.cover import MOST_COVER_S, add_up
from routing.plans.options import (
    Eligible,
    NeedOptions,
    Option,
    Way,
    find_left_out_s,
    price_cover_s,
    price_late_s,
    rank,
)
from routing.plans.planning import GREEDY, SEPARABLE, make_plan
from routing.terms.messages import LonLat, MinimumCover, PlanNeed, PlanRequest, PlanUnit, Substitute

CLOSEST = "closest"
"""The policy under which need after need takes whoever is there first."""


@dataclass(frozen=True)
class Chosen:
    """A unit for some of the needs that were asked for, counted from 0, by which capability of the first."""

    unit: int
    needs: tuple[int, ...]
    capability: str


@dataclass(frozen=True)
class Question:
    """What a plan is made for: needs at a place, and the idle units by where they are now."""

    priority: int
    lon_lat: LonLat
    needs: Sequence[codebook.PlanNeed]
    idle: Mapping[int, LonLat]


class CityPlanner:
    """Plans for one agency under one policy. `reach_s` gives a unit's turnout and travel to the place."""

    def __init__(self, model: AgencyModel, policy: str, late_price_min: float) -> None:
        self._model, self._policy = model, policy
        self._method = GREEDY if policy == CLOSEST else SEPARABLE
        self._late_s = 60.0 * model.region.late_min, 60.0 * late_price_min

    def plan(
        self,
        asked: Question,
        prices: Mapping[str, Mapping[str, float]],
        reach_s: Callable[[int], tuple[float, float]],
    ) -> list[Chosen]:
        """Who goes, each once. `prices`: capability → unit → what its absence costs, in seconds."""
        numbers = list(asked.idle)
        reaches = [reach_s(number) for number in numbers]
        request = PlanRequest(
            incident_lon_lat=asked.lon_lat,
            needs=[self._make_need(row, need, asked.priority) for row, need in enumerate(asked.needs)],
            units=[
                self._make_unit(number, at, prices, turnout_s)
                for (number, at), (turnout_s, _) in zip(asked.idle.items(), reaches, strict=True)
            ],
            policy=self._policy,
            minimum_cover=self._list_floors(asked),
        )
        times = _TableTimes(request.units, [travel_s for _, travel_s in reaches])
        units = {self._model.units[number].unit_id: number for number in numbers}
        rows: dict[int, list[int]] = {}
        by: dict[int, str] = {}
        for proposal in make_plan(request, times, self._method).proposals:
            unit = units[proposal.unit_id]
            rows.setdefault(unit, []).append(int(proposal.need_id))
            by.setdefault(unit, proposal.capability)
        return [Chosen(unit, tuple(served), by[unit]) for unit, served in rows.items()]

    def count_short(self, idle: Mapping[int, LonLat]) -> int:
        """Minimums that do not hold with these units free."""
        return sum(len(self._list_held(one, idle)) < one.free for one in self._model.minimum_cover)

    def _make_need(self, row: int, need: codebook.PlanNeed, priority: int) -> PlanNeed:
        return PlanNeed(
            need_id=str(row),
            leg_id=self._model.agency_id,
            agency_id=self._model.agency_id,
            capability=need.capability,
            count=need.count,
            minimum=min(need.minimum, need.count),
            priority=priority,
            substitutes=[Substitute(capability=c, price_s=price_s) for c, price_s in need.substitutes],
            hot=True,
            most_cover_s=MOST_COVER_S[priority],
            late_after_s=self._late_s[0],
            late_price_s=self._late_s[1],
            package=need.package,
        )

    def _make_unit(
        self, number: int, at: LonLat, prices: Mapping[str, Mapping[str, float]], turnout_s: float
    ) -> PlanUnit:
        unit = self._model.units[number]
        return PlanUnit(
            unit_id=unit.unit_id,
            agency_id=self._model.agency_id,
            capabilities=list(unit.capabilities),
            vehicle_class=unit.vehicle_class,
            lon_lat=at,
            turnout_s=turnout_s,
            position_age_s=0.0,
            phase="available",
            cover_s=add_up(unit.capabilities, prices, unit.unit_id),
            at_once=list(unit.at_once),
        )

    def _list_floors(self, asked: Question) -> list[MinimumCover]:
        """Minimums that these needs could fall below."""
        wanted, floors = sum(need.count for need in asked.needs), []
        for one in self._model.minimum_cover:
            held = self._list_held(one, asked.idle)
            spare = max(0, len(held) - one.free)
            if held and spare < wanted:
                floors.append(MinimumCover(f"{self._model.agency_id}/{one.code}", spare, sorted(held)))
        return floors

    def _list_held(self, one: codebook.MinimumCover, idle: Mapping[int, LonLat]) -> list[str]:
        return [
            self._model.units[number].unit_id
            for number, at in idle.items()
            if (not one.capability or one.capability in self._model.units[number].capabilities)
            and (one.centre is None or haversine_m(one.centre, at) <= one.radius_m)
        ]


class _TableTimes:
    """A `TravelSource` of known times, a second each for the units of a request."""

    def __init__(self, units: Sequence[PlanUnit], travel_s: Sequence[float]) -> None:
        self._units, self._travel_s = units, travel_s

    def list_options(
        self, need: PlanNeed, lon_lat: LonLat, eligible: Sequence[Eligible], limit: int
    ) -> NeedOptions:
        """The cheapest, as `planner.RoadTimes` ranks them."""
        options = [self._weigh(need, one) for one in eligible]
        soon_s = np.array([option.eta_s + option.price_s for option in options])
        cost_s = soon_s + np.array([option.cover_s + option.late_s for option in options])
        ranked = rank(cost_s, soon_s, np.array([one.kind for one in eligible]), limit)
        best = [options[place] for place in ranked.tolist()]
        return NeedOptions(best, len(options), None, find_left_out_s(cost_s, ranked))

    def measure_ways(self, going: Sequence[tuple[PlanNeed, LonLat, Option]]) -> list[Way]:
        """Nobody asks how far it is."""
        return [Way(0.0)] * len(going)

    def _weigh(self, need: PlanNeed, one: Eligible) -> Option:
        unit, travel_s = self._units[one.unit], round(self._travel_s[one.unit], 1)
        eta_s = unit.turnout_s + travel_s
        return Option(
            one.unit,
            one.capability,
            unit.turnout_s,
            travel_s,
            one.price_s,
            0.0,
            round(price_cover_s(unit, need), 1),
            price_late_s(eta_s, need),
            straight_m=0.0,
            by_road=True,
        )
