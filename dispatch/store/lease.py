"""The lease: one writer at a time, told apart by epoch."""

from dispatch.store.connect import Connection
from dispatch.store.errors import LeaseLost

_BACKEND = "SELECT a.backend_start FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()"

_ACQUIRE = f"""
    UPDATE centre.lease SET epoch = epoch + 1, holder = $1, backend_pid = pg_backend_pid(),
        backend_start = ({_BACKEND}), renewed_at = clock_timestamp()
    WHERE holder IS NULL OR $3 OR renewed_at < clock_timestamp() - make_interval(secs => $2)
        OR NOT EXISTS (SELECT FROM pg_stat_activity a
            WHERE a.pid = lease.backend_pid AND a.backend_start = lease.backend_start)
    RETURNING epoch
"""

_RENEW = f"""
    UPDATE centre.lease SET backend_pid = pg_backend_pid(), backend_start = ({_BACKEND}),
        renewed_at = clock_timestamp()
    WHERE epoch = $1
    RETURNING epoch
"""


async def acquire_lease(
    connection: Connection, holder: str, *, ttl_s: float, force: bool = False
) -> int | None:
    """The new epoch, or None while another writer holds the lease.

    A writer whose connection is gone, or that has not renewed for `ttl_s`, no longer holds it. `force`
    takes it from a living one, whose next commit then fails. Waits for a commit under way.
    """
    epoch = await connection.fetchval(_ACQUIRE, holder, ttl_s, force)
    return None if epoch is None else int(epoch)


async def renew_lease(connection: Connection, epoch: int) -> None:
    """Keep the lease, on this connection from now on. Raises LeaseLost when another has taken over."""
    if await connection.fetchval(_RENEW, epoch) is None:
        raise LeaseLost(f"epoch {epoch} no longer holds the lease")


async def release_lease(connection: Connection, epoch: int) -> None:
    """Give the lease back, so that the next writer need not wait; nothing happens when it is lost."""
    await connection.execute("UPDATE centre.lease SET holder = NULL WHERE epoch = $1", epoch)


async def get_epoch(connection: Connection) -> int:
    """The epoch under which was written last."""
    return int(await connection.fetchval("SELECT epoch FROM centre.lease"))
