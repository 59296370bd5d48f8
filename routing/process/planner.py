"""Answers to the planner's questions from a road network: the service without its socket."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf
from time import perf_counter

import msgspec
import shapely

from routing.graph.geometry import Positions
from routing.graph.hourly import find_next_change_min, list_changed_places
from routing.graph.hours import DAY_MIN, WEEK_MIN
from routing.graph.model import FloatArray
from routing.guidance.guide import Guide
from routing.hierarchy.metric import Milliseconds
from routing.matching.lessons import LearnedTraffic
from routing.matching.spread_lessons import LearnedSpread
from routing.plans.planning import TIED
from routing.plans.reasons import STRAIGHT_LINE
from routing.plans.work import PLANNING_METHOD, Deadline, PlanWork
from routing.process.tables import TableBroken, add_up, pack_times, unpack_positions
from routing.terms.messages import (
    AnswerBody,
    AskedAnswer,
    ConditionsAnswer,
    ConditionsRequest,
    Failure,
    LonLat,
    MatrixAnswer,
    MatrixRequest,
    PlanAnswer,
    PlanRequest,
    Proposal,
    ReachAnswer,
    ReachArea,
    ReachRequest,
    RequestBody,
    StatusAnswer,
    TravelTimesAnswer,
    TravelTimesRequest,
)
from routing.terms.policy import get_policy
from routing.terms.ways import Route, RouteRequest
from routing.travel_time.corrections import find_streets, judge
from routing.travel_time.network import OFF_NETWORK_M, RoadNetwork, UnknownVehicleClass
from routing.travel_time.reach import ReachFinder, Starter
from routing.travel_time.road_changes import RoadIndex, merge_changes
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES


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
                    (seconds,) = self.measure_matrix(origins, [destination], vehicle_class, hot).T.tolist()
                    return TravelTimesAnswer([s if s != inf else None for s in seconds])
                case MatrixRequest(packed, packed_ends, vehicle_class, hot):
                    starts, ends = unpack_positions(packed), unpack_positions(packed_ends)
                    times = self._count_matrix(starts, ends, vehicle_class, hot)
                    return MatrixAnswer(*pack_times(*times))
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
        except TableBroken as error:
            return Failure("bad_request", str(error))

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
        """Units for needs by road travel time and min-cost flow: the best plan, however long it takes."""
        work = self.begin_plan(request, Deadline(perf_counter, inf))
        for _ in work.measure():
            pass
        work.choose()
        return work.tell()

    def begin_plan(self, request: PlanRequest, deadline: Deadline) -> PlanWork:
        """A plan in pieces, between which other questions may be answered, but nothing may change on the
        roads."""
        return PlanWork(self._network, self._doors, request, deadline, self._tell_sureness)

    def _tell_sureness(self, proposal: Proposal, vehicle_class: str) -> Proposal:
        if any(reason.code == STRAIGHT_LINE for reason in proposal.reasons):
            return proposal
        sure = self._spread.tell(vehicle_class, proposal.eta_s, proposal.wait_s)
        return msgspec.structs.replace(proposal, eta_p50_s=sure.p50_s, eta_p90_s=sure.p90_s)

    def measure_matrix(
        self, origins: Positions, destinations: Positions, vehicle_class: str, hot: bool
    ) -> FloatArray:
        """Seconds, shape (origins, destinations), infinite where no way leads. Raises UnknownVehicleClass."""
        return add_up(*self._count_matrix(origins, destinations, vehicle_class, hot))

    def _count_matrix(
        self, origins: Positions, destinations: Positions, vehicle_class: str, hot: bool
    ) -> tuple[Milliseconds, FloatArray]:
        """Milliseconds, shape (origins, destinations), `NEVER_MS` where no way leads; and seconds from each
        origin to its road. Raises UnknownVehicleClass."""
        find_starts = self._network.snap_beside(origins, vehicle_class)
        doors = self._doors.find(destinations, vehicle_class)
        return self._doors.count(find_starts(), doors, vehicle_class, hot)

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


def _to_rings(area: shapely.Polygon) -> list[list[list[float]]]:
    """Rings of a polygon to the metre, outline first."""
    return [shapely.get_coordinates(ring).round(5).tolist() for ring in (area.exterior, *area.interiors)]
