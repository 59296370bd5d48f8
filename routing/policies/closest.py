"""Closest idle unit, first come first served, everybody home: what centres without a policy do."""

from collections.abc import Sequence

import numpy as np

from routing.terms.deployment import Region, Situation, Times


class Closest:
    """Ties go to the lowest place, there to the lowest unit."""

    late_price_min = 0.0

    def __init__(self, region: Region, homes: Sequence[int]) -> None:
        self._drive_min = region.drive_min
        self._homes = homes

    def price_absence(self, now: Situation) -> Times:
        """Nothing."""
        return np.zeros(len(now.idle))

    def choose_unit(self, now: Situation, place: int) -> int | None:
        """The least siren time."""
        to_place = self._drive_min[:, place]
        return min(now.idle, key=lambda unit: (to_place[now.place[unit]], now.place[unit], unit))

    def choose_call(self, now: Situation, unit: int) -> int | None:
        """Who has waited longest."""
        return 0

    def choose_base(self, now: Situation, unit: int) -> int:
        """Its home."""
        return self._homes[unit]

    def choose_moves(self, now: Situation) -> Sequence[tuple[int, int]]:
        """None."""
        return ()


def make(region: Region, homes: Sequence[int]) -> Closest:
    """Closest-idle with fixed homes."""
    return Closest(region, homes)
