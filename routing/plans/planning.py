"""From needs and units to a plan with its reasons; whose travel times it uses is the caller's choice."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol

import msgspec

from routing.plans.options import Eligible, NeedOptions, Option, Way
from routing.plans.pruning import find_prices
from routing.plans.reasons import Going, explain_proposal, explain_shortfall, list_alternatives
from routing.plans.screening import is_position, screen_units
from routing.plans.ties import is_tied, list_bundles, list_floors, list_kinds, name_package
from routing.terms.messages import (
    REASONS_VERSION,
    LonLat,
    PlanAnswer,
    PlanNeed,
    PlanRequest,
    PlanUnit,
    Proposal,
    Reason,
    Shortfall,
    SkippedUnit,
)
from routing.terms.policy import Demand, Solution, SolverFailed
from routing.terms.weighing import WEIGHING_VERSION, WeighedNeed, Weighing, decide, to_demands, to_rules

log = logging.getLogger(__name__)

SEPARABLE, TIED, GREEDY = "min_cost_flow", "bundles", "greedy"
"""The best plan where nothing ties needs together, where something does, and the one that always is."""

FEW = 16
"""Options of a need that are weighed at first beyond its count. At least the reasons need some."""

MOST_KEPT = 2000
"""Options of one plan that are kept to explain it. The largest incident has some hundreds; what has more is a
question about many incidents at once, which no log keeps."""


class TravelSource(Protocol):
    """Where travel times come from: the road network, or straight lines without it."""

    def list_options(
        self, need: PlanNeed, lon_lat: LonLat, eligible: Sequence[Eligible], limit: int
    ) -> NeedOptions:
        """Times of the eligible units to a place; at most `limit` of the cheapest."""
        ...

    def measure_ways(self, going: Sequence[tuple[PlanNeed, LonLat, Option]]) -> list[Way]:
        """The way of each option that goes to this need at this place."""
        ...


@dataclass(frozen=True)
class ChosenPlan:
    """Who goes where, by what was weighed; the options of each need and the place in the request of each unit
    that was weighed beside it. `hasty`: greedily, since there was no time for the best plan."""

    request: PlanRequest
    times: TravelSource
    weighed: Weighing
    solution: Solution
    options: list[NeedOptions]
    indices: list[int]
    skipped: list[SkippedUnit]
    hasty: bool


def make_plan(
    request: PlanRequest,
    times: TravelSource,
    method: str,
    *,
    degraded: bool = False,
    graph_date: str = "",
    few: int = FEW,
) -> PlanAnswer:
    """Plans all needs of a request at once by the policy named `method`; took_ms is left to the caller.

    Where nothing ties needs together, so many options of each beyond its count are weighed at first, and more
    where dual prices do not prove that none of the others could make the plan better.
    """
    return tell_plan(choose_plan(request, times, method, few=few), degraded=degraded, graph_date=graph_date)


def choose_plan(
    request: PlanRequest, times: TravelSource, method: str, *, few: int = FEW, hasty: bool = False
) -> ChosenPlan:
    """Who goes where. `hasty`: greedily, by no more options than that takes. Of `times` only options."""
    lists = _OptionLists(request, times)
    solve = _solve_hastily if hasty else _solve
    weighed, solution, options, indices = solve(request, lists, method, few)
    return ChosenPlan(request, times, weighed, solution, options, indices, lists.skipped, hasty)


def tell_plan(plan: ChosenPlan, *, degraded: bool = False, graph_date: str = "") -> PlanAnswer:
    """The plan with its ways and reasons."""
    chosen = [[plan.indices[unit] for unit in units] for units in plan.solution.chosen]
    proposals, shortfalls = _describe(plan.request, plan.times, plan.options, chosen)
    kept = sum(len(need.options) for need in plan.weighed.needs) <= MOST_KEPT
    return PlanAnswer(
        proposals=proposals,
        shortfalls=shortfalls,
        method=plan.weighed.method,
        degraded=degraded,
        reasons_version=REASONS_VERSION,
        took_ms=0.0,
        graph_date=graph_date,
        skipped_units=plan.skipped,
        weighed=plan.weighed if kept else None,
        gap=plan.solution.gap,
        hasty=plan.hasty,
    )


class _OptionLists:
    """Options of the needs of a request, listed again only where more of them are wanted; `skipped` are units
    that none of them considers."""

    def __init__(self, request: PlanRequest, times: TravelSource) -> None:
        units, self.skipped = screen_units(request.units)
        self._request, self._times = request, times
        self._finder = _EligibleFinder(request.units, units, list_kinds(request))
        self._known: dict[int, tuple[int, NeedOptions]] = {}

    def list_options(self, row: int, limit: int) -> NeedOptions:
        """At most so many options of a need, beside who would be there first."""
        known = self._known.get(row)
        if known is not None and known[0] == limit:
            return known[1]
        need = self._request.needs[row]
        lon_lat = get_place(self._request, need)
        eligible = self._finder.list_eligible(need) if is_position(lon_lat) else []
        found = NeedOptions([], 0, None)
        if eligible:
            found = self._times.list_options(need, lon_lat, eligible, limit)
        found = _leave_out_odd(found, self._request.units, self.skipped)
        self._known[row] = limit, found
        return found


def _solve(
    request: PlanRequest, lists: "_OptionLists", method: str, few: int
) -> tuple[Weighing, Solution, list[NeedOptions], list[int]]:
    """What was weighed, the plan, the options of each need, and the place in the request of each unit."""
    # No need can want more than this many of its own cheapest units of a kind, however the others choose.
    most = sum(need.count for need in request.needs) + 4
    prunes = method == SEPARABLE and not is_tied(request)
    limits = [min(most, need.count + few) if prunes else most for need in request.needs]
    while True:
        options = [lists.list_options(row, limit) for row, limit in enumerate(limits)]
        weighed, indices = _weigh(request, options, method)
        demands = to_demands(weighed.needs)
        weighed, solution = _decide(weighed, demands)
        loose = [row for row in _find_loose(weighed.method, demands, solution, options) if limits[row] < most]
        if not loose:
            return weighed, solution, options, indices
        for row in loose:
            limits[row] = min(most, 4 * limits[row] + 4)


def _solve_hastily(
    request: PlanRequest, lists: "_OptionLists", method: str, few: int
) -> tuple[Weighing, Solution, list[NeedOptions], list[int]]:
    """The greedy plan by the same rules. Who is not short among the cheapest would take nobody else among
    all: only where a need stays short are more of its units looked at."""
    most = sum(need.count for need in request.needs) + 4
    limits = [min(most, need.count + few) for need in request.needs]
    while True:
        options = [lists.list_options(row, limit) for row, limit in enumerate(limits)]
        weighed, indices = _weigh(request, options, GREEDY)
        solution = decide(weighed)
        short = [
            row
            for row, (need, units) in enumerate(zip(request.needs, solution.chosen, strict=True))
            if limits[row] < most
            and _may_want_more(len(units) < need.count, units, weighed.needs[row], options[row])
        ]
        if not short:
            return weighed, solution, options, indices
        for row in short:
            limits[row] = min(most, 4 * limits[row] + 4)


def _may_want_more(short: bool, units: Sequence[int], need: WeighedNeed, found: NeedOptions) -> bool:
    """Whether a need is short, or got somebody who costs no less than who was left out."""
    if found.left_out_s == inf:
        return False
    return short or any(o.cost_s >= round(found.left_out_s) for o in need.options if o.unit in units)


def _find_loose(
    method: str, demands: Sequence[Demand], solution: Solution, options: Sequence[NeedOptions]
) -> list[int]:
    """Needs of which units that were left out could make the plan better."""
    left_out_s = [found.left_out_s for found in options]
    if method != SEPARABLE or min(left_out_s, default=inf) == inf:
        return []
    prices = find_prices(demands, solution.chosen).tolist()
    return [
        row
        for row, (price_s, cost_s) in enumerate(zip(prices, left_out_s, strict=True))
        if cost_s < inf and round(cost_s) < price_s
    ]


def _decide(weighed: Weighing, demands: Sequence[Demand]) -> tuple[Weighing, Solution]:
    """By the method that can keep the rules; the greedy one where that finds nothing."""
    if weighed.method == SEPARABLE and to_rules(weighed):
        weighed = msgspec.structs.replace(weighed, method=TIED)
    try:
        return weighed, decide(weighed, demands)
    except SolverFailed as error:
        log.warning("planning by the greedy method: %s", error)
        weighed = msgspec.structs.replace(weighed, method=GREEDY)
        return weighed, decide(weighed, demands)


def get_place(request: PlanRequest, need: PlanNeed) -> LonLat:
    """Where a need is: its own place, or the request's."""
    return request.incident_lon_lat if need.lon_lat is None else need.lon_lat


