"""A telephone exchange's side: it tells of calls and sees what becomes of them."""

from collections.abc import Callable
from datetime import datetime

from dispatch.client.account import TicketSource
from dispatch.client.console import Copy
from dispatch.client.link import Json, Link


class ExchangeClient(Link):
    """`copy` holds the calls."""

    channel = "exchange"

    def __init__(self, source: TicketSource, *, now: Callable[[], datetime] | None = None) -> None:
        super().__init__(source, now=now)
        self.copy = Copy()

    async def begin(self, welcome: Json) -> None:
        """All living calls come after each welcome."""
        self.copy = Copy()

    async def take(self, frame: Json) -> None:
        """Calls as they change."""
        if frame["t"] == "changes":
            self.copy.take(frame)

    def find_call(self, call_id: str) -> Json | None:
        """A call as the centre has it."""
        row = self.copy.rows.get(("call", call_id))
        return None if row is None else dict(row["body"])

    async def ring(self, call_id: str, line: str, number: str = "", recording_ref: str | None = None) -> Json:
        """A call rings."""
        body = {"type": "call.ring", "call_id": call_id, "line": line, "number": number}
        return await self.send(body | {"recording_ref": recording_ref})

    async def answer(self, call_id: str, by: str | None = None) -> Json:
        """It was picked up at a seat."""
        return await self.send({"type": "call.answer", "call_id": call_id, "by": by})

    async def hold(self, call_id: str, held: bool = True) -> Json:
        """On hold, or back."""
        return await self.send({"type": "call.hold", "call_id": call_id, "held": held})

    async def transfer(self, call_id: str, to_line: str) -> Json:
        """To another service's line; the caller stays on."""
        return await self.send({"type": "call.transfer", "call_id": call_id, "to_line": to_line})

    async def hang_up(self, call_id: str, by: str = "caller") -> Json:
        """The line is gone."""
        return await self.send({"type": "call.hang_up", "call_id": call_id, "by": by})
