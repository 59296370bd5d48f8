"""Which stretches of a street lie in a piece of ground, and which side of it; pure geometry."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from gis.geometry import LonLat, metres_per_degree

Span = tuple[float, float]
_ON_IT_M = 4.0
"""So near to the line a place is on neither side of it."""
_AHEAD_DEG = 1e-4


def spans_along(spine: shapely.LineString, inside: BaseGeometry) -> list[Span]:
    """From where to where along the spine its pieces `inside` run, in the spine's own unit, in order.

    `inside` is the spine cut to a piece of ground.
    """
    ends = [
        (shapely.get_point(part, 0), shapely.get_point(part, -1))
        for part in shapely.get_parts(inside)
        if part.geom_type == "LineString" and not part.is_empty
    ]
    if not ends:
        return []
    along = shapely.line_locate_point(spine, [point for pair in ends for point in pair]).tolist()
    return sorted((min(a, b), max(a, b)) for a, b in zip(along[::2], along[1::2], strict=True))


def sides_of(line: shapely.LineString, places: Sequence[LonLat]) -> list[int]:
    """For each place 1 when it is on the left of the line, looking along it, -1 on the right, 0 on it."""
    if not places:
        return []
    points = shapely.points(places)
    along = shapely.line_locate_point(line, points)
    foot, behind, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(line, at.clip(0, line.length)))
        for at in (along, along - _AHEAD_DEG, along + _AHEAD_DEG)
    )
    way, off = ahead - behind, shapely.get_coordinates(points) - foot
    left = way[:, 0] * off[:, 1] - way[:, 1] * off[:, 0]
    far = shapely.distance(line, points) * metres_per_degree(places[0][1])[0] >= _ON_IT_M
    return [
        int(there) * (1 if turn > 0 else -1) for turn, there in zip(left.tolist(), far.tolist(), strict=True)
    ]


def beside(line: shapely.LineString, share: float, left_m: float) -> LonLat:
    """The place at that share of the line, so many metres to the left of it; negative: to its right."""
    at = share * line.length
    here = line.interpolate(at)
    behind, ahead = line.interpolate(max(0.0, at - _AHEAD_DEG)), line.interpolate(at + _AHEAD_DEG)
    per_lon, per_lat = metres_per_degree(here.y)
    east, north = (ahead.x - behind.x) * per_lon, (ahead.y - behind.y) * per_lat
    length = (east * east + north * north) ** 0.5 or 1.0
    return LonLat(here.x - north / length * left_m / per_lon, here.y + east / length * left_m / per_lat)
