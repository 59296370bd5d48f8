"""Keys of personal values become durable with the events sealed under them, and erasures are told of."""

from alembic import op

from dispatch.store.migrations import functions

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Another group commit, and a trigger."""
    op.execute(functions.DROP_COMMIT_BATCH)
    op.execute(functions.COMMIT_BATCH)
    for statement in functions.TELL_OF_ERASURES:
        op.execute(statement)
