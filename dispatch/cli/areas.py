"""The command line's verbs for areas of responsibility: who answers where, as the administrator says it."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
import typer

from dispatch.cli.database import with_city
from dispatch.host.progress import Steps
from dispatch.settings import load_settings
from dispatch.store.connect import Pool

if TYPE_CHECKING:
    from dispatch.domain.model.values import LonLat
    from dispatch.usecases.places.whose import AgencyThere, AreaHere, WhoseAnswer
    from gis.store.areas import AreaImport
    from gis.whose import Kind

T = TypeVar("T")

areas_of = typer.Typer(no_args_is_help=True)

_KIND_HELP = "agency | zone | beat | station"


def areas(
    geojson: Annotated[
        Path | None, typer.Option(help="Đa giác có code, name_vi, name_en / polygons", dir_okay=False)
    ] = None,
    agency: Annotated[str, typer.Option(help="113, 114, 115, 112")] = "",
    kind: Annotated[str, typer.Option(help=_KIND_HELP)] = "",
    by: Annotated[str, typer.Option(help="Người nhập / who imports")] = "",
    export: Annotated[Path | None, typer.Option(help="GeoJSON đang dùng / in use", dir_okay=False)] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Bỏ các vùng này / take them out of use")] = False,
) -> None:
    """Địa bàn của từng lực lượng: nhập, xuất, bỏ / agencies' areas: import, export, remove; else the list."""
    from dispatch.domain.ids import LOCAL_TIME
    from gis.whose import export_areas, import_areas, list_imports, remove_areas

    acts = sum((geojson is not None, export is not None, remove))
    if acts > 1:
        raise typer.BadParameter("--geojson | --export | --remove")
    who, now = by or getpass.getuser(), datetime.now(UTC)
    if not acts:
        for one in with_city(list_imports):
            typer.echo(_tell_import(one))
        return
    chosen = _check_kind(agency, kind)
    if geojson is not None:
        path = geojson
        with Steps().step("Nhập địa bàn", "Importing areas"):
            kept, gone, notices = with_city(
                lambda pool: import_areas(pool, path, agency, chosen, by=who, at=now, local=LOCAL_TIME)
            )
        for notice in notices:
            typer.echo(f"! {notice}", err=True)
        typer.echo(f"{kept} vùng, thay {gone} vùng cũ / areas, in the place of {gone}")
    elif export is not None:
        text, count = with_city(lambda pool: export_areas(pool, agency, chosen))
        export.write_bytes(text)
        typer.echo(f"{count} → {export}")
    else:
        gone = with_city(lambda pool: remove_areas(pool, agency, chosen, by=who, at=now))
        typer.echo(f"{gone} vùng không dùng nữa / areas out of use")


@areas_of.command()
def whose(
    at: Annotated[str, typer.Option(help="Kinh độ,vĩ độ / longitude,latitude")],
    json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Điểm này thuộc phường, địa bàn, tuyến, nơi trực, lực lượng nào / whose a point is."""
    from dispatch.agencies.loader import load_codebook
    from dispatch.store.stations import list_stations
    from dispatch.usecases.places.whose import KnownFleet, WhoseFinder

    settings = load_settings()

    async def ask(pool: Pool) -> "WhoseAnswer":
        fleet = KnownFleet({station.id: station for station in await list_stations(pool)})
        made_up = settings.instance.mode != "live"
        book = load_codebook(automatic=settings.instance.automatic)
        finder = WhoseFinder(pool, book, fleet, lambda: datetime.now(UTC), made_up=made_up)
        return await finder.find(place)

    place = _read_at(at)
    answer = with_city(ask)
    if json:
        typer.echo(msgspec.json.encode(answer).decode())
        return
    outside = "ngoài thành phố / outside the city"
    typer.echo(f"{answer.ward} ({answer.ward_code})" if answer.ward_code else outside)
    for there in answer.agencies:
        typer.echo(f"{there.agency_id}  {_tell_agency(there)}")


def _check_kind(agency: str, kind: str) -> "Kind":
    from dispatch.agencies.loader import load_codebook
    from gis.whose import KINDS

    known = load_codebook().agencies
    if agency not in known:
        raise typer.BadParameter(f"--agency {' | '.join(known)}")
    chosen = next((one for one in KINDS if one == kind), None)
    if chosen is None:
        raise typer.BadParameter(f"--kind {_KIND_HELP}")
    return chosen


def _read_at(text: str) -> "LonLat":
    from dispatch.domain.model.values import LonLat
    from gis.geometry import PositionError, check_lon_lat

    try:
        lon, lat = (float(part) for part in text.split(","))
        place = check_lon_lat(lon, lat)
    except (ValueError, PositionError) as error:
        raise typer.BadParameter("--at kinh độ,vĩ độ / longitude,latitude: 106.7009,10.7769") from error
    return LonLat(place.lon, place.lat)


def _tell_import(one: "AreaImport") -> str:
    until = f" → {one.replaced_at:%Y-%m-%d %H:%M}Z" if one.replaced_at else ""
    when = f"{one.imported_at:%Y-%m-%d %H:%M}Z{until}"
    mark = "·" if one.replaced_at else "✓"
    file = one.file or "(bỏ / removed)"
    return f"{mark} {one.agency} {one.kind:<7} {one.areas:>5}  {when}  {one.imported_by}  {file}"


def _tell_agency(there: "AgencyThere") -> str:
    if not there.responsible:
        return "không phụ trách ở đây / not responsible here"
    answers = "phụ trách / responsible" + ("" if there.by_area else " (cả thành phố / the whole city)")
    station = _tell_areas(there.stations)
    if not station and there.nearest is not None:
        synthetic = ", giả lập / made up" if there.nearest.synthetic else ""
        station = (
            f"{there.nearest.name} (tạm tính: gần nhất theo đường chim bay / reckoned: nearest as the crow "
            f"flies, {there.nearest.distance_m:,.0f} m{synthetic})"
        )
    parts = [
        answers,
        f"địa bàn / zone: {_tell_areas(there.zones) or _unknown(known=there.zones_known)}",
        f"tuyến / beat: {_tell_areas(there.beats) or _unknown(known=there.beats_known)}",
        f"nơi trực / station: {station or _unknown(known=False)}",
    ]
    return "\n     ".join(parts)


def _tell_areas(found: tuple["AreaHere", ...]) -> str:
    mark = " (theo bảng / of the table)"
    return ", ".join(f"{area.label.vi} [{area.code}]{mark if area.reckoned else ''}" for area in found)


def _unknown(*, known: bool) -> str:
    return "không có ở điểm này / none here" if known else "chưa nhập / none imported"
