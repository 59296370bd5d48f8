"""Speeds learned from one's own vehicles: by directed edge, hour and class; never from one run alone.

A pure store: it is told matched runs and a time, and asked for factors. What it holds goes out and comes in
as plain rows, so that whoever keeps events may make it anew. Older runs count less and less.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from routing.graph.model import FloatArray, LongArray, RoadGraph
from routing.matching.matcher import Driven
from routing.travel_time.weights import IMPASSABLE_MS, Weights

HALF_LIFE_DAYS = 28.0
LEAST_RUNS = 3
_TRUSTED_RUNS = 4.0
_LEAST_WEIGHT = 0.02
_LEAST_M = 20.0
_SLOWEST, _FASTEST = 8.0, 0.5

Key = tuple[int, int, str]
Row = tuple[int, int, str, float, float, int, float]
"""directed edge, hour of the day, class, weight, weighted seconds per metre, runs, day of the last run."""


@dataclass(slots=True)
class _Pace:
    weight: float = 0.0
    s_per_m: float = 0.0
    runs: int = 0
    day: float = 0.0


@dataclass(frozen=True, slots=True)
class _Columns:
    """Paces of one class at one hour, side by side."""

    directed: LongArray
    weight: FloatArray
    s_per_m: FloatArray
    runs: LongArray
    day: FloatArray

    @classmethod
    def of(cls, paces: Sequence[tuple[int, _Pace]]) -> Self:
        return cls(
            np.array([directed for directed, _ in paces], dtype=np.int64),
            np.array([pace.weight for _, pace in paces]),
            np.array([pace.s_per_m for _, pace in paces]),
            np.array([pace.runs for _, pace in paces], dtype=np.int64),
            np.array([pace.day for _, pace in paces]),
        )


class LearnedSpeeds:
    """What finished runs taught, up to the last one it was told."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._paces: dict[Key, _Pace] = {
            (edge, hour, name): _Pace(weight, s_per_m, runs, day)
            for edge, hour, name, weight, s_per_m, runs, day in rows
        }
        self._columns: dict[tuple[str, int], _Columns] | None = None

    @property
    def vehicle_classes(self) -> frozenset[str]:
        """Classes it holds any run of."""
        return frozenset(name for name, _ in self._list_columns())

    def learn(
        self,
        graph: RoadGraph,
        driven: Sequence[Driven],
        vehicle_class: str,
        *,
        day: float,
        hour: int,
    ) -> int:
        """Takes one finished run; day counts from any fixed day, hour is of the local day.

        A run teaches an edge once, however often it passed it, by all its time there. Returns how many
        edges it taught.
        """
        seconds: dict[int, float] = {}
        metres: dict[int, float] = {}
        for stretch in driven:
            lengths = [abs(stop - begin) * float(graph.edge_length_m[e]) for e, begin, stop in stretch.pieces]
            whole_m = sum(lengths)
            for (edge, begin, stop), length_m in zip(stretch.pieces, lengths, strict=True):
                if length_m > 0:
                    directed = 2 * edge + (stop < begin)
                    share = length_m / whole_m
                    seconds[directed] = seconds.get(directed, 0.0) + share * (stretch.end_s - stretch.begin_s)
                    metres[directed] = metres.get(directed, 0.0) + length_m
        taught = 0
        for directed, length_m in metres.items():
            if length_m >= min(_LEAST_M, 0.9 * float(graph.edge_length_m[directed >> 1])):
                self._add((directed, hour % 24, vehicle_class), seconds[directed] / length_m, day)
                taught += 1
        return taught

    def find_factors(
        self, graph: RoadGraph, free: Weights, vehicle_class: str, *, day: float, hour: float
    ) -> FloatArray:
        """By directed edge, how much longer than on a free road it takes at an hour; NaN where nobody knows.

        At least three runs are needed; the fewer and the older, the nearer the factor is to 1.
        """
        factors = np.full(2 * graph.edge_count, np.nan)
        known = self._list_columns().get((vehicle_class, int(hour) % 24))
        if known is None:
            return factors
        weight = known.weight * _decay(day - known.day)
        passable = free.run_ms[known.directed] < IMPASSABLE_MS
        taken = (known.runs >= LEAST_RUNS) & passable & (weight >= _LEAST_WEIGHT)
        directed, weight = known.directed[taken], weight[taken]
        free_s_per_m = free.run_ms[directed] / 1000 / graph.edge_length_m[directed >> 1]
        trust = weight / (weight + _TRUSTED_RUNS)
        factors[directed] = np.clip((known.s_per_m[taken] / free_s_per_m) ** trust, _FASTEST, _SLOWEST)
        return factors

    def list_rows(self) -> list[Row]:
        """Everything it holds, in a stable order."""
        return [
            (*key, pace.weight, pace.s_per_m, pace.runs, pace.day)
            for key, pace in sorted(self._paces.items())
        ]

    def count_runs(self, directed: int, hour: int, vehicle_class: str) -> int:
        """From how many runs an edge's speed is known."""
        pace = self._paces.get((directed, hour % 24, vehicle_class))
        return 0 if pace is None else pace.runs

    def _list_columns(self) -> dict[tuple[str, int], "_Columns"]:
        """Side by side by class and hour, as factors are asked for."""
        if self._columns is None:
            gathered: dict[tuple[str, int], list[tuple[int, _Pace]]] = {}
            for (directed, hour, name), pace in self._paces.items():
                gathered.setdefault((name, hour), []).append((directed, pace))
            self._columns = {key: _Columns.of(paces) for key, paces in gathered.items()}
        return self._columns

    def _add(self, key: Key, s_per_m: float, day: float) -> None:
        self._columns = None
        pace = self._paces.setdefault(key, _Pace(day=day))
        old = pace.weight * float(_decay(np.asarray(day - pace.day)))
        # One stop of minutes must not outweigh all that went before.
        capped = min(s_per_m, 4 * pace.s_per_m) if pace.runs >= LEAST_RUNS else s_per_m
        pace.s_per_m = (old * pace.s_per_m + capped) / (old + 1)
        pace.weight, pace.runs, pace.day = old + 1, pace.runs + 1, max(day, pace.day)


def _decay(days: FloatArray) -> FloatArray:
    share: FloatArray = 0.5 ** (np.maximum(0.0, days) / HALF_LIFE_DAYS)
    return share
