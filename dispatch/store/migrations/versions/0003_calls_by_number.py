"""Calls are found by the subject of their number."""

from alembic import op

from dispatch.store.tables.rows import TABLES

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """What a database of the second version lacks; one that was made just now has it."""
    for index in TABLES["call"].indexes:
        index.create(op.get_bind(), checkfirst=True)
