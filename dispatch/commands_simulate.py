"""The command line's verbs that simulate days, without a running server."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from dispatch.host.cluster import using_database
from dispatch.host.errors import HostError
from dispatch.host.progress import Steps
from dispatch.settings import load_settings
from dispatch.store.migrations import upgrade

if TYPE_CHECKING:
    from dispatch.simulate.city_model import CityModel
    from dispatch.simulate.city_run import CityResult
    from dispatch.simulate.run import Run
    from dispatch.store.recorded_days import RecordedDay

ISO = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]

simulate = typer.Typer(help="Mô phỏng một ngày / simulate a day.", no_args_is_help=True)


@simulate.callback()
def _simulate() -> None:
    """Mô phỏng một ngày theo một chính sách / simulate a day under a policy."""


@simulate.command()
def utrecht(
    data: Annotated[Path, typer.Option(help="Thư mục dữ liệu Utrecht / folder of the Utrecht data.")],
    out: Annotated[Path, typer.Option(help="Tệp JSON kết quả / results.", dir_okay=False)],
    policy: Annotated[
        str, typer.Option(help="closest, default, default_home, dmexclp (docs/simulator.md)")
    ] = "default",
    trace: Annotated[str | None, typer.Option(help="Ngày đã ghi / a recorded day, diesel_3.")] = None,
    generate: Annotated[bool, typer.Option("--generate", help="Ngày ngẫu nhiên / a day by chance.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Cùng số, cùng ngày / the same day.")] = 1,
    calls: Annotated[int, typer.Option(min=1, help="Số cuộc gọi / calls.")] = 1400,
    units: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Số xe / units; 20, or as the trace says.")
    ] = None,
    rate: Annotated[float, typer.Option(help="Cuộc gọi mỗi phút / calls per minute.")] = 0.129,
    calls_out: Annotated[
        Path | None, typer.Option(help="CSV: unit,response_min mỗi cuộc / for each call.", dir_okay=False)
    ] = None,
) -> None:
    """Vùng cấp cứu Utrecht / the Utrecht ambulance region: recorded days and days by chance."""
    from dispatch.simulate.kernel import PolicyBroke
    from dispatch.simulate.run import simulate_generated, simulate_trace, write_calls, write_measures
    from dispatch.simulate.utrecht import DataUnusable

    if generate == (trace is not None):
        raise HostError("Hãy cho --trace NAME hoặc --generate.", "Give either --trace NAME or --generate.")
    if not 0 < rate < float("inf"):
        raise HostError("--rate phải dương.", "--rate must be positive.")
    try:
        if trace is not None:
            run = simulate_trace(data, trace, policy, units)
        else:
            run = simulate_generated(data, seed, calls, units or 20, rate, policy)
        write_measures(run, out)
        if calls_out is not None:
            write_calls(run, calls_out)
    except DataUnusable as error:
        raise HostError(error.vi, error.en) from error
    except PolicyBroke as error:
        raise HostError(
            f"Chính sách {policy} trả lời sai: {error}.", f"Policy {policy} answered wrongly: {error}."
        ) from error
    _tell(run, out)


@simulate.command()
def city(
    out: Annotated[Path, typer.Option(help="Tệp JSON kết quả / results.", dir_okay=False)],
    policy: Annotated[
        str, typer.Option(help="closest, default, default_home, dmexclp (docs/simulator.md)")
    ] = "default",
    against: Annotated[
        str | None, typer.Option(help="So với chính sách / compare with, on the same days: closest.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Ngày đầu tiên / seed of the first day.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=1000, help="Số ngày / days, a seed each.")] = 1,
    processes: Annotated[int, typer.Option(min=1, max=256, help="Số tiến trình / processes.")] = 1,
    per_hour: Annotated[float, typer.Option(help="Vụ mỗi giờ / incidents an hour.")] = 60.0,
    rain: Annotated[bool, typer.Option("--rain", help="Mưa chiều / an afternoon downpour.")] = False,
    flood: Annotated[float, typer.Option(help="Mưa làm xe chậm mấy lần / slower by, in rain.")] = 1.4,
    burst: Annotated[int, typer.Option(min=0, max=20_000, help="Thêm trong 30 phút / more in 30 min.")] = 0,
    mass_casualty: Annotated[
        bool, typer.Option("--mass-casualty", help="Một vụ đông người bị nạn / one mass casualty incident.")
    ] = False,
    calls_out: Annotated[
        Path | None, typer.Option(help="CSV: mỗi vụ mỗi lực lượng / an incident and agency.", dir_okay=False)
    ] = None,
) -> None:
    """Thành phố đang dùng: 113, 114, 115 / the city in use: days by chance for its three services."""
    from dispatch.simulate.city_days import DayOptions
    from dispatch.simulate.city_run import run_city, write_result, write_rows
    from dispatch.simulate.utrecht import DataUnusable

    if not (0 < per_hour < 10_000 and 1 <= flood <= 20):
        raise HostError("--per-hour phải dương, --flood từ 1 đến 20.", "--per-hour > 0, --flood 1 … 20.")
    _check_policies(policy, against)
    options = DayOptions(per_hour=per_hour, rain=rain, flood=flood, burst=burst, mass_casualty=mass_casualty)
    steps = Steps()
    try:
        model, _ = _model_city(steps)
        with steps.step("Mô phỏng", "Simulating") as tick:
            result, rows = run_city(
                model,
                options,
                policy,
                range(seed, seed + days),
                other=against,
                processes=processes,
                progress=lambda share: tick(share, ""),
            )
        write_result(result, out)
        if calls_out is not None:
            write_rows(rows, calls_out)
    except DataUnusable as error:
        raise HostError(error.vi, error.en) from error
    _tell_city(result, out)


@simulate.command()
def recorded(
    out: Annotated[Path, typer.Option(help="Tệp JSON kết quả / results.", dir_okay=False)],
    start: Annotated[datetime, typer.Option(help="Từ, giờ UTC / from, UTC.", formats=ISO)],
    hours: Annotated[float, typer.Option(min=0.1, max=168.0, help="Bao nhiêu giờ / hours.")] = 24.0,
    policy: Annotated[
        str, typer.Option(help="closest, default, default_home, dmexclp (docs/simulator.md)")
    ] = "default",
    against: Annotated[str, typer.Option(help="So với chính sách / compare with.")] = "closest",
    calls_out: Annotated[
        Path | None, typer.Option(help="CSV: mỗi vụ mỗi lực lượng / an incident and agency.", dir_okay=False)
    ] = None,
) -> None:
    """Một ngày trong nhật ký, theo chính sách khác / a day of the own log, under another policy."""
    from dispatch.simulate.city_run import run_city, write_result, write_rows
    from dispatch.simulate.recorded import make_day
    from dispatch.simulate.utrecht import DataUnusable

    _check_policies(policy, against)
    began, steps = start.replace(tzinfo=UTC), Steps()
    try:
        model, told = _model_city(steps, (began, began + timedelta(hours=hours)))
        local = began.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
        day = make_day(told, began, local.hour + local.minute / 60.0, model.find_ward)
        if not day.incidents:
            raise HostError("Không có vụ nào trong khoảng đó.", "Nothing happened in that range.")
        with steps.step("Mô phỏng", "Simulating") as tick:
            result, rows = run_city(
                model, day, policy, [0], other=against, progress=lambda share: tick(share, "")
            )
        write_result(result, out)
        if calls_out is not None:
            write_rows(rows, calls_out)
    except DataUnusable as error:
        raise HostError(error.vi, error.en) from error
    _tell_city(result, out)


def _model_city(
    steps: Steps, between: tuple[datetime, datetime] | None = None
) -> "tuple[CityModel, RecordedDay]":
    """The city in use, and what happened between two moments; without them a made-up fleet, and nothing.
    Raises HostError, NoCity, DataUnusable."""
    from dispatch.agencies.loader import load_codebook
    from dispatch.simulate.city_model import AGENCIES, make_model, make_up_fleet, read_sites
    from dispatch.simulate.recorded import read_fleet
    from dispatch.usecases.cover_prices import list_shares
    from gis.city import settle_city
    from routing.graph.file import load
    from routing.planner import Planner
    from routing.travel_time.network import RoadNetwork

    settings, book = load_settings(), load_codebook()
    with using_database(settings.database) as dsn:
        upgrade(dsn)
        pack = settle_city(dsn, settings.city.data_dir)
        zones, street_m, stations, told = asyncio.run(read_sites(dsn, between))
    wards = [
        (w.name, (w.middle.lon, w.middle.lat), street_m[w.code]) for w in zones.wards if w.code in street_m
    ]
    with steps.step("Đo đường", "Measuring the roads") as tick:
        planner = Planner(RoadNetwork(load(pack.folder)))
        shares = {agency_id: list_shares(book, agency_id) for agency_id in AGENCIES}
        model = make_model(
            book,
            wards,
            read_fleet(told) if between is not None else make_up_fleet(book, stations),
            shares,
            lambda origins, ends, vehicle_class: planner.measure_matrix(origins, ends, vehicle_class, True),
            lambda share: tick(share, ""),
        )
    return model, told


def _check_policies(*names: str | None) -> None:
    from routing.deployment import DEPLOYMENT_MODULES

    for name in names:
        if name is not None and name not in DEPLOYMENT_MODULES:
            known = ", ".join(DEPLOYMENT_MODULES)
            raise HostError(
                f"Không có chính sách {name!r}; có: {known}.",
                f"There is no policy {name!r}; there are {known}.",
            )


def _tell_city(result: "CityResult", out: Path) -> None:
    for agency_id, mean in result.mean.items():
        typer.echo(
            f"{agency_id}: {mean['calls']:.0f} vụ / incidents, "
            f"tổ cuối / last unit {mean['mean_min']:.2f} min, > 12 min {mean['late_12']:.1%}, "
            f"p90 {mean['p90_min']:.1f} min, "
            f"tổ đầu / first {mean['first_mean_min']:.2f} min, {mean['trips_per_call']:.2f} lượt / trips"
        )
        for name in ("mean_min", "late_12", "p90_min") if result.against else ():
            found = result.against[agency_id][name]
            typer.echo(
                f"    {name}: {found.difference:+.4f} ± {found.plus_minus:.4f} "
                f"({result.other_policy}: {found.other:.4f})"
            )
    typer.echo(f"→ {out}")


def _tell(run: "Run", out: Path) -> None:
    for vi, en in run.said:
        typer.echo(f"{vi}\n{en}", err=True)
    found = run.measures
    typer.echo(
        f"{found.calls} cuộc / calls: {found.mean_min:.3f} min, > 12 min {found.late_12:.2%}, "
        f"> 15 min {found.late_15:.2%}, p90 {found.p90_min:.2f} min, "
        f"{found.trips_per_call:.3f} lượt / trips → {out}"
    )
