"""Days drawn by chance for the Utrecht region, the same for the same seed.

Every quantity has its own stream, so that the n-th call is the same whatever else is asked for, and two days
of one seed at different rates have the same calls closer together.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from dispatch.simulate.kernel import Call
from routing.terms.deployment import Region

P_HOSPITAL = 0.63
LONGEST_MIN = 88.0
ON_SCENE = (0.38, -10.01, 37.0)
HANDOVER = (0.39, -8.25, 35.89)
"""Shape, location and scale of a lognormal law, minutes, as ELASPY's authors give them."""


def generate_calls(region: Region, seed: int, count: int, per_min: float) -> list[Call]:
    """`count` calls, Poisson at `per_min`, placed by the region's demand."""
    gaps, places, scenes, hospitals, handovers = (
        np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(5)
    )
    arrival = np.cumsum(gaps.standard_exponential(count)) / per_min
    edges = np.cumsum(region.demand)
    place = np.minimum(np.searchsorted(edges, places.random(count), side="right"), len(edges) - 1)
    columns = (
        arrival,
        place,
        _draw_minutes(scenes, count, *ON_SCENE),
        hospitals.random(count) < P_HOSPITAL,
        _draw_minutes(handovers, count, *HANDOVER),
    )
    return [Call(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _draw_minutes(
    rng: np.random.Generator, count: int, shape: float, location: float, scale: float
) -> npt.NDArray[np.float64]:
    """The lognormal law between 0 and LONGEST_MIN, by its inverse: one draw a call."""
    low, high = (ndtr(np.log((bound - location) / scale) / shape) for bound in (0.0, LONGEST_MIN))
    normal = ndtri(low + (high - low) * rng.random(count))
    minutes: npt.NDArray[np.float64] = location + scale * np.exp(shape * normal)
    return minutes
