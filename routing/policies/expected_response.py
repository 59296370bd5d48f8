"""The default: units are sent, based and moved by what they mean for this call and for the next ones.

Value: `routing.cover.coverage_value`. A unit that becomes free may go to any base, where the next call gains
most.
Idle units move up one at a time, for a gain above a threshold and while drives per call stay under a cap.
"""

from collections.abc import Sequence

import numpy as np

from routing.cover.coverage_value import CoverageValue
from routing.cover.sending import SETTINGS, Sending, Settings
from routing.terms.deployment import Region, Situation, Times


class ExpectedResponse:
    """Sends, bases and moves by the expected response of the next calls."""

    def __init__(self, region: Region, settings: Settings) -> None:
        self._region = region
        self._settings = settings
        self._sending = Sending(region, settings)
        self.late_price_min = settings.late_now
        self._value = CoverageValue(region, gone=settings.gone_base, late=settings.late_base)
        self._bases = np.array(region.bases)
        self._goals = self._sending.within[self._bases]
        self._home_min = region.drive_min[:, self._bases] / region.home_speed

    def price_absence(self, now: Situation) -> Times:
        """By what a call costs more without each of them."""
        return self._sending.price_absence(now)

    def choose_unit(self, now: Situation, place: int) -> int | None:
        """By response and by what its absence costs."""
        return self._sending.choose_unit(now, place)

    def choose_call(self, now: Situation, unit: int) -> int | None:
        """Who can still be reached in time first."""
        return self._sending.choose_call(now, unit)

    def choose_base(self, now: Situation, unit: int) -> int:
        """Where it adds most to the others, every one of them counted at the base it goes to."""
        settings, place = self._settings, now.place[unit]
        rows = self._sending.find_idle_rows(now, 0.0)
        others = rows.sum(axis=0) - rows[now.idle.index(unit)] + self._sending.count_soon(now)
        left = self._value.weigh(others)
        fade = np.exp(-self._home_min[place] / settings.fade_base_min)
        there = self._value.find_gains(self._goals, left)
        here = self._value.find_gains(self._sending.within[place][None, :], left)
        gains = fade * there + (1 - fade) * here - settings.trip_price * (self._bases != place)
        return int(self._bases[int(np.argmax(gains))])

    def choose_moves(self, now: Situation) -> Sequence[tuple[int, int]]:
        """The one best move, where it gains enough. Units on calls will each need a drive: those are kept."""
        settings = self._settings
        if now.trips + len(now.busy) + 1 > settings.trips_per_call * now.calls or not now.idle:
            return ()
        rows = self._sending.find_idle_rows(now, 0.0)
        left = self._value.weigh(rows.sum(axis=0) + self._sending.count_soon(now))
        fade = np.exp(-self._home_min[[now.place[unit] for unit in now.idle]] / settings.fade_move_min)
        gains = self._value.find_move_gains(rows, self._goals, left) * fade
        best, goal = divmod(int(np.argmax(gains)), len(self._bases))
        unit, base = now.idle[best], int(self._bases[goal])
        if gains[best, goal] <= settings.trip_price or now.base[unit] == base:
            return ()
        return ((unit, base),)


def make(region: Region, homes: Sequence[int], settings: Settings = SETTINGS) -> ExpectedResponse:
    """The default policy; homes are where units begin, and bind them no further."""
    return ExpectedResponse(region, settings)
