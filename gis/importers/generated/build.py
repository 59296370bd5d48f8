"""Ways, alleys and doors on a street plan, with the numbers an address of this city has."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from random import Random

import msgspec
import shapely

from gis.importers.generated.layout import Axis, Layout

Point = tuple[float, float]
_SHAPE_GAP_M = 90.0
_CORNER_FREE_M = 45.0
_NUMBER_M = 5.0  # frontage of one house on one side: odd and even run in step
_SETBACK_M = 7.0


class Way(msgspec.Struct):
    """A piece of street as it goes into the map; points shared with other ways are crossings."""

    points: list[Point]
    tags: dict[str, str]


class DoorPoint(msgspec.Struct, frozen=True):
    """A house number at a place."""

    number: str
    street: str
    point: Point


class Ground(msgspec.Struct):
    """Everything drawn, in metres before the ground is bent; a left turn is (way, via, way) by index."""

    ways: list[Way]
    doors: list[DoorPoint]
    signals: list[Point]
    no_left_turns: list[tuple[int, Point, int]]
    river: shapely.Polygon


def build_ground(layout: Layout, random: Random) -> Ground:
    """Draw the plan: streets cut at the river, alleys branching from them, doors along both."""
    builder = _Builder(layout, random)
    for axis in layout.axes:
        builder.add_street(axis)
    ways = builder.connected_ways()
    return Ground(ways, builder.doors, builder.signals, _no_left_turns(ways, builder.corners), layout.river)


def _no_left_turns(ways: list[Way], corners: set[Point]) -> list[tuple[int, Point, int]]:
    """At each corner, coming from the south, the way to the west is forbidden."""
    from_south: dict[Point, int] = {}
    to_west: dict[Point, int] = {}
    for index, way in enumerate(ways):
        before, end = way.points[-2:]
        if end in corners and "service" not in way.tags:
            (from_south if before[0] == end[0] else to_west)[end] = index
    return [(from_south[via], via, to_west[via]) for via in sorted(from_south) if via in to_west]


class _Builder:
    def __init__(self, layout: Layout, random: Random) -> None:
        self._random = random
        self._banks = layout.river.buffer(35)
        shapely.prepare(self._banks)
        self._across: dict[bool, list[tuple[float, Axis]]] = {
            vertical: sorted(
                ((a.at, a) for a in layout.axes if a.vertical == vertical), key=lambda item: item[0]
            )
            for vertical in (True, False)
        }
        self.ways: list[Way] = []
        self.doors: list[DoorPoint] = []
        self.signals: list[Point] = []
        self.corners: set[Point] = set()

    def add_street(self, axis: Axis) -> None:
        crossings = self._crossings(axis)
        stops = sorted({*crossings, 0.0, axis.length, *_steps(axis.length)})
        mouths = self._alleys(axis, crossings) if axis.highway != "trunk" else []
        for mouth in mouths:
            if mouth not in stops:
                insort(stops, mouth)
        self._lay(axis, stops)
        self._street_doors(axis, crossings)

    def _crossings(self, axis: Axis) -> list[float]:
        """Where other streets meet it, metres from its start."""
        others = self._across[not axis.vertical]
        first = bisect_left(others, axis.start, key=lambda item: item[0])
        found = []
        for at, other in others[first:]:
            if at > axis.end:
                break
            if axis.crosses(other):
                along = round(at - axis.start, 2)
                found.append(along)
                main = {"trunk", "primary", "secondary"}
                if axis.vertical and axis.highway in main and other.highway in main:
                    self._main_corner(axis.point(along))
        return sorted(found)

    def _main_corner(self, point: Point) -> None:
        if not self._wet(point):
            self.signals.append(point)
            if self._random.random() < 0.4:
                self.corners.add(point)

    def _wet(self, point: Point) -> bool:
        return bool(shapely.contains_xy(self._banks, *point))

    def _lay(self, axis: Axis, stops: list[float]) -> None:
        """Ways from bank to bank; over the water only where the street has a bridge."""
        tags = {"highway": axis.highway, "name": axis.name}
        if axis.oneway:
            tags["oneway"] = "yes"
        if axis.highway in {"trunk", "primary"}:
            tags |= {"maxspeed": "60", "lanes": "6"}
        run: list[Point] = []
        run_wet = False
        for along in stops:
            point = axis.point(along)
            wet = self._wet(point)
            if wet != run_wet and run:
                if axis.bridge:
                    run.append(point) if run_wet else None
                    self._close(run, tags, axis, run_wet)
                    run = [point] if run_wet else [run[-1]]
                else:
                    self._close(run, tags, axis, run_wet)
                    run = []
            run_wet = wet
            if not wet or axis.bridge:
                run.append(point)
            if point in self.corners and len(run) > 1:
                self._close(run, tags, axis, wet)
                run = [point]
        self._close(run, tags, axis, run_wet)

    def _close(self, run: list[Point], tags: dict[str, str], axis: Axis, wet: bool) -> None:
        if len(run) < 2:
            return
        if wet:
            tags = {**tags, "bridge": "yes", "layer": "1", "name": axis.bridge or axis.name}
        self.ways.append(Way(list(run), dict(tags)))

    def _alleys(self, axis: Axis, crossings: list[float]) -> list[float]:
        """Alleys branching off; returns their mouths, metres from the street's start."""
        mouths = []
        along = self._random.uniform(50, 130)
        while along < axis.length - 50:
            along = round(along, 2)
            side = self._random.choice((1, -1))
            depth = min(self._random.uniform(45, 130), 0.44 * self._room(axis, along, side))
            free = all(abs(along - crossing) > _CORNER_FREE_M for crossing in crossings)
            if (
                free
                and depth > 30
                and not self._wet(axis.point(along, side * depth))
                and not self._wet(axis.point(along))
            ):
                self._alley(axis, along, side, depth)
                mouths.append(along)
            along += self._random.uniform(85, 210)
        return mouths

    def _room(self, axis: Axis, along: float, side: int) -> float:
        """Metres from the street to the next parallel one on that side."""
        direction = -side if axis.vertical else side
        parallels = self._across[axis.vertical]
        i = bisect_left(parallels, axis.at, key=lambda item: item[0])
        position = axis.start + along
        step = 1 if direction > 0 else -1
        i += step if step < 0 else 0
        while 0 <= i < len(parallels):
            at, other = parallels[i]
            if at != axis.at and other.start <= position <= other.end:
                return abs(at - axis.at)
            i += step
        return 200.0

    def _alley(self, axis: Axis, along: float, side: int, depth: float) -> None:
        number = _number(along, side)
        width = self._random.choice((1.2, 1.8, 2.5, 3.0, 3.5, 4.0))
        tags = {"highway": "service" if width >= 2.5 else "footway", "service": "alley", "width": f"{width}",
                "name": f"Hẻm {number} {axis.name}"}  # fmt: skip
        inner = [round(d, 2) for d in (depth * 0.4, depth * 0.75) if self._random.random() < 0.6]
        points = [
            axis.point(along),
            *(axis.point(along, side * d) for d in inner),
            axis.point(along, side * depth),
        ]
        self.ways.append(Way(points, tags))
        self._alley_doors(
            axis.name, f"{number}", [(axis.point(along, side * d), d) for d in _every(9, depth)]
        )
        for branch, d in enumerate(inner):
            turn = 1 if branch % 2 else -1
            reach = self._random.uniform(18, 32)
            path = f"{number}/{2 * int(d / 4) + 1}"
            end = axis.point(along + turn * reach, side * d)
            self.ways.append(
                Way([axis.point(along, side * d), end], {**tags, "name": f"Hẻm {path} {axis.name}"})
            )
            doors = [(axis.point(along + turn * e, side * d), e) for e in _every(8, reach)]
            self._alley_doors(axis.name, path, doors)

    def _alley_doors(self, street: str, path: str, places: list[tuple[Point, float]]) -> None:
        for point, inward in places:
            if self._random.random() < 0.55:
                number = 2 * int(inward / 4) + self._random.choice((0, 1)) + 1
                aside = self._random.uniform(-2, 2)
                self.doors.append(DoorPoint(f"{path}/{number}", street, (point[0] + aside, point[1] + aside)))

    def _street_doors(self, axis: Axis, crossings: list[float]) -> None:
        for along in _every(55, axis.length):
            for side in (1, -1):
                place = along + self._random.uniform(-20, 20)
                if self._random.random() < 0.4 or not 0 < place < axis.length:
                    continue
                point = axis.point(place, side * _SETBACK_M)
                if not self._wet(point) and all(abs(place - c) > 12 for c in crossings):
                    self.doors.append(DoorPoint(str(_number(place, side)), axis.name, point))

    def connected_ways(self) -> list[Way]:
        """The ways that hang together; what the river cut off is left out."""
        leader: dict[Point, Point] = {}

        def lead(point: Point) -> Point:
            while (above := leader.setdefault(point, point)) != point:
                leader[point] = leader[above]
                point = above
            return point

        for way in self.ways:
            for point in way.points[1:]:
                leader[lead(point)] = lead(way.points[0])
        sizes: dict[Point, int] = defaultdict(int)
        for way in self.ways:
            sizes[lead(way.points[0])] += len(way.points)
        largest = max(sorted(sizes), key=sizes.__getitem__)
        return [way for way in self.ways if lead(way.points[0]) == largest]


def _number(along: float, side: int) -> int:
    return 2 * int(along / _NUMBER_M) + (1 if side > 0 else 2)


def _steps(length: float) -> list[float]:
    count = max(1, round(length / _SHAPE_GAP_M))
    return [round(length * i / count, 2) for i in range(1, count)]


def _every(gap: float, length: float) -> list[float]:
    return [gap * i for i in range(1, int(length / gap) + 1)]
