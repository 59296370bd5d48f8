"""Folds of the log kept for quick starts and replays. Disposable: any of them can be made again."""

from datetime import datetime
from typing import NamedTuple

from dispatch.store.connect import Connection, translated


class Snapshot(NamedTuple):
    """The state after event `seq`, encoded by the core; comparable within one `fold_version` only."""

    seq: int
    fold_version: int
    recorded_at: datetime | None
    state_hash: str
    data: bytes


_COLUMNS = "seq, fold_version, recorded_at, state_hash, bytes"


async def save_snapshot(connection: Connection, snapshot: Snapshot) -> None:
    """Keep a snapshot; one of the same seq and fold is left as it is."""
    with translated():
        await connection.execute(
            f"INSERT INTO centre.snapshots ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            *snapshot,
        )


async def find_snapshot(connection: Connection, fold_version: int, until: int) -> Snapshot | None:
    """The newest snapshot of this fold at or before an event."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM centre.snapshots WHERE fold_version = $1 AND seq <= $2 "
        "ORDER BY seq DESC LIMIT 1",
        fold_version,
        until,
    )
    return Snapshot(*row) if row else None


async def list_state_hashes(connection: Connection, fold_version: int) -> dict[int, str]:
    """Seq → state hash of every snapshot of this fold, in order."""
    rows = await connection.fetch(
        "SELECT seq, state_hash FROM centre.snapshots WHERE fold_version = $1 ORDER BY seq", fold_version
    )
    return {row["seq"]: row["state_hash"] for row in rows}
