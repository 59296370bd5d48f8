"""The command line. Each verb reads the settings, imports its room and calls one function of it."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from dispatch.arguments import Commands
from dispatch.commands_areas import areas, areas_of
from dispatch.commands_explain import explaining
from dispatch.commands_routing import routing
from dispatch.commands_simulate import simulate
from dispatch.host.cluster import find_private_cluster, using_database
from dispatch.host.errors import HostError
from dispatch.host.folders import make_private_folder, socket_folder
from dispatch.host.progress import Steps
from dispatch.host.supervisor import MARK, Child, Supervisor, sole_supervisor
from dispatch.lookups import addresses, lookups
from dispatch.settings import PROJECT, CitySettings, Settings, SettingsError, load_settings
from dispatch.upkeep import upkeep

ISO = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ"]

app = typer.Typer(
    name="dispatch",
    cls=Commands,
    help="Trung tâm ứng cứu khẩn cấp mở / the open emergency response centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
city = typer.Typer(help="Dữ liệu thành phố / the city's data.", no_args_is_help=True)
web = typer.Typer(help="Trang web / the web pages.", no_args_is_help=True)
app.add_typer(city, name="city")
app.add_typer(web, name="web")
app.add_typer(upkeep)
app.add_typer(lookups)
app.add_typer(areas_of)
app.add_typer(routing)
app.add_typer(explaining)
app.add_typer(simulate, name="simulate")


@app.command()
def run() -> None:
    """Chạy trung tâm đến khi Ctrl-C / run the centre until Ctrl-C, making first what is missing."""
    settings, steps = load_settings(), Steps()
    with sole_supervisor(settings.database.data_dir / "run") as mark, ExitStack() as stack:
        _check_port(settings)
        _build_web(steps)
        with steps.step("Cơ sở dữ liệu", "Database"):
            dsn = stack.enter_context(using_database(settings.database))
            _upgrade(dsn)
        pack = _settle_city(settings, dsn, steps)
        supervisor = Supervisor(mark, _children(settings, dsn, pack), find_private_cluster(settings.database))
        begin_trial = stack.enter_context(_trial_call(settings, mark))

        def on_ready() -> None:
            _welcome(settings, steps)
            begin_trial()

        asyncio.run(supervisor.run(settings.server.host, settings.server.port, on_ready))


@app.command()
def serve() -> None:
    """Chạy riêng máy chủ / run the server alone; `run` starts it together with the planner."""
    import uvloop

    from dispatch.app import serve_centre

    settings = load_settings()
    with _database(settings) as dsn:
        uvloop.run(serve_centre(settings, dsn))


@app.command("trial-call")
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


@app.command()
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


@app.command()
def replay(
    agencies: Annotated[str, typer.Option(help="Theo quyền của / as seen by.")] = "113,114,115,112",
    at: Annotated[datetime | None, typer.Option(help="Thời điểm UTC / instant, UTC.", formats=ISO)] = None,
    seq: Annotated[int | None, typer.Option(help="Số sự kiện / event number.")] = None,
    incident: Annotated[str | None, typer.Option(help="Mã vụ việc / incident id.")] = None,
) -> None:
    """Trung tâm hay một vụ việc tại một thời điểm / the centre or an incident at an instant, as JSON."""
    from dispatch.replay.command import replay_command

    settings = load_settings()
    when = at.replace(tzinfo=UTC) if at else None
    seen_by = frozenset(agencies.split(","))
    with _database(settings) as dsn:
        answer = asyncio.run(replay_command(dsn, agencies=seen_by, at=when, seq=seq, incident_id=incident))
    sys.stdout.buffer.write(answer + b"\n")


@city.command("build")
def city_build(
    osm: Annotated[Path | None, typer.Option(help="Trích xuất OpenStreetMap .osm.pbf / extract.")] = None,
    wards: Annotated[Path | None, typer.Option(help="GeoJSON phường, xã / ward polygons.")] = None,
    facilities: Annotated[
        list[Path] | None, typer.Option(help="Bệnh viện, trạm / hospitals, stations.")
    ] = None,
    addresses: Annotated[list[Path] | None, typer.Option(help="CSV địa chỉ / addresses.")] = None,
) -> None:
    """Dựng dữ liệu thành phố / build the city; options go before the settings CITY_…"""
    settings = load_settings()
    with _database(settings) as dsn:
        chosen = replace(
            settings.city,
            osm=osm or settings.city.osm,
            wards=wards or settings.city.wards,
            facilities=tuple(facilities or settings.city.facilities),
            addresses=tuple(addresses or settings.city.addresses),
        )
        _build_city(chosen, dsn, Steps())


city.command("addresses")(addresses)
city.command("areas")(areas)


@city.command("fetch")
def city_fetch() -> None:
    """Tải bản đồ mới nhất về thư mục dữ liệu / download a current extract into the data folder."""
    from gis.sources import fetch_extract

    with Steps().step("Tải bản đồ", "Downloading the map") as tick:
        path = fetch_extract(load_settings().city.data_dir, lambda step, share: tick(share, step))
    typer.echo(f"{path}\ndispatch city build")


@city.command("status")
def city_status() -> None:
    """Thành phố đang dùng / the city in use."""
    from gis.city import settle_city

    settings = load_settings()
    with _database(settings) as dsn:
        pack = settle_city(dsn, settings.city.data_dir)
    date = pack.osm_date or "giả lập / generated"
    typer.echo(f"{pack.name}: {pack.source} ({date}), {pack.folder}")
    for what, count in pack.counts.items():
        typer.echo(f"  {count:>9,} {what}")


@web.command("build")
def web_build() -> None:
    """Dựng trang web nếu mã nguồn đã đổi / build the pages if their sources changed."""
    _build_web(Steps())


@web.command("install")
def web_install() -> None:
    """Cài thư viện của trang web / install the packages the pages are built with."""
    from dispatch.host.web import install_web_packages

    with Steps().step("Thư viện trang web", "Web packages"):
        install_web_packages(PROJECT / "frontend")


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


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """The migrated database, running within."""
    with using_database(settings.database) as dsn:
        _upgrade(dsn)
        yield dsn


def _upgrade(dsn: str) -> None:
    from dispatch.store.migrations import upgrade

    upgrade(dsn)


def _build_web(steps: Steps) -> None:
    from dispatch.host.web import build_web

    with steps.step("Trang web", "Web pages"):
        build_web(PROJECT / "frontend")


def _settle_city(settings: Settings, dsn: str, steps: Steps) -> Path:
    """Folder of the city pack in use; builds one where there is none, and a real one over a generated."""
    from gis.city import settle_city
    from gis.errors import NoCity
    from routing.graph.file import is_current

    try:
        pack = settle_city(dsn, settings.city.data_dir)
    except NoCity:
        return _build_city(settings.city, dsn, steps)
    has_extract = settings.city.osm is not None or any(settings.city.data_dir.glob("*.osm.pbf"))
    if is_current(pack.folder):
        return _build_city(settings.city, dsn, steps) if pack.generated and has_extract else pack.folder
    steps.console.print("Mạng đường thuộc bản cũ, dựng lại / roads of an older version are built anew")
    return _build_city(settings.city, dsn, steps)


def _build_city(settings: CitySettings, dsn: str, steps: Steps) -> Path:
    from gis.city import build_city
    from gis.sources import choose_sources
    from routing.graph.file import GRAPH_FILE_NAME, compile_graph

    with steps.step("Dựng thành phố", "Building the city") as tick:
        sources = choose_sources(
            settings.data_dir,
            settings.osm,
            settings.wards,
            settings.facilities,
            settings.addresses,
            seed=settings.seed,
        )
        pack = build_city(
            dsn,
            settings.data_dir,
            sources.osm,
            sources.wards,
            sources.facilities,
            sources.addresses,
            generated=sources.generated,
            graph_builder=lambda pbf, folder: compile_graph(pbf, folder / GRAPH_FILE_NAME),
            progress=lambda step, share: tick(share, step),
        )
    return pack.folder


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


def _welcome(settings: Settings, steps: Steps) -> None:
    """Say where the centre is and who may sign in to a demo."""
    from dispatch.agencies.loader import load_codebook
    from dispatch.usecases.seed import COLLEAGUE, list_demo_users

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


def main() -> None:
    """Run the command line; errors the operator can mend are said in words, without a trace."""
    from dispatch.api.errors import fill_error
    from dispatch.client.trial_call import TrialCallFailed
    from dispatch.core.backup import BackupUnusable
    from dispatch.core.fold import BrokenLog
    from dispatch.domain.model.messages import Refused
    from dispatch.store.errors import StoreError
    from gis.errors import CityError
    from routing.graph.errors import GraphError

    try:
        app()
    except Refused as refusal:
        said = fill_error(refusal.code, refusal.data)
        _give_up(f"{said.vi}\n{said.en}")
    except (HostError, SettingsError, CityError, GraphError, StoreError, BackupUnusable, BrokenLog) as error:
        _give_up(str(error))
    except TrialCallFailed as error:
        _give_up(str(error))


def _give_up(words: str) -> None:
    typer.echo(words, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
