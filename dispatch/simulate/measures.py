"""What a run is judged by: never the average alone."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from dispatch.simulate.kernel import Call, Outcome


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """Response of all calls, in minutes. `late_12` and `late_15` are shares of calls that waited longer.

    `p90_min` interpolates between the two calls about the 90th percentile. `worst_decile_area_mean_min`: of
    the places that had calls, the tenth (rounded up) with the longest mean response, the mean of their means.
    `trips_per_call` counts every begun drive to a base that leads anywhere: home, elsewhere, or moved up.
    """

    calls: int
    mean_min: float
    late_12: float
    late_15: float
    p90_min: float
    worst_decile_area_mean_min: float
    trips_per_call: float


def measure(calls: Sequence[Call], outcome: Outcome) -> Measures:
    """Judge a run in which every call was served."""
    response = np.array([served.response_min for served in outcome.served if served is not None])
    places = np.array([call.place for call in calls])
    sums = np.bincount(places, weights=response)
    counts = np.bincount(places)
    area_means = np.sort(sums[counts > 0] / counts[counts > 0])
    worst = area_means[-math.ceil(len(area_means) / 10) :]
    return Measures(
        calls=len(calls),
        mean_min=float(response.mean()),
        late_12=float((response > 12).mean()),
        late_15=float((response > 15).mean()),
        p90_min=float(np.percentile(response, 90)),
        worst_decile_area_mean_min=float(worst.mean()),
        trips_per_call=outcome.trips / len(calls),
    )
