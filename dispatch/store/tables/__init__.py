"""Every table of the schema `centre`: the one definition that migrations, reads and tests share."""

from dispatch.store.tables import access, log, positions, rows
from dispatch.store.tables.base import SCHEMA, metadata

__all__ = ["SCHEMA", "access", "log", "metadata", "positions", "rows"]
