"""What our routing does in the process that asks: the parts of an answer, and what nobody else does."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from bench._drawn import draw_positions
from bench._scipy import SciPyPeer, check_equal
from bench._table import Table
from routing.graph.file import load
from routing.graph.model import RoadGraph
from routing.guidance.guide import Guide
from routing.process.planner import Planner
from routing.terms.messages import PlanNeed, PlanRequest, PlanUnit, Substitute
from routing.terms.policy import NO_RULES, Candidate, Demand, get_policy
from routing.terms.ways import RouteRequest
from routing.travel_time.network import RoadNetwork
from routing.travel_time.profile import Profile
from routing.travel_time.reach import ReachFinder, Starter
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES

CLASSES = ("ambulance", "engine", "motorbike", "police_car")


def measure_own(pack: Path, name: str) -> Table:
    """Everything about a compiled pack of roads."""
    table = Table(f"Ours alone on {name}, in the process that asks")
    table.measure("graph load", lambda: load(pack), target_ms=1000)
    graph = load(pack)
    table.measure("all classes ready to answer", lambda: RoadNetwork(graph), runs=3, warm_up=0)
    network = RoadNetwork(graph)
    engine = network.get_profile("engine", hot=True).vehicle
    table.measure(
        "weights and metric of one class", lambda: Profile(graph, network.hierarchy, engine, hot=True)
    )
    measure_matrices(table, network)
    measure_positions(table, network)
    measure_reach(table, network)
    measure_planning(table, network)
    measure_changes(table, network)
    return table


def make_request(graph: RoadGraph, incidents: int, units: int) -> PlanRequest:
    """A bad day: so many incidents of all priorities, so many units of four classes."""
    fleet = [
        PlanUnit(
            unit_id=f"u{i}",
            agency_id="115",
            capabilities=["als"] if i % 3 else ["bls"],
            vehicle_class=CLASSES[i % len(CLASSES)],
            lon_lat=lon_lat,
            turnout_s=60.0 * (i % 2),
            position_age_s=5.0,
            phase="available",
        )
        for i, lon_lat in enumerate(draw_positions(graph, units, 1))
    ]
    needs = [
        PlanNeed(
            need_id=f"n{i}",
            leg_id=f"l{i}",
            agency_id="115",
            capability="als",
            count=1 + i % 2,
            minimum=1,
            priority=1 + i % 4,
            lon_lat=lon_lat,
            substitutes=[Substitute("bls", 120.0)],
            hot=i % 4 < 2,
        )
        for i, lon_lat in enumerate(draw_positions(graph, incidents, 2))
    ]
    return PlanRequest(needs[0].lon_lat or (0.0, 0.0), needs, fleet)


def move(graph: RoadGraph, request: PlanRequest, share: float, seed: int) -> PlanRequest:
    """The same question after so many of the units have moved; after all, no travel time is known."""
    moves = np.random.default_rng(seed).random(len(request.units)) < share
    places = draw_positions(graph, len(request.units), seed)
    units = [
        msgspec.structs.replace(unit, lon_lat=lon_lat) if moved else unit
        for unit, lon_lat, moved in zip(request.units, places, moves.tolist(), strict=True)
    ]
    return msgspec.structs.replace(request, units=units)


def measure_matrices(table: Table, network: RoadNetwork) -> None:
    """Travel times from positions already snapped, as they are when a unit's position has arrived; first
    those of the smaller matrices looked at beside SciPy's."""
    profile = network.get_profile("ambulance", hot=True)
    places, targets = (
        network.snap(draw_positions(network.graph, count, seed), "ambulance")
        for count, seed in ((5000, 3), (200, 4))
    )
    places, targets = places.select(places.edge >= 0), targets.select(targets.edge >= 0)
    peer = SciPyPeer(network.graph, profile)
    for count, ends, target_ms, runs in ((5000, 1, 8, 50), (100, 10, None, 50), (1000, 100, 250, 10)):
        origins, destinations = places.select(slice(0, count)), targets.select(slice(0, ends))
        name = f"travel times {count:,}×{ends}"
        if ends < 100:
            check_equal(profile, peer, origins, destinations)
        table.measure(
            name, lambda o=origins, d=destinations: profile.travel_ms(o, d), runs=runs, target_ms=target_ms
        )


