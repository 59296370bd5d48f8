"""Which stretches of a street lie in a piece of ground; pure geometry."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

Span = tuple[float, float]


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
