"""SciPy's Dijkstra beside ours: on our graph, with our weights and our finding of places, in this process."""

import time
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bench._peers import LonLat, NotAsked, Road, Way
from routing.graph.model import BoolArray, LongArray, RoadGraph
from routing.graph.snap import Snapped
from routing.travel_time.network import RoadNetwork
from routing.travel_time.profile import Profile
from routing.travel_time.weights import IMPASSABLE_MS

_CLASS = "car"


class SciPyPeer:
    """The same matrices by Dijkstra backwards from each destination, as one does without a hierarchy."""

    def __init__(self, graph: RoadGraph, profile: Profile) -> None:
        self._profile = profile
        size = graph.node_count
        # Towards the destination: few destinations, many origins, so the search runs on the reversed graph.
        keys = graph.arc_head.astype(np.int64) * size + graph.arc_tail
        self._order = np.argsort(keys, kind="stable")
        unique, self._first = np.unique(keys[self._order], return_index=True)
        starts = np.searchsorted(unique // size, np.arange(size + 1))
        self._reversed = csr_array((np.empty(len(unique)), unique % size, starts), shape=(size, size))
        self.reweigh(profile.weights.arc_ms)

    def reweigh(self, all_ms: LongArray) -> None:
        """Takes weights by arc. Of parallel arcs the fastest counts; the impassable lead nowhere."""
        arc_ms = all_ms[self._order]
        times = np.where(arc_ms < IMPASSABLE_MS, arc_ms, np.inf)
        self._reversed.data[:] = np.minimum.reduceat(times, self._first)

    def memory_mb(self) -> float:
        """What its arrays take."""
        graph = self._reversed
        arrays = (graph.data, graph.indices, graph.indptr, self._order, self._first)
        return float(sum(array.nbytes for array in arrays)) / 2**20

    def travel_ms(self, origins: Snapped, destinations: Snapped) -> np.ndarray:
        """Milliseconds, shape (origins, destinations)."""
        departures = self._profile.list_departures(origins)
        answer = np.full((len(origins), len(destinations)), np.inf)
        for column in range(len(destinations)):
            edge, fraction = int(destinations.edge[column]), float(destinations.fraction[column])
            for arrival in self._profile.list_arrivals(edge, fraction):
                to_node = dijkstra(self._reversed, indices=arrival.node)
                ways = departures.cost_ms + to_node[departures.node] + arrival.cost_ms
                answer[:, column] = np.minimum(answer[:, column], ways.min(axis=0))
        return answer

    def find_way(self, origin: Snapped, destination: Snapped) -> tuple[float, list[int]]:
        """Milliseconds between two places, and the nodes passed. Raises OSError where no way leads."""
        departures = self._profile.list_departures(origin)
        best: tuple[float, list[int]] = (np.inf, [])
        for arrival in self._profile.list_arrivals(int(destination.edge[0]), float(destination.fraction[0])):
            to_node, after = dijkstra(self._reversed, indices=arrival.node, return_predecessors=True)
            ways = (departures.cost_ms + to_node[departures.node] + arrival.cost_ms)[:, 0]
            if (least := float(ways.min())) < best[0]:
                nodes = [int(departures.node[int(ways.argmin()), 0])]
                while nodes[-1] != arrival.node:
                    nodes.append(int(after[nodes[-1]]))
                best = least, nodes
        if not best[1]:
            raise OSError("no way")
        return best


@dataclass
class SciPyRouter:
    """What the others are asked, answered in the process that asks. Closed roads are told as points."""

    network: RoadNetwork
    name: str = "SciPy"
    build: tuple[float, float] = (0.0, 0.0)
    load_s: float = 0.0
    closing_s: float = 0.0
    _closed: BoolArray = field(init=False)

    def __post_init__(self) -> None:
        started = time.perf_counter()
        graph = self.network.graph
        self._profile = self.network.get_profile(_CLASS, hot=False)
        self.peer = SciPyPeer(graph, self._profile)
        self.load_s = time.perf_counter() - started
        self._closed = np.zeros(2 * graph.edge_count, dtype=bool)

    def cpu_ms(self) -> float:
        return time.process_time() * 1000

    def memory_mb(self) -> float:
        return self.peer.memory_mb()

    def matrix(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        return self.peer.travel_ms(self._find(origins), self._find(destinations))

    def matrix_again(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        # Positions that were found before are remembered.
        return self.matrix(origins, destinations)

    def places(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        raise NotAsked("ours, see above")

    def _find(self, lon_lats: list[LonLat]) -> Snapped:
        places = self.network.snap(lon_lats, _CLASS)
        return places.select(np.flatnonzero(places.edge >= 0))

    def route(self, origin: LonLat, destination: LonLat) -> object:
        raise NotAsked("it has no instructions")

    def find_way(self, origin: LonLat, destination: LonLat) -> Way:
        start, end = self._find([origin]), self._find([destination])
        if not len(start) or not len(end):
            raise OSError("off the network")
        cost_ms, nodes = self.peer.find_way(start, end)
        middle = len(nodes) // 2
        return Way(cost_ms / 1000, Road(self._draw_middle(nodes[middle - 1], nodes[middle])))

    def _draw_middle(self, tail: int, head: int) -> LonLat:
        """A point amid the street between two nodes; the node itself where they are one."""
        graph = self.network.graph
        found = np.flatnonzero((graph.arc_tail == tail) & (graph.arc_head == head))
        if not len(found):
            return float(graph.node_lon[head]), float(graph.node_lat[head])
        edge = int(graph.arc_directed_edge[found[0]]) // 2
        first, last = graph.edge_shape_start[edge : edge + 2].tolist()
        shape = graph.shape_lon_lat[first:last]
        lon, lat = shape[(len(shape) - 1) // 2 : len(shape) // 2 + 1].mean(axis=0).tolist()
        return lon, lat

    def prepare(self, roads: list[Road]) -> None:
        """Nothing: places are found as part of the change."""

    def close_roads(self, roads: list[Road]) -> float:
        before = time.thread_time()
        edges = self._find([road.middle for road in roads]).edge
        self._closed[2 * edges] = self._closed[2 * edges + 1] = True
        shut = self._closed[self.network.graph.arc_directed_edge]
        self.peer.reweigh(np.where(shut, IMPASSABLE_MS, self._profile.weights.arc_ms))
        return time.thread_time() - before

    def open_roads(self) -> None:
        self._closed[:] = False

    def stop(self) -> None:
        """Nothing was started."""


def check_equal(profile: Profile, peer: SciPyPeer, origins: Snapped, destinations: Snapped) -> None:
    """Ends the program where our travel times are not what Dijkstra finds."""
    ours, theirs = profile.travel_ms(origins, destinations), peer.travel_ms(origins, destinations)
    elsewhere = origins.edge[:, None] != destinations.edge[None, :]
    if not np.array_equal(ours[elsewhere], theirs[elsewhere]):
        raise SystemExit("travel times are not what Dijkstra finds")
