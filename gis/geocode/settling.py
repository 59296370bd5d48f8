"""Where the likelihood along a street puts a number: the point, how far the rest lies from it, and which way
off the street may be its alley; pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Basis = Literal["between", "beyond", "listed", "custom", "block"]
Spans = Sequence[tuple[float, float]]
"""Stretches of a street, from and to in metres along its spine."""

_NO_ORDER = 0.15
"""The share of numbers that follow no order: anywhere on the stretch that was named."""
_NO_ORDER_IN_ALLEYS = 0.6
"""The same of numbers with a slash whose alley is not known: the first part of many is that of a hamlet or a
group of houses."""
_MOUTH_WITHIN_M = 100.0
_MOUTH_M, _LEAST_AT_MOUTH, _SIDE_TELLS = 50.0, 0.1, 0.6
"""A way off the street, so near the likeliest point, is taken for the alley when at least so much of the
likelihood lies on so many metres about its mouth, counted more by so much when it is on the likelier side,
and less on the other."""
_OUTSIDE_SPANS = 0.01
_WITHIN_M, _ROUGHLY_M, _ROUGHLY_WORTH = 36.0, 110.0, 0.4
"""A guess within a few houses is as good as right, one in sight of the place worth less: the estimate is
where most of the likelihood lies around."""
_STEP_M = 12.0
SPAN_SLACK_M = 100.0
"""A number may stand so far beyond the border of a ward, or of a part of its street, and count as inside:
borders run through blocks, and people name the ward across the street."""
_KERB_M = 25.0


class Mouth(msgspec.Struct, frozen=True):
    """Where a way leaves the street, metres along its spine, and on which side: 1 left, -1 right."""

    along_m: float
    side: int


class Placed(msgspec.Struct, frozen=True):
    """A guess along the spine; half and nine tenths of the likely places lie within `half_m` and `most_m`.

    `basis` is what the guess rests on, `near` the chance that it is right to within a few houses; `left` from
    -1 (surely on the right of the spine) to 1 (surely on its left). `mouth` is the index of the way off the
    street that the number is likeliest in, None when none is likely enough.
    """

    along_m: float
    half_m: float
    most_m: float
    near: float
    basis: Basis
    left: float = 0.0
    mouth: int | None = None


def points_along(length_m: float) -> Numbers:
    """The points of a street at which the likelihood is told, in metres along its spine."""
    return np.linspace(0.0, max(length_m, 1.0), min(1500, max(8, round(length_m / _STEP_M))))


def inside_of(along: Numbers, spans: Spans) -> NDArray[np.bool_]:
    """Which of the points lie in one of the stretches, or a little beyond it."""
    inside = np.zeros(len(along), dtype=bool)
    for start, end in spans:
        inside |= (along >= start - SPAN_SLACK_M) & (along <= end + SPAN_SLACK_M)
    return inside


def _anywhere(along: Numbers, spans: Spans) -> Numbers:
    """A number of no order: anywhere on the stretches, on the street where it has none of them."""
    inside = inside_of(along, spans)
    even: Numbers = inside / inside.sum() if inside.any() else np.full_like(along, 1 / len(along))
    return even


def confine_to(along: Numbers, density: Numbers, spans: Spans, *, deep: bool = False) -> Numbers:
    """The likelihood within the stretches that were named; of a `deep` number some follows no order."""
    no_order = _NO_ORDER_IN_ALLEYS if deep else 0.0
    anywhere = _anywhere(along, spans)
    density = np.where(anywhere > 0, density, density * _OUTSIDE_SPANS)
    confined: Numbers = (1 - no_order) * density / density.sum() + no_order * anywhere
    return confined


def choose_mouth(along: Numbers, density: Numbers, placed: Placed, mouths: Sequence[Mouth]) -> int | None:
    """The index of the mouth that the number is likeliest at, None when it is at none likely enough."""
    if not mouths:
        return None
    at = np.array([mouth.along_m for mouth in mouths])
    shares = np.interp(at, along, density) * _MOUTH_M / (along[1] - along[0])
    shares *= 1 + _SIDE_TELLS * placed.left * np.array([mouth.side for mouth in mouths])
    shares *= np.abs(at - placed.along_m) <= _MOUTH_WITHIN_M
    best = int(np.argmax(shares))
    return best if shares[best] >= _LEAST_AT_MOUTH else None


def settle(along: Numbers, density: Numbers, spans: Spans, basis: Basis) -> Placed:
    """The point around which most of the likelihood lies, and how far the rest lies from it."""
    best = _fullest(along, density)
    density = (1 - _NO_ORDER) * density + _NO_ORDER * _anywhere(along, spans)
    distance: Numbers = np.abs(along - along[best])
    order = np.argsort(distance)
    held = np.cumsum(density[order])
    at = [order[min(int(np.searchsorted(held, share)), len(order) - 1)] for share in (0.5, 0.9)]
    half, most = (float(distance[i]) for i in at)
    near = float(density[distance <= _WITHIN_M + _STEP_M].sum())
    return Placed(float(along[best]), _KERB_M + half, _KERB_M + most, near, basis)


def _fullest(along: Numbers, density: Numbers) -> int:
    step = float(along[1] - along[0])
    reach = min(len(along) - 1, math.ceil(2.5 * _ROUGHLY_M / step))
    offsets = np.arange(-reach, reach + 1) * step
    worth = np.exp(-0.5 * (offsets / _WITHIN_M) ** 2)
    worth += _ROUGHLY_WORTH * np.exp(-0.5 * (offsets / _ROUGHLY_M) ** 2)
    held = np.convolve(density, worth, mode="full")
    held = held[reach : reach + len(along)]
    equal = np.flatnonzero(held >= held.max() * (1 - 1e-9))
    return int(equal[len(equal) // 2])
