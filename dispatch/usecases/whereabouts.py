"""Where a telephone says it is, until its call is there: positions often come before the first ring."""

from collections import OrderedDict
from collections.abc import Iterable

from dispatch.domain.model.call import Call
from dispatch.domain.model.messages import Refused

_KEPT = 2_000

Bounds = tuple[float, float, float, float]


class EarlyFixes:
    """The newest position told of each number that has not called yet, as its sender wrote it.

    Kept in memory alone and for the newest numbers alone: the rules decide whether one is still fresh when
    its call comes.
    """

    def __init__(self) -> None:
        self._fixes: OrderedDict[str, object] = OrderedDict()

    def keep(self, subject: str, fix: object) -> None:
        """A position of a number without a call."""
        self._fixes[subject] = fix
        self._fixes.move_to_end(subject)
        while len(self._fixes) > _KEPT:
            self._fixes.popitem(last=False)

    def take(self, subject: str) -> object | None:
        """The position told before this number's call, once."""
        return self._fixes.pop(subject, None)


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
