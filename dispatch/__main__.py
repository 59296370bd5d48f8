"""The command line. Each verb reads the settings, imports its room and calls one function of it."""

import asyncio
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from dispatch.host.cluster import find_private_cluster, using_database
from dispatch.host.errors import HostError
from dispatch.host.folders import make_private_folder, socket_folder
from dispatch.host.progress import Steps
from dispatch.host.supervisor import Child, Supervisor, sole_supervisor
from dispatch.settings import PROJECT, CitySettings, Settings, SettingsError, load_settings

app = typer.Typer(
    name="dispatch",
    help="Trung tâm ứng cứu khẩn cấp mở / the open emergency response centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
city = typer.Typer(help="Dữ liệu thành phố / the city's data.", no_args_is_help=True)
web = typer.Typer(help="Trang web / the web pages.", no_args_is_help=True)
app.add_typer(city, name="city")
app.add_typer(web, name="web")


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
        asyncio.run(
            supervisor.run(settings.server.host, settings.server.port, lambda: _welcome(settings, steps))
        )


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
    """Folder of the city pack in use; builds one where there is none."""
    from gis.city import settle_city
    from gis.errors import NoCity

    try:
        return settle_city(dsn, settings.city.data_dir).folder
    except NoCity:
        return _build_city(settings.city, dsn, steps)


def _build_city(settings: CitySettings, dsn: str, steps: Steps) -> Path:
    from gis.city import build_city
    from routing.graph.file import GRAPH_FILE_NAME, compile_graph

    osm = settings.osm or max(settings.data_dir.glob("*.osm.pbf"), key=lambda path: path.stat().st_mtime)
    with steps.step("Thành phố", "City") as tick:
        pack = build_city(
            dsn,
            settings.data_dir,
            osm,
            settings.wards,
            settings.facilities,
            settings.addresses,
            graph_builder=lambda pbf, folder: compile_graph(pbf, folder / GRAPH_FILE_NAME),
            progress=lambda step, share: tick(share, step),
        )
    return pack.folder


def _children(settings: Settings, dsn: str, pack: Path) -> list[Child]:
    """Server and planner, as the supervisor starts them."""
    folder = make_private_folder(socket_folder(settings.database.data_dir / "run"))
    socket = str(settings.planner.socket or folder / "planner.sock")
    planner = [sys.executable, "-m", "routing.service", "--socket", socket, "--pack", str(pack)]
    server = [sys.executable, "-m", "dispatch", "serve"]
    return [
        Child("planner", planner),
        Child("server", server, {"DATABASE_URL": dsn, "PLANNER_SOCKET": socket}),
    ]


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
    address = settings.server.address
    steps.console.print(f"\n[bold]Trung tâm đã chạy / the centre runs:[/bold] {address}  (Ctrl-C)\n")


def main() -> None:
    """Run the command line; errors the operator can mend are said in words, without a trace."""
    from gis.errors import CityError

    try:
        app()
    except (HostError, SettingsError, CityError) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
