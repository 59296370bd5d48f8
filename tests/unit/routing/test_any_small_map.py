"""Any small map of one-ways, bollards and refused turns, against a search that knows only the drawing."""

import heapq
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.graph.build import build_graph
from routing.graph.kinds import RoadClass
from routing.graph.snap import Snapped
from routing.travel_time.network import RoadNetwork
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from tests.unit.routing.drawn_map import DrawnMap

GRID = "abcd\nefgh\nijkl"
SIDE_BY_SIDE = [
    first + second
    for first in GRID.replace("\n", "")
    for second in GRID.replace("\n", "")
    if first < second and ord(second) - ord(first) in ((1, 4) if first not in "dhl" else (4,))
]
Place = tuple[str, float]


class Turn(NamedTuple):
    """A drawn turn restriction between two ways over a node or a way; motorcycles may be exempt."""

    kind: str
    from_way: str
    via: str
    to_way: str
    exempt: bool


class SmallMap(NamedTuple):
    """A drawing: ways of two letters with their one-way tag, bollards, restrictions."""

    ways: dict[str, str]
    bollards: set[str]
    turns: list[Turn]


@st.composite
def draw_maps(draw: st.DrawFn) -> SmallMap:
    """Some of the grid's streets, some of them one-way, with some bollards and restrictions."""
    chosen = draw(st.lists(st.sampled_from(SIDE_BY_SIDE), min_size=4, unique=True))
    ways = {way: draw(st.sampled_from(["no", "no", "yes", "-1"])) for way in chosen}
    bollards = draw(st.sets(st.sampled_from("abcdefghijkl"), max_size=2))
    turns = []
    for _ in range(draw(st.integers(0, 4))):
        from_way = draw(st.sampled_from(chosen))
        via = draw(st.sampled_from(from_way))
        to_way = draw(st.sampled_from([way for way in chosen if via in way]))
        kind = (
            draw(st.sampled_from(["no_left_turn", "only_straight_on"])) if to_way != from_way else "no_u_turn"
        )
        over = [way for way in chosen if via in way and way not in (from_way, to_way)]
        if kind != "no_u_turn" and over and draw(st.booleans()):
            through = draw(st.sampled_from(over))
            beyond = [way for way in chosen if other_end(through, via) in way and way != through]
            if beyond and from_way not in beyond:
                via, to_way = through, draw(st.sampled_from(beyond))
        turns.append(Turn(kind, from_way, via, to_way, draw(st.booleans())))
    return SmallMap(ways, bollards, turns)


class DrawingSearch:
    """Dijkstra on the drawing itself: a way driven in one direction is a state, a turn a step."""

    def __init__(self, drawing: SmallMap, *, motorbike: bool) -> None:
        self._drawing = drawing
        self._motorbike = motorbike
        vehicle = VEHICLE_CLASSES["motorbike" if motorbike else "car"]
        self._delays = vehicle.delays
        self._street_ms = 100 * 3.6 / vehicle.speeds_kmh[RoadClass.TERTIARY] * 1000

    def measure_ms(self, start: Place, end: Place) -> float:
        """Milliseconds between two places."""
        best = float("inf")
        queue: list[tuple[float, str, str]] = []
        for directed in filter(self._may_drive, (start[0], start[0][::-1])):
            first_ms = share_left(start, directed) * self._street_ms + self._end_ms(directed)
            heapq.heappush(queue, (first_ms, "", directed))
            ahead = share_left(start, directed) - share_left(end, directed)
            if start[0] == end[0] and ahead >= 0:
                best = min(best, ahead * self._street_ms)
        done: set[tuple[str, str]] = set()
        while queue:
            ms, before, directed = heapq.heappop(queue)
            if (before, directed) in done:
                continue
            done.add((before, directed))
            for leave in self._list_exits(before, directed):
                turn_ms = self._delays.back_s * 1000 if leave == directed[::-1] else 0.0
                if as_drawn(leave) == end[0]:
                    best = min(best, ms + turn_ms + (1 - share_left(end, leave)) * self._street_ms)
                whole_ms = ms + turn_ms + self._street_ms + self._end_ms(leave)
                heapq.heappush(queue, (whole_ms, directed, leave))
        return best

    def _end_ms(self, directed: str) -> float:
        """Delay where more than two streets of the same rank meet."""
        streets = sum(directed[1] in way for way in self._drawing.ways)
        return self._delays.junction_s * 1000 if streets > 2 else 0.0

    def _list_exits(self, before: str, approach: str) -> list[str]:
        via = approach[1]
        if via in self._drawing.bollards and not self._motorbike:
            return []
        ways = [way if way[0] == via else way[::-1] for way in self._drawing.ways if via in way]
        return [way for way in ways if self._may_drive(way) and self._may_turn(before, approach, way)]

    def _may_drive(self, directed: str) -> bool:
        oneway = self._drawing.ways[as_drawn(directed)]
        return oneway == "no" or (oneway == "yes") == (directed == as_drawn(directed))

    def _may_turn(self, before: str, approach: str, leave: str) -> bool:
        told: dict[tuple[bool, bool], set[str]] = {}
        for turn in self._drawing.turns:
            if turn.exempt and self._motorbike:
                continue
            over_way = turn.via in self._drawing.ways
            only = turn.kind.startswith("only_")
            at_end = as_drawn(approach) == turn.via and as_drawn(before) == turn.from_way
            at_start = as_drawn(approach) == turn.from_way and approach[1] in turn.via
            if at_end if over_way else at_start:
                if only:
                    told.setdefault((turn.exempt, over_way), set()).add(turn.to_way)
                elif as_drawn(leave) == turn.to_way:
                    return False
            if over_way and only and at_start:
                told.setdefault((turn.exempt, False), set()).add(turn.via)
        return all(as_drawn(leave) in ways for ways in told.values())


