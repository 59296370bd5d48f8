"""Read models: one table per kind of row, each holding the rows of `dispatch.domain.rows` as they are now.

A table keeps the row itself and, computed by the database from its body, the columns that queries need.
Rows of what was archived (it is over, and has left the centre's memory) stay, marked so; rows of anything
else that is gone go with it.
"""

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Boolean, Column, Computed, DateTime, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from dispatch.domain.rows import ROW_KINDS
from dispatch.store.tables.base import metadata

KEPT_KINDS = (
    "call",
    "report",
    "incident",
    "leg",
    "assignment",
    "delivery",
    "recommendation",
    "handover",
    "road_condition",
    "move",
)
"""Kinds whose rows outlive the entity."""


def _text(name: str) -> Column[object]:
    return Column(name, Text, Computed(f"(body ->> '{name}'::text)", persisted=True))


def _integer(name: str) -> Column[object]:
    return Column(name, Integer, Computed(f"((body ->> '{name}'::text))::integer", persisted=True))


def _instant(name: str) -> Column[object]:
    return Column(
        name, DateTime(timezone=True), Computed(f"centre.utc((body ->> '{name}'::text))", persisted=True)
    )


def _point(path: str) -> Column[object]:
    return Column(
        "geom",
        Geometry("POINT", srid=4326, spatial_index=False),
        Computed(f"centre.point((body #> '{{{path}}}'::text[]))", persisted=True),
    )


_COLUMNS: dict[str, tuple[Column[object] | Index, ...]] = {
    "call": (
        _text("line"), _text("state"), _instant("rung_at"), Index("calls_rung_at_index", "rung_at"),
        Index("calls_subject_index", text("(body #>> '{number,subject}'::text[])")),
    ),
    "report": (
        _text("receipt_code"), _text("channel"), _text("status"), _text("subject"), _text("device"),
        _text("incident_id"), _instant("received_at"), _point("place,lon_lat"),
        Index("reports_receipt_code_index", "receipt_code"),
        Index("reports_subject_index", "subject"),
        Index("reports_incident_id_index", "incident_id"),
        Index("reports_received_at_index", "received_at"),
        Index("reports_geom_index", "geom", postgresql_using="gist"),
    ),
    "incident": (
        _text("number"), _text("type_code"), _integer("priority"), _text("state"), _instant("opened_at"),
        _instant("closed_at"), _point("place,lon_lat"),
        Index("incidents_number_index", "number", unique=True),
        Index("incidents_opened_at_index", "opened_at"),
        Index("incidents_geom_index", "geom", postgresql_using="gist"),
    ),
    "leg": (
        _text("incident_id"), _text("state"), _instant("requested_at"), _instant("closed_at"),
        Index("legs_incident_id_index", "incident_id"),
        Index("legs_requested_at_index", "requested_at"),
    ),
    "assignment": (
        _text("incident_id"), _text("leg_id"), _text("unit_id"), _text("state"), _instant("created_at"),
        _instant("ended_at"),
        Index("assignments_incident_id_index", "incident_id"),
        Index("assignments_unit_id_index", "unit_id"),
        Index("assignments_created_at_index", "created_at"),
    ),
    "delivery": (
        _text("unit_id"), _text("assignment_id"), _integer("n"),
        Index("deliveries_unit_id_n_index", "unit_id", "n"),
    ),
    "recommendation": (_text("incident_id"),),
    "station": (
        _text("name"), _point("lon_lat"), Index("stations_geom_index", "geom", postgresql_using="gist"),
    ),
    "unit": (_text("call_sign"), _text("station_id"), _text("type_code"), _text("phase")),
    "crew": (_instant("signed_on_at"), _instant("signed_off_at")),
    "desk": (_text("name"),),
    "seat": (_text("user_id"),),
    "alert": (_text("kind"), _text("level"), _text("incident_id"), _instant("raised_at")),
    "person": (_text("name"),),
    "handover": (
        _text("desk_id"), _instant("written_at"), _instant("taken_at"),
        Index("handovers_written_at_index", "written_at"),
    ),
    "caution": (
        _text("scope"), _text("caller"), _instant("expires_at"), _instant("withdrawn_at"),
        _point("place,lon_lat"), Index("cautions_geom_index", "geom", postgresql_using="gist"),
    ),
    "road_condition": (
        _text("kind"), _text("state"), _instant("from_at"), _instant("until"), _instant("ended_at"),
        Index("road_conditions_from_at_index", "from_at"),
    ),
    "move": (
        _text("unit_id"), _text("state"), _instant("proposed_at"), _instant("ended_at"),
        Index("moves_proposed_at_index", "proposed_at"),
    ),
    "hospital": (_text("name"),),
}  # fmt: skip


def _plural(kind: str) -> str:
    return {"delivery": "deliveries", "person": "people"}.get(kind, f"{kind}s")


def _table(kind: str) -> Table:
    archived = Column("archived", Boolean, nullable=False, server_default=text("false"))
    return Table(
        _plural(kind),
        metadata,
        Column("id", Text, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("agency_id", Text, nullable=False),
        Column("visible_to", ARRAY(Text), nullable=False),
        Column("private_to", ARRAY(Text), nullable=False),
        Column("limited", ARRAY(Text), nullable=False),
        *([archived] if kind in KEPT_KINDS else []),
        Column("body", JSONB, nullable=False),
        *_COLUMNS[kind],
    )


TABLES: dict[str, Table] = {kind: _table(kind) for kind in ROW_KINDS}
"""Row kind → its table."""
