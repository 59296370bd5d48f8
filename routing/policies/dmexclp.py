"""Closest idle unit, and a freed unit to the base where it adds most expected cover: a known policy to beat.

C. Jagtenberg, S. Bhulai, R. van der Mei, An efficient heuristic for real-time ambulance redeployment
(Operations Research for Health Care 4, 2015).
"""

from collections.abc import Sequence

import numpy as np

from routing.terms.deployment import Region, Situation, Times

BUSY = 0.4


class Dmexclp:
    """Counts every idle unit at the base it goes to; knows no drive to it."""

    late_price_min = 0.0

    def __init__(self, region: Region) -> None:
        self._region = region
        self._reach = region.drive_min <= region.late_min

    def price_absence(self, now: Situation) -> Times:
        """Nothing."""
        return np.zeros(len(now.idle))

    def choose_unit(self, now: Situation, place: int) -> int | None:
        """The least siren time; ties to the lowest place, there to the lowest unit."""
        to_place = self._region.drive_min[:, place]
        return min(now.idle, key=lambda unit: (to_place[now.place[unit]], now.place[unit], unit))

    def choose_call(self, now: Situation, unit: int) -> int | None:
        """Who has waited longest."""
        return 0

    def choose_base(self, now: Situation, unit: int) -> int:
        """The most demand times the probability that only this unit is there for it."""
        others = [now.base[other] for other in now.idle if other != unit]
        alone = self._region.demand * BUSY ** self._reach[others].sum(axis=0)
        return self._region.bases[int(np.argmax(self._reach[list(self._region.bases)] @ alone))]

    def choose_moves(self, now: Situation) -> Sequence[tuple[int, int]]:
        """None."""
        return ()


def make(region: Region, homes: Sequence[int]) -> Dmexclp:
    """DMEXCLP; homes are where units begin."""
    return Dmexclp(region)
