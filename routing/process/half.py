"""One planner in a process of its own: half of a pair (`routing.process.service`), which asks it over a link.

The loop reads, refuses and answers; a single worker thread owns graph and solver, because their objects
belong to the thread that made them. Questions are read once the graph is there; the process ends with its
link.
"""

import argparse
import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import msgspec
import uvloop

from routing.graph.errors import GraphError
from routing.graph.file import load
from routing.matching.lessons import LESSONS_FILE_NAME, LearnedTraffic
from routing.matching.spread_lessons import SPREAD_FILE_NAME, LearnedSpread
from routing.plans.work import PLAN_S, Deadline, is_large
from routing.process.framing import (
    EXIT_BROKEN,
    EXIT_NO_GRAPH,
    READ_AHEAD_BYTES,
    UNREADABLE,
    find_request_id,
    read_frame,
    write_frame,
)
from routing.process.planner import Planner
from routing.terms.messages import (
    Answer,
    AnswerBody,
    AskedAnswer,
    AskedRequest,
    ConditionsAnswer,
    ConditionsRequest,
    Failure,
    PlanRequest,
    PrepareRequest,
    ReachRequest,
    Request,
)
from routing.travel_time.network import RoadNetwork, UnknownVehicleClass

Result = TypeVar("Result")

_TOO_LATE = Failure("too_late", "the request waited longer than its asker would")
_BROKEN = Failure("internal", "the planner could not answer; its log says why")

log = logging.getLogger("routing.process.half")


