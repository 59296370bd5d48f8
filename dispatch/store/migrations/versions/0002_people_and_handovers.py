"""Names of people, handovers of shifts, and indexes for what is asked of a day."""

from alembic import op
from sqlalchemy import inspect

from dispatch.store.migrations import functions, security
from dispatch.store.tables import SCHEMA, metadata
from dispatch.store.tables.rows import TABLES

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """What a database of the first version lacks; one that was made just now has all of it."""
    bind = op.get_bind()
    before = set(inspect(bind).get_table_names(schema=SCHEMA))
    metadata.create_all(bind)
    for table in metadata.sorted_tables:
        for index in table.indexes:
            index.create(bind, checkfirst=True)
    op.execute(functions.PUT_ROWS)
    op.execute(security.LET_MASK_CREATE)
    for kind, table in TABLES.items():
        if table.name not in before:
            for statement in security.row_rules(kind):
                op.execute(statement)
    op.execute(security.END_MASK_CREATE)
