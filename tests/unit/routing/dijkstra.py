"""An independent search over the same weights: SciPy's Dijkstra, with places cut into the graph as nodes."""

from collections import defaultdict

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from routing.graph.model import FloatArray, RoadGraph
from routing.graph.snap import Snapped
from routing.travel_time.weights import IMPASSABLE_MS, Weights


class Oracle:
    """The graph under one set of weights, to which places are added as nodes in the middle of their edges."""

    def __init__(self, graph: RoadGraph, weights: Weights) -> None:
        self._graph = graph
        self._weights = weights
        self._links: dict[tuple[int, int], float] = {}
        self._size = graph.node_count
        self._arcs: dict[int, list[int]] = defaultdict(list)
        for arc, directed in enumerate(graph.arc_directed_edge.tolist()):
            self._arcs[directed].append(arc)
            self._link(int(graph.arc_tail[arc]), int(graph.arc_head[arc]), int(weights.arc_ms[arc]))

    def measure_seconds(self, origins: Snapped, destinations: Snapped) -> FloatArray:
        """Seconds on the road, shape (origins, destinations), infinite where no way leads."""
        starts = [self._add_origin(*place) for place in _list_places(origins)]
        ends = [self._add_destination(*place) for place in _list_places(destinations)]
        for start, origin in zip(starts, _list_places(origins), strict=True):
            for end, destination in zip(ends, _list_places(destinations), strict=True):
                if origin[0] == destination[0] >= 0:
                    self._join_along(start, end, origin[0], origin[1], destination[1])
        tail, head = np.array(list(self._links)).T
        times = np.array(list(self._links.values()))
        matrix = coo_array((times, (tail, head)), shape=(self._size, self._size)).tocsr()
        seconds: FloatArray = dijkstra(matrix, indices=starts)[:, ends] / 1000
        return seconds

    def _link(self, tail: int, head: int, ms: float) -> None:
        if ms < IMPASSABLE_MS:
            self._links[tail, head] = min(self._links.get((tail, head), np.inf), max(ms, 1e-6))

    def _add_origin(self, edge: int, fraction: float) -> int:
        node = self._size
        self._size += 1
        for directed, share in ((2 * edge, 1 - fraction), (2 * edge + 1, fraction)) if edge >= 0 else ():
            run_ms, end_ms = int(self._weights.run_ms[directed]), int(self._weights.end_ms[directed])
            if max(run_ms, end_ms) < IMPASSABLE_MS:
                self._link(node, int(self._graph.arc_head[directed]), share * run_ms + end_ms)
        return node

    def _add_destination(self, edge: int, fraction: float) -> int:
        node = self._size
        self._size += 1
        for directed, share in ((2 * edge, fraction), (2 * edge + 1, 1 - fraction)) if edge >= 0 else ():
            run_ms = int(self._weights.run_ms[directed])
            for arc in self._arcs[directed]:
                turn_ms = int(self._weights.turn_ms[arc])
                if run_ms < IMPASSABLE_MS and turn_ms < IMPASSABLE_MS:
                    self._link(int(self._graph.arc_tail[arc]), node, turn_ms + share * run_ms)
        return node

    def _join_along(self, start: int, end: int, edge: int, begin: float, stop: float) -> None:
        run_ms = int(self._weights.run_ms[2 * edge if stop >= begin else 2 * edge + 1])
        if run_ms < IMPASSABLE_MS:
            self._link(start, end, abs(stop - begin) * run_ms)


def _list_places(places: Snapped) -> list[tuple[int, float]]:
    return list(zip(places.edge.tolist(), places.fraction.tolist(), strict=True))
