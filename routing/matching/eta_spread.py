"""How sure an ETA is: the middle and the 90th percentile of what really happened after such predictions.

Split conformal prediction (Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005): the
quantile of actual over predicted among n finished runs, taken at rank ceil((n + 1) p), covers the next run
with probability p at least, whatever the distribution, so long as runs are alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

# Until enough runs have finished: an assumption, on the careful side.
_ASSUMED = (1.0, 1.5)
_ENOUGH = 30
_BANDS_S = (240.0, 600.0)


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """What was predicted when a unit set out, and how long it took; seconds."""

    predicted_s: float
    actual_s: float


@dataclass(frozen=True, slots=True)
class Ratios:
    """Actual over predicted: median and 90th percentile, and of how many runs (0: assumed)."""

    p50: float
    p90: float
    runs: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Ratios for predictions up to 4 min, up to 10 min, and longer ones."""

    bands: tuple[Ratios, Ratios, Ratios]

    def tell(self, predicted_s: float) -> tuple[float, float]:
        """Seconds that half of such runs keep, and seconds that nine of ten keep."""
        ratios = self.bands[_find_band(predicted_s)]
        return predicted_s * ratios.p50, predicted_s * ratios.p90


def calibrate(runs: Sequence[FinishedRun]) -> Spread:
    """The spread from finished runs, the newest few hundred say; runs without a prediction are left out.

    A band with too few runs takes those of all bands; all too few, an assumption.
    """
    usable = [run for run in runs if run.predicted_s > 0 and run.actual_s >= 0]
    by_band: list[list[float]] = [[], [], []]
    for run in usable:
        by_band[_find_band(run.predicted_s)].append(run.actual_s / run.predicted_s)
    everything = _measure([ratio for band in by_band for ratio in band], Ratios(*_ASSUMED, 0))
    short, middle, long = (_measure(band, everything) for band in by_band)
    return Spread((short, middle, long))


def _measure(ratios: list[float], otherwise: Ratios) -> Ratios:
    if len(ratios) < _ENOUGH:
        return otherwise
    ranked = sorted(ratios)
    return Ratios(_quantile(ranked, 0.5), _quantile(ranked, 0.9), len(ranked))


def _quantile(ranked: list[float], share: float) -> float:
    rank = ceil((len(ranked) + 1) * share)
    return ranked[min(rank, len(ranked)) - 1]


def _find_band(predicted_s: float) -> int:
    return sum(predicted_s > limit for limit in _BANDS_S)
