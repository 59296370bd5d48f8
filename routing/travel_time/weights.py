"""How long each arc takes: vehicle class × hot or cold × closures, in whole milliseconds."""

from dataclasses import dataclass

import numpy as np

from routing.graph.kinds import ROAD_CLASSES, EdgeFlag, Mode
from routing.graph.model import BoolArray, FloatArray, LongArray, RoadGraph
from routing.travel_time.vehicle_classes import CIVIL_CAR, WALK_KMH, HotPrivileges, VehicleClass

IMPASSABLE_MS = 2_147_483_647  # RoutingKit's infinite weight, 2³¹ - 1


@dataclass(frozen=True, slots=True)
class Weights:
    """Milliseconds of one profile.

    run_ms by directed edge: driving along it, whatever bars its far end. turn_ms by arc: the price of the
    turn into it. arc_ms by arc: both, impassable when a barrier on the arc's far end cannot be passed.
    leave_ms by directed edge: along it and out at its far end, for who starts on it. A closed edge is
    impassable as an arc; who starts or ends on it gets along it at walking pace.
    """

    run_ms: LongArray
    turn_ms: LongArray
    arc_ms: LongArray
    leave_ms: LongArray


def weigh(graph: RoadGraph, vehicle: VehicleClass, hot: bool) -> Weights:
    """Weights of a class, all roads open; hot asks for its privileges, which a class without any ignores."""
    privileges = vehicle.hot if hot else None
    run_s = _run_seconds(graph, vehicle, privileges)
    if privileges is not None:
        # A siren never makes a vehicle slower than the civil cars around it.
        fits = _fits(graph, vehicle)
        run_s = np.where(fits, np.minimum(run_s, _run_seconds(graph, CIVIL_CAR, None)), run_s)
    run_ms = _to_ms(run_s)
    turn_ms = _to_ms(_turn_seconds(graph, vehicle, privileges))
    arc_ms = np.minimum(run_ms[graph.arc_directed_edge] + turn_ms, IMPASSABLE_MS)
    barred = (graph.node_barrier[graph.arc_head] & ~np.uint8(vehicle.passes)) != 0
    arc_ms[barred] = IMPASSABLE_MS
    return Weights(run_ms=run_ms, turn_ms=turn_ms, arc_ms=arc_ms, leave_ms=arc_ms[: len(run_ms)])


def close_edges(weights: Weights, graph: RoadGraph, closed_edges: LongArray) -> Weights:
    """The same weights with some edges closed to everybody who is only passing."""
    directed = np.concatenate([2 * closed_edges, 2 * closed_edges + 1])
    walk_ms = _to_ms(np.tile(graph.edge_length_m[closed_edges], 2) * 3.6 / WALK_KMH)
    run_ms, leave_ms, arc_ms = weights.run_ms.copy(), weights.leave_ms.copy(), weights.arc_ms.copy()
    passable = leave_ms[directed] < IMPASSABLE_MS
    run_ms[directed] = walk_ms
    leave_ms[directed[passable]] = walk_ms[passable]
    closed = np.zeros(len(run_ms), dtype=np.bool_)
    closed[directed] = True
    arc_ms[closed[graph.arc_directed_edge]] = IMPASSABLE_MS
    return Weights(run_ms=run_ms, turn_ms=weights.turn_ms, arc_ms=arc_ms, leave_ms=leave_ms)


def _run_seconds(graph: RoadGraph, vehicle: VehicleClass, privileges: HotPrivileges | None) -> FloatArray:
    """Seconds along every directed edge, infinite where the class may not or cannot drive."""
    factor = vehicle.speed_factor * (privileges.speed_factor if privileges else 1.0)
    table = np.array([vehicle.speeds_kmh[road_class] for road_class in ROAD_CLASSES]) * factor
    speed_kmh = table[graph.edge_road_class]
    if privileges is None:
        limit = np.where(graph.edge_maxspeed_kmh > 0, graph.edge_maxspeed_kmh, np.inf)
        speed_kmh = np.minimum(speed_kmh, limit)
    seconds = graph.edge_length_m * 3.6 / speed_kmh
    seconds = np.where(graph.edge_flags & EdgeFlag.PRIVATE, seconds * vehicle.private_factor, seconds)
    seconds[~_fits(graph, vehicle)[::2]] = np.inf
    both_ways = np.repeat(seconds, 2)
    directed_modes = np.column_stack([graph.edge_forward_modes, graph.edge_backward_modes]).ravel()
    admitted = (directed_modes & np.uint8(vehicle.modes)) != 0
    against = np.inf if privileges is None else privileges.contraflow_factor
    admitted_somehow = np.repeat(admitted.reshape(-1, 2).any(axis=1), 2)
    factors = np.where(admitted, 1.0, np.where(admitted_somehow, against, np.inf))
    result: FloatArray = both_ways * factors
    return result


def _fits(graph: RoadGraph, vehicle: VehicleClass) -> BoolArray:
    fits: BoolArray = np.repeat(graph.edge_width_m >= vehicle.min_width_m, 2)
    return fits


def _turn_seconds(graph: RoadGraph, vehicle: VehicleClass, privileges: HotPrivileges | None) -> FloatArray:
    """Seconds added by the turn in front of every arc: infinite where it is forbidden to this class."""
    if vehicle.modes == Mode.FOOT:
        return np.zeros(graph.arc_count)  # turn restrictions speak to wheels
    refused = graph.arc_forbidden_turn & ((graph.arc_turn_exempt & np.uint8(vehicle.modes)) == 0)
    price = np.inf if privileges is None else privileges.turn_price_s
    seconds: FloatArray = np.where(refused, price, 0.0)
    return seconds


def _to_ms(seconds: FloatArray) -> LongArray:
    """Whole milliseconds, rounded up so that no stretch of road costs nothing."""
    ms = np.full(seconds.shape, IMPASSABLE_MS, dtype=np.int64)
    finite = np.isfinite(seconds)
    ms[finite] = np.ceil(seconds[finite] * 1000).astype(np.int64)
    return ms
