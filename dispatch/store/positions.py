"""Position history: copied in batches, read back for replay and after a restart."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import datetime

import msgspec

from dispatch.store.connect import Pool, translated


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One kept fix. `assignment_id` is the active one it was driven for, if any."""

    unit_id: str
    agency_id: str
    assignment_id: str | None
    at: datetime
    received_at: datetime
    lon: float
    lat: float
    accuracy_m: float | None
    source: str


_SLICE = 250
"""Rows that are encoded in one turn of the loop: a millisecond or two."""

_PAUSE_S = 0.005
"""Between two slices. A command needs some ten turns of the loop, and must not find a slice in each."""

_COLUMNS = list(HistoryRow.__struct_fields__)

_NEWEST = f"""
SELECT DISTINCT ON (unit_id) {", ".join(_COLUMNS)}
FROM centre.position_history WHERE received_at > $1
ORDER BY unit_id, received_at DESC
"""


class PositionStore:
    """The table of position history; its daily partitions must exist for the days that are written."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def copy(self, rows: Iterable[HistoryRow]) -> None:
        """Append a batch with one COPY; whatever else is to be done comes in between its rows."""
        with translated():
            async with self._pool.acquire() as connection:
                await connection.copy_records_to_table(
                    "position_history",
                    schema_name="centre",
                    columns=_COLUMNS,
                    records=_in_slices(rows),
                )

    async def list_newest(self, since: datetime) -> list[HistoryRow]:
        """The newest fix of every unit heard since a moment."""
        with translated():
            rows = await self._pool.fetch(_NEWEST, since)
        return [HistoryRow(**dict(row)) for row in rows]


async def _in_slices(rows: Iterable[HistoryRow]) -> AsyncIterator[tuple[object, ...]]:
    for n, row in enumerate(rows, start=1):
        yield msgspec.structs.astuple(row)
        if n % _SLICE == 0:
            await asyncio.sleep(_PAUSE_S)
