"""Routes as a driver is told them: line, streets, instructions, alternatives."""

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np

from routing.graph.kinds import ROAD_CLASSES, RoadClass
from routing.graph.model import FloatArray
from routing.graph.snap import Snapped
from routing.guidance.headings import find_side, measure_start_deg
from routing.guidance.manoeuvres import BENDS, Manoeuvre, Piece, Streets, Turn, find_manoeuvres
from routing.guidance.words import (
    Words,
    tell_arrival,
    tell_at_once,
    tell_departure,
    tell_landing,
    tell_step,
    tell_walk,
)
from routing.terms.messages import LonLat
from routing.terms.ways import Route, RouteRequest, Step
from routing.travel_time.alternatives import find_alternatives, find_over
from routing.travel_time.doors import DoorFinder
from routing.travel_time.network import RoadNetwork, measure_start_s
from routing.travel_time.profile import FoundPath, Profile

_ON_FOOT = "foot"
_TOLD_CARRY_M = 20.0
_AT_ONCE_M = 30.0


class Guide:
    """Finds and tells routes on one network. Belongs to the thread that made it."""

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network
        self.doors = DoorFinder(network)
        self._streets = Streets(network.graph)

    def find_routes(self, request: RouteRequest) -> list[Route]:
        """The fastest route, or the one over a junction that is asked for, and then the alternatives asked
        for; empty where no way leads.

        Raises UnknownVehicleClass.
        """
        network, vehicle_class = self._network, request.vehicle_class
        start = network.snap([request.origin], vehicle_class)
        end, *carry = self.doors.find_stop(start, request.destination, vehicle_class, request.hot)
        profile = network.get_profile(vehicle_class, request.hot)
        best = profile.find_path(start, end)
        if best is None:
            return []
        others = (
            find_alternatives(profile, start, end, best, request.alternatives) if request.alternatives else []
        )
        first = self._find_first(request, profile, best, start, end)
        return [self._tell(request, profile, path, start, end, *carry) for path in (first, *others)]

    def _find_first(
        self, request: RouteRequest, profile: Profile, best: FoundPath, start: Snapped, end: Snapped
    ) -> FoundPath:
        """The way over the junction, as long as it is not slower than the asker takes."""
        if request.via is None or best.last_arc is None:
            return best
        over = find_over(self._network.graph, profile, start, end, request.via)
        slower_ms = np.inf if over is None else over.cost_ms - best.cost_ms
        return over if over is not None and slower_ms <= request.via_slower_s * 1000 else best

    def _tell(
        self,
        request: RouteRequest,
        profile: Profile,
        path: FoundPath,
        start: Snapped,
        end: Snapped,
        carry_m: float,
        carry_s: float,
    ) -> Route:
        graph = self._network.graph
        pieces = self._network.list_pieces(path, start, end)
        lon_lats = self._network.draw_pieces(pieces)
        start_s = float(measure_start_s(start)[0])
        steps: list[Step] = []
        if request.guidance:
            steps = self._list_steps(profile, path, pieces, start_s, lon_lats)
            steps.append(self._tell_end(request.destination, lon_lats, carry_m, carry_s))
        named = (name for name, _ in groupby(graph.edge_name[[edge for edge, _, _ in pieces]].tolist()))
        streets = (graph.names[name] for name in named if name >= 0)
        return Route(
            travel_s=start_s + path.cost_ms / 1000 + carry_s,
            distance_m=self._network.measure_pieces(pieces) + carry_m,
            carry_m=carry_m,
            lon_lats=lon_lats,
            carry_s=carry_s,
            wait_s=self._network.measure_wait_s(path),
            names=list(streets),
            steps=steps,
            via=None
            if path.via is None
            else (graph.node_lon[path.via].item(), graph.node_lat[path.via].item()),
        )

    def _list_steps(
        self,
        profile: Profile,
        path: FoundPath,
        pieces: Sequence[Piece],
        start_s: float,
        lon_lats: Sequence[LonLat],
    ) -> list[Step]:
        """What to do at the beginning of each stretch; together they are as long as the whole way."""
        driven = [number for number, (_, begin, stop) in enumerate(pieces) if begin != stop]
        found_here = find_manoeuvres(
            self._network.graph, self._streets, [pieces[number] for number in driven]
        )
        if not found_here:
            return []
        lengths_m = self._network.graph.edge_length_m[[edge for edge, _, _ in pieces]]
        shares = np.array([abs(stop - begin) for _, begin, stop in pieces])
        metres = [0.0, *np.cumsum(shares * lengths_m).tolist()]
        seconds = [0.0, *(np.cumsum(self._time_pieces(profile, path, pieces)) + start_s).tolist()]
        # What is no stretch, at the very beginning or end, takes its time all the same.
        begins = [0, *(driven[found.begin] for found in found_here[1:]), len(pieces)]
        lengths = [metres[end] - metres[begin] for begin, end in pairwise(begins)]
        told = _tell_steps(found_here, lengths, measure_start_deg(lon_lats))
        return [
            _make_step(
                found.turn,
                words,
                found,
                length_m,
                seconds[end] - seconds[begin],
                self._network.draw_begin(pieces[driven[found.begin]]),
            )
            for words, found, length_m, (begin, end) in zip(
                told, found_here, lengths, pairwise(begins), strict=True
            )
        ]

    def _time_pieces(self, profile: Profile, path: FoundPath, pieces: Sequence[Piece]) -> FloatArray:
        """Seconds of every piece, the turn into it and the delay at its end included."""
        weights = profile.weights
        directed = np.array([2 * edge + (stop < begin) for edge, begin, stop in pieces])
        shares = np.array([abs(stop - begin) for _, begin, stop in pieces])
        ms = shares * weights.run_ms[directed]
        ms[:-1] += weights.end_ms[directed[:-1]]
        if path.last_arc is not None:
            ms[1:] += weights.turn_ms[[*path.arcs, path.last_arc]]
        seconds: FloatArray = ms / 1000
        return seconds

    def _tell_end(
        self, destination: LonLat, lon_lats: Sequence[LonLat], carry_m: float, carry_s: float
    ) -> Step:
        stop = lon_lats[-1]
        if carry_m < _TOLD_CARRY_M:
            words = tell_arrival(find_side(lon_lats, destination))
            return _make_step(Turn.ARRIVE, words, None, carry_m, carry_s, stop)
        road_class, name = self._find_walk(destination)
        return _make_step(Turn.WALK, tell_walk(carry_m, road_class, name), None, carry_m, carry_s, stop)

    def _find_walk(self, destination: LonLat) -> tuple[RoadClass | None, str]:
        """The street at the door, for who comes on foot."""
        if not self._network.has_class(_ON_FOOT):
            return None, ""
        door = self._network.snap([destination], _ON_FOOT)
        edge = int(door.edge[0])
        if edge < 0:
            return None, ""
        graph = self._network.graph
        return ROAD_CLASSES[int(graph.edge_road_class[edge])], graph.get_edge_name(edge)


def _tell_steps(found: Sequence[Manoeuvre], lengths_m: Sequence[float], start_deg: float) -> list[Words]:
    """Words of every step, also of what has to be done right after the one before."""
    told = [tell_departure(found[0], start_deg)]
    for before, step, length_m in zip(found[:-1], found[1:], lengths_m[:-1], strict=True):
        ashore = before.turn is Turn.FERRY
        words = tell_landing(step.name, step.road_class) if ashore else tell_step(step)
        at_once = length_m < _AT_ONCE_M and before.turn in BENDS and step.turn in BENDS
        told.append(tell_at_once(words) if at_once else words)
    return told


def _make_step(
    turn: Turn, words: Words, found: Manoeuvre | None, distance_m: float, travel_s: float, lon_lat: LonLat
) -> Step:
    name = "" if found is None else found.name
    return Step(turn.value, words.vi, words.en, name, distance_m, travel_s, lon_lat)
