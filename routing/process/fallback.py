"""A plan without the planner: straight lines, nearest first. No graph, no solver."""

from collections.abc import Sequence
from time import perf_counter

import msgspec
import numpy as np

from gis.geometry import haversine_m
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
from routing.plans.planning import make_plan
from routing.plans.screening import clean_request
from routing.terms.messages import LonLat, PlanAnswer, PlanNeed, PlanRequest, PlanUnit
from routing.travel_time.straight_line import OUT_OF_REACH_M, estimate_travel_s
from routing.travel_time.vehicle_classes import DETOUR_FACTOR


def plan_straight_line(request: PlanRequest) -> PlanAnswer:
    """Greedy by priority with straight line × detour factor at the class's speed; always marked degraded."""
    started = perf_counter()
    request = clean_request(request)
    answer = make_plan(request, StraightLines(request.units), "greedy", degraded=True)
    return msgspec.structs.replace(answer, took_ms=(perf_counter() - started) * 1000)


class StraightLines:
    """Travel times as the crow flies, of units whose numbers are clean (`screening`)."""

    def __init__(self, units: Sequence[PlanUnit]) -> None:
        self._units = units

    def list_options(
        self, need: PlanNeed, lon_lat: LonLat, eligible: Sequence[Eligible], limit: int
    ) -> NeedOptions:
        """Every eligible unit by straight line; see `planning.TravelSource`."""
        options = [self._estimate(need, who, lon_lat) for who in eligible]
        kinds = np.array([who.kind for who, o in zip(eligible, options, strict=True) if _is_near(o)])
        near = [option for option in options if _is_near(option)]
        cost_s = np.array([option.cost_s for option in near])
        soon_s = np.array([round(option.eta_s + option.price_s) for option in near])
        ranked = rank(cost_s, soon_s, kinds, limit)
        nearest = min(near, key=lambda o: o.straight_m, default=None)
        return NeedOptions([near[i] for i in ranked], len(near), nearest, find_left_out_s(cost_s, ranked))

    def measure_ways(self, going: Sequence[tuple[PlanNeed, LonLat, Option]]) -> list[Way]:
        """Straight lines stretched by the detour factor."""
        return [Way(option.straight_m * DETOUR_FACTOR) for _, _, option in going]

    def _estimate(self, need: PlanNeed, who: Eligible, lon_lat: LonLat) -> Option:
        unit = self._units[who.unit]
        straight_m = haversine_m(unit.lon_lat, lon_lat)
        turnout_s, travel_s = (
            round(s, 1) for s in (unit.turnout_s, estimate_travel_s(straight_m, unit.vehicle_class))
        )
        return Option(
            unit=who.unit,
            capability=who.capability,
            price_s=round(who.price_s, 1),
            turnout_s=turnout_s,
            travel_s=travel_s,
            straight_m=straight_m,
            by_road=False,
            held_s=round(unit.held_s, 1),
            cover_s=round(price_cover_s(unit, need), 1),
            late_s=round(price_late_s(turnout_s + travel_s, need), 1),
            rest_s=round(unit.rest_s, 1),
            aid_s=round(unit.aid_s, 1),
        )


def _is_near(option: Option) -> bool:
    return option.straight_m <= OUT_OF_REACH_M
