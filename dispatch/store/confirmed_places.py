"""What confirmed places are learnt from: events of one type out of the log, where units were then, and who
was sent to an incident that has left the board since; and which incident an event taught from."""

from datetime import datetime

import msgspec

from dispatch.domain.model.assignment import Assignment
from dispatch.domain.model.incident import Incident, PlaceChanged
from dispatch.domain.model.messages import Envelope
from dispatch.store.connect import Pool, translated
from dispatch.store.past_positions import Fix

_OF_TYPE = """
SELECT bytes FROM centre.events WHERE seq > $1 AND seq <= $2 AND type = $3 ORDER BY seq LIMIT $4
"""

# A telephone without a connection sends its fixes later: it is its own time that counts.
_LAST_FIXES = """
SELECT DISTINCT ON (unit_id) unit_id, at, received_at, lon, lat, accuracy_m FROM centre.position_history
WHERE unit_id = ANY($1) AND received_at > $2 AND at > $2 AND at <= $3
ORDER BY unit_id, at DESC
"""

_INCIDENT = "SELECT body::text FROM centre.incidents WHERE id = $1"
_ASSIGNMENTS = "SELECT body::text FROM centre.assignments WHERE incident_id = $1 ORDER BY id"

_INCIDENTS = "SELECT id, body->>'number' AS number, visible_to FROM centre.incidents WHERE id = ANY($1)"
_EVENTS = "SELECT bytes FROM centre.events WHERE seq = ANY($1) AND type = $2"


class TaughtBy(msgspec.Struct, frozen=True):
    """The incident that an event is of, and who may see it."""

    seq: int
    at: datetime
    incident_id: str
    number: str
    visible_to: tuple[str, ...]


async def list_taught_by(pool: Pool, seqs: list[int]) -> list[TaughtBy]:
    """The incidents of these changes of place; events of other types are left out. Raises DatabaseLost."""
    if not seqs:
        return []
    with translated():
        rows = await pool.fetch(_EVENTS, seqs, PlaceChanged.TYPE)
        events = [msgspec.json.decode(row["bytes"], type=Envelope) for row in rows]
        of = {
            event.seq: msgspec.json.decode(event.payload, type=PlaceChanged).incident_id for event in events
        }
        found = {row["id"]: row for row in await pool.fetch(_INCIDENTS, sorted(set(of.values())))}
    return [
        TaughtBy(event.seq, event.occurred_at, row["id"], row["number"], tuple(row["visible_to"]))
        for event in events
        if (row := found.get(of[event.seq])) is not None
    ]


async def find_past_incident(pool: Pool, incident_id: str) -> tuple[Incident, list[Assignment]] | None:
    """An incident with its assignments as the read models keep them when it is over; None when it never was.

    Raises DatabaseLost.
    """
    with translated():
        body = await pool.fetchval(_INCIDENT, incident_id)
        rows = await pool.fetch(_ASSIGNMENTS, incident_id) if body is not None else []
    if body is None:
        return None
    sent = [msgspec.json.decode(row["body"], type=Assignment) for row in rows]
    return msgspec.json.decode(body, type=Incident), sent


async def list_events_of_type(pool: Pool, type_: str, after: int, until: int, most: int) -> list[Envelope]:
    """The first `most` events of the type in (after, until], in order. Raises DatabaseLost."""
    with translated():
        rows = await pool.fetch(_OF_TYPE, after, until, type_, most)
    return [msgspec.json.decode(row["bytes"], type=Envelope) for row in rows]


async def list_last_fixes(pool: Pool, unit_ids: list[str], since: datetime, at: datetime) -> list[Fix]:
    """The last fix of each unit in (since, at] by its own clock; units without one are left out.

    Raises DatabaseLost.
    """
    with translated():
        rows = await pool.fetch(_LAST_FIXES, unit_ids, since, at)
    return [Fix(*row) for row in rows]
