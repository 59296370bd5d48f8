"""Hospitals: their read model, explicit SQL in `20261123_hospitals/`."""

from pathlib import Path

from alembic import op

revision = "20261123a"
down_revision = "20261122e"


def upgrade() -> None:
    """Run the files in the order of their numbers."""
    for file in sorted(Path(__file__).with_suffix("").glob("*.sql")):
        # The driver takes a percent sign for the start of a parameter.
        op.get_bind().exec_driver_sql(file.read_text().replace("%", "%%"))
