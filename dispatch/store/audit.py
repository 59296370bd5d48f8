"""What people did that changes no incident and is still kept: lines typed, the past looked at."""

from datetime import datetime

import asyncpg
import msgspec

from dispatch.store.connect import Connection, translated


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One act: `act` is typed_line, read_replay, explain or export; `detail` is plain JSON."""

    at: datetime
    actor: str
    act: str
    detail: dict[str, object]


class Audit:
    """The table of acts. Appended only."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def keep(self, entry: AuditEntry, within: Connection | None = None) -> None:
        """Append one act, in the transaction of a connection where one is given. Raises DatabaseLost."""
        detail = msgspec.json.encode(entry.detail).decode()
        with translated():
            await (within or self._pool).execute(
                "INSERT INTO centre.audit (at, actor, act, detail) VALUES ($1, $2, $3, $4::jsonb)",
                entry.at,
                entry.actor,
                entry.act,
                detail,
            )

    async def list_recent(self, limit: int = 100) -> list[AuditEntry]:
        """The newest acts first."""
        with translated():
            rows = await self._pool.fetch(
                "SELECT at, actor, act, detail FROM centre.audit ORDER BY id DESC LIMIT $1", limit
            )
        return [AuditEntry(**{**dict(row), "detail": msgspec.json.decode(row["detail"])}) for row in rows]
