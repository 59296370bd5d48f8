"""Plain values of place: positions are (lon, lat) in EPSG:4326, every length is in metres."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG), the one the haversine formula is used with."""


class LonLat(NamedTuple):
    """A position in degrees WGS84, longitude first."""

    lon: float
    lat: float


class Bbox(NamedTuple):
    """A box in degrees WGS84."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, position: LonLat) -> bool:
        """Whether the position lies in the box, its edges included."""
        return self.west <= position.lon <= self.east and self.south <= position.lat <= self.north

    def grown(self, degrees: float) -> Bbox:
        """The box with a margin on every side."""
        return Bbox(self.west - degrees, self.south - degrees, self.east + degrees, self.north + degrees)


class PositionError(ValueError):
    """A pair of numbers is not a position. `reason` is not_finite, out_of_range or swapped."""

    def __init__(self, reason: str, lon: float, lat: float) -> None:
        super().__init__(f"not a position (lon, lat): {lon!r}, {lat!r}: {reason}")
        self.reason = reason
        self.lon = lon
        self.lat = lat


def check_lon_lat(lon: float, lat: float, city: Bbox | None = None) -> LonLat:
    """The pair as a position.

    With `city` given, a pair outside it whose swapped form lies inside is taken for swapped coordinates.
    A position outside the city that is no swap is returned as it is: whether it concerns the city is for
    the caller to say. Raises PositionError.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise PositionError("not_finite", lon, lat)
    in_range = -180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0
    if (
        city is not None
        and not (in_range and city.contains(LonLat(lon, lat)))
        and city.contains(LonLat(lat, lon))
    ):
        raise PositionError("swapped", lon, lat)
    if not in_range:
        raise PositionError("out_of_range", lon, lat)
    return LonLat(lon, lat)


def haversine_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in metres (haversine on the mean sphere, within 0.5 % of the ellipsoid)."""
    lat_a, lat_b = math.radians(a[1]), math.radians(b[1])
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(b[0] - a[0]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres in one degree of longitude and of latitude at this latitude."""
    per_lat = math.pi * EARTH_RADIUS_M / 180
    return per_lat * math.cos(math.radians(lat)), per_lat


def line_length_m(line: Sequence[LonLat]) -> float:
    """Length in metres of a line of positions."""
    return sum(haversine_m(line[i - 1], line[i]) for i in range(1, len(line)))


def interpolate(a: tuple[float, float], b: tuple[float, float], fraction: float) -> LonLat:
    """The position at `fraction` of the straight way from a to b (for spans of city size)."""
    return LonLat(a[0] + (b[0] - a[0]) * fraction, a[1] + (b[1] - a[1]) * fraction)


def bbox_of(positions: Iterable[LonLat]) -> Bbox:
    """The smallest box around the positions. Raises ValueError when there are none."""
    points = list(positions)
    if not points:
        raise ValueError("no positions to put a box around")
    lons = [p[0] for p in points]
    lats = [p[1] for p in points]
    return Bbox(min(lons), min(lats), max(lons), max(lats))
