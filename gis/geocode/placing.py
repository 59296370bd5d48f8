"""Where along a street a house number lies, from the numbers known around it; pure.

Numbers in this city rise along a street, odd on one side and even on the other, about two and a half metres
each where houses are narrow. An alley bears the number of the house beside its mouth, so every mapped alley
is a known number of its street.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gis.geometry import LonLat, haversine_m, interpolate

TYPICAL_PACE_M = 2.5
_PACE_RANGE_M = (0.4, 14.0)
_NEAREST = 6
_LONGEST_GUESS_M = 800.0


class Known(msgspec.Struct, frozen=True):
    """A number whose place is known."""

    number: int
    lon_lat: LonLat
    sure: bool = True


class Placed(msgspec.Struct, frozen=True):
    """A guess: where, how far off it may be, and whether known numbers lie on both sides of it."""

    lon_lat: LonLat
    radius_m: float
    between: bool


def place_number(number: int, known: Sequence[Known]) -> Placed | None:
    """The place of a number among known ones, None when nothing is known.

    Of the nearest numbers below and above, the pair is taken whose distance fits their difference best;
    this keeps a number of another part of the same street from pulling the guess away.
    """
    below = sorted((k for k in known if k.number <= number), key=lambda k: (number - k.number, not k.sure))
    above = sorted((k for k in known if k.number > number), key=lambda k: (k.number - number, not k.sure))
    pairs = [
        (_doubt(low, high, number), low, high)
        for low in below[:_NEAREST]
        for high in (above[:_NEAREST] if low.number < number else [low])
    ]
    if pairs:
        doubt, low, high = min(pairs, key=lambda pair: pair[0])
        if doubt < 40:
            return _between(number, low, high)
    return _beyond(number, below[:_NEAREST], above[:_NEAREST])


def _doubt(low: Known, high: Known, number: int) -> float:
    """How little a pair is to be trusted: far numbers, other side of the street, an odd pace between."""
    span = high.number - low.number
    other_side = (low.number - number) % 2 + (high.number - number) % 2
    doubt = span / 8 + other_side + (not low.sure) * 2 + (not high.sure) * 2
    if span:
        pace = haversine_m(low.lon_lat, high.lon_lat) / span
        slack = 30 / span  # doors stand back from the street, alleys have a width
        if pace > _PACE_RANGE_M[1] + slack:
            doubt += 20 * pace / _PACE_RANGE_M[1]
        elif pace + slack < _PACE_RANGE_M[0]:
            doubt += 10
    return doubt


def _between(number: int, low: Known, high: Known) -> Placed:
    span = high.number - low.number
    if span == 0:
        return Placed(low.lon_lat, 30.0, between=True)
    distance = haversine_m(low.lon_lat, high.lon_lat)
    place = interpolate(low.lon_lat, high.lon_lat, (number - low.number) / span)
    nearest = min(number - low.number, high.number - number)
    return Placed(place, 30.0 + min(distance / 4, nearest * TYPICAL_PACE_M), between=True)


def _beyond(number: int, below: Sequence[Known], above: Sequence[Known]) -> Placed | None:
    """From the nearest known number on, in the direction the numbers run, at the pace they show."""
    side = min((s for s in (below, above) if s), key=lambda s: abs(s[0].number - number), default=None)
    if side is None:
        return None
    nearest = side[0]
    missing = abs(number - nearest.number)
    step = min(missing * TYPICAL_PACE_M, _LONGEST_GUESS_M)
    behind = next(
        (k for k in side[1:] if abs(k.number - nearest.number) >= 4 and _fits(k, nearest)),
        None,
    )
    if behind is None:
        return Placed(nearest.lon_lat, 60.0 + step, between=False)
    distance = haversine_m(behind.lon_lat, nearest.lon_lat)
    pace = distance / abs(nearest.number - behind.number)
    step = min(missing * pace, _LONGEST_GUESS_M)
    place = (
        interpolate(behind.lon_lat, nearest.lon_lat, 1 + step / distance) if distance > 1 else nearest.lon_lat
    )
    return Placed(place, 50.0 + step / 2, between=False)


def _fits(a: Known, b: Known) -> bool:
    pace = haversine_m(a.lon_lat, b.lon_lat) / abs(a.number - b.number)
    return _PACE_RANGE_M[0] <= pace <= _PACE_RANGE_M[1]
