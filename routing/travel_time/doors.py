"""Doors: where a vehicle can stop for one, and the way on foot from there over the paths people walk.

A door beside a road its class can use is driven to. For any other door the roads around it are tried as
places to stop, each with its walk over the foot network: the nearest road by straight line may lie across a
canal. What is best depends on where the vehicle comes from, so the drive decides between the stops.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from routing.graph.model import FloatArray, LongArray
from routing.graph.snap import Snapped
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
_REMEMBERED = 5000


@dataclass(frozen=True, slots=True)
class Doors:
    """Stops of several doors in a row: place, metres and seconds on foot; begin: first stop of each door."""

    stops: Snapped
    carry_m: FloatArray
    carry_s: FloatArray
    begin: LongArray

    def __len__(self) -> int:
        return len(self.begin)

    @property
    def carry_ms(self) -> LongArray:
        """Whole milliseconds on foot."""
        return np.rint(1000 * self.carry_s).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Stop:
    """`carry_s` to the whole millisecond, in which ways are counted."""

    edge: int
    fraction: float
    distance_m: float
    carry_m: float
    carry_s: float


class DoorFinder:
    """Finds stops on one network. Belongs to the thread that made it."""

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network
        self._known: dict[tuple[LonLat, str], list[_Stop]] = {}
        self._version = network.version
        self._known_times: dict[Profile, KnownTimes] = {}

    def find(self, lon_lats: Sequence[LonLat], vehicle_class: str) -> Doors:
        """Stops for every door, at least one each; edge -1 when it is off the network.

        Raises UnknownVehicleClass.
        """
        if self._version != self._network.version or len(self._known) > _REMEMBERED:
            self._known.clear()
            self._version = self._network.version
        places = self._network.snap(lon_lats, vehicle_class)
        doors = []
        for row, lon_lat in enumerate(lon_lats):
            key = (lon_lat, vehicle_class)
            if key not in self._known:
                here = places.select(slice(row, row + 1))
                self._known[key] = self._find_stops(lon_lat, vehicle_class, here)
            doors.append(self._known[key])
        stops = [stop for door in doors for stop in door]
        counts = np.array([len(door) for door in doors], dtype=np.int64)
        return Doors(
            Snapped(
                np.array([stop.edge for stop in stops], dtype=np.int32),
                np.array([stop.fraction for stop in stops], dtype=float),
                np.array([stop.distance_m for stop in stops], dtype=float),
            ),
            np.array([stop.carry_m for stop in stops], dtype=float),
            np.array([stop.carry_s for stop in stops], dtype=float),
            np.cumsum(counts) - counts,
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
        seconds = np.full((len(origins), len(doors)), np.inf)
        rows = np.flatnonzero(origins.edge >= 0)
        # Who is off the network has one stop, which is nowhere.
        columns = np.flatnonzero(doors.stops.edge[doors.begin] >= 0)
        if len(rows) == 0 or len(columns) == 0:
            return seconds
        start = origins.select(rows)
        stops = np.flatnonzero(doors.stops.edge >= 0)
        begin = np.searchsorted(stops, doors.begin[columns])
        whole_ms = search.travel_any_ms(start, doors.stops.select(stops), begin, doors.carry_ms[stops])
        seconds[np.ix_(rows, columns)] = whole_ms / 1000 + measure_start_s(start)[:, None]
        return seconds

    def find_stop(
        self, origin: Snapped, door: LonLat, vehicle_class: str, hot: bool
    ) -> tuple[Snapped, float, float]:
        """Where a vehicle from here stops for a door, and metres and seconds on foot from there.

        Raises UnknownVehicleClass.
        """
        doors = self.find([door], vehicle_class)
        profile = self._network.get_profile(vehicle_class, hot)
        row = self._choose_stop(origin, doors, range(len(doors.stops)), profile)
        return doors.stops.select(slice(row, row + 1)), float(doors.carry_m[row]), float(doors.carry_s[row])

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
            carry_m = float(doors.carry_m[best])
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

    def _find_stops(self, lon_lat: LonLat, vehicle_class: str, here: Snapped) -> list[_Stop]:
        edge, distance_m = int(here.edge[0]), float(here.distance_m[0])
        straight_m = float(measure_carry_m(here)[0]) if edge >= 0 else 0.0
        nearest = _make_stop(here, straight_m, straight_m * 3.6 / WALK_KMH)
        network = self._network
        if edge < 0 or distance_m <= FREE_ACCESS_M or vehicle_class == FOOT or not network.has_class(FOOT):
            return [nearest]
        reach_m = min(OFF_NETWORK_M, 2 * distance_m + 60)
        near = network.list_near(lon_lat, vehicle_class, reach_m)
        near = near.select(np.argsort(near.distance_m, kind="stable")[:_TRIED])
        door = network.snap([lon_lat], FOOT)
        if int(door.edge[0]) < 0:
            return [nearest]
        # The last steps to the door, where no path is mapped at all.
        last_m = max(0.0, float(door.distance_m[0]) - FREE_ACCESS_M) * DETOUR_FACTOR
        walk = network.get_profile(FOOT, hot=False)
        walked_s = walk.travel_ms(near, door)[:, 0] / 1000 + last_m * 3.6 / WALK_KMH
        stops = []
        for row in np.argsort(walked_s, kind="stable")[:_KEPT].tolist():
            if not np.isfinite(walked_s[row]):
                break
            stop = near.select(slice(row, row + 1))
            path = walk.find_path(stop, door)
            if path is not None:
                metres = network.measure_path(path, stop, door) + last_m
                stops.append(_make_stop(stop, metres, float(walked_s[row])))
        # A straight line may be shorter than any mapped path, and lead through water or walls: it counts only
        # where no path leads at all.
        return stops or [nearest]


def _make_stop(place: Snapped, carry_m: float, carry_s: float) -> _Stop:
    edge, fraction, distance_m = int(place.edge[0]), float(place.fraction[0]), float(place.distance_m[0])
    return _Stop(edge, fraction, distance_m, carry_m, round(carry_s, 3))
