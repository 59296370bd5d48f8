"""Where along a street a house number lies, from the numbers known around it; pure.

Numbers in this city rise along a street, odd on one side and even on the other. The two sides drift apart:
on the real city's streets, known numbers at most 5 apart stand 12 m from one another on the same side and
60 m across it. An alley bears the number of the house beside its mouth, so every mapped alley is a known
number of its street. On many long streets numbers begin anew where another district began.

The place is estimated by kriging (universal kriging: Cressie, Statistics for Spatial Data, 1993, ch. 3): the
metres along the street are a straight line in the number, plus a drift both sides share, plus a drift of the
side, both random walks in the number. Hypotheses are counting from either end of the street, and from either
end of its part in an old district; each is weighed by how well the known numbers agree with it, and by the
sides they stand on: whoever walks up the numbers has the odd ones on the left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from gis.geocode.settling import (
    SPAN_SLACK_M,
    Basis,
    Mouth,
    Numbers,
    Placed,
    Spans,
    choose_mouth,
    confine_to,
    inside_of,
    points_along,
    settle,
)
from gis.geocode.within import Within, confine
from gis.geometry import LonLat, haversine_m, interpolate

_PACE_M = 3.55
"""Metres along the street for one number, and how much streets differ in it."""
_PACE_SD_M = 0.85
_START_SD_M = 75.0
_SHARED_DRIFT_M = 30.0
"""Standard deviation of the drift after ten numbers."""
_SIDE_DRIFT_M = 60.0
_SIDE_OFFSET_M = 13.5
_CUSTOM_HOLDS = 0.68
_BEGINS_ANEW = 0.45
"""How often numbers begin anew in another district."""
_OUTLIER_Z = 5.8
_OUTLIER_COST = 12.0
_NEAREST = 12
_NEAREST_BEYOND = 8
_OTHER_SIDE_NUMBERS = 26
_OUT_OF_PART = 0.01
_WITHIN_AT_MOST, _WITHIN_BEYOND = 14, 7
"""How many numbers are looked at of which only the ward is known, in a part of the street and beyond it."""
_LISTED_NOISE_M = 15.0
_SETTLED_NUMBERS = 45
"""A known number so near settles the place better than any ward's border does."""
_INSIDE_PACE_M = 2.5
_BLOCK_M, _BLOCKS_APART, _NO_BLOCK = 150.0, 8.0, 0.02
"""How far from a block's number on a street near by others of that block stand, how many blocks further on
one tells a third as much, and what speaks for every other place."""
_ODD_LEFT = 1.0
_ODD_LEFT_AT_MOST = 2.0
"""Logarithm of the odds that a known number on the side where it should be gives to a direction, and what all
of a street may give: of the city's known doors 84 of 100 stand so, of its streets 98 of 100 mostly do."""
_SIDES_OF = 8
_SIDE_WORTH = 0.8


class Known(msgspec.Struct, frozen=True):
    """A number that stands `along_m` metres along its street's spine, give or take `noise_m`.

    `side` is 1 on the left of the spine, looking along it, -1 on the right, 0 when that cannot be told.
    """

    number: int
    along_m: float
    noise_m: float = 15.0
    side: int = 0


class Block(msgspec.Struct, frozen=True):
    """A number with a letter before it on a street near by, and the metres along the spine next to it."""

    number: int
    along_m: float


class Scale(msgspec.Struct, frozen=True):
    """How numbers run on a street: number n at about zero_m + n * pace_m of its length_m.

    `held` is how likely it is counted that way, where no number of it is known (`fitted`).
    """

    zero_m: float
    pace_m: float
    fitted: bool
    length_m: float
    held: float = _CUSTOM_HOLDS


class Part(msgspec.Struct, frozen=True):
    """A part of a street that may be numbered for itself, and how likely the place lies in it."""

    from_m: float
    to_m: float
    weight: float = 1.0
    district: str = ""

    def holds(self, along_m: float) -> bool:
        """Whether a place along the street lies in it."""
        return self.from_m - SPAN_SLACK_M <= along_m <= self.to_m + SPAN_SLACK_M


