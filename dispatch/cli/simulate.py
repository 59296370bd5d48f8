"""The command line's verbs that simulate days, without a running server."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from dispatch.cli.database import migrated_database
from dispatch.host.errors import HostError
from dispatch.host.process import die_with_parent
from dispatch.host.progress import Steps
from dispatch.settings import load_settings

if TYPE_CHECKING:
    from dispatch.simulate.city_days import Day
    from dispatch.simulate.city_hours import DayOptions
    from dispatch.simulate.city_run import CityResult
    from dispatch.simulate.fan_out import Where
    from dispatch.simulate.question import CompareQuestion
    from dispatch.simulate.run import Run
    from dispatch.usecases.supervision.known_city import KnownCity

ISO = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]

CityCallsOut = Annotated[
    Path | None, typer.Option(help="CSV: mỗi vụ mỗi lực lượng / an incident and agency.", dir_okay=False)
]
Weekday = Annotated[
    str, typer.Option(help="any, mon … sun, week: mỗi ngày một thứ / each in turn, by the seed.")
]
Tide = Annotated[
    float | None, typer.Option(min=0, max=24, help="Giờ triều cường / hour of high water in the streets.")
]
Learned = Annotated[
    bool, typer.Option("--learned", help="Nhu cầu học từ nhật ký / demand learned from the own log.")
]
MassCasualty = Annotated[
    bool, typer.Option("--mass-casualty", help="Một vụ đông người bị nạn / one mass casualty incident.")
]
RayCluster = Annotated[
    str | None, typer.Option(help="Cụm Ray / a Ray cluster: HOST:PORT, ray://HOST:PORT, auto, local.")
]
Against = Annotated[
    str | None, typer.Option(help="So với chính sách / compare with, on the same days: closest.")
]
ShiftsGiven = Annotated[
    bool, typer.Option("--shifts", help="Kíp đổi ca / crews change by the agency's table.")
]
PerHour = Annotated[float | None, typer.Option(help="Vụ mỗi giờ / incidents an hour; 60, or as learned.")]

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
    against: Against = None,
    seed: Annotated[int, typer.Option(min=0, help="Ngày đầu tiên / seed of the first day.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=1000, help="Số ngày / days, a seed each.")] = 1,
    processes: Annotated[int, typer.Option(min=1, max=256, help="Số tiến trình / processes.")] = 1,
    ray: RayCluster = None,
    per_hour: PerHour = None,
    rain: Annotated[bool, typer.Option("--rain", help="Mưa chiều / an afternoon downpour.")] = False,
    flood: Annotated[float, typer.Option(help="Mưa làm xe chậm mấy lần / slower by, in rain.")] = 1.4,
    burst: Annotated[int, typer.Option(min=0, max=20_000, help="Thêm trong 30 phút / more in 30 min.")] = 0,
    mass_casualty: MassCasualty = False,
    weekday: Weekday = "any",
    holiday: Annotated[bool, typer.Option("--holiday", help="Ngày Tết / a day of Tết.")] = False,
    tide: Tide = None,
    learned: Learned = False,
    shifts: ShiftsGiven = False,
    calls_out: CityCallsOut = None,
) -> None:
    """Thành phố đang dùng: 113, 114, 115 / the city in use: days by chance for its three services."""
    from dispatch.simulate.city_hours import ANY, EACH, WEEKDAYS, DayOptions
    from dispatch.simulate.fan_out import Where

    if not ((per_hour is None or 0 < per_hour < 10_000) and 1 <= flood <= 20):
        raise HostError("--per-hour phải dương, --flood từ 1 đến 20.", "--per-hour > 0, --flood 1 … 20.")
    if weekday not in (ANY, EACH, *WEEKDAYS):
        raise HostError("--weekday: any, mon … sun, week.", "--weekday is any, mon … sun or week.")
    _check_policies(policy, against)
    options = DayOptions(
        per_hour=per_hour or DayOptions.per_hour,
        rain=rain,
        flood=flood,
        burst=burst,
        mass_casualty=mass_casualty,
        weekday=EACH if learned and weekday == ANY else weekday,
        holiday=holiday,
        tide_h=tide,
        shifts=shifts,
    )
    where = Where(processes=processes, ray=ray)
    seeds = range(seed, seed + days)
    asked = _Asked(options, learned, per_hour is None, policy, against, seeds, where)
    _tell_city(_run_days(asked, (out, calls_out)), out)


@dataclass(frozen=True)
class _Asked:
    """Generated days: as the log has taught where `learned`, as often as that says where `as_learned`."""

    options: "DayOptions"
    learned: bool
    as_learned: bool
    policy: str
    against: str | None
    seeds: range
    where: "Where"


def _run_days(asked: _Asked, files: tuple[Path, Path | None]) -> "CityResult":
    """Days of the city in use, into the files of results and of calls. Raises HostError."""
    from dispatch.simulate.city_run import run_city, write_result, write_rows
    from dispatch.simulate.fan_out import ClusterUnusable
    from dispatch.simulate.utrecht import DataUnusable
    from dispatch.usecases.supervision.known_city import read_week

    steps = Steps()
    try:
        known, options = model_city(steps), asked.options
        model = known.model
        if asked.learned:
            model = replace(model, learned=read_week(known))
            if asked.as_learned:
                options = replace(options, per_hour=model.count_learned())
        with steps.step("Mô phỏng", "Simulating") as tick:
            result, rows = run_city(
                model,
                options,
                asked.policy,
                asked.seeds,
                other=asked.against,
                where=asked.where,
                progress=lambda share: tick(share, ""),
            )
        write_result(result, files[0])
        if files[1] is not None:
            write_rows(rows, files[1])
        return result
    except (DataUnusable, ClusterUnusable) as error:
        raise HostError(error.vi, error.en) from error


@simulate.command()
def recorded(
    out: Annotated[Path, typer.Option(help="Tệp JSON kết quả / results.", dir_okay=False)],
    start: Annotated[datetime, typer.Option(help="Từ, giờ UTC / from, UTC.", formats=ISO)],
    hours: Annotated[float, typer.Option(min=0.1, max=168.0, help="Bao nhiêu giờ / hours.")] = 24.0,
    policy: Annotated[
        str, typer.Option(help="closest, default, default_home, dmexclp (docs/simulator.md)")
    ] = "default",
    against: Annotated[str, typer.Option(help="So với chính sách / compare with.")] = "closest",
    shifts: ShiftsGiven = False,
    calls_out: CityCallsOut = None,
) -> None:
    """Một ngày trong nhật ký, theo chính sách khác / a day of the own log, under another policy."""
    from dispatch.simulate.city_run import run_city, write_result, write_rows
    from dispatch.simulate.recorded import make_day
    from dispatch.simulate.utrecht import DataUnusable

    _check_policies(policy, against)
    began, steps = start.replace(tzinfo=UTC), Steps()
    try:
        known = model_city(steps, (began, began + timedelta(hours=hours)))
        model, hour = known.model, _local_hour(began)
        day = make_day(known.told, began, hour, model.find_ward, shifts=shifts)
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


@simulate.command(name="compare")
def compare_policies(
    question: Annotated[Path, typer.Option(help="Tệp JSON câu hỏi / the question.", dir_okay=False)],
    out: Annotated[Path, typer.Option(help="Tệp JSON kết quả / results.", dir_okay=False)],
    watched: Annotated[
        bool, typer.Option("--watched", help="Báo tiến độ ra stdout / tell progress, as for the server.")
    ] = False,
) -> None:
    """So hai chính sách như trang /compare / compare two policies as the page /compare does."""
    from dispatch.core.asked_work import Told, tell
    from dispatch.simulate.asking import read_question
    from dispatch.simulate.files import write_whole
    from dispatch.simulate.utrecht import DataUnusable
    from dispatch.store.errors import StoreError
    from gis.errors import CityError

    if watched:
        os.nice(19)
        die_with_parent()
    report = tell(sys.stdout) if watched else lambda _told: None
    try:
        asked = read_question(question)
        _check_policies(asked.policy, asked.other)
        write_whole(out, _compare(asked, out, lambda step, share: report(Told(step=step, share=share))))
    except (DataUnusable, HostError) as error:
        report(Told(vi=error.vi, en=error.en))
        raise HostError(error.vi, error.en) from error
    except (CityError, StoreError) as error:
        vi = f"Không mô phỏng được: {error}. Báo quản trị, rồi chạy lại."
        en = f"The days cannot be simulated: {error}. Tell the administrator, then run again."
        report(Told(vi=vi, en=en))
        raise HostError(vi, en) from error


def _compare(asked: "CompareQuestion", out: Path, tick: Callable[[str, float], None]) -> str:
    """JSON of a Comparison; both sides' first day is written beside it. Raises DataUnusable, HostError."""
    from functools import partial

    import msgspec

    from dispatch.agencies.targets import load_targets
    from dispatch.simulate.asking import find_targets
    from dispatch.simulate.city_days import draw_day
    from dispatch.simulate.comparison import compare
    from dispatch.simulate.question import RecordedHours
    from dispatch.simulate.recorded import count_placeless, make_day
    from dispatch.simulate.what_if import NEVER, keep_days

    tick("roads", 0.0)
    between, left_out = None, 0
    if isinstance(asked.day, RecordedHours):
        between = (asked.day.start, asked.day.start + timedelta(hours=asked.day.hours))
    known = model_city(Steps(), between, asked.agencies, lambda share: tick("roads", share))
    model, start, days = known.model, NEVER, list[Callable[[], "Day"]]()
    if isinstance(asked.day, RecordedHours):
        left_out = count_placeless(known.told, asked.agencies)
        start = asked.day.start
        day = make_day(known.told, start, _local_hour(start), model.find_ward)
        if not any(agency_id in i.needs for i in day.incidents for agency_id in asked.agencies):
            raise HostError(
                "Khoảng này không có vụ nào có vị trí để mô phỏng. Chọn ngày khác.",
                "Nothing with a place happened in that range. Choose another day.",
            )
        days = [lambda: day]
    else:
        seeds = range(asked.day.seed, asked.day.seed + asked.day.days)
        options, agencies = asked.day.options, tuple(model.agencies)
        days = [partial(draw_day, model.book, model.demand, agencies, seed, options) for seed in seeds]
    found = compare(
        model,
        known.wards,
        days,
        (asked.policy, asked.other),
        targets=find_targets(load_targets()),
        left_out=left_out,
        progress=lambda share: tick("days", share),
        keep=keep_days(model, known.wards, (asked.policy, asked.other), start, asked.day.hours, out),
    )
    told = (start, start + timedelta(hours=asked.day.hours))
    return msgspec.json.encode(msgspec.structs.replace(found, told=told)).decode()


def _local_hour(at: datetime) -> float:
    local = at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    return local.hour + local.minute / 60.0


def model_city(
    steps: Steps,
    between: tuple[datetime, datetime] | None = None,
    agencies: Sequence[str] | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> "KnownCity":
    """The city in use, and what happened between two moments; without them a made-up fleet, and nothing.
    Raises HostError, NoCity, DataUnusable."""
    from dispatch.simulate.city_model import AGENCIES, read_sites
    from dispatch.simulate.then import Then, read_then
    from dispatch.usecases.supervision.known_city import know_city
    from gis.city import settle_city

    settings = load_settings()
    with migrated_database(settings.database) as dsn:
        pack = settle_city(dsn, settings.city.data_dir)
        sites = asyncio.run(read_sites(dsn, between))
        then = asyncio.run(read_then(dsn, between[0], between[1] - between[0])) if between else Then()
    with steps.step("Đo đường", "Measuring the roads") as tick:

        def measured(share: float) -> None:
            tick(share, "")
            progress(share)

        start = between[0] if between is not None else None
        return know_city(pack.folder, sites, then, start, agencies or AGENCIES, measured)


def _check_policies(*names: str | None) -> None:
    from routing.terms.deployment import DEPLOYMENT_MODULES

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
