"""The verbs of the city's data: build it, fetch a map, say what is in use."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.areas import areas
from dispatch.cli.database import migrated_database
from dispatch.cli.lookups import addresses
from dispatch.host.progress import Steps
from dispatch.settings import CitySettings, Settings, load_settings

city = typer.Typer(help="Dữ liệu thành phố / the city's data.", no_args_is_help=True)
city.command("addresses")(addresses)
city.command("areas")(areas)


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
    with migrated_database(settings.database) as dsn:
        chosen = replace(
            settings.city,
            osm=osm or settings.city.osm,
            wards=wards or settings.city.wards,
            facilities=tuple(facilities or settings.city.facilities),
            addresses=tuple(addresses or settings.city.addresses),
        )
        build_pack(chosen, dsn, Steps())


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
    with migrated_database(settings.database) as dsn:
        pack = settle_city(dsn, settings.city.data_dir)
    date = pack.osm_date or "giả lập / generated"
    typer.echo(f"{pack.name}: {pack.source} ({date}), {pack.folder}")
    for what, count in pack.counts.items():
        typer.echo(f"  {count:>9,} {what}")


def settle_pack(settings: Settings, dsn: str, steps: Steps) -> Path:
    """Folder of the city pack in use; builds one where there is none, and a real one over a generated."""
    from gis.city import settle_city
    from gis.errors import NoCity
    from routing.graph.file import is_current

    try:
        pack = settle_city(dsn, settings.city.data_dir)
    except NoCity:
        return build_pack(settings.city, dsn, steps)
    has_extract = settings.city.osm is not None or any(settings.city.data_dir.glob("*.osm.pbf"))
    if is_current(pack.folder):
        return build_pack(settings.city, dsn, steps) if pack.generated and has_extract else pack.folder
    steps.console.print("Mạng đường cũ hoặc hỏng, dựng lại / outdated or damaged roads are built anew")
    return build_pack(settings.city, dsn, steps)


def build_pack(settings: CitySettings, dsn: str, steps: Steps) -> Path:
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
