"""Our routing beside OSRM, Valhalla and SciPy, like for like, in one run on one extract.

    python -m bench.routing_peers [EXTRACT.osm.pbf | --million] [--folder FOLDER]

Everybody starts from the same lon/lat anywhere along the roads, never seen before, finds the places, tries
both sides and obeys turn restrictions. The first table is of processes that are asked over a socket: theirs
over HTTP with JSON, ours over its own. The second is what our library does in the process that asks.
--million generates a city of about a million arcs; what is built stays in --folder, if one is given, for the
next run.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np

from bench._closing import PAUSE_S, WINDOW_S, Closer, keep_asking, see_closures
from bench._osrm import Osrm, start_osrm
from bench._own_router import OwnRouter
from bench._peers import PATIENCE_S, LonLat, NotAsked, Router, read_roads
from bench._routing_library import measure_library
from bench._table import describe_machine
from bench._valhalla import start_valhalla
from bench._wheels import unpack_wheels
from bench.routing import DEFAULT_DATA, MILLION_ARCS_M, draw_positions
from gis.importers.generated import write_generated_city
from routing.graph.build import build_graph
from routing.graph.file import load, save
from routing.graph.model import RoadGraph

SHAPES = ((100, 10), (5000, 1), (1000, 100))
ROUTERS = ("ours", "MLD", "CH", "Valhalla")
CLOSURES = ((1, 5), (50, 3), (5000, 1))
FIRST_PORT = 18940
ROUTES = 200
RUNS, ENOUGH_S = 5, 20.0
SLOW_S = WINDOW_S  # of processor time
LONG_S = 300.0
Cells = dict[str, str]


@dataclass
class Question:
    """What a router is asked again and again, told the number of the run."""

    name: str
    ask: Callable[[Router, int], object]
    is_left_out: bool = False
    """Not asked again while roads close: too slow, or refused."""


def list_matrices(graph: RoadGraph) -> list[Question]:
    """A matrix of each shape, between other places each time."""

    def make(shape: tuple[int, int]) -> Question:
        def ask(router: Router, run: int) -> object:
            return router.matrix(*(draw_positions(graph, size, 10 * run + n) for n, size in enumerate(shape)))

        return Question(name_shape(shape), ask)

    return [make(shape) for shape in SHAPES]


def list_parts(graph: RoadGraph) -> list[Question]:
    """Of the large matrices what is not search, as far as a router lets one ask for that alone."""

    def make(shape: tuple[int, int]) -> Iterator[Question]:
        origins, ends = (draw_positions(graph, size, 1000 + n) for n, size in enumerate(shape))
        yield Question(f"{name_shape(shape)}, places alone", lambda router, _: router.places(origins, ends))
        yield Question(
            f"{name_shape(shape)}, flatbuffers for JSON",
            lambda router, _: router.matrix_in_binary(origins, ends),
        )

    return [question for shape in SHAPES[1:] for question in make(shape)]


def name_shape(shape: tuple[int, int]) -> str:
    """The row of a matrix."""
    return f"{shape[0]:,}×{shape[1]}"


def measure(question: Question, router: Router) -> str:
    """Processor and wall milliseconds in the middle of some runs, or why there are none. Raises TimeoutError
    where the router is still busy with it."""
    wall, cpu = [], []
    started = time.perf_counter()
    for run in range(RUNS):
        before, begin = router.cpu_ms(), time.perf_counter()
        try:
            question.ask(router, run)
        except NotAsked:
            return ""
        except TimeoutError:
            raise
        except OSError as error:
            question.is_left_out = True
            return f"refused ({error})"
        wall.append((time.perf_counter() - begin) * 1000)
        cpu.append(router.cpu_ms() - before)
        if time.perf_counter() - started > ENOUGH_S:
            break
    question.is_left_out = statistics.median(cpu) / 1000 > SLOW_S
    return f"{tell_ms(statistics.median(cpu))} / {tell_ms(statistics.median(wall))}"


def tell_ms(value: float) -> str:
    """Milliseconds with as many digits as mean something."""
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"


def measure_routes(router: Router, pairs: Iterator[tuple[LonLat, LonLat]]) -> str:
    """Many routes: processor milliseconds of one, and how long one waits."""
    wall: list[float] = []
    before = router.cpu_ms()
    for _ in range(ROUTES):
        begin = time.perf_counter()
        try:
            router.route(*next(pairs))
        except OSError:
            continue  # no way between these places
        wall.append((time.perf_counter() - begin) * 1000)
    used = (router.cpu_ms() - before) / len(wall)
    p50, p99 = np.percentile(wall, [50, 99])
    return f"{used:.1f} / p50 {p50:.1f}, p99 {p99:.1f}"


def measure_router(start: Callable[[], Router], graph: RoadGraph, pbf: Path) -> tuple[str, Cells]:
    """A column of the first table and whose it is; the router is ended with it."""
    router = start()
    cells = Told(router.name)
    cells["build, s"] = f"{router.build[0]:.1f} / {router.build[1]:.1f}"
    cells["load: start to first answer, s"] = f"{router.load_s:.2f}"
    pairs = draw_pairs(graph, 5)
    cells["route with instructions"] = measure_routes(router, pairs)
    matrices = list_matrices(graph)
    for question in [*matrices, *list_parts(graph)]:
        try:
            cells[question.name] = measure(question, router)
        except TimeoutError:
            cells[question.name], question.is_left_out = f"none in {PATIENCE_S:.0f} s", True
            router.stop()
            router = start()
    cells["memory, MB"] = f"{router.memory_mb():,.0f}"
    if isinstance(router, OwnRouter):
        cells["memory, MB"] = f"{router.memory_of_one_half:,.0f} (first half), {cells['memory, MB']} (both)"
    measure_closures(router, graph, pbf, cells)
    measure_meanwhile(router, matrices, pairs, pbf, cells)
    return router.name, cells


class Told(Cells):
    """Cells that are told as they are measured."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __setitem__(self, what: str, cell: str) -> None:
        super().__setitem__(what, cell)
        print(f"{self._name}, {what}: {cell} (load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)


def draw_pairs(graph: RoadGraph, seed: int) -> Iterator[tuple[LonLat, LonLat]]:
    """Two places anywhere, again and again others."""
    places = draw_positions(graph, 4000, seed)
    return cycle(zip(places[::2], places[1::2], strict=True))


def measure_closures(router: Router, graph: RoadGraph, pbf: Path, cells: Cells) -> None:
    """From the closure of so many roads to the first answer that shows it."""
    counts = CLOSURES
    if isinstance(router, Osrm) and router.algorithm == "CH":
        # Everything is contracted anew, however many roads are closed.
        counts = ((50, 1),) if router.build[1] < LONG_S else ()
        for count, _ in CLOSURES:
            cells[name_closure(count)] = "as of 50" if counts else "as the preparation"
    roads = iter(read_roads(pbf, 30_000, 6))
    pairs = draw_pairs(graph, 7)
    for count, runs in counts:
        seen = see_closures(router, pairs, roads, count, runs)
        cpu = statistics.median(effect.cpu_ms for effect in seen) if seen else 0.0
        wall = statistics.median(effect.wall_ms for effect in seen) if seen else 0.0
        told = f"{tell_ms(cpu)} / {tell_ms(wall)}" if seen else "not seen"
        cells[name_closure(count)] = f"{told} ({len(seen)} of {runs})"


def name_closure(count: int) -> str:
    """The row of so many closures at once."""
    return f"closure of {count:,} to the answer that shows it"


def measure_meanwhile(
    router: Router,
    matrices: list[Question],
    pairs: Iterator[tuple[LonLat, LonLat]],
    pbf: Path,
    cells: Cells,
) -> None:
    """What answers wait while roads close, two a second; and ends the router."""
    closer = Closer(router, read_roads(pbf, 1000, 8))
    route = Question("route with instructions", lambda asked, _: asked.route(*next(pairs)))
    for question in [route, *matrices]:
        name = f"{question.name} while {1 / PAUSE_S:.0f} closures a second come"
        if question.is_left_out:
            cells[name] = "not asked"
            continue
        waited = keep_asking(lambda run, q=question: q.ask(router, run))
        p50, p99, longest = (tell_ms(value) for value in np.percentile(waited, [50, 99, 100]))
        cells[name] = f"p50 {p50}, p99 {p99}, longest {longest} ({len(waited)})"
    closer.stop()
    cells["of these closures"] = closer.tell()


def print_table(columns: dict[str, Cells]) -> None:
    """A table of cells, in the order in which rows are first met."""
    print("| what | " + " | ".join(columns) + " |")
    print("|---|" + "---:|" * len(columns))
    for what in dict.fromkeys(row for cells in columns.values() for row in cells):
        print(f"| {what} | " + " | ".join(cells.get(what, "") for cells in columns.values()) + " |")


def run(pbf: Path, folder: Path, port: int, only: Sequence[str]) -> None:
    """Builds everybody on the extract, measures, prints."""
    used, waited = time.process_time(), time.perf_counter()
    save(build_graph(pbf), folder)
    build = time.process_time() - used, time.perf_counter() - waited
    graph = load(folder)
    watched = next(draw_pairs(graph, 5))
    unpacked = unpack_wheels(folder)
    starts: dict[str, Callable[[], Router]] = {
        "ours": lambda: OwnRouter(folder, folder / "planner.sock", build, watched),
        "MLD": lambda: start_osrm(unpacked, pbf, folder, "MLD", port + 1, watched),
        "CH": lambda: start_osrm(unpacked, pbf, folder, "CH", port + 500, watched),
        "Valhalla": lambda: start_valhalla(unpacked, pbf, folder, port, watched),
    }
    columns: dict[str, Cells] = {}
    size = f"{graph.node_count:,} nodes, {graph.edge_count:,} edges, {graph.arc_count:,} arcs"
    print(f"## Routers on {pbf.name}: {size}\n\n{describe_machine()}\n", flush=True)
    for start in (starts[wanted] for wanted in only):
        name, cells = measure_router(start, graph, pbf)
        columns[name] = cells
    print(
        "\nAsked over a socket: processor / wall milliseconds, medians of up to "
        f"{RUNS} runs, {ROUTES} routes, {WINDOW_S:.0f} s a question while roads close\n"
    )
    print_table(columns)
    print("\nIn the process that asks: processor / wall milliseconds\n")
    print_table(measure_library(graph, SHAPES, tuple(count for count, _ in CLOSURES)))


def main() -> None:
    """Finds the extract or generates one."""
    parser = argparse.ArgumentParser(prog="bench.routing_peers")
    data = Path(os.environ.get("HCMC_DATA") or DEFAULT_DATA)
    parser.add_argument("extract", nargs="?", type=Path, default=data / "hcmc_2018.osm.pbf")
    parser.add_argument("--million", action="store_true", help="a generated city of a million arcs")
    parser.add_argument("--folder", type=Path, help="where to build, and to find what was built before")
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, help="the first of some thousand that are free"
    )
    parser.add_argument(
        "--only", nargs="+", choices=ROUTERS, default=ROUTERS, help="these alone, in this order"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder: Path = options.folder or Path(scratch)
        pbf: Path = options.extract
        if options.million:
            pbf = folder / "generated.osm.pbf"
            if not pbf.exists():
                write_generated_city(folder, half_size_m=MILLION_ARCS_M)
        run(pbf, folder, options.port, options.only)


if __name__ == "__main__":
    main()
