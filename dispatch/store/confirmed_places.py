"""What confirmed places are learnt from: events of one type out of the log, and where units were then."""

from datetime import datetime

import msgspec

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
