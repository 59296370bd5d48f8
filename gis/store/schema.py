"""Building a city's tables beside the ones in use, and changing over in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from gis.store import areas, tables
from gis.store.learnt import ENSURE, SHOW_ALL, SHOW_LISTED

STAGING = "gis_next"
RETIRED = "gis_previous"
_BUILD_LOCK = 0x6769735F  # "gis_": one build at a time in one database

Connection = psycopg.Connection[tuple[Any, ...]]


def ensure_extensions(connection: Connection) -> None:
    """PostGIS and trigram search in the database (needs the right to create extensions the first time)."""
    for name in ("postgis", "pg_trgm"):
        found = connection.execute("SELECT 1 FROM pg_extension WHERE extname = %s", (name,)).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def try_lock_build(connection: Connection) -> bool:
    """Take the right to build for this connection's life; False when another build holds it."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_BUILD_LOCK,)).fetchone()
    return bool(row and row[0])


def _staged() -> tuple[MetaData, list[Table]]:
    staged = MetaData()
    copies = [table.to_metadata(staged, schema=STAGING) for table in tables.metadata.sorted_tables]
    return staged, copies


def create_staging(connection: Connection) -> None:
    """An empty copy of the tables, without indexes, in the staging schema; a left-over one is dropped."""
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(STAGING)))
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(STAGING)))
    for table in _staged()[1]:
        connection.execute(_text(CreateTable(table)))


def index_staging(connection: Connection) -> None:
    """The indexes and statistics of the staged tables, after the rows are in."""
    for table in _staged()[1]:
        for index in sorted(table.indexes, key=lambda i: str(i.name)):
            connection.execute(_text(CreateIndex(index)))
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(STAGING, table.name)))


def _text(element: CreateTable | CreateIndex) -> Any:
    # The DDL comes from our own metadata alone; psycopg asks for literal strings otherwise.
    compiled: Any = str(element.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    return compiled


def copy_rows(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows, in the order of the table's columns, into the staged table; geometries as EWKB hex."""
    columns = sql.SQL(", ").join(sql.Identifier(c.name) for c in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(STAGING, table.name), columns)
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def swap_staging(connection: Connection) -> None:
    """Put the staged tables in the place of the ones in use. Call it inside a transaction."""
    staging, live, retired = map(sql.Identifier, (STAGING, tables.SCHEMA, RETIRED))
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(retired))
    found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (tables.SCHEMA,)).fetchone()
    if found is not None:
        connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(live, retired))
    connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(staging, live))
    _show_learnt(connection)
    ensure_areas(connection)
    # The map is public knowledge: every role of the centre may read it.
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO PUBLIC").format(live))
    connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO PUBLIC").format(live))
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(retired))


def _show_learnt(connection: Connection) -> None:
    """What was learnt in the city before stands among the numbers of the new one too."""
    statements: tuple[Any, ...] = (ENSURE, SHOW_ALL, SHOW_LISTED)
    for statement in statements:
        connection.execute(statement)


def ensure_areas(connection: Connection) -> None:
    """The tables of areas of responsibility, made the first time."""
    found = connection.execute(areas.THERE).fetchone()
    if not found or not found[0]:
        statement: Any = areas.ENSURE
        connection.execute(statement)


def find_pack_id(connection: Connection) -> str | None:
    """Id of the pack whose tables are in use."""
    exists = connection.execute("SELECT to_regclass('gis.city') IS NOT NULL").fetchone()
    if not exists or not exists[0]:
        return None
    row = connection.execute("SELECT pack_id FROM gis.city").fetchone()
    return str(row[0]) if row else None
