"""An OpenStreetMap extract (.osm.pbf) read into roads, addresses, landmarks, water, parks and facilities."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from gis.errors import NoRoads, SourceBroken, SourceMissing
from gis.geometry import LonLat, bbox_of
from gis.importers.facilities import facility_kind
from gis.importers.model import Address, Boundary, Facility, Landmark, OsmCity, Road, Shape, Told
from gis.importers.survey import find_note, surveyed_number
from gis.importers.told import list_told

DRIVABLE = frozenset(
    f"{kind}{link}"
    for kind in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
) | {"unclassified", "residential", "living_street", "service", "road", "track"}
_NOT_ROADS = frozenset({"proposed", "construction", "platform", "rest_area", "services", "elevator"})
_LANDMARK_KEYS = (
    "amenity", "shop", "tourism", "leisure", "office", "historic", "railway", "aeroway",
    "public_transport", "building", "landuse", "place", "man_made", "natural", "highway",
)  # fmt: skip
_FORMER_BEHIND = re.compile(
    r"^(\S.*?)\s*\(\s*(?:(?:ex|formerly|former|old|tên cũ|trước là)[\s:.-]\s*([^()]+?)|([^()]+?)\s+cũ)\s*\)$",
    re.IGNORECASE,
)
_OTHER_NAMES = ("alt_name", "old_name", "official_name", "short_name", "name:vi", "loc_name", "old_name:vi")
_AREA_PLACES = frozenset({"city", "country", "state", "province", "district", "island"})
_STONE = re.compile(r"(\d{1,4})(?:[.,+ ](\d{1,3}))?\b")
_WATER_LINES = frozenset({"river", "canal", "stream", "drain", "ditch"})
_PARKS = {("leisure", "park"), ("leisure", "garden"), ("landuse", "forest"), ("landuse", "grass"),
          ("landuse", "cemetery"), ("leisure", "pitch"), ("leisure", "golf_course")}  # fmt: skip


class _Collector:
    """Sorts the objects of an extract into what the city needs."""

    def __init__(self) -> None:
        self.roads: list[Road] = []
        self.addresses: list[Address] = []
        self.landmarks: list[Landmark] = []
        self.shapes: list[Shape] = []
        self.facilities: list[Facility] = []
        self.boundaries: list[Boundary] = []
        self.told: list[Told] = []
        self.newest: dt.datetime | None = None
        self.centre: LonLat | None = None
        self._wkb = osmium.geom.WKBFactory()

    def take(self, thing: Any) -> None:
        if thing.is_node():
            self._place(f"n{thing.id}", thing.tags, LonLat(thing.lon, thing.lat))
        elif thing.is_way():
            self._way(thing)
        elif thing.is_area():
            self._area(thing)

    def _way(self, way: Any) -> None:
        tags = way.tags
        highway = tags.get("highway")
        if highway is None:
            if tags.get("waterway") in _WATER_LINES:
                line = _line(way)
                if len(set(line)) > 1:
                    self.shapes.append(Shape(tags["waterway"], tags.get("name"), shapely.LineString(line)))
            return
        if highway in _NOT_ROADS or tags.get("area") == "yes":
            return
        line = _line(way)
        if len(set(line)) < 2 or len(line) != len(way.nodes):
            return
        self._note_time(way.timestamp)
        name, former = split_former_name(tags.get("name", "").strip())
        self.roads.append(
            Road(
                way.id,
                highway,
                name,
                (*former, *(other for other in _other_names(tags) if other != name)),
                tuple(node.ref for node in way.nodes),
                line,
            )
        )

    def _area(self, area: Any) -> None:
        tags = area.tags
        if tags.get("natural") == "water" or tags.get("waterway") in {"riverbank", "dock"}:
            self._shape("water", area)
        elif any(tags.get(key) == value for key, value in _PARKS):
            self._shape("park", area)
        if tags.get("boundary") == "administrative" and "name" in tags:
            geometry = self._geometry(area)
            if geometry is not None:
                self.boundaries.append(Boundary(tags["name"].strip(), geometry))
        if "name" in tags or "addr:housenumber" in tags:
            ring = next(iter(area.outer_rings()), None)
            points = [n for n in ring if n.location.valid()] if ring is not None else []
            if points:
                lon = sum(n.lon for n in points) / len(points)
                lat = sum(n.lat for n in points) / len(points)
                self._place(f"{'w' if area.from_way() else 'r'}{area.orig_id()}", tags, LonLat(lon, lat))

    def _shape(self, kind: str, area: Any) -> None:
        geometry = self._geometry(area)
        if geometry is not None:
            self.shapes.append(Shape(kind, area.tags.get("name"), geometry))

    def _geometry(self, area: Any) -> BaseGeometry | None:
        try:
            return shapely.from_wkb(self._wkb.create_multipolygon(area))
        except RuntimeError:
            return None  # a ring that osmium cannot close: the map goes on without it

    def _place(self, source_id: str, tags: Any, lon_lat: LonLat) -> None:
        number = tags.get("addr:housenumber") or surveyed_number(tags) or _stone(tags)
        street = tags.get("addr:street", "")
        if number:
            self.addresses.append(Address(number, street, lon_lat, "osm", find_note(tags)))
        else:
            self.told += [Told(text, lon_lat) for text in list_told(tags)]
        name = tags.get("name", "").strip()
        kind = next((f"{key}={tags[key]}" for key in _LANDMARK_KEYS if key in tags), None)
        if tags.get("place") == "city" and self.centre is None:
            self.centre = lon_lat
        if not name or kind is None or tags.get("place") in _AREA_PLACES:
            return
        address = f"{number} {street}".strip() if number and street else None
        self.landmarks.append(Landmark(source_id, kind, name, _other_names(tags), address, lon_lat))
        facility = facility_kind(tags.get("amenity", ""), name)
        if facility is not None:
            synthetic = tags.get("synthetic") == "yes"
            self.facilities.append(
                Facility(
                    f"osm-{source_id}",
                    facility,
                    name,
                    lon_lat,
                    synthetic,
                    "generated" if synthetic else "osm",
                )
            )

    def _note_time(self, stamp: dt.datetime) -> None:
        if stamp.year > 2004 and (self.newest is None or stamp > self.newest):
            self.newest = stamp


def _stone(tags: Any) -> str:
    """The kilometre of a milestone, as a number of its road; "" for anything else."""
    if tags.get("highway") != "milestone":
        return ""
    told = next((tags[key] for key in ("distance", "pk", "ref", "name") if key in tags), "")
    found = _STONE.search(told)
    return f"km{found[1]}+{(found[2] or '').ljust(3, '0')}" if found else ""


def _line(way: Any) -> tuple[LonLat, ...]:
    return tuple(LonLat(node.lon, node.lat) for node in way.nodes if node.location.valid())


def split_former_name(name: str) -> tuple[str, tuple[str, ...]]:
    """A street's name and the former one that is written behind it: "Đồng Khởi (ex Catinat)"; an Icelandic Ð,
    as some mappers write it, is the Đ that was meant."""
    name = name.replace("Ð", "Đ").replace("ð", "đ")
    told = _FORMER_BEHIND.match(name)
    return (told[1], (told[2] or told[3],)) if told else (name, ())


def _other_names(tags: Any) -> tuple[str, ...]:
    names = [part.strip() for key in _OTHER_NAMES for part in tags.get(key, "").split(";")]
    return tuple(dict.fromkeys(name for name in names if name))


def _objects(path: Path) -> Iterator[Any]:
    processor = (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_areas()
        .with_filter(osmium.filter.EmptyTagFilter())
    )
    yield from processor


def read_osm(path: Path) -> OsmCity:
    """Read one extract. Raises SourceMissing, SourceBroken or NoRoads."""
    if not path.is_file():
        raise SourceMissing(path)
    collector = _Collector()
    try:
        for thing in _objects(path):
            collector.take(thing)
        date = _header_date(path)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise SourceBroken(path, str(error)) from error
    if not any(road.highway in DRIVABLE for road in collector.roads):
        raise NoRoads(path)
    if date is None and collector.newest is not None:
        date = collector.newest.date()
    bbox = bbox_of(position for road in collector.roads for position in road.line)
    middle = LonLat((bbox.west + bbox.east) / 2, (bbox.south + bbox.north) / 2)
    centre = collector.centre if collector.centre and bbox.contains(collector.centre) else middle
    return OsmCity(
        path, date, bbox, centre, collector.roads, collector.addresses, collector.landmarks,
        collector.shapes, collector.facilities, collector.boundaries, collector.told,
    )  # fmt: skip


def _header_date(path: Path) -> dt.date | None:
    reader = osmium.io.Reader(str(path))
    try:
        stamp = reader.header().get("osmosis_replication_timestamp")
    finally:
        reader.close()
    return dt.date.fromisoformat(stamp[:10]) if stamp else None
