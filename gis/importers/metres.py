"""Geometry in metres around one place, for building: city-sized, good to a few parts in a thousand."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.geometry import Bbox, LonLat, metres_per_degree

Shape = TypeVar("Shape", bound=BaseGeometry)


class LocalMetres:
    """A flat plane in metres laid on the city, its origin at the middle of a box."""

    def __init__(self, bbox: Bbox) -> None:
        self._lon = (bbox.west + bbox.east) / 2
        self._lat = (bbox.south + bbox.north) / 2
        self._per_lon, self._per_lat = metres_per_degree(self._lat)

    def to_plane(self, geometry: Shape) -> Shape:
        """The geometry in metres from the origin."""
        return shapely.transform(geometry, self._forward)

    def to_degrees(self, geometry: Shape) -> Shape:
        """The geometry back in degrees."""
        return shapely.transform(geometry, self._back)

    def point(self, position: LonLat) -> shapely.Point:
        """A position as a point in metres."""
        return shapely.Point(
            (position[0] - self._lon) * self._per_lon, (position[1] - self._lat) * self._per_lat
        )

    def position(self, x: float, y: float) -> LonLat:
        """The position at x metres east and y metres north of the origin."""
        return LonLat(self._lon + x / self._per_lon, self._lat + y / self._per_lat)

    def _forward(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return (coordinates - [self._lon, self._lat]) * [self._per_lon, self._per_lat]

    def _back(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return coordinates / [self._per_lon, self._per_lat] + [self._lon, self._lat]
