"""The planner process: `python -m routing.service --socket PATH --pack PATH`.

A unix socket in front of one planner. The socket's loop reads, refuses and answers; a single worker thread
owns graph and solver, because their objects belong to the thread that made them. The socket exists only while
the planner can answer; the process ends with its parent.
"""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import monotonic

import msgspec

from routing.framing import FrameTooLarge, encode_frame, read_frame
from routing.graph.errors import GraphError
from routing.graph.file import load
from routing.matching.lessons import LESSONS_FILE_NAME, LearnedTraffic
from routing.matching.spread_lessons import SPREAD_FILE_NAME, LearnedSpread
from routing.messages import Answer, AnswerBody, ConditionsRequest, Failure, ReachRequest, Request
from routing.planner import Planner
from routing.travel_time.network import RoadNetwork, UnknownVehicleClass

PARENT_CHECK_S = 0.5
PARTING_S = 1.0
IN_FLIGHT_PER_PEER = 256
EXIT_NO_GRAPH = 2
EXIT_SOCKET = 3
EXIT_BROKEN = 4

# What a payload can be guilty of; the last is nesting without end.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

log = logging.getLogger("routing.service")


class SocketInUse(Exception):
    """Another planner answers at this socket."""


class PlannerService:
    """Serves one pack on one socket until told to stop."""

    def __init__(self, socket_path: Path, pack: Path) -> None:
        self._socket_path = socket_path
        self._pack = pack
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="planner")
        self._decoder = msgspec.msgpack.Decoder(Request)
        self._stop = asyncio.Event()
        self._changing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._peers: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        self._planner: Planner | None = None
        self._broken = False

    async def run(self) -> int:
        """Loads the pack, serves until stopped, returns the exit code.

        Raises GraphError without a usable graph, SocketInUse and OSError when the socket cannot be had.
        """
        loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_number, self._stop.set)
        watch = asyncio.create_task(self._watch_parent(os.getppid()))
        try:
            self._planner = await loop.run_in_executor(self._worker, _make_planner, self._pack)
            await self._serve()
        finally:
            watch.cancel()
            self._worker.shutdown(wait=False, cancel_futures=True)
        return EXIT_BROKEN if self._broken else 0

    async def _serve(self) -> None:
        _refuse_used_socket(self._socket_path)
        mask = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(self._attend, str(self._socket_path))
        finally:
            os.umask(mask)
        log.info("planner ready at %s", self._socket_path)
        try:
            await self._stop.wait()
        finally:
            server.close()
            with suppress(FileNotFoundError):
                self._socket_path.unlink()
            await self._part_with_peers()

    async def _part_with_peers(self) -> None:
        for task in self._tasks:
            task.cancel()
        for peer in self._peers:
            peer.close()
        attending = [task for task in self._peers.values() if task is not None]
        if attending:
            await asyncio.wait(attending, timeout=PARTING_S)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One peer: every frame becomes a task, so that answers need not keep the order of questions."""
        places = asyncio.Semaphore(IN_FLIGHT_PER_PEER)
        self._peers[writer] = asyncio.current_task()
        try:
            while (payload := await read_frame(reader)) is not None:
                await places.acquire()
                task = asyncio.create_task(self._answer(payload, writer))
                self._tasks.add(task)
                task.add_done_callback(self._on_answered)
                task.add_done_callback(lambda _: places.release())
        except FrameTooLarge as error:
            await _send(writer, Answer(0, Failure("frame_too_large", str(error))))
        finally:
            self._peers.pop(writer)
            writer.close()

    async def _answer(self, payload: bytes, writer: asyncio.StreamWriter) -> None:
        arrived = monotonic()
        try:
            request = self._decoder.decode(payload)
        except UNREADABLE as error:
            await _send(writer, Answer(_find_request_id(payload), Failure("bad_request", str(error))))
            return
        loop = asyncio.get_running_loop()
        if isinstance(request.body, ConditionsRequest):
            body: AnswerBody = await self._change_conditions(request.body)
        elif isinstance(request.body, ReachRequest):
            body = await self._find_reach(request.body)
        else:
            body = await loop.run_in_executor(self._worker, self._work, request, arrived)
        await _send(writer, Answer(request.request_id, body))

    async def _change_conditions(self, request: ConditionsRequest) -> AnswerBody:
        """One change after the other, each in pieces, so that questions get their turn between them."""
        if self._planner is None:
            return Failure("not_ready", "the graph is not loaded")
        loop = asyncio.get_running_loop()
        async with self._changing:
            await asyncio.to_thread(self._planner.read_lessons)
            pieces = self._planner.change_conditions(request)
            while (answer := await loop.run_in_executor(self._worker, next, pieces)) is None:
                pass
        return answer

    async def _find_reach(self, request: ReachRequest) -> AnswerBody:
        """Measured by the worker, class by class; drawn, which takes longer, beside it."""
        planner = self._planner
        if planner is None:
            return Failure("not_ready", "the graph is not loaded")
        loop = asyncio.get_running_loop()
        pieces = planner.measure_reach(request)
        seconds = None
        try:
            while (further := await loop.run_in_executor(self._worker, next, pieces, None)) is not None:
                seconds = further
        except UnknownVehicleClass as error:
            return Failure("unknown_vehicle_class", str(error))
        if seconds is None:
            return Failure("internal", "reach without an end")
        return await asyncio.to_thread(planner.draw_reach, request, seconds)

    def _work(self, request: Request, arrived: float) -> AnswerBody:
        """Runs in the worker thread. A question nobody waits for any more is not worked on."""
        if (monotonic() - arrived) * 1000 > request.budget_ms:
            return Failure("too_late", "the request waited longer than its asker would")
        if self._planner is None:
            return Failure("not_ready", "the graph is not loaded")
        try:
            return self._planner.answer(request.body)
        except Exception:
            # One question that breaks us must not take the answers to all others with it.
            log.exception("request %d of kind %s failed", request.request_id, type(request.body).__name__)
            return Failure("internal", "the planner could not answer; its log says why")

    def _on_answered(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            # A panic of the native search leaves it in no known state: better a fresh process.
            log.critical("the search broke down", exc_info=task.exception())
            self._broken = True
            self._stop.set()

    async def _watch_parent(self, parent: int) -> None:
        while os.getppid() == parent:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), PARENT_CHECK_S)
                return
        log.warning("the parent process is gone, stopping")
        self._stop.set()


def _make_planner(pack: Path) -> Planner:
    folder = pack if pack.is_dir() else pack.parent
    network = RoadNetwork(load(pack))
    learned = LearnedTraffic(network, folder / LESSONS_FILE_NAME)
    return Planner(network, learned, LearnedSpread(folder / SPREAD_FILE_NAME))


def _refuse_used_socket(path: Path) -> None:
    """A socket nobody answers at is left over from a dead planner, and replaced. Raises SocketInUse."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return
    raise SocketInUse(f"a planner already answers at {path}")


