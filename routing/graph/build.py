"""OSM extract → road graph."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import routingkit_cch

from routing.graph.crossings import find_crossings
from routing.graph.edges import EdgeParts, collect_edges
from routing.graph.geometry import LocalPlane, haversine_all_m
from routing.graph.hourly import list_by_edge, tabulate
from routing.graph.junctions import Junctions, gather_junctions, measure_bearings
from routing.graph.kinds import ROAD_CLASS_INDEX, Barrier, Mode, RoadClass
from routing.graph.model import FloatArray, HourlyRules, IntArray, OtherNames, RoadGraph
from routing.graph.osm import OsmRoads, read_osm_roads
from routing.graph.restrictions import list_refused_turns
from routing.graph.tags import BarrierTags, RoadTags
from routing.graph.timed_tags import TimedBarrier
from routing.graph.turn_prices import list_back_turns, list_tight_turns
from routing.graph.turns import TurnCopies, TurnRule, expand_turns

_FREE_NODE = TimedBarrier(BarrierTags(Barrier.NONE))
_DRIVEN = Mode.MOTORCAR | Mode.EMERGENCY


def build_graph(pbf: Path) -> RoadGraph:
    """Compiles the roads of an OSM PBF extract.

    Raises ExtractMissing, BrokenExtract and EmptyExtract.
    """
    osm = read_osm_roads(pbf)
    parts = collect_edges(osm)
    lon_lat = np.column_stack([np.asarray(parts.node_lon), np.asarray(parts.node_lat)])
    shape = np.asarray(parts.shape).reshape(-1, 2)
    shape_start = np.asarray(parts.shape_start, dtype=np.int32)
    tail = np.asarray(parts.edge_tail, dtype=np.int32)
    head = np.asarray(parts.edge_head, dtype=np.int32)
    base = _Base(
        lon_lat=lon_lat,
        tail=np.column_stack([tail, head]).ravel(),
        head=np.column_stack([head, tail]).ravel(),
        length_m=_measure_edges(shape, shape_start),
        shape=shape,
        shape_start=shape_start,
    )
    _share_run_s(parts, base.length_m)
    around = gather_junctions(base.tail, base.head, parts.edge_way_id)
    refused, unexpressed = list_refused_turns(osm.restrictions, parts.node_of_osm_id, around)
    rules = refused + _list_priced_turns(parts.edge_tags, base, around, refused)
    copies = expand_turns(rules, around.head, around.leaving, len(lon_lat))
    return _assemble(osm, parts, base, copies, unexpressed)


@dataclass(frozen=True, slots=True)
class _Base:
    """Nodes, directed edges and edges before any junction is copied."""

    lon_lat: FloatArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    shape: FloatArray
    shape_start: IntArray


def _list_priced_turns(
    tags: list[RoadTags], base: _Base, around: Junctions, refused: list[TurnRule]
) -> list[TurnRule]:
    both_ways = [bool(t.forward_modes & t.backward_modes & _DRIVEN) for t in tags]
    drivable = [bool((t.forward_modes | t.backward_modes) & _DRIVEN) for t in tags]
    width_m = np.array([t.width_m for t in tags])
    plane = LocalPlane(*base.lon_lat.mean(axis=0).tolist()).to_plane(base.shape)
    bearings = measure_bearings(plane, base.shape_start)
    backs = list_back_turns(refused, around, base.length_m, both_ways)
    return backs + list_tight_turns(around, bearings, width_m, drivable)


def _assemble(
    osm: OsmRoads, parts: EdgeParts, base: _Base, copies: TurnCopies, unexpressed: list[str]
) -> RoadGraph:
    tags = parts.edge_tags
    quiet, copied = len(base.tail), np.asarray(copies.copied_node, dtype=np.int32)
    arc_tail = np.concatenate([base.tail, np.asarray(copies.tail, dtype=np.int32)])
    arc_head = np.concatenate([base.head, np.asarray(copies.head, dtype=np.int32)])
    arc_head[list(copies.ending)] = list(copies.ending.values())
    lon_lat = np.concatenate([base.lon_lat, base.lon_lat[copied]])
    lon, lat = np.ascontiguousarray(lon_lat.T)
    osm_id = np.array([*parts.node_of_osm_id], dtype=np.int64)[[*range(len(base.lon_lat)), *copied]]
    barriers = [osm.barriers.get(i, _FREE_NODE) for i in osm_id.tolist()]
    names, edge_name, other_names = _number_names(tags)
    return RoadGraph(
        node_lon=lon,
        node_lat=lat,
        node_osm_id=osm_id,
        node_barrier=np.array([barrier.plain.kind for barrier in barriers], dtype=np.uint8),
        node_modes=np.array([barrier.plain.modes for barrier in barriers], dtype=np.uint8),
        edge_tail=np.asarray(parts.edge_tail, dtype=np.int32),
        edge_head=np.asarray(parts.edge_head, dtype=np.int32),
        edge_length_m=base.length_m,
        edge_road_class=np.array([ROAD_CLASS_INDEX[t.road_class] for t in tags], dtype=np.uint8),
        edge_name=edge_name,
        edge_way_id=np.array(parts.edge_way_id, dtype=np.int64),
        edge_width_m=np.array([t.width_m for t in tags]),
        edge_width_assumed=np.array([t.width_assumed for t in tags], dtype=np.bool_),
        edge_max_height_m=np.array([t.max_height_m for t in tags]),
        edge_max_weight_t=np.array([t.max_weight_t for t in tags]),
        **list_by_edge(tags),
        edge_shape_start=base.shape_start,
        shape_lon_lat=base.shape,
        directed_crossing=find_crossings(osm, parts, base.tail, base.head),
        arc_tail=arc_tail,
        arc_head=arc_head,
        arc_directed_edge=np.concatenate([np.arange(quiet), copies.directed_edge]).astype(np.int32),
        arc_turn=np.array([0] * quiet + copies.turn, dtype=np.uint8),
        arc_turn_exempt=np.array([0] * quiet + copies.exempt, dtype=np.uint8),
        arc_turn_room_m=np.array([np.inf] * quiet + copies.room_m),
        by_hour=_tabulate_hours(parts, copies, quiet, barriers),
        other_names=other_names,
        node_order=_order_nodes(arc_tail, arc_head, lon, lat),
        names=names,
        unexpressed_restrictions=tuple(unexpressed),
        timed_rules=tuple(sorted(set(osm.timed_rules))),
        unread_rules=tuple(sorted(set(osm.unread_rules))),
        source_date=osm.source_date,
    )


def _tabulate_hours(
    parts: EdgeParts, copies: TurnCopies, quiet: int, barriers: list[TimedBarrier]
) -> HourlyRules:
    refusals = {quiet + arc: told for arc, told in copies.refusals.items()}
    return tabulate(parts.edge_states, refusals, [barrier.states for barrier in barriers])


def _share_run_s(parts: EdgeParts, length_m: FloatArray) -> None:
    """Shares the timetable's seconds of a ferry's way among its edges by their length, at all hours."""
    of_way: dict[int, float] = {}
    for way_id, metres in zip(parts.edge_way_id, length_m.tolist(), strict=True):
        of_way[way_id] = of_way.get(way_id, 0.0) + metres
    for edge, tags in enumerate(parts.edge_tags):
        if tags.road_class is RoadClass.FERRY:
            share = float(length_m[edge]) / of_way[parts.edge_way_id[edge]]
            parts.edge_tags[edge] = replace(tags, run_s=tags.run_s * share)
            states = parts.edge_states.get(edge, ())
            parts.edge_states[edge] = tuple((hours, replace(t, run_s=t.run_s * share)) for hours, t in states)


def _number_names(tags: list[RoadTags]) -> tuple[tuple[str, ...], IntArray, OtherNames]:
    """Distinct names, the number of each edge's among them (-1: none), and what else edges are called."""
    told = {name for t in tags for name in (t.name, *(other for _, other in t.others)) if name}
    names = tuple(sorted(told))
    number = {name: i for i, name in enumerate(names)}
    rows = [(edge, kind, number[name]) for edge, t in enumerate(tags) for kind, name in t.others]
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    others = OtherNames(edge=table[:, 0], kind=table[:, 1].astype(np.uint8), name=table[:, 2])
    return names, np.array([number.get(t.name, -1) for t in tags], dtype=np.int32), others


def _measure_edges(shape: FloatArray, shape_start: IntArray) -> FloatArray:
    """Length of every edge in metres, never zero so that no position divides by it."""
    steps = np.zeros(len(shape))
    steps[1:] = haversine_all_m(shape[:-1], shape[1:])
    steps[shape_start[:-1]] = 0.0
    lengths: FloatArray = np.maximum(np.add.reduceat(steps, shape_start[:-1]), 0.01)
    return lengths


def _order_nodes(tail: IntArray, head: IntArray, lon: FloatArray, lat: FloatArray) -> IntArray:
    """Nested dissection order for the contraction hierarchy: the slow part, so it is compiled in."""
    order = routingkit_cch.compute_order_inertial(
        len(lon), tail.tolist(), head.tolist(), lat.tolist(), lon.tolist()
    )
    return np.asarray(order, dtype=np.int32)
