"""A telephone exchange that behaves as a real one does, for demonstrations, training and tests.

It rings, waits for a person of the room to answer, speaks for a while, is put on hold or transferred, hangs
up, and can be called back. It uses the exchange's own channel with an ordinary account.
"""

import asyncio
from dataclasses import dataclass, field

from uuid6 import uuid7

from dispatch.client.exchange import ExchangeClient
from dispatch.client.link import Json


@dataclass
class DoubledCall:
    """One call as the exchange has it."""

    call_id: str
    line: str
    number: str
    over: bool = False
    lines: list[str] = field(default_factory=list)


class TelephoneExchangeDouble:
    """Calls that people outside would make. `patience_s` is how long a caller lets it ring."""

    def __init__(self, client: ExchangeClient, patience_s: float = 30.0) -> None:
        self._client = client
        self._patience_s = patience_s
        self.calls: dict[str, DoubledCall] = {}

    async def ring(self, line: str, number: str) -> DoubledCall:
        """A caller dials a line; durable when this returns. A withheld number is empty."""
        call = DoubledCall(call_id=str(uuid7()), line=line, number=number, lines=[line])
        recording = f"recording:{call.call_id}"
        await self._client.ring(call.call_id, line, number, recording_ref=recording)
        self.calls[call.call_id] = call
        return call

    async def wait_answered(self, call: DoubledCall) -> bool:
        """Let it ring until somebody answers; False when the caller lost patience and hung up."""
        try:
            await self._client.wait_until(lambda: self._state(call) in ("answered", "held"), self._patience_s)
        except TimeoutError:
            await self.hang_up(call)
            return False
        return True

    async def pick_up(self, call: DoubledCall, seat: str) -> Json:
        """A handset at a seat is lifted: the exchange itself tells who answered."""
        return await self._client.answer(call.call_id, seat)

    async def hold(self, call: DoubledCall, held: bool = True) -> None:
        """Music, or back."""
        await self._client.hold(call.call_id, held)

    async def transfer(self, call: DoubledCall, to_line: str) -> None:
        """To another service; the caller never dials again."""
        await self._client.transfer(call.call_id, to_line)
        call.line = to_line
        call.lines.append(to_line)

    async def hang_up(self, call: DoubledCall, by: str = "caller") -> None:
        """The line is gone."""
        await self._client.hang_up(call.call_id, by)
        call.over = True

    async def wait_on_call_back_list(self, call: DoubledCall) -> None:
        """Return once the room has the call on its list of people to call back."""
        await self._client.wait_until(lambda: bool((self._body(call) or {}).get("call_back_due")))

    async def burst(self, line: str, numbers: list[str]) -> list[DoubledCall]:
        """Many callers of one event at once."""
        return list(await asyncio.gather(*(self.ring(line, number) for number in numbers)))

    def _state(self, call: DoubledCall) -> str:
        return str((self._body(call) or {}).get("state", ""))

    def _body(self, call: DoubledCall) -> Json | None:
        return self._client.find_call(call.call_id)
