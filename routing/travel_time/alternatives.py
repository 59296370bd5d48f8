"""Other ways worth considering: nearly as fast, and for the most part somewhere else. And one of them again,
from further along it or under other weights."""

from collections.abc import Sequence

import numpy as np

from gis.geometry import metres_per_degree
from routing.graph.model import RoadGraph
from routing.graph.snap import Snapped
from routing.hierarchy.metric import NO_WAY_MS
from routing.hierarchy.search import measure_from, measure_to
from routing.travel_time.profile import Arrival, FoundPath, Profile

_TRIED = 600
_ROUTED = 40
_ON_BEST = 1.005
_SLOWEST = 1.35
_MOST_SHARED = 0.65
_SAME_JUNCTION_M = 25.0
"""So far a junction may have moved on a newer map."""


def find_alternatives(
    profile: Profile, origin: Snapped, destination: Snapped, best: FoundPath, count: int
) -> list[FoundPath]:
    """Up to `count` ways over some other junction, at most 35 % slower, of which no two share two thirds.

    Candidates are ways over a junction drawn from all over the city (single-via paths of Abraham, Delling,
    Goldberg and Werneck, "Alternative routes in road networks", 2013); a fixed stride draws them, so that the
    same question has the same answer.
    """
    sources, arrivals = profile.list_sources(origin)[0], profile.list_arrivals_at(destination)
    if not sources or not arrivals or best.last_arc is None:
        return []
    nodes = profile.list_through_nodes()
    vias = nodes[:: max(1, len(nodes) // _TRIED)]
    middle = np.array(vias)
    leaving_ms = measure_from(profile.metric, [(n, c) for n, (c, _) in sources.items()], middle)
    coming_ms = measure_to(profile.metric, middle, [(a.node, a.cost_ms) for a in arrivals])
    whole = leaving_ms.astype(float) + coming_ms
    whole[np.maximum(leaving_ms, coming_ms) >= NO_WAY_MS] = np.inf
    whole[whole <= best.cost_ms * _ON_BEST] = np.inf
    order = np.argsort(whole, kind="stable")[:_ROUTED]
    kept = [best]
    for row in order.tolist():
        if len(kept) > count or whole[row] > best.cost_ms * _SLOWEST:
            break
        path = _join(profile, sources, vias[row], arrivals)
        if path is not None and _is_other(profile, path, kept):
            kept.append(path)
    return kept[1:]


def find_over(
    graph: RoadGraph, profile: Profile, origin: Snapped, destination: Snapped, junction: tuple[float, float]
) -> FoundPath | None:
    """The fastest way over a junction, given by its place (lon, lat); None where none leads there and on
    without turning back, or no junction is there.

    From anywhere on a way that was found over a junction, up to there, this finds the rest of it; from there
    on its rest is the fastest way of all.
    """
    sources, arrivals = profile.list_sources(origin)[0], profile.list_arrivals_at(destination)
    via = _find_junction(graph, profile, junction)
    if via is None or not sources or not arrivals:
        return None
    path = _join(profile, sources, via, arrivals)
    return path if path is not None and not _turns_back(profile.list_edges(path)) else None


def _find_junction(graph: RoadGraph, profile: Profile, lon_lat: tuple[float, float]) -> int | None:
    nodes = np.array(profile.list_through_nodes())
    if not len(nodes):
        return None
    aside = np.stack([graph.node_lon[nodes], graph.node_lat[nodes]], axis=1) - lon_lat
    metres = np.hypot(*(aside * metres_per_degree(lon_lat[1])).T)
    nearest = int(metres.argmin())
    return int(nodes[nearest]) if metres[nearest] <= _SAME_JUNCTION_M else None


def _join(
    profile: Profile, sources: dict[int, tuple[int, int]], via: int, arrivals: Sequence[Arrival]
) -> FoundPath | None:
    to_via = profile.search(sources, [Arrival(via, 0, -1)])
    onward = profile.search({via: (0, -1)}, arrivals)
    if to_via is None or onward is None or onward.last_arc is None:
        return None
    return FoundPath(
        to_via.cost_ms + onward.cost_ms,
        to_via.first_directed_edge,
        (*to_via.arcs, *onward.arcs),
        onward.last_arc,
        via,
    )


def _turns_back(edges: Sequence[int]) -> bool:
    return len(set(edges)) != len(edges)


def _is_other(profile: Profile, path: FoundPath, kept: Sequence[FoundPath]) -> bool:
    edges = profile.list_edges(path)
    if _turns_back(edges):
        return False  # it runs to the junction and back
    mine = profile.measure_edges(set(edges))
    shared = (profile.measure_edges(set(edges) & set(profile.list_edges(other))) for other in kept)
    return all(metres <= _MOST_SHARED * mine for metres in shared)
