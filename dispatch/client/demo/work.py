"""Taking things in hand one at a time: what both call-takers and dispatchers of the demonstration do."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

from dispatch.client.demo.chance import Chance, Pace
from dispatch.client.demo.watch import Seat, Watch
from dispatch.client.link import CommandRefused, Json

log = logging.getLogger("demo")

LOOK_EVERY_S = 1.0


class Colleague(ABC):
    """Somebody at a desk who looks about and takes up what nobody has. `look` starts what there is to do."""

    def __init__(self, seat: Seat, watch: Watch, chance: Chance, pace: Pace) -> None:
        self.seat = seat
        self.watch = watch
        self.chance = chance
        self.pace = pace
        self._in_hand: dict[str, asyncio.Task[None]] = {}

    async def work(self, desk_id: str) -> None:
        """Sit down at a desk and go on until cancelled; leaves the seat free for the next start."""
        seat_id = f"demo-{self.seat.user_id}"
        sign_on: Json = {"type": "seat.sign_on", "seat_id": seat_id, "desk_ids": [desk_id]}
        await self.try_to_send(sign_on)
        try:
            while True:
                if self.seat.connected and self.watch.connected:
                    self.look()
                await asyncio.sleep(LOOK_EVERY_S / min(4.0, self.pace.factor))
        finally:
            for task in list(self._in_hand.values()):
                task.cancel()

    @abstractmethod
    def look(self) -> None:
        """Take up what there is."""

    def take_up(self, key: str, doing: Coroutine[Any, Any, None]) -> None:
        """Begin something, once; `key` names it until it is done."""
        if key in self._in_hand:
            doing.close()
            return
        task = asyncio.create_task(doing, name=f"{self.seat.user_id} {key}")
        self._in_hand[key] = task
        task.add_done_callback(lambda done: self._finish(key, done))

    @property
    def is_busy(self) -> bool:
        """Whether anything is in hand."""
        return bool(self._in_hand)

    async def hesitate(self, alone_s: float, beside_a_person_s: float, agency_id: str) -> None:
        """React as people do; much later where a person sits who would like to do it, except to what they
        had begun before that person came."""
        roles = ("call_taker", "dispatcher", "supervisor")
        wanted = roles if self.seat.role == "call_taker" else roles[1:]
        beside = not self.chance.in_midst and self.watch.is_person_at_desk(agency_id, wanted)
        await self.pace.sleep(self.chance.reaction_s(beside_a_person_s if beside else alone_s))

    async def try_to_send(self, body: Json, **more: Any) -> Json | None:
        """The answer's data; None when the centre refuses, since somebody else was first."""
        try:
            return dict((await self.seat.send(body, **more))["data"])
        except CommandRefused as refusal:
            log.info("%s: %s refused: %s", self.seat.user_id, body["type"], refusal.code)
            return None

    def _finish(self, key: str, task: asyncio.Task[None]) -> None:
        self._in_hand.pop(key, None)
        if not task.cancelled() and task.exception() is not None:
            log.error("%s failed at %s", self.seat.user_id, key, exc_info=task.exception())
