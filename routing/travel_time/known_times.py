"""Travel times that were searched for before, for as long as the roads stay as they were.

Plans are made again every few seconds, about the same incidents and much the same units: only who has moved
and what is new has to be searched for. A time is known by the very place on the road and by the very stops of
the door, so that what is remembered is what the search would find.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from routing.graph.model import BoolArray, FloatArray, LongArray
from routing.graph.snap import Snapped
from routing.travel_time.profile import Profile
from routing.travel_time.weights import IMPASSABLE_MS, Weights

# Four bytes each, in both halves of a planner and for every class: 3 MB at most.
MOST_DOORS = 400
MOST_PLACES = 2000

_UNKNOWN = -1

Whole = npt.NDArray[np.int32]


class KnownTimes:
    """Milliseconds by door and place under one profile's weights. Belongs to one thread at a time."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._weights: Weights = profile.weights
        self._doors: dict[tuple[tuple[int, float, int], ...], int] = {}
        self._places: dict[tuple[int, float], int] = {}
        self._ms: Whole = np.empty((0, 0), dtype=np.int32)
        self.searched = 0
        """Pairs of a place and a door that had to be searched for so far."""

    def travel_any_ms(
        self, origins: Snapped, stops: Snapped, begin: LongArray, extra_ms: LongArray
    ) -> FloatArray:
        """As `Profile.travel_any_ms`, whole milliseconds; only what is not known is searched for."""
        if len(begin) > MOST_DOORS or len(origins) > MOST_PLACES:
            return self._search(origins, stops, begin, extra_ms, np.arange(len(begin))).T
        rows, columns = self._find(_list_doors(stops, begin, extra_ms), _list_places(origins))
        known = self._ms[np.ix_(rows, columns)]
        unknown = known == _UNKNOWN
        if unknown.any():
            fresh = unknown.all(axis=1)
            self._fill(known, fresh, np.ones(len(columns), dtype=np.bool_), origins, (stops, begin, extra_ms))
            rest = ~fresh & unknown.any(axis=1)
            self._fill(known, rest, unknown[rest].any(axis=0), origins, (stops, begin, extra_ms))
            self._ms[np.ix_(rows, columns)] = known
        return np.where(known == IMPASSABLE_MS, np.inf, known).T

    def _find(
        self, doors: Sequence[tuple[tuple[int, float, int], ...]], places: Sequence[tuple[int, float]]
    ) -> tuple[LongArray, LongArray]:
        """Rows and columns of these, new ones included; all is forgotten when the roads have changed, or when
        there is no more room."""
        if self._weights is not self._profile.weights:
            self._forget()
        for _ in range(2):
            rows = [self._doors.setdefault(door, len(self._doors)) for door in doors]
            columns = [self._places.setdefault(place, len(self._places)) for place in places]
            if len(self._doors) <= MOST_DOORS and len(self._places) <= MOST_PLACES:
                break
            self._forget()
        self._make_room()
        return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)

    def _forget(self) -> None:
        self._weights = self._profile.weights
        self._doors, self._places = {}, {}
        self._ms = np.empty((0, 0), dtype=np.int32)

    def _make_room(self) -> None:
        height, width = self._ms.shape
        if len(self._doors) <= height and len(self._places) <= width:
            return
        taller = min(MOST_DOORS, max(height, 2 * len(self._doors)))
        wider = min(MOST_PLACES, max(width, 2 * len(self._places)))
        grown: Whole = np.full((taller, wider), _UNKNOWN, dtype=np.int32)
        grown[:height, :width] = self._ms
        self._ms = grown

    def _fill(
        self,
        known: Whole,
        wanted: BoolArray,
        missing: BoolArray,
        origins: Snapped,
        doors: tuple[Snapped, LongArray, LongArray],
    ) -> None:
        rows, columns = np.flatnonzero(wanted), np.flatnonzero(missing)
        if len(rows) and len(columns):
            found = self._search(origins.select(columns), *doors, rows)
            known[np.ix_(rows, columns)] = np.where(np.isfinite(found), found, IMPASSABLE_MS)

    def _search(
        self, origins: Snapped, stops: Snapped, begin: LongArray, extra_ms: LongArray, rows: LongArray
    ) -> FloatArray:
        """Milliseconds to these doors, shape (rows, origins)."""
        self.searched += len(rows) * len(origins)
        if len(rows) == len(begin):
            return self._profile.travel_any_ms(origins, stops, begin, extra_ms).T
        ends = np.append(begin, len(stops))
        chosen = np.concatenate([np.arange(ends[row], ends[row + 1]) for row in rows.tolist()])
        counts = ends[rows + 1] - ends[rows]
        first = np.cumsum(counts) - counts
        return self._profile.travel_any_ms(origins, stops.select(chosen), first, extra_ms[chosen]).T


def _list_doors(
    stops: Snapped, begin: LongArray, extra_ms: LongArray
) -> list[tuple[tuple[int, float, int], ...]]:
    each = list(zip(stops.edge.tolist(), stops.fraction.tolist(), extra_ms.tolist(), strict=True))
    return [tuple(each[first:last]) for first, last in pairwise([*begin.tolist(), len(each)])]


def _list_places(origins: Snapped) -> list[tuple[int, float]]:
    return list(zip(origins.edge.tolist(), origins.fraction.tolist(), strict=True))
