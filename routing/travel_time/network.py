"""Travel times and routes of a whole city for every vehicle class, from one graph and the same weights."""

import os
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import numpy as np

from routing.graph.geometry import LocalPlane, Positions
from routing.graph.hourly import at_hours, list_in_force
from routing.graph.model import BoolArray, FloatArray, RoadGraph
from routing.graph.snap import Snapped, Snapper, draw_roads
from routing.hierarchy.hierarchy import Hierarchy
from routing.kernel import make_ready
from routing.travel_time.conditions import Conditions, Stretches, find_changed, make_free_conditions
from routing.travel_time.ends import list_repeats
from routing.travel_time.profile import FindChanged, FoundPath, Profile
from routing.travel_time.vehicle_classes import DETOUR_FACTOR, VEHICLE_CLASSES, WALK_KMH, VehicleClass
from routing.travel_time.weights import Fit, list_waits_s

LonLat = tuple[float, float]
Piece = tuple[int, float, float]
Result = TypeVar("Result")

# Nearer than this a position counts as on the road: receivers err, and houses stand back from the kerb.
FREE_ACCESS_M = 30.0
# Fewer positions are found sooner than another thread begins.
_MANY_POSITIONS = 250
# Farther than this from any road the class can use, the road says nothing about the way.
OFF_NETWORK_M = 500.0


