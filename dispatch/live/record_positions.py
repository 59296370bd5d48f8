"""Positions into history, once a second, and back into the hub after a restart."""

import asyncio
import logging
from datetime import datetime

from dispatch.live.position_history import HistoryBuffer
from dispatch.live.positions import Located, PositionHub
from dispatch.store.errors import StoreError
from dispatch.store.positions import HistoryRow, PositionStore

log = logging.getLogger(__name__)

EVERY_S = 1.0


async def restore_positions(hub: PositionHub, store: PositionStore, since: datetime) -> None:
    """Give the hub the newest kept fix of every unit; their ages tell how old they are."""
    rows = await store.list_newest(since)
    hub.restore(
        Located(
            unit_id=row.unit_id,
            agency_id=row.agency_id,
            at=row.at,
            received_at=row.received_at,
            lon=row.lon,
            lat=row.lat,
            accuracy_m=row.accuracy_m,
            source=row.source,
        )
        for row in rows
    )


async def record_positions(buffer: HistoryBuffer, store: PositionStore) -> None:
    """Write what the buffer collected until cancelled. A database that is away costs delay, not fixes."""
    while True:
        await asyncio.sleep(EVERY_S)
        await flush_positions(buffer, store)


async def flush_positions(buffer: HistoryBuffer, store: PositionStore) -> None:
    """Write what waits now; what the database cannot take waits on."""
    batch = buffer.drain()
    if not batch:
        return
    try:
        await store.copy(_history_row(fix, assignment_id) for fix, assignment_id in batch)
    except StoreError as error:
        log.warning("%d positions wait for the database: %s", len(batch), error)
        buffer.put_back(batch)


def _history_row(fix: Located, assignment_id: str | None) -> HistoryRow:
    return HistoryRow(
        unit_id=fix.unit_id,
        agency_id=fix.agency_id,
        assignment_id=assignment_id,
        at=fix.at,
        received_at=fix.received_at,
        lon=fix.lon,
        lat=fix.lat,
        accuracy_m=fix.accuracy_m,
        source=fix.source,
    )
