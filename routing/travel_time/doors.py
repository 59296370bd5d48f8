"""Doors: where a vehicle can stop for one, and the way on foot from there over the paths people walk.

A door beside a road its class can use is driven to. For any other door the roads around it are tried as
places to stop, each with its walk over the foot network: the nearest road by straight line may lie across a
canal. What is best depends on where the vehicle comes from, so the drive decides between the stops.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from routing.graph.geometry import Positions, to_degrees
from routing.graph.model import FloatArray, LongArray
from routing.graph.snap import Snapped, join
from routing.hierarchy.metric import Milliseconds
from routing.travel_time.known_times import KnownTimes
from routing.travel_time.network import (
    FREE_ACCESS_M,
    OFF_NETWORK_M,
    LonLat,
    RoadNetwork,
    measure_carry_m,
    measure_start_s,
)
from routing.travel_time.profile import Profile
from routing.travel_time.vehicle_classes import DETOUR_FACTOR, WALK_KMH

FOOT = "foot"
_TRIED = 24
_KEPT = 4
# Doors whose walks are searched for at once.
_AT_ONCE = 16
_REMEMBERED = 5000


class Walk:
    """From a stop to a door over the paths people walk."""

    def __init__(self, network: RoadNetwork, stop: Snapped, door: Snapped, last_m: float) -> None:
        """last_m: the last steps to the door, where no path is mapped."""
        self._network, self._stop, self._door, self._last_m = network, stop, door, last_m

    @cached_property
    def metres(self) -> float:
        """Its length, found when somebody asks for it: seconds are known since it was searched for."""
        path = self._network.get_profile(FOOT, hot=False).find_path(self._stop, self._door)
        driven_m = 0.0 if path is None else self._network.measure_path(path, self._stop, self._door)
        return driven_m + self._last_m


@dataclass(frozen=True, slots=True)
class Doors:
    """Stops of several doors in a row: place and seconds on foot; walks: by stop, those over paths, where
    others lead straight to the door; begin: first stop of each door."""

    stops: Snapped
    carry_s: FloatArray
    walks: dict[int, Walk]
    begin: LongArray

    def __len__(self) -> int:
        return len(self.begin)

    @property
    def carry_ms(self) -> LongArray:
        """Whole milliseconds on foot."""
        return np.rint(1000 * self.carry_s).astype(np.int64)

    @property
    def carry_m(self) -> FloatArray:
        """Metres on foot."""
        metres = _measure_straight_m(self.stops)
        for stop, walk in self.walks.items():
            metres[stop] = walk.metres
        return metres

    def get_carry_m(self, stop: int) -> float:
        """The same of one stop."""
        walk = self.walks.get(stop)
        return float(_measure_straight_m(self.stops)[stop]) if walk is None else walk.metres


@dataclass(frozen=True, slots=True)
class _Stop:
    """A stop with a walk over paths; `carry_s` to the whole millisecond, in which ways are counted."""

    edge: int
    fraction: float
    distance_m: float
    carry_s: float
    walk: Walk


class DoorFinder:
    """Finds stops on one network. Belongs to the thread that made it."""

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network
        self._known: dict[tuple[float, float, str], list[_Stop]] = {}
        self._version = network.version
        self._known_times: dict[Profile, KnownTimes] = {}

    def find(self, lon_lats: Positions, vehicle_class: str) -> Doors:
        """Stops for every door, at least one each; edge -1 when it is off the network.

        Raises UnknownVehicleClass.
        """
        network = self._network
        if self._version != network.version or len(self._known) > _REMEMBERED:
            self._known.clear()
            self._version = network.version
        degrees = to_degrees(lon_lats)
        places = network.snap(degrees, vehicle_class)
        walks = vehicle_class != FOOT and network.has_class(FOOT)
        apart = np.flatnonzero((places.edge >= 0) & (places.distance_m > FREE_ACCESS_M) & walks)
        keys = [(lon, lat, vehicle_class) for lon, lat in degrees[apart].tolist()]
        new = [row for row, key in zip(apart.tolist(), keys, strict=True) if key not in self._known]
        for first in range(0, len(new), _AT_ONCE):
            some = new[first : first + _AT_ONCE]
            found = self._find_stops(degrees[some], places.distance_m[some], vehicle_class)
            for (lon, lat), walked_to in zip(degrees[some].tolist(), found, strict=True):
                self._known[lon, lat, vehicle_class] = walked_to
        return _line_up(
            places, {row: self._known[key] for row, key in zip(apart.tolist(), keys, strict=True)}
        )

    def get_known(self, vehicle_class: str, hot: bool) -> KnownTimes:
        """What was searched for before for this class. Raises UnknownVehicleClass."""
        profile = self._network.get_profile(vehicle_class, hot)
        return self._known_times.setdefault(profile, KnownTimes(profile))

    def measure(
        self,
        origins: Snapped,
        doors: Doors,
        vehicle_class: str,
        hot: bool = False,
        known: KnownTimes | None = None,
    ) -> FloatArray:
        """Seconds to each door, the walk from its best stop included; shape (origins, doors). With `known`,
        of this class, only what that does not know is searched for.

        Infinite where no way leads. Raises UnknownVehicleClass.
        """
        search = known or self._network.get_profile(vehicle_class, hot)
        if len(origins) == 0 or len(doors) == 0:
            return np.empty((len(origins), len(doors)))
        whole_ms = search.travel_any_ms(origins, doors.stops, doors.begin, doors.carry_ms)
        seconds: FloatArray = whole_ms / 1000
        seconds += measure_start_s(origins)[:, None]
        return seconds

    def count(
        self, origins: Snapped, doors: Doors, vehicle_class: str, hot: bool
    ) -> tuple[Milliseconds, FloatArray]:
        """The same in two parts: whole milliseconds from road to door, shape (origins, doors), `NEVER_MS`
        where no way leads, and seconds from each origin to its road. Raises UnknownVehicleClass."""
        profile = self._network.get_profile(vehicle_class, hot)
        whole_ms = profile.count_any_ms(origins, doors.stops, doors.begin, doors.carry_ms)
        return whole_ms, measure_start_s(origins)

    def find_stop(
        self, origin: Snapped, door: LonLat, vehicle_class: str, hot: bool
    ) -> tuple[Snapped, float, float]:
        """Where a vehicle from here stops for a door, and metres and seconds on foot from there.

        Raises UnknownVehicleClass.
        """
        doors = self.find([door], vehicle_class)
        profile = self._network.get_profile(vehicle_class, hot)
        row = self._choose_stop(origin, doors, range(len(doors.stops)), profile)
        return doors.stops.select(slice(row, row + 1)), doors.get_carry_m(row), float(doors.carry_s[row])

    def find_ways(
        self, pairs: Sequence[tuple[LonLat, LonLat]], vehicle_class: str, hot: bool
    ) -> list[tuple[float, float, float, float] | None]:
        """Metres of the fastest way from each origin to its door, metres and seconds of it on foot, and
        seconds of waiting for ferries; None where no way leads.

        Raises UnknownVehicleClass.
        """
        network, profile = self._network, self._network.get_profile(vehicle_class, hot)
        starts = network.snap([origin for origin, _ in pairs], vehicle_class)
        sources = profile.list_sources(starts)
        doors = self.find([door for _, door in pairs], vehicle_class)
        ways: list[tuple[float, float, float, float] | None] = []
        for row, (first, last) in enumerate(pairwise([*doors.begin.tolist(), len(doors.stops)])):
            start = starts.select(slice(row, row + 1))
            best = self._choose_stop(start, doors, range(first, last), profile)
            stop = doors.stops.select(slice(best, best + 1))
            path = profile.find_path(start, stop, sources[row])
            if path is None:
                ways.append(None)
                continue
            carry_m = doors.get_carry_m(best)
            driven_m = network.measure_path(path, start, stop)
            wait_s = network.measure_wait_s(path)
            ways.append((driven_m + carry_m, carry_m, float(doors.carry_s[best]), wait_s))
        return ways

    def _choose_stop(self, origin: Snapped, doors: Doors, stops: range, profile: Profile) -> int:
        """Which of these stops of a door is best from here, the walk included."""
        if len(stops) == 1 or int(origin.edge[0]) < 0:
            return stops[0]
        rows = slice(stops.start, stops.stop)
        driven_ms = profile.travel_ms(origin, doors.stops.select(rows))[0]
        return stops[int(np.argmin(driven_ms + doors.carry_ms[rows]))]

    def _find_stops(
        self, degrees: FloatArray, distance_m: FloatArray, vehicle_class: str
    ) -> list[list[_Stop]]:
        """For each of some doors so far from the next road of this class its best stops with a walk over
        paths, none where no path leads to it.

        A straight line may be shorter than any mapped path, and lead through water or walls: it counts only
        where no path leads at all.
        """
        network = self._network
        places = network.snap(degrees, FOOT)
        reach_m = np.minimum(OFF_NETWORK_M, 2 * distance_m + 60)
        near = [
            network.list_near((lon, lat), vehicle_class, within_m).select_nearest(_TRIED)
            for (lon, lat), within_m in zip(degrees.tolist(), reach_m.tolist(), strict=True)
        ]
        tried = join(near)
        # The last steps to the door, where no path is mapped at all; without end off the network.
        last_m = np.maximum(0.0, places.distance_m - FREE_ACCESS_M) * DETOUR_FACTOR
        # All in one search, although each stop is tried for one door alone: it is the search that costs.
        walk_ms = network.get_profile(FOOT, hot=False).travel_ms(tried, places)
        found: list[list[_Stop]] = []
        begin = 0
        for column, some in enumerate(near):
            rows = slice(begin, begin + len(some))
            begin += len(some)
            walked_s = walk_ms[rows, column] / 1000 + last_m[column] * 3.6 / WALK_KMH
            door, stops = places.select(slice(column, column + 1)), []
            for row in np.argsort(walked_s, kind="stable")[:_KEPT].tolist():
                if np.isfinite(walked_s[row]):
                    stop = some.select(slice(row, row + 1))
                    walk = Walk(network, stop, door, float(last_m[column]))
                    stops.append(_make_stop(stop, float(walked_s[row]), walk))
            found.append(stops)
        return found


def _make_stop(place: Snapped, carry_s: float, walk: Walk) -> _Stop:
    edge, fraction, distance_m = int(place.edge[0]), float(place.fraction[0]), float(place.distance_m[0])
    return _Stop(edge, fraction, distance_m, round(carry_s, 3), walk)


def _measure_straight_m(places: Snapped) -> FloatArray:
    """Metres on foot where one walks straight; none off the network."""
    return np.where(places.edge >= 0, measure_carry_m(places), 0.0)


def _line_up(places: Snapped, walked: dict[int, list[_Stop]]) -> Doors:
    """The nearest place of every door as its stop; of some, by row, other stops, where there are any."""
    counts = np.ones(len(places), dtype=np.int64)
    for row, stops in walked.items():
        counts[row] = max(1, len(stops))
    begin = np.cumsum(counts) - counts
    every = places.select(np.repeat(np.arange(len(places)), counts))
    carry_s = np.round(_measure_straight_m(every) * 3.6 / WALK_KMH, 3)
    walks: dict[int, Walk] = {}
    for row, stops in walked.items():
        for at, stop in enumerate(stops, start=int(begin[row])):
            every.edge[at], every.fraction[at] = stop.edge, stop.fraction
            every.distance_m[at], carry_s[at], walks[at] = stop.distance_m, stop.carry_s, stop.walk
    return Doors(every, carry_s, walks, begin)
