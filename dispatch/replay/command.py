"""`dispatch replay`: the centre or one incident at an instant, as JSON."""

from datetime import datetime

import msgspec

from dispatch.live.reveal import Opener
from dispatch.live.rights import Rights
from dispatch.replay.state_at import Replayer
from dispatch.store.connect import open_pool
from dispatch.store.vault import Vault


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

    `secret` is the vault's; opening values needs only the keys in the database. Raises Refused
    `unknown_seq`, `unknown_incident`; BrokenLog, DatabaseLost.
    """
    pool = await open_pool(dsn, max_size=2)
    try:
        opener: Opener = Vault(pool, secret)
        replayer = Replayer(pool, opener)
        rights = Rights(role="administrator", agencies=agencies)
        state = await replayer.state_at(rights, at=at, seq=seq, incident_id=incident_id)
    finally:
        await pool.close()
    return msgspec.json.format(msgspec.json.encode(state), indent=2)
