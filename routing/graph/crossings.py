"""What delays a vehicle at the end of a directed edge: signals, bigger roads, tolls, waiting for a ferry."""

import numpy as np

from routing.graph.edges import EdgeParts
from routing.graph.kinds import Crossing, RoadClass
from routing.graph.model import ByteArray, IntArray
from routing.graph.osm import OsmRoads

# Who has right of way over whom: a road gives way to those of a higher rank.
RANKS: dict[RoadClass, int] = {
    **dict.fromkeys(RoadClass, 1),
    RoadClass.MOTORWAY: 7,
    RoadClass.MOTORWAY_LINK: 6,
    RoadClass.TRUNK: 6,
    RoadClass.TRUNK_LINK: 5,
    RoadClass.PRIMARY: 5,
    RoadClass.PRIMARY_LINK: 4,
    RoadClass.SECONDARY: 4,
    RoadClass.SECONDARY_LINK: 3,
    RoadClass.TERTIARY: 3,
    RoadClass.TERTIARY_LINK: 2,
    RoadClass.UNCLASSIFIED: 2,
    RoadClass.RESIDENTIAL: 2,
    RoadClass.FOOTWAY: 0,
    RoadClass.STEPS: 0,
    RoadClass.PATH: 0,
    RoadClass.PEDESTRIAN: 0,
    RoadClass.FERRY: 0,
}
_STREET = 1
_COLLECTOR = 3


def find_crossings(osm: OsmRoads, parts: EdgeParts, tail: IntArray, head: IntArray) -> ByteArray:
    """`Crossing` of every directed edge; tail, head: nodes of directed edges."""
    node_count = len(parts.node_lon)
    rank = np.repeat(np.array([RANKS[t.road_class] for t in parts.edge_tags]), 2)
    legs_by_rank = np.zeros((node_count, max(RANKS.values()) + 2), dtype=int)
    np.add.at(legs_by_rank, (head, rank), 1)
    # Legs of at least this rank.
    at_least = legs_by_rank[:, ::-1].cumsum(axis=1)[:, ::-1]
    legs = at_least[:, _STREET]
    signals = np.zeros((node_count, 2), dtype=np.bool_)
    for osm_id, direction in osm.signals.items():
        node = parts.node_of_osm_id.get(osm_id)
        if node is not None:
            signals[node] = direction != "backward", direction != "forward"
    # A signal for one direction stands before its junction, where nothing but its own street passes.
    signals[legs > 2] |= signals[legs > 2].any(axis=1, keepdims=True)
    against = np.arange(len(head)) & 1
    has_signal = signals[head, against]
    crossing = np.zeros(len(head), dtype=np.uint8)
    crossing[has_signal] |= np.uint8(Crossing.SIGNAL)
    higher = at_least[head, np.maximum(rank + 1, _COLLECTOR)] > 0
    gives_way = (legs[head] > 2) & higher
    crossing[gives_way & ~has_signal] |= np.uint8(Crossing.GIVE_WAY)
    # A main road passes side streets without slowing; where its equals cross, somebody has to.
    equals = (rank >= _STREET) & (at_least[head, rank] > 2)
    crossing[equals & ~gives_way & ~has_signal] |= np.uint8(Crossing.JUNCTION)
    larger = at_least[tail, np.maximum(rank + 1, _COLLECTOR)] > 0
    crossing[(legs[tail] > 2) & larger & (rank >= _STREET)] |= np.uint8(Crossing.TURN_OFF)
    toll = np.zeros(node_count, dtype=np.bool_)
    toll[[parts.node_of_osm_id[i] for i in osm.tolls if i in parts.node_of_osm_id]] = True
    crossing[toll[head]] |= np.uint8(Crossing.TOLL)
    ferry = np.repeat(np.array([t.road_class is RoadClass.FERRY for t in parts.edge_tags], dtype=np.bool_), 2)
    on_land = np.zeros(node_count, dtype=np.bool_)
    on_land[head[~ferry]] = True
    crossing[ferry & on_land[tail]] |= np.uint8(Crossing.BOARDING)
    return crossing
