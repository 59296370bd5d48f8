"""The command line's verbs for those who keep a centre: check, rebuild, back up, restore, accounts."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from dispatch.cli.arguments import INSTANT_FORMS
from dispatch.cli.database import migrated_database
from dispatch.host.cluster import using_database
from dispatch.host.progress import Steps
from dispatch.settings import load_settings
from dispatch.store.connect import open_pool
from dispatch.store.users import LoginTaken, User, Users

T = TypeVar("T")

upkeep = typer.Typer(no_args_is_help=True)
users = typer.Typer(help="Tài khoản / accounts.", no_args_is_help=True)
upkeep.add_typer(users, name="users")

Backup = Annotated[Path, typer.Argument(help="Tệp sao lưu / backup file.", dir_okay=False)]
Login = Annotated[str, typer.Argument(help="Tên đăng nhập / login.")]


@upkeep.command()
def verify() -> None:
    """Kiểm tra chuỗi, mốc ký, trạng thái, bảng đọc / check chain, anchors, state hashes and read model."""
    from dispatch.core import verify as checks
    from dispatch.core.anchors import load_or_create_key

    settings = load_settings()
    steps = Steps()
    with (
        migrated_database(settings.database) as dsn,
        steps.step("Kiểm tra nhật ký", "Checking the log") as tick,
    ):
        key_file = settings.security.keys_dir / "anchor.key"
        report = asyncio.run(
            checks.verify(
                dsn,
                anchors=settings.security.anchors_file if settings.security.anchors_file.exists() else None,
                key=load_or_create_key(key_file).public_key() if key_file.exists() else None,
                progress=lambda done, of: tick(done / max(of, 1), ""),
            )
        )
    typer.echo(
        f"{report.checked:,} sự kiện / events, {report.anchors:,} mốc / anchors, "
        f"{report.snapshots:,} ảnh / snapshots, {report.rows:,} dòng / rows"
    )
    for finding in report.findings:
        typer.echo(f"✗ {finding.vi}\n  {finding.en}", err=True)
    if not report.clean:
        raise typer.Exit(1)
    typer.echo("✓ Nguyên vẹn / clean")


@upkeep.command()
def rebuild() -> None:
    """Dựng lại bảng đọc từ nhật ký / make the read models anew from the log."""
    from dispatch.core import rebuild as rebuilding

    with (
        migrated_database(load_settings().database) as dsn,
        Steps().step("Dựng lại bảng đọc", "Rebuilding the read models"),
    ):
        head = asyncio.run(rebuilding.rebuild(dsn))
    typer.echo(f"✓ đến sự kiện / up to event {head:,}")


@upkeep.command()
def backup(file: Backup) -> None:
    """Sao lưu khi đang chạy / back up as it runs: log, answers, keys, accounts, positions, pictures."""
    from dispatch.core import backup as saving

    with migrated_database(load_settings().database) as dsn, Steps().step("Sao lưu", "Backing up"):
        manifest = asyncio.run(saving.backup(dsn, file, load_settings().photos.folder))
    typer.echo(f"✓ {file}: {manifest.centre_id} ({manifest.mode})")


@upkeep.command()
def restore(file: Backup) -> None:
    """Khôi phục vào cơ sở dữ liệu trống / restore into an empty database; the log gets a new id."""
    from dispatch.core import backup as saving

    with using_database(load_settings().database) as dsn, Steps().step("Khôi phục", "Restoring"):
        manifest = asyncio.run(saving.restore(file, dsn, load_settings().photos.folder))
    typer.echo(f"✓ {manifest.centre_id} ({manifest.mode})")


@upkeep.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Thư mục / folder.", file_okay=False, exists=True)] = Path(),
    file_format: Annotated[str, typer.Option("--format", help="json, csv, geojson, pdf")] = "pdf",
    incident: Annotated[str | None, typer.Option(help="Mã vụ việc / incident number.")] = None,
    start: Annotated[
        datetime | None, typer.Option(help="Từ lúc UTC / from, UTC.", formats=INSTANT_FORMS)
    ] = None,
    end: Annotated[
        datetime | None, typer.Option(help="Đến lúc UTC / until, UTC.", formats=INSTANT_FORMS)
    ] = None,
    unredacted: Annotated[bool, typer.Option("--unredacted", help="Không che / nothing masked.")] = False,
    reason: Annotated[str, typer.Option(help="Lý do / reason.")] = "",
    agencies: Annotated[str, typer.Option(help="Theo quyền của / as seen by.")] = "113,114,115,112",
    lang: Annotated[str, typer.Option(help="vi, en")] = "vi",
) -> None:
    """Xuất một vụ việc hay một khoảng thời gian / export an incident or a stretch of time, redacted."""
    from dispatch.replay.export.command import export_command

    if unredacted and len(reason.strip()) < 10:
        raise typer.BadParameter("--unredacted cần / needs --reason (≥ 10)")
    if (incident is None) == (start is None or end is None) or lang not in ("vi", "en"):
        raise typer.BadParameter("--incident | --start --end; --lang vi | en")
    with migrated_database(load_settings().database) as dsn:
        path = asyncio.run(
            export_command(
                dsn,
                folder,
                file_format,
                agencies=frozenset(agencies.split(",")),
                incident=incident,
                start=start.replace(tzinfo=UTC) if start else None,
                end=end.replace(tzinfo=UTC) if end else None,
                redacted=not unredacted,
                reason=reason.strip(),
                lang=lang,
                test=load_settings().instance.mode != "live",
            )
        )
    typer.echo(f"✓ {path}")


@users.command("add")
def add_user(
    login: Login,
    role: Annotated[str, typer.Option(help="call_taker, dispatcher, station, unit, commander, …")],
    name: Annotated[str, typer.Option(help="Họ tên / name.")] = "",
    agencies: Annotated[str, typer.Option(help="113,114,115,112")] = "",
    unit: Annotated[str | None, typer.Option(help="Mã tổ / unit id.")] = None,
    station: Annotated[str | None, typer.Option(help="Mã đơn vị / station id.")] = None,
) -> None:
    """Thêm tài khoản / add an account; asks for its password."""
    from dispatch.agencies.loader import load_codebook
    from dispatch.usecases.entry.accounts import check_password, make_account

    chosen = tuple(part.strip() for part in agencies.split(",") if part.strip())
    user = make_account(login, name or login, role, chosen, load_codebook(), unit_id=unit, station_id=station)
    password = check_password(_ask_password())
    _with_users(lambda table: table.add(user, _hash(password), _now()))
    typer.echo(f"✓ {login} ({role})")


@users.command("password")
def set_password(login: Login) -> None:
    """Đổi mật khẩu / change a password; asks for the new one."""
    from dispatch.usecases.entry.accounts import check_password, get_account

    password = check_password(_ask_password())

    async def change(table: Users) -> None:
        await table.set_password((await get_account(table, login)).id, _hash(password), _now())

    _with_users(change)
    typer.echo(f"✓ {login}")


@users.command("disable")
def disable_user(login: Login) -> None:
    """Khóa tài khoản, đóng mọi kết nối của nó / shut an account out; its connections close."""
    _set_active(login, False)


@users.command("enable")
def enable_user(login: Login) -> None:
    """Mở lại tài khoản / let an account in again."""
    _set_active(login, True)


@users.command("list")
def list_users() -> None:
    """Mọi tài khoản / every account."""
    found: list[User] = _with_users(lambda table: table.list_all())
    for user in found:
        state = "" if user.active else "  (khóa / disabled)"
        typer.echo(f"{user.login:<16} {user.role:<14} {','.join(user.agencies):<16} {user.name}{state}")


def _set_active(login: str, active: bool) -> None:
    from dispatch.usecases.entry.accounts import get_account

    async def change(table: Users) -> None:
        await table.set_active((await get_account(table, login)).id, active, _now())

    _with_users(change)
    typer.echo(f"✓ {login}")


def _with_users(work: Callable[[Users], Awaitable[T]]) -> T:
    """Do something with the table of accounts."""

    async def run(dsn: str) -> T:
        pool = await open_pool(dsn, max_size=1)
        try:
            return await work(Users(pool))
        except LoginTaken as taken:
            raise typer.BadParameter(f"{taken}: tên đã có / the login is taken") from taken
        finally:
            await pool.close()

    with migrated_database(load_settings().database) as dsn:
        return asyncio.run(run(dsn))


def _ask_password() -> str:
    return str(typer.prompt("Mật khẩu / password", hide_input=True, confirmation_prompt=True))


def _hash(password: str) -> str:
    from dispatch.api.auth.passwords import Passwords

    return Passwords().hash_now(password)


def _now() -> datetime:
    return datetime.now(UTC)
