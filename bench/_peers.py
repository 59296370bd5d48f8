"""Routers beside ours: what each is asked in one process of its own, and what its closures take."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError

LonLat = tuple[float, float]
REQUIREMENTS = Path(__file__).with_name("requirements-peers.txt")
PATIENCE_S = 60.0
_START_S = 300.0
_BUILT_WITHIN_S = 2 * 3600.0


@dataclass(frozen=True, slots=True)
class Road:
    """A piece of road between two points of the map: its middle, and the numbers of the two if known."""

    middle: LonLat
    nodes: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Way:
    """The fastest way between two places: seconds, and a road half-way along it."""

    travel_s: float
    half_way: Road


class NotAsked(Exception):
    """A router has no such question; why."""


class Router(Protocol):
    """A router as a process. Whoever asks and whoever closes roads may be two threads."""

    name: str
    build: tuple[float, float]
    """Processor and wall seconds of everything that is made of the extract before the first start."""
    load_s: float
    """Wall seconds from the start of the process to its first answer."""
    closing_s: float
    """Processor seconds that closing a road is known to take beforehand, 0 if it is not known."""

    def cpu_ms(self) -> float:
        """Processor milliseconds that the process that answers has used, with its children."""

    def memory_mb(self) -> float:
        """Resident memory of the same, memory shared with others included."""

    def matrix(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        """Seconds by origin and destination. Raises OSError."""

    def matrix_again(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        """The same between places it has been told before, with what it can remember of them. Raises OSError,
        NotAsked."""

    def places(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        """As much of the same as can be asked without its searches. Raises OSError, NotAsked."""

    def route(self, origin: LonLat, destination: LonLat) -> object:
        """A route with its line and instructions. Raises OSError where no way leads, NotAsked."""

    def find_way(self, origin: LonLat, destination: LonLat) -> Way:
        """What is watched to see a closure. Raises OSError where no way leads."""

    def prepare(self, roads: list[Road]) -> None:
        """Finds what the router calls these roads, before they are closed."""

    def close_roads(self, roads: list[Road]) -> float:
        """Closes these besides what is closed already; returns when that is in force by the word of the
        router's own programs, with the processor seconds it took, by whichever process."""

    def open_roads(self) -> None:
        """Opens all that was closed; that holds at the latest when roads are closed next."""

    def stop(self) -> None:
        """Ends what was started; a closing under way fails with OSError."""


def find_half_way(line: list[LonLat]) -> LonLat:
    """The middle of the longest piece in the middle third of a line, away from junctions."""
    third = len(line) // 3
    pieces = list(zip(line[third:-third] if third else line, line[third + 1 :], strict=False))
    (a, b), (c, d) = max(
        pieces, key=lambda piece: abs(piece[0][0] - piece[1][0]) + abs(piece[0][1] - piece[1][1])
    )
    return (a + c) / 2, (b + d) / 2


def list_family(pid: int) -> list[int]:
    """A process and its children, theirs too."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(member for child in children for member in list_family(int(child)))]


def read_cpu_ms(pid: int) -> float:
    """Processor milliseconds of a process and its living children, exact: clock_getcpuclockid(3)."""
    return sum(time.clock_gettime((~member << 3) | 2) for member in list_family(pid)) * 1000


def read_memory_mb(pid: int) -> float:
    """Resident memory of a process and its children."""
    pages = sum(int(Path(f"/proc/{member}/statm").read_text().split()[1]) for member in list_family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def start_quietly(command: Sequence[object]) -> subprocess.Popen[bytes]:
    """Starts a program whose words nobody reads."""
    return subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run_timed(command: Sequence[object]) -> tuple[float, float]:
    """Runs a program to its end; the processor and wall seconds it took. Raises OSError where it fails or
    takes hours."""
    started = time.perf_counter()
    process = start_quietly(command)
    limit = threading.Timer(_BUILT_WITHIN_S, process.kill)
    limit.start()
    try:
        return wait_timed(process, started)
    finally:
        limit.cancel()


def wait_timed(process: subprocess.Popen[bytes], started: float) -> tuple[float, float]:
    """Waits for a program started then; the same."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    waited_s = time.perf_counter() - started
    if process.returncode:
        raise OSError(f"{process.args!r} ended with {process.returncode} after {waited_s:,.0f} s")
    return usage.ru_utime + usage.ru_stime, waited_s


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process that may be at work for long."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def build_once(
    home: Path, sources: Sequence[Path], commands: Sequence[Sequence[object]], prepare: Callable[[], None]
) -> tuple[float, float]:
    """Runs programs that build something of these files in a folder, unless they have built it of the same
    with the same releases; the processor and wall seconds that they took then. Raises OSError where one
    fails."""
    kept = home / "took.json"
    made_of = hashlib.sha256(b"".join(source.read_bytes() for source in [*sources, REQUIREMENTS])).hexdigest()
    if not kept.exists() or json.loads(kept.read_text()).get("made_of") != made_of:
        print(f"building {home} …", file=sys.stderr, flush=True)
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        prepare()
        times = [run_timed(command) for command in commands]
        used_s, waited_s = sum(used for used, _ in times), sum(waited for _, waited in times)
        kept.write_text(json.dumps({"made_of": made_of, "used_s": used_s, "waited_s": waited_s}))
    took = json.loads(kept.read_text())
    return took["used_s"], took["waited_s"]


def ask(url: str, body: object | None = None) -> Any:
    """The answer of a router, decoded. Raises TimeoutError where it takes too long, else OSError."""
    request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)
    except HTTPError as error:
        raise OSError(error.read().decode(errors="replace")[:150]) from error


def wait_for_answer(action: Callable[[], object], started: float, process: subprocess.Popen[bytes]) -> None:
    """Asks until there is an answer. Raises OSError if there is none long after the start, or the process has
    ended."""
    pause = threading.Event()
    while True:
        try:
            action()
            return
        except OSError:
            if process.poll() is not None or time.perf_counter() - started > _START_S:
                raise
            pause.wait(0.01)
