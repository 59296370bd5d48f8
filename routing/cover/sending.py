"""Which unit goes, by the response it gives and what those who call next lose by its absence.

Shared by the policies that differ in where units wait.
"""

from dataclasses import dataclass

import numpy as np

from routing.cover.coverage_value import CoverageValue, Flat, find_rows, list_within
from routing.terms.deployment import TUNED_CALLS_AT_ONCE, Region, Situation, Times


@dataclass(frozen=True)
class Settings:
    """What the policies weigh, found by `python -m bench.policy_search` on development days.

    Prices are minutes of response. Sending: `late_now` is what a late response of this call costs,
    `late_next` of later ones, `gone_send` the probability that a unit is gone when needed, `absence_calls`
    the calls that meet its absence, `still_send_min` how long a drive must have to go for a unit to count
    where it is now.
    Waiting calls: `patience` minutes of driving are worth a minute waited.
    Basing: `gone_base`, `late_base` alike; a gain counts less the longer the drive to it (`fade_base_min`,
    for move-ups `fade_move_min`); a drive must gain `trip_price` on the next call; a unit that hands over (or
    is on scene) counts up to `soon_hospital` (`soon_scene`) after `soon_min`; drives per call stay under
    `trips_per_call`.
    """

    late_now: float = 8.0
    late_next: float = 10.1
    gone_send: float = 0.367
    absence_calls: float = 1.63
    still_send_min: float = 10.5
    patience: float = 0.359
    gone_base: float = 0.22
    late_base: float = 17.0
    fade_base_min: float = 52.5
    fade_move_min: float = 19.0
    trip_price: float = 0.304
    soon_hospital: float = 0.7
    soon_scene: float = 0.0
    soon_min: float = 30.0
    trips_per_call: float = 1.0


SETTINGS = Settings()

SETTINGS_HOME = Settings(
    late_now=16.0,
    late_next=9.0,
    gone_send=0.395,
    absence_calls=4.16,
    still_send_min=30.0,
    patience=0.3,
    soon_hospital=0.453,
    soon_scene=0.0,
)
"""For centres whose units always return to their own base: nobody fills a gap, so that absence costs more,
and a unit on its way home is worth most where it is."""


class Sending:
    """Chooses units for calls, and calls for units."""

    def __init__(self, region: Region, settings: Settings) -> None:
        self.region = region
        self.settings = settings
        self.within = list_within(region)
        self._value = CoverageValue(region, gone=settings.gone_send, late=settings.late_next)
        self._absence_calls = settings.absence_calls * (region.calls_at_once / TUNED_CALLS_AT_ONCE)

    def choose_unit(self, now: Situation, place: int) -> int | None:
        """The least of its own response, priced, and what its absence costs those who call next."""
        settings = self.settings
        response = self.region.drive_min[[now.place[unit] for unit in now.idle], place]
        price = response + settings.late_now * (response > self.region.late_min)
        if len(now.idle) > 1:
            price = price + self.price_absence(now)
        return now.idle[int(np.argmin(price))]

    def price_absence(self, now: Situation) -> Times:
        """What each idle unit's absence costs the calls that meet it, minutes, in the order of `idle`."""
        if self._absence_calls <= 0 or not now.idle:
            return np.zeros(len(now.idle))
        rows = self.find_idle_rows(now, self.settings.still_send_min)
        left = self._value.weigh(rows.sum(axis=0) + self.count_soon(now))
        return (self._absence_calls * self._value.find_losses(rows, left)).astype(np.float64)

    def choose_call(self, now: Situation, unit: int) -> int | None:
        """Who can still be reached in time, then who is near, then who has waited."""
        settings = self.settings
        drive = self.region.drive_min[now.place[unit]]

        def price(position: int) -> float:
            call = now.waiting[position]
            waited = now.now_min - call.arrived_min
            saved = settings.late_now if drive[call.place] + waited <= self.region.late_min else 0.0
            return float(drive[call.place]) - saved - settings.patience * waited

        return min(range(len(now.waiting)), key=price)

    def find_idle_rows(self, now: Situation, still_min: float) -> Flat:
        """A row for each idle unit: where it goes; nearer to where it is, the longer it still drives."""
        still = [
            min(1.0, (now.due_min[unit] - now.now_min) / still_min) if still_min > 0 else 0.0
            for unit in now.idle
        ]
        places, bases = [now.place[u] for u in now.idle], [now.base[u] for u in now.idle]
        return find_rows(self.within, places, bases, still)

    def count_soon(self, now: Situation) -> Flat:
        """Units on calls that may soon be free, in part, where they are."""
        settings = self.settings
        most = {"at_hospital": settings.soon_hospital, "on_scene": settings.soon_scene}
        shares = np.zeros(len(self.within), dtype=np.float32)
        for busy in now.busy:
            if busy.phase in most:
                gone_on = min(1.0, (now.now_min - busy.since_min) / settings.soon_min)
                shares[busy.place] += most[busy.phase] * gone_on
        places = np.flatnonzero(shares)
        soon: Flat = shares[places] @ self.within[places]
        return soon