def _find_request_id(payload: bytes) -> int:
    """The id of a request that is otherwise not understood, 0 when it has none."""
    try:
        request = msgspec.msgpack.decode(payload)
    except UNREADABLE:
        return 0
    request_id = request.get("request_id") if isinstance(request, dict) else None
    return request_id if isinstance(request_id, int) else 0


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Sends one answer; a peer that has gone meanwhile needs none."""
    with suppress(ConnectionError):
        writer.write(encode_frame(msgspec.msgpack.encode(answer)))
        await writer.drain()


def main(arguments: list[str] | None = None) -> int:
    """Runs the process; the exit code says what was missing."""
    parser = argparse.ArgumentParser(prog="routing.service", description="Planner process")
    parser.add_argument("--socket", type=Path, required=True, help="unix socket to answer at")
    parser.add_argument("--pack", type=Path, required=True, help="compiled road graph or its folder")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        return asyncio.run(_run(options.socket, options.pack))
    except GraphError as error:
        sys.stderr.write(f"Không có bản đồ đường để tính toán / no road graph to plan on: {error}\n")
        return EXIT_NO_GRAPH
    except (SocketInUse, OSError) as error:
        sys.stderr.write(f"Không mở được cổng nội bộ / cannot open the socket: {error}\n")
        return EXIT_SOCKET


async def _run(socket_path: Path, pack: Path) -> int:
    return await PlannerService(socket_path, pack).run()


if __name__ == "__main__":
    sys.exit(main())
