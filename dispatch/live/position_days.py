"""The days of the position history: made before they come, dropped when nobody may look at them any more."""

import logging
from datetime import date, timedelta

from dispatch.core.clock import Clock
from dispatch.store.connect import Connection, connect, translated
from dispatch.store.errors import DatabaseLost
from dispatch.store.partitions import drop_partitions, ensure_partitions

log = logging.getLogger(__name__)

DAYS_AHEAD = 7
"""Days made ahead, today included; a centre that runs looks after them every hour."""

EVERY = timedelta(hours=1)


async def look_after_days(dsn: str, clock: Clock, keep_days: int) -> None:
    """Every hour make what is missing and drop what is over, until cancelled."""
    while True:
        await clock.sleep_until(clock.now() + EVERY)
        try:
            connection = await connect(dsn)
            try:
                with translated():
                    await tend_days(connection, clock.now().date(), keep_days)
            finally:
                await connection.close(timeout=5)
        except DatabaseLost as error:
            log.warning("days of the position history are looked after in an hour again: %s", error)


async def tend_days(connection: Connection, today: date, keep_days: int) -> list[date]:
    """Make the days (UTC) from yesterday on; with `keep_days` drop those that lie further back than so many
    days before today, which are returned. 0 keeps everything."""
    await ensure_partitions(connection, today - timedelta(days=1), DAYS_AHEAD + 1)
    if keep_days <= 0:
        return []
    dropped = await drop_partitions(connection, today - timedelta(days=keep_days))
    if dropped:
        log.info("positions of %d days dropped, the last of them %s", len(dropped), dropped[-1])
    return dropped
