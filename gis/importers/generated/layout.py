"""The street plan of a generated city, drawn on straight axes in metres; the ground is bent afterwards.

Arteries cross the whole city about every 1.2 km, two rings join four of them each, local streets fill the
blocks between. A river winds through; only some arteries cross it, on bridges.
"""

from __future__ import annotations

import math
from importlib.resources import files
from itertools import cycle, pairwise
from random import Random

import msgspec
import shapely

HALF_SIZE_M = 6000.0
ARTERY_GAP_M = 1200.0
LOCAL_GAP_M = 260.0
RIVER_HALF_WIDTH_M = 110.0
_RING_OFFSETS = (1, 3)
_NUMBERED_AREA_SHARE = 0.4


class Axis(msgspec.Struct):
    """A straight street: at x (or y) = `at`, from `start` to `end` along the other coordinate."""

    vertical: bool
    at: float
    start: float
    end: float
    name: str
    highway: str
    bridge: str | None = None
    oneway: bool = False

    @property
    def length(self) -> float:
        """Length in metres before the ground is bent."""
        return round(self.end - self.start, 2)

    def point(self, along: float, aside: float = 0.0) -> tuple[float, float]:
        """The place `along` metres from its start and `aside` metres to its left (positive) or right."""
        if self.vertical:
            return round(self.at - aside, 2), round(self.start + along, 2)
        return round(self.start + along, 2), round(self.at + aside, 2)

    def crosses(self, other: Axis) -> bool:
        """Whether the two streets, of different direction, meet."""
        return self.start <= other.at <= self.end and other.start <= self.at <= other.end


class Layout(msgspec.Struct):
    """All streets and the river, on a square of twice half_size_m."""

    axes: list[Axis]
    river: shapely.Polygon
    half_size_m: float


def list_street_names() -> list[str]:
    """Well-known street names of the city."""
    text = files(__package__).joinpath("street_names.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line]


def draw_layout(random: Random, half_size_m: float = HALF_SIZE_M) -> Layout:
    """A new street plan; the same random state gives the same plan."""
    names = list_street_names()
    lines = _artery_lines(random, half_size_m)
    river = _river(random, half_size_m)
    arteries = _arteries(random, lines, names, half_size_m)
    _add_bridges(random, arteries, river, names)
    streets = _locals(random, lines, names, half_size_m)
    return Layout([*arteries, *streets], river, half_size_m)


def _artery_lines(random: Random, half_size_m: float) -> list[float]:
    count = max(3, int(2 * half_size_m / ARTERY_GAP_M))
    return [
        round(ARTERY_GAP_M * (i + 0.5) - half_size_m + random.uniform(-120, 120), 2) for i in range(count)
    ]


def _river(random: Random, half_size_m: float) -> shapely.Polygon:
    """A river from north to south, with two bends."""
    swing, phase = random.uniform(900, 1400), random.uniform(0, math.tau)
    line = [
        (0.3 * half_size_m + swing * math.sin(y / 2100 + phase) + 500 * math.sin(y / 900), y)
        for y in range(int(-half_size_m) - 400, int(half_size_m) + 401, 100)
    ]
    return shapely.LineString(line).buffer(RIVER_HALF_WIDTH_M)


def _arteries(random: Random, lines: list[float], names: list[str], half_size_m: float) -> list[Axis]:
    """Arteries in two directions; each changes its name half-way. Parts of four of them make a ring."""
    arteries = []
    taken = cycle(names)  # a city of a million streets has more arteries than there are names
    for vertical in (True, False):
        for index, at in enumerate(lines):
            ring = min(index, len(lines) - 1 - index)
            cuts = [-half_size_m, lines[random.randint(len(lines) // 3, 2 * len(lines) // 3)], half_size_m]
            if ring in _RING_OFFSETS and 2 * ring + 1 < len(lines):
                cuts = [-half_size_m, lines[ring], lines[-1 - ring], half_size_m]
            for part, (start, end) in enumerate(pairwise(cuts)):
                on_ring = len(cuts) == 4 and part == 1
                name = f"Vành đai {2 - _RING_OFFSETS.index(ring)}" if on_ring else next(taken)
                highway = "trunk" if on_ring else ("primary" if index % 3 == 1 else "secondary")
                arteries.append(Axis(vertical, at, start, end, name, highway))
    return arteries


def _add_bridges(random: Random, arteries: list[Axis], river: shapely.Polygon, names: list[str]) -> None:
    over = [a for a in arteries if not a.vertical and _line(a).intersects(river)]
    random.shuffle(over)
    for number, artery in enumerate(over[: max(3, len(over) // 2)], start=1):
        artery.bridge = f"Cầu {names[-number]}"


def _line(axis: Axis) -> shapely.LineString:
    return shapely.LineString([axis.point(0), axis.point(axis.length)])


def _locals(random: Random, lines: list[float], names: list[str], half_size_m: float) -> list[Axis]:
    """Streets inside the blocks between arteries. In new quarters they have numbers for names."""
    edges = [-half_size_m, *lines, half_size_m]
    blocks = list(pairwise(edges))
    names = names[40:]
    streets: list[Axis] = []
    used = 0
    for west, east in blocks:
        for south, north in blocks:
            numbered = random.random() < _NUMBERED_AREA_SHARE
            inside = 0
            for vertical, low, high, start, end in (
                (True, west, east, south, north),
                (False, south, north, west, east),
            ):
                count = max(0, round((high - low) / LOCAL_GAP_M) - 1)
                for i in range(count):
                    at = round(low + (high - low) * (i + 1) / (count + 1) + random.uniform(-25, 25), 2)
                    inside += 1
                    used += not numbered
                    streets.append(
                        Axis(
                            vertical,
                            at,
                            start,
                            end,
                            f"Đường số {inside}" if numbered else names[used * 7 % len(names)],
                            "tertiary" if i == count // 2 and count > 2 else "residential",
                            oneway=random.random() < 0.06,
                        )
                    )
    return streets
