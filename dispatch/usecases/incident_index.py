"""Incidents by where they are and by the words of their place, so that a report is compared with few of them.

It never leaves out an incident that the walk over all of them would find; what it gives too many is for the
caller to look at.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from math import ceil, cos, floor, log2, radians

from dispatch.domain.model.incident import Incident
from dispatch.domain.model.values import Place
from gis.geocode import read_street_number

LEAST_RADIUS_M = 300.0
"""Reports nearer than this may always concern the same event (R3)."""

_M_PER_DEGREE = 111_195.0
_MARGIN = 1.001

Cell = tuple[int, int]


class IncidentIndex:
    """Ids of incidents by label, by street and number, and by cell.

    An incident lies in the grid of its own reach (its circle, the radius of its type): cells of 300 m, 600 m,
    1,200 m … so that few cells are looked at for all but the widest reports.
    """

    def __init__(self, radius_of_type: Callable[[str], float]) -> None:
        self._radius_of_type = radius_of_type
        self._labels: defaultdict[str, set[str]] = defaultdict(set)
        self._streets: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._grids: defaultdict[int, defaultdict[Cell, set[str]]] = defaultdict(lambda: defaultdict(set))

    def clear(self) -> None:
        """Forget everything."""
        for table in (self._labels, self._streets, self._grids):
            table.clear()

    def put(self, incident: Incident) -> None:
        """Take an incident in."""
        for ids in self._list_homes(incident):
            ids.add(incident.id)

    def drop(self, incident: Incident) -> None:
        """Forget an incident, given as it was put."""
        for ids in self._list_homes(incident):
            ids.discard(incident.id)

    def list_alike(self, place: Place, type_radius_m: float) -> set[str]:
        """Incidents of the same label or the same street and number, and all within reach of a place."""
        found = set(self._labels.get(place.label, ())) if place.label else set()
        street, path = read_street_number(said(place))
        if street and (numbers := self._streets.get(street)) is not None:
            for ids in [numbers.get(path[0], ()), numbers.get("", ())] if path else numbers.values():
                found.update(ids)
        if place.lon_lat is not None:
            for level, grid in self._grids.items():
                size_m = _size_m(level)
                reach_m = max(type_radius_m, (place.radius_m or 0.0) + size_m)
                for ids in _list_cells(grid, place.lon_lat.lon, place.lon_lat.lat, reach_m, size_m):
                    found.update(ids)
        return found

    def _list_homes(self, incident: Incident) -> Iterator[set[str]]:
        place = incident.place
        if place.label:
            yield self._labels[place.label]
        street, path = read_street_number(said(place))
        if street:
            yield self._streets[street][path[0] if path else ""]
        if place.lon_lat is not None:
            own_m = max(place.radius_m or 0.0, self._radius_of_type(incident.type_code), LEAST_RADIUS_M)
            level = ceil(log2(own_m / LEAST_RADIUS_M))
            yield self._grids[level][_cell(place.lon_lat.lon, place.lon_lat.lat, _size_m(level))]


def said(place: Place) -> str:
    """The words of a place: its label, or what was heard."""
    return place.label or place.heard


def _size_m(level: int) -> float:
    """The side of a level's cells, which no incident in it reaches beyond by itself."""
    return float(LEAST_RADIUS_M * 2**level)


def _cell(lon: float, lat: float, size_m: float) -> Cell:
    scale = _M_PER_DEGREE / size_m
    return floor(lon * scale), floor(lat * scale)


def _list_cells(
    grid: dict[Cell, set[str]], lon: float, lat: float, reach_m: float, size_m: float
) -> Iterator[set[str]]:
    """The cells that hold everything within reach of a position; of a wide reach, those that are occupied."""
    up = reach_m * _MARGIN / _M_PER_DEGREE
    aside = up / max(0.01, cos(radians(min(89.0, abs(lat) + up))))
    west, south = _cell(lon - aside, lat - up, size_m)
    east, north = _cell(lon + aside, lat + up, size_m)
    if (east - west + 1) * (north - south + 1) > len(grid):
        yield from (ids for (x, y), ids in grid.items() if west <= x <= east and south <= y <= north)
        return
    for x in range(west, east + 1):
        for y in range(south, north + 1):
            ids = grid.get((x, y))
            if ids:
                yield ids
