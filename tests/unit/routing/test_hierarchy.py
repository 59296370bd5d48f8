"""The contraction hierarchy on any graph: what it finds is what Dijkstra finds, however weights change."""

from contextlib import closing
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.graph.model import FloatArray, IntArray, LongArray
from routing.hierarchy.hierarchy import Hierarchy
from routing.hierarchy.lengths import LANES, Lengths
from routing.hierarchy.many import NEVER_MS, Coming, Leaving, measure_between
from routing.hierarchy.metric import NO_WAY_MS, Metric
from routing.hierarchy.search import MetricBroken, find_way, measure_from, measure_to
from routing.travel_time.weights import IMPASSABLE_MS


class AnyGraph(NamedTuple):
    """Arcs between nodes in any order of contraction, parallel ones and loops among them, and two weights."""

    order: IntArray
    tail: IntArray
    head: IntArray
    first_ms: LongArray
    second_ms: LongArray

    def measure_all(self, arc_ms: LongArray) -> FloatArray:
        """Milliseconds between all nodes by Dijkstra, infinite where no way leads."""
        size = len(self.order)
        best = np.full((size, size), np.inf)
        np.minimum.at(best, (self.tail, self.head), np.where(arc_ms < NO_WAY_MS, arc_ms, np.inf))
        rows, columns = np.nonzero(np.isfinite(best))
        graph = csr_array((best[rows, columns], (rows, columns)), shape=(size, size))
        times: FloatArray = dijkstra(graph)
        return times


@st.composite
def draw_graphs(draw: st.DrawFn) -> AnyGraph:
    """Up to 24 nodes; weights of few values, so that ways tie, or of very large ones, or no way at all."""
    size = draw(st.integers(1, 24))
    nodes = st.integers(0, size - 1)
    arcs = draw(st.lists(st.tuples(nodes, nodes), max_size=70))
    weight = st.one_of(st.integers(1, 4), st.integers(1, 10**9), st.just(NO_WAY_MS))
    weights = [draw(st.lists(weight, min_size=len(arcs), max_size=len(arcs))) for _ in range(2)]
    tail, head = np.array(arcs, dtype=np.int32).reshape(-1, 2).T
    order = np.array(draw(st.permutations(range(size))), dtype=np.int32)
    return AnyGraph(order, tail, head, np.array(weights[0], np.int64), np.array(weights[1], np.int64))


def cap(times: FloatArray) -> FloatArray:
    """As a metric tells them: what is too long for 32 bits is no way."""
    return np.minimum(times, NO_WAY_MS)


def test_no_way_is_an_impassable_arc() -> None:
    assert NO_WAY_MS == IMPASSABLE_MS


@settings(max_examples=60, deadline=None)
@given(draw_graphs(), st.data())
def test_times_to_and_from_places_are_those_of_dijkstra(graph: AnyGraph, data: st.DataObject) -> None:
    metric = Metric(Hierarchy(graph.order, graph.tail, graph.head), graph.first_ms)
    times, size = graph.measure_all(graph.first_ms), len(graph.order)
    end = st.tuples(st.integers(0, size - 1), st.integers(0, 100))
    # More than go down at once, and places that nothing leads to.
    places = data.draw(st.lists(st.lists(end, max_size=4), min_size=1, max_size=5))
    places = (places * 30)[: data.draw(st.integers(1, 150))]
    starts = data.draw(st.lists(st.tuples(end, end, st.booleans()), min_size=1, max_size=8))
    nodes = np.array([[a for (a, _), _, _ in starts], [b for _, (b, _), _ in starts]], np.int32)
    ms = [[ms for (_, ms), _, _ in starts], [NEVER_MS if bar else ms for _, (_, ms), bar in starts]]
    leaving = Leaving(nodes, np.array(ms, np.uint32))
    begin = np.cumsum([0, *map(len, places)]).astype(np.int32)
    ends = [end for place in places for end in place]
    coming = Coming(
        begin,
        np.array([node for node, _ in ends], np.int32),
        np.array([ms for _, ms in ends], np.uint32),
    )
    between = measure_between(metric, leaving, coming)
    for row, place in enumerate(places):
        ways = [times[:, node] + ms for node, ms in place]
        expected = cap(np.min(ways, axis=0) if ways else np.full(size, np.inf))
        assert measure_to(metric, np.arange(size), place).tolist() == expected.tolist()
        both = np.where(leaving.ms == NEVER_MS, np.inf, leaving.ms) + np.where(
            expected[nodes] < NO_WAY_MS, expected[nodes], np.inf
        )
        best = np.minimum(both.min(axis=0), NEVER_MS)
        assert between[:, row].tolist() == best.tolist()
        ways = [times[node] + ms for node, ms in place]
        expected = np.min(ways, axis=0) if ways else np.full(size, np.inf)
        assert measure_from(metric, place, np.arange(size)).tolist() == cap(expected).tolist()


