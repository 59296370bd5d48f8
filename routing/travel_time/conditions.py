"""What holds on the roads now: closures, slowdowns, water and the hour; and what that does to weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from routing.graph.kinds import ROAD_CLASSES, RoadClass
from routing.graph.model import BoolArray, FloatArray, LongArray, RoadGraph
from routing.travel_time.vehicle_classes import WALK_KMH, VehicleClass
from routing.travel_time.weights import IMPASSABLE_MS, Weights, repeat_by_arc, sum_arcs, to_ms

# A car stops in so much water, and its speed before that falls by Pregnolato, Ford, Wilkinson and Dawson,
# "The impact of flooding on road transport: A depth-disruption function", 2017: km/h over millimetres.
_CAR_STOPS_MM = 300.0
_DEPTH_SPEED = (0.0009, -0.5529, 86.9448)

# How much longer a civil car takes by hour of the local day on streets that carry traffic. An assumption
# after the city's two rush hours; speeds learned from one's own vehicles shall replace it.
RUSH_FACTORS = (
    1.0, 1.0, 1.0, 1.0, 1.0, 1.05, 1.35, 1.7, 1.6, 1.35, 1.3, 1.3,
    1.25, 1.25, 1.3, 1.35, 1.55, 1.85, 1.75, 1.4, 1.25, 1.15, 1.05, 1.0,
)  # fmt: skip
_QUIET_CLASSES = frozenset(
    {
        RoadClass.ALLEY, RoadClass.PATH, RoadClass.FOOTWAY, RoadClass.STEPS, RoadClass.PEDESTRIAN,
        RoadClass.TRACK, RoadClass.FERRY,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conditions:
    """By directed edge: closed, and the factor by which driving takes longer; by edge: metres of water.

    hour is the hour of the local day (0 to 24, fractions count), None for free roads. learned: by class and
    directed edge, how much longer than on a free road one's own vehicles took lately, NaN where nobody knows;
    it stands in place of the hour's usual traffic.
    """

    closed: BoolArray
    slow_factor: FloatArray
    water_m: FloatArray
    hour: float | None = None
    learned: Mapping[str, FloatArray] = field(default_factory=dict)


def make_free_conditions(graph: RoadGraph) -> Conditions:
    """Nothing closed, slow or wet."""
    directed = 2 * graph.edge_count
    return Conditions(np.zeros(directed, dtype=np.bool_), np.ones(directed), np.zeros(graph.edge_count))


@dataclass(frozen=True, slots=True)
class Stretches:
    """Directed edges, and the arcs that lead along them."""

    directed: LongArray
    arcs: LongArray


def list_stretches(graph: RoadGraph, directed: LongArray) -> Stretches:
    """These directed edges with their arcs."""
    first = 2 * graph.edge_count
    repeats = np.flatnonzero(np.isin(graph.arc_directed_edge[first:], directed))
    return Stretches(directed, np.concatenate([directed, first + repeats]))


def find_changed(graph: RoadGraph, before: Conditions, now: Conditions) -> Stretches | None:
    """Where other conditions hold than before; None for nearly everywhere, as when the hour has changed."""
    if before.hour != now.hour or before.learned.keys() != now.learned.keys():
        return None
    other = (before.closed != now.closed) | (before.slow_factor != now.slow_factor)
    other |= np.repeat(before.water_m != now.water_m, 2)
    for name, factors in now.learned.items():
        known = before.learned[name]
        other |= (factors != known) & ~(np.isnan(factors) & np.isnan(known))
    return list_stretches(graph, np.flatnonzero(other))


def put_in_force(free: Weights, graph: RoadGraph, vehicle: VehicleClass, now: Conditions) -> Weights:
    """Weights of a class under conditions.

    A closed edge, or one under more water than the class fords, is impassable to who only passes; who starts
    or ends on it gets along it at walking pace.
    """
    run_ms, blocked = _run_ms(free, graph, vehicle, now, np.arange(len(free.run_ms)))
    arc_ms = sum_arcs(graph, run_ms, free.end_ms, free.turn_ms)
    arc_ms[repeat_by_arc(graph, blocked)] = IMPASSABLE_MS
    return Weights(run_ms, free.end_ms, free.turn_ms, arc_ms)


def change_in_force(
    old: Weights, free: Weights, graph: RoadGraph, vehicle: VehicleClass, now: Conditions, where: Stretches
) -> Weights:
    """What `put_in_force` would give, from weights of the same free ones under conditions that differ there
    alone."""
    run_ms, arc_ms = old.run_ms.copy(), old.arc_ms.copy()
    run_ms[where.directed], stopped = _run_ms(free, graph, vehicle, now, where.directed)
    blocked = np.zeros(len(run_ms), dtype=np.bool_)
    blocked[where.directed] = stopped
    along = graph.arc_directed_edge[where.arcs]
    whole_ms = np.minimum(run_ms[along] + free.end_ms[along] + free.turn_ms[where.arcs], IMPASSABLE_MS)
    arc_ms[where.arcs] = np.where(blocked[along], IMPASSABLE_MS, whole_ms)
    return Weights(run_ms, free.end_ms, free.turn_ms, arc_ms)


def _run_ms(
    free: Weights, graph: RoadGraph, vehicle: VehicleClass, now: Conditions, directed: LongArray
) -> tuple[LongArray, BoolArray]:
    """Milliseconds along some directed edges, and whether they are impassable to who only passes."""
    run_ms, factor = free.run_ms[directed], now.slow_factor[directed]
    if now.hour is not None:
        usual = _rush_factors(graph, vehicle, now.hour, directed)
        learned = now.learned.get(vehicle.name)
        known = None if learned is None else learned[directed]
        factor = factor * (usual if known is None else np.where(np.isnan(known), usual, known))
    slowed = np.flatnonzero((factor != 1.0) & (run_ms < IMPASSABLE_MS))
    run_ms[slowed] = to_ms(run_ms[slowed] * factor[slowed] / 1000)
    blocked = now.closed[directed]
    depth_m = now.water_m[directed >> 1]
    wet = np.flatnonzero(depth_m > 0)
    if len(wet):
        wading_ms = _wading_ms(graph, directed[wet], depth_m[wet], vehicle.ford_m)
        open_to_it = run_ms[wet] < IMPASSABLE_MS
        run_ms[wet] = np.where(open_to_it, np.maximum(run_ms[wet], wading_ms), run_ms[wet])
        blocked[wet] |= depth_m[wet] > vehicle.ford_m
    stopped = np.flatnonzero(blocked)
    run_ms[stopped] = to_ms(graph.edge_length_m[directed[stopped] >> 1] * 3.6 / WALK_KMH)
    return run_ms, blocked


def _wading_ms(graph: RoadGraph, directed: LongArray, depth_m: FloatArray, ford_m: float) -> LongArray:
    """Milliseconds at the speed that water of this depth leaves, scaled to what the class fords."""
    mm = np.minimum(depth_m / ford_m, 1.0) * _CAR_STOPS_MM
    speed_kmh = np.maximum(np.polyval(_DEPTH_SPEED, mm), 2.0)
    return to_ms(graph.edge_length_m[directed >> 1] * 3.6 / speed_kmh)


def _rush_factors(graph: RoadGraph, vehicle: VehicleClass, hour: float, directed: LongArray) -> FloatArray:
    before = int(hour) % 24
    share = hour - int(hour)
    civil = RUSH_FACTORS[before] * (1 - share) + RUSH_FACTORS[(before + 1) % 24] * share
    table = np.array([1.0 if road_class in _QUIET_CLASSES else civil for road_class in ROAD_CLASSES])
    factors: FloatArray = 1 + (table[graph.edge_road_class[directed >> 1]] - 1) * vehicle.rush_share
    return factors
