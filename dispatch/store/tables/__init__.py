"""The schema `centre` as the code wants it: tables, functions, and who may read what.

Reads and tests go by it. The database itself is made by `migrations` alone, which are explicit SQL; a test
makes both and compares what PostgreSQL's catalogue says of them, so whoever changes something here adds a
migration.
"""

from dispatch.store.tables import access, log, positions, rows
from dispatch.store.tables.base import SCHEMA, metadata

__all__ = ["SCHEMA", "access", "log", "metadata", "positions", "rows"]