def measure_planning(table: Table, network: RoadNetwork) -> None:
    """Whole plans with routes and reasons, and the solver alone."""
    planner = Planner(network)
    one, bad_day = make_request(network.graph, 1, 1000), make_request(network.graph, 100, 1000)
    table.measure("plan of 1 incident × 1,000 units, asked again", lambda: planner.plan(one), target_ms=300)
    table.measure("plan of 100 incidents × 1,000 units, asked again", lambda: planner.plan(bad_day), runs=10)
    for share in (0.1, 1.0):
        days = iter([move(network.graph, bad_day, share, seed) for seed in range(200, 220)])
        name = f"plan of 100 incidents × 1,000 units, {share:.0%} of the units have moved"
        table.measure(name, lambda d=days: planner.plan(next(d)), runs=10)
    rng = np.random.default_rng(6)
    demands = []
    for _ in range(100):
        costs = rng.integers(30, 3000, 1000)
        nearest = np.argsort(costs)[:104]
        demands.append(Demand(1, 1, 2, [Candidate(int(u), int(costs[u])) for u in nearest]))
    for method in ("min_cost_flow", "greedy"):
        policy = get_policy(method)
        table.measure(
            f"assignment 100 × 1,000, {method}", lambda p=policy: p(demands, NO_RULES), target_ms=10
        )


def measure_changes(table: Table, network: RoadNetwork) -> None:
    """New weights for one class, and closures in force in all classes hot and cold."""
    rng = np.random.default_rng(8)
    edges = network.graph.edge_count
    closing: list[tuple[str, Callable[[], list[int]]]] = [
        ("1 road", lambda: rng.integers(0, edges, 1).tolist()),
        ("50 roads", lambda: rng.integers(0, edges, 50).tolist()),
        ("5,000 roads", lambda: rng.integers(0, edges, 5000).tolist()),
    ]
    for what, draw in closing:
        ask_every_class(network)
        table.measure(
            f"closure of {what} in force, all classes",
            lambda d=draw: network.apply_closures(d()),
            runs=10,
            target_ms=200,
        )
    network.apply_closures([])


def ask_every_class(network: RoadNetwork) -> None:
    """A class that nobody asks for has its search made later; here all are wanted at once."""
    place = network.snap(draw_positions(network.graph, 1, 12), "foot")
    for name in VEHICLE_CLASSES:
        for hot in (False, True):
            network.measure_matrix(place, place, name, hot)


def measure_reach(table: Table, network: RoadNetwork) -> None:
    """Areas of one unit and of a fleet, search and drawing apart: the planner draws beside its other work."""
    finder = ReachFinder(network)
    one = [Starter(draw_positions(network.graph, 1, 31)[0], "ambulance", hot=True)]
    fleet = [
        Starter(lon_lat, CLASSES[n % len(CLASSES)], hot=True)
        for n, lon_lat in enumerate(draw_positions(network.graph, 200, 32))
    ]
    for name, starters, limits_s in (
        ("1 unit in 4, 8, 15 min", one, [240.0, 480.0, 900.0]),
        ("200 units in 8 min", fleet, [480.0]),
    ):
        table.measure(f"reach of {name}, measured", lambda s=starters: finder.measure(s), runs=5)
        seconds = finder.measure(starters)
        table.measure(
            f"reach of {name}, drawn", lambda s=seconds, t=limits_s: finder.draw_areas(s, t), runs=5
        )


def measure_positions(table: Table, network: RoadNetwork) -> None:
    """Snapping and single routes, from positions as they come."""
    graph = network.graph
    new = iter([draw_positions(graph, 5000, seed) for seed in range(100, 107)])
    table.measure("positions snapped, 5,000 never seen", lambda: network.snap(next(new), "engine"), runs=5)
    known = draw_positions(graph, 5000, 3)
    table.measure("positions snapped, 5,000 seen before", lambda: network.snap(known, "ambulance"))
    ends = draw_positions(graph, 402, 9)
    pairs = iter(zip(ends, reversed(ends), strict=True))
    told = iter(zip(draw_positions(graph, 402, 10), draw_positions(graph, 402, 11), strict=True))
    guide = Guide(network)
    table.measure(
        "one route with its line",
        lambda: network.find_route(*next(pairs), "engine", hot=True),
        runs=400,
        target_ms=5,
    )
    table.measure(
        "one route with instructions, positions never seen, p99 ≤ 5",
        lambda: guide.find_routes(RouteRequest(*next(told), "engine", hot=True, guidance=True)),
        runs=400,
        target_ms=5,
    )
