"""A generated city written as the files a real one comes in: .osm.pbf and wards as GeoJSON."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import osmium
import shapely
from osmium.osm import mutable
from shapely import STRtree
from shapely.geometry import mapping

from gis.geometry import Bbox, LonLat
from gis.importers.admin_tables import list_city_ward_centres
from gis.importers.generated.build import DoorPoint, Ground, Point
from gis.importers.metres import LocalMetres
from gis.importers.model import Ward
from gis.importers.wards import wards_around_centres

CENTRE = LonLat(106.690, 10.778)
_BEND_M = 130.0
_BEND_LENGTH_M = 6200.0
_TURN = math.radians(17)
_LANDMARKS = (
    # kind, tag, name of the ward's own, in one ward of so many
    ("amenity", "police", "Công an {ward}", 1),
    ("amenity", "marketplace", "Chợ {bare}", 1),
    ("amenity", "school", "Trường Tiểu học {bare}", 1),
    ("amenity", "place_of_worship", "Chùa {bare}", 2),
    ("amenity", "hospital", "Bệnh viện {bare}", 2),
    ("leisure", "park", "Công viên {bare}", 2),
    ("amenity", "fire_station", "Đội CC&CNCH {bare}", 5),
)


class Bend:
    """Bends the straight plan: long waves across it, then a turn; small shapes stay as they are."""

    def __init__(self, metres: LocalMetres, random: Random) -> None:
        self._metres = metres
        self._phase_x, self._phase_y = random.uniform(0, math.tau), random.uniform(0, math.tau)

    def place(self, point: Point) -> LonLat:
        """Where a point of the plan lies in the world."""
        x = point[0] + _BEND_M * math.sin(point[1] / _BEND_LENGTH_M * math.tau + self._phase_x)
        y = point[1] + _BEND_M * math.sin(point[0] / _BEND_LENGTH_M * math.tau + self._phase_y)
        east = x * math.cos(_TURN) - y * math.sin(_TURN)
        north = x * math.sin(_TURN) + y * math.cos(_TURN)
        position = self._metres.position(east, north)
        return LonLat(round(position.lon, 7), round(position.lat, 7))


class _Objects(msgspec.Struct):
    """What goes into the file, nodes first."""

    nodes: list[tuple[LonLat, dict[str, str]]]
    ways: list[tuple[list[int], dict[str, str]]]
    turns: list[tuple[int, int, int]]


def bend(random: Random) -> Bend:
    """The bend of one city."""
    return Bend(LocalMetres(Bbox(CENTRE.lon, CENTRE.lat, CENTRE.lon, CENTRE.lat)), random)


def make_wards(shape: Bend, half_size_m: float) -> list[Ward]:
    """Wards around the known middles of the wards that lie in the plan, under their real names."""
    corners = [shape.place((x * half_size_m, y * half_size_m)) for x in (-1.04, 1.04) for y in (-1.04, 1.04)]
    bbox = Bbox(
        min(c.lon for c in corners), min(c.lat for c in corners),
        max(c.lon for c in corners), max(c.lat for c in corners),
    )  # fmt: skip
    return wards_around_centres(bbox, [c for c in list_city_ward_centres() if bbox.contains(c.lon_lat)])


def write_wards(wards: list[Ward], path: Path) -> None:
    """The wards as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": ward.code, "fullName": ward.name},
            "geometry": mapping(shapely.set_precision(ward.geometry, 1e-6)),
        }
        for ward in wards
    ]
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")


def write_osm(ground: Ground, wards: list[Ward], shape: Bend, random: Random, path: Path) -> None:
    """The ground and the wards' landmarks as an OSM extract."""
    objects = _objects(ground, wards, shape, random)
    header = osmium.io.Header()
    header.set("generator", "generated city")
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for number, (lon_lat, tags) in enumerate(objects.nodes, start=1):
            writer.add_node(mutable.Node(id=number, version=1, location=lon_lat, tags=tags))
        for number, (nodes, tags) in enumerate(objects.ways, start=1):
            writer.add_way(mutable.Way(id=number, version=1, nodes=nodes, tags=tags))
        for number, (coming, via, going) in enumerate(objects.turns, start=1):
            members = [("w", coming, "from"), ("n", via, "via"), ("w", going, "to")]
            tags = {"type": "restriction", "restriction": "no_left_turn"}
            writer.add_relation(mutable.Relation(id=number, version=1, members=members, tags=tags))


def _objects(ground: Ground, wards: list[Ward], shape: Bend, random: Random) -> _Objects:
    number_of: dict[Point, int] = {}
    objects = _Objects([], [], [])
    signals = set(ground.signals)

    def node(point: Point) -> int:
        if point not in number_of:
            tags = {"highway": "traffic_signals"} if point in signals else {}
            objects.nodes.append((shape.place(point), tags))
            number_of[point] = len(objects.nodes)
        return number_of[point]

    for way in ground.ways:
        objects.ways.append(([node(point) for point in way.points], way.tags))
    objects.turns = [(a + 1, number_of[via], b + 1) for a, via, b in ground.no_left_turns]
    for outline in _river_outlines(ground.river):
        corners = [node(point) for point in outline]
        objects.ways.append(
            ([*corners, corners[0]], {"natural": "water", "water": "river", "name": "Sông Sài Gòn"})
        )
    for door in ground.doors:
        tags = {"addr:housenumber": door.number, "addr:street": door.street}
        objects.nodes.append((shape.place(door.point), tags))
    objects.nodes += _landmarks(ground.doors, wards, shape, random)
    return objects


def _river_outlines(river: shapely.Polygon) -> Iterator[list[Point]]:
    ring = list(shapely.simplify(river, 8).exterior.coords)[:-1]
    yield [(round(x, 2), round(y, 2)) for x, y in ring]


def _landmarks(
    doors: list[DoorPoint], wards: list[Ward], shape: Bend, random: Random
) -> Iterator[tuple[LonLat, dict[str, str]]]:
    """A market, a school and so on for each ward, at the door of a street in it; all marked synthetic."""
    street_doors = [door for door in doors if "/" not in door.number]
    points = [shapely.Point(shape.place(door.point)) for door in street_doors]
    pairs = STRtree([ward.geometry for ward in wards]).query(points, predicate="within")
    in_ward: dict[int, list[int]] = defaultdict(list)
    for point, ward in zip(*pairs.tolist(), strict=True):
        in_ward[ward].append(point)
    for index in sorted(in_ward):
        ward = wards[index]
        bare = ward.name.split(" ", 1)[1]
        for key, value, name, every in _LANDMARKS:
            if index % every:
                continue
            door = street_doors[random.choice(in_ward[index])]
            yield (
                shape.place(door.point),
                {
                    key: value,
                    "name": name.format(ward=f"{ward.name[0].lower()}{ward.name[1:]}", bare=bare),
                    "addr:housenumber": door.number,
                    "addr:street": door.street,
                    "synthetic": "yes",
                },
            )
