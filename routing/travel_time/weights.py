"""How long each arc takes on free roads: vehicle class, hot or cold, in whole milliseconds."""

from dataclasses import dataclass

import numpy as np

from routing.graph.kinds import ROAD_CLASSES, Barrier, Crossing, EdgeFlag, Mode, RoadClass, Turn
from routing.graph.model import AnyArray, BoolArray, FloatArray, LongArray, RoadGraph
from routing.travel_time.vehicle_classes import CIVIL_CAR, HotPrivileges, VehicleClass

IMPASSABLE_MS = 2_147_483_647  # RoutingKit's infinite weight, 2³¹ - 1


@dataclass(frozen=True, slots=True)
class Weights:
    """Milliseconds of one profile.

    run_ms by directed edge: driving along it, the wait for a ferry included. end_ms by directed edge: the
    delay at its far end, impassable when a barrier bars it. turn_ms by arc: the price of the turn into it.
    arc_ms by arc: all three, and impassable where an edge is closed, while who starts or ends on that edge
    still has its run_ms.
    """

    run_ms: LongArray
    end_ms: LongArray
    turn_ms: LongArray
    arc_ms: LongArray


@dataclass(frozen=True, slots=True)
class _Seconds:
    """The parts of an arc's time, infinite where the class may not or cannot drive."""

    run: FloatArray
    end: FloatArray
    turn: FloatArray


@dataclass(frozen=True, slots=True)
class Fit:
    """What crews found out, by edge: where a class does not fit after all, and where it does."""

    refused: BoolArray
    proven: BoolArray


def weigh(graph: RoadGraph, vehicle: VehicleClass, hot: bool, fit: Fit | None = None) -> Weights:
    """Weights of a class, all roads open; hot asks for its privileges, which a class without any ignores."""
    privileges = vehicle.hot if hot else None
    seconds = _measure(graph, vehicle, privileges, fit)
    if privileges is not None:
        # A siren never makes a vehicle slower than the civil cars around it.
        car = _measure(graph, CIVIL_CAR, None, None)
        fits, turns = find_fitting(graph, vehicle, fit), _find_possible_turns(graph, vehicle)
        seconds = _Seconds(
            run=np.where(fits, np.minimum(seconds.run, car.run), seconds.run),
            end=np.minimum(seconds.end, car.end),
            turn=np.where(turns, np.minimum(seconds.turn, car.turn), seconds.turn),
        )
    run_ms, end_ms, turn_ms = to_ms(seconds.run), to_ms(seconds.end), to_ms(seconds.turn)
    return Weights(run_ms, end_ms, turn_ms, sum_arcs(graph, run_ms, end_ms, turn_ms))


def sum_arcs(graph: RoadGraph, run_ms: LongArray, end_ms: LongArray, turn_ms: LongArray) -> LongArray:
    """Milliseconds by arc, impassable when any part is."""
    arc_ms: LongArray = repeat_by_arc(graph, run_ms + end_ms)
    arc_ms += turn_ms
    return np.minimum(arc_ms, IMPASSABLE_MS, out=arc_ms)


def repeat_by_arc(graph: RoadGraph, by_directed_edge: AnyArray) -> AnyArray:
    """By arc what is given by directed edge, in an array of its own: all but the few arcs that repeat a
    directed edge are in order."""
    repeats = graph.arc_directed_edge[len(by_directed_edge) :]
    return np.concatenate([by_directed_edge, by_directed_edge[repeats]])


def find_fitting(graph: RoadGraph, vehicle: VehicleClass, fit: Fit | None = None) -> BoolArray:
    """Directed edges wide, high and strong enough for a vehicle, as far as the map and its crews know."""
    wide = graph.edge_width_m >= vehicle.min_width_m
    if fit is not None:
        wide = (wide | fit.proven) & ~fit.refused
    fits = (
        wide & (graph.edge_max_height_m >= vehicle.height_m) & (graph.edge_max_weight_t >= vehicle.weight_t)
    )
    both_ways: BoolArray = np.repeat(fits, 2)
    return both_ways


def list_waits_s(graph: RoadGraph) -> FloatArray:
    """Seconds that a ferry is waited for on average, by directed edge: where it is boarded, 0 elsewhere."""
    boards = (graph.directed_crossing & Crossing.BOARDING) != 0
    waits_s: FloatArray = np.where(boards, np.repeat(graph.edge_wait_s, 2), 0.0)
    return waits_s


def to_ms(seconds: FloatArray) -> LongArray:
    """Whole milliseconds, rounded up so that no stretch of road costs nothing."""
    ms = np.full(seconds.shape, IMPASSABLE_MS, dtype=np.int64)
    finite = np.isfinite(seconds)
    ms[finite] = np.minimum(np.ceil(seconds[finite] * 1000), IMPASSABLE_MS).astype(np.int64)
    return ms


def _measure(
    graph: RoadGraph, vehicle: VehicleClass, privileges: HotPrivileges | None, fit: Fit | None
) -> _Seconds:
    return _Seconds(
        run=_run_seconds(graph, vehicle, privileges, fit),
        end=_end_seconds(graph, vehicle, privileges),
        turn=_turn_seconds(graph, vehicle, privileges),
    )


