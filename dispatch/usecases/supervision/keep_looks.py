"""Who looked at a picture is kept."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from dispatch.store.audit import Audit, AuditEntry


def keep_looks(
    audit: Audit, now: Callable[[], datetime]
) -> Callable[[str, dict[str, object]], Awaitable[None]]:
    """A function (who, at what) that keeps a look in the audit. It raises DatabaseLost."""

    async def keep(actor_id: str, at_what: dict[str, object]) -> None:
        await audit.keep(AuditEntry(at=now(), actor=actor_id, act="looked_at_photo", detail=at_what))

    return keep