def other_end(way: str, letter: str) -> str:
    """The letter at the way's other end."""
    return way.replace(letter, "")


def as_drawn(directed: str) -> str:
    """The way that this direction is one of."""
    return "".join(sorted(directed))


def share_left(place: Place, directed: str) -> float:
    """Share of the way that lies ahead of a place."""
    return 1 - place[1] if directed == place[0] else place[1]


def to_snapped(ways: list[str], places: list[Place]) -> Snapped:
    """Places on the edges of ways, which are numbered as they were drawn."""
    edges = np.array([ways.index(way) for way, _ in places], dtype=np.int32)
    return Snapped(edges, np.array([share for _, share in places]), np.zeros(len(places)))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawing=draw_maps(), data=st.data())
@pytest.mark.parametrize("vehicle_class", ["car", "motorbike"])
def test_times_and_routes_are_those_of_the_drawing(
    tmp_path: Path, vehicle_class: str, drawing: SmallMap, data: st.DataObject
) -> None:
    drawn = DrawnMap(GRID)
    for way, oneway in drawing.ways.items():
        drawn.way(way, highway="tertiary", oneway=oneway)
    for node in drawing.bollards:
        drawn.stand(node, barrier="bollard")
    for turn in drawing.turns:
        drawn.turn(*turn[:4], **({"except": "motorcycle"} if turn.exempt else {}))
    (tmp_path / "map.osm").unlink(missing_ok=True)
    graph = build_graph(drawn.write(tmp_path / "map.osm"))
    profile = RoadNetwork(graph, [VEHICLE_CLASSES[vehicle_class]]).get_profile(vehicle_class, False)

    shares = st.floats(0.1, 0.9)
    ways = list(drawing.ways)
    starts = [(way, data.draw(shares)) for way in ways[:3]]
    ends = [(way, data.draw(shares)) for way in ways[-3:]]
    origins, destinations = to_snapped(ways, starts), to_snapped(ways, ends)
    search = DrawingSearch(drawing, motorbike=vehicle_class == "motorbike")
    found = profile.travel_ms(origins, destinations)
    for row, start in enumerate(starts):
        for column, end in enumerate(ends):
            expected = search.measure_ms(start, end)
            # A drawn street is 100 m to within a few centimetres, and a way has at most some thirty of them.
            assert found[row, column] == pytest.approx(expected, rel=2e-3, abs=20), (start, end)
            path = profile.find_path(
                origins.select(slice(row, row + 1)), destinations.select(slice(column, column + 1))
            )
            assert (np.inf if path is None else path.cost_ms) == found[row, column]
    # All the ends as stops of one door, each with a walk of its own: one search finds the best of them.
    walk_ms = np.array([data.draw(st.integers(0, 60_000)) for _ in ends])
    any_ms = profile.travel_any_ms(origins, destinations, np.array([0]), walk_ms)
    np.testing.assert_array_equal(any_ms[:, 0], (found + walk_ms).min(axis=1))
