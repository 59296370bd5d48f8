"""Which fixes are kept for ever: all of units on assignments, otherwise one per 10 s or 25 m."""

import math
from collections.abc import Callable

from dispatch.live.positions import Located

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