def _run_seconds(
    graph: RoadGraph, vehicle: VehicleClass, privileges: HotPrivileges | None, fit: Fit | None
) -> FloatArray:
    """Seconds along every directed edge, infinite where the class may not or cannot drive."""
    seconds = _drive_seconds(graph, vehicle, privileges)
    seconds[~find_fitting(graph, vehicle, fit)] = np.inf
    modes = vehicle.modes | (privileges.modes if privileges else Mode.NONE)
    directed_modes = np.column_stack([graph.edge_forward_modes, graph.edge_backward_modes]).ravel()
    admitted = (directed_modes & np.uint8(modes)) != 0
    against = np.inf if privileges is None else privileges.contraflow_factor
    admitted_somehow = np.repeat(admitted.reshape(-1, 2).any(axis=1), 2)
    factors = np.where(admitted, 1.0, np.where(admitted_somehow, against, np.inf))
    result: FloatArray = seconds * factors
    return result + list_waits_s(graph)


def _drive_seconds(graph: RoadGraph, vehicle: VehicleClass, privileges: HotPrivileges | None) -> FloatArray:
    """Seconds along every directed edge that one may drive at the class's speed."""
    table = np.array([vehicle.speeds_kmh[road_class] for road_class in ROAD_CLASSES], dtype=float)
    factor = vehicle.speed_factor * (privileges.speed_factor if privileges else 1.0)
    table *= factor
    limit_kmh = np.column_stack([graph.edge_forward_maxspeed_kmh, graph.edge_backward_maxspeed_kmh]).ravel()
    posted = limit_kmh > 0
    # A high limit stands where a street is built for it: there one drives faster than on others of its rank.
    flowing_kmh = limit_kmh * vehicle.posted_share * factor
    usual_kmh = np.repeat(table[graph.edge_road_class], 2)
    speed_kmh = np.maximum(usual_kmh, np.where(posted, flowing_kmh, 0.0))
    if privileges is None:
        speed_kmh = np.minimum(speed_kmh, np.where(posted, limit_kmh, np.inf))
    # No siren makes the boat faster.
    flags, run_s = np.repeat(graph.edge_flags, 2), np.repeat(graph.edge_run_s, 2)
    speed_kmh[(flags & EdgeFlag.FERRY) != 0] = vehicle.speeds_kmh[RoadClass.FERRY]
    seconds = np.repeat(graph.edge_length_m, 2) * 3.6 / speed_kmh
    seconds = np.where(np.isfinite(run_s), run_s, seconds)
    private = (flags & EdgeFlag.PRIVATE) != 0
    shared_out: FloatArray = np.where(private, seconds * vehicle.private_factor, seconds)
    return shared_out


def _end_seconds(graph: RoadGraph, vehicle: VehicleClass, privileges: HotPrivileges | None) -> FloatArray:
    """Seconds of delay at the far end of every directed edge, infinite where a barrier bars it."""
    delays = vehicle.delays
    crossing = graph.directed_crossing
    head = graph.arc_head[: len(crossing)]
    barrier = graph.node_barrier[head]
    seconds = np.zeros(len(crossing))
    for kind, delay_s in (
        (Crossing.SIGNAL, delays.signal_s),
        (Crossing.GIVE_WAY, delays.give_way_s),
        (Crossing.JUNCTION, delays.junction_s),
        (Crossing.TOLL, delays.toll_s),
    ):
        seconds[(crossing & kind) != 0] += delay_s
    seconds[(barrier & Barrier.GATE) != 0] += delays.gate_s
    if privileges is not None:
        seconds *= privileges.delay_factor
    seconds[(barrier & ~np.uint8(vehicle.passes)) != 0] = np.inf
    seconds[(graph.node_modes[head] & np.uint8(vehicle.modes)) == 0] = np.inf
    return seconds


def _turn_seconds(graph: RoadGraph, vehicle: VehicleClass, privileges: HotPrivileges | None) -> FloatArray:
    """Seconds added by the turn in front of every arc: infinite where it is forbidden to this class."""
    seconds = np.zeros(graph.arc_count)
    if vehicle.modes == Mode.FOOT:
        return seconds  # turn restrictions speak to wheels
    refused = (graph.arc_turn & Turn.REFUSED) != 0
    refused &= (graph.arc_turn_exempt & np.uint8(vehicle.modes)) == 0
    seconds[(graph.arc_turn & Turn.BACK) != 0] = vehicle.delays.back_s
    turns_off = (graph.directed_crossing & Crossing.TURN_OFF) != 0
    delay_factor = 1.0 if privileges is None else privileges.delay_factor
    seconds[turns_off[graph.arc_directed_edge]] += vehicle.delays.turn_off_s * delay_factor
    seconds[refused] += np.inf if privileges is None else privileges.turn_price_s
    seconds[~_find_possible_turns(graph, vehicle)] = np.inf
    return seconds


def _find_possible_turns(graph: RoadGraph, vehicle: VehicleClass) -> BoolArray:
    possible: BoolArray = graph.arc_turn_room_m >= vehicle.turning_width_m
    return possible