def _leave_out_odd(found: NeedOptions, units: Sequence[PlanUnit], skipped: list[SkippedUnit]) -> NeedOptions:
    """Without options whose times are none; their units are named as skipped."""
    if all(0 <= option.travel_s < inf for option in found.best):
        return found
    kept = [option for option in found.best if 0 <= option.travel_s < inf]
    odd = {units[o.unit].unit_id for o in found.best if o not in kept} - {s.unit_id for s in skipped}
    skipped += [SkippedUnit(unit_id, Reason("time_invalid")) for unit_id in sorted(odd)]
    nearest = found.nearest if found.nearest is not None and 0 <= found.nearest.travel_s < inf else None
    return NeedOptions(kept, found.total - (len(found.best) - len(kept)), nearest, found.left_out_s)


class _EligibleFinder:
    """Who may serve a need; equal needs share one list."""

    def __init__(self, units: Sequence[PlanUnit], kept: Sequence[int], kinds: Sequence[int]) -> None:
        self._kinds = kinds
        self._by_capability: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index in kept:
            unit = units[index]
            for capability in dict.fromkeys(unit.capabilities):
                self._by_capability[unit.agency_id, capability].append(index)
                if unit.agency_id:
                    self._by_capability["", capability].append(index)
        self._known: dict[tuple[str | float, ...], list[Eligible]] = {}

    def list_eligible(self, need: PlanNeed) -> list[Eligible]:
        """Units of the need's agency with its capability or a substitute, each by its cheapest."""
        wanted = [
            (0.0, need.capability),
            *sorted((max(0.0, s.price_s), s.capability) for s in need.substitutes),
        ]
        key = (need.agency_id, *(part for pair in wanted for part in pair))
        found = self._known.get(key)
        if found is None:
            by_unit: dict[int, Eligible] = {}
            for price_s, capability in wanted:
                for index in self._by_capability.get((need.agency_id, capability), ()):
                    by_unit.setdefault(index, Eligible(index, capability, price_s, self._kinds[index]))
            found = self._known[key] = list(by_unit.values())
        return found


