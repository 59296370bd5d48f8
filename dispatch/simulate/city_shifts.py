"""When crews change on a simulated day, by the agency's own table.

A crew that is at its station when the shift begins is followed by the next, which takes the vehicle over; as
long as the shifts overlap, both are there. A crew that is out, or waits at another station, may be sent until
the overlap is over and drives home; after it nobody sends it before the next crew has the vehicle.
"""

from dataclasses import dataclass

from dispatch.domain.codebook import Shifts

TAKE_OVER_MIN = 10.0
"""How long the next crew needs with the vehicle before it can be sent. Assumed. An overlap covers it."""


@dataclass(frozen=True)
class Change:
    """A shift begins at `at_min` of the day; who is still out may be sent until `until_min`; at home the unit
    is away for `away_min`."""

    at_min: float
    until_min: float
    away_min: float


def list_changes(shifts: Shifts, from_h: float, minutes: float) -> list[Change]:
    """Every change within a day of so many minutes that begins at this hour, in order. At its very beginning
    whoever begins has begun."""
    found = []
    for begin_h in shifts.begin_h:
        at_min = (begin_h - from_h) % 24.0 * 60.0
        while at_min < minutes:
            if at_min > 0:
                found.append(at_min)
            at_min += 24.0 * 60.0
    away_min = max(0.0, TAKE_OVER_MIN - shifts.overlap_min)
    return [Change(at_min, at_min + shifts.overlap_min, away_min) for at_min in sorted(found)]
