"""The verbs of those who keep a centre, on a real database."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from dispatch.agencies.loader import load_codebook
from dispatch.api.auth.passwords import Passwords
from dispatch.cli.main import app
from dispatch.core.clock import SystemClock
from dispatch.core.writer import Writer
from dispatch.domain.model.desk import OpenDesk
from dispatch.store.connect import connect, open_pool
from dispatch.store.instance import ensure_instance
from dispatch.store.users import Users
from dispatch.usecases.submit import submit_all

PASSWORD = "một mật khẩu đủ dài"


@pytest.fixture
def keep(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs verbs on a centre that has a few events in its log."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    asyncio.run(write_some_events(database_url))
    return CliRunner()


async def write_some_events(dsn: str) -> None:
    connection = await connect(dsn)
    await ensure_instance(connection, "hcmc", "demo")
    await connection.close()
    writer = Writer(dsn, load_codebook())
    await writer.start()
    desks = [OpenDesk(desk_id=f"d{n}", name=f"Bàn {n}", agencies=("114",)) for n in range(5)]
    await submit_all(writer, desks, SystemClock().now)
    await writer.stop()


async def execute(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


def do(keep: CliRunner, *arguments: str, typed: str = "") -> Result:
    return keep.invoke(app, list(arguments), input=typed)


def test_verify_finds_a_centre_clean_and_names_the_event_whose_byte_was_flipped(
    keep: CliRunner, database_url: str
) -> None:
    clean = do(keep, "verify")
    assert clean.exit_code == 0
    assert "5 sự kiện / events" in clean.output
    flip = "UPDATE centre.events SET bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) WHERE seq = 3"
    guard = "ALTER TABLE centre.events {} TRIGGER append_only"
    asyncio.run(execute(database_url, guard.format("DISABLE"), flip, guard.format("ENABLE")))
    found = do(keep, "verify")
    assert found.exit_code == 1
    assert "3" in found.output


def test_rebuild_makes_a_lost_read_model_anew(keep: CliRunner, database_url: str) -> None:
    asyncio.run(execute(database_url, "DELETE FROM centre.desks"))
    assert do(keep, "verify").exit_code == 1
    assert do(keep, "rebuild").exit_code == 0
    assert do(keep, "verify").exit_code == 0


def test_backup_is_restored_into_an_empty_database_under_a_new_log_id(
    keep: CliRunner,
    database_url: str,
    empty_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "centre.backup"
    assert do(keep, "backup", str(file)).exit_code == 0
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    restored = do(keep, "restore", str(file))
    assert restored.exit_code == 0, restored.output
    assert do(keep, "verify").exit_code == 0

    async def read_log_ids() -> list[str]:
        found = []
        for dsn in (database_url, empty_database_url):
            connection = await asyncpg.connect(dsn)
            found.append(await connection.fetchval("SELECT log_id FROM centre.instance"))
            await connection.close()
        return found

    first, second = asyncio.run(read_log_ids())
    assert first != second


def test_account_signs_in_with_the_password_that_was_typed_and_not_when_disabled(
    keep: CliRunner, database_url: str
) -> None:
    added = do(
        keep, "users", "add", "lan", "--role", "dispatcher", "--agencies", "114,115",
        typed=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    assert do(keep, "users", "disable", "lan").exit_code == 0
    assert "disabled" in do(keep, "users", "list").output

    async def look() -> tuple[tuple[str, ...], bool, bool]:
        pool = await open_pool(database_url, max_size=1)
        found = await Users(pool).find("lan")
        await pool.close()
        assert found is not None
        passwords = Passwords()
        right = await passwords.verify(found[1], PASSWORD)
        passwords.close()
        return found[0].agencies, found[0].active, right

    assert asyncio.run(look()) == (("114", "115"), False, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("Lan Anh", "--role", "dispatcher"), "bad_login"),
        (("lan", "--role", "king"), "unknown_role"),
        (("lan", "--role", "unit"), "account_needs_unit"),
        (("lan", "--role", "station"), "account_needs_station"),
        (("lan", "--role", "dispatcher", "--agencies", "911"), "unknown_agency"),
    ],
)
def test_account_that_makes_no_sense_is_refused(
    keep: CliRunner, arguments: tuple[str, ...], code: str
) -> None:
    result = do(keep, "users", "add", *arguments, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert getattr(result.exception, "code", None) == code


def test_short_password_is_refused(keep: CliRunner) -> None:
    result = do(keep, "users", "add", "lan", "--role", "dispatcher", typed="ngắn\nngắn\n")
    assert getattr(result.exception, "code", None) == "short_password"
