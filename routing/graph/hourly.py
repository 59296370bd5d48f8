"""Rules with hours: their tables, and what the roads are at an hour of the local week."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from routing.graph.hours import ALWAYS, WEEK_MIN, Hours
from routing.graph.kinds import Mode, Turn
from routing.graph.model import AnyArray, BoolArray, FloatArray, HourlyRules, RoadGraph
from routing.graph.tags import BarrierTags, RoadTags

States = Sequence[tuple[Hours, RoadTags]]
BarrierStates = Sequence[tuple[Hours, BarrierTags]]
Refusals = Sequence[tuple[Mode, Hours]]


# What an edge has of its tags that hours may change, each in an array of its name and of this type.
_BY_EDGE: dict[str, type[np.generic]] = {
    **dict.fromkeys(
        ("forward_modes", "backward_modes", "forward_maxspeed_kmh", "backward_maxspeed_kmh", "flags"),
        np.uint8,
    ),
    **dict.fromkeys(("run_s", "wait_s"), np.float64),
}
_OF_EDGES = tuple(f"edge_{name}" for name in _BY_EDGE)
_OF_NODES = ("node_barrier", "node_modes")
_SQUARE_DEG = 0.003


def tabulate(
    of_edges: Mapping[int, States], of_arcs: Mapping[int, Refusals], of_nodes: Sequence[BarrierStates]
) -> HourlyRules:
    """Tables of what edges and nodes are at which hours, and of who may not turn into arcs at which hours."""
    numbers: dict[Hours, int] = {}
    turns = [(arc, exempt, hours) for arc, told in of_arcs.items() for exempt, hours in told]
    states = [(edge, tags, hours) for edge, told in of_edges.items() for hours, tags in told]
    stops = [(node, tags, hours) for node, told in enumerate(of_nodes) for hours, tags in told]
    for *_, hours in (*turns, *states, *stops):
        numbers.setdefault(hours, len(numbers))
    spans = [(number, *span) for hours, number in numbers.items() for span in hours.spans]
    return HourlyRules(
        span=np.array(spans, dtype=np.int32).reshape(-1, 3),
        turn_arc=np.array([arc for arc, _, _ in turns], dtype=np.int32),
        turn_exempt=np.array([int(exempt) for _, exempt, _ in turns], dtype=np.uint8),
        turn_hours=np.array([numbers[hours] for _, _, hours in turns], dtype=np.int32),
        edge=np.array([edge for edge, _, _ in states], dtype=np.int32),
        edge_hours=np.array([numbers[hours] for _, _, hours in states], dtype=np.int32),
        **list_by_edge([tags for _, tags, _ in states]),
        node=np.array([node for node, _, _ in stops], dtype=np.int32),
        node_hours=np.array([numbers[hours] for _, _, hours in stops], dtype=np.int32),
        node_barrier=np.array([int(t.kind) for _, t, _ in stops], dtype=np.uint8),
        node_modes=np.array([int(t.modes) for _, t, _ in stops], dtype=np.uint8),
    )


def list_by_edge(told: Sequence[RoadTags]) -> dict[str, AnyArray]:
    """What of tags hours may change, as arrays by the names that the graph and its table have for them."""
    return {
        f"edge_{name}": np.array([getattr(tags, name) for tags in told], dtype=kind)
        for name, kind in _BY_EDGE.items()
    }


def list_in_force(rules: HourlyRules, minute: int | None) -> BoolArray | None:
    """Which hours hold at a minute of the local week, by their number; None where no minute is told."""
    if minute is None:
        return None
    count = int(rules.span[:, 0].max(initial=-1)) + 1
    number, begin, end = rules.span.T
    holding = np.zeros(count, dtype=np.bool_)
    holding[number[(begin <= minute) & (minute < end)]] = True
    return holding


def find_next_change_min(rules: HourlyRules, minute: int) -> int | None:
    """Minutes until some rule begins or ends to hold, None where none ever does."""
    bounds = np.unique(rules.span[rules.span[:, 0] != _find_always(rules), 1:] % WEEK_MIN)
    if len(bounds) == 0:
        return None
    return int(((bounds - minute - 1) % WEEK_MIN).min()) + 1


def list_changed_places(graph: RoadGraph, before: int, after: int) -> FloatArray:
    """Positions (n, 2) of rules that hold at only one of two minutes of the local week, one for each square
    of some 300 m."""
    rules = graph.by_hour
    one, other = list_in_force(rules, before), list_in_force(rules, after)
    if one is None or other is None:
        return np.empty((0, 2))
    differs = one != other
    edges = rules.edge[differs[rules.edge_hours]]
    ends = graph.shape_lon_lat[[graph.edge_shape_start[edges], graph.edge_shape_start[edges + 1] - 1]]
    nodes = np.concatenate(
        [rules.node[differs[rules.node_hours]], graph.arc_tail[rules.turn_arc[differs[rules.turn_hours]]]]
    )
    at_nodes = np.column_stack([graph.node_lon[nodes], graph.node_lat[nodes]])
    places = np.concatenate([ends.mean(axis=0), at_nodes])
    _, firsts = np.unique(np.floor(places / _SQUARE_DEG), axis=0, return_index=True)
    return places[firsts]


def at_hours(graph: RoadGraph, holding: BoolArray | None) -> RoadGraph:
    """The graph while these hours hold (`list_in_force`), as if its signs said so plainly; the graph itself
    where no hour is told."""
    rules = graph.by_hour
    if holding is None or len(holding) == 0:
        return graph
    turn, exempt = graph.arc_turn.copy(), graph.arc_turn_exempt.copy()
    turn[rules.turn_arc] &= ~np.uint8(Turn.REFUSED)
    exempt[rules.turn_arc] = int(Mode.NONE)
    holds = holding[rules.turn_hours]
    turn[rules.turn_arc[holds]] |= np.uint8(Turn.REFUSED)
    exempt[rules.turn_arc[holds]] = np.uint8(~Mode.NONE)
    np.bitwise_and.at(exempt, rules.turn_arc[holds], rules.turn_exempt[holds])
    changed = {}
    for names, rows, hours in (
        (_OF_EDGES, rules.edge, rules.edge_hours),
        (_OF_NODES, rules.node, rules.node_hours),
    ):
        holds = holding[hours]
        for name in names:
            changed[name] = getattr(graph, name).copy()
            changed[name][rows[holds]] = getattr(rules, name)[holds]
    return replace(graph, arc_turn=turn, arc_turn_exempt=exempt, **changed)


def _find_always(rules: HourlyRules) -> int:
    """The number of the hours that always hold, -1 where there are none."""
    whole = (rules.span[:, 1] == 0) & (rules.span[:, 2] == ALWAYS.spans[0][1])
    return int(rules.span[whole, 0].max(initial=-1))
