"""Forms while they are typed, kept sealed: what a reload restores and a colleague sees.

A form holds what callers say, so that it lies here only sealed, each under a subject of its own; the row is
gone when the form was sent, and a day later whatever became of it.
"""

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from dispatch.domain.model.values import Sealed
from dispatch.store.connect import Pool, translated

KEPT_FOR = timedelta(days=1)
"""How long an unfinished form is kept after it was last changed."""

_SAVE = """
INSERT INTO centre.drafts (id, user_id, agency_id, body, changed_at) VALUES ($1, $2, $3, $4::jsonb, $5)
ON CONFLICT (id) DO UPDATE SET user_id = $2, agency_id = $3, body = $4::jsonb, changed_at = $5
"""

_LIST = """
SELECT d.id, d.user_id, coalesce(nullif(u.name, ''), u.login) AS user_name, d.agency_id,
    d.body::text AS body, d.changed_at
FROM centre.drafts d JOIN centre.users u ON u.id = d.user_id WHERE d.changed_at > $1 ORDER BY d.id
"""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A form as it stands. `body` is the page's own and means nothing here; `subject` seals it."""

    id: str
    user_id: str
    user_name: str
    agency_id: str
    subject: str
    body: dict[str, object]
    changed_at: datetime


class DraftVault(Protocol):
    """What keeping forms needs of the vault."""

    async def new_subject(self) -> str: ...

    async def load(self, subjects: list[str]) -> None: ...

    def seal(self, subject: str, text: str) -> Sealed: ...

    def open(self, sealed: Sealed) -> str | None: ...

    async def erase(self, subject: str) -> bool: ...


class DraftStore:
    """The table of forms. Visibility is the caller's."""

    def __init__(self, pool: Pool, vault: DraftVault) -> None:
        self._pool = pool
        self._vault = vault

    async def new_subject(self) -> str:
        """Under what a form that is kept for the first time is sealed."""
        return await self._vault.new_subject()

    async def save(self, draft: Draft) -> None:
        """Keep a form as it stands now. Raises DatabaseLost."""
        await self._vault.load([draft.subject])
        sealed = self._vault.seal(draft.subject, msgspec.json.encode(draft.body).decode())
        body = msgspec.json.encode(sealed).decode()
        with translated():
            await self._pool.execute(_SAVE, draft.id, draft.user_id, draft.agency_id, body, draft.changed_at)

    async def remove(self, draft: Draft) -> None:
        """The form was sent or thrown away: row and key go."""
        with translated():
            await self._pool.execute("DELETE FROM centre.drafts WHERE id = $1", draft.id)
        await self._vault.erase(draft.subject)

    async def list_living(self, now: datetime) -> list[Draft]:
        """Every form changed within the last day; older ones are thrown away."""
        with translated():
            await self._pool.execute("DELETE FROM centre.drafts WHERE changed_at <= $1", now - KEPT_FOR)
            rows = await self._pool.fetch(_LIST, now - KEPT_FOR)
        sealed = [msgspec.json.decode(row["body"], type=Sealed) for row in rows]
        await self._vault.load([box.subject for box in sealed])
        found: list[Draft] = []
        for row, box in zip(rows, sealed, strict=True):
            text = self._vault.open(box)
            if text is not None:
                fields = {**dict(row), "subject": box.subject, "body": msgspec.json.decode(text)}
                found.append(Draft(**fields))
        return found
