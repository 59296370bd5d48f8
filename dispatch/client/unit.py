"""A unit's (or station's) device: takes deliveries, acknowledges receipt by itself, reports and is seen."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from dispatch.client.account import TicketSource
from dispatch.client.console import Copy
from dispatch.client.link import CommandRefused, Json, Link


class UnitClient(Link):
    """`deliveries` in the order they came, `repeats` of each by its number; `receive` = acknowledge receipt
    at once."""

    channel = "unit"

    def __init__(
        self, source: TicketSource, *, receive: bool = True, now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__(source, now=now)
        self.receive = receive
        self.deliveries: list[Json] = []
        self.repeats: Counter[int] = Counter()
        self.copy = Copy()
        self._known: set[tuple[str, int]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, welcome: Json) -> None:
        """What concerns the unit comes whole after each welcome."""
        self.copy = Copy()

    async def take(self, frame: Json) -> None:
        """Rows and deliveries."""
        if frame["t"] == "changes":
            self.copy.take(frame)
        elif frame["t"] == "delivery":
            self._take_delivery(frame)

    async def accept(self, assignment_id: str, n: int = 0) -> Json:
        """A person has read it."""
        return await self.send({"type": "assignment.accept", "assignment_id": assignment_id, "n": n})

    async def report_phase(
        self,
        assignment_id: str,
        status_code: str,
        outcome: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Json:
        """A status on the assignment."""
        body: Json = {"type": "assignment.phase", "assignment_id": assignment_id}
        body |= {"status_code": status_code, "outcome": outcome}
        return await self.send(body, occurred_at=occurred_at)

    async def send_position(
        self, lon: float, lat: float, accuracy: float = 5.0, unit: str | None = None
    ) -> None:
        """Where the unit is now."""
        frame: Json = {"t": "position", "at": self.now().isoformat(), "lon": lon, "lat": lat}
        frame["accuracy"] = accuracy
        if unit is not None:
            frame["unit"] = unit
        await self.send_frame(frame)

    async def acknowledge(self, frame: Json) -> Json:
        """Tell the centre that the device has a delivery."""
        if frame["kind"] == "move":
            return await self.send({"type": "move.received", "move_id": frame["move_id"]})
        body = {
            "type": "assignment.received",
            "assignment_id": frame["assignment_id"],
            "n": frame["update_n"],
        }
        return await self.send(body)

    def _take_delivery(self, frame: Json) -> None:
        key = (frame["unit_id"], frame["n"])
        if key in self._known:
            self.repeats[frame["n"]] += 1
        else:
            self._known.add(key)
            self.deliveries.append(frame)
        if self.receive:
            task = asyncio.create_task(self._acknowledge(frame))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _acknowledge(self, frame: Json) -> None:
        try:
            await self.acknowledge(frame)
        except CommandRefused as refusal:
            self.errors.append(refusal.error)
