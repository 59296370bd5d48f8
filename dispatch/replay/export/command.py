"""`dispatch export`: a file from the command line, under the same rules, kept in the audit like any other."""

from datetime import datetime
from pathlib import Path

from dispatch.core.clock import SystemClock
from dispatch.live.rights import Rights
from dispatch.replay.command import READER
from dispatch.replay.export.make import make_file
from dispatch.replay.questions import AskExport
from dispatch.replay.state_at import Replayer
from dispatch.store.audit import Audit, AuditEntry
from dispatch.store.connect import open_pool
from dispatch.store.vault import Vault


async def export_command(
    dsn: str,
    folder: Path,
    format_: str,
    *,
    agencies: frozenset[str],
    incident: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    redacted: bool = True,
    reason: str = "",
    lang: str = "vi",
    test: bool = False,
) -> Path:
    """Writes the file into `folder` and gives its path; a file of that name is overwritten.

    Raises Refused `unknown_incident`, `export_too_long`, `export_format`; BrokenLog, DatabaseLost, OSError.
    """
    now = SystemClock().now()
    ask = AskExport(
        role="administrator", agencies=tuple(sorted(agencies)), format=format_, by=READER, now=now,
        incident=incident, start=start, end=end, redacted=redacted, reason=reason, lang=lang, test=test,
    )  # fmt: skip
    detail: dict[str, object] = {
        "format": format_, "incident": incident, "start": start, "end": end, "redacted": redacted,
        "reason": reason, "agencies": sorted(agencies),
    }  # fmt: skip
    pool = await open_pool(dsn, max_size=2)
    try:
        await Audit(pool).keep(AuditEntry(at=now, actor=READER, act="export", detail=detail))
        vault = Vault(pool, b"")
        rights = Rights(role="administrator", agencies=agencies)
        file = await make_file(pool, Replayer(pool, vault), vault, rights, ask)
    finally:
        await pool.close()
    path = folder / file.name
    path.write_bytes(file.data)
    return path
