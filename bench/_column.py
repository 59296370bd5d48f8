"""One router's column: the same questions for everybody, at rest and while roads close."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench._closing import PAUSE_S, Closer, keep_asking, see_closures
from bench._compared import Cell, Column
from bench._drawn import draw_pairs, draw_positions, read_roads
from bench._own_router import OwnRouter
from bench._peers import PATIENCE_S, LonLat, NotAsked, Road, Router
from bench._scipy import SciPyRouter
from routing.graph.model import BoolArray, RoadGraph

SHAPES = ((100, 10), (5000, 1), (1000, 100))
# Closed at once, and how often; what takes everything anew is asked for the first alone.
CLOSURES = ((50, 3), (1, 5), (5000, 1))
ROUTES, RUNS, TRIES = 200, 20, 3
ENOUGH_S = 6.0
SLOW_S = 10.0
LONG_S = 240.0
TIMES = "{} / {}"

Places = tuple[list[LonLat], list[LonLat]]


@dataclass(frozen=True)
class City:
    """What everybody is asked about: the same places, drawn along roads that cars may use, and the same roads
    to close."""

    graph: RoadGraph
    usable: BoolArray
    pbf: Path
    roads: list[Road] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.roads.extend(read_roads(self.pbf, 30_000, 6))

    def draw_shape(self, shape: tuple[int, int], run: int) -> Places:
        """Both sides of a matrix, others in each run."""
        origins, ends = (
            draw_positions(self.graph, size, 10 * run + n, self.usable) for n, size in enumerate(shape)
        )
        return origins, ends

    def draw_pairs(self, seed: int) -> Iterator[tuple[LonLat, LonLat]]:
        """Two places anywhere, again and again others."""
        return draw_pairs(self.graph, seed, self.usable)


@dataclass
class Question:
    """What a router is asked again and again, of the places of each run."""

    name: str
    draw: Callable[[int], Places]
    ask: Callable[[Router, Places], object]
    runs: int = RUNS
    is_first_counted: bool = True
    is_asked_meanwhile: bool = False
    part_of: "Question | None" = None
    why_not_asked: str = ""
    """Why it is not asked again, in part or while roads close: too slow, or refused."""


def list_questions(city: City) -> Iterator[Question]:
    """All that is asked at rest, some of it while roads close too."""
    pairs = city.draw_pairs(5)

    def draw_pair(_: int) -> Places:
        origin, destination = next(pairs)
        return [origin], [destination]

    yield Question("route with instructions", draw_pair, _ask_route, ROUTES, is_asked_meanwhile=True)
    for shape in SHAPES:
        name = f"{shape[0]:,}×{shape[1]}"

        def draw(run: int, shape: tuple[int, int] = shape) -> Places:
            return city.draw_shape(shape, run)

        def draw_same(_: int, shape: tuple[int, int] = shape) -> Places:
            return city.draw_shape(shape, RUNS)

        whole = Question(name, draw, lambda r, p: r.matrix(*p), is_asked_meanwhile=True)
        yield whole
        yield Question(
            f"{name}, the same places again",
            draw_same,
            lambda r, p: r.matrix_again(*p),
            is_first_counted=False,
            part_of=whole,
        )
        yield Question(f"{name}, all but the searches", draw_same, lambda r, p: r.places(*p), part_of=whole)


def _ask_route(router: Router, places: Places) -> object:
    (origin,), (destination,) = places
    return router.route(origin, destination)


def measure_question(question: Question, router: Router) -> Cell:
    """Processor and wall milliseconds in the middle of some runs, or why there are none. Raises TimeoutError
    where the router is still busy with it."""
    wall: list[float] = []
    cpu: list[float] = []
    started, failed, counts = time.perf_counter(), 0, question.is_first_counted
    for run in range(question.runs):
        places = question.draw(run)
        before, begin = router.cpu_ms(), time.perf_counter()
        try:
            question.ask(router, places)
        except NotAsked as why:
            question.why_not_asked = str(why)
            return Cell(f"not asked: {why}")
        except TimeoutError:
            raise
        except OSError as error:
            failed += 1
            if failed == TRIES and not wall:
                question.why_not_asked = "refused while none close"
                return Cell(f"refused: {str(error).replace('|', ' ')}")
            continue
        if counts:
            wall.append((time.perf_counter() - begin) * 1000)
            cpu.append(router.cpu_ms() - before)
        counts = True
        if wall and time.perf_counter() - started > ENOUGH_S:
            break
    if statistics.median(cpu) / 1000 > SLOW_S:
        question.why_not_asked = (
            f"one takes {statistics.median(cpu) / 1000:.0f} s of processor while none close"
        )
    p50, p99 = np.percentile(wall, [50, 99]).tolist()
    refused = f", {failed} refused" if failed else ""
    if question.runs == ROUTES:
        return Cell("{} / {}, p99 {}", (statistics.median(cpu), p50, p99), f"{len(wall)} asked{refused}")
    return Cell(TIMES, (statistics.median(cpu), p50), f"{len(wall)} asked{refused}" if len(wall) < 5 else "")


def measure_column(start: Callable[[], Router], city: City, name: str) -> Column:
    """Everything of one router; it is ended with it. What it cannot do has its reason in the column."""
    column = Column(name)
    try:
        router = start()
    except OSError as error:
        column["build, s"] = Cell(f"not built: {error}")
        return column
    tell_start(router, column)
    questions, memory_mb = list(list_questions(city)), 0.0
    try:
        for question in questions:
            if question.part_of and question.part_of.why_not_asked:
                column[question.name] = Cell(f"not asked: {question.part_of.why_not_asked}")
                continue
            before_ms = router.cpu_ms()
            try:
                column[question.name] = measure_question(question, router)
                memory_mb = max(memory_mb, router.memory_mb())
            except TimeoutError:
                memory_mb = max(memory_mb, router.memory_mb())
                used_s = (router.cpu_ms() - before_ms) / 1000
                question.why_not_asked = f"no answer in {PATIENCE_S:.0f} s, {used_s:.0f} s of processor"
                column[question.name] = Cell(question.why_not_asked)
                router.stop()
                router = start()
        column["memory, MB"] = tell_memory(router, memory_mb)
        measure_closures(router, city, column)
        measure_meanwhile(router, [q for q in questions if q.is_asked_meanwhile], city, column)
    except OSError as error:
        column["not measured to the end"] = Cell(str(error))
        router.stop()
    except BaseException:
        router.stop()
        raise
    return column


def tell_start(router: Router, column: Column) -> None:
    """What it took to have it answer."""
    column["build, s"] = (
        Cell(TIMES, router.build) if any(router.build) else Cell("none: it searches our graph")
    )
    if isinstance(router, SciPyRouter):
        column["start to first answer, s"] = Cell(f"{router.load_s:.2f}, its arrays alone")
    else:
        column["start to first answer, s"] = Cell("{}", (router.load_s,))


def tell_memory(router: Router, most_mb: float) -> Cell:
    """The most that was resident after one of these questions."""
    if isinstance(router, SciPyRouter):
        return Cell(f"{most_mb:,.0f}, its arrays alone")
    if isinstance(router, OwnRouter):
        return Cell("{}", (most_mb,), f"both halves; one at its start {router.memory_of_one_half:,.0f}")
    return Cell("{}", (most_mb,))


def measure_closures(router: Router, city: City, column: Column) -> None:
    """From the closure of so many roads to the first answer that shows it."""
    roads, pairs = iter(city.roads), city.draw_pairs(7)
    names = [f"closure of {count:,} to the answer that shows it" for count, _ in CLOSURES]
    if router.closing_s > LONG_S:
        for name in names:
            column[name] = Cell(f"not run: its building anew took {router.closing_s:,.0f} s of processor")
        return
    for name, (count, runs) in zip(names, CLOSURES, strict=True):
        seen = see_closures(router, pairs, roads, count, runs, ENOUGH_S)
        if not seen:
            column[name] = Cell("not seen")
            continue
        cpu, wall = (statistics.median(getattr(e, part) for e in seen) for part in ("cpu_ms", "wall_ms"))
        column[name] = Cell(TIMES, (cpu, wall), f"{len(seen)} closed" if len(seen) < runs else "")
        if seen[0].wall_ms / 1000 > SLOW_S:
            for other in names[names.index(name) + 1 :]:
                column[other] = Cell(f"not run: takes all anew, as for {count}")
            return


def measure_meanwhile(router: Router, questions: list[Question], city: City, column: Column) -> None:
    """What answers wait while roads close, two a second, all others open; and ends the router."""
    router.open_roads()
    closer = Closer(router, city.roads[-1000:])
    for question in questions:
        name = f"{question.name} while {1 / PAUSE_S:.0f} closures a second come"
        if question.why_not_asked:
            column[name] = Cell(f"not asked: {question.why_not_asked}")
            continue
        waited, unanswered = keep_asking(question.draw, lambda places, q=question: q.ask(router, places))
        p50, p99, longest = np.percentile(waited, [50, 99, 100]).tolist()
        told = f"longest {longest:,.0f}, {len(waited)} asked"
        told += f", {unanswered} not answered" if unanswered else ""
        column[name] = Cell("p50 {}, p99 {}", (p50, p99), told)
    closer.stop()
    column["of these closures in force"] = Cell(closer.tell())
