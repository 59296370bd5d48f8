"""The simulator's kernel: calls come, units drive, serve, bring to hospital, go where a policy sends them.

Two events alone move it, a call's arrival and a unit's becoming free; all else follows by arithmetic. At
equal times a unit becomes free first, so that it can be sent. Everything random is in the calls, drawn
beforehand: two policies on the same calls are compared on common random numbers, and a policy is never
shown more than a centre would know (`routing.terms.deployment`).
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.terms.deployment import Busy, Deployment, Region, Situation, Waiting


class PolicyBroke(Exception):
    """A policy answered with what it may not; says what."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it will turn out. Minutes; `handover_min` counts only when the patient goes to hospital."""

    arrival_min: float
    place: int
    on_scene_min: float
    to_hospital: bool = False
    handover_min: float = 0.0


@dataclass(frozen=True, slots=True)
class Served:
    """What became of a call: its unit, when that was sent and arrived, when it was free again."""

    unit: int
    sent_min: float
    response_min: float
    free_min: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A whole run: what became of each call (None: lost), and how many drives to a base were begun."""

    served: list[Served | None]
    trips: int


@dataclass(frozen=True, slots=True)
class Job:
    """The moments of one call of one unit, hidden from policies until they have come."""

    place: int
    hospital: int
    sent_min: float
    there_min: float
    leaves_min: float
    at_hospital_min: float
    free_min: float


OnDecision = Callable[[str, float, int, object], None]


class Simulation:
    """One run. `queue_limit` bounds the calls that wait (0: a call that finds nobody is lost)."""

    def __init__(
        self,
        region: Region,
        homes: Sequence[int],
        policy: Deployment,
        *,
        queue_limit: int | None = None,
        on_decision: OnDecision | None = None,
    ) -> None:
        self._region = region
        self._policy = policy
        self._queue_limit = queue_limit
        self._on_decision = on_decision
        self._bases = frozenset(region.bases)
        self._drive: list[list[float]] = region.drive_min.tolist()
        self._hospital = self._find_nearest_hospitals()
        count = len(homes)
        self._from: list[int] = list(homes)
        self._left_min = [0.0] * count
        self._jobs: dict[int, Job] = {}
        self._free_at: list[tuple[float, int]] = []
        self.now = Situation(0.0, list(range(count)), list(homes), list(homes), [0.0] * count)

    def run(self, calls: Sequence[Call]) -> Outcome:
        """Until every call is served. Calls are in the order of arrival. Raises PolicyBroke."""
        served: list[Served | None] = [None] * len(calls)
        for number, call in enumerate(calls):
            self._free_until(call.arrival_min, calls, served)
            self._advance(call.arrival_min)
            self.now.calls += 1
            self._receive(number, call, served)
        self._free_until(float("inf"), calls, served)
        return Outcome(served, self.now.trips)

    def _receive(self, number: int, call: Call, served: list[Served | None]) -> None:
        now = self.now
        if now.idle and not now.waiting:
            unit = self._policy.choose_unit(now, call.place)
            self._note("unit", call.place, unit)
            if unit is not None:
                served[number] = self._send(unit, call)
                self._move_up()
                return
        if self._queue_limit is None or len(now.waiting) < self._queue_limit:
            now.waiting.append(Waiting(number, call.place, call.arrival_min))

    def _free_until(self, until_min: float, calls: Sequence[Call], served: list[Served | None]) -> None:
        while self._free_at and self._free_at[0][0] <= until_min:
            free_min, unit = heapq.heappop(self._free_at)
            self._advance(free_min)
            self._release(unit, calls, served)

    def _release(self, unit: int, calls: Sequence[Call], served: list[Served | None]) -> None:
        now = self.now
        job = self._jobs.pop(unit)
        stands = job.hospital if job.hospital >= 0 else job.place
        self._from[unit] = now.place[unit] = now.base[unit] = stands
        self._left_min[unit] = now.due_min[unit] = now.now_min
        now.busy = self._list_busy()
        now.idle = sorted([*now.idle, unit])
        if now.waiting:
            position = self._policy.choose_call(now, unit)
            self._note("call", unit, position)
            if position is not None:
                if not 0 <= position < len(now.waiting):
                    raise PolicyBroke(f"there is no waiting call {position}")
                number = now.waiting.pop(position).call
                served[number] = self._send(unit, calls[number])
                self._move_up()
                return
        base = self._policy.choose_base(now, unit)
        self._note("base", unit, base)
        self._drive_to(unit, base)
        self._move_up()

    def _send(self, unit: int, call: Call) -> Served:
        now = self.now
        if unit not in now.idle:
            raise PolicyBroke(f"unit {unit} is not idle at {now.now_min:.3f} min")
        there = now.now_min + self._drive[now.place[unit]][call.place]
        leaves = there + call.on_scene_min
        hospital, at_hospital, free = -1, leaves, leaves
        if call.to_hospital:
            hospital = self._hospital[call.place]
            at_hospital = leaves + self._drive[call.place][hospital]
            free = at_hospital + call.handover_min
        now.idle.remove(unit)
        self._jobs[unit] = Job(call.place, hospital, now.now_min, there, leaves, at_hospital, free)
        now.busy = self._list_busy()
        heapq.heappush(self._free_at, (free, unit))
        return Served(unit, now.now_min, there - call.arrival_min, free)

    def _move_up(self) -> None:
        for unit, base in self._policy.choose_moves(self.now):
            self._note("move", unit, base)
            if unit not in self.now.idle:
                raise PolicyBroke(f"unit {unit} is not idle and cannot move up")
            self._drive_to(unit, base)

    def _drive_to(self, unit: int, base: int) -> None:
        now = self.now
        if base not in self._bases:
            raise PolicyBroke(f"place {base} is no base")
        start = now.place[unit]
        self._from[unit] = start
        self._left_min[unit] = now.now_min
        now.base[unit] = base
        now.due_min[unit] = now.now_min + self._drive[start][base] / self._region.home_speed
        now.trips += start != base

    def _advance(self, now_min: float) -> None:
        """Move the clock, and every idle unit along the straight line of its drive."""
        now = self.now
        now.now_min = now_min
        now.busy = self._list_busy()
        for unit in now.idle:
            if now.place[unit] != now.base[unit]:
                now.place[unit] = self._find_place(unit, now_min)

    def _find_place(self, unit: int, now_min: float) -> int:
        start, base = self._from[unit], self.now.base[unit]
        whole = self.now.due_min[unit] - self._left_min[unit]
        gone = now_min - self._left_min[unit]
        if gone >= whole:
            return base
        at = self._region.xy_m
        here = at[start] + (at[base] - at[start]) * (gone / whole)
        return int(np.argmin(((at - here) ** 2).sum(axis=1)))

    def _list_busy(self) -> list[Busy]:
        """What can be seen of the units on calls: the phase reached, nothing of what is to come."""
        now_min, seen = self.now.now_min, []
        for unit, job in self._jobs.items():
            if now_min < job.there_min:
                seen.append(Busy(unit, "driving", job.place, job.sent_min, job.there_min))
            elif now_min < job.leaves_min or job.hospital < 0:
                seen.append(Busy(unit, "on_scene", job.place, job.there_min, None))
            elif now_min < job.at_hospital_min:
                seen.append(Busy(unit, "to_hospital", job.hospital, job.leaves_min, job.at_hospital_min))
            else:
                seen.append(Busy(unit, "at_hospital", job.hospital, job.at_hospital_min, None))
        return seen

    def _find_nearest_hospitals(self) -> list[int]:
        if not self._region.hospitals:
            return [-1] * len(self._region.names)
        hospitals = np.array(self._region.hospitals)
        return [int(h) for h in hospitals[np.argmin(self._region.drive_min[:, hospitals], axis=1)]]

    def _note(self, what: str, subject: int, answer: object) -> None:
        if self._on_decision is not None:
            self._on_decision(what, self.now.now_min, subject, answer)
