"""The schema, walked table by table: what exists, what never changes, and who sees what."""

from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest

from dispatch.domain.rows import ROW_KINDS, Row
from dispatch.store.batch import Batch, NewEvent, commit_batch
from dispatch.store.connect import Connection, Pool, connect, open_pool
from dispatch.store.errors import InstanceDiffers
from dispatch.store.instance import ensure_instance
from dispatch.store.lease import acquire_lease
from dispatch.store.log import GENESIS, chain_hash
from dispatch.store.reads import reading_as
from dispatch.store.tables import metadata
from dispatch.store.tables.rows import TABLES
from dispatch.store.tables.security import MASK, READER


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    connection = await connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database_url, max_size=2)
    yield pool
    await pool.close()


def _row(kind: str, id_: str, *, seen_by: str, opened_by: str = "", limited: tuple[str, ...] = ()) -> Row:
    body = b'{"number": "%s", "phone": "0903", "call_sign": "X"}' % id_.encode()
    return Row(
        kind=kind,
        id=id_,
        version=1,
        agency_id=seen_by,
        visible_to=(seen_by,),
        private_to=(opened_by or seen_by,),
        limited=limited,
        body=msgspec.Raw(body),
    )


async def _write(connection: Connection, rows: list[Row]) -> None:
    epoch = await acquire_lease(connection, "test", ttl_s=5, force=True)
    assert epoch is not None
    await commit_batch(connection, epoch, Batch(1, [], [], [], rows, [], [], []))


async def test_every_table_with_an_agency_has_row_security_or_no_readers(connection: Connection) -> None:
    tables = await connection.fetch(
        "SELECT c.oid, c.relname, c.relrowsecurity, "
        "EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid "
        "AND a.attname IN ('agency_id', 'visible_to')) AS has_agency, "
        "EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS has_policy FROM pg_class c "
        "WHERE c.relnamespace = 'centre'::regnamespace AND c.relkind IN ('r', 'p')"
    )
    assert {table["relname"] for table in tables} >= {t.name for t in metadata.sorted_tables}
    for table in tables:
        readable = [
            role
            for role in (READER, MASK)
            if await connection.fetchval(
                "SELECT has_any_column_privilege($1, $2::oid, 'SELECT')", role, table["oid"]
            )
        ]
        if table["has_agency"] or readable:
            assert table["relrowsecurity"], f"{table['relname']} has no row security"
            assert table["has_policy"], f"{table['relname']} has no policy"


@pytest.mark.parametrize("role", [READER, MASK])
async def test_reading_roles_cannot_pass_or_write_anything(connection: Connection, role: str) -> None:
    row = await connection.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles WHERE rolname = $1", role
    )
    assert row is not None
    assert not any(row)
    writable = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'centre'::regnamespace AND relkind IN ('r', 'p') "
        "AND (has_table_privilege($1, oid, 'INSERT') OR has_table_privilege($1, oid, 'UPDATE') "
        "OR has_table_privilege($1, oid, 'DELETE') OR has_table_privilege($1, oid, 'TRUNCATE'))",
        role,
    )
    assert writable == []


@pytest.mark.parametrize("secret", ["events", "commands", "subject_keys", "users", "sessions", "snapshots"])
async def test_reader_may_not_even_ask_for_secrets(pool: Pool, secret: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with reading_as(pool, ["113", "114", "115", "112"]) as reader:
            await reader.fetch(f"SELECT * FROM centre.{secret}")


@pytest.mark.parametrize("kind", ROW_KINDS)
async def test_agency_sees_its_rows_and_nobody_elses(connection: Connection, pool: Pool, kind: str) -> None:
    await _write(
        connection,
        [_row(kind, "a", seen_by="113"), _row(kind, "b", seen_by="115"), _row(kind, "c", seen_by="*")],
    )
    seen = {}
    for agencies in (["113"], ["115"], ["113", "115"], ["114"], []):
        async with reading_as(pool, agencies) as reader:
            rows = await reader.fetch(f"SELECT id FROM centre.seen_{TABLES[kind].name} ORDER BY id")
            seen[",".join(agencies)] = "".join(row["id"] for row in rows)
    assert seen == {"113": "ac", "115": "bc", "113,115": "abc", "114": "c", "": ""}


async def test_limited_fields_are_null_for_those_who_only_see_the_row(
    connection: Connection, pool: Pool
) -> None:
    row = _row("crew", "k1", seen_by="*", opened_by="114", limited=("phone",))
    await _write(connection, [row])
    phones = []
    for agencies in (["114"], ["113"]):
        async with reading_as(pool, agencies) as reader:
            phones.append(await reader.fetchval("SELECT body ->> 'phone' FROM centre.seen_crews"))
            has_field = await reader.fetchval("SELECT body ? 'phone' FROM centre.seen_crews")
            assert has_field
    assert phones == ["0903", None]


async def test_positions_of_other_agencies_stay_hidden(connection: Connection, pool: Pool) -> None:
    await connection.execute("CREATE TABLE centre.all_days PARTITION OF centre.position_history DEFAULT")
    await connection.execute(
        "INSERT INTO centre.position_history (unit_id, agency_id, at, received_at, lon, lat, source) "
        "VALUES ('u1', '115', now(), now(), 106.7, 10.77, 'device'), "
        "('u2', '113', now(), now(), 106.6, 10.7, 'device')"
    )
    async with reading_as(pool, ["115"]) as reader:
        rows = await reader.fetch("SELECT unit_id FROM centre.position_history")
    assert [row["unit_id"] for row in rows] == ["u1"]


async def test_log_only_grows(connection: Connection) -> None:
    epoch = await acquire_lease(connection, "test", ttl_s=5)
    assert epoch is not None
    now = await connection.fetchval("SELECT now()")
    event = NewEvent("x", now, b"{}", chain_hash(GENESIS, b"{}"))
    await commit_batch(connection, epoch, Batch(1, [event], [], [], [], [], [], []))
    for attempt in (
        "UPDATE centre.events SET bytes = 'x'",
        "DELETE FROM centre.events",
        "TRUNCATE centre.events",
    ):
        with pytest.raises(asyncpg.PostgresError, match="only ever grows"):
            await connection.execute(attempt)


async def test_mode_and_centre_are_fixed_at_creation(connection: Connection) -> None:
    made = await ensure_instance(connection, "hcmc", "demo")
    assert await ensure_instance(connection, "hcmc", "demo") == made
    with pytest.raises(InstanceDiffers):
        await ensure_instance(connection, "hcmc", "live")
    for change in ("SET mode = 'live'", "SET centre_id = 'other'"):
        with pytest.raises(asyncpg.PostgresError, match="fixed"):
            await connection.execute(f"UPDATE centre.instance {change}")


async def test_rows_carry_the_columns_that_queries_need(connection: Connection) -> None:
    body = (
        b'{"number":"260712-0457","type_code":"house_fire","priority":1,"state":"open",'
        b'"opened_at":"2026-07-12T03:00:00Z","closed_at":null,"place":{"lon_lat":[106.7,10.77]}}'
    )
    row = _row("incident", "i1", seen_by="*")
    raw = type(row.body)(body)
    await _write(connection, [msgspec.structs.replace(row, body=raw)])
    kept = await connection.fetchrow(
        "SELECT number, priority, state, extract(hour FROM opened_at AT TIME ZONE 'UTC')::int AS hour, "
        "closed_at, public.ST_AsText(geom) AS place FROM centre.incidents"
    )
    assert tuple(kept) == ("260712-0457", 1, "open", 3, None, "POINT(106.7 10.77)")
