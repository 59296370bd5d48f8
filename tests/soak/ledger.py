"""What the senders know by themselves: each command before it leaves, each answer when it comes.

The ledger is kept outside the centre; the centre's log must agree with it whatever was killed meanwhile.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from uuid6 import uuid7

from dispatch.client.console import ConsoleClient
from dispatch.client.exchange import ExchangeClient
from dispatch.client.link import CommandRefused, Link
from dispatch.client.reporter import ReporterClient
from dispatch.client.unit import UnitClient

Json = dict[str, Any]
_CANONICAL = msgspec.json.Encoder(order="sorted")


@dataclass
class Entry:
    """One command: who sent what, and the answer once there is one (an `ack` frame, or a refusal's code)."""

    link: Link
    content: bytes
    body: Json
    ack: Json | None = None
    refused: str | None = None

    @property
    def answered(self) -> bool:
        """Whether the sender has been told what became of it."""
        return self.ack is not None or self.refused is not None


class Ledger:
    """Every command of every client by its id, and the same as lines in a file, for looking back."""

    def __init__(self, path: Path) -> None:
        self.entries: dict[str, Entry] = {}
        self.answered = 0
        self._file = path.open("a")
        self._moved = asyncio.Condition()

    @property
    def unanswered(self) -> int:
        """Commands on their way at this moment."""
        return len(self.entries) - self.answered

    def close(self) -> None:
        """Nothing more will be written."""
        self._file.close()

    def note_sent(self, link: Link, command_id: str, body: Json) -> None:
        """A command is about to leave; one that is repeated on purpose is noted once."""
        if command_id not in self.entries:
            self.entries[command_id] = Entry(link, _CANONICAL.encode(body), body)
            self._write({"sent": command_id, "body": body})

    async def note_answer(self, command_id: str, ack: Json | None, refused: str | None) -> None:
        """The first answer is kept; a later one must say the same."""
        entry = self.entries[command_id]
        if entry.answered:
            assert (ack, refused) == (entry.ack, entry.refused), (
                f"{command_id} was answered twice, differently"
            )
            return
        entry.ack, entry.refused = ack, refused
        self.answered += 1
        self._write({"answered": command_id, "ack": ack, "refused": refused})
        async with self._moved:
            self._moved.notify_all()

    async def wait_until(self, holds: Callable[[], bool], timeout_s: float) -> None:
        """Return once a condition holds; it is looked at after every answer. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s), self._moved:
            await self._moved.wait_for(holds)

    def list_acknowledged(self, link: Link) -> list[str]:
        """Ids of what one client had acknowledged, in the order of sending."""
        return [id_ for id_, entry in self.entries.items() if entry.link is link and entry.ack is not None]

    def _write(self, line: Json) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")


class Recorded(Link):
    """A client all of whose commands go through the ledger, also those it sends by itself."""

    ledger: Ledger

    async def send(
        self,
        body: Json,
        *,
        command_id: str | None = None,
        occurred_at: datetime | None = None,
        source: str | None = None,
    ) -> Json:
        """As every client sends; see `Link.send`."""
        id_ = command_id or str(uuid7())
        self.ledger.note_sent(self, id_, body)
        try:
            ack = await super().send(body, command_id=id_, occurred_at=occurred_at, source=source)
        except CommandRefused as refusal:
            await self.ledger.note_answer(id_, None, refusal.code)
            raise
        await self.ledger.note_answer(id_, ack, None)
        return ack


class RecordedConsole(Recorded, ConsoleClient):
    """A screen of the room."""


class RecordedUnit(Recorded, UnitClient):
    """A unit's device."""


class RecordedReporter(Recorded, ReporterClient):
    """Somebody's phone."""


class RecordedExchange(Recorded, ExchangeClient):
    """The telephone exchange."""
