"""The schema's metadata and the columns that many tables share."""

from sqlalchemy import Column, DateTime, MetaData

SCHEMA = "centre"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    },
)


def utc(name: str, *, nullable: bool = False) -> Column[object]:
    """An instant; PostgreSQL keeps it as UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
