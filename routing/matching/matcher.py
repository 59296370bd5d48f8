"""Which roads a stream of positions was driven on: a hidden Markov model over one class's network.

P. Newson and J. Krumm, "Hidden Markov Map Matching Through Noise and Sparseness", 2009: a road near a
position is likely by a normal distribution of its distance, and a step between two roads by how little the
way between them differs from the straight line. Viterbi's algorithm finds the likeliest roads; a stream that
cannot be explained, such as a leap across the river, is cut there and begun anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from routing.graph.geometry import haversine_all_m
from routing.graph.model import FloatArray
from routing.graph.snap import Snapped
from routing.travel_time.network import LonLat, Piece, RoadNetwork
from routing.travel_time.weights import IMPASSABLE_MS

_NEAR_M = 60.0
_CANDIDATES = 8
_APART_SIGMAS = 2.5
_BETA_M = 6.0
_FASTEST_M_PER_S = 45.0
_LAG = 12


@dataclass(frozen=True, slots=True)
class Fix:
    """A position at a time (seconds of any clock)."""

    at_s: float
    lon_lat: LonLat


@dataclass(frozen=True, slots=True)
class Driven:
    """A stretch driven without doubt of its order: pieces of edges, from when to when."""

    begin_s: float
    end_s: float
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class _Column:
    """Candidates of one position: places, log-likelihood of the best way to each, where that came from."""

    fix: Fix
    places: Snapped
    score: FloatArray
    before: list[int] = field(default_factory=list)
    ways: dict[tuple[int, int], tuple[Piece, ...]] = field(default_factory=dict)
    begins: bool = False


class Matcher:
    """Follows one vehicle, position by position. Belongs to the thread that made its network."""

    def __init__(
        self, network: RoadNetwork, vehicle_class: str, *, hot: bool = False, noise_m: float = 8.0
    ) -> None:
        self._network = network
        self._vehicle_class = vehicle_class
        self._profile = network.get_profile(vehicle_class, hot)
        self._noise_m = noise_m
        self._columns: list[_Column] = []

    def add(self, fix: Fix) -> list[Driven]:
        """Takes the next position; returns the stretches that no later position can change any more.

        A position nearer to the last than its noise tells apart, older, or off the network adds nothing.
        """
        if not np.isfinite(fix.lon_lat).all():
            return []
        if self._columns:
            last = self._columns[-1].fix
            moved_m = float(haversine_all_m(np.array(last.lon_lat), np.array(fix.lon_lat)))
            if moved_m < _APART_SIGMAS * self._noise_m or fix.at_s <= last.at_s:
                return []
        places = self._list_candidates(fix.lon_lat)
        if len(places) == 0:
            return []
        column = _Column(fix, places, -0.5 * (places.distance_m / self._noise_m) ** 2)
        done: list[Driven] = []
        if self._columns and not self._continue(column):
            done = self.finish()
        if not self._columns:
            column.begins = True
            column.before = [-1] * len(places)
        self._columns.append(column)
        return done + self._settle()

    def finish(self) -> list[Driven]:
        """Ends the stream: the rest of the way, by what is known."""
        if not self._columns:
            return []
        done = self._read_back(int(self._columns[-1].score.argmax()), len(self._columns) - 1)
        self._columns = []
        return done

    def _list_candidates(self, lon_lat: LonLat) -> Snapped:
        return self._network.list_near(lon_lat, self._vehicle_class, _NEAR_M).select_nearest(_CANDIDATES)

    def _continue(self, column: _Column) -> bool:
        """Scores the steps from the last position to this one; False when none makes sense."""
        last = self._columns[-1]
        straight_m = float(haversine_all_m(np.array(last.fix.lon_lat), np.array(column.fix.lon_lat)))
        longest_m = _FASTEST_M_PER_S * (column.fix.at_s - last.fix.at_s) + _NEAR_M
        best = np.full(len(column.places), -np.inf)
        column.before = [-1] * len(column.places)
        for start in range(len(last.places)):
            if last.score[start] == -np.inf:
                continue
            for end in range(len(column.places)):
                way = self._find_way(last.places, start, column.places, end)
                metres = self._network.measure_pieces(way) if way else np.inf
                if metres > longest_m:
                    continue
                score = last.score[start] - abs(metres - straight_m) / _BETA_M
                if score > best[end]:
                    best[end], column.before[end] = score, start
                    column.ways[start, end] = tuple(way)
        if not np.isfinite(best).any():
            return False
        column.score = column.score + best
        return True

    def _find_way(self, starts: Snapped, start: int, ends: Snapped, end: int) -> list[Piece]:
        """Pieces between two candidates, empty where none leads; jitter backwards on one road is standing."""
        edge, begin, stop = int(starts.edge[start]), float(starts.fraction[start]), float(ends.fraction[end])
        if edge == int(ends.edge[end]):
            directed = 2 * edge + (stop < begin)
            back_m = abs(stop - begin) * float(self._network.graph.edge_length_m[edge])
            if int(self._profile.weights.run_ms[directed]) < IMPASSABLE_MS:
                return [(edge, begin, stop)]
            if back_m < 2 * self._noise_m:
                return [(edge, begin, begin)]
        first, last = starts.select(slice(start, start + 1)), ends.select(slice(end, end + 1))
        path = self._profile.find_path(first, last)
        return [] if path is None else self._network.list_pieces(path, first, last)

    def _settle(self) -> list[Driven]:
        """What all surviving ways have in common is decided."""
        if len(self._columns) <= _LAG:
            return []
        alive = {row for row, score in enumerate(self._columns[-1].score) if score > -np.inf}
        number = len(self._columns) - 1
        while number > 0 and len(alive) > 1:
            alive = {self._columns[number].before[row] for row in alive}
            number -= 1
        if number == 0 and len(self._columns) < 4 * _LAG:
            return []
        if number == 0:
            # Two ways side by side for so long: the likelier one is taken.
            return self._settle_likeliest()
        if len(alive) != 1 or number < 1:
            return []
        return self._cut(alive.pop(), number)

    def _settle_likeliest(self) -> list[Driven]:
        row, number = int(self._columns[-1].score.argmax()), len(self._columns) - 1
        while number > _LAG:
            row = self._columns[number].before[row]
            number -= 1
        return self._cut(row, number)

    def _cut(self, row: int, number: int) -> list[Driven]:
        """Gives out the way up to a candidate, from which everything goes on."""
        done = self._read_back(row, number)
        kept = self._columns[number]
        only = np.full(len(kept.score), -np.inf)
        only[row] = kept.score[row]
        kept.score, kept.begins, kept.before, kept.ways = only, True, [-1] * len(only), {}
        self._columns = self._columns[number:]
        for before, column in zip(self._columns, self._columns[1:], strict=False):
            for end, start in enumerate(column.before):
                if start >= 0 and before.score[start] == -np.inf:
                    column.before[end], column.score[end] = -1, -np.inf
        return done

    def _read_back(self, row: int, number: int) -> list[Driven]:
        steps: list[Driven] = []
        while number > 0 and self._columns[number].before[row] >= 0:
            column, start = self._columns[number], self._columns[number].before[row]
            begin_s = self._columns[number - 1].fix.at_s
            steps.append(Driven(begin_s, column.fix.at_s, column.ways[start, row]))
            row, number = start, number - 1
        return steps[::-1]


def match(
    network: RoadNetwork,
    vehicle_class: str,
    fixes: Iterable[Fix],
    *,
    hot: bool = False,
    noise_m: float = 8.0,
) -> list[Driven]:
    """The stretches of a whole stream, in order. Raises UnknownVehicleClass."""
    matcher = Matcher(network, vehicle_class, hot=hot, noise_m=noise_m)
    driven = [stretch for fix in fixes for stretch in matcher.add(fix)]
    return driven + matcher.finish()


def measure_by_edge(network: RoadNetwork, driven: Sequence[Driven]) -> dict[int, float]:
    """Metres driven on every directed edge."""
    metres: dict[int, float] = {}
    for stretch in driven:
        for edge, begin, stop in stretch.pieces:
            directed = 2 * edge + (stop < begin)
            share = abs(stop - begin)
            metres[directed] = metres.get(directed, 0.0) + share * float(network.graph.edge_length_m[edge])
    return metres
