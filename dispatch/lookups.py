"""The command line's verbs that ask the city in use, without a running server."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dispatch.host.cluster import using_database
from dispatch.host.progress import Steps
from dispatch.settings import load_settings
from dispatch.store.connect import open_pool
from dispatch.store.migrations import upgrade

lookups = typer.Typer(no_args_is_help=True)

Source = Annotated[Path, typer.Option("--input", help="CSV: id,text[,lon,lat,radius_m]", dir_okay=False)]
Target = Annotated[
    Path, typer.Option("--output", help="CSV: id,lon,lat,radius_m,confidence,level,ward_code,ward,ms")
]


class _LinesTold:
    """Lines of a file that were not read as they stand: the first are shown, the rest counted."""

    _SHOWN = 20

    def __init__(self) -> None:
        self._first: list[str] = []
        self._count = 0

    def hear(self, line: int, why: str) -> None:
        """One more line."""
        self._count += 1
        if len(self._first) < self._SHOWN:
            self._first.append(f"dòng {line} / line {line}: {why}")

    def show(self) -> None:
        """To where errors are read."""
        for text in self._first:
            typer.echo(text, err=True)
        if self._count > len(self._first):
            more = self._count - len(self._first)
            typer.echo(f"… và {more} dòng nữa / and {more} more lines", err=True)


@lookups.command()
def geocode(source: Source, target: Target) -> None:
    """Tìm vị trí cho từng dòng của một tệp / find the place that each line of a file means."""
    from gis.city import settle_city
    from gis.geocode import Geocoder
    from gis.geocode.files import geocode_file

    settings, steps = load_settings(), Steps()

    told = _LinesTold()

    async def answer(dsn: str) -> tuple[int, int]:
        async with await open_pool(dsn) as pool:
            return await geocode_file(Geocoder(pool), source, target, lambda s: tick(s, ""), told.hear)

    with using_database(settings.database) as dsn:
        upgrade(dsn)
        settle_city(dsn, settings.database.data_dir)
        with steps.step("Tìm vị trí", "Finding places") as tick:
            rows, found = asyncio.run(answer(dsn))
    told.show()
    typer.echo(f"{found} / {rows} → {target}")


def addresses(
    csv: Annotated[
        Path | None, typer.Option(help="CSV: housenumber,street,lat,lon | ward,district", dir_okay=False)
    ] = None,
    export: Annotated[Path | None, typer.Option(help="CSV: những gì đã học / what was learnt")] = None,
    forget: Annotated[str, typer.Option(help="Địa chỉ cần quên / an address to forget")] = "",
    source: Annotated[str, typer.Option(help="Nguồn / where the file is from")] = "import",
    trust: Annotated[float, typer.Option(help="0–1; dưới 0,6 là ước lượng / below 0.6: rough")] = 0.7,
) -> None:
    """Số nhà đã biết: nhập, xuất, quên / known house numbers: import, export, forget; no rebuild needed."""
    from gis.city import settle_city
    from gis.learning import Learner

    settings, steps = load_settings(), Steps()

    async def work(dsn: str) -> None:
        async with await open_pool(dsn) as pool:
            learner = Learner(pool)
            if csv is not None:
                now = datetime.now(UTC)
                with steps.step("Nhập địa chỉ", "Importing addresses") as tick:
                    told = _LinesTold()
                    kept, shown = await learner.import_file(
                        csv, source, trust, now, lambda s: tick(s, ""), told.hear
                    )
                told.show()
                typer.echo(f"{kept} số nhà, {shown} trên đường đã biết / kept, on a known street")
            if forget:
                typer.echo(f"{await learner.forget(forget)} đã quên / forgotten")
            if export is not None:
                typer.echo(f"{await learner.export_file(export)} → {export}")

    with using_database(settings.database) as dsn:
        upgrade(dsn)
        settle_city(dsn, settings.database.data_dir)
        asyncio.run(work(dsn))
