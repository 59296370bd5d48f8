"""One vehicle class, hot or cold: its weights, its hierarchy, and the roads it can be on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from routing.graph.components import find_largest_component
from routing.graph.kinds import EdgeFlag
from routing.graph.model import BoolArray, FloatArray, IntArray, LongArray, RoadGraph
from routing.graph.snap import Snapped
from routing.hierarchy.hierarchy import Hierarchy
from routing.hierarchy.many import NEVER_MS, measure_between
from routing.hierarchy.metric import Metric, Milliseconds
from routing.hierarchy.search import find_way
from routing.travel_time.conditions import Conditions, Stretches, change_in_force, put_in_force
from routing.travel_time.ends import Repeats, come, leave, list_repeats, shorten_along
from routing.travel_time.vehicle_classes import VehicleClass
from routing.travel_time.weights import IMPASSABLE_MS, Fit, Weights, weigh

# A class nobody has asked for during so many changes of the roads has its search made when somebody asks.
_ASKED_FOR = 50
# Where conditions change on more than one arc in so many, weights are made anew.
_MANY = 4

# Where conditions that held before differ from those that come; None for nearly everywhere.
FindChanged = Callable[[Conditions], Stretches | None]


@dataclass(frozen=True, slots=True)
class Departures:
    """The two ways to leave each of n places: node, milliseconds to it (infinite: barred), shape (2, n)."""

    node: IntArray
    cost_ms: FloatArray


@dataclass(frozen=True, slots=True)
class Arrival:
    """One way to come to a place: from the tail of this arc, milliseconds from there."""

    node: int
    cost_ms: int
    arc: int


@dataclass(frozen=True, slots=True)
class FoundPath:
    """A fastest path: the arcs passed from end to end, and the ones its first and last piece lie on.

    Without any arc passed and with `last_arc` None, both places lie on `first_directed_edge`. `via`: the
    junction by which it was found, if it is not the fastest of all.
    """

    cost_ms: float
    first_directed_edge: int
    arcs: tuple[int, ...]
    last_arc: int | None
    via: int | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """A metric, and the weights it was made of."""

    metric: Metric
    arc_ms: LongArray


class Profile:
    """Search under the weights of one vehicle class. Belongs to the thread that made it."""

    def __init__(
        self,
        graph: RoadGraph,
        hierarchy: Hierarchy,
        vehicle: VehicleClass,
        hot: bool,
        repeats: Repeats | None = None,
    ) -> None:
        self._graph = graph
        self._hierarchy = hierarchy
        self.vehicle = vehicle
        self.hot = hot
        self._open: Weights = weigh(graph, vehicle, hot)
        self.weights = self._open
        # What holds in the weights, None where it is not only that.
        self._holds: Conditions | None = None
        self._shown: _Made | None = None
        self._spare: _Made | None = None
        self._asked = 0
        self._repeats = list_repeats(graph) if repeats is None else repeats

    @property
    def free(self) -> Weights:
        """What ways cost while nothing holds on the roads."""
        return self._open

    @property
    def metric(self) -> Metric:
        """The search's own form of the weights, made now when nobody has asked for it before."""
        self._asked = _ASKED_FOR
        if self._shown is None or self._shown.arc_ms is not self.weights.arc_ms:
            self._shown = self._make(self._shown)
        return self._shown.metric

    @property
    def is_asked(self) -> bool:
        """Whether somebody asked for this class lately, so that its search is to be ready before they ask."""
        return self._asked > 0

    @property
    def asked(self) -> int:
        """For how many changes of the roads the search is still to be ready before anybody asks."""
        return self._asked

    def keep_ready(self, changes: int) -> None:
        """Has the search made ahead for so many changes of the roads at least."""
        self._asked = max(self._asked, changes)

    def _make(self, old: _Made | None) -> _Made:
        arc_ms = self.weights.arc_ms
        if old is None:
            return _Made(Metric(self._hierarchy, arc_ms), arc_ms)
        old.metric.take(arc_ms)
        return _Made(old.metric, arc_ms)

    def find_usable_edges(self) -> BoolArray:
        """Edges that the largest network, in which this class gets everywhere, leads to and leads away from.

        A stretch that ends at a barrier belongs to it: one drives up to the barrier and back.
        """
        graph, weights = self._graph, self._open
        arcs = np.flatnonzero(weights.arc_ms < IMPASSABLE_MS)
        connected = find_largest_component(graph.arc_tail[arcs], graph.arc_head[arcs], graph.node_count)
        base = np.arange(2 * graph.edge_count)
        runs = weights.run_ms < IMPASSABLE_MS
        enters = runs & connected[graph.arc_tail[base]]
        leaves = runs & (weights.end_ms < IMPASSABLE_MS) & connected[graph.arc_head[base]]
        usable = enters.reshape(-1, 2).any(axis=1) & leaves.reshape(-1, 2).any(axis=1)
        # Nobody stands in the river.
        usable &= (graph.edge_flags & EdgeFlag.FERRY) == 0
        return np.asarray(usable, dtype=np.bool_)

    def reopen(self, graph: RoadGraph, fit: Fit | None) -> None:
        """Takes what signs say at this hour, and what crews found out about fitting; `reweigh` puts it in
        force. graph: the same roads with other rules."""
        self._graph = graph
        self._open = weigh(graph, self.vehicle, self.hot, fit)
        self._holds = None

    def _weigh(self, conditions: Conditions, find_changed: FindChanged) -> tuple[Weights, int]:
        """The weights under conditions, from those that are in force where that is less work, and how many
        arcs have others."""
        old, where = self.weights, None if self._holds is None else find_changed(self._holds)
        if where is None or len(where.arcs) * _MANY > len(old.arc_ms):
            new = put_in_force(self._open, self._graph, self.vehicle, conditions)
            return new, int(np.count_nonzero(new.arc_ms != old.arc_ms))
        new = change_in_force(old, self._open, self._graph, self.vehicle, conditions, where)
        return new, int(np.count_nonzero(new.arc_ms[where.arcs] != old.arc_ms[where.arcs]))

    def reweigh(self, conditions: Conditions, find_changed: FindChanged) -> Iterator[int]:
        """Puts conditions in force piece by piece, yielding how many arcs each piece changed.

        Queries may be made between the pieces, never during one. They see the old weights until the last
        piece is done: pieces change the spare metric, and then the two change places. A class that nobody
        asks for gets its weights alone; its metric follows when somebody does.
        """
        weights, count = self._weigh(conditions, find_changed)
        yield 0
        self._asked = max(0, self._asked - 1)
        if self._asked == 0 or self._shown is None:
            self.weights, self._holds = weights, conditions
            yield count
            return
        spare = self._spare
        if spare is None:
            spare = _Made(self._shown.metric.copy(), self._shown.arc_ms)
        for _ in spare.metric.take_in_pieces(weights.arc_ms):
            yield 0
        # A question between the pieces may have brought the shown metric up to older weights: it is kept.
        self._spare, self._shown = self._shown, _Made(spare.metric, weights.arc_ms)
        self.weights, self._holds = weights, conditions
        yield count

    def reweigh_at_rest(self, conditions: Conditions, find_changed: FindChanged) -> int:
        """Puts conditions in force in one piece, while nobody asks; returns how many arcs changed. One metric
        does, where `reweigh` needs two; `make_ready` makes it if somebody is going to ask."""
        weights, count = self._weigh(conditions, find_changed)
        self.weights, self._holds, self._spare = weights, conditions, None
        self._asked = max(0, self._asked - 1)
        return count

    def make_ready(self) -> None:
        """Makes the metric of the weights that are in force, while nobody asks. Another thread may do it: the
        interpreter is let go of meanwhile."""
        self._shown = self._make(self._shown)

    def list_departures(self, places: Snapped) -> Departures:
        """Ways to leave each place, along its edge (row 0) and against it (row 1); none off the network."""
        directed = np.stack([2 * places.edge, 2 * places.edge + 1])
        share = np.stack([1 - places.fraction, places.fraction])
        run_ms, end_ms = self.weights.run_ms[directed], self.weights.end_ms[directed]
        barred = (run_ms >= IMPASSABLE_MS) | (end_ms >= IMPASSABLE_MS) | (directed < 0)
        return Departures(
            self._graph.arc_head[directed], np.where(barred, np.inf, np.rint(share * run_ms) + end_ms)
        )

    def list_arrivals(self, edge: int, fraction: float) -> list[Arrival]:
        """Ways to come to a place, from both sides and through repeated junctions."""
        arrivals = []
        for directed, share in ((2 * edge, fraction), (2 * edge + 1, 1 - fraction)):
            run_ms = int(self.weights.run_ms[directed])
            for arc in (directed, *self._repeats.list_of(directed)):
                turn_ms = int(self.weights.turn_ms[arc])
                if run_ms < IMPASSABLE_MS and turn_ms < IMPASSABLE_MS:
                    cost_ms = turn_ms + round(share * run_ms)
                    arrivals.append(Arrival(int(self._graph.arc_tail[arc]), cost_ms, arc))
        return arrivals

    def travel_ms(self, origins: Snapped, destinations: Snapped) -> FloatArray:
        """Milliseconds on the road, shape (origins, destinations); infinite where no way leads."""
        count = len(destinations)
        return self.travel_any_ms(origins, destinations, np.arange(count), np.zeros(count, dtype=np.int64))

    def travel_any_ms(
        self, origins: Snapped, stops: Snapped, begin: LongArray, extra_ms: LongArray
    ) -> FloatArray:
        """Milliseconds to the best of several stops each, with what every stop costs beyond the road; `begin`
        is the first stop of each of them. Shape (origins, begin); infinite where no way leads."""
        whole_ms = self.count_any_ms(origins, stops, begin, extra_ms)
        return np.where(whole_ms == NEVER_MS, np.inf, whole_ms)

    def count_any_ms(
        self, origins: Snapped, stops: Snapped, begin: LongArray, extra_ms: LongArray
    ) -> Milliseconds:
        """The same as whole numbers, `NEVER_MS` where no way leads.

        One search for all stops of a place: it is the search that costs.
        """
        graph, weights = self._graph, self.weights
        coming = come(graph, weights, self._repeats, stops, begin, extra_ms)
        answer_ms = measure_between(self.metric, leave(graph, weights, origins), coming)
        shorten_along(answer_ms, weights, origins, stops, begin, extra_ms)
        return answer_ms

    def find_path(
        self,
        origin: Snapped,
        destination: Snapped,
        sources: dict[int, tuple[int, int]] | None = None,
    ) -> FoundPath | None:
        """The fastest path between two single places, None where no way leads. `sources` as `list_sources`,
        for many in a row."""
        edge, fraction = int(destination.edge[0]), float(destination.fraction[0])
        if edge < 0 or int(origin.edge[0]) < 0:
            return None
        best = self.find_along(origin, destination)
        sources = self.list_sources(origin)[0] if sources is None else sources
        around = self.search(sources, self.list_arrivals(edge, fraction))
        if around is None or (best is not None and best.cost_ms <= around.cost_ms):
            return best
        return around

    def find_along(self, origin: Snapped, destination: Snapped) -> FoundPath | None:
        """The way between two single places along the very edge that both are on, None where none leads."""
        edge = int(destination.edge[0])
        if int(origin.edge[0]) != edge:
            return None
        along_ms, directed = self._along_edge(edge, float(origin.fraction[0]), float(destination.fraction[0]))
        return FoundPath(along_ms, directed, (), None) if np.isfinite(along_ms) else None

    def list_sources(self, origins: Snapped) -> list[dict[int, tuple[int, int]]]:
        """Ways to leave each place: node → milliseconds to it, and the directed edge that leads there."""
        departures = self.list_departures(origins)
        both = zip(departures.node.T.tolist(), departures.cost_ms.T.tolist(), strict=True)
        return [
            {
                node: (int(cost_ms), 2 * edge + way)
                for way, (node, cost_ms) in enumerate(zip(nodes, costs_ms, strict=True))
                if cost_ms < np.inf
            }
            for edge, (nodes, costs_ms) in zip(origins.edge.tolist(), both, strict=True)
        ]

    def list_arrivals_at(self, destination: Snapped) -> list[Arrival]:
        """Ways to come to one place."""
        return self.list_arrivals(int(destination.edge[0]), float(destination.fraction[0]))

    def list_through_nodes(self) -> list[int]:
        """Junctions one may pass in any direction, no rule about turns reaching across them."""
        graph = self._graph
        plain = np.unique(graph.arc_head[self.weights.arc_ms < IMPASSABLE_MS])
        base_count = int(max(graph.edge_tail.max(), graph.edge_head.max())) + 1
        nodes: list[int] = plain[plain < base_count].tolist()
        return nodes

    def list_edges(self, path: FoundPath) -> list[int]:
        """Edges of a path in order, the first and last of them passed in part."""
        arcs = list(path.arcs) + ([] if path.last_arc is None else [path.last_arc])
        edges: list[int] = (self._graph.arc_directed_edge[arcs] >> 1).tolist() if arcs else []
        return [path.first_directed_edge >> 1, *edges]

    def measure_edges(self, edges: set[int]) -> float:
        """Metres of these edges together."""
        return float(self._graph.edge_length_m[list(edges)].sum())

    def search(self, sources: dict[int, tuple[int, int]], arrivals: Sequence[Arrival]) -> FoundPath | None:
        """The fastest path from any source to any arrival."""
        if not sources or not arrivals:
            return None
        way = find_way(
            self.metric,
            [(node, cost_ms) for node, (cost_ms, _) in sources.items()],
            [(a.node, a.cost_ms) for a in arrivals],
        )
        if way is None:
            return None
        last = min((a for a in arrivals if a.node == way.last_node), key=lambda a: a.cost_ms)
        return FoundPath(float(way.ms), sources[way.first_node][1], way.arcs, last.arc)

    def _along_edge(self, edge: int, start: float, end: float) -> tuple[float, int]:
        """Milliseconds and directed edge between two fractions of one edge, infinite against a one-way."""
        ahead = [2 * edge] * (end >= start) + [2 * edge + 1] * (end <= start)
        directed = min(ahead, key=lambda way: int(self.weights.run_ms[way]))
        run_ms = int(self.weights.run_ms[directed])
        if run_ms == IMPASSABLE_MS:
            return float("inf"), directed
        return float(round(abs(end - start) * run_ms)), directed
