"""What could not be accepted is kept, cut to a bound, so that a person can look at it."""

import asyncio
from datetime import datetime

import msgspec

from dispatch.store.connect import Pool, translated
from dispatch.store.errors import StoreError

FRAME_LIMIT = 4_096
WAITING_LIMIT = 2_000
"""Rejections waiting to be written; more than this in one go are counted, not kept."""


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """One refused input: where it came in, from whom, why, and what it was."""

    at: datetime
    channel: str
    principal: str
    address: str
    code: str
    data: dict[str, object]
    frame: bytes


class RejectedLog:
    """Writes rejections in batches, beside the request that caused them. `run` goes on until cancelled."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: list[Rejection] = []
        self._wake = asyncio.Event()
        self._writing = asyncio.Lock()
        self.dropped = 0

    def note(self, rejection: Rejection) -> None:
        """Have a rejection kept. Never waits; counts instead of keeping when far too many come."""
        if len(self._waiting) >= WAITING_LIMIT:
            self.dropped += 1
            return
        self._waiting.append(rejection)
        self._wake.set()

    async def run(self) -> None:
        """Write what waits, as it comes."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self.flush()

    async def flush(self) -> None:
        """Write everything that waits now; returns after it is there, also what another flush has begun.

        What the database cannot take is counted and let go.
        """
        async with self._writing:
            batch, self._waiting = self._waiting, []
            if batch:
                await self._write(batch)

    async def _write(self, batch: list[Rejection]) -> None:
        try:
            with translated():
                await self._pool.executemany(
                    "INSERT INTO centre.rejected (at, channel, principal, address, code, data, frame) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    [_values(rejection) for rejection in batch],
                )
        except StoreError:
            self.dropped += len(batch)

    async def list_recent(self, limit: int = 100) -> list[Rejection]:
        """The newest rejections first."""
        with translated():
            rows = await self._pool.fetch(
                "SELECT at, channel, principal, address, code, data, frame FROM centre.rejected "
                "ORDER BY id DESC LIMIT $1",
                limit,
            )
        return [
            Rejection(**{**dict(row), "data": msgspec.json.decode(row["data"])})  # jsonb arrives as text
            for row in rows
        ]


def _values(rejection: Rejection) -> tuple[object, ...]:
    data = msgspec.json.encode(rejection.data).decode().replace("\\u0000", "")  # jsonb has no NUL
    frame = rejection.frame[:FRAME_LIMIT]
    return (
        rejection.at, rejection.channel, rejection.principal, rejection.address,
        rejection.code, data, frame,
    )  # fmt: skip
