"""Our routing beside OSRM, Valhalla and SciPy, like for like: one run, the extract and a million arcs.

    python -m bench.routing [--city extract|million] [--folder FOLDER] [--only NAME ...] [--without-peers]

Everybody is asked the same: from lon/lat anywhere along the roads, never seen before, finding the places,
trying both sides and obeying turn restrictions; then again while roads close, two a second. Ours, OSRM and
Valhalla are processes asked over a socket, theirs over HTTP with JSON; SciPy's Dijkstra runs in the process
that asks, on our graph, with our weights and our finding of places. A table of ours alone follows: the parts
of an answer, plans, reach. What is built stays in --folder, if one is given, for the next run: the hierarchy
of OSRM's CH on a million arcs takes long.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench._city import DEFAULT_DATA
from bench._closing import WINDOW_S
from bench._column import City, measure_column
from bench._compared import OURS, Cell, Column, print_compared
from bench._osrm import start_osrm
from bench._own_router import OwnRouter
from bench._own_routing import measure_own
from bench._peers import Router
from bench._scipy import SciPyRouter
from bench._table import describe_machine
from bench._valhalla import start_valhalla
from bench._wheels import unpack_wheels
from gis.importers.generated import write_generated_city
from routing.graph.build import build_graph
from routing.graph.file import load, save
from routing.travel_time.network import RoadNetwork
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES

MILLION_ARCS_M = 26_500.0
CITIES = ("extract", "million")
PEERS = ("OSRM CH", "OSRM MLD", "Valhalla")
ROUTERS = (OURS, "SciPy", *PEERS)
FIRST_PORT = 18940


def measure_city(pbf: Path, folder: Path, unpacked: Path | None, port: int, only: Sequence[str]) -> None:
    """Builds everybody on an extract, measures, prints the table of all and then that of ours alone."""
    used, waited = time.process_time(), time.perf_counter()
    save(build_graph(pbf), folder)
    build = time.process_time() - used, time.perf_counter() - waited
    graph = load(folder)
    network = RoadNetwork(graph, [VEHICLE_CLASSES["car"]])
    city = City(graph, network.get_usable_edges("car"), pbf)
    watched = next(city.draw_pairs(5))
    starts: dict[str, Callable[[], Router]] = {
        OURS: lambda: OwnRouter(folder, folder / "planner.sock", build, watched),
        "SciPy": lambda: SciPyRouter(network),
    }
    if unpacked is not None:
        starts |= {
            "OSRM CH": lambda: start_osrm(unpacked, pbf, folder, "CH", port + 500, watched),
            "OSRM MLD": lambda: start_osrm(unpacked, pbf, folder, "MLD", port + 1, watched),
            "Valhalla": lambda: start_valhalla(unpacked, pbf, folder, port, watched),
        }
    size = f"{graph.node_count:,} nodes, {graph.edge_count:,} edges, {graph.arc_count:,} arcs"
    print(f"## Routers on {pbf.name}: {size}\n\n{describe_machine()}", flush=True)
    columns = [
        measure_column(starts[name], city, name) if name in starts else explain_missing(name) for name in only
    ]
    print(
        "\nProcessor / waited milliseconds unless something else is said, medians; p99 is of the wait; "
        f"{WINDOW_S:.0f} s a question while roads close\n"
    )
    print_compared(columns)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end\n", flush=True)


def explain_missing(name: str) -> Column:
    """The column of a router whose programs could not be had."""
    column = Column(name)
    column["build, s"] = Cell("its programs could not be downloaded")
    return column


def find_city(city: str, extract: Path, folder: Path) -> tuple[Path, Path]:
    """The extract of a city, generated if need be, and the folder where everything is built of it."""
    home = folder / ("generated" if city == "million" else extract.name.split(".")[0])
    home.mkdir(parents=True, exist_ok=True)
    if city != "million":
        return extract, home
    pbf = home / "generated.osm.pbf"
    if not pbf.exists():
        write_generated_city(home, half_size_m=MILLION_ARCS_M)
    return pbf, home


def download_peers(folder: Path, only: Sequence[str]) -> Path | None:
    """Where the other routers' programs are; nothing if they are not wanted or cannot be had."""
    if not set(only) & set(PEERS):
        return None
    try:
        return unpack_wheels(folder)
    except subprocess.CalledProcessError as error:
        print(f"other routers cannot be had: {error}", file=sys.stderr)
        return None


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.routing")
    data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
    parser.add_argument("extract", nargs="?", type=Path, default=data / "hcmc_2018.osm.pbf")
    parser.add_argument(
        "--city",
        choices=CITIES,
        nargs="+",
        default=CITIES,
        help="that extract, a generated city of a million arcs",
    )
    parser.add_argument("--folder", type=Path, help="where to build, and to find what was built before")
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, help="the first of some thousand that are free"
    )
    parser.add_argument(
        "--only", nargs="+", choices=ROUTERS, default=ROUTERS, help="these alone, in this order"
    )
    parser.add_argument("--without-peers", action="store_true", help="ours and SciPy alone: the quick one")
    parser.add_argument("--without-parts", action="store_true", help="without the table of ours alone")
    options = parser.parse_args()
    if options.without_peers:
        options.only = [name for name in options.only if name not in PEERS]
    return options


def main() -> None:
    """Measures each city."""
    options = read_options()
    with tempfile.TemporaryDirectory() as scratch:
        folder: Path = (options.folder or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        unpacked = download_peers(folder, options.only)
        for city in options.city:
            pbf, home = find_city(city, options.extract, folder)
            measure_city(pbf, home, unpacked, options.port, options.only)
            if not options.without_parts:
                measure_own(home, pbf.name).print()


if __name__ == "__main__":
    main()
