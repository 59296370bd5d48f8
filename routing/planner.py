"""Answers to the planner's questions from a road network: the service without its socket."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import msgspec
import numpy as np
import shapely

from routing.graph.geometry import haversine_all_m
from routing.graph.hourly import find_next_change_min, list_changed_places
from routing.graph.hours import DAY_MIN, WEEK_MIN
from routing.graph.model import FloatArray, LongArray
from routing.guidance.guide import Guide
from routing.matching.lessons import LearnedTraffic
from routing.matching.spread_lessons import LearnedSpread
from routing.messages import (
    AnswerBody,
    AskedAnswer,
    ConditionsAnswer,
    ConditionsRequest,
    Failure,
    LonLat,
    MatrixAnswer,
    MatrixRequest,
    PlanAnswer,
    PlanNeed,
    PlanRequest,
    PlanUnit,
    Proposal,
    ReachAnswer,
    ReachArea,
    ReachRequest,
    RequestBody,
    Route,
    RouteRequest,
    StatusAnswer,
    TravelTimesAnswer,
    TravelTimesRequest,
)
from routing.options import (
    Eligible,
    NeedOptions,
    Option,
    Way,
    find_left_out_s,
    price_aid_s,
    price_rest_s,
    rank,
)
from routing.planning import TIED, get_place, is_position, make_plan
from routing.policy import get_policy
from routing.reasons import STRAIGHT_LINE
from routing.straight_line import OUT_OF_REACH_M, estimate_travel_s
from routing.travel_time.corrections import find_streets, judge
from routing.travel_time.doors import DoorFinder
from routing.travel_time.network import OFF_NETWORK_M, RoadNetwork, UnknownVehicleClass
from routing.travel_time.reach import ReachFinder, Starter
from routing.travel_time.road_changes import RoadIndex, merge_changes
from routing.travel_time.vehicle_classes import DETOUR_FACTOR, VEHICLE_CLASSES

PLANNING_METHOD = "min_cost_flow"


class Planner:
    """One road network that answers questions. Belongs to the thread that made it."""

    def __init__(
        self,
        network: RoadNetwork,
        learned: LearnedTraffic | None = None,
        spread: LearnedSpread | None = None,
    ) -> None:
        self._network = network
        self._learned = learned or LearnedTraffic(network, None)
        self._spread = spread or LearnedSpread(None)
        self._guide = Guide(network)
        self._doors = self._guide.doors
        self._index = RoadIndex(network.graph, network.roads)
        self._reach = ReachFinder(network)
        for method in (PLANNING_METHOD, TIED):
            get_policy(method)  # loads the solver now, so that the first plan does not wait for it

    def answer(self, body: RequestBody) -> AnswerBody:
        """The answer to any question; what cannot be answered is a Failure with its reason."""
        try:
            match body:
                case PlanRequest():
                    return self.plan(body)
                case TravelTimesRequest(origins, destination, vehicle_class, hot):
                    matrix = self.measure_matrix(origins, [destination], vehicle_class, hot)
                    return TravelTimesAnswer([row[0] for row in matrix])
                case MatrixRequest(origins, destinations, vehicle_class, hot):
                    return MatrixAnswer(self.measure_matrix(origins, destinations, vehicle_class, hot))
                case ConditionsRequest():
                    *_, answer = self.change_conditions(body)
                    return answer or Failure("internal", "conditions without an end")
                case RouteRequest():
                    return self.find_route(body)
                case ReachRequest():
                    *_, seconds = self.measure_reach(body)
                    return self.draw_reach(body, seconds)
                case _:
                    return self.describe()
        except UnknownVehicleClass as error:
            return Failure("unknown_vehicle_class", str(error))

    def read_lessons(self) -> None:
        """Takes in newly learned speeds, in force with the next conditions, and how sure ETAs are; another
        thread may do it."""
        self._learned.read()
        self._spread.read()

    def list_asked(self) -> AskedAnswer:
        """Classes that are asked for, for another planner that will be asked next; any thread may do it."""
        return AskedAnswer(self._network.list_asked())

    def change_conditions(
        self, request: ConditionsRequest, asked: Sequence[tuple[str, bool, int]] | None = None
    ) -> Iterator[ConditionsAnswer | None]:
        """Puts conditions in force in pieces, between which other questions may be answered.

        Yields None until all is done, and the answer last. With `asked`, the classes that it will be asked
        for, nobody asks this planner until then. Raises UnknownVehicleClass.
        """
        reweigh = self._network.reweigh
        if asked is not None:
            reweigh = self._network.reweigh_at_rest
            self._network.keep_ready(asked)
        started = perf_counter()
        changed_arcs = 0
        for merged in merge_changes(self._network.graph, self._index, request.changes, request.hour):
            if merged is None:
                yield None
                continue
            conditions, stretches = merged
            if request.hour is not None:
                conditions = replace(conditions, learned=self._learned.list_factors(request.hour))
                yield None
            edges = find_streets(self._index, request.corrections)
            minute = find_minute(request)
            fits = judge(self._network.graph, request.corrections, edges)
            for _ in self._network.reopen(fits, minute):
                yield None
            for arcs in reweigh(conditions):
                changed_arcs += arcs
                yield None
            ways, rules = self._network.graph.edge_way_id, self._network.graph.by_hour
            for correction, edge in zip(request.corrections, edges, strict=True):
                stretches[correction.correction_id] = int(edge is not None)
            yield ConditionsAnswer(
                stretches,
                changed_arcs,
                (perf_counter() - started) * 1000,
                {
                    correction.correction_id: int(ways[edge])
                    for correction, edge in zip(request.corrections, edges, strict=True)
                    if edge is not None
                },
                None if minute is None else find_next_change_min(rules, minute),
                self._list_other_rules(request.since_minute, minute),
            )

    def _list_other_rules(self, before: int | None, now: int | None) -> list[LonLat]:
        if before is None or now is None:
            return []
        return [(lon, lat) for lon, lat in list_changed_places(self._network.graph, before, now).tolist()]

    def measure_reach(self, request: ReachRequest) -> Iterator[FloatArray]:
        """Seconds to all places, for `draw_reach`, in pieces between which other questions may be answered;
        the last is whole. Raises UnknownVehicleClass."""
        return self._reach.measure_pieces(
            [Starter(s.lon_lat, s.vehicle_class, s.hot, s.delay_s) for s in request.starters]
        )

    def draw_reach(self, request: ReachRequest, seconds: FloatArray) -> ReachAnswer:
        """The areas of measured seconds; the one thing of a planner that another thread may do."""
        areas = self._reach.draw_areas(seconds, request.limits_s)
        return ReachAnswer(
            [
                ReachArea(limit_s, msgspec.json.encode([_to_rings(part) for part in area.geoms]))
                for limit_s, area in zip(request.limits_s, areas, strict=True)
            ]
        )

    def plan(self, request: PlanRequest) -> PlanAnswer:
        """Units for needs by road travel time and min-cost flow."""
        started = perf_counter()
        date = self._network.graph.source_date
        answer = make_plan(
            request, RoadTimes(self._network, self._doors, request), PLANNING_METHOD, graph_date=date
        )
        classes = {unit.unit_id: unit.vehicle_class for unit in request.units}
        proposals = [
            self._tell_sureness(proposal, classes[proposal.unit_id]) for proposal in answer.proposals
        ]
        took_ms = (perf_counter() - started) * 1000
        return msgspec.structs.replace(answer, proposals=proposals, took_ms=took_ms)

    def _tell_sureness(self, proposal: Proposal, vehicle_class: str) -> Proposal:
        if any(reason.code == STRAIGHT_LINE for reason in proposal.reasons):
            return proposal
        sure = self._spread.tell(vehicle_class, proposal.eta_s, proposal.wait_s)
        return msgspec.structs.replace(proposal, eta_p50_s=sure.p50_s, eta_p90_s=sure.p90_s)

    def measure_matrix(
        self, origins: Sequence[LonLat], destinations: Sequence[LonLat], vehicle_class: str, hot: bool
    ) -> list[list[float | None]]:
        """Seconds by origin and destination, None where no way leads. Raises UnknownVehicleClass."""
        network = self._network
        doors = self._doors.find(destinations, vehicle_class)
        seconds = self._doors.measure(network.snap(origins, vehicle_class), doors, vehicle_class, hot)
        return [[s if s != np.inf else None for s in row] for row in seconds.tolist()]

    def find_route(self, request: RouteRequest) -> Route | Failure:
        """The fastest way, or the failure that there is none. Raises UnknownVehicleClass."""
        routes = self._guide.find_routes(request)
        if not routes:
            return self._explain_no_route(request)
        told = []
        for route in routes:
            sure = self._spread.tell(request.vehicle_class, route.travel_s, route.wait_s)
            told.append(msgspec.structs.replace(route, eta_p50_s=sure.p50_s, eta_p90_s=sure.p90_s))
        return msgspec.structs.replace(told[0], alternatives=told[1:])

    def _explain_no_route(self, request: RouteRequest) -> Failure:
        ends = {"start": request.origin, "end": request.destination}
        places = self._network.snap(list(ends.values()), request.vehicle_class)
        for name, edge in zip(ends, places.edge.tolist(), strict=True):
            if edge < 0:
                told = f"no road for {request.vehicle_class} within {OFF_NETWORK_M:.0f} m of the {name}"
                return Failure("off_network", told)
        return Failure("no_route", f"no way for {request.vehicle_class} between these places")

    def describe(self) -> StatusAnswer:
        """Which graph answers, and for whom."""
        graph = self._network.graph
        classes = list(VEHICLE_CLASSES)
        return StatusAnswer(graph.source_date, graph.node_count, graph.edge_count, classes, os.getpid())


def find_minute(request: ConditionsRequest) -> int | None:
    """Minute of the local week that conditions are told for, None where they tell no day or no hour."""
    if request.hour is None or request.weekday is None:
        return None
    # 17.65 h are 1,058.9999… min as numbers go.
    return (request.weekday * DAY_MIN + int(request.hour * 60 + 1e-6)) % WEEK_MIN


@dataclass(frozen=True)
class _Table:
    """Eligible units in columns: their rows among the request's units, and what they cost wherever it is."""

    eligible: Sequence[Eligible]
    rows: LongArray
    kinds: LongArray
    price_s: FloatArray
    turnout_s: FloatArray
    held_s: FloatArray
    cover_s: FloatArray
    rest_s: FloatArray
    aid_s: FloatArray
    lon_lat: FloatArray
    straight_s_per_m: FloatArray


