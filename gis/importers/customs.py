"""From which end a street is counted of which no number is known: what the city does elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import shapely

from gis.importers.spines import CUSTOM_PACE_M, Numbering

_LONG_STREET_M = 1500.0
_NEAR_M = 800.0
_ALIKE = 0.7
"""Streets whose ends lie in directions of a cosine beyond this run alike."""
_DOUBT = 0.7
"""So much is a neighbourhood of streets worth that count either way."""
_SHORT, _LONG = (0.8, 0.1, 0.1, 2.0), (0.25, 0.15, 0.7, 1.4)
"""Logarithms of the odds of: the larger road, west or north, outwards, and as the streets beside; a logistic
regression on the 1,032 streets of the city whose known numbers tell."""


class Neighbours:
    """The streets whose known numbers tell from which end they are counted."""

    def __init__(self, numbered: Iterable[tuple[shapely.LineString, Numbering]]) -> None:
        """From spines in metres, with their numbering."""
        ways = [(spine, math.copysign(1.0, numbering.pace_m)) for spine, numbering in numbered]
        ends = np.array([(spine.coords[0], spine.coords[-1]) for spine, _ in ways]).reshape(-1, 2, 2)
        self._middles = ends.mean(axis=1)
        self._ways = np.array([_way(spine) for spine, _ in ways]).reshape(-1, 2)
        self._ways *= np.array([rising for _, rising in ways])[:, None]

    def agreement(self, spine: shapely.LineString) -> float:
        """How far the streets near by that run alike count along the spine: 1 all of them, -1 all against."""
        ends = np.array((spine.coords[0], spine.coords[-1]))
        apart = np.hypot(*(self._middles - ends.mean(axis=0)).T)
        near = np.exp(-0.5 * (apart / _NEAR_M) ** 2)
        alike = self._ways @ np.array(_way(spine))
        near[np.abs(alike) <= _ALIKE] = 0.0
        return float(near @ alike / (near.sum() + _DOUBT))


def number_by_custom(
    spine: shapely.LineString,
    centre: shapely.Point,
    start_class: int,
    end_class: int,
    agreement: float = 0.0,
) -> Numbering:
    """Where numbers begin on a street of which none is known.

    Streets are counted as those beside them are (`agreement`, -1 to 1 along the spine), short ones from the
    larger road they leave, long ones from the centre outwards, and from east to west or south to north.
    """
    first, last = shapely.Point(spine.coords[0]), shapely.Point(spine.coords[-1])
    outwards = 1.0 if first.distance(centre) < last.distance(centre) else -1.0
    westwards = 1.0 if (first.x - last.x) - 0.5 * (first.y - last.y) > 0 else -1.0
    off_larger = (start_class > end_class) - (start_class < end_class)
    worth = _LONG if spine.length > _LONG_STREET_M else _SHORT
    vote = float(np.dot(worth, (off_larger, westwards, outwards, agreement)))
    held = 1 / (1 + math.exp(-abs(vote)))
    if vote >= 0:
        return Numbering(0.0, CUSTOM_PACE_M, fitted=False, held=held)
    return Numbering(spine.length, -CUSTOM_PACE_M, fitted=False, held=held)


def _way(spine: shapely.LineString) -> tuple[float, float]:
    """The direction from a spine's one end to the other, as long as one; shorter for a ring."""
    (ax, ay), (bx, by) = spine.coords[0], spine.coords[-1]
    length = max(math.hypot(bx - ax, by - ay), 1.0)
    return (bx - ax) / length, (by - ay) / length
