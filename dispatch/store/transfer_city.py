"""What a backup holds of the city: addresses that were learnt, areas of responsibility that were imported.

The map itself is built again from its sources."""

from pathlib import Path

import msgspec

from dispatch.store.connect import Connection
from gis.store import areas, learnt

_CARRIED = {
    f"{schema}.{name}": (schema, name)
    for schema, names in (("gis_learnt", learnt.KEPT), ("gis_areas", areas.KEPT))
    for name in names
}
"""Tables in the order in which they are filled."""

_COLUMNS = """
SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2
ORDER BY ordinal_position
"""
_GO_ON = """
SELECT setval(pg_get_serial_sequence($1, 'id'), greatest((SELECT max(id) FROM {}), 1))
"""


class CityRows(msgspec.Struct, frozen=True):
    """A table of the city in a backup: its columns in the order of the file, and its rows."""

    columns: tuple[str, ...]
    rows: int


class CityNotEmpty(Exception):
    """The database holds rows of its own in a table that is to be filled."""


async def copy_city_out(connection: Connection, folder: Path) -> dict[str, CityRows]:
    """Write each table that is there to a file of its name; what each holds."""
    held = {}
    for name, (schema, table) in _CARRIED.items():
        columns = tuple(row["column_name"] for row in await connection.fetch(_COLUMNS, schema, table))
        if columns:
            status = await connection.copy_from_table(
                table, schema_name=schema, columns=columns, output=str(folder / name), format="binary"
            )
            held[name] = CityRows(columns, int(status.rpartition(" ")[2]))
    return held


async def copy_city_in(connection: Connection, held: dict[str, CityRows], folder: Path) -> dict[str, int]:
    """Fill the tables, made where they are not; how many rows each got. Where a city is in use, what was
    learnt stands among its numbers afterwards. Raises CityNotEmpty."""
    if held:
        await connection.execute(learnt.ENSURE)
        await connection.execute(areas.ENSURE)
    got = {}
    for name, (schema, table) in _CARRIED.items():
        if name not in held:
            continue
        if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {name})"):
            raise CityNotEmpty(name)
        with (folder / name).open("rb") as source:
            status = await connection.copy_to_table(
                table, schema_name=schema, columns=held[name].columns, source=source, format="binary"
            )
        got[name] = int(status.rpartition(" ")[2])
        if "id" in held[name].columns:
            await connection.fetchval(_GO_ON.format(name), name)
    if held and await connection.fetchval("SELECT to_regclass('gis.house_numbers') IS NOT NULL"):
        await connection.execute(learnt.SHOW_ALL)
        await connection.execute(learnt.SHOW_LISTED)
    return got