class RoadTimes:
    """Road travel times for one plan request; straight lines, marked, where the road says nothing."""

    def __init__(self, network: RoadNetwork, doors: DoorFinder, request: PlanRequest) -> None:
        self._network = network
        self._doors = doors
        self._units = request.units
        self._lon_lat = np.array([u.lon_lat for u in request.units], dtype=float).reshape(-1, 2)
        self._turnout_s = np.round(np.array([u.turnout_s for u in request.units], dtype=float), 1)
        self._held_s = np.round(np.array([u.held_s for u in request.units], dtype=float), 1)
        cover_s = np.nan_to_num(np.array([u.cover_s for u in request.units], dtype=float), posinf=0.0)
        self._cover_s = np.round(np.maximum(cover_s, 0.0), 1)
        self._rest_s = np.round(np.array([price_rest_s(u) for u in request.units], dtype=float), 1)
        self._aid_s = np.round(np.array([price_aid_s(u) for u in request.units], dtype=float), 1)
        self._straight_s_per_m = np.array([estimate_travel_s(1.0, u.vehicle_class) for u in request.units])
        self._tables: dict[int, _Table] = {}
        self._travel_s: dict[tuple[LonLat, bool], FloatArray] = {}
        by_class = _group_by_class(self._units)
        for hot in (False, True):
            wanted = dict.fromkeys(get_place(request, need) for need in request.needs if need.hot == hot)
            if places := [place for place in wanted if is_position(place)]:
                self._measure(places, hot, by_class)

    def list_options(
        self, need: PlanNeed, lon_lat: LonLat, eligible: Sequence[Eligible], limit: int
    ) -> NeedOptions:
        """See `planning.TravelSource`."""
        who = self._tabulate(eligible)
        straight_m = haversine_all_m(who.lon_lat, np.array(lon_lat))
        reachable = np.flatnonzero(straight_m <= OUT_OF_REACH_M)
        if len(reachable) == 0:
            return NeedOptions([], 0, None)
        by_road_s = self._travel_s[lon_lat, need.hot][who.rows]
        by_road = np.isfinite(by_road_s)
        travel_s = np.where(by_road, by_road_s, straight_m * who.straight_s_per_m)
        # Tenths from here on: what is chosen is chosen by what is kept.
        travel_s = np.round(travel_s, 1)
        cover_s = np.minimum(who.cover_s, np.round(need.most_cover_s, 1))
        eta_s = who.turnout_s + travel_s
        late = (need.late_after_s > 0) & (eta_s > need.late_after_s)
        late_s = np.where(late, round(need.late_price_s, 1), 0.0)
        soon_s = eta_s + who.price_s
        cost_s = soon_s + who.held_s + cover_s + late_s + who.rest_s + who.aid_s
        kinds = who.kinds
        if len(reachable) < len(cost_s):
            cost_s, soon_s, kinds = cost_s[reachable], soon_s[reachable], kinds[reachable]
        ranked = rank(cost_s, soon_s, kinds, limit)
        told = np.append(reachable[ranked], np.argmin(straight_m))
        weighed = (who.turnout_s, travel_s, who.price_s, who.held_s, cover_s, late_s, who.rest_s, who.aid_s)
        columns = (*weighed, straight_m, by_road)
        facts = zip(*(c[told].tolist() for c in columns), strict=True)
        *options, nearest = [
            Option(eligible[i].unit, eligible[i].capability, *seconds, straight_m=m, by_road=road)
            for i, (*seconds, m, road) in zip(told.tolist(), facts, strict=True)
        ]
        left_out_s = find_left_out_s(cost_s, ranked)
        return NeedOptions(options, len(reachable), nearest, left_out_s)

    def _tabulate(self, eligible: Sequence[Eligible]) -> _Table:
        """What does not depend on the need's place; needs that ask for the same share it."""
        table = self._tables.get(id(eligible))
        if table is None:
            rows = np.array([who.unit for who in eligible], dtype=np.int64)
            table = self._tables[id(eligible)] = _Table(
                eligible,
                rows,
                np.array([who.kind for who in eligible]),
                np.round([who.price_s for who in eligible], 1),
                self._turnout_s[rows],
                self._held_s[rows],
                self._cover_s[rows],
                self._rest_s[rows],
                self._aid_s[rows],
                self._lon_lat[rows],
                self._straight_s_per_m[rows],
            )
        return table

    def measure_ways(self, going: Sequence[tuple[PlanNeed, LonLat, Option]]) -> list[Way]:
        """The same ways that the travel times are of, those of one class one after the other."""
        ways = [Way(option.straight_m * DETOUR_FACTOR) for _, _, option in going]
        by_class: dict[tuple[str, bool], list[int]] = {}
        for row, (need, _, option) in enumerate(going):
            if option.by_road:
                key = self._units[option.unit].vehicle_class, need.hot
                by_class.setdefault(key, []).append(row)
        for (vehicle_class, hot), rows in by_class.items():
            pairs = [(self._units[going[row][2].unit].lon_lat, going[row][1]) for row in rows]
            found = self._doors.find_ways(pairs, vehicle_class, hot)
            for row, way in zip(rows, found, strict=True):
                if way is not None:
                    ways[row] = Way(*way)
        return ways

    def _measure(self, places: list[LonLat], hot: bool, by_class: dict[str, list[int]]) -> None:
        """Fills the times of every unit to these places, one matrix per vehicle class."""
        travel_s = np.full((len(self._units), len(places)), np.inf)
        for vehicle_class, rows in by_class.items():
            origins = self._network.snap([self._units[row].lon_lat for row in rows], vehicle_class)
            doors = self._doors.find(places, vehicle_class)
            travel_s[rows] = self._doors.measure(origins, doors, vehicle_class, hot)
        for column, place in enumerate(places):
            self._travel_s[place, hot] = travel_s[:, column]


def _to_rings(area: shapely.Polygon) -> list[list[list[float]]]:
    """Rings of a polygon to the metre, outline first."""
    return [shapely.get_coordinates(ring).round(5).tolist() for ring in (area.exterior, *area.interiors)]


def _group_by_class(units: Sequence[PlanUnit]) -> dict[str, list[int]]:
    """Rows of the units of each known vehicle class; others have no road times."""
    rows: dict[str, list[int]] = {}
    for row, unit in enumerate(units):
        if unit.vehicle_class in VEHICLE_CLASSES:
            rows.setdefault(unit.vehicle_class, []).append(row)
    return rows
