"""How fast the routing room answers on the real city, beside SciPy's Dijkstra on the same graph.

    python -m bench.routing [EXTRACT.osm.pbf | --million]

Positions lie anywhere along the roads, both sides are tried, turn restrictions hold. Without an extract the
one in HCMC_DATA is taken; --million generates a city of about a million arcs first, which takes minutes.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bench._table import Table
from gis.importers.generated import write_generated_city
from routing.graph.build import build_graph
from routing.graph.file import load, save
from routing.graph.model import RoadGraph
from routing.graph.snap import Snapped
from routing.guidance.guide import Guide
from routing.messages import LonLat, PlanNeed, PlanRequest, PlanUnit, RouteRequest, Substitute
from routing.planner import Planner
from routing.policy import NO_RULES, Candidate, Demand, get_policy
from routing.travel_time.network import RoadNetwork
from routing.travel_time.profile import Profile
from routing.travel_time.reach import ReachFinder, Starter
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from routing.travel_time.weights import IMPASSABLE_MS

DEFAULT_DATA = Path(__file__).parents[2] / "shared" / "data" / "hcmc"
MILLION_ARCS_M = 26_500.0
CLASSES = ("ambulance", "engine", "motorbike", "police_car")


class SciPyPeer:
    """The same matrices by Dijkstra backwards from each destination, as one does without a hierarchy."""

    def __init__(self, graph: RoadGraph, profile: Profile) -> None:
        self._profile = profile
        size = graph.node_count
        # Towards the destination: few destinations, many origins, so the search runs on the reversed graph.
        keys = graph.arc_head.astype(np.int64) * size + graph.arc_tail
        self._order = np.argsort(keys, kind="stable")
        unique, self._first = np.unique(keys[self._order], return_index=True)
        starts = np.searchsorted(unique // size, np.arange(size + 1))
        self._reversed = csr_array((np.empty(len(unique)), unique % size, starts), shape=(size, size))
        self.reweigh()

    def reweigh(self) -> None:
        """Takes the profile's weights. Of parallel arcs the fastest counts; the impassable lead nowhere."""
        arc_ms = self._profile.weights.arc_ms[self._order]
        times = np.where(arc_ms < IMPASSABLE_MS, arc_ms, np.inf)
        self._reversed.data[:] = np.minimum.reduceat(times, self._first)

    def travel_ms(self, origins: Snapped, destinations: Snapped) -> np.ndarray:
        """Milliseconds, shape (origins, destinations)."""
        departures = self._profile.list_departures(origins)
        answer = np.full((len(origins), len(destinations)), np.inf)
        for column in range(len(destinations)):
            edge, fraction = int(destinations.edge[column]), float(destinations.fraction[column])
            for arrival in self._profile.list_arrivals(edge, fraction):
                to_node = dijkstra(self._reversed, indices=arrival.node)
                ways = departures.cost_ms + to_node[departures.node] + arrival.cost_ms
                answer[:, column] = np.minimum(answer[:, column], ways.min(axis=0))
        return answer


def draw_positions(graph: RoadGraph, count: int, seed: int) -> list[LonLat]:
    """Positions within some 20 m of roads all over the city."""
    rng = np.random.default_rng(seed)
    points = graph.shape_lon_lat[rng.integers(0, len(graph.shape_lon_lat), count)]
    return [(lon, lat) for lon, lat in (points + rng.normal(0, 0.0002, (count, 2))).tolist()]


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
    """Travel times from positions already snapped, as they are when a unit's position has arrived."""
    profile = network.get_profile("ambulance", hot=True)
    peer = SciPyPeer(network.graph, profile)
    places = network.snap(draw_positions(network.graph, 5000, 3), "ambulance")
    places = places.select(np.flatnonzero(places.edge >= 0))
    targets = network.snap(draw_positions(network.graph, 200, 4), "ambulance")
    targets = targets.select(np.flatnonzero(targets.edge >= 0))
    for count, ends, target_ms, runs in ((5000, 1, 8, 50), (100, 10, None, 50), (1000, 100, 250, 10)):
        origins, destinations = places.select(slice(0, count)), targets.select(slice(0, ends))
        name = f"travel times {count:,}×{ends}"
        table.measure(
            name, lambda o=origins, d=destinations: profile.travel_ms(o, d), runs=runs, target_ms=target_ms
        )
        table.measure(
            f"{name}, SciPy Dijkstra",
            lambda o=origins, d=destinations: peer.travel_ms(o, d),
            runs=3,
            warm_up=1,
            peer_of=name,
        )
        ours, theirs = profile.travel_ms(origins, destinations), peer.travel_ms(origins, destinations)
        elsewhere = origins.edge[:, None] != destinations.edge[None, :]
        if not np.array_equal(ours[elsewhere], theirs[elsewhere]):
            raise SystemExit(f"{name}: not what Dijkstra finds")


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


def main() -> None:
    """Builds the graph, measures, prints."""
    data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
    with tempfile.TemporaryDirectory() as folder:
        if "--million" in sys.argv:
            pbf = write_generated_city(Path(folder), half_size_m=MILLION_ARCS_M).osm
        else:
            pbf = Path(sys.argv[1]) if len(sys.argv) > 1 else data / "hcmc_2018.osm.pbf"
        table = Table(f"Routing on {pbf.name}")
        table.measure("graph build from the extract", lambda: build_graph(pbf), runs=1, warm_up=0)
        save(build_graph(pbf), Path(folder))
        table.measure("graph load", lambda: load(Path(folder)), target_ms=1000)
        graph = load(Path(folder))
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
    size = f"{graph.node_count:,} nodes, {graph.edge_count:,} edges, {graph.arc_count:,} arcs"
    print(f"{size}, data of {graph.source_date}\n")
    table.print()


if __name__ == "__main__":
    main()
