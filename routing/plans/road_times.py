"""Road travel times for one plan: to every place from every unit, in pieces, the most urgent first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from routing.graph.geometry import haversine_all_m
from routing.graph.model import FloatArray, LongArray
from routing.plans.guesses import Guesses
from routing.plans.options import Eligible, NeedOptions, Option, Way, find_left_out_s, rank
from routing.plans.planning import get_place
from routing.plans.screening import is_position
from routing.terms.messages import LonLat, PlanNeed, PlanRequest, PlanUnit
from routing.travel_time.doors import DoorFinder
from routing.travel_time.network import RoadNetwork
from routing.travel_time.straight_line import OUT_OF_REACH_M, estimate_travel_s
from routing.travel_time.vehicle_classes import DETOUR_FACTOR, VEHICLE_CLASSES, WALK_KMH

PIECE = 64
"""Searches of one piece, one for each place and class: some 15 ms of processor time where units stand all
over a city. Whoever asks for less has it in one piece."""

BESIDE = 16
"""From so many searches on they are shared out to all processors; fewer are done sooner than handed over."""


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
    """Road travel times for one plan request of clean numbers (`screening`); straight lines, marked, where
    the road says nothing."""

    def __init__(self, network: RoadNetwork, doors: DoorFinder, request: PlanRequest) -> None:
        self._network = network
        self._doors = doors
        self._units = request.units
        self._lon_lat = np.array([u.lon_lat for u in request.units], dtype=float).reshape(-1, 2)
        self._turnout_s = np.round(np.array([u.turnout_s for u in request.units], dtype=float), 1)
        self._held_s = np.round(np.array([u.held_s for u in request.units], dtype=float), 1)
        self._cover_s = np.round(np.array([u.cover_s for u in request.units], dtype=float), 1)
        self._rest_s = np.round(np.array([u.rest_s for u in request.units], dtype=float), 1)
        self._aid_s = np.round(np.array([u.aid_s for u in request.units], dtype=float), 1)
        self._straight_s_per_m = np.array([estimate_travel_s(1.0, u.vehicle_class) for u in request.units])
        self._guesses = Guesses(self._lon_lat)
        self._on_roads = np.zeros(len(request.units), dtype=np.bool_)
        self._tables: dict[int, _Table] = {}
        self._travel_s: dict[tuple[LonLat, bool], FloatArray] = {}
        self._by_class = _group_by_class(self._units)
        self._pieces = list_pieces(request, len(self._by_class))

    @property
    def piece_count(self) -> int:
        """Pieces that all places are measured in."""
        return len(self._pieces)

    @property
    def unmeasured(self) -> int:
        """Places that were not measured; units get there by straight line, marked."""
        return sum(len(places) for places, _ in self._pieces) - len(self._travel_s)

    def measure(self) -> Iterator[None]:
        """Measures piece by piece, the most urgent needs first; between two pieces nothing may change on the
        roads, but other questions may be answered."""
        for places, hot in self._pieces:
            self._measure(places, hot)
            yield

    def list_options(
        self, need: PlanNeed, lon_lat: LonLat, eligible: Sequence[Eligible], limit: int
    ) -> NeedOptions:
        """See `planning.TravelSource`."""
        who = self._tabulate(eligible)
        straight_m = haversine_all_m(who.lon_lat, np.array(lon_lat))
        reachable = np.flatnonzero(straight_m <= OUT_OF_REACH_M)
        if len(reachable) == 0:
            return NeedOptions([], 0, None)
        by_road_s = self._get_travel_s(lon_lat, need.hot)[who.rows]
        by_road = np.isfinite(by_road_s)
        guess_s = straight_m * who.straight_s_per_m
        unknown = np.flatnonzero(~by_road)
        if len(unknown):
            guess_s[unknown] *= self._find_guess_factors(lon_lat, need.hot, who.rows[unknown])
        travel_s = np.where(by_road, by_road_s, guess_s)
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

    def _get_travel_s(self, place: LonLat, hot: bool) -> FloatArray:
        """Seconds by road from each unit, infinite where they are not known."""
        found = self._travel_s.get((place, hot))
        return np.full(len(self._units), np.inf) if found is None else found

    def _find_guess_factors(self, place: LonLat, hot: bool, rows: LongArray) -> FloatArray:
        """What guesses of these units are stretched by on their way to a place.

        Who stands on a road and has no way there while others do is cut off: no faster than a crew on foot.
        """
        road_s = self._get_travel_s(place, hot)
        guess_s = haversine_all_m(self._lon_lat, np.array(place)) * self._straight_s_per_m
        factors = self._guesses.find_factors(rows, guess_s, road_s)
        cut_off = self._on_roads[rows] & np.isfinite(road_s).any()
        on_foot = DETOUR_FACTOR * 3.6 / WALK_KMH / self._straight_s_per_m[rows]
        return np.where(cut_off, np.maximum(factors, on_foot), factors)

    def _measure(self, places: list[LonLat], hot: bool) -> None:
        """Fills the times of every unit to these places, one matrix per vehicle class, on all processors."""
        travel_s = np.full((len(self._units), len(places)), np.inf)
        works = []
        for vehicle_class, rows in self._by_class.items():
            origins = self._network.snap([self._units[row].lon_lat for row in rows], vehicle_class)
            self._on_roads[rows] = origins.edge >= 0
            doors = self._doors.find(places, vehicle_class)
            known = self._doors.get_known(vehicle_class, hot)
            works.append(partial(self._doors.measure, origins, doors, vehicle_class, hot, known))
        beside = len(places) * len(works) >= BESIDE
        found = self._network.work_beside(works) if beside else [work() for work in works]
        for rows, seconds in zip(self._by_class.values(), found, strict=True):
            travel_s[rows] = seconds
        for column, place in enumerate(places):
            self._travel_s[place, hot] = travel_s[:, column]


def list_pieces(request: PlanRequest, classes: int) -> list[tuple[list[LonLat], bool]]:
    """Places and whether one goes there hot, in pieces of about as many searches each, the most urgent
    first."""
    urgent: dict[tuple[LonLat, bool], int] = {}
    for need in request.needs:
        key = get_place(request, need), need.hot
        if is_position(key[0]):
            urgent[key] = min(need.priority, urgent.get(key, need.priority))
    size = max(1, PIECE // max(1, classes))
    pieces: list[tuple[list[LonLat], bool]] = []
    for hot in (True, False):
        # By priority alone: equally urgent ones stay in the order in which they were asked about.
        places = sorted((key for key in urgent if key[1] == hot), key=urgent.__getitem__)
        count = -(-len(places) // size)
        for piece in range(count):
            some = places[piece * len(places) // count : (piece + 1) * len(places) // count]
            pieces.append(([place for place, _ in some], hot))
    return sorted(pieces, key=lambda piece: min(urgent[place, piece[1]] for place in piece[0]))


def _group_by_class(units: Sequence[PlanUnit]) -> dict[str, list[int]]:
    """Rows of the units of each known vehicle class; others have no road times."""
    rows: dict[str, list[int]] = {}
    for row, unit in enumerate(units):
        if unit.vehicle_class in VEHICLE_CLASSES:
            rows.setdefault(unit.vehicle_class, []).append(row)
    return rows
