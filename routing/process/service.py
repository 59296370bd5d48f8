"""The planner as others see it: `python -m routing.process.service --socket PATH --pack PATH`.

A unix socket in front of a pair of planner processes (`routing.process.half`). One of them answers; new
conditions go to the other, which has all its time for them, and then the two change places. So nobody waits
while weights are made, and whichever half ends, the other answers on. The socket exists only
while one can answer; all end with their parent.
"""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import msgspec
import uvloop

from routing.process.framing import (
    EXIT_BROKEN,
    EXIT_SOCKET,
    READ_AHEAD_BYTES,
    UNREADABLE,
    FrameTooLarge,
    find_request_id,
    read_frame,
    write_frame,
)
from routing.process.link import Envelope, Link, Patience, Reply
from routing.process.pair import Pair
from routing.terms.messages import Failure

# The second half comes when the first has answered the questions of a centre that starts.
SECOND_AFTER_S = 15.0
# A half that stands still is ended after that long and a second; plans go by straight line meanwhile.
SILENT_S = 10.0
# So is one whose search is at one piece of a question for that long, unless its asker waits longer: usual
# pieces are done in tenths of a second. From a quarter of it on the other half answers.
SEARCH_S = 10.0
PARENT_CHECK_S = 0.5
PARTING_S = 1.0
_NOTHING = msgspec.Raw(msgspec.msgpack.encode(None))
IN_FLIGHT_PER_PEER = 256

log = logging.getLogger("routing.process.service")


class SocketInUse(Exception):
    """Another planner answers at this socket."""


class PlannerService:
    """Serves one pair of planners on one socket until told to stop."""

    def __init__(self, socket_path: Path, pair: Pair) -> None:
        self._socket_path = socket_path
        self._pair = pair
        self._decoder = msgspec.msgpack.Decoder(Envelope)
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._peers: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def run(self) -> int:
        """Serves as soon as a half can answer and until stopped; returns the exit code.

        Raises SocketInUse and OSError when the socket cannot be had.
        """
        loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_number, self._stop.set)
        watch = asyncio.create_task(self._watch_parent(os.getppid()))
        pairing = asyncio.create_task(self._pair.run())
        stopping = asyncio.create_task(self._stop.wait())
        ready = asyncio.create_task(self._pair.wait_ready())
        try:
            await asyncio.wait([pairing, stopping, ready], return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                await self._serve([pairing, stopping])
        finally:
            for task in (watch, stopping, ready):
                task.cancel()
            stopped = not pairing.done()
            pairing.cancel()
            code = await self._pair.close()
        return 0 if stopped else code or EXIT_BROKEN

    async def _serve(self, until: list[asyncio.Task[None] | asyncio.Task[bool]]) -> None:
        _refuse_used_socket(self._socket_path)
        mask = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(
                self._attend, str(self._socket_path), limit=READ_AHEAD_BYTES
            )
        finally:
            os.umask(mask)
        log.info("planner ready at %s", self._socket_path)
        try:
            await asyncio.wait(until, return_when=asyncio.FIRST_COMPLETED)
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
                task.add_done_callback(self._tasks.discard)
                task.add_done_callback(lambda _: places.release())
        except FrameTooLarge as error:
            await _send(writer, 0, Failure("frame_too_large", str(error)))
        finally:
            self._peers.pop(writer)
            writer.close()

    async def _answer(self, payload: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            request = self._decoder.decode(payload)
            body = await self._pair.answer(request)
        except UNREADABLE as error:
            await _send(writer, find_request_id(payload), Failure("bad_request", str(error)))
            return
        await _send(writer, request.request_id, body)

    async def _watch_parent(self, parent: int) -> None:
        while os.getppid() == parent:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), PARENT_CHECK_S)
                return
        log.warning("the parent process is gone, stopping")
        self._stop.set()


def _refuse_used_socket(path: Path) -> None:
    """A socket nobody answers at is left over from a dead planner, and replaced. Raises SocketInUse."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return
    raise SocketInUse(f"a planner already answers at {path}")


async def _send(writer: asyncio.StreamWriter, request_id: int, body: msgspec.Raw | Failure) -> None:
    """Sends one answer; a peer that has gone meanwhile needs none."""
    raw = memoryview(body if isinstance(body, msgspec.Raw) else msgspec.msgpack.encode(body))
    with suppress(ConnectionError):
        # A reply's body comes last: it is written behind that of nothing, which takes one byte.
        write_frame(writer, msgspec.msgpack.encode(Reply(request_id, _NOTHING))[:-1], raw)
        await writer.drain()


def main(arguments: list[str] | None = None) -> int:
    """Runs the process; the exit code says what was missing."""
    parser = argparse.ArgumentParser(prog="routing.process.service", description="Planner process")
    parser.add_argument("--socket", type=Path, required=True, help="unix socket to answer at")
    parser.add_argument("--pack", type=Path, required=True, help="compiled road graph or its folder")
    parser.add_argument(
        "--second-after",
        type=float,
        default=SECOND_AFTER_S,
        help="seconds until the pair's second half starts",
    )
    parser.add_argument(
        "--silent-after",
        type=float,
        default=SILENT_S,
        help="seconds after which a half that says nothing ends",
    )
    parser.add_argument(
        "--search-after",
        type=float,
        default=SEARCH_S,
        help="seconds after which a half that still searches for one answer ends",
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        _refuse_used_socket(options.socket)
        first = Link(options.pack)  # loads the graph while this process gets itself ready
        patience = Patience(options.silent_after, options.search_after)
        pair = Pair(options.pack, first, options.second_after, patience)
        return uvloop.run(_run(options.socket, pair))
    except (SocketInUse, OSError) as error:
        sys.stderr.write(f"Không mở được cổng nội bộ / cannot open the socket: {error}\n")
        return EXIT_SOCKET


async def _run(socket_path: Path, pair: Pair) -> int:
    return await PlannerService(socket_path, pair).run()


if __name__ == "__main__":
    sys.exit(main())
