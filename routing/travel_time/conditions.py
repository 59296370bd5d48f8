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


def put_in_force(free: Weights, graph: RoadGraph, vehicle: VehicleClass, now: Conditions) -> Weights:
    """Weights of a class under conditions.

    A closed edge, or one under more water than the class fords, is impassable to who only passes; who starts
    or ends on it gets along it at walking pace.
    """
    run_ms = free.run_ms
    factor = now.slow_factor
    if now.hour is not None:
        usual = _rush_factors(graph, vehicle, now.hour)
        learned = now.learned.get(vehicle.name)
        factor = factor * (usual if learned is None else np.where(np.isnan(learned), usual, learned))
    slowed = np.flatnonzero((factor != 1.0) & (run_ms < IMPASSABLE_MS))
    run_ms = run_ms.copy()
    run_ms[slowed] = to_ms(run_ms[slowed] * factor[slowed] / 1000)
    wet = np.flatnonzero(now.water_m > 0)
    blocked = now.closed.copy()
    if len(wet):
        directed = np.concatenate([2 * wet, 2 * wet + 1])
        depth_m = np.tile(now.water_m[wet], 2)
        open_to_it = run_ms[directed] < IMPASSABLE_MS
        wading_ms = _wading_ms(graph, directed, depth_m, vehicle.ford_m)
        run_ms[directed] = np.where(open_to_it, np.maximum(run_ms[directed], wading_ms), run_ms[directed])
        blocked[directed] |= depth_m > vehicle.ford_m
    stopped = np.flatnonzero(blocked)
    run_ms[stopped] = to_ms(graph.edge_length_m[stopped >> 1] * 3.6 / WALK_KMH)
    arc_ms = sum_arcs(graph, run_ms, free.end_ms, free.turn_ms)
    arc_ms[repeat_by_arc(graph, blocked)] = IMPASSABLE_MS
    return Weights(run_ms, free.end_ms, free.turn_ms, arc_ms)


def _wading_ms(graph: RoadGraph, directed: LongArray, depth_m: FloatArray, ford_m: float) -> LongArray:
    """Milliseconds at the speed that water of this depth leaves, scaled to what the class fords."""
    mm = np.minimum(depth_m / ford_m, 1.0) * _CAR_STOPS_MM
    speed_kmh = np.maximum(np.polyval(_DEPTH_SPEED, mm), 2.0)
    return to_ms(graph.edge_length_m[directed >> 1] * 3.6 / speed_kmh)


def _rush_factors(graph: RoadGraph, vehicle: VehicleClass, hour: float) -> FloatArray:
    before = int(hour) % 24
    share = hour - int(hour)
    civil = RUSH_FACTORS[before] * (1 - share) + RUSH_FACTORS[(before + 1) % 24] * share
    table = np.array([1.0 if road_class in _QUIET_CLASSES else civil for road_class in ROAD_CLASSES])
    factors: FloatArray = 1 + (np.repeat(table[graph.edge_road_class], 2) - 1) * vehicle.rush_share
    return factors
