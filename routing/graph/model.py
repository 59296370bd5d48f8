"""The road graph: plain arrays, one row per node, edge and arc.

An *edge* is a stretch of street between two junctions. A *directed edge* `2 * edge + direction` is that
stretch driven one way (0 along the drawn geometry, 1 against it). *Arcs* are what the search walks on: arc
`i` for `i < 2 * edge_count` is directed edge `i`; the few arcs after them repeat a directed edge behind one
approach to a junction whose turns differ in price, so that the approach can be refused the turn.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]
LongArray = npt.NDArray[np.int64]
ByteArray = npt.NDArray[np.uint8]
BoolArray = npt.NDArray[np.bool_]
AnyArray = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class HourlyRules:
    """What of a city's roads changes with the hour of the week; hours are numbered.

    span: rows of hours, first and last + 1 minute of the local week (0 = Monday 00:00) in which they hold.
    turn_*: every refusal, timed or not, of the arcs that have a timed one: arc, the modes it does not
    concern, hours. edge_*, node_*: what an edge or a node is at which hours in place of what `RoadGraph`
    says, one at a time.
    """

    span: IntArray
    turn_arc: IntArray
    turn_exempt: ByteArray
    turn_hours: IntArray
    edge: IntArray
    edge_hours: IntArray
    edge_forward_modes: ByteArray
    edge_backward_modes: ByteArray
    edge_forward_maxspeed_kmh: ByteArray
    edge_backward_maxspeed_kmh: ByteArray
    edge_flags: ByteArray
    edge_run_s: FloatArray
    edge_wait_s: FloatArray
    node: IntArray
    node_hours: IntArray
    node_barrier: ByteArray
    node_modes: ByteArray


@dataclass(frozen=True, slots=True)
class OtherNames:
    """What streets are called beside their names: rows of edge (ascending), `other_names.NameKind`, and the
    number of the name. Few streets have any."""

    edge: IntArray
    kind: ByteArray
    name: IntArray


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """A city's roads. Lengths in metres, positions WGS84 (lon, lat), speeds km/h (0 = not mapped).

    Heights in metres and weights in tonnes are infinite where no sign limits them; edge_run_s is how long a
    timetable says a ferry takes, NaN elsewhere; edge_wait_s is how long it is waited for on average, half of
    the time between two boats, 0 elsewhere. directed_crossing has a `Crossing` for every directed edge.
    node_modes are those whom signs let pass the barrier there.
    By arc: arc_turn (`Turn`), arc_turn_exempt (the modes its refusal does not concern) and arc_turn_room_m,
    how wide both streets of a sharp turn are together.

    Where no hour is told, turns with hours are refused and streets with hours are as their plain tags say;
    `hourly.at_hours` gives the graph of an hour. timed_rules are all rules with hours in words, unread_rules
    those of them that are not understood.
    """

    node_lon: FloatArray
    node_lat: FloatArray
    node_osm_id: LongArray
    node_barrier: ByteArray
    node_modes: ByteArray

    edge_tail: IntArray
    edge_head: IntArray
    edge_length_m: FloatArray
    edge_road_class: ByteArray
    edge_name: IntArray
    edge_way_id: LongArray
    edge_forward_modes: ByteArray
    edge_backward_modes: ByteArray
    edge_forward_maxspeed_kmh: ByteArray
    edge_backward_maxspeed_kmh: ByteArray
    edge_width_m: FloatArray
    edge_width_assumed: BoolArray
    edge_max_height_m: FloatArray
    edge_max_weight_t: FloatArray
    edge_run_s: FloatArray
    edge_wait_s: FloatArray
    edge_flags: ByteArray
    edge_shape_start: IntArray
    shape_lon_lat: FloatArray
    directed_crossing: ByteArray

    arc_tail: IntArray
    arc_head: IntArray
    arc_directed_edge: IntArray
    arc_turn: ByteArray
    arc_turn_exempt: ByteArray
    arc_turn_room_m: FloatArray

    by_hour: HourlyRules
    other_names: OtherNames
    node_order: IntArray
    names: tuple[str, ...]
    unexpressed_restrictions: tuple[str, ...]
    timed_rules: tuple[str, ...]
    unread_rules: tuple[str, ...]
    source_date: str

    @property
    def node_count(self) -> int:
        """Nodes of the search graph, the copies of restricted junctions included."""
        return len(self.node_lon)

    @property
    def edge_count(self) -> int:
        """Stretches of street."""
        return len(self.edge_tail)

    @property
    def arc_count(self) -> int:
        """Arcs of the search graph, the repeated ones included."""
        return len(self.arc_tail)

    def get_edge_shape(self, edge: int) -> FloatArray:
        """Positions along one edge in drawn direction, shape (n, 2)."""
        return self.shape_lon_lat[self.edge_shape_start[edge] : self.edge_shape_start[edge + 1]]

    def get_edge_name(self, edge: int) -> str:
        """Street name of one edge, empty when it has none."""
        name = int(self.edge_name[edge])
        return self.names[name] if name >= 0 else ""

    def list_other_names(self, edge: int) -> list[tuple[int, str]]:
        """What else one edge is called: (`other_names.NameKind`, name)."""
        table = self.other_names
        rows = range(*np.searchsorted(table.edge, [edge, edge + 1]).tolist())
        return [(int(table.kind[row]), self.names[table.name[row]]) for row in rows]