def _weigh(request: PlanRequest, options: Sequence[NeedOptions], method: str) -> tuple[Weighing, list[int]]:
    """All that decides, and the place in the request of each of its units."""
    indices = sorted({option.unit for found in options for option in found.best})
    place = {index: number for number, index in enumerate(indices)}
    needs = tuple(
        WeighedNeed(
            need.need_id,
            need.priority,
            need.count,
            need.minimum,
            tuple(option.to_weighed(place.__getitem__) for option in found.best),
            name_package(need),
        )
        for need, found in zip(request.needs, options, strict=True)
    )
    units = tuple(request.units[index].unit_id for index in indices)
    bundles, floors = list_bundles(request, options, place), list_floors(request, place)
    return Weighing(WEIGHING_VERSION, method, request.policy, units, needs, bundles, floors), indices


def _describe(
    request: PlanRequest, times: TravelSource, options: Sequence[NeedOptions], chosen: Sequence[Sequence[int]]
) -> tuple[list[Proposal], list[Shortfall]]:
    """Proposals (per need, soonest first) and shortfalls in the order of the needs."""
    going = _find_going(request, chosen)
    lacking = _find_lacking(request, options, chosen)
    sent = [
        (need, found, option)
        for need, found, units in zip(request.needs, options, chosen, strict=True)
        for option in sorted((o for o in found.best if o.unit in units), key=lambda o: o.eta_s)
    ]
    ways = times.measure_ways([(need, get_place(request, need), option) for need, _, option in sent])
    proposals = [
        Proposal(
            need_id=need.need_id,
            unit_id=request.units[option.unit].unit_id,
            eta_s=option.eta_s,
            travel_s=option.travel_s,
            turnout_s=option.turnout_s,
            distance_m=way.distance_m,
            capability=option.capability,
            substitute_price_s=option.price_s,
            reasons=explain_proposal(option, way, need, found, request.units, going),
            wait_s=way.wait_s,
            alternatives=list_alternatives(found, request.units, going.serves),
        )
        for (need, found, option), way in zip(sent, ways, strict=True)
    ]
    shortfalls: list[Shortfall] = []
    for need, found, units in zip(request.needs, options, chosen, strict=True):
        missing = need.count - len(units)
        if missing > 0:
            placed = is_position(get_place(request, need))
            reason = explain_shortfall(found, placed=placed, lacking=lacking.get(name_package(need), ""))
            shortfalls.append(Shortfall(need.need_id, missing, len(units) < need.minimum, reason))
    return proposals, shortfalls


def _find_going(request: PlanRequest, chosen: Sequence[Sequence[int]]) -> Going:
    serves: defaultdict[int, list[PlanNeed]] = defaultdict(list)
    for need, units in zip(request.needs, chosen, strict=True):
        for unit in units:
            serves[unit].append(need)
    must_stay: set[int] = set()
    beyond: set[int] = set()
    for floor in request.minimum_cover:
        ids = frozenset(floor.unit_ids)
        held = {index for index, unit in enumerate(request.units) if unit.unit_id in ids}
        out = held & serves.keys()
        if len(out) >= floor.spare:
            must_stay |= held
        if len(out) > max(0, floor.spare):
            beyond |= out
    return Going(serves, frozenset(must_stay), frozenset(beyond))


def _find_lacking(
    request: PlanRequest, options: Sequence[NeedOptions], chosen: Sequence[Sequence[int]]
) -> dict[str, str]:
    """Packages that do not come, each with what there is least of for it."""
    least: dict[str, tuple[int, str]] = {}
    for need, found, units in zip(request.needs, options, chosen, strict=True):
        package = name_package(need)
        if package and need.count and not units:
            spare = found.total - need.count
            least[package] = min(least.get(package, (spare, need.capability)), (spare, need.capability))
    return {package: capability for package, (_, capability) in least.items()}
