"""OSM ways → edges between junctions."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field

from routing.graph.hours import Hours
from routing.graph.osm import OsmRoad, OsmRoads
from routing.graph.tags import RoadTags


@dataclass(slots=True)
class EdgeParts:
    """Edges and nodes while they are being collected."""

    node_of_osm_id: dict[int, int] = field(default_factory=dict)
    node_lon: array[float] = field(default_factory=lambda: array("d"))
    node_lat: array[float] = field(default_factory=lambda: array("d"))
    edge_tail: array[int] = field(default_factory=lambda: array("i"))
    edge_head: array[int] = field(default_factory=lambda: array("i"))
    edge_tags: list[RoadTags] = field(default_factory=list)
    edge_states: dict[int, tuple[tuple[Hours, RoadTags], ...]] = field(default_factory=dict)
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


def collect_edges(osm: OsmRoads) -> EdgeParts:
    """Cuts ways into edges at junctions, barriers and the ends of ways."""
    uses: Counter[int] = Counter()
    cuts: set[int] = {*osm.barriers, *osm.signals, *osm.tolls}
    for road in osm.roads:
        uses.update(road.node_ids)
        cuts.update((road.node_ids[0], road.node_ids[-1]))
    cuts.update(node for node, count in uses.items() if count > 1)
    cuts.update(r.via_node_id for r in osm.restrictions if r.via_node_id is not None)
    parts = EdgeParts()
    for road in osm.roads:
        _cut_road(road, cuts, parts)
    return parts


def _cut_road(road: OsmRoad, cuts: set[int], parts: EdgeParts) -> None:
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


def _add_edge(road: OsmRoad, start: int, end: int, parts: EdgeParts) -> None:
    for point in (start, end):
        parts.get_node(road.node_ids[point], road.lons[point], road.lats[point])
    parts.edge_tail.append(parts.node_of_osm_id[road.node_ids[start]])
    parts.edge_head.append(parts.node_of_osm_id[road.node_ids[end]])
    if road.states:
        parts.edge_states[len(parts.edge_tags)] = road.states
    parts.edge_tags.append(road.tags)
    parts.edge_way_id.append(road.way_id)
    for point in range(start, end + 1):
        parts.shape.extend((road.lons[point], road.lats[point]))
    parts.shape_start.append(len(parts.shape) // 2)
