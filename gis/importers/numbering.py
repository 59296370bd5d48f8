"""Along which line each street is numbered, and where on it the known numbers stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import shapely
from shapely import STRtree

from gis.geocode.numbers import main_number
from gis.geocode.stretches import spans_along
from gis.importers.customs import Neighbours, number_by_custom
from gis.importers.doors import Door
from gis.importers.metres import LocalMetres
from gis.importers.model import Road
from gis.importers.outlines import District
from gis.importers.spines import fit_numbering, spine_of
from gis.importers.streets import Part, Street

_CLASSES = ("service", "residential", "unclassified", "tertiary", "secondary", "primary", "trunk", "motorway")
_AT_END_M = 15.0
_BOTH_SIDES_M = 40.0
"""A street along the boundary of two districts is numbered by both."""
_LEAST_PART_M = 120.0


def lay_spines(streets: Sequence[Street]) -> None:
    """Give every street the line along which it is numbered."""
    for street in streets:
        street.spine = spine_of(street.plane)


def number_streets(
    streets: Sequence[Street],
    doors: Sequence[Door],
    roads: Sequence[Road],
    centre: shapely.Point,
    metres: LocalMetres,
) -> None:
    """Give every street its numbering, and every alley's mouth its place on its parent's spine."""
    by_id = {street.id: street for street in streets}
    known: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for alley in streets:
        if alley.mouth is not None and alley.parent_id is not None:
            alley.mouth_along_m = by_id[alley.parent_id].spine.project(alley.mouth)
            known[alley.parent_id].append((main_number(alley.path[0]), alley.mouth_along_m))
    for door in doors:
        if len(door.path) == 1 and not door.inferred:
            along = by_id[door.street_id].spine.project(door.point)
            known[door.street_id].append((main_number(door.path[0]), along))
    fitted = {street.id: fit_numbering(known[street.id], street.spine.length) for street in streets}
    neighbours = Neighbours(
        (street.spine, numbering)
        for street in streets
        if not street.alley and (numbering := fitted[street.id]) is not None
    )
    ends = _Ends(roads, metres)
    for street in streets:
        street.numbering = fitted[street.id] or number_by_custom(
            street.spine, centre, *ends.classes(street), neighbours.agreement(street.spine)
        )


def part_streets(streets: Sequence[Street], districts: Sequence[District]) -> None:
    """Note through which districts each street runs: on many streets numbers begin anew at the boundary."""
    grounds = [district.plane.buffer(_BOTH_SIDES_M) for district in districts]
    shapely.prepare(grounds)
    spines = [street.spine for street in streets]
    at, of = STRtree(grounds).query(spines, predicate="intersects")
    found: dict[int, list[Part]] = defaultdict(list)
    for n, i in sorted(zip(at.tolist(), of.tolist(), strict=True)):
        spine = spines[n]
        spans = spans_along(spine, spine if grounds[i].covers(spine) else spine.intersection(grounds[i]))
        length = sum(end - start for start, end in spans)
        if length > min(_LEAST_PART_M, spine.length / 2):
            first, last = min(start for start, _ in spans), max(end for _, end in spans)
            found[n].append(Part(districts[i].key, first, last))
    for n, street in enumerate(streets):
        street.parts = tuple(found[n])


class _Ends:
    """How large the roads are that a street ends at."""

    def __init__(self, roads: Sequence[Road], metres: LocalMetres) -> None:
        self._roads = roads
        self._tree = STRtree([metres.to_plane(shapely.LineString(road.line)) for road in roads])

    def classes(self, street: Street) -> tuple[int, int]:
        names = {street.name, *street.other_names}
        first, last = (self._class_at(shapely.Point(street.spine.coords[i]), names) for i in (0, -1))
        return first, last

    def _class_at(self, point: shapely.Point, names: set[str]) -> int:
        near = self._tree.query(point, predicate="dwithin", distance=_AT_END_M).tolist()
        kinds = [
            self._roads[i].highway.removesuffix("_link") for i in near if self._roads[i].name not in names
        ]
        return max((_CLASSES.index(kind) for kind in kinds if kind in _CLASSES), default=0)
