"""The command line's verbs that ask the city in use, without a running server."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.database import with_city
from dispatch.host.progress import Steps
from dispatch.store.connect import Pool

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
    from gis.geocode import Geocoder
    from gis.geocode.files import geocode_file

    steps, told = Steps(), _LinesTold()

    async def answer(pool: Pool) -> tuple[int, int]:
        with steps.step("Tìm vị trí", "Finding places") as tick:
            return await geocode_file(Geocoder(pool), source, target, lambda s: tick(s, ""), told.hear)

    rows, found = with_city(answer)
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
    from gis.learning import Learner
    from gis.store.learnt import Hand

    steps, told = Steps(), _LinesTold()

    async def work(pool: Pool) -> None:
        learner, now = Learner(pool), datetime.now(UTC)
        by_hand = Hand(now, by_name=getpass.getuser(), why="dispatch city addresses")
        if csv is not None:
            with steps.step("Nhập địa chỉ", "Importing addresses") as tick:
                kept, shown = await learner.import_file(
                    csv, source, trust, now, lambda s: tick(s, ""), told.hear
                )
            told.show()
            typer.echo(f"{kept} số nhà, {shown} trên đường đã biết / kept, on a known street")
        if forget:
            typer.echo(f"{await learner.forget(forget, by_hand)} đã quên / forgotten")
        if export is not None:
            typer.echo(f"{await learner.export_file(export)} → {export}")

    with_city(work)
