"""Run by Alembic inside the transaction that `upgrade` opened."""

from alembic import context

from dispatch.store.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    transactional_ddl=True,
)
context.run_migrations()