class UnknownVehicleClass(Exception):
    """No vehicle class has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no vehicle class {name!r}; there are {', '.join(VEHICLE_CLASSES)}")
        self.name = name


@dataclass(frozen=True, slots=True)
class FoundRoute:
    """A route: seconds and metres in all, the metres on foot at its end, and its line (lon, lat)."""

    travel_s: float
    distance_m: float
    carry_m: float
    lon_lats: list[LonLat]


class RoadNetwork:
    """One graph under the weights of every vehicle class. Belongs to the thread that made it, but for the
    making of metrics and searches class by class, which it has others help with."""

    def __init__(self, graph: RoadGraph, vehicle_classes: Collection[VehicleClass] | None = None) -> None:
        rows = VEHICLE_CLASSES.values() if vehicle_classes is None else vehicle_classes
        self.graph = graph
        self.version = 0  # changes with what holds on the roads
        make_ready()
        self.hierarchy = Hierarchy(graph.node_order, graph.arc_tail, graph.arc_head)
        self._profiles: dict[tuple[str, bool], Profile] = {}
        self._snappers: dict[str, Snapper] = {}
        self._usable: dict[str, BoolArray] = {}
        self._fits: dict[str, Fit] = {}
        self._now, self._holding = graph, list_in_force(graph.by_hour, None)
        self._wait_s = list_waits_s(graph)
        self._has_ferries = bool(self._wait_s.any())
        self.roads = draw_roads(graph)
        self._makers = ThreadPoolExecutor(os.cpu_count() or 1, "metrics")
        repeats = list_repeats(graph)
        for vehicle in rows:
            for hot in (False, True) if vehicle.hot else (False,):
                self._profiles[vehicle.name, hot] = Profile(graph, self.hierarchy, vehicle, hot, repeats)
            self._find_usable(vehicle.name)

    def _find_usable(self, vehicle_class: str) -> None:
        """Finds the edges a class can use."""
        usable = self._profiles[vehicle_class, False].find_usable_edges()
        self._usable[vehicle_class] = usable
        self._snappers[vehicle_class] = Snapper(self.roads, usable)

    def get_profile(self, vehicle_class: str, hot: bool) -> Profile:
        """Weights and search of a class; a class without privileges is the same hot and cold.

        Raises UnknownVehicleClass.
        """
        profile = self._profiles.get((vehicle_class, hot)) or self._profiles.get((vehicle_class, False))
        if profile is None:
            raise UnknownVehicleClass(vehicle_class)
        return profile

    def get_usable_edges(self, vehicle_class: str) -> BoolArray:
        """Edges that places are found on for a class. Raises UnknownVehicleClass."""
        self.get_profile(vehicle_class, False)
        return self._usable[vehicle_class]

    def has_class(self, vehicle_class: str) -> bool:
        """Whether this network has weights of a class."""
        return (vehicle_class, False) in self._profiles

    def snap(self, lon_lats: Positions, vehicle_class: str) -> Snapped:
        """Nearest places on roads this class can use; edge -1 for what is off the network or not a position.

        Raises UnknownVehicleClass.
        """
        self.get_profile(vehicle_class, False)
        return self._snappers[vehicle_class].snap(lon_lats, OFF_NETWORK_M)

    def snap_beside(self, lon_lats: Positions, vehicle_class: str) -> Callable[[], Snapped]:
        """The same at the same time as other work; what is returned waits for the answer and gives it."""
        if len(lon_lats) < _MANY_POSITIONS:
            places = self.snap(lon_lats, vehicle_class)
            return lambda: places
        return self._makers.submit(self.snap, lon_lats, vehicle_class).result

    def list_near(self, lon_lat: LonLat, vehicle_class: str, within_m: float) -> Snapped:
        """The nearest place on every road within some metres that this class can use.

        Raises UnknownVehicleClass.
        """
        self.get_profile(vehicle_class, False)
        return self._snappers[vehicle_class].list_near(lon_lat, within_m)

    def measure_matrix(
        self, origins: Snapped, destinations: Snapped, vehicle_class: str, hot: bool = False
    ) -> FloatArray:
        """Travel seconds, shape (origins, destinations), infinite where no way leads or off the network.

        The way between a place and its road is included: at rolling speed at the start, on foot at the end.
        """
        profile = self.get_profile(vehicle_class, hot)
        seconds = np.full((len(origins), len(destinations)), np.inf)
        rows, columns = np.flatnonzero(origins.edge >= 0), np.flatnonzero(destinations.edge >= 0)
        if len(rows) and len(columns):
            start, end = origins.select(rows), destinations.select(columns)
            on_road_s = profile.travel_ms(start, end) / 1000
            seconds[np.ix_(rows, columns)] = (
                on_road_s + measure_start_s(start)[:, None] + measure_carry_s(end)
            )
        return seconds

    def find_route(
        self, origin: LonLat, destination: LonLat, vehicle_class: str, hot: bool = False
    ) -> FoundRoute | None:
        """The fastest route, None where no way leads. Raises UnknownVehicleClass."""
        start, end = self.snap([origin], vehicle_class), self.snap([destination], vehicle_class)
        path = self.get_profile(vehicle_class, hot).find_path(start, end)
        if path is None:
            return None
        pieces = self.list_pieces(path, start, end)
        carry_m = float(measure_carry_m(end)[0])
        access_s = float(measure_start_s(start)[0] + measure_carry_s(end)[0])
        distance_m = self.measure_pieces(pieces) + carry_m
        return FoundRoute(path.cost_ms / 1000 + access_s, distance_m, carry_m, self.draw_pieces(pieces))

    def apply_closures(self, closed_edges: Collection[int]) -> int:
        """Closes exactly these edges for every class and opens all others; returns how many arcs changed."""
        closed = make_free_conditions(self.graph)
        edges = np.unique(np.fromiter(closed_edges, dtype=np.int64))
        closed.closed[np.concatenate([2 * edges, 2 * edges + 1])] = True
        return self.apply_conditions(closed)

    def apply_conditions(self, conditions: Conditions) -> int:
        """Puts conditions in force for every class; returns how many arcs changed."""
        return sum(self.reweigh_at_rest(conditions))

    def reopen(self, fits: Mapping[str, Fit], minute: int | None = None) -> Iterator[None]:
        """Takes the rules of a minute of the local week, and what crews found out about exactly these classes
        fitting; `reweigh` puts both in force. Without a minute see `RoadGraph`.

        In pieces, like `reweigh`; a class for which both stay the same costs nothing.
        """
        holding = list_in_force(self.graph.by_hour, minute)
        same_hours = _is_equal(holding, self._holding)
        now = self._now if same_hours else at_hours(self.graph, holding)
        for name in self._usable:
            if same_hours and _is_same(self._fits.get(name), fits.get(name)):
                continue
            for hot in (False, True):
                if (name, hot) in self._profiles:
                    self._profiles[name, hot].reopen(now, fits.get(name))
                    yield
            self._find_usable(name)
            yield
        self._fits, self._now, self._holding = dict(fits), now, holding
        self._wait_s = list_waits_s(now)

    def reweigh(self, conditions: Conditions) -> Iterator[int]:
        """The same in pieces of some milliseconds, between which queries may be made.

        Classes that are asked for come first; the others have their new weights when it ends, and the search
        over them when somebody asks.
        """
        self.version += 1
        find = self._look_for_changes(conditions)
        for profile in sorted(self._profiles.values(), key=lambda profile: not profile.is_asked):
            yield from profile.reweigh(conditions, find)
        self.version += 1

    def reweigh_at_rest(self, conditions: Conditions) -> Generator[int, None, None]:
        """The same while nobody asks: a piece for each class, in half the memory, on all processors."""
        self.version += 1
        making: list[Future[None]] = []
        find = self._look_for_changes(conditions)
        try:
            for profile in self._profiles.values():
                changed = profile.reweigh_at_rest(conditions, find)
                if profile.is_asked:
                    making.append(self._makers.submit(profile.make_ready))
                yield changed
        finally:
            wait(making)  # whoever gives up between two pieces leaves nobody at work
        for made in making:
            made.result()
        self.version += 1

    def _look_for_changes(self, conditions: Conditions) -> FindChanged:
        """What tells where these conditions differ from others, for all classes at once."""
        known: list[tuple[Conditions, Stretches | None]] = []

        def find(before: Conditions) -> Stretches | None:
            for other, where in known:
                if other is before:
                    return where
            known.append((before, find_changed(self.graph, before, conditions)))
            return known[-1][1]

        return find

    def list_asked(self) -> list[tuple[str, bool, int]]:
        """Classes that are asked for: name, hot or cold, and for how many changes of the roads their search
        is still made ahead. Another thread may ask."""
        return [(name, hot, p.asked) for (name, hot), p in self._profiles.items() if p.is_asked]

    def keep_ready(self, asked: Sequence[tuple[str, bool, int]]) -> None:
        """Has the search of these classes made ahead. Raises UnknownVehicleClass."""
        for name, hot, changes in asked:
            self.get_profile(name, hot).keep_ready(changes)

    def work_beside(self, works: Sequence[Callable[[], Result]]) -> list[Result]:
        """Does this at the same time, each with the profile of another class, on all processors: the search
        lets go of the interpreter. Returns when all is done, whatever fails."""
        under_way = [self._makers.submit(work) for work in works]
        wait(under_way)
        return [done.result() for done in under_way]

    def list_pieces(self, path: FoundPath, start: Snapped, end: Snapped) -> list[Piece]:
        """Edges of a path in order, each from and to which fraction it is driven."""
        from_fraction, to_fraction = float(start.fraction[0]), float(end.fraction[0])
        if path.last_arc is None:
            return [(path.first_directed_edge >> 1, from_fraction, to_fraction)]
        arcs = [*path.arcs, path.last_arc]
        *whole, last = self.graph.arc_directed_edge[arcs].tolist()
        first = path.first_directed_edge
        pieces = [(first >> 1, from_fraction, float(1 - (first & 1)))]
        pieces += [(directed >> 1, float(directed & 1), float(1 - (directed & 1))) for directed in whole]
        return [*pieces, (last >> 1, float(last & 1), to_fraction)]

    def measure_path(self, path: FoundPath, start: Snapped, end: Snapped) -> float:
        """Metres of a path from place to place: `measure_pieces` of its `list_pieces`."""
        lengths_m, first = self.graph.edge_length_m, path.first_directed_edge
        begin, stop = float(start.fraction[0]), float(end.fraction[0])
        if path.last_arc is None:
            return abs(stop - begin) * float(lengths_m[first >> 1])
        last = int(self.graph.arc_directed_edge[path.last_arc])
        whole_m = lengths_m[self.graph.arc_directed_edge[list(path.arcs)] >> 1].sum() if path.arcs else 0.0
        begun_m = (begin if first & 1 else 1 - begin) * lengths_m[first >> 1]
        return float(whole_m + begun_m + (1 - stop if last & 1 else stop) * lengths_m[last >> 1])

    def measure_wait_s(self, path: FoundPath) -> float:
        """Seconds of a path that one waits for ferries on average."""
        if path.last_arc is None or not self._has_ferries:
            return 0.0
        return float(self._wait_s[self.graph.arc_directed_edge[[*path.arcs, path.last_arc]]].sum())

    def measure_pieces(self, pieces: Sequence[Piece]) -> float:
        """Metres of pieces together."""
        lengths_m = self.graph.edge_length_m[[edge for edge, _, _ in pieces]].tolist()
        shares = (abs(stop - begin) for _, begin, stop in pieces)
        return float(sum(share * length_m for share, length_m in zip(shares, lengths_m, strict=True)))

    def draw_pieces(self, pieces: Sequence[Piece]) -> list[LonLat]:
        """The line (lon, lat) along pieces."""
        points: list[LonLat] = []
        starts = self.graph.edge_shape_start
        whole: list[int] = []
        for edge, begin, stop in pieces:
            if abs(stop - begin) == 1.0:
                first, end = int(starts[edge]), int(starts[edge + 1])
                whole += range(first, end) if stop > begin else range(end - 1, first - 1, -1)
                continue
            points += self._draw(whole)
            whole.clear()
            points += cut_line(self.graph.get_edge_shape(edge), begin, stop)
        points += self._draw(whole)
        return [point for point, _ in groupby(points)]

    def draw_begin(self, piece: Piece) -> LonLat:
        """Where a piece begins."""
        edge, begin, stop = piece
        shape = self.graph.get_edge_shape(edge)
        if begin in (0.0, 1.0):
            lon, lat = shape[int(-begin)].tolist()
            return lon, lat
        return cut_line(shape, begin, stop)[0]

    def _draw(self, points: list[int]) -> list[LonLat]:
        return [(lon, lat) for lon, lat in self.graph.shape_lon_lat[points].tolist()] if points else []


def _is_equal(old: BoolArray | None, new: BoolArray | None) -> bool:
    return old is new if old is None or new is None else np.array_equal(old, new)


def _is_same(old: Fit | None, new: Fit | None) -> bool:
    if old is None or new is None:
        return old is new
    return np.array_equal(old.refused, new.refused) and np.array_equal(old.proven, new.proven)


def measure_carry_m(destinations: Snapped) -> FloatArray:
    """Metres on foot from the last place a vehicle gets to: straight line × detour factor."""
    metres: FloatArray = np.maximum(0.0, destinations.distance_m - FREE_ACCESS_M) * DETOUR_FACTOR
    return metres


def measure_carry_s(destinations: Snapped) -> FloatArray:
    """Seconds on foot from the last place a vehicle gets to."""
    return measure_carry_m(destinations) * 3.6 / WALK_KMH


def measure_start_s(origins: Snapped) -> FloatArray:
    """Seconds from a yard or compound to the road it opens to, at rolling speed (10 km/h)."""
    seconds: FloatArray = np.maximum(0.0, origins.distance_m - FREE_ACCESS_M) * DETOUR_FACTOR * 3.6 / 10.0
    return seconds


def cut_line(shape: FloatArray, begin: float, stop: float) -> list[LonLat]:
    """The part of a line (n, 2) between two fractions of its length, backwards when begin > stop."""
    low, high = min(begin, stop), max(begin, stop)
    if (low, high) == (0.0, 1.0):
        whole = [(lon, lat) for lon, lat in shape.tolist()]
        return whole if begin <= stop else whole[::-1]
    plane = LocalPlane(float(shape[0, 0]), float(shape[0, 1])).to_plane(shape)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(plane, axis=0).T))])
    fractions = along / along[-1] if along[-1] > 0 else np.linspace(0.0, 1.0, len(shape))
    inner = shape[(fractions > low) & (fractions < high)]
    ends = np.column_stack([np.interp([low, high], fractions, shape[:, axis]) for axis in (0, 1)])
    line = np.vstack([ends[:1], inner, ends[1:]])
    ordered = line if begin <= stop else line[::-1]
    return [(float(lon), float(lat)) for lon, lat in ordered]
