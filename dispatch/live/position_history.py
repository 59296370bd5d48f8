"""Which fixes are kept for ever: all of units on assignments, otherwise one per 10 s or 25 m."""

import asyncio
import logging
import math
from collections.abc import Callable

from dispatch.live.positions import Located
from dispatch.store.errors import StoreError
from dispatch.store.positions import HistoryRow, PositionStore

log = logging.getLogger(__name__)

EVERY_S = 10.0
EVERY_M = 25.0
WAITING_LIMIT = 300_000
"""Fixes that may wait for the database; beyond it the oldest go, and are counted."""

_M_PER_DEGREE = 111_195.0


class HistoryBuffer:
    """Collects fixes worth keeping until somebody drains them, once a second."""

    def __init__(self, find_assignment: Callable[[str], str | None]) -> None:
        self._find_assignment = find_assignment
        self._last: dict[str, Located] = {}
        self._waiting: list[tuple[Located, str | None]] = []
        self.dropped = 0

    def offer(self, fix: Located) -> None:
        """Keep the fix if the rule says so; `find_assignment(unit_id)` is asked for its active one."""
        assignment_id = self._find_assignment(fix.unit_id)
        last = self._last.get(fix.unit_id)
        if assignment_id is None and last is not None and not is_worth_keeping(last, fix):
            return
        self._last[fix.unit_id] = fix
        self._waiting.append((fix, assignment_id))

    def drain(self) -> list[tuple[Located, str | None]]:
        """Everything collected since, with the assignment it was driven for."""
        batch, self._waiting = self._waiting, []
        return batch

    def put_back(self, batch: list[tuple[Located, str | None]]) -> None:
        """Return a batch the database did not take; the oldest are dropped beyond the bound."""
        together = batch + self._waiting
        excess = max(0, len(together) - WAITING_LIMIT)
        self.dropped += excess
        self._waiting = together[excess:]


def is_worth_keeping(last: Located, fix: Located) -> bool:
    """Whether a fix is 10 s later or 25 m away from the one kept last."""
    if abs((fix.at - last.at).total_seconds()) >= EVERY_S:
        return True
    return flat_distance_m(last, fix) >= EVERY_M


def flat_distance_m(a: Located, b: Located) -> float:
    """Distance in metres, equirectangular: good to 0.1 % within a city."""
    north = (b.lat - a.lat) * _M_PER_DEGREE
    east = (b.lon - a.lon) * _M_PER_DEGREE * math.cos(math.radians(a.lat))
    return math.hypot(north, east)


async def keep_history(buffer: HistoryBuffer, store: PositionStore, every_s: float = 1.0) -> None:
    """Copy what the buffer collects into the database once a second, until cancelled."""
    while True:
        await asyncio.sleep(every_s)
        await flush_history(buffer, store)


async def flush_history(buffer: HistoryBuffer, store: PositionStore) -> None:
    """Copy what waits now; what the database cannot take waits on."""
    batch = buffer.drain()
    if not batch:
        return
    try:
        await store.copy([_to_row(fix, assignment_id) for fix, assignment_id in batch])
    except StoreError as error:
        log.warning("positions wait for the database: %s", error)
        buffer.put_back(batch)


def _to_row(fix: Located, assignment_id: str | None) -> HistoryRow:
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
