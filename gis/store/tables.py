"""The tables of schema `gis`: what one city pack holds in the database. Geometries are EPSG:4326."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

SCHEMA = "gis"

metadata = MetaData(schema=SCHEMA)


def _geometry(kind: str, name: str = "geom", *, nullable: bool = False) -> Column[object]:
    return Column(name, Geometry(kind, srid=4326, spatial_index=False), nullable=nullable)


def _trigram(name: str, column: Column[str]) -> Index:
    return Index(name, column, postgresql_using="gin", postgresql_ops={column.name: "gin_trgm_ops"})


def _spatial(table: Table, column: str = "geom") -> None:
    Index(f"{table.name}_{column}_gist", table.c[column], postgresql_using="gist")


city = Table(
    "city",
    metadata,
    Column("pack_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("generated", Boolean, nullable=False),
    Column("osm_date", Date),
    Column("attribution", Text, nullable=False),
    Column("pack_path", Text, nullable=False),
    Column("built_at", DateTime(timezone=True), nullable=False),
    Column("west", Double, nullable=False),
    Column("south", Double, nullable=False),
    Column("east", Double, nullable=False),
    Column("north", Double, nullable=False),
)

wards = Table(
    "wards",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("source", Text, nullable=False),
    _geometry("MULTIPOLYGON"),
)
_spatial(wards)

legacy_wards = Table(
    "legacy_wards",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("district_key", Text, nullable=False),
    Column("former_district", Text),
    Column("former_key", Text),
    Column("ward_codes", ARRAY(Text), nullable=False),
    _geometry("POINT"),
    _geometry("MULTIPOLYGON", "outline", nullable=True),
)

streets = Table(
    "streets",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("highway", Text, nullable=False),
    Column("alley", Boolean, nullable=False),
    Column("path", Text, comment="number path of an alley, 123/45"),
    Column("parent_key", Text, comment="key of the street an alley is numbered from"),
    Column("parent_id", Integer),
    Column("number", Integer, comment="outermost number of an alley's path, for order along its parent"),
    Column("length_m", Double, nullable=False),
    Column("ward_codes", ARRAY(Text), nullable=False),
    _geometry("MULTILINESTRING"),
    _geometry("POINT", "center"),
    _geometry("POINT", "mouth", nullable=True),
    _geometry("LINESTRING", "spine"),
    Column("mouth_along_m", Double, comment="where on the parent's spine the mouth is"),
    Column("spine_m", Double, nullable=False, comment="length of the spine"),
    Column("zero_m", Double, nullable=False, comment="where on the spine the numbers begin"),
    Column("pace_m", Double, nullable=False, comment="metres along the spine for one number"),
    Column("fitted", Boolean, nullable=False, comment="known numbers say so, not custom alone"),
    Column("held", Double, nullable=False, comment="how likely custom holds here"),
    Column("districts", ARRAY(Text), nullable=False, comment="old districts it runs through"),
    Column("from_m", ARRAY(Double), nullable=False, comment="where on the spine each of them begins"),
    Column("to_m", ARRAY(Double), nullable=False, comment="and ends"),
)
_spatial(streets)
Index("streets_parent_key_path", streets.c.parent_key, streets.c.path)
Index("streets_parent_id_number", streets.c.parent_id, streets.c.number)

street_names = Table(
    "street_names",
    metadata,
    Column("street_id", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("accented", Text, nullable=False),
    Column("initials", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="name, alternative, or former: from the table of renamings"),
)
Index("street_names_key", street_names.c.key)
Index("street_names_initials", street_names.c.initials)
_trigram("street_names_key_trgm", street_names.c.key)

house_numbers = Table(
    "house_numbers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("street_id", Integer, nullable=False, comment="the street the number is counted along"),
    Column("alley_id", Integer),
    Column("path", Text, nullable=False),
    Column("number", Integer, nullable=False, comment="outermost number, for order along the street"),
    Column("inferred", Boolean, nullable=False, comment="the street was inferred from the place"),
    Column("along_m", Double, nullable=False, comment="where on the street's spine"),
    Column("source", Text, nullable=False),
    _geometry("POINT"),
)
Index("house_numbers_street_path", house_numbers.c.street_id, house_numbers.c.path)
Index("house_numbers_street_number", house_numbers.c.street_id, house_numbers.c.number)
_spatial(house_numbers)
Index(
    "house_numbers_blocks",
    house_numbers.c.geom,
    postgresql_using="gist",
    postgresql_where=text("path !~ '^[0-9]'"),
)

listed_numbers = Table(
    "listed_numbers",
    metadata,
    Column("street_key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("number", Integer, nullable=False, comment="outermost number"),
    Column("ward", Text, nullable=False, comment="in which ward it lies, as it was written"),
    Column("district", Text, nullable=False),
)
Index("listed_numbers_street", listed_numbers.c.street_key)

byways = Table(
    "byways",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("street_id", Integer, nullable=False, comment="the street that this way without a name leaves"),
    Column("along_m", Double, nullable=False, comment="where on the street's spine"),
    Column("side", Integer, nullable=False, comment="1 on the left of the spine, -1 on its right"),
    Column("depth_m", Double, nullable=False, comment="length of the way in"),
    _geometry("LINESTRING"),
)
Index("byways_street", byways.c.street_id)

intersections = Table(
    "intersections",
    metadata,
    Column("street_a", Integer, nullable=False),
    Column("street_b", Integer, nullable=False),
    _geometry("POINT"),
)
Index("intersections_streets", intersections.c.street_a, intersections.c.street_b)
_spatial(intersections)

places = Table(
    "places",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("source_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("accented", Text, nullable=False),
    Column("address", Text),
    _geometry("POINT"),
)
Index("places_key", places.c.key)
_trigram("places_key_trgm", places.c.key)
_spatial(places)

water = Table(
    "water",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    _geometry("GEOMETRY"),
)
_spatial(water)

facilities = Table(
    "facilities",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False, comment="hospital, clinic, police, fire or ambulance"),
    Column("name", Text, nullable=False),
    Column("ward_code", Text),
    Column("synthetic", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    _geometry("POINT"),
)
_spatial(facilities)

stations = Table(
    "stations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("agency", Text, nullable=False, comment="113, 114, 115 or 112"),
    Column("name", Text, nullable=False),
    Column("ward_code", Text),
    Column("synthetic", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    _geometry("POINT"),
)
_spatial(stations)
