"""A city as policies see it: places where people call, bases where units wait, minutes between them.

The same for the live centre and for simulated days. Where no way is known, or what should be a time is none,
the straight line stands in for it, as everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from routing.graph.geometry import haversine_all_m
from routing.terms.deployment import TUNED_CALLS_AT_ONCE, Region, Times
from routing.terms.messages import LonLat
from routing.travel_time.straight_line import estimate_travel_s


class RegionUnusable(Exception):
    """Nobody calls anywhere, or there is nowhere to wait."""


@dataclass(frozen=True, eq=False)
class CityRegion:
    """A region with the positions of its places."""

    region: Region
    lon_lat: Times
    """[place, lon and lat]"""

    def find_nearest(self, lon_lat: LonLat) -> int:
        """The place nearest to a position in a straight line."""
        return int(np.argmin(haversine_all_m(self.lon_lat, np.array(lon_lat))))


def make_city_region(
    callers: Sequence[tuple[str, LonLat, float]],
    bases: Sequence[tuple[str, LonLat]],
    drive_s: Sequence[Sequence[float | None]],
    vehicle_class: str,
    *,
    hospitals: Sequence[tuple[str, LonLat]] = (),
    late_min: float = 12.0,
    calls_at_once: float = TUNED_CALLS_AT_ONCE,
) -> CityRegion:
    """Places are callers (name, position, share of calls), then bases, then hospitals; `drive_s` between all
    of them in this order, seconds, None or infinite where no way leads. Raises RegionUnusable."""
    if not bases or not any(share > 0 for _, _, share in callers):
        raise RegionUnusable(f"{len(callers)} places of calls, {len(bases)} bases")
    sites = [(name, at) for name, at, _ in callers] + [*bases, *hospitals]
    lon_lat = np.array([at for _, at in sites], dtype=float)
    straight = np.array([haversine_all_m(lon_lat, here) for here in lon_lat])
    drive = np.array(
        [
            [
                seconds
                if seconds is not None and isfinite(seconds) and seconds >= 0
                else estimate_travel_s(float(straight[a, b]), vehicle_class)
                for b, seconds in enumerate(row)
            ]
            for a, row in enumerate(drive_s)
        ]
    )
    demand = np.zeros(len(sites))
    demand[: len(callers)] = [max(0.0, share) for _, _, share in callers]
    squeeze = np.array([np.cos(np.radians(lon_lat[:, 1].mean())), 1.0]) * 111_195.0
    region = Region(
        names=tuple(name for name, _ in sites),
        drive_min=drive / 60.0,
        xy_m=lon_lat * squeeze,
        demand=demand / demand.sum(),
        bases=tuple(range(len(callers), len(callers) + len(bases))),
        hospitals=tuple(range(len(callers) + len(bases), len(sites))),
        late_min=late_min,
        calls_at_once=calls_at_once,
    )
    return CityRegion(region, lon_lat)
