"""Turn restriction relations → rules about sequences of directed edges."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from routing.graph.hours import NEVER, Hours
from routing.graph.junctions import Junctions
from routing.graph.kinds import Mode, Turn
from routing.graph.osm import OsmRestriction
from routing.graph.turns import Path, TurnRule

_LONGEST_VIA = 24

# What signs at an approach prescribe: by the way begun and whom they exempt, the next edges and when.
_Mandatory = defaultdict[tuple[Path, Mode], defaultdict[int, Hours]]


def list_refused_turns(
    restrictions: list[OsmRestriction], node_of_osm_id: Mapping[int, int], around: Junctions
) -> tuple[list[TurnRule], list[str]]:
    """The rules, and the restrictions that make no sense in this extract, each with its reason."""
    rules: list[TurnRule] = []
    unexpressed: list[str] = []
    mandatory: _Mandatory = defaultdict(lambda: defaultdict(lambda: NEVER))
    found: list[tuple[OsmRestriction, list[Path]]] = []
    for restriction in restrictions:
        paths = list(_find_paths(restriction, node_of_osm_id, around))
        found.append((restriction, paths))
        if restriction.kind.startswith("only_"):
            for path in paths:
                for step in range(1, len(path)):
                    mandatory[path[:step], restriction.exempt][path[step]] |= restriction.hours
    for restriction, paths in found:
        refused = {told for path in paths for told in _refuse(restriction, path, mandatory, around)}
        rules += [
            TurnRule(path, Turn.REFUSED, restriction.exempt, hours=hours) for path, hours in refused if hours
        ]
        if not any(hours for _, hours in refused):
            unexpressed.append(_describe(restriction, set(around.way_id)))
    return rules, unexpressed


def _describe(restriction: OsmRestriction, known: set[int]) -> str:
    named = {*restriction.from_way_ids, *restriction.via_way_ids, *restriction.to_way_ids}
    complete = restriction.from_way_ids and restriction.to_way_ids and named <= known
    reason = "its ways do not meet" if complete else "a member is not in the extract"
    return f"{restriction.relation_id} {restriction.kind or 'unnamed'}: {reason}"


def _refuse(
    restriction: OsmRestriction,
    path: Path,
    mandatory: _Mandatory,
    around: Junctions,
) -> Iterator[tuple[Path, Hours]]:
    """Turns that may not be driven, and when."""
    if restriction.kind.startswith("no_"):
        yield path, restriction.hours
    elif restriction.kind.startswith("only_"):
        # What two signs at one approach allow the same traffic may both be driven.
        for step in range(1, len(path)):
            begun = path[:step]
            for leave in around.leaving[around.head[begun[-1]]]:
                allowed = mandatory[begun, restriction.exempt].get(leave, NEVER)
                yield (*begun, leave), restriction.hours - allowed if allowed else restriction.hours


def _find_paths(
    restriction: OsmRestriction, node_of_osm_id: Mapping[int, int], around: Junctions
) -> Iterator[Path]:
    """Every way of driving from a `from` way over the `via` to a `to` way."""
    if restriction.via_node_id is not None:
        node = node_of_osm_id.get(restriction.via_node_id)
        if node is not None:
            yield from _over_node(restriction, node, around)
        return
    via = set(restriction.via_way_ids)
    if not via:
        return
    inside = [d for d, way in enumerate(around.way_id) if way in via]
    for start in {around.tail[d] for d in inside}:
        for approach in around.entering[start]:
            if around.way_id[approach] in restriction.from_way_ids and around.way_id[approach] not in via:
                yield from _over_ways(restriction, (approach,), via, around)


def _over_node(restriction: OsmRestriction, node: int, around: Junctions) -> Iterator[Path]:
    approaches = [d for d in around.entering[node] if around.way_id[d] in restriction.from_way_ids]
    exits = [d for d in around.leaving[node] if around.way_id[d] in restriction.to_way_ids]
    for approach in approaches:
        for leave in exits:
            same_way = around.way_id[approach] == around.way_id[leave]
            # A way that runs through the junction names both its sides: which one is meant cannot be known.
            if not same_way or (leave == approach ^ 1 and restriction.kind == "no_u_turn"):
                yield approach, leave


def _over_ways(restriction: OsmRestriction, begun: Path, via: set[int], around: Junctions) -> Iterator[Path]:
    """Continues a path along the via ways until it can leave into a `to` way."""
    node = around.head[begun[-1]]
    on_via = len(begun) > 1
    exits = [
        d
        for d in around.leaving[node]
        if around.way_id[d] in restriction.to_way_ids and around.way_id[d] not in via
    ]
    if on_via and exits:
        for leave in exits:
            yield (*begun, leave)
        return
    if len(begun) > _LONGEST_VIA:
        return
    passed = {around.tail[d] for d in begun}
    for leave in around.leaving[node]:
        if around.way_id[leave] in via and around.head[leave] not in passed and leave != begun[-1] ^ 1:
            yield from _over_ways(restriction, (*begun, leave), via, around)
