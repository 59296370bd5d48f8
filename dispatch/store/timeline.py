"""Events of one incident or report, read back from the log for its timeline."""

import msgspec

from dispatch.domain.model.messages import Envelope
from dispatch.domain.rows import Row
from dispatch.store.connect import Pool, translated
from dispatch.store.tables.rows import TABLES

EVENTS_LIMIT = 5_000

_EVENTS = """
SELECT e.bytes FROM centre.event_index i JOIN centre.events e ON e.seq = i.seq
WHERE i.kind = $1 AND i.id = $2 ORDER BY e.seq LIMIT $3
"""

_ROW = """
SELECT id, version, agency_id, visible_to, private_to, limited, body::text AS body FROM {table} WHERE id = $1
"""

_INCIDENT = """
SELECT id FROM centre.incidents WHERE id = $1 OR number = $1 OR right(number, 4) = $1
ORDER BY opened_at DESC LIMIT 1
"""
_CALL_SIGNS = "SELECT id, call_sign FROM centre.units WHERE id = ANY($1::text[])"
_RECEIPT = "SELECT id, status, received_at FROM centre.reports WHERE receipt_code = $1"


class PastReport(msgspec.Struct, frozen=True, kw_only=True):
    """What is still known of a report by its receipt code after it left the board."""

    id: str
    status: str
    received_at: object


class Timelines:
    """Reads of the past that the edge shows. Visibility is the caller's: it decides by the incident's row."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def list_events(self, kind: str, id_: str) -> list[Envelope]:
        """Events that tell of an entity, in the order of the log; the first EVENTS_LIMIT of them."""
        with translated():
            rows = await self._pool.fetch(_EVENTS, kind, id_, EVENTS_LIMIT)
        return [msgspec.json.decode(row["bytes"], type=Envelope) for row in rows]

    async def find_incident(self, incident_id: str) -> Row | None:
        """The incident's row, also after it left the board."""
        return await self.find_row("incident", incident_id)

    async def find_incident_id(self, incident: str) -> str | None:
        """The id of an incident named by its id, its number, or the last four digits of it (the newest)."""
        with translated():
            found: str | None = await self._pool.fetchval(_INCIDENT, incident)
        return found

    async def list_call_signs(self, unit_ids: list[str]) -> dict[str, str]:
        """What units are called now, by id; units that are gone are left out."""
        with translated():
            rows = await self._pool.fetch(_CALL_SIGNS, unit_ids)
        return {row["id"]: row["call_sign"] for row in rows}

    async def find_row(self, kind: str, id_: str) -> Row | None:
        """A row of a kind that is kept, also after it left the board."""
        with translated():
            row = await self._pool.fetchrow(_ROW.format(table=TABLES[kind].fullname), id_)
        if row is None:
            return None
        return Row(
            kind=kind,
            id=row["id"],
            version=row["version"],
            agency_id=row["agency_id"],
            visible_to=tuple(row["visible_to"]),
            private_to=tuple(row["private_to"]),
            limited=tuple(row["limited"]),
            body=msgspec.Raw(row["body"].encode()),
        )

    async def find_past_report(self, receipt_code: str) -> PastReport | None:
        """A report by its receipt code."""
        with translated():
            row = await self._pool.fetchrow(_RECEIPT, receipt_code)
        return None if row is None else PastReport(**dict(row))

    async def find_past_visibility(self, keys: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
        """(kind, id) → who could see each of these rows when it left the board."""
        found: dict[tuple[str, str], list[str]] = {}
        for kind in sorted({kind for kind, _ in keys}):
            ids = [id_ for key_kind, id_ in keys if key_kind == kind]
            with translated():
                rows = await self._pool.fetch(
                    f"SELECT id, visible_to FROM {TABLES[kind].fullname} WHERE id = ANY($1::text[])", ids
                )
            found |= {(kind, row["id"]): list(row["visible_to"]) for row in rows}
        return found
