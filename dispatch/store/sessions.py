"""Who is signed in. Only the sha256 of a session's cookie is kept."""

from datetime import datetime

import msgspec

from dispatch.store.connect import Pool, translated
from dispatch.store.users import User


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in account; `id` is the hash of its cookie in hex."""

    id: str
    user: User
    expires_at: datetime


_ALIVE = "s.ended_at IS NULL AND s.expires_at > $2 AND u.active"

_FIND = f"""
SELECT s.expires_at, u.id, u.login, u.name, u.role, u.agencies, u.unit_id, u.station_id, u.active, u.demo
FROM centre.sessions s JOIN centre.users u ON u.id = s.user_id
WHERE s.token_hash = $1 AND {_ALIVE}
"""

_FIND_WITHDRAWN = f"""
SELECT k.token, s.token_hash IS NOT NULL AS alive
FROM unnest($1::bytea[], $3::text[]) AS k(token, rights)
LEFT JOIN (centre.sessions s JOIN centre.users u ON u.id = s.user_id) ON s.token_hash = k.token AND {_ALIVE}
WHERE s.token_hash IS NULL OR k.rights <> concat_ws(
    '|', u.role, array_to_string(u.agencies, ','), coalesce(u.unit_id, ''), coalesce(u.station_id, ''))
"""


def rights_text(role: str, agencies: tuple[str, ...], unit_id: str | None, station_id: str | None) -> str:
    """Rights of an account as one text, as `find_withdrawn` makes it of the table."""
    return "|".join((role, ",".join(agencies), unit_id or "", station_id or ""))


class Sessions:
    """The table of sessions. A session dies when it ends, expires, or its account is no longer active."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def begin(
        self, session_id: str, user_id: str, address: str, now: datetime, expires_at: datetime
    ) -> None:
        """Keep a new session."""
        with translated():
            await self._pool.execute(
                "INSERT INTO centre.sessions "
                "(token_hash, user_id, created_at, expires_at, last_seen_at, address) "
                "VALUES ($1, $2, $3, $4, $3, $5)",
                bytes.fromhex(session_id),
                user_id,
                now,
                expires_at,
                address,
            )

    async def find(self, session_id: str, now: datetime) -> Session | None:
        """The living session of an id, with the account's rights as they are now."""
        with translated():
            row = await self._pool.fetchrow(_FIND, bytes.fromhex(session_id), now)
        if row is None:
            return None
        fields = dict(row)
        expires_at = fields.pop("expires_at")
        return Session(id=session_id, user=msgspec.convert(fields, User), expires_at=expires_at)

    async def end(self, session_id: str, now: datetime) -> None:
        """Sign out."""
        with translated():
            await self._pool.execute(
                "UPDATE centre.sessions SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL",
                bytes.fromhex(session_id),
                now,
            )

    async def find_withdrawn(self, rights: dict[str, str], now: datetime) -> dict[str, bool]:
        """Of these sessions (id → rights as `rights_text` gives them), those that may no longer do all that
        they began with: True for one that lives with other rights, False for one that is over."""
        tokens = [bytes.fromhex(id_) for id_ in rights]
        with translated():
            rows = await self._pool.fetch(_FIND_WITHDRAWN, tokens, now, list(rights.values()))
        return {row["token"].hex(): row["alive"] for row in rows}

    async def purge(self, before: datetime) -> None:
        """Forget sessions that expired before a moment."""
        with translated():
            await self._pool.execute("DELETE FROM centre.sessions WHERE expires_at < $1", before)
