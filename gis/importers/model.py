"""What the importers read, before it becomes rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
from shapely.geometry.base import BaseGeometry

from gis.geometry import Bbox, LonLat


class Road(msgspec.Struct, frozen=True):
    """One OSM way with a highway tag; `nodes` are its node ids, `line` their positions."""

    way_id: int
    highway: str
    name: str
    other_names: tuple[str, ...]
    nodes: tuple[int, ...]
    line: tuple[LonLat, ...]


class Address(msgspec.Struct, frozen=True):
    """A house number at a place; the street is empty when the source does not say. `note` may name it."""

    number: str
    street: str
    lon_lat: LonLat
    source: str
    note: str = ""


class ListedAddress(msgspec.Struct, frozen=True):
    """A house number of which only the ward is known, as it was written; `district` may be empty."""

    number: str
    street: str
    ward: str
    district: str


class Told(msgspec.Struct, frozen=True):
    """A name or note at a place that may tell a house number: "tạp hoá 354 Phan Văn Trị"."""

    text: str
    lon_lat: LonLat


class Landmark(msgspec.Struct, frozen=True):
    """A named place people refer to; kind is the OSM tag, amenity=school."""

    source_id: str
    kind: str
    name: str
    other_names: tuple[str, ...]
    address: str | None
    lon_lat: LonLat


class Shape(msgspec.Struct, frozen=True):
    """Water or a park, as drawn on the map."""

    kind: str
    name: str | None
    geometry: BaseGeometry


class Facility(msgspec.Struct, frozen=True):
    """A hospital, clinic, police, fire or ambulance post; synthetic when we made it up."""

    id: str
    kind: str
    name: str
    lon_lat: LonLat
    synthetic: bool
    source: str


class Ward(msgspec.Struct, frozen=True):
    """A ward, commune or special zone of today."""

    code: str
    name: str
    geometry: BaseGeometry
    source: str


class Boundary(msgspec.Struct, frozen=True):
    """The ground of a ward or district as the map drew it when the extract was made."""

    name: str
    geometry: BaseGeometry


class LegacyWard(msgspec.Struct, frozen=True):
    """A ward as it was before July 2025, with the wards of today that its ground belongs to.

    `outline` is its ground, `surveyed` when the map drew it; else it is the ground nearer to this ward's
    middle than to any other's.
    """

    code: str
    name: str
    district: str
    former_district: str | None
    lon_lat: LonLat
    ward_codes: tuple[str, ...]
    outline: BaseGeometry | None = None
    surveyed: bool = False


class OsmCity(msgspec.Struct, frozen=True):
    """Everything a city takes from one OSM extract; `centre` is where the map puts the city's name."""

    path: Path
    date: dt.date | None
    bbox: Bbox
    centre: LonLat
    roads: list[Road]
    addresses: list[Address]
    landmarks: list[Landmark]
    shapes: list[Shape]
    facilities: list[Facility]
    boundaries: list[Boundary] = []
    told: list[Told] = []
