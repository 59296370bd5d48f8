"""`dispatch replay`: the centre or one incident at an instant, as JSON."""

from datetime import datetime

import msgspec

from dispatch.core.clock import SystemClock
from dispatch.live.reveal import Opener
from dispatch.live.rights import Rights
from dispatch.replay.state_at import Replayer
from dispatch.store.audit import Audit, AuditEntry
from dispatch.store.connect import open_pool
from dispatch.store.vault import Vault

READER = "dispatch replay"
"""Stands in the audit for whoever may run programs on the centre's machine."""


async def replay_command(
    dsn: str,
    *,
    agencies: frozenset[str],
    at: datetime | None = None,
    seq: int | None = None,
    incident_id: str | None = None,
    secret: bytes = b"",
) -> bytes:
    """JSON of the rows that `agencies` had at the instant, indented: {seq, at, head, rows}.

    `incident_id` may also be a number (260712-0457). `secret` is the vault's; opening values needs only the
    keys in the database. The look is kept in the audit. Raises Refused `unknown_seq`, `unknown_incident`;
    BrokenLog, DatabaseLost.
    """
    pool = await open_pool(dsn, max_size=2)
    try:
        opener: Opener = Vault(pool, secret)
        replayer = Replayer(pool, opener)
        rights = Rights(role="administrator", agencies=agencies)
        state = await replayer.state_at(rights, at=at, seq=seq, incident=incident_id)
        detail: dict[str, object] = {
            "seq": state.seq, "incident": incident_id, "agencies": sorted(agencies),
        }  # fmt: skip
        now = SystemClock().now()
        await Audit(pool).keep(AuditEntry(at=now, actor=READER, act="read_replay", detail=detail))
    finally:
        await pool.close()
    return msgspec.json.format(msgspec.json.encode(state), indent=2)
