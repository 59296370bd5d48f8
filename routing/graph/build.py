"""OSM extract → road graph."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import routingkit_cch

from routing.graph.geometry import haversine_all_m
from routing.graph.kinds import ROAD_CLASS_INDEX, Barrier
from routing.graph.model import FloatArray, IntArray, RoadGraph
from routing.graph.osm import OsmRoad, OsmRoads, read_osm_roads
from routing.graph.tags import RoadTags
from routing.graph.turns import TurnCopies, expand_turns


@dataclass(slots=True)
class _Parts:
    """Edges and nodes while they are being collected."""

    node_of_osm_id: dict[int, int] = field(default_factory=dict)
    node_lon: array[float] = field(default_factory=lambda: array("d"))
    node_lat: array[float] = field(default_factory=lambda: array("d"))
    edge_tail: array[int] = field(default_factory=lambda: array("i"))
    edge_head: array[int] = field(default_factory=lambda: array("i"))
    edge_tags: list[RoadTags] = field(default_factory=list)
    edge_way_id: list[int] = field(default_factory=list)
    shape_start: array[int] = field(default_factory=lambda: array("i", [0]))
    shape: array[float] = field(default_factory=lambda: array("d"))

    def get_node(self, osm_id: int, lon: float, lat: float) -> int:
        """Number of an OSM node, a new one at its first use."""
        node = self.node_of_osm_id.setdefault(osm_id, len(self.node_of_osm_id))
        if node == len(self.node_lon):
            self.node_lon.append(lon)
            self.node_lat.append(lat)
        return node


def build_graph(pbf: Path) -> RoadGraph:
    """Compiles the roads of an OSM PBF extract.

    Raises ExtractMissing, BrokenExtract and EmptyExtract.
    """
    osm = read_osm_roads(pbf)
    parts = _collect_edges(osm)
    tail = np.asarray(parts.edge_tail, dtype=np.int32)
    head = np.asarray(parts.edge_head, dtype=np.int32)
    directed_tail = np.column_stack([tail, head]).ravel()
    directed_head = np.column_stack([head, tail]).ravel()
    copies = expand_turns(
        osm.restrictions,
        parts.node_of_osm_id,
        directed_tail,
        directed_head,
        parts.edge_way_id,
        len(parts.node_lon),
    )
    return _assemble(osm, parts, directed_tail, directed_head, copies)


def _collect_edges(osm: OsmRoads) -> _Parts:
    """Cuts ways into edges at junctions, barriers and the ends of ways."""
    uses: Counter[int] = Counter()
    cuts: set[int] = set(osm.barriers)
    for road in osm.roads:
        uses.update(road.node_ids)
        cuts.update((road.node_ids[0], road.node_ids[-1]))
    cuts.update(node for node, count in uses.items() if count > 1)
    cuts.update(r.via_node_id for r in osm.restrictions if r.via_node_id is not None)
    parts = _Parts()
    for road in osm.roads:
        _cut_road(road, cuts, parts)
    return parts


def _cut_road(road: OsmRoad, cuts: set[int], parts: _Parts) -> None:
    start = 0
    last = len(road.node_ids) - 1
    for end in range(1, last + 1):
        if end != last and road.node_ids[end] not in cuts:
            continue
        if road.node_ids[start] == road.node_ids[end]:
            # A ring without junctions: two halves, since an arc from a node to itself leads nowhere.
            middle = (start + end) // 2
            if middle > start:
                _add_edge(road, start, middle, parts)
                _add_edge(road, middle, end, parts)
        else:
            _add_edge(road, start, end, parts)
        start = end


def _add_edge(road: OsmRoad, start: int, end: int, parts: _Parts) -> None:
    for point in (start, end):
        parts.get_node(road.node_ids[point], road.lons[point], road.lats[point])
    parts.edge_tail.append(parts.node_of_osm_id[road.node_ids[start]])
    parts.edge_head.append(parts.node_of_osm_id[road.node_ids[end]])
    parts.edge_tags.append(road.tags)
    parts.edge_way_id.append(road.way_id)
    for point in range(start, end + 1):
        parts.shape.extend((road.lons[point], road.lats[point]))
    parts.shape_start.append(len(parts.shape) // 2)


def _assemble(
    osm: OsmRoads, parts: _Parts, directed_tail: IntArray, directed_head: IntArray, copies: TurnCopies
) -> RoadGraph:
    base_nodes = len(parts.node_lon)
    final_head = directed_head.copy()
    final_head[copies.approach] = base_nodes + np.arange(len(copies.approach), dtype=np.int32)
    arc_directed = np.concatenate(
        [np.arange(len(directed_tail), dtype=np.int32), np.asarray(copies.directed_edge, dtype=np.int32)]
    )
    arc_tail = np.concatenate([directed_tail, np.asarray(copies.tail, dtype=np.int32)])
    arc_head = final_head[arc_directed]
    copied = np.asarray(copies.copied_node, dtype=np.int32)
    lon, lat = np.asarray(parts.node_lon), np.asarray(parts.node_lat)
    lon, lat = np.concatenate([lon, lon[copied]]), np.concatenate([lat, lat[copied]])
    osm_id = np.fromiter(parts.node_of_osm_id, dtype=np.int64, count=base_nodes)
    osm_id = np.concatenate([osm_id, osm_id[copied]])
    shape = np.asarray(parts.shape).reshape(-1, 2)
    shape_start = np.asarray(parts.shape_start, dtype=np.int32)
    tags = parts.edge_tags
    names, edge_name = _number_names(tags)
    quiet = len(directed_tail)
    return RoadGraph(
        node_lon=lon,
        node_lat=lat,
        node_osm_id=osm_id,
        node_barrier=np.array([osm.barriers.get(i, Barrier.NONE) for i in osm_id.tolist()], dtype=np.uint8),
        edge_tail=np.asarray(parts.edge_tail, dtype=np.int32),
        edge_head=np.asarray(parts.edge_head, dtype=np.int32),
        edge_length_m=_measure_edges(shape, shape_start),
        edge_road_class=np.array([ROAD_CLASS_INDEX[t.road_class] for t in tags], dtype=np.uint8),
        edge_name=edge_name,
        edge_way_id=np.array(parts.edge_way_id, dtype=np.int64),
        edge_forward_modes=np.array([t.forward_modes for t in tags], dtype=np.uint8),
        edge_backward_modes=np.array([t.backward_modes for t in tags], dtype=np.uint8),
        edge_maxspeed_kmh=np.array([t.maxspeed_kmh for t in tags], dtype=np.uint8),
        edge_width_m=np.array([t.width_m for t in tags]),
        edge_width_assumed=np.array([t.width_assumed for t in tags], dtype=np.bool_),
        edge_flags=np.array([t.flags for t in tags], dtype=np.uint8),
        edge_shape_start=shape_start,
        shape_lon_lat=shape,
        arc_tail=arc_tail,
        arc_head=arc_head,
        arc_directed_edge=arc_directed,
        arc_forbidden_turn=np.array([False] * quiet + copies.forbidden, dtype=np.bool_),
        arc_turn_exempt=np.array([0] * quiet + copies.exempt, dtype=np.uint8),
        node_order=_order_nodes(arc_tail, arc_head, lon, lat),
        names=names,
        unexpressed_restrictions=tuple(copies.unexpressed),
        source_date=osm.source_date,
    )


def _number_names(tags: list[RoadTags]) -> tuple[tuple[str, ...], IntArray]:
    """Distinct street names, and the number of each edge's among them (-1: none)."""
    names = tuple(sorted({t.name for t in tags if t.name}))
    number = {name: i for i, name in enumerate(names)}
    return names, np.array([number.get(t.name, -1) for t in tags], dtype=np.int32)


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
