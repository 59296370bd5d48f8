"""Turn restrictions: refused by repeating arcs behind the one approach they concern.

An approach (a directed edge into a junction) that is refused some exits ends in its own copy of the junction;
from the copy every exit is repeated, the refused ones marked. All other junctions stay single nodes, so the
graph grows by a few arcs per restriction instead of doubling, and who may ignore the refusal (a motorcycle, a
vehicle with a siren) stays a question of weights.
"""

from dataclasses import dataclass, field

import numpy as np

from routing.graph.kinds import Mode
from routing.graph.model import IntArray
from routing.graph.osm import OsmRestriction


@dataclass(frozen=True, slots=True)
class TurnCopies:
    """The repeated arcs: parallel lists, and for each refused approach the junction its copy stands on."""

    tail: list[int] = field(default_factory=list)
    directed_edge: list[int] = field(default_factory=list)
    forbidden: list[bool] = field(default_factory=list)
    exempt: list[int] = field(default_factory=list)
    copied_node: list[int] = field(default_factory=list)
    approach: list[int] = field(default_factory=list)
    unexpressed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Junctions:
    """Directed edges around the junctions that restrictions name."""

    directed_tail: IntArray
    directed_head: IntArray
    edge_way_id: dict[int, int]
    entering: dict[int, list[int]]
    leaving: dict[int, list[int]]


def expand_turns(
    restrictions: list[OsmRestriction],
    node_of_osm_id: dict[int, int],
    directed_tail: IntArray,
    directed_head: IntArray,
    edge_way_id: list[int],
    node_count: int,
) -> TurnCopies:
    """Copies of restricted junctions; new nodes are numbered from node_count on, one per refused approach."""
    copies = TurnCopies()
    named = {
        node_of_osm_id[r.via_node_id]
        for r in restrictions
        if r.via_node_id is not None and r.via_node_id in node_of_osm_id
    }
    around = _gather_junctions(named, directed_tail, directed_head, edge_way_id)
    refused: dict[int, dict[int, Mode]] = {}
    for restriction in restrictions:
        node = node_of_osm_id.get(restriction.via_node_id) if restriction.via_node_id is not None else None
        pairs = [] if node is None else _list_refused_turns(restriction, node, around)
        if not pairs:
            copies.unexpressed.append(_describe(restriction))
        for approach, leave in pairs:
            exits = refused.setdefault(approach, {})
            # Two relations about one turn: only whom both let pass may pass.
            exits[leave] = exits.get(leave, ~Mode.NONE) & restriction.exempt
    for approach, exits in refused.items():
        junction = int(directed_head[approach])
        copy = node_count + len(copies.copied_node)
        copies.copied_node.append(junction)
        copies.approach.append(approach)
        for leave in around.leaving[junction]:
            copies.tail.append(copy)
            copies.directed_edge.append(leave)
            copies.forbidden.append(leave in exits)
            copies.exempt.append(int(exits.get(leave, Mode.NONE)))
    return copies


def _gather_junctions(
    named: set[int], directed_tail: IntArray, directed_head: IntArray, edge_way_id: list[int]
) -> Junctions:
    entering: dict[int, list[int]] = {node: [] for node in named}
    leaving: dict[int, list[int]] = {node: [] for node in named}
    nodes = np.fromiter(named, dtype=np.int32, count=len(named))
    for directed in np.flatnonzero(np.isin(directed_head, nodes)).tolist():
        entering[int(directed_head[directed])].append(directed)
    for directed in np.flatnonzero(np.isin(directed_tail, nodes)).tolist():
        leaving[int(directed_tail[directed])].append(directed)
    ways = {d >> 1: edge_way_id[d >> 1] for group in leaving.values() for d in group}
    return Junctions(directed_tail, directed_head, ways, entering, leaving)


def _list_refused_turns(restriction: OsmRestriction, node: int, around: Junctions) -> list[tuple[int, int]]:
    """Pairs (approach, exit) of directed edges that are refused; empty when it makes no sense here."""
    approaches = [d for d in around.entering[node] if around.edge_way_id[d >> 1] in restriction.from_way_ids]
    exits = [d for d in around.leaving[node] if around.edge_way_id[d >> 1] in restriction.to_way_ids]
    if restriction.kind == "no_u_turn":
        return [(a, e) for a in approaches for e in exits if e == a ^ 1 or not _same_way(a, e, around)]
    if restriction.kind.startswith("no_"):
        # A way that runs through the junction names both its sides: which one is meant cannot be known.
        return [(a, e) for a in approaches for e in exits if not _same_way(a, e, around)]
    if restriction.kind.startswith("only_") and exits:
        return [(a, e) for a in approaches for e in around.leaving[node] if e not in exits]
    return []


def _same_way(approach: int, leave: int, around: Junctions) -> bool:
    return around.edge_way_id[approach >> 1] == around.edge_way_id[leave >> 1]


def _describe(restriction: OsmRestriction) -> str:
    return f"{restriction.relation_id} {restriction.kind or 'unnamed'}"