class _Guess(msgspec.Struct):
    """One hypothesis: its logarithmic weight, metres along with their standard deviation, whether numbers
    rise along the spine."""

    weight: float
    mean_m: float
    sd_m: float
    rising: bool
    part: Part | None = None


def place_along(
    number: int,
    known: Sequence[Known],
    scale: Scale,
    spans: Spans = (),
    parts: Sequence[Part] = (),
    listed: Sequence[Within] = (),
    *,
    deep: bool = False,
    mouths: Sequence[Mouth] = (),
) -> Placed:
    """The place of a number on a street.

    `spans` are the stretches in the ground that was named, `parts` the districts' parts they lie in when the
    street has several; `listed` are numbers known by their ward alone. `deep` says that it is the first part
    of a number with a slash, `mouths` where ways leave the street that may be its alley.
    """
    nearest = sorted(known, key=lambda k: _apart(k, number))
    if nearest and _apart(nearest[0], number) <= _SETTLED_NUMBERS:
        listed = ()
    listed = sorted(listed, key=lambda w: (abs(w.number - number), w.number, w.spans))
    guesses = [guess for part in parts for guess in _guess_in(number, nearest, listed, scale, part)]
    guesses = guesses or _guess(number, nearest[:_NEAREST], listed[:_WITHIN_AT_MOST], scale)
    along = points_along(scale.length_m)
    inside = [k for k in nearest if any(part.holds(k.along_m) for part in parts)] if parts else nearest
    basis = _basis(number, inside) if inside or not listed else "listed"
    density = confine_to(along, _spread(guesses, along), spans, deep=deep)
    placed = settle(along, density, spans, basis)
    placed = msgspec.structs.replace(placed, left=_left(number, nearest[:_SIDES_OF], guesses))
    return msgspec.structs.replace(placed, mouth=choose_mouth(along, density, placed, mouths))


def place_anywhere(length_m: float, spans: Spans = ()) -> Placed:
    """The place of a number of which nothing is known but the stretches that were named."""
    along = points_along(length_m)
    return settle(along, confine_to(along, np.full_like(along, 1.0), spans), spans, "custom")


def place_by_blocks(number: int, blocks: Sequence[Block], length_m: float, spans: Spans = ()) -> Placed:
    """The place of a number with a letter before it, of which those on other streets near by are known."""
    along = points_along(length_m)
    density = np.full_like(along, _NO_BLOCK)
    for block in blocks:
        bell = np.exp(-0.5 * ((along - block.along_m) / _BLOCK_M) ** 2)
        density += math.exp(-abs(block.number - number) / _BLOCKS_APART) * bell
    return settle(along, confine_to(along, density, spans), spans, "block")


def _apart(known: Known, number: int) -> int:
    """How far a known number is from another in numbers, one on the other side farther."""
    return abs(known.number - number) + _OTHER_SIDE_NUMBERS * _across(known, number)


def _across(known: Known, number: int) -> int:
    return (known.number - number) % 2


def _odd_left(known: Sequence[Known]) -> int:
    """How many of the known numbers stand where odd is on the left of the spine, less those that do not."""
    return sum(k.side if k.number % 2 else -k.side for k in known)


def _side_fit(known: Sequence[Known], pace_m: float) -> float:
    """Logarithm of the odds that the sides of the known numbers give to counting this way."""
    agreeing = _odd_left(known) if pace_m > 0 else -_odd_left(known)
    return max(-_ODD_LEFT_AT_MOST, min(_ODD_LEFT_AT_MOST, _ODD_LEFT * agreeing))


