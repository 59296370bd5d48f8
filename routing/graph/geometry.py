"""Distances on the sphere and a flat plane good enough for one city."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from gis.geometry import EARTH_RADIUS_M, metres_per_degree
from routing.graph.model import BoolArray, FloatArray

# Many (lon, lat); as an array of shape (n, 2) they need not be gathered one by one.
Positions = Sequence[tuple[float, float]] | FloatArray


def to_degrees(lon_lats: Positions) -> FloatArray:
    """Positions as an array, shape (n, 2)."""
    if isinstance(lon_lats, np.ndarray):
        return np.asarray(lon_lats, dtype=np.float64).reshape(-1, 2)
    # Half as long as by rows.
    return np.fromiter(chain.from_iterable(lon_lats), np.float64, 2 * len(lon_lats)).reshape(-1, 2)


def haversine_all_m(lon_lat: FloatArray, others: FloatArray) -> FloatArray:
    """Great-circle metres between rows of two (…, 2) arrays of degrees; shapes broadcast."""
    a, b = np.radians(lon_lat), np.radians(others)
    half_chord = (
        np.sin((b[..., 1] - a[..., 1]) / 2) ** 2
        + np.cos(a[..., 1]) * np.cos(b[..., 1]) * np.sin((b[..., 0] - a[..., 0]) / 2) ** 2
    )
    metres: FloatArray = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half_chord))
    return metres


def are_positions(lon_lat: FloatArray) -> BoolArray:
    """Which rows of (…, 2) are degrees of longitude and latitude at all. Numbers beyond them break the plane
    and all that is reckoned in it, as do those that are none."""
    lon, lat = lon_lat[..., 0], lon_lat[..., 1]
    usable: BoolArray = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    return usable


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """Equirectangular plane around one latitude: x east, y north, metres; within 0.1 % across a city."""

    lon: float
    lat: float

    def to_plane(self, lon_lat: FloatArray) -> FloatArray:
        """Degrees (n, 2) to metres (n, 2)."""
        plane: FloatArray = (lon_lat - np.array([self.lon, self.lat])) * np.array(metres_per_degree(self.lat))
        return plane
