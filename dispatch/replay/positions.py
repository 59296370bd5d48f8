"""Where units were at an instant, from the history that was kept."""

from datetime import datetime, timedelta

import msgspec

from dispatch.store.connect import Pool, translated
from dispatch.store.past_positions import list_positions_at

HEARD_WITHIN = timedelta(hours=13)
"""A shift: a unit not heard of for longer has no position."""


class PastPosition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A unit's last fix before an instant; `age_s` is how old it was then. Degrees WGS84, longitude first.

    The same parts in the same order as a live frame of positions.
    """

    unit_id: str
    lon: float
    lat: float
    age_s: float
    accuracy_m: float | None


async def positions_at(pool: Pool, at: datetime, unit_ids: list[str]) -> list[PastPosition]:
    """The newest fix that the centre had of each unit at an instant; units without any are left out.

    Position history is thinned for units without an assignment (one fix per 10 s or 25 m), and so is this.
    Raises DatabaseLost.
    """
    with translated():
        async with pool.acquire() as connection:
            fixes = await list_positions_at(connection, unit_ids, at - HEARD_WITHIN, at)
    return [
        PastPosition(
            unit_id=fix.unit_id,
            lon=fix.lon,
            lat=fix.lat,
            age_s=max(0.0, (at - fix.at).total_seconds()),
            accuracy_m=fix.accuracy_m,
        )
        for fix in fixes
    ]