@settings(max_examples=60, deadline=None)
@given(draw_graphs(), st.data())
def test_a_way_is_as_long_as_dijkstra_says_and_its_arcs_hang_together(
    graph: AnyGraph, data: st.DataObject
) -> None:
    metric = Metric(Hierarchy(graph.order, graph.tail, graph.head), graph.first_ms)
    times, size = graph.measure_all(graph.first_ms), len(graph.order)
    ends = st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, 100)), min_size=1, max_size=3)
    start, end = data.draw(ends), data.draw(ends)
    best = min(times[a, b] + first_ms + last_ms for a, first_ms in start for b, last_ms in end)
    way = find_way(metric, start, end)
    if way is None:
        assert best >= NO_WAY_MS
        return
    assert way.ms == best
    arcs = list(way.arcs)
    assert all(graph.head[one] == graph.tail[next_one] for one, next_one in pairwise(arcs))
    first, last = (graph.tail[arcs[0]], graph.head[arcs[-1]]) if arcs else (way.first_node, way.first_node)
    assert (way.first_node, way.last_node) == (first, last)
    begun_ms = min(ms for node, ms in start if node == way.first_node)
    ended_ms = min(ms for node, ms in end if node == way.last_node)
    assert begun_ms + int(graph.first_ms[arcs].sum()) + ended_ms == way.ms


@settings(max_examples=60, deadline=None)
@given(draw_graphs(), st.data())
def test_many_ways_at_once_are_as_long_as_each_alone_also_of_those_that_tie(
    graph: AnyGraph, data: st.DataObject
) -> None:
    metric = Metric(Hierarchy(graph.order, graph.tail, graph.head), graph.first_ms)
    arc_m = np.array(data.draw(st.lists(st.integers(1, 9), min_size=70, max_size=70)), float)[
        : len(graph.tail)
    ]
    node, ms = st.integers(0, len(graph.order) - 1), st.integers(0, 3)
    ends = st.lists(st.tuples(node, ms, st.integers(0, 9).map(float)), max_size=3)
    origins, places = data.draw(st.lists(ends, max_size=LANES + 2)), data.draw(st.lists(ends, max_size=3))
    lengths = Lengths(metric, arc_m)
    all_ms, all_m = lengths.join(lengths.climb_from(origins), lengths.climb_to(places))
    for row, origin in enumerate(origins):
        for column, place in enumerate(places):
            start, end = [(n, t) for n, t, _ in origin], [(n, t) for n, t, _ in place]
            way = find_way(metric, start, end) if start and end else None
            if way is None:
                assert (all_ms[row, column], all_m[row, column]) == (NO_WAY_MS, np.inf)
                continue
            _, _, first_m = min((e for e in origin if e[0] == way.first_node), key=lambda e: e[1])
            _, _, last_m = min((e for e in place if e[0] == way.last_node), key=lambda e: e[1])
            whole_m = first_m + arc_m[list(way.arcs)].sum() + last_m
            assert (all_ms[row, column], all_m[row, column]) == (way.ms, whole_m)


@settings(max_examples=60, deadline=None)
@given(draw_graphs(), st.sets(st.integers(0, 69)), st.booleans())
def test_weights_that_change_are_as_if_made_anew(graph: AnyGraph, which: set[int], gives_up: bool) -> None:
    hierarchy = Hierarchy(graph.order, graph.tail, graph.head)
    hierarchy.pieces = list(range(len(graph.order) + 1))
    changed = graph.first_ms.copy()
    arcs = [arc for arc in which if arc < len(changed)]
    changed[arcs] = graph.second_ms[arcs]
    before = Metric(hierarchy, graph.first_ms)
    metric = before.copy()
    if gives_up:
        # Whoever begins with others and ends half-way leaves nothing behind that the next does not put right.
        with closing(metric.take_in_pieces(graph.second_ms)) as pieces:
            next(pieces, None)
    metric.take(changed)
    assert np.array_equal(metric.edge_ms, Metric(hierarchy, changed).edge_ms)
    assert np.array_equal(before.edge_ms, Metric(hierarchy, graph.first_ms).edge_ms)


def test_a_shortcut_that_no_weight_accounts_for_is_said_to_be_broken() -> None:
    # From 0 over 1 to 2, of which 1 is the lowest: the way is one shortcut, of 3 + 4 ms.
    tail, head, arc_ms = np.array([0, 1], np.int32), np.array([1, 2], np.int32), np.array([3, 4])
    metric = Metric(Hierarchy(np.array([1, 0, 2], np.int32), tail, head), arc_ms)
    way = find_way(metric, [(0, 0)], [(2, 0)])
    assert way is not None
    assert (way.ms, way.arcs) == (7, (0, 1))
    metric.edge_ms[metric.edge_ms == 7] = 6
    with pytest.raises(MetricBroken):
        find_way(metric, [(0, 0)], [(2, 0)])


@settings(max_examples=60, deadline=None)
@given(draw_graphs(), st.data())
def test_a_search_over_broken_arrays_ends_with_a_way_of_at_most_all_nodes_or_says_so(
    graph: AnyGraph, data: st.DataObject
) -> None:
    metric = Metric(Hierarchy(graph.order, graph.tail, graph.head), graph.first_ms)
    size, written = len(graph.order), metric.edge_ms.reshape(-1)
    if len(written):
        anything = st.tuples(st.integers(0, len(written) - 1), st.integers(0, 8) | st.integers(0, NO_WAY_MS))
        for slot, ms in data.draw(st.lists(anything, min_size=1, max_size=20)):
            written[slot] = ms
    for start in range(size):
        try:
            way = find_way(metric, [(start, 0)], [(size - 1 - start, 0)])
        except MetricBroken:
            continue
        assert way is None or (len(way.arcs) <= size and all(0 <= arc < len(graph.tail) for arc in way.arcs))
