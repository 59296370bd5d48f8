"""What closures cost a router: from being told to being seen, and the answers others get meanwhile."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from bench._peers import LonLat, Road, Router

PAUSE_S = 0.5
WINDOW_S = 5.0
_ASKED_BEFORE = 100
_SEEN_WITHIN_S = 5.0

Places = TypeVar("Places")


@dataclass(frozen=True, slots=True)
class Effect:
    """Wall milliseconds from a closure to the first answer that shows it, and what it cost the processors."""

    wall_ms: float
    cpu_ms: float


def see_closure(router: Router, pair: tuple[LonLat, LonLat], roads: list[Road]) -> Effect | None:
    """Closes a road half-way between two places, and others; None where the way between does not tell."""
    closing = [router.find_way(*pair).half_way, *roads]
    router.prepare(closing)
    before_s = router.find_way(*pair).travel_s
    started = time.perf_counter()
    cpu_s = router.close_roads(closing)
    in_force = time.perf_counter()
    while time.perf_counter() - in_force < _SEEN_WITHIN_S:
        try:
            changed = router.find_way(*pair).travel_s != before_s
        except OSError:
            changed = True  # no way leads there any more
        if changed:
            return Effect((time.perf_counter() - started) * 1000, cpu_s * 1000)
    return None


def see_closures(
    router: Router,
    pairs: Iterator[tuple[LonLat, LonLat]],
    roads: Iterator[Road],
    count: int,
    runs: int,
    enough_s: float,
) -> list[Effect]:
    """So many roads closed at once, so many times over, each time others; no more once that took so long, or
    three times that while none was seen."""
    seen: list[Effect] = []
    started = time.perf_counter()
    for _ in range(3 * runs):
        try:
            effect = see_closure(router, next(pairs), [next(roads) for _ in range(count - 1)])
        except OSError:
            continue  # no way between these two to begin with
        seen += [effect] if effect else []
        if len(seen) == runs or time.perf_counter() - started > (enough_s if seen else 3 * enough_s):
            break
    return seen


@dataclass
class Closer:
    """Closes one road more every half second; what comes while one is under way is closed together next."""

    router: Router
    roads: list[Road]
    came: int = 0
    lags_s: list[float] = field(default_factory=list)
    """Of every closure in force: seconds since it came."""

    def __post_init__(self) -> None:
        self.router.prepare(self.roads)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._close)
        self._started = time.perf_counter()
        self._thread.start()

    def _close(self) -> None:
        done = 0
        while not self._over.wait(max(0.0, self._started + done * PAUSE_S - time.perf_counter())):
            due = self._count_due()
            try:
                self.router.close_roads(self.roads[done:due])
            except OSError:
                return  # was ended meanwhile
            now = time.perf_counter()
            self.lags_s += [now - self._started - number * PAUSE_S for number in range(done, due)]
            done = due
            if done == len(self.roads):
                return

    def _count_due(self) -> int:
        return min(len(self.roads), int((time.perf_counter() - self._started) / PAUSE_S) + 1)

    def stop(self) -> None:
        """Nothing comes any more; ends the router too, whatever it is at."""
        self.came = self._count_due()
        self._over.set()
        self.router.stop()
        self._thread.join()

    def tell(self) -> str:
        """How many of those that came were in force, and after how long."""
        if not self.lags_s:
            return f"none of {self.came}"
        p50, longest = np.percentile(self.lags_s, [50, 100])
        return f"{len(self.lags_s)} of {self.came}, after p50 {p50:.2f}, longest {longest:.2f} s"


def keep_asking(draw: Callable[[int], Places], ask: Callable[[Places], object]) -> tuple[list[float], int]:
    """Wall milliseconds of one question after the other for some seconds, each of other places, and how many
    had no answer; theirs count too."""
    waited: list[float] = []
    unanswered = 0
    started = time.perf_counter()
    while time.perf_counter() - started < WINDOW_S:
        places = draw(_ASKED_BEFORE + len(waited))
        begin = time.perf_counter()
        try:
            ask(places)
        except OSError:
            unanswered += 1
        waited.append((time.perf_counter() - begin) * 1000)
    return waited, unanswered
