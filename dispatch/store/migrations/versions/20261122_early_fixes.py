"""Telephones' positions that wait for their call: explicit SQL in `20261122_early_fixes/`."""

from pathlib import Path

from alembic import op

revision = "20261122d"
down_revision = "20261122c"


def upgrade() -> None:
    """Run the files in the order of their numbers."""
    for file in sorted(Path(__file__).with_suffix("").glob("*.sql")):
        op.get_bind().exec_driver_sql(file.read_text())
