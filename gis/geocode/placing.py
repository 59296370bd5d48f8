"""Where along a street a house number lies, from the numbers known around it; pure.

Numbers in this city rise along a street, odd on one side and even on the other, some three metres each. An
alley bears the number of the house beside its mouth, so every mapped alley is a known number of its street.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from gis.geometry import LonLat, haversine_m, interpolate

_PACE_RANGE_M = (0.4, 14.0)
_NEAREST = 6
_TOO_DOUBTFUL = 40.0
_INSIDE_PACE_M = 2.5


class Known(msgspec.Struct, frozen=True):
    """A number that stands `along_m` metres along its street's spine."""

    number: int
    along_m: float
    sure: bool = True


class Scale(msgspec.Struct, frozen=True):
    """How numbers run on a street: number n at about zero_m + n * pace_m of its length_m."""

    zero_m: float
    pace_m: float
    fitted: bool
    length_m: float


class Placed(msgspec.Struct, frozen=True):
    """A guess along the spine, how far off it may be, and what it rests on."""

    along_m: float
    radius_m: float
    basis: Literal["between", "beyond", "custom"]


def place_along(number: int, known: Sequence[Known], scale: Scale) -> Placed:
    """The place of a number on a street.

    Of the nearest known numbers below and above, the pair is taken whose distance fits their difference best:
    this keeps a number of another part of the same street from pulling the guess away. The end that the
    numbers begin at counts as number 0. Beyond the known numbers the street's own pace is followed; with none
    known, the city's custom.
    """
    known = [*known, *_beginning(scale)]
    below = sorted((k for k in known if k.number <= number), key=lambda k: (number - k.number, not k.sure))
    above = sorted((k for k in known if k.number > number), key=lambda k: (k.number - number, not k.sure))
    pairs = [
        (_doubt(low, high, number, scale), low, high)
        for low in below[:_NEAREST]
        for high in (above[:_NEAREST] if low.number < number else [low])
    ]
    doubt, low, high = min(pairs, key=lambda pair: pair[0], default=(_TOO_DOUBTFUL, None, None))
    if low is not None and high is not None and doubt < _TOO_DOUBTFUL:
        span = high.number - low.number
        share = (number - low.number) / span if span else 0.0
        nearest = min(number - low.number, high.number - number)
        length = abs(high.along_m - low.along_m)
        radius = 25.0 + min(length / 4, nearest * abs(scale.pace_m))
        return Placed(low.along_m + (high.along_m - low.along_m) * share, radius, "between")
    return _beyond(number, [*below, *above], scale)


def _beginning(scale: Scale) -> list[Known]:
    """Number 0 at the end of the street, where the numbers that are known point to that end."""
    end = 0.0 if scale.pace_m > 0 else scale.length_m
    return [Known(0, end, sure=False)] if scale.fitted and abs(scale.zero_m - end) < 150 else []


def _doubt(low: Known, high: Known, number: int, scale: Scale) -> float:
    """How little a pair is to be trusted: far numbers, other side of the street, an odd pace between."""
    span = high.number - low.number
    other_side = (low.number - number) % 2 + (high.number - number) % 2
    doubt = min(span / 8, 25.0) + other_side + (not low.sure) * 2 + (not high.sure) * 2
    if span:
        run = high.along_m - low.along_m
        slack = 30 / span  # doors stand back from the street, alleys have a width
        pace = abs(run) / span
        if pace > _PACE_RANGE_M[1] + slack:
            doubt += 20 * pace / _PACE_RANGE_M[1]
        elif pace + slack < _PACE_RANGE_M[0]:
            doubt += 10
        if scale.fitted and run * scale.pace_m < 0 and abs(run) > 30:
            doubt += 15
    return doubt


def _beyond(number: int, known: Sequence[Known], scale: Scale) -> Placed:
    """From the nearest known number on, at the street's pace; without any, from where the street begins."""
    real = [k for k in known if k.number > 0]
    nearest = min(real, key=lambda k: (abs(k.number - number), not k.sure), default=None)
    if nearest is None:
        along = min(max(scale.zero_m + number * scale.pace_m, 0.0), scale.length_m)
        return Placed(along, 40.0 + min(scale.length_m * 0.35, 1500.0), "custom")
    step = (number - nearest.number) * scale.pace_m
    along = min(max(nearest.along_m + step, 0.0), scale.length_m)
    return Placed(along, 40.0 + abs(along - nearest.along_m) / 2, "beyond")


class KnownDoor(msgspec.Struct, frozen=True):
    """A door inside an alley, by its number there."""

    number: int
    lon_lat: LonLat


def place_inside(number: int, doors: Sequence[KnownDoor]) -> tuple[LonLat, float] | None:
    """A door's place among others of its alley and a radius; None when no other is known."""
    below = max((d for d in doors if d.number <= number), key=lambda d: d.number, default=None)
    above = min((d for d in doors if d.number >= number), key=lambda d: d.number, default=None)
    if below is None or above is None:
        nearest = below or above
        if nearest is None:
            return None
        return nearest.lon_lat, 30.0 + min(abs(nearest.number - number) * _INSIDE_PACE_M, 150.0)
    span = above.number - below.number
    share = (number - below.number) / span if span else 0.0
    apart = haversine_m(below.lon_lat, above.lon_lat)
    return interpolate(below.lon_lat, above.lon_lat, share), 20.0 + min(apart / 3, 120.0)
