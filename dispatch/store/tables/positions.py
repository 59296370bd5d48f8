"""Where units were: the lossy plane's history, one partition a day, dropped as retention demands."""

from geoalchemy2 import Geography
from sqlalchemy import Column, Computed, Float, Index, Table, Text
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION

from dispatch.store.tables.base import metadata, utc

position_history = Table(
    "position_history",
    metadata,
    Column("unit_id", Text, nullable=False),
    Column("agency_id", Text, nullable=False),
    Column("assignment_id", Text),
    utc("at"),
    utc("received_at"),
    Column("lon", DOUBLE_PRECISION, nullable=False),
    Column("lat", DOUBLE_PRECISION, nullable=False),
    Column("accuracy_m", Float),
    Column("source", Text, nullable=False),
    Column(
        "geog",
        Geography("POINT", srid=4326, spatial_index=False),
        Computed("(centre.lon_lat(lon, lat))::geography", persisted=True),
    ),
    Index("position_history_received_at_index", "received_at", postgresql_using="brin"),
    Index("position_history_unit_id_received_at_index", "unit_id", "received_at"),
    postgresql_partition_by="RANGE (received_at)",
    comment="All points of units on assignments, otherwise one per 10 s or 25 m. Partitions are days (UTC).",
)
