"""What our routing does in the process that asks, and SciPy's Dijkstra on the same weights."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from bench.routing import SciPyPeer, ask_every_class, draw_positions
from routing.graph.model import RoadGraph
from routing.guidance.guide import Guide
from routing.messages import RouteRequest
from routing.travel_time.network import RoadNetwork
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES

ROUTES = 200
Action = Callable[[int], object]


def measure(action: Action, runs: int) -> str:
    """Processor and wall milliseconds in the middle of some runs, one before them not counted."""
    action(runs)
    wall, cpu = [], []
    for run in range(runs):
        begin, before = time.perf_counter(), time.process_time()
        action(run)
        cpu.append((time.process_time() - before) * 1000)
        wall.append((time.perf_counter() - begin) * 1000)
    told = f"{np.median(cpu):.1f} / {np.median(wall):.1f}"
    return f"{told}, p99 {np.percentile(cpu, 99):.1f} / {np.percentile(wall, 99):.1f}" if runs > 99 else told


def measure_library(
    graph: RoadGraph, shapes: Sequence[tuple[int, int]], closures: Sequence[int]
) -> dict[str, dict[str, str]]:
    """Two columns: ours with the civil car alone, and SciPy on its weights."""
    begin = time.perf_counter()
    network = RoadNetwork(graph, [VEHICLE_CLASSES["car"]])
    ours = {"weights and search of one class, s": f"{time.perf_counter() - begin:.2f}"}
    profile = network.get_profile("car", hot=False)
    begin = time.perf_counter()
    peer = SciPyPeer(graph, profile)
    scipy = {"weights and search of one class, s": f"{time.perf_counter() - begin:.2f}"}
    for shape in shapes:
        measure_shape(network, peer, shape, ours, scipy)
    guide = Guide(network)
    places = draw_positions(graph, 2 * ROUTES + 2, 5)
    ours["route with instructions"] = measure(
        lambda run: guide.find_routes(RouteRequest(places[run], places[-1 - run], "car", guidance=True)),
        ROUTES,
    )
    everybody = RoadNetwork(graph)
    for count in closures:
        row = f"closure of {count:,} in force"
        ours[f"{row}, one class"] = measure(close_roads(network, count), 5)
        scipy[f"{row}, one class"] = measure(lambda _: peer.reweigh(), 5)
        ask_every_class(everybody)
        ours[f"{row}, all classes"] = measure(close_roads(everybody, count), 5)
    return {"ours": ours, "SciPy": scipy}


def close_roads(network: RoadNetwork, count: int) -> Action:
    """Closes so many roads, others each time, and opens those before."""
    rng = np.random.default_rng(8)
    edges = network.graph.edge_count
    return lambda _: network.apply_closures(rng.integers(0, edges, count).tolist())


def measure_shape(
    network: RoadNetwork, peer: SciPyPeer, shape: tuple[int, int], ours: dict[str, str], scipy: dict[str, str]
) -> None:
    """A matrix from positions never seen, the finding of places in it alone, and from places known."""
    name = f"{shape[0]:,}×{shape[1]}"

    def find(run: int) -> list[object]:
        return [network.snap(p, "car") for p in drawn[run]]

    drawn = [draw_places(network.graph, shape, 50 + run) for run in range(6)]
    ours[f"{name}, places alone"] = measure(find, 5)
    drawn = [draw_places(network.graph, shape, 60 + run) for run in range(6)]
    ours[name] = measure(
        lambda run: network.measure_matrix(*(network.snap(p, "car") for p in drawn[run]), "car"), 5
    )
    starts, ends = (network.snap(p, "car") for p in drawn[0])
    ours[f"{name}, places known"] = measure(lambda _: network.measure_matrix(starts, ends, "car"), 9)
    starts, ends = starts.select(starts.edge >= 0), ends.select(ends.edge >= 0)
    scipy[f"{name}, places known"] = measure(lambda _: peer.travel_ms(starts, ends), 1)


def draw_places(graph: RoadGraph, shape: tuple[int, int], seed: int) -> list[list[tuple[float, float]]]:
    """Positions of both sides of a matrix."""
    return [draw_positions(graph, size, 2 * seed + n) for n, size in enumerate(shape)]
