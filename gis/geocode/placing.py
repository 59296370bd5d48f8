"""Where along a street a house number lies, from the numbers known around it; pure.

Numbers in this city rise along a street, odd on one side and even on the other. The two sides drift apart:
on the real city's streets, known numbers at most 5 apart stand 12 m from one another on the same side and
60 m across it. An alley bears the number of the house beside its mouth, so every mapped alley is a known
number of its street.

The place is estimated by kriging (universal kriging: Cressie, Statistics for Spatial Data, 1993, ch. 3): the
metres along the street are a straight line in the number, plus a drift both sides share, plus a drift of the
side, both random walks in the number. Counting from either end of the street are two hypotheses, weighed by
how well the known numbers agree with each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from gis.geometry import LonLat, haversine_m, interpolate

Numbers = NDArray[np.float64]

_PACE_M = 3.4
"""Metres along the street for one number, and how much streets differ in it."""
_PACE_SD_M = 1.0
_START_SD_M = 60.0
_SHARED_DRIFT_M = 30.0
"""Standard deviation of the drift after ten numbers."""
_SIDE_DRIFT_M = 60.0
_SIDE_OFFSET_M = 20.0
_CUSTOM_HOLDS = 0.72
_OUTLIER_Z = 4.5
_OUTLIER_COST = 6.0
_NEAREST = 12
_OTHER_SIDE_NUMBERS = 30
_WITHIN_M = 35.0
"""A guess this near is as good as right: the estimate is where most of the likelihood lies around."""
_STEP_M = 12.0
_SPAN_SLACK_M = 40.0
_OUTSIDE_SPANS = 1e-4
_KERB_M = 25.0
_WIDENED = {"between": 2.6, "beyond": 3.2, "custom": 1.15}
"""Streets are numbered less evenly than a random walk: what nine of ten known addresses need."""
_INSIDE_PACE_M = 2.5


class Known(msgspec.Struct, frozen=True):
    """A number that stands `along_m` metres along its street's spine, give or take `noise_m`."""

    number: int
    along_m: float
    noise_m: float = 15.0


class Scale(msgspec.Struct, frozen=True):
    """How numbers run on a street: number n at about zero_m + n * pace_m of its length_m."""

    zero_m: float
    pace_m: float
    fitted: bool
    length_m: float


class Placed(msgspec.Struct, frozen=True):
    """A guess along the spine; in nine of ten cases the truth lies within `radius_m`; what it rests on."""

    along_m: float
    radius_m: float
    basis: Literal["between", "beyond", "custom"]


def place_along(
    number: int, known: Sequence[Known], scale: Scale, spans: Sequence[tuple[float, float]] = ()
) -> Placed:
    """The place of a number on a street; `spans` are the stretches in the ward that was named."""
    nearest = sorted(known, key=lambda k: abs(k.number - number) + _OTHER_SIDE_NUMBERS * _across(k, number))
    guesses = _guess(number, nearest[:_NEAREST], scale)
    along, density = _spread(guesses, scale.length_m, spans)
    best = _fullest(along, density)
    basis = _basis(number, nearest)
    return Placed(float(along[best]), _radius(along, density, best, _WIDENED[basis]), basis)


def _across(known: Known, number: int) -> int:
    return (known.number - number) % 2


def _basis(number: int, known: Sequence[Known]) -> Literal["between", "beyond", "custom"]:
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


def _guess(number: int, known: Sequence[Known], scale: Scale) -> list[tuple[float, float, float]]:
    """(weight, metres along, standard deviation) for numbers counted from either end."""
    asked = np.array([float(number)])
    found = []
    for forwards in (True, False):
        zero, pace = (0.0, _PACE_M) if forwards else (scale.length_m, -_PACE_M)
        prior = (
            0.5 if scale.fitted else _CUSTOM_HOLDS if forwards == (scale.pace_m > 0) else 1 - _CUSTOM_HOLDS
        )
        mean, variance, fit = _krige(asked, list(known), zero, pace)
        found.append((math.log(prior) + fit, mean, math.sqrt(max(variance, 25.0))))
    top = max(weight for weight, _, _ in found)
    return [(math.exp(weight - top), mean, sd) for weight, mean, sd in found]


def _krige(asked: Numbers, known: list[Known], zero_m: float, pace_m: float) -> tuple[float, float, float]:
    """Mean and variance of the place of a number, and the log-likelihood of the known ones.

    A known number that the others contradict (a door of another street, another town's numbering) is left
    out, at a price.
    """
    trend, variance = zero_m + pace_m * float(asked[0]), float(_covariance(asked, asked)[0, 0])
    if not known:
        return trend, variance, 0.0
    dropped, most = 0, max(1, len(known) // 3)
    while True:
        numbers = np.array([float(k.number) for k in known])
        rest = np.array([k.along_m for k in known]) - zero_m - pace_m * numbers
        matrix = _covariance(numbers, numbers) + np.diag([k.noise_m**2 for k in known])
        inverse = np.linalg.inv(matrix)
        weights = inverse @ rest
        z = np.abs(weights) / np.sqrt(np.diag(inverse))
        worst = int(np.argmax(z))
        if z[worst] <= _OUTLIER_Z or len(known) <= 2 or dropped >= most:
            break
        known.pop(worst)
        dropped += 1
    _, log_determinant = np.linalg.slogdet(matrix)
    near = _covariance(asked, numbers)[0]
    fit = -0.5 * float(rest @ weights + log_determinant + len(known) * math.log(2 * math.pi))
    return (
        trend + float(near @ weights),
        variance - float(near @ inverse @ near),
        fit - dropped * _OUTLIER_COST,
    )


def _spread(
    guesses: Sequence[tuple[float, float, float]], length_m: float, spans: Sequence[tuple[float, float]]
) -> tuple[Numbers, Numbers]:
    """Points along the street and how likely each is."""
    along = np.linspace(0.0, max(length_m, 1.0), min(1500, max(8, round(length_m / _STEP_M))))
    step = float(along[1] - along[0])
    density = np.full_like(along, 1e-9)
    for weight, mean, sd in guesses:
        density += weight * step / (sd * math.sqrt(2 * math.pi)) * np.exp(-0.5 * ((along - mean) / sd) ** 2)
    if spans:
        inside = np.zeros(len(along), dtype=bool)
        for start, end in spans:
            inside |= (along >= start - _SPAN_SLACK_M) & (along <= end + _SPAN_SLACK_M)
        if inside.any():
            density = np.where(inside, density, density * _OUTSIDE_SPANS)
    normal: Numbers = density / density.sum()
    return along, normal


def _fullest(along: Numbers, density: Numbers) -> int:
    """The place around which most of the likelihood lies."""
    step = float(along[1] - along[0])
    reach = min(len(along) - 1, math.ceil(3 * _WITHIN_M / step))
    offsets = np.arange(-reach, reach + 1) * step
    held = np.convolve(density, np.exp(-0.5 * (offsets / _WITHIN_M) ** 2), mode="full")
    return int(np.argmax(held[reach : reach + len(along)]))


def _radius(along: Numbers, density: Numbers, best: int, widened: float) -> float:
    """Nine tenths of the likely places, widened for numberings that start anew, but not beyond the ends."""
    distance: Numbers = np.abs(along - along[best])
    order = np.argsort(distance)
    reached = int(np.searchsorted(np.cumsum(density[order]), 0.9))
    reach = widened * float(distance[order[min(reached, len(order) - 1)]])
    return _KERB_M + min(reach, float(distance.max()))


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
