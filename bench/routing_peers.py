"""Our routing beside OSRM, Valhalla and SciPy, like for like, in one run on one extract.

    python -m bench.routing_peers [EXTRACT.osm.pbf]

Everybody starts from the same lon/lat anywhere along the roads, finds the place on the road, tries both sides
and obeys turn restrictions. The figures are processor milliseconds of the router's own process: for the peers
that includes their HTTP and JSON, for ours the finding of positions never seen before.
"""

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench._peers import Peer, start_osrm, start_valhalla, unpack_wheels
from bench._table import describe_machine
from bench.routing import DEFAULT_DATA, SciPyPeer, draw_positions
from routing.graph.build import build_graph
from routing.graph.model import RoadGraph
from routing.guidance.guide import Guide
from routing.messages import RouteRequest
from routing.travel_time.conditions import make_free_conditions
from routing.travel_time.network import RoadNetwork
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES

SHAPES = ((5000, 1), (100, 10), (1000, 100))
FIRST_PORT = 18940
ROUTES = 100
HOURS = 9


def measure(action: Callable[[int], object], runs: int, cpu_ms: Callable[[], float]) -> float:
    """Median processor milliseconds of an action, told the number of its run."""
    times = []
    for run in range(runs):
        before = cpu_ms()
        action(run)
        times.append(cpu_ms() - before)
    return statistics.median(times)


def measure_ours(network: RoadNetwork, graph_build_s: float) -> dict[str, float]:
    """Our figures; the second time for each shape with positions found when they arrived."""
    graph, guide = network.graph, Guide(network)
    peer = SciPyPeer(graph, network.get_profile("car", hot=False))
    profile = network.get_profile("car", hot=False)
    figures = {"build": graph_build_s * 1000}

    def own_ms() -> float:
        return time.process_time() * 1000

    for origins, ends in SHAPES:
        name = f"{origins:,}×{ends}"

        def ask(run: int, count: tuple[int, int] = (origins, ends)) -> object:
            places = [draw_positions(graph, size, 10 * run + n) for n, size in enumerate(count)]
            starts, stops = (network.snap(place, "car") for place in places)
            return network.measure_matrix(starts, stops, "car")

        figures[name] = measure(ask, 5, own_ms)
        starts = network.snap(draw_positions(graph, origins, 77), "car")
        stops = network.snap(draw_positions(graph, ends, 78), "car")
        figures[f"{name}, positions known"] = measure(
            lambda _, a=starts, b=stops: network.measure_matrix(a, b, "car"), 9, own_ms
        )
        rows = starts.select(starts.edge >= 0), stops.select(stops.edge >= 0)
        figures[f"{name}, SciPy"] = measure(lambda _, r=rows: peer.travel_ms(*r), 1, own_ms)
        profile.travel_ms(*rows)
    places = draw_positions(graph, 2 * ROUTES, 5)
    figures["route with instructions"] = measure(
        lambda run: guide.find_routes(RouteRequest(places[run], places[-1 - run], "car", guidance=True)),
        ROUTES,
        own_ms,
    )
    figures["memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["all weights of all classes"] = measure_weights(graph, own_ms)
    return figures


def measure_weights(graph: RoadGraph, own_ms: Callable[[], float]) -> float:
    """Every class hot and cold weighed anew by the hour, which nearly every street's time follows."""
    network = RoadNetwork(graph)
    wanted = [(name, hot, HOURS + 2) for name in VEHICLE_CLASSES for hot in (False, True)]
    network.keep_ready(wanted)

    def weigh(run: int) -> None:
        hour = replace(make_free_conditions(graph), hour=6.0 + run)
        for _ in network.reweigh_at_rest(hour):
            pass

    weigh(HOURS)  # makes what is only made anew from then on
    return measure(weigh, HOURS, own_ms)


def measure_peer(peer: Peer, network: RoadNetwork) -> dict[str, float]:
    """A peer's figures; a shape it refuses or does not finish is left out."""
    graph, figures = network.graph, {"build": peer.build_s * 1000}
    places = draw_positions(graph, 2 * ROUTES, 5)
    figures["route with instructions"] = measure_many(
        lambda run: peer.route(places[run], places[-1 - run]), ROUTES, peer.cpu_ms
    )
    for origins, ends in SHAPES:
        starts, stops = draw_positions(graph, origins, 0), draw_positions(graph, ends, 1)
        try:
            figures[f"{origins:,}×{ends}"] = measure(
                lambda _, a=starts, b=stops: peer.matrix(a, b), 1, peer.cpu_ms
            )
        except OSError as error:
            print(f"{peer.name}: {origins:,}×{ends}: {error}", file=sys.stderr)
    figures["memory MB"] = peer.memory_mb()
    return figures


def measure_many(action: Callable[[int], object], runs: int, cpu_ms: Callable[[], float]) -> float:
    """Mean processor milliseconds: the system counts a process's time in hundredths of seconds only."""
    before, failed = cpu_ms(), 0
    for run in range(runs):
        try:
            action(run)
        except OSError:
            failed += 1  # no way between these places
    return (cpu_ms() - before) / max(1, runs - failed)


def main() -> None:
    """Builds everybody on the extract, measures, prints."""
    data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
    pbf = Path(sys.argv[1]) if len(sys.argv) > 1 else data / "hcmc_2018.osm.pbf"
    before = time.process_time()
    graph = build_graph(pbf)
    build_s = time.process_time() - before
    network = RoadNetwork(graph, [VEHICLE_CLASSES["car"]])
    table = {"ours": measure_ours(network, build_s)}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        unpacked = unpack_wheels(folder)
        for number, start in enumerate(
            (
                lambda port: start_osrm(unpacked, pbf, folder, port, "MLD"),
                lambda port: start_osrm(unpacked, pbf, folder, port, "CH"),
                lambda port: start_valhalla(unpacked, pbf, folder, port),
            )
        ):
            peer = start(FIRST_PORT + number)
            try:
                table[peer.name] = measure_peer(peer, network)
            finally:
                peer.process.terminate()
                peer.process.wait()
    print(f"## Routers on {pbf.name}, processor milliseconds\n\n{describe_machine()}\n")
    print("| what | " + " | ".join(table) + " |")
    print("|---|" + "---:|" * len(table))
    for what in table["ours"]:
        cells = (f"{figures[what]:,.1f}" if what in figures else "" for figures in table.values())
        print(f"| {what} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
