"""Reachable areas: who can be where within so many seconds, as polygons.

One search per class finds the seconds to every junction; along every stretch of road the seconds go on from
both its ends, so that an area ends in the middle of a street where the time does. What is reached is drawn on
a grid of squares, whose outline is the polygon: it holds every place on a road that is reached in time, and
nothing farther than `FARTHEST_M` from such a place, but for the insides of blocks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.ndimage import label

from gis.geometry import metres_per_degree
from routing.graph.geometry import LocalPlane
from routing.graph.model import BoolArray, FloatArray, IntArray, LongArray, RoadGraph
from routing.hierarchy.metric import NO_WAY_MS
from routing.hierarchy.search import measure_from
from routing.travel_time.network import LonLat, RoadNetwork, measure_start_s
from routing.travel_time.outline import draw_outlines
from routing.travel_time.profile import Profile
from routing.travel_time.weights import IMPASSABLE_MS

CELL_M = 60.0
FARTHEST_M = 220.0
_SAMPLE_M = 25.0
_RIM = 3
_FILLED_CELLS = 16  # blocks of up to 6 ha with nothing but houses inside; lakes and airfields stay open


@dataclass(frozen=True, slots=True)
class Starter:
    """One vehicle that sets out from a place, after delay_s."""

    lon_lat: LonLat
    vehicle_class: str
    hot: bool = False
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Samples:
    """Places along all roads, some 25 m apart: edge, share of its length, and the square they lie in."""

    edge: IntArray
    share: FloatArray
    column: LongArray
    row: LongArray
    corner: tuple[float, float]
    shape: tuple[int, int]


class ReachFinder:
    """Finds reachable areas on one network. Belongs to the thread that made it."""

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network
        graph = network.graph
        self._plane = LocalPlane(float(np.mean(graph.node_lon)), float(np.mean(graph.node_lat)))
        self._samples: _Samples | None = None

    def find_areas(
        self, starters: Sequence[Starter], limits_s: Sequence[float]
    ) -> list[shapely.MultiPolygon]:
        """For each limit the area (lon, lat) that at least one of the starters reaches within it.

        A starter off the network reaches nothing. Raises UnknownVehicleClass.
        """
        return self.draw_areas(self.measure(starters), limits_s)

    def measure(self, starters: Sequence[Starter]) -> FloatArray:
        """Seconds from the nearest starter to every sampled place, for `draw_areas`.

        Raises UnknownVehicleClass.
        """
        *_, seconds = self.measure_pieces(starters)
        return seconds

    def measure_pieces(self, starters: Sequence[Starter]) -> Iterator[FloatArray]:
        """The same class by class, so that others get their turn between them: the last is the answer."""
        samples = self._get_samples()
        seconds = np.full(len(samples.edge), np.inf)
        yield seconds
        for (vehicle_class, hot), group in _group(starters).items():
            self._measure(vehicle_class, hot, group, samples, seconds)
            yield seconds

    def draw_areas(self, seconds: FloatArray, limits_s: Sequence[float]) -> list[shapely.MultiPolygon]:
        """The areas of measured seconds. Asks no search, so that any thread may draw."""
        samples = self._get_samples()
        return [self._draw(samples, seconds <= limit_s) for limit_s in limits_s]

    def measure_nodes(self, vehicle_class: str, hot: bool, starters: Sequence[Starter]) -> FloatArray:
        """Seconds from the nearest starter to every node, infinite where none gets to."""
        profile = self._network.get_profile(vehicle_class, hot)
        sources: dict[int, float] = {}
        places = self._network.snap([starter.lon_lat for starter in starters], vehicle_class)
        leaving = profile.list_sources(places)
        for row, start_s in enumerate(measure_start_s(places).tolist()):
            if places.edge[row] >= 0:
                begin_ms = 1000 * (start_s + starters[row].delay_s)
                for node, (cost_ms, _) in leaving[row].items():
                    sources[node] = min(sources.get(node, np.inf), begin_ms + cost_ms)
        return self._search(profile, sources) / 1000

    def _search(self, profile: Profile, sources: dict[int, float]) -> FloatArray:
        if not sources:
            return np.full(self._network.graph.node_count, np.inf)
        everywhere = np.arange(self._network.graph.node_count)
        place = [(node, round(ms)) for node, ms in sources.items()]
        found_ms = measure_from(profile.metric, place, everywhere)
        return np.where(found_ms < NO_WAY_MS, found_ms, np.inf)

    def _measure(
        self, vehicle_class: str, hot: bool, group: list[Starter], samples: _Samples, seconds: FloatArray
    ) -> None:
        """Lowers the seconds of samples to what this group needs."""
        graph, profile = self._network.graph, self._network.get_profile(vehicle_class, hot)
        node_s = self.measure_nodes(vehicle_class, hot, group)
        entered_s = measure_entered(graph, profile, node_s)
        usable = np.repeat(self._network.get_usable_edges(vehicle_class), 2)
        may_run = usable & (profile.weights.run_ms < IMPASSABLE_MS)
        run_s = np.where(may_run, profile.weights.run_ms / 1000, np.inf)
        for direction, share in ((0, samples.share), (1, 1 - samples.share)):
            directed = 2 * samples.edge + direction
            with np.errstate(invalid="ignore"):
                along_s = entered_s[directed] + share * run_s[directed]
            np.fmin(seconds, along_s, out=seconds)
        self._measure_own_edges(profile, group, samples, seconds, run_s)

    def _measure_own_edges(
        self,
        profile: Profile,
        group: list[Starter],
        samples: _Samples,
        seconds: FloatArray,
        run_s: FloatArray,
    ) -> None:
        """The stretch a starter stands on, both ways from where it stands."""
        places = self._network.snap([s.lon_lat for s in group], profile.vehicle.name)
        begin_s = measure_start_s(places)
        order = np.searchsorted(samples.edge, np.column_stack([places.edge, places.edge + 1]))
        for row, (first, last) in enumerate(order.tolist()):
            edge = int(places.edge[row])
            if edge < 0:
                continue
            ahead = samples.share[first:last] - places.fraction[row]
            with np.errstate(invalid="ignore"):
                along_s = np.abs(ahead) * np.where(ahead >= 0, run_s[2 * edge], run_s[2 * edge + 1])
            own_s = begin_s[row] + group[row].delay_s + along_s
            seconds[first:last] = np.fmin(seconds[first:last], own_s)

    def _get_samples(self) -> _Samples:
        if self._samples is None:
            self._samples = _sample_roads(self._network.graph, self._plane)
        return self._samples

    def _draw(self, samples: _Samples, reached: BoolArray) -> shapely.MultiPolygon:
        if not reached.any():
            return shapely.MultiPolygon()
        reached = _reach_between(samples.edge, reached)
        rows, columns = samples.row[reached], samples.column[reached]
        # No more of the grid than the area needs, with room for closing gaps at its rim.
        south, west = int(rows.min()) - _RIM, int(columns.min()) - _RIM
        grid = np.zeros((int(rows.max()) - south + 1 + _RIM, int(columns.max()) - west + 1 + _RIM), np.bool_)
        grid[rows - south, columns - west] = True
        scale = np.array(metres_per_degree(self._plane.lat))
        middle = np.array([self._plane.lon, self._plane.lat])
        corner = np.array([samples.corner[0] + CELL_M * west, samples.corner[1] + CELL_M * south])
        return shapely.MultiPolygon(
            [
                shapely.Polygon(rings[0], rings[1:])
                for polygon in draw_outlines(_close_gaps(grid))
                for rings in ([(corner + CELL_M * ring) / scale + middle for ring in polygon],)
            ]
        )


def measure_entered(graph: RoadGraph, profile: Profile, node_s: FloatArray) -> FloatArray:
    """Seconds at which every directed edge is entered, turns into it included; infinite where it is not."""
    weights = profile.weights
    turn_s = np.where(weights.turn_ms < IMPASSABLE_MS, weights.turn_ms / 1000, np.inf)
    entered_s = np.full(2 * graph.edge_count, np.inf)
    np.minimum.at(entered_s, graph.arc_directed_edge, node_s[graph.arc_tail] + turn_s)
    entered_s[weights.run_ms >= IMPASSABLE_MS] = np.inf
    return entered_s


def _group(starters: Sequence[Starter]) -> dict[tuple[str, bool], list[Starter]]:
    groups: dict[tuple[str, bool], list[Starter]] = {}
    for starter in starters:
        groups.setdefault((starter.vehicle_class, starter.hot), []).append(starter)
    return groups


def _sample_roads(graph: RoadGraph, plane: LocalPlane) -> _Samples:
    """Every stretch at both its ends and every 25 m between."""
    points = plane.to_plane(graph.shape_lon_lat)
    step_m = np.zeros(len(points))
    step_m[1:] = np.hypot(*np.diff(points, axis=0).T)
    step_m[graph.edge_shape_start[:-1]] = 0.0
    along_m = np.cumsum(step_m)
    begin_m = along_m[graph.edge_shape_start[:-1]]
    length_m = along_m[graph.edge_shape_start[1:] - 1] - begin_m
    counts = np.ceil(length_m / _SAMPLE_M).astype(np.int64) + 1
    edge = np.repeat(np.arange(graph.edge_count, dtype=np.int32), counts)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = number / np.maximum(1, counts - 1)[edge]
    where_m = begin_m[edge] + share * length_m[edge]
    # No two edges share a point on the line, so one interpolation serves all.
    shifted = along_m + np.repeat(np.arange(graph.edge_count), np.diff(graph.edge_shape_start))
    x, y = (np.interp(where_m + edge, shifted, points[:, axis]) for axis in (0, 1))
    corner = float(x.min()) - 2 * CELL_M, float(y.min()) - 2 * CELL_M
    column, row = ((v - c) // CELL_M for v, c in zip((x, y), corner, strict=True))
    return _Samples(
        edge,
        share,
        column.astype(np.int64),
        row.astype(np.int64),
        corner,
        (int(row.max()) + 3, int(column.max()) + 3),
    )


def _reach_between(edge: IntArray, reached: BoolArray) -> BoolArray:
    """With the next sample of the same edge on both sides: the way is passed up to somewhere before it, which
    may be a square farther than the last sample that is reached."""
    wide = reached.copy()
    same = edge[1:] == edge[:-1]
    wide[1:] |= reached[:-1] & same
    wide[:-1] |= reached[1:] & same
    return wide


def _close_gaps(grid: BoolArray) -> BoolArray:
    """The insides of blocks, and gaps narrower than two squares, belong to what lies around them."""
    closed = ~_widen(~_widen(grid))
    holes, _ = label(~closed)
    small = np.bincount(holes.ravel()) <= _FILLED_CELLS
    small[0] = False
    filled: BoolArray = grid | closed | small[holes]
    return filled


def _widen(grid: BoolArray) -> BoolArray:
    """Every square of a grid with its eight neighbours."""
    wide = grid.copy()
    wide[1:] |= grid[:-1]
    wide[:-1] |= grid[1:]
    both = wide.copy()
    both[:, 1:] |= wide[:, :-1]
    both[:, :-1] |= wide[:, 1:]
    return both
