"""What is guessed where the road says nothing is no faster than what the roads around are now.

A straight line times a detour knows nothing of floods and queues: beside roads that are slowed twelvefold it
would win by what it does not know.
"""

import numpy as np

from routing.graph.geometry import haversine_all_m
from routing.graph.model import FloatArray, LongArray

AROUND, LOOKED_AT = 8, 32
"""So many of the nearest units with a way by road tell how slow the roads around a unit are, of so many."""

TELLING_S = 20.0
"""Ways that would be guessed at less than this say nothing: they are mostly their first corner."""


class Guesses:
    """How much slower the roads around each of n units are than guessed; lon_lat of shape (n, 2)."""

    def __init__(self, lon_lat: FloatArray) -> None:
        self._lon_lat = lon_lat
        self._near: dict[int, LongArray] = {}

    def find_factors(self, rows: LongArray, guess_s: FloatArray, road_s: FloatArray) -> FloatArray:
        """What the guessed times of these units to a place are multiplied by, at least 1: the (lower) median
        of how many times as long as guessed the nearest others take by road to the same place.

        By unit: guess_s by straight line, road_s by road, infinite where unknown. 1 where no way is known.
        """
        telling = np.isfinite(road_s) & (guess_s >= TELLING_S)
        if not telling.any():
            return np.ones(len(rows))  # a place off the roads: nobody's way is known
        slower = np.divide(road_s, guess_s, out=np.full(len(road_s), np.inf), where=telling)
        near = np.array([self._list_near(row) for row in rows.tolist()])
        heard = np.cumsum(telling[near], axis=1)
        among = telling[near] & (heard <= AROUND)
        ranked = np.sort(np.where(among, slower[near], np.inf), axis=1)
        counts = among.sum(axis=1)
        median = ranked[np.arange(len(rows)), np.maximum(counts - 1, 0) // 2]
        factors: FloatArray = np.where(counts > 0, np.maximum(median, 1.0), 1.0)
        return factors

    def _list_near(self, row: int) -> LongArray:
        near = self._near.get(row)
        if near is None:
            metres = haversine_all_m(self._lon_lat, self._lon_lat[row])
            near = self._near[row] = np.argsort(metres, kind="stable")[:LOOKED_AT]
        return near
