"""Our planner as others see it: a process asked over its socket, two halves and all."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bench._peers import (
    LonLat,
    NotAsked,
    Road,
    Way,
    find_half_way,
    read_cpu_ms,
    read_memory_mb,
    wait_for_answer,
)
from routing.process.client import PlannerClient, PlannerError
from routing.terms.messages import RoadChange

Answer = TypeVar("Answer")
_DEADLINE_S = 300.0


@dataclass
class OwnRouter:
    """The planner on a compiled pack. Closed roads are told as points; it finds the roads itself."""

    pack: Path
    socket: Path
    build: tuple[float, float]
    watched: tuple[LonLat, LonLat]
    name: str = "ours"
    load_s: float = 0.0
    closing_s: float = 0.0

    def __post_init__(self) -> None:
        self._closed: list[RoadChange] = []
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        started = time.perf_counter()
        self._said = self.socket.with_name("planner.log")
        with self._said.open("wb") as said:
            command = [sys.executable, "-m", "routing.process.service"]
            command += ["--socket", self.socket, "--pack", self.pack]
            self._planner = subprocess.Popen(list(map(str, command)), stderr=said)
        self._client = PlannerClient(self.socket, _DEADLINE_S)
        self._run(self._connect())
        self.find_way(*self.watched)
        self.load_s = time.perf_counter() - started
        self.memory_of_one_half = self.memory_mb()
        wait_for_answer(self._expect_both, started, self._planner)

    async def _connect(self) -> None:
        self._client.start()
        await self._client.wait_connected(_DEADLINE_S)

    def _expect_both(self) -> None:
        # The second half starts later, so that a centre's start is not slowed.
        if " rests" not in self._said.read_text():
            raise OSError("the second half is not ready")

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except PlannerError as error:
            raise OSError(str(error)) from error

    def cpu_ms(self) -> float:
        return read_cpu_ms(self._planner.pid)

    def memory_mb(self) -> float:
        return read_memory_mb(self._planner.pid)

    def matrix(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        return self._run(self._client.matrix(origins, destinations, "car"))

    def matrix_again(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        # Positions that were found before are remembered.
        return self.matrix(origins, destinations)

    def places(self, origins: list[LonLat], destinations: list[LonLat]) -> object:
        raise NotAsked("cannot be asked apart")

    def route(self, origin: LonLat, destination: LonLat) -> object:
        return self._run(self._client.route(origin, destination, "car", guidance=True))

    def find_way(self, origin: LonLat, destination: LonLat) -> Way:
        route = self._run(self._client.route(origin, destination, "car"))
        return Way(route.travel_s, Road(find_half_way(route.lon_lats)))

    def prepare(self, roads: list[Road]) -> None:
        """Nothing: places are found as part of the change."""

    def close_roads(self, roads: list[Road]) -> float:
        first = len(self._closed)
        self._closed += [
            RoadChange(f"c{first + n}", "closed", "point", [road.middle]) for n, road in enumerate(roads)
        ]
        before = self.cpu_ms()
        self._run(self._client.set_conditions(self._closed))
        return (self.cpu_ms() - before) / 1000

    def open_roads(self) -> None:
        self._closed = []

    def stop(self) -> None:
        self._run(self._client.close())
        self._planner.terminate()
        self._planner.wait()
