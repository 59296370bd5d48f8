"""House numbers tied to the street they are counted along, by what the source says or by where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import shapely
from shapely import STRtree

from gis.geocode.fold import street_key
from gis.geocode.numbers import number_path, split_alley_name
from gis.importers.metres import LocalMetres
from gis.importers.model import Address
from gis.importers.streets import Street
from gis.importers.survey import read_note

_NAMED_REACH_M = 500.0
_ALLEY_REACH_M = 80.0
_STREET_REACH_M = 45.0
_NOTED_REACH_M, _NOTED_DEEP_REACH_M = 100.0, 400.0


class Door(msgspec.Struct, frozen=True):
    """A house number: `path` counted along street `street_id`, in alley `alley_id` where that is mapped."""

    street_id: int
    alley_id: int | None
    path: tuple[str, ...]
    inferred: bool
    source: str
    point: shapely.Point


def tie_doors(addresses: Iterable[Address], streets: Sequence[Street], metres: LocalMetres) -> list[Door]:
    """The addresses whose number can be read and whose street is known or can be inferred, each once."""
    finder = _StreetFinder(streets)
    doors: dict[tuple[object, ...], Door] = {}
    for address in addresses:
        path = number_path(address.number)
        if not path:
            continue
        point = metres.point(address.lon_lat)
        street = finder.find_named(address.street, point) or finder.find_noted(address.note, path, point)
        inferred = street is None
        if street is None:
            street = finder.find_near(path, point)
        if street is None:
            continue
        door = _door(street, path, inferred, address.source, point, finder)
        doors.setdefault((door.street_id, door.path, round(point.x / 50), round(point.y / 50)), door)
    return list(doors.values())


def _door(
    street: Street,
    path: tuple[str, ...],
    inferred: bool,
    source: str,
    point: shapely.Point,
    finder: _StreetFinder,
) -> Door:
    if not street.alley:
        alley = finder.find_alley(street.id, path, point) if len(path) > 1 else None
        return Door(street.id, alley.id if alley else None, path, inferred, source, point)
    root = street.parent_id if street.parent_id is not None else street.id
    if street.parent_id is not None and path[: len(street.path)] != street.path and len(path) == 1:
        path = (*street.path, *path)  # "6" in "Hẻm 123/45" is 123/45/6
    return Door(root, street.id, path, inferred, source, point)


class _StreetFinder:
    """The street of an address among all streets of the city."""

    def __init__(self, streets: Sequence[Street]) -> None:
        self._streets = list(streets)
        self._tree = STRtree([street.plane for street in self._streets])
        self._by_key: dict[str, list[Street]] = defaultdict(list)
        self._alleys: dict[tuple[int, tuple[str, ...]], list[Street]] = defaultdict(list)
        for street in self._streets:
            for name in (street.key, *(street_key(other) for other in street.other_names)):
                self._by_key[name].append(street)
            if street.alley and street.parent_id is not None:
                self._alleys[street.parent_id, street.path].append(street)

    def find_named(self, name: str, point: shapely.Point) -> Street | None:
        """The nearest street of the written name within reach."""
        alley = split_alley_name(name)
        if alley:
            key = street_key(alley[1])
            near = [s for s in self._near(point, _ALLEY_REACH_M * 2) if s.path == alley[0]]
            near = [s for s in near if not key or s.parent_key == key]
        else:
            near = self._by_key.get(street_key(name), [])
        return self._nearest(near, point, _NAMED_REACH_M)

    def find_noted(self, note: str, path: tuple[str, ...], point: shapely.Point) -> Street | None:
        """The street that a surveyor's note begins with, if it runs past the place."""
        reach = _NOTED_REACH_M if len(path) == 1 else _NOTED_DEEP_REACH_M
        for key in read_note(note):
            street = self._nearest((s for s in self._by_key.get(key, []) if not s.alley), point, reach)
            if street is not None:
                return street
        return None

    def find_near(self, path: tuple[str, ...], point: shapely.Point) -> Street | None:
        """For a number without a street: the alley whose number it begins with, else the nearest street."""
        near = self._near(point, _ALLEY_REACH_M)
        inside = [s for s in near if s.alley and len(path) > len(s.path) and path[: len(s.path)] == s.path]
        if inside:
            deepest = max(len(s.path) for s in inside)
            return self._nearest([s for s in inside if len(s.path) == deepest], point, _ALLEY_REACH_M)
        if len(path) > 1:
            near = [s for s in near if not s.alley]
        return self._nearest(near, point, _STREET_REACH_M)

    def find_alley(self, street_id: int, path: tuple[str, ...], point: shapely.Point) -> Street | None:
        """The deepest mapped alley of the street that the number lies in."""
        for depth in range(len(path) - 1, 0, -1):
            found = self._nearest(self._alleys.get((street_id, path[:depth]), []), point, _NAMED_REACH_M)
            if found is not None:
                return found
        return None

    def _near(self, point: shapely.Point, reach: float) -> list[Street]:
        return [
            self._streets[i] for i in sorted(self._tree.query(point, predicate="dwithin", distance=reach))
        ]

    @staticmethod
    def _nearest(streets: Iterable[Street], point: shapely.Point, reach: float) -> Street | None:
        within = [(street.plane.distance(point), street.id, street) for street in streets]
        best = min(within, default=None, key=lambda item: item[:2])
        return best[2] if best is not None and best[0] <= reach else None