class Half:
    """Serves one pack over one link until the link or the search breaks."""

    def __init__(self, link: socket.socket, pack: Path) -> None:
        self._link = link
        self._pack = pack
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="planner")
        self._decoder = msgspec.msgpack.Decoder(Request)
        self._stop = asyncio.Event()
        self._changing = asyncio.Lock()
        # Held by whoever needs the roads to stay as they are over several pieces of work.
        self._roads = asyncio.Lock()
        # Held while a reach is measured: weights made at rest wait for one that began before, plans do not.
        self._reaching = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken = False
        self._piece: tuple[int, float] | None = None

    async def run(self) -> int:
        """Loads the pack, serves until the link ends, returns the exit code. Raises GraphError."""
        loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_number, self._stop.set)
        try:
            planner = await loop.run_in_executor(self._worker, _make_planner, self._pack)
            attending = asyncio.create_task(self._attend(planner))
            await self._stop.wait()
            attending.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(attending, *self._tasks, return_exceptions=True)
        finally:
            self._worker.shutdown(wait=False, cancel_futures=True)
        return EXIT_BROKEN if self._broken else 0

    async def _attend(self, planner: Planner) -> None:
        """Every frame becomes a task, so that answers need not keep the order of questions."""
        reader, writer = await asyncio.open_unix_connection(sock=self._link, limit=READ_AHEAD_BYTES)
        try:
            while (payload := await read_frame(reader)) is not None:
                task = asyncio.create_task(self._answer(planner, payload, writer))
                self._tasks.add(task)
                task.add_done_callback(self._on_answered)
        finally:
            writer.close()
            self._stop.set()

    async def _answer(self, planner: Planner, payload: bytes, writer: asyncio.StreamWriter) -> None:
        arrived = monotonic()
        try:
            request = self._decoder.decode(payload)
        except UNREADABLE as error:
            await _send(writer, Answer(find_request_id(payload), Failure("bad_request", str(error))))
            return
        await _send(writer, Answer(request.request_id, await self._find_answer(planner, request, arrived)))

    async def _find_answer(self, planner: Planner, request: Request, arrived: float) -> AnswerBody:
        match request.body:
            case ConditionsRequest():
                return await self._change(request.request_id, planner, request.body, None)
            case PrepareRequest(conditions, asked):
                return await self._change(request.request_id, planner, conditions, asked)
            case AskedRequest():
                return self._tell_asked(planner)
            case ReachRequest():
                return await self._find_reach(request.request_id, planner, request.body)
            case PlanRequest() if is_large(request.body):
                return await self._plan(planner, request, request.body, arrived)
        return await self._run_piece(request.request_id, self._work, planner, request, arrived)

    def _tell_asked(self, planner: Planner) -> AskedAnswer:
        asked, piece = planner.list_asked(), self._piece
        if piece is None:
            return asked
        return msgspec.structs.replace(asked, request_id=piece[0], piece_s=monotonic() - piece[1])

    async def _run_piece(self, request_id: int, work: Callable[..., Result], *arguments: Any) -> Result:
        """One piece of work of the worker, of which `_tell_asked` can say how long it takes."""

        def run() -> Result:
            self._piece = request_id, monotonic()
            try:
                return work(*arguments)
            finally:
                self._piece = None

        return await asyncio.get_running_loop().run_in_executor(self._worker, run)

    async def _change(
        self,
        request_id: int,
        planner: Planner,
        conditions: ConditionsRequest,
        asked: list[tuple[str, bool, int]] | None,
    ) -> AnswerBody:
        """One change after the other, each in pieces, so that questions get their turn between them."""
        pieces = planner.change_conditions(conditions, asked)
        async with self._changing:
            await asyncio.to_thread(planner.read_lessons)
            if asked is not None:
                # At rest weights are made beside the worker: what began before ends before.
                async with self._roads, self._reaching:
                    return await self._change_all(request_id, pieces)
            return await self._change_all(request_id, pieces, self._roads)

    async def _change_all(
        self, request_id: int, pieces: Iterator[ConditionsAnswer | None], between: asyncio.Lock | None = None
    ) -> ConditionsAnswer:
        while True:
            async with between or nullcontext():
                answer: ConditionsAnswer | None = await self._run_piece(request_id, next, pieces)
            if answer is not None:
                return answer

    async def _plan(
        self, planner: Planner, request: Request, body: PlanRequest, arrived: float
    ) -> AnswerBody:
        """In pieces, so that a question about one incident waits for a piece at most; the solver, which asks
        nothing of the roads, beside the worker. Nothing changes on the roads meanwhile."""
        deadline = Deadline(monotonic, arrived + PLAN_S)
        async with self._roads:
            if _is_too_late(request, arrived):
                return _TOO_LATE
            try:
                work = await self._run_piece(request.request_id, planner.begin_plan, body, deadline)
                pieces = work.measure()
                while await self._run_piece(request.request_id, _advance, pieces):
                    pass
                await asyncio.to_thread(work.choose)
                return await self._run_piece(request.request_id, work.tell)
            except Exception:
                log.exception("request %d, a large plan, failed", request.request_id)
                return _BROKEN

    async def _find_reach(self, request_id: int, planner: Planner, request: ReachRequest) -> AnswerBody:
        """Measured by the worker, class by class; drawn, which takes longer, beside it."""
        pieces = planner.measure_reach(request)
        seconds = None
        try:
            async with self._reaching:
                while (further := await self._run_piece(request_id, next, pieces, None)) is not None:
                    seconds = further
        except UnknownVehicleClass as error:
            return Failure("unknown_vehicle_class", str(error))
        if seconds is None:
            return Failure("internal", "reach without an end")
        return await asyncio.to_thread(planner.draw_reach, request, seconds)

    def _work(self, planner: Planner, request: Request, arrived: float) -> AnswerBody:
        """Runs in the worker thread. A question nobody waits for any more is not worked on."""
        if _is_too_late(request, arrived):
            return _TOO_LATE
        try:
            return planner.answer(request.body)
        except Exception:
            # One question that breaks us must not take the answers to all others with it.
            log.exception("request %d of kind %s failed", request.request_id, type(request.body).__name__)
            return _BROKEN

    def _on_answered(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            # A panic of the native search leaves it in no known state: better a fresh process.
            log.critical("the search broke down", exc_info=task.exception())
            self._broken = True
            self._stop.set()


def _make_planner(pack: Path) -> Planner:
    folder = pack if pack.is_dir() else pack.parent
    network = RoadNetwork(load(pack))
    learned = LearnedTraffic(network, folder / LESSONS_FILE_NAME)
    return Planner(network, learned, LearnedSpread(folder / SPREAD_FILE_NAME))


def _is_too_late(request: Request, arrived: float) -> bool:
    return (monotonic() - arrived) * 1000 > request.budget_ms


def _advance(pieces: Iterator[None]) -> bool:
    """One piece more; False when there was none. No generator's end may pass through an executor."""
    for _ in pieces:
        return True
    return False


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Sends one answer; a pair that has gone meanwhile needs none."""
    with suppress(ConnectionError):
        write_frame(writer, msgspec.msgpack.encode(answer))
        await writer.drain()


def main(arguments: list[str] | None = None) -> int:
    """Runs the process; the exit code says what was missing."""
    parser = argparse.ArgumentParser(prog="routing.process.half", description="One planner of a pair")
    parser.add_argument("--link", type=int, required=True, help="file descriptor of the link to the pair")
    parser.add_argument("--pack", type=Path, required=True, help="compiled road graph or its folder")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        return uvloop.run(_run(options.link, options.pack))
    except GraphError as error:
        sys.stderr.write(f"Không có bản đồ đường để tính toán / no road graph to plan on: {error}\n")
        return EXIT_NO_GRAPH


async def _run(link: int, pack: Path) -> int:
    return await Half(socket.socket(fileno=link), pack).run()


if __name__ == "__main__":
    sys.exit(main())
