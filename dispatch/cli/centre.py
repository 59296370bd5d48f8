"""The verbs that run a centre, or somebody who lives in a demonstration of it."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from dispatch.cli.arguments import INSTANT_FORMS
from dispatch.cli.city import settle_pack
from dispatch.cli.database import migrated_database
from dispatch.cli.pages import build_pages
from dispatch.host.cluster import find_private_cluster
from dispatch.host.errors import HostError
from dispatch.host.folders import make_private_folder, socket_folder
from dispatch.host.progress import Steps
from dispatch.host.supervisor import MARK, Child, Supervisor, sole_supervisor
from dispatch.settings import PROJECT, Settings, load_settings

centre = typer.Typer(no_args_is_help=True)


@centre.command()
def run() -> None:
    """Chạy trung tâm đến khi Ctrl-C / run the centre until Ctrl-C, making first what is missing."""
    settings, steps = load_settings(), Steps()
    with sole_supervisor(settings.database.data_dir / "run") as mark, ExitStack() as stack:
        _check_port(settings)
        build_pages(steps)
        with steps.step("Cơ sở dữ liệu", "Database"):
            dsn = stack.enter_context(migrated_database(settings.database))
        pack = settle_pack(settings, dsn, steps)
        supervisor = Supervisor(mark, _children(settings, dsn, pack), find_private_cluster(settings.database))
        begin_trial = stack.enter_context(_trial_call(settings, mark))

        def on_ready() -> None:
            welcome(settings, steps)
            begin_trial()

        asyncio.run(supervisor.run(settings.server.host, settings.server.port, on_ready))


@centre.command()
def serve() -> None:
    """Chạy riêng máy chủ / run the server alone; `run` starts it together with the planner."""
    import uvloop

    from dispatch.app import serve_centre

    settings = load_settings()
    with migrated_database(settings.database) as dsn:
        uvloop.run(serve_centre(settings, dsn))


@centre.command("trial-call")
def trial_call(
    first: Annotated[
        bool, typer.Option("--first", help="Chỉ khi chưa có vụ nào / only where no incident stands yet.")
    ] = False,
) -> None:
    """Gọi thử một cuộc từ đầu đến cuối / one call from end to end through the running demo centre."""
    from dispatch.client.trial_call import TrialCall

    settings = load_settings()
    password = _read_demo_password(settings)

    def say(vi: str, en: str, took_ms: float) -> None:
        typer.echo(f"  {took_ms:>7,.0f} ms  {vi} / {en}")

    call = TrialCall(settings.server.address, "dieuphoi", password, say)
    number = asyncio.run(call.run(only_first=first))
    if number is not None:
        typer.echo(f"  Vụ {number} còn mở trên bảng điều phối / the incident is open on the console.\n")


@centre.command()
def demo(
    pace: Annotated[
        float, typer.Option(min=0.1, max=60.0, help="Nhanh gấp mấy lần đời thật / times as fast as life.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="Cùng số, cùng ngẫu nhiên / the same chance.")] = 1,
) -> None:
    """Người gọi, đồng nghiệp, kíp xe mô phỏng / simulated callers, colleagues and crews, until stopped."""
    import uvloop

    from dispatch.client.demo import DemoLife

    settings = load_settings()
    password = _read_demo_password(settings)
    per_hour = settings.demo.per_hour
    if not per_hour:
        raise HostError("DEMO_TRAFFIC đang tắt.", "DEMO_TRAFFIC is off.")
    life = DemoLife(settings.server.address, password, per_hour=per_hour, seed=seed, pace=pace)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    uvloop.run(_until_told(life.run()))


@centre.command()
def replay(
    agencies: Annotated[str, typer.Option(help="Theo quyền của / as seen by.")] = "113,114,115,112",
    at: Annotated[
        datetime | None, typer.Option(help="Thời điểm UTC / instant, UTC.", formats=INSTANT_FORMS)
    ] = None,
    seq: Annotated[int | None, typer.Option(help="Số sự kiện / event number.")] = None,
    incident: Annotated[str | None, typer.Option(help="Mã vụ việc / incident id.")] = None,
) -> None:
    """Trung tâm hay một vụ việc tại một thời điểm / the centre or an incident at an instant, as JSON."""
    from dispatch.replay.command import replay_command

    settings = load_settings()
    when = at.replace(tzinfo=UTC) if at else None
    seen_by = frozenset(agencies.split(","))
    with migrated_database(settings.database) as dsn:
        answer = asyncio.run(replay_command(dsn, agencies=seen_by, at=when, seq=seq, incident_id=incident))
    sys.stdout.buffer.write(answer + b"\n")


def _read_demo_password(settings: Settings) -> str:
    """What the demo accounts sign in with. Raises HostError where there are none."""
    path = settings.security.keys_dir / "demo-password"
    if settings.instance.mode == "live" or not path.exists():
        raise HostError("Chỉ có trong bản trình diễn hay huấn luyện.", "Only in a demo or training centre.")
    return path.read_text().strip()


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Work until SIGTERM or SIGINT."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def _children(settings: Settings, dsn: str, pack: Path) -> list[Child]:
    """Server, planner and, in a demo, its people, as the supervisor starts them."""
    folder = make_private_folder(socket_folder(settings.database.data_dir / "run"))
    socket = str(settings.planner.socket or folder / "planner.sock")
    planner = [sys.executable, "-m", "routing.process.service", "--socket", socket, "--pack", str(pack)]
    server = [sys.executable, "-m", "dispatch", "serve"]
    children = [
        Child("planner", planner),
        Child("server", server, {"DATABASE_URL": dsn, "PLANNER_SOCKET": socket}),
    ]
    if settings.instance.mode == "demo" and settings.demo.per_hour:
        children.append(Child("demo", [sys.executable, "-m", "dispatch", "demo"], essential=False))
    return children


def _check_port(settings: Settings) -> None:
    """Raise HostError when another program listens where the server shall."""
    server = settings.server
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server.host, server.port))
        except OSError as error:
            raise HostError(
                f"Không mở được {server.host}:{server.port} ({error.strerror}). Hãy đặt SERVER_PORT khác.",
                f"{server.host}:{server.port} cannot be opened ({error.strerror}). Set another SERVER_PORT.",
            ) from error


def welcome(settings: Settings, steps: Steps) -> None:
    """Say where the centre is and who may sign in to a demo."""
    from dispatch.agencies.loader import load_codebook
    from dispatch.usecases.entry.seed import COLLEAGUE, list_demo_users

    say = partial(steps.console.print, soft_wrap=True)
    address = settings.server.address
    say(f"\n[bold]Trung tâm đã chạy / the centre runs:[/bold] {address}   (dừng / stop: Ctrl-C)")
    say(f"  Người dân báo tin / the public's report page: {address}/bao-tin")
    password = settings.security.keys_dir / "demo-password"
    if settings.instance.mode == "live" or not password.exists():
        return
    people = list_demo_users([], load_codebook())
    say(f"  Tài khoản mẫu / demo users, mật khẩu / password [bold]{password.read_text().strip()}[/bold]:")
    for person in (p for p in people if not p.login.startswith(COLLEAGUE)):
        say(f"    {person.login:<12} {person.role}")
    say(
        "  Trạm, tổ / stations and units: mã hoặc hô hiệu, chữ thường / their code or call sign, lower case\n"
    )


@contextmanager
def _trial_call(settings: Settings, mark: str) -> Iterator[Callable[[], None]]:
    """A function that starts a fresh demo's trial call where nobody is played; it ends with the block."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        if settings.instance.mode == "demo" and not settings.demo.per_hour:
            command = [sys.executable, "-m", "dispatch", "trial-call", "--first"]
            environment = {**os.environ, MARK: mark}
            started.append(
                subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, env=environment, cwd=PROJECT, start_new_session=True
                )
            )

    try:
        yield start
    finally:
        for process in started:
            process.terminate()
            process.wait()
