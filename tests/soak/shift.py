"""A shift's work on a clock moved by hand: told, opened, dispatched, driven, closed, some of it late."""

import asyncio
import heapq
import itertools
import math
import random
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from uuid6 import uuid7

from dispatch.core.clock import ManualClock
from dispatch.core.port import Answer, Submission
from dispatch.domain.model.messages import Actor, Role
from dispatch.live.positions import Located
from dispatch.usecases.picture import is_free
from tests.browser.world import RunningCentre

ROOM = Actor(id="demo-giamsat", role=Role.SUPERVISOR, agencies=("112", "113", "114", "115"))
KINDS = (
    "house_fire",
    "cardiac_arrest",
    "snatching",
    "breathing",
    "brawl",
    "noise",
    "chest_pain",
    "noise",
)
LATE_TO_RECEIVE, LATE_TO_ACCEPT = 10, 8
"""Every so many units get their order, and accept it, later than an alert waits."""

Act = Callable[[], Coroutine[Any, Any, None]]
Step = tuple[float, Act]


@dataclass
class Worked:
    """What the shift has done so far."""

    opened: int = 0
    sent: int = 0
    ended: int = 0
    refused: list[str] = field(default_factory=list)


class Shift:
    """`begin` lets incidents happen from now on; `advance` moves the clock and does what is due by then."""

    def __init__(self, centre: RunningCentre, clock: ManualClock, seed: int) -> None:
        self.worked = Worked()
        self._centre = centre.centre
        self._clock = clock
        self._chance = random.Random(seed)
        self._due: list[tuple[float, int, Act]] = []
        self._order = itertools.count()
        self._driving: dict[str, tuple[float, float]] = {}
        self.elapsed_s = 0.0

    def begin(self, incidents: int, every_s: float) -> None:
        """So many incidents from now on, one after the other."""
        for n in range(incidents):
            self._at(self.elapsed_s + n * every_s, partial(self._tell, n))

    async def advance(self, seconds: float) -> None:
        """Move the clock, do what has become due, and let units under way tell where they are."""
        until_s = self.elapsed_s + seconds
        while self._due and self._due[0][0] <= until_s:
            # At its own moment, so that nothing is late but what is meant to be.
            due_s = self._due[0][0]
            self._move_to(due_s)
            together = []
            while self._due and self._due[0][0] <= due_s:
                together.append(heapq.heappop(self._due)[2]())
            await asyncio.gather(*together)
        self._move_to(until_s)
        for unit_id in self._driving:
            self._drive(unit_id, seconds)

    def _move_to(self, elapsed_s: float) -> None:
        self._clock.advance(elapsed_s - self.elapsed_s)
        self.elapsed_s = elapsed_s

    # ── one incident ──

    async def _tell(self, n: int) -> None:
        told = await self._send(
            {
                "type": "report.receive",
                "channel": "phone",
                "words": f"người báo thứ {n}: cần giúp ngay, đường hẹp, có người bị nạn",
                "phone": f"09{self._chance.randrange(10**8):08d}",
                "place": {"lon_lat": self._somewhere(), "radius_m": 25.0},
            }
        )
        if told is not None:
            self._at(self.elapsed_s + 20, partial(self._open, n, str(told["report_id"])))

    async def _open(self, n: int, report_id: str) -> None:
        kind = KINDS[n % len(KINDS)]
        opened = await self._send({"type": "incident.open", "type_code": kind, "report_id": report_id})
        if opened is None:
            return
        self.worked.opened += 1
        incident_id = str(opened["incident_id"])
        self._at(self.elapsed_s + 10, partial(self._dispatch, n, incident_id))

    async def _dispatch(self, n: int, incident_id: str) -> None:
        """Whoever of each leg's agency is free; a leg that gets nobody is closed."""
        legs = [leg for leg in self._centre.picture.legs.values() if leg.incident_id == incident_id]
        for leg in legs:
            await self._send({"type": "leg.see", "leg_id": leg.id})
            free = [
                u for u in self._centre.picture.units.values() if u.agency_id == leg.agency_id and is_free(u)
            ]
            sent = None
            if free:
                unit = self._chance.choice(free)
                sent = await self._send(
                    {
                        "type": "assignment.dispatch",
                        "incident_id": incident_id,
                        "unit_ids": [unit.id],
                        "leg_id": leg.id,
                    }
                )
            if sent is None:
                await self._close(leg.id)
                continue
            self.worked.sent += 1
            assignment_id = str(sent["assignment_ids"][0])
            for after_s, act in self._story(n + self.worked.sent, assignment_id, unit.id, leg.id):
                self._at(self.elapsed_s + after_s, act)
        await self._send(
            {
                "type": "incident.note",
                "incident_id": incident_id,
                "text": f"ghi chú {n}: cổng sau khóa, vào cửa bên",
            }
        )

    def _story(self, n: int, assignment_id: str, unit_id: str, leg_id: str) -> Iterator[Step]:
        """What becomes of an order, each with how long after it was given."""
        received = 40 if n % LATE_TO_RECEIVE == 0 else 3
        accepted = received + (60 if n % LATE_TO_ACCEPT == 0 else 12)
        rolling = accepted + self._chance.randrange(20, 90)
        there = rolling + self._chance.randrange(180, 900)
        over = there + self._chance.randrange(300, 1500)
        yield received, partial(self._do, {"type": "assignment.received", "assignment_id": assignment_id})
        yield accepted, partial(self._do, {"type": "assignment.accept", "assignment_id": assignment_id})
        yield rolling, partial(self._roll, assignment_id, unit_id)
        yield there, partial(self._phase, assignment_id, "on_scene")
        yield over, partial(self._phase, assignment_id, "clearing")
        yield over + 120, partial(self._end, assignment_id, unit_id, leg_id)

    async def _roll(self, assignment_id: str, unit_id: str) -> None:
        await self._phase(assignment_id, "en_route")
        self._driving[unit_id] = self._somewhere()

    async def _end(self, assignment_id: str, unit_id: str, leg_id: str) -> None:
        self._driving.pop(unit_id, None)
        await self._do(
            {
                "type": "assignment.phase",
                "assignment_id": assignment_id,
                "status_code": "at_station",
                "outcome": "nothing_found",
            }
        )
        self.worked.ended += 1
        await self._close(leg_id)

    async def _phase(self, assignment_id: str, status_code: str) -> None:
        await self._do(
            {"type": "assignment.phase", "assignment_id": assignment_id, "status_code": status_code}
        )

    async def _close(self, leg_id: str) -> None:
        leg = self._centre.picture.legs.get(leg_id)
        if leg is not None and leg.outcome is None:
            await self._do({"type": "leg.close", "leg_id": leg_id, "outcome": "nothing_found"})

    # ── by which means ──

    def _at(self, due_s: float, act: Act) -> None:
        heapq.heappush(self._due, (due_s, next(self._order), act))

    async def _do(self, body: dict[str, object]) -> None:
        await self._send(body)

    async def _send(self, body: dict[str, object]) -> dict[str, Any] | None:
        """The answer's data; None and a note of it where the rules refused."""
        now, command_id = self._clock.now(), str(uuid7())
        command = await self._centre.deps.prepare(body, command_id, ROOM)
        answer: Answer = await self._centre.writer.submit(
            Submission(command_id=command_id, actor=ROOM, command=command, occurred_at=now, received_at=now)
        )
        if answer.refused is not None:
            self.worked.refused.append(f"{body['type']}: {answer.refused}")
            return None
        return dict(answer.data)

    def _somewhere(self) -> tuple[float, float]:
        west, south, east, north = self._centre.deps.settings.bounds or (106.6, 10.7, 106.8, 10.9)
        return (
            round(west + (east - west) * self._chance.uniform(0.3, 0.7), 6),
            round(south + (north - south) * self._chance.uniform(0.3, 0.7), 6),
        )

    def _drive(self, unit_id: str, seconds: float) -> None:
        """Ten metres a second in some direction, told by the unit's device."""
        lon, lat = self._driving[unit_id]
        turn = self._chance.uniform(0, 2 * math.pi)
        lon, lat = lon + 9e-5 * seconds * math.cos(turn), lat + 9e-5 * seconds * math.sin(turn)
        self._driving[unit_id] = (lon, lat)
        now = self._clock.now()
        agency_id = self._centre.picture.units[unit_id].agency_id
        self._centre.deps.positions.update(
            Located(
                unit_id=unit_id,
                agency_id=agency_id,
                at=now - timedelta(seconds=1),
                received_at=now,
                lon=lon,
                lat=lat,
            )
        )
