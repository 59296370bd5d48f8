"""Where units were last heard of."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from dispatch.live.positions import PositionHub


class UnitPosition(NamedTuple):
    """Where a unit was last heard of."""

    lon: float
    lat: float
    at: datetime


FindPosition = Callable[[str], UnitPosition | None]


def find_position_in(hub: PositionHub) -> FindPosition:
    """Unit → where it was last heard of, by what the hub knows."""

    def find(unit_id: str) -> UnitPosition | None:
        fix = hub.find(unit_id)
        return UnitPosition(fix.lon, fix.lat, fix.at) if fix is not None else None

    return find