def _left(number: int, near: Sequence[Known], guesses: Sequence[_Guess]) -> float:
    """Whether a number is on the left of the spine: as its neighbours' sides and the way of counting say."""
    top = max(guess.weight for guess in guesses)
    rising, all_ = 1e-3, 2e-3
    for guess in guesses:
        share = math.exp(guess.weight - top)
        all_ += share
        rising += share * guess.rising
    odds = _SIDE_WORTH * (_odd_left(near) + math.log(rising / (all_ - rising)))
    odd_left = 2 / (1 + math.exp(-odds)) - 1
    return odd_left if number % 2 else -odd_left


def _basis(number: int, known: Sequence[Known]) -> Basis:
    if not known:
        return "custom"
    side = [k.number for k in known if not _across(k, number)] or [k.number for k in known]
    return "between" if min(side) <= number <= max(side) else "beyond"


def _covariance(n: Numbers, m: Numbers) -> Numbers:
    """Covariance of the metres along at numbers n (rows) and m (columns)."""
    n, m = n[:, None], m[None, :]
    least = np.minimum(n, m) / 10
    same_side = (n - m) % 2 == 0
    line = _START_SD_M**2 + _PACE_SD_M**2 * n * m
    covariance: Numbers = (
        line + _SHARED_DRIFT_M**2 * least + same_side * (_SIDE_OFFSET_M**2 + _SIDE_DRIFT_M**2 * least)
    )
    return covariance


def _ends(from_m: float, to_m: float, scale: Scale, known: bool) -> list[tuple[float, float, float]]:
    """(prior, zero, pace) of counting from either end."""
    held = scale.held if not scale.fitted else 0.5 if known else _CUSTOM_HOLDS
    along = held if scale.pace_m > 0 else 1 - held
    return [(along, from_m, _PACE_M), (1 - along, to_m, -_PACE_M)]


def _guess(number: int, known: Sequence[Known], listed: Sequence[Within], scale: Scale) -> list[_Guess]:
    """Numbers counted from either end of the street."""
    found = []
    for prior, zero, pace in _ends(0.0, scale.length_m, scale, scale.fitted):
        mean, variance, fit = _krige(number, known, listed, zero, pace)
        weight = math.log(prior) + fit + _side_fit(known, pace)
        found.append(_Guess(weight, mean, math.sqrt(max(variance, 25.0)), pace > 0))
    return found


def _guess_in(
    number: int, nearest: Sequence[Known], listed: Sequence[Within], scale: Scale, part: Part
) -> list[_Guess]:
    """Numbers counted through the whole street, or anew in this part; weighed by all the known numbers.

    Counted anew, those beyond the part are explained apart, by counting through. The hypotheses share the
    part's weight: how well they explain the numbers in and beyond it tells nothing of another part.
    """
    inside = [k for k in nearest if part.holds(k.along_m)][:_NEAREST]
    beyond = [k for k in nearest if not part.holds(k.along_m)][:_NEAREST_BEYOND]
    ends = part.from_m - SPAN_SLACK_M, part.to_m + SPAN_SLACK_M
    here = [w for w in listed if w.lies_between(*ends)][:_WITHIN_AT_MOST]
    elsewhere = [w for w in listed if not w.lies_between(*ends)][:_WITHIN_BEYOND]
    found, apart = [], []
    for prior, zero, pace in _ends(0.0, scale.length_m, scale, known=False):
        mean, variance, fit = _krige(number, [*inside, *beyond], [*here, *elsewhere], zero, pace)
        weight = math.log(prior * (1 - _BEGINS_ANEW)) + fit + _side_fit([*inside, *beyond], pace)
        found.append(_Guess(weight, mean, math.sqrt(max(variance, 25.0)), pace > 0))
        alone = _krige(number, beyond, elsewhere, zero, pace)[2] if beyond or elsewhere else 0.0
        alone = max(alone, -_OUTLIER_COST * len(beyond))  # they may follow an order of their own
        apart.append(math.log(prior) + alone + _side_fit(beyond, pace))
    for prior, zero, pace in _ends(part.from_m, part.to_m, scale, known=False):
        mean, variance, fit = _krige(number, inside, here, zero, pace)
        weight = math.log(prior * _BEGINS_ANEW) + fit + _side_fit(inside, pace) + _log_sum(apart)
        found.append(_Guess(weight, mean, math.sqrt(max(variance, 25.0)), pace > 0, part))
    share = math.log(part.weight) - _log_sum([guess.weight for guess in found])
    return [msgspec.structs.replace(guess, weight=guess.weight + share) for guess in found]


