"""Migrations are explicit SQL and make the schema that the code describes; unknown ones are refused."""

import re
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Column, MetaData, Text, create_engine

from dispatch.store.errors import SchemaUnknown
from dispatch.store.migrations import get_revision, upgrade
from dispatch.store.tables import SCHEMA, functions, metadata, security

# What stands in the schema, each with a name and its definition as PostgreSQL says it.
_CATALOGUE = {
    "column": """
        SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
            || ' ' || a.attidentity::text || ' ' || a.attgenerated::text || ' '
            || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'centre'::regnamespace AND c.relkind IN ('r', 'p', 'v')""",
    "table": """
        SELECT relname, relkind::text || ' ' || relrowsecurity || relforcerowsecurity || relowner::regrole
            || ' ' || coalesce(relacl::text, '') || ' ' || coalesce(reloptions::text, '') || ' '
            || coalesce(obj_description(oid, 'pg_class'), '') || ' ' || coalesce(pg_get_partkeydef(oid), '')
            || CASE relkind WHEN 'v' THEN pg_get_viewdef(oid) ELSE '' END
        FROM pg_class WHERE relnamespace = 'centre'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')""",
    "constraint": """
        SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'centre'::regnamespace""",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'centre'",
    "function": """
        SELECT proname || ' ' || pg_get_function_identity_arguments(oid),
            pg_get_functiondef(oid) || proowner::regrole || coalesce(proacl::text, '')
        FROM pg_proc WHERE pronamespace = 'centre'::regnamespace""",
    "trigger": """
        SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'centre.%'""",
    "policy": """
        SELECT tablename || ' ' || policyname,
            permissive || ' ' || roles::text || ' ' || cmd || ' ' || coalesce(qual, '')
            || coalesce(with_check, '')
        FROM pg_policies WHERE schemaname = 'centre'""",
    "schema": "SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname = 'centre'",
    "lease": "SELECT one::text, epoch::text || renewed_at || coalesce(holder, '') FROM centre.lease",
}

Schema = dict[tuple[str, str], str]


def _read(dsn: str) -> Schema:
    """What stands in the schema, by kind and name; white space, and what Alembic keeps, left out."""
    with psycopg.connect(dsn, options="-c search_path=public -c timezone=UTC") as connection:
        found = {
            (kind, name): re.sub(r"\s+", "", definition or "")
            for kind, query in _CATALOGUE.items()
            for name, definition in connection.execute(query.encode()).fetchall()
        }
    return {key: definition for key, definition in found.items() if "alembic_version" not in key[1]}


def _make_described(dsn: str, tables: MetaData) -> None:
    """The schema that the code describes, made without any migration."""
    engine = create_engine(
        dsn.replace("postgresql://", "postgresql+psycopg://"),
        connect_args={"options": "-c search_path=public"},
    )
    with engine.begin() as connection:
        for statement in (
            "CREATE EXTENSION postgis SCHEMA public",
            f"CREATE SCHEMA {SCHEMA}",
            *functions.BEFORE_TABLES,
        ):
            connection.exec_driver_sql(statement.replace("%", "%%"))
        tables.create_all(connection)
        for statement in (*functions.AFTER_TABLES, *security.STATEMENTS):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    engine.dispose()


def test_migrations_make_exactly_the_schema_that_the_code_describes(
    empty_database_url: str, database_url: str
) -> None:
    _make_described(empty_database_url, metadata)
    migrated = _read(database_url)
    assert {kind for kind, _ in migrated} == set(_CATALOGUE)
    assert migrated == _read(empty_database_url)


def test_a_column_without_a_migration_is_noticed(database_url: str, empty_database_url: str) -> None:
    changed = MetaData(schema=SCHEMA, naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(changed)
    changed.tables["centre.devices"].append_column(Column("colour", Text))
    _make_described(empty_database_url, changed)
    assert set(_read(empty_database_url).items()) ^ set(_read(database_url).items()) == {
        (("column", "devices.colour"), "textfalse")
    }


def test_an_empty_database_gets_the_newest_version_and_a_second_upgrade_changes_nothing(
    empty_database_url: str,
) -> None:
    upgrade(empty_database_url)
    before = _read(empty_database_url)
    upgrade(empty_database_url)
    assert before
    assert _read(empty_database_url) == before
    with psycopg.connect(empty_database_url) as connection:
        stamped = connection.execute("SELECT version_num FROM centre.alembic_version").fetchall()
    assert stamped == [(get_revision(),)]


def test_migrations_do_not_follow_the_tables_of_the_code() -> None:
    from dispatch.store import migrations

    steps = sorted((Path(migrations.__file__).parent / "versions").glob("*.py"))
    assert steps
    for step in steps:
        assert not re.search(r"\bdispatch\b|create_all|metadata", step.read_text()), step.name


@pytest.mark.parametrize("found", ["0004", "29990101"])
def test_a_database_of_an_unknown_version_is_refused_in_words_and_left_alone(
    database_url: str, found: str
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE centre.alembic_version SET version_num = %s", [found])
    before = _read(database_url)
    with pytest.raises(SchemaUnknown) as refusal:
        upgrade(database_url)
    assert refusal.value.found == found
    for words in (found, get_revision(), "cơ sở dữ liệu trống", "empty database", "DATABASE_URL", "backup"):
        assert words in str(refusal.value)
    assert _read(database_url) == before
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT version_num FROM centre.alembic_version").fetchone()
    assert row == (found,)
