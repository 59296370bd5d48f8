"""The schema's versions. `upgrade` brings a database of any earlier version to this program's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from dispatch.store.errors import SchemaUnknown
from dispatch.store.tables import SCHEMA

_UPGRADE_LOCK = 0x6365_6E74_7265
"""Advisory lock that keeps two programs from upgrading one database at once."""


def upgrade(dsn: str) -> None:
    """Bring the database to the newest version, making the schema where there is none. Repeats do nothing.

    Raises SchemaUnknown when another program's versions stand in it, and then changes nothing;
    sqlalchemy.exc.OperationalError when the database cannot be reached, ProgrammingError when its user may
    not create the extension, the schema or the two reading roles.
    """
    with _transaction(dsn) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public"))
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        config = _config(connection)
        _check_known(connection, ScriptDirectory.from_config(config))
        command.upgrade(config, "head")


def get_revision() -> str:
    """The version that `upgrade` brings a database to."""
    return ScriptDirectory.from_config(_config(None)).get_heads()[0]


def _check_known(connection: Connection, script: ScriptDirectory) -> None:
    known = {step.revision for step in script.walk_revisions()}
    found = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA}).get_current_heads()
    for revision in found:
        if revision not in known:
            raise SchemaUnknown(revision, get_revision())


@contextmanager
def _transaction(dsn: str) -> Iterator[Connection]:
    scheme, _, rest = dsn.partition("://")
    url = f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else dsn
    # A role named like the schema would otherwise make it the default one, and names would not say theirs.
    engine = create_engine(url, poolclass=NullPool, connect_args={"options": "-c search_path=public"})
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