def _log_sum(logarithms: Sequence[float]) -> float:
    """The logarithm of the sum of what these are logarithms of."""
    top = max(logarithms)
    return top + math.log(sum(math.exp(one - top) for one in logarithms))


def _krige(
    number: int, known: Sequence[Known], listed: Sequence[Within], zero_m: float, pace_m: float
) -> tuple[float, float, float]:
    """Mean and variance of the place of a number, and the log-likelihood of the known and listed ones."""
    places = np.array([*(float(one.number) for one in listed), float(number)])
    mean, covariance = zero_m + pace_m * places, _covariance(places, places)
    fit = 0.0
    if known:
        numbers, inverse, weights, fit = _agreeing(known, zero_m, pace_m)
        near = _covariance(places, numbers)
        mean, covariance = mean + near @ weights, covariance - near @ inverse @ near.T
    if listed:
        noise = np.diag([*(_LISTED_NOISE_M**2 for _ in listed), 0.0])
        mean, covariance, likely = confine(mean, covariance + noise, [one.spans for one in listed])
        fit += likely
    return float(mean[-1]), float(covariance[-1, -1]), fit


def _agreeing(
    known: Sequence[Known], zero_m: float, pace_m: float
) -> tuple[Numbers, Numbers, Numbers, float]:
    """The known numbers that agree, the inverse of their covariance, their weights, their log-likelihood.

    One that the others contradict (a door of another street, another town's numbering) is left out, at a
    price.
    """
    numbers = np.array([float(k.number) for k in known])
    rest = np.array([k.along_m for k in known]) - zero_m - pace_m * numbers
    covariance = _covariance(numbers, numbers) + np.diag([k.noise_m**2 for k in known])
    kept, dropped, most = np.arange(len(known)), 0, max(1, len(known) // 3)
    while True:
        matrix = covariance[np.ix_(kept, kept)]
        inverse = np.linalg.inv(matrix)
        weights = inverse @ rest[kept]
        z = np.abs(weights) / np.sqrt(np.diag(inverse))
        worst = int(np.argmax(z))
        if z[worst] <= _OUTLIER_Z or len(kept) <= 2 or dropped >= most:
            break
        kept = np.delete(kept, worst)
        dropped += 1
    _, log_determinant = np.linalg.slogdet(matrix)
    fit = -0.5 * float(rest[kept] @ weights + log_determinant + len(kept) * math.log(2 * math.pi))
    return numbers[kept], np.asarray(inverse), np.asarray(weights), fit - dropped * _OUTLIER_COST


def _spread(guesses: Sequence[_Guess], along: Numbers) -> Numbers:
    """How likely each point along the street is."""
    top = max(guess.weight for guess in guesses)
    density = np.full_like(along, 1e-12)
    total = sum(math.exp(guess.weight - top) for guess in guesses)
    step = float(along[1] - along[0])
    for guess in guesses:
        share = math.exp(guess.weight - top) / total * step / (guess.sd_m * math.sqrt(2 * math.pi))
        bell = share * np.exp(-0.5 * ((along - guess.mean_m) / guess.sd_m) ** 2)
        if guess.part is not None:
            bell = np.where(
                inside_of(along, [(guess.part.from_m, guess.part.to_m)]), bell, bell * _OUT_OF_PART
            )
        density += bell
    normal: Numbers = density / density.sum()
    return normal


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
