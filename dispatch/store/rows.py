"""The read models as a whole: made anew and read back. While the centre runs, commits write them."""

from collections.abc import AsyncIterator

import msgspec

from dispatch.domain.rows import Row
from dispatch.store.batch import About, Commitment, row_columns
from dispatch.store.connect import Connection
from dispatch.store.tables.rows import KEPT_KINDS, TABLES

_PUT = f"SELECT centre.put_rows({', '.join(f'${n}' for n in range(1, 11))})"


async def lock_out_writers(connection: Connection) -> None:
    """Keep every commit waiting until this transaction ends."""
    await connection.execute("SELECT 1 FROM centre.lease FOR UPDATE")


async def clear_read_models(connection: Connection) -> None:
    """Empty everything that can be made again from the log."""
    tables = [table.fullname for table in TABLES.values()]
    await connection.execute(f"TRUNCATE {', '.join(tables)}, centre.event_index, centre.commitments")


async def put_rows(connection: Connection, rows: list[Row], gone: list[tuple[str, str]]) -> None:
    """Write rows, then archive or remove those that are gone."""
    kinds, ids = [kind for kind, _ in gone], [id_ for _, id_ in gone]
    await connection.execute(_PUT, *row_columns(rows), kinds, ids)


async def put_about(connection: Connection, about: list[About]) -> None:
    """Add to the index of events."""
    records = [(entry.kind, entry.id, entry.seq) for entry in about]
    await connection.copy_records_to_table("event_index", schema_name="centre", records=records)


async def put_commitments(connection: Connection, commitments: list[Commitment]) -> None:
    """Write active assignments; raises asyncpg.UniqueViolationError for a unit or crew with two."""
    await connection.copy_records_to_table("commitments", schema_name="centre", records=commitments)


async def list_commitments(connection: Connection) -> list[Commitment]:
    """Every active assignment as the database knows it."""
    rows = await connection.fetch("SELECT assignment_id, unit_id, crew_id FROM centre.commitments")
    return [Commitment(*row) for row in rows]


async def read_rows(connection: Connection, kind: str) -> AsyncIterator[tuple[Row, bool]]:
    """Every row of a kind, and whether it is archived. Needs a transaction."""
    archived = "archived" if kind in KEPT_KINDS else "false AS archived"
    query = (
        f"SELECT id, version, agency_id, visible_to, private_to, limited, body, {archived} "
        f"FROM {TABLES[kind].fullname}"
    )
    async for record in connection.cursor(query, prefetch=1_000):
        row = Row(
            kind=kind,
            id=record["id"],
            version=record["version"],
            agency_id=record["agency_id"],
            visible_to=tuple(record["visible_to"]),
            private_to=tuple(record["private_to"]),
            limited=tuple(record["limited"]),
            body=msgspec.Raw(record["body"].encode()),
        )
        yield row, record["archived"]
