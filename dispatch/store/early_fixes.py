"""Where a telephone says it is, until its call is there: positions often come before the first ring."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from dispatch.domain.rules.call import EARLY_FIX_HOLDS
from dispatch.store.connect import Pool, translated

MOST = 2_000

_KEEP = """
WITH gone AS (
    DELETE FROM centre.early_fixes WHERE subject IN (
        SELECT subject FROM centre.early_fixes WHERE subject <> $1 ORDER BY told_at DESC OFFSET $4
    )
)
INSERT INTO centre.early_fixes (subject, fix, told_at) VALUES ($1, $2::jsonb, $3)
ON CONFLICT (subject) DO UPDATE SET fix = $2::jsonb, told_at = $3
"""
_FIND = "SELECT fix::text AS fix FROM centre.early_fixes WHERE subject = $1 AND told_at > $2"
_PURGE = "DELETE FROM centre.early_fixes WHERE told_at <= $1"


class EarlyFixes:
    """The newest position told of each number that has not called yet, as its sender wrote it.

    Kept through a crash, for as long as the rules take one, and for the newest `MOST` numbers alone. It is
    not taken away when it is found: the ring it belongs to may have to be sent again.
    """

    def __init__(self, pool: Pool, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._now = now

    async def keep(self, subject: str, fix: object) -> None:
        """A position of a number without a call; durable when this returns. Raises DatabaseLost."""
        now = self._now()
        body = msgspec.json.encode(fix).decode()
        with translated():
            await self._pool.execute(_PURGE, now - EARLY_FIX_HOLDS)
            await self._pool.execute(_KEEP, subject, body, now, MOST - 1)

    async def find(self, subject: str) -> object | None:
        """The position told before this number's call. Raises DatabaseLost."""
        oldest = self._now() - EARLY_FIX_HOLDS
        with translated():
            await self._pool.execute(_PURGE, oldest)
            body = await self._pool.fetchval(_FIND, subject, oldest)
        return msgspec.json.decode(body) if body is not None else None
