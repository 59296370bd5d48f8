"""Whose call a telephone's position belongs to, and whether it can be of this city."""

from collections.abc import Iterable

from dispatch.domain.model.call import Call
from dispatch.domain.model.messages import Refused

Bounds = tuple[float, float, float, float]


def find_call_of(calls: Iterable[Call], subject: str) -> Call | None:
    """The newest call of a number, living or over."""
    own = [call for call in calls if call.number is not None and call.number.subject == subject]
    return max(own, key=lambda call: (call.rung_at, call.id), default=None)


def require_inside(fix: object, bounds: Bounds | None) -> None:
    """Refuse `handset_outside` for a position beyond the city; what is no position, the rules refuse."""
    lon_lat = fix.get("lon_lat") if isinstance(fix, dict) else None
    match lon_lat:
        case [int() | float() as lon, int() | float() as lat] if bounds is not None:
            west, south, east, north = bounds
            if abs(lon) <= 180 and abs(lat) <= 90 and not (west <= lon <= east and south <= lat <= north):
                raise Refused("handset_outside", lon=lon, lat=lat)
