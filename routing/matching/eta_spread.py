"""How sure an ETA is: the middle and the 90th percentile of what really happened after such predictions.

Split conformal prediction (Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005): the
quantile of actual over predicted among n finished runs, taken at rank ceil((n + 1) p), covers the next run
with probability p at least, whatever the distribution, so long as runs are alike. Runs of one class and
length are few at first: they are counted together with a handful drawn evenly from those of the class at
other lengths, those with a handful from other classes, and those with an assumption.
"""

from collections.abc import Iterable, Sequence
from math import ceil, exp, hypot, log
from statistics import NormalDist
from typing import NamedTuple

BANDS_S = (240.0, 600.0)
"""Predictions up to 4 min, up to 10 min, and longer ones are apart."""

KEPT = 400
"""The newest runs of a class and length, in place of all that ever were: streets and crews change."""

_BORROWED = 20
_MIDDLE, _SURE = 0.5, 0.9
# Where no run has finished: half of them in time, nine of ten within half as long again.
_ASSUMED_SURE = 1.5
# A clock that was set wrong, or a crew that told its arrival an hour late, is no traffic.
_LEAST, _MOST = 0.2, 6.0

SpreadRow = tuple[str, int, int, list[float]]
"""class, band, how many runs ever, actual over predicted of the newest ones, oldest first."""


class Sureness(NamedTuple):
    """Seconds that half of such runs keep, and seconds that nine of ten keep; from how many runs of this
    class and length."""

    p50_s: float
    p90_s: float
    runs: int


class EtaSpread:
    """What finished runs taught about predictions, up to the last one it was told."""

    def __init__(self, rows: Iterable[SpreadRow] = ()) -> None:
        self._ratios: dict[tuple[str, int], list[float]] = {}
        self._runs: dict[tuple[str, int], int] = {}
        for name, band, runs, ratios in rows:
            self._ratios[name, band] = list(ratios)
            self._runs[name, band] = runs
        self._known: dict[tuple[str, int], tuple[float, float]] = {}

    def learn(self, vehicle_class: str, predicted_s: float, actual_s: float) -> bool:
        """Takes one finished run; False for one that no prediction can be measured by."""
        if predicted_s <= 0 or not _LEAST <= actual_s / predicted_s <= _MOST:
            return False
        key = vehicle_class, _find_band(predicted_s)
        self._ratios.setdefault(key, []).append(actual_s / predicted_s)
        del self._ratios[key][:-KEPT]
        self._runs[key] = self._runs.get(key, 0) + 1
        self._known.clear()
        return True

    def tell(self, vehicle_class: str, predicted_s: float, wait_s: float = 0.0) -> Sureness:
        """How sure a prediction of so many seconds is, wait_s of them for a ferry.

        Whoever comes at any moment waits for anything between nothing and two such waits, alike often: nine
        of ten for 0.8 more than the mean at most. That stands beside what the drive may last longer, and
        drives teach nothing about it.
        """
        if wait_s > 0:
            drive = self.tell(vehicle_class, max(0.0, predicted_s - wait_s))
            longer_s = hypot(drive.p90_s - drive.p50_s, 0.8 * wait_s)
            return Sureness(drive.p50_s + wait_s, drive.p50_s + wait_s + longer_s, drive.runs)
        key = vehicle_class, _find_band(predicted_s)
        ratios = self._known.get(key)
        if ratios is None:
            ratios = self._known[key] = self._measure(*key)
        return Sureness(predicted_s * ratios[0], predicted_s * ratios[1], self._runs.get(key, 0))

    def list_rows(self) -> list[SpreadRow]:
        """Everything it holds, in a stable order."""
        return [(*key, self._runs[key], ratios) for key, ratios in sorted(self._ratios.items())]

    def _measure(self, vehicle_class: str, band: int) -> tuple[float, float]:
        """Ratios at the middle and at nine of ten."""
        others, alike = [], []
        for (name, length), ratios in self._ratios.items():
            if name != vehicle_class:
                others += ratios
            elif length != band:
                alike += ratios
        ranked = _ASSUMED
        # No run stands in two of them: one must not move what is told as if it were three.
        for ratios in (others, alike, self._ratios.get((vehicle_class, band), [])):
            ranked = sorted([*ratios, *_draw_evenly(ranked)])
        return _quantile(ranked, _MIDDLE), _quantile(ranked, _SURE)


def _draw_evenly(ranked: Sequence[float]) -> list[float]:
    return [ranked[int((n + 0.5) * len(ranked) / _BORROWED)] for n in range(_BORROWED)]


def _quantile(ranked: Sequence[float], share: float) -> float:
    rank = ceil((len(ranked) + 1) * share)
    return ranked[min(rank, len(ranked)) - 1]


def _find_band(predicted_s: float) -> int:
    return sum(predicted_s > limit for limit in BANDS_S)


def _assume() -> list[float]:
    """A lognormal with its middle at 1, in so many even parts that its quantiles are those assumed."""
    usual = NormalDist()
    width = log(_ASSUMED_SURE) / usual.inv_cdf(_SURE)
    return [exp(width * usual.inv_cdf((n + 0.5) / 1000)) for n in range(1000)]


_ASSUMED = _assume()
