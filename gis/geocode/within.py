"""Numbers of which only the ward is known: somewhere on the stretches of their street in that ward; pure.

A list of clinics or shops without positions tells much of a street: which way its numbers run, and between
which of them a border lies. Each such number is an interval with soft edges; what is believed of the street's
numbers, a joint normal distribution, is narrowed by one after the other and kept normal (assumed density
filtering: Minka, A family of algorithms for approximate Bayesian inference, 2001, ch. 3; the moments are
those of a probit likelihood: Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, 3.9).
A number that is believed to lie well within its ward anyway changes nothing, as it should.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from gis.geocode.stretches import Span

Numbers = NDArray[np.float64]

_EDGE_M = 60.0
"""How sharp a ward's border is: people name the ward across the street, old borders are not known well."""
_ASTRAY = 0.02
"""The share of listed numbers that lie anywhere: another ward was written, or another street of that name."""
_SETTLED = 1e-9


class Within(msgspec.Struct, frozen=True):
    """A number that stands somewhere on these stretches of its street, in metres along the spine."""

    number: int
    spans: tuple[Span, ...]

    def lies_between(self, from_m: float, to_m: float) -> bool:
        """Whether the middle of one of its stretches lies there."""
        return any(from_m <= (start + end) / 2 <= to_m for start, end in self.spans)


def confine(
    mean: Numbers, covariance: Numbers, spans: Sequence[Sequence[Span]]
) -> tuple[Numbers, Numbers, float]:
    """What is believed of places along a street, once it is known on which stretches the first of them lie.

    `mean` in metres along and `covariance` are of as many places as wished; `spans[i]` are the stretches of
    the i-th. Answers the mean, the covariance and the logarithm of how likely those stretches were before.
    """
    log_likely = 0.0
    for i, stretches in enumerate(spans):
        likely, slope, bend = _odds(float(mean[i]), float(covariance[i, i]), stretches)
        log_likely += math.log(likely)
        if bend < -_SETTLED:
            with_it = covariance[:, i].copy()
            mean = mean + with_it * slope
            covariance = covariance + np.outer(with_it, with_it * bend)
    return mean, covariance, log_likely


def _odds(mean_m: float, variance: float, stretches: Sequence[Span]) -> tuple[float, float, float]:
    """How likely a place lies on the stretches; the two derivatives of its logarithm by the mean."""
    spread = math.sqrt(variance + _EDGE_M**2)
    inside = slope = bend = 0.0
    for start, end in stretches:
        low, high = (start - mean_m) / spread, (end - mean_m) / spread
        at_low, at_high = _bell(low), _bell(high)
        inside += _below(high) - _below(low)
        slope += (at_low - at_high) / spread
        bend += (low * at_low - high * at_high) / spread**2
    likely = _ASTRAY + (1 - _ASTRAY) * inside
    slope *= (1 - _ASTRAY) / likely
    return likely, slope, (1 - _ASTRAY) * bend / likely - slope**2


def _bell(z: float) -> float:
    return math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _below(z: float) -> float:
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))
