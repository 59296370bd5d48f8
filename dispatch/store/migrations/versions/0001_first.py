"""The first schema: log, answers, read models, accounts, positions, and who may read what."""

from alembic import op

from dispatch.store.migrations import functions, security
from dispatch.store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Functions that columns need, tables, then the functions and rules that need tables."""
    for statement in functions.BEFORE_TABLES:
        op.execute(statement)
    metadata.create_all(op.get_bind())
    for statement in (*functions.AFTER_TABLES, *security.STATEMENTS):
        op.execute(statement)
