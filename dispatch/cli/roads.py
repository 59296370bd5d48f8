"""The command line's verbs that ask the roads of the city in use, without a running server."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, time
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from dispatch.host.cluster import using_database
from dispatch.host.errors import HostError
from dispatch.host.process import die_with_parent
from dispatch.host.progress import Steps
from dispatch.settings import load_settings

if TYPE_CHECKING:
    from dispatch.usecases.tours.plan_tours import TourFile, TourPlan
    from routing.terms.messages import LonLat
    from routing.terms.ways import Route
    from routing.travel_time.network import RoadNetwork

routing = typer.Typer(no_args_is_help=True)

Profile = Annotated[
    str,
    typer.Option(help="car, motorbike, foot, ambulance, police_car, engine, mini_fire_truck, ladder_truck"),
]
Cold = Annotated[bool, typer.Option("--cold", help="Không ưu tiên / without siren, where the class has one.")]
At = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
        help="Lúc nào, giờ Việt Nam / when, in local time: the hour's traffic, and signs with hours.",
    ),
]
Pack = Annotated[
    Path | None, typer.Option(help="Thư mục thành phố / folder of a city pack, else the one in use.")
]


@routing.command()
def matrix(
    points: Annotated[Path, typer.Option(help="CSV: id,lon,lat", dir_okay=False)],
    out: Annotated[Path, typer.Option(help="CSV: src,dst,time_s,distance_m", dir_okay=False)],
    profile: Profile = "car",
    cold: Cold = False,
    at: At = None,
    pack: Pack = None,
) -> None:
    """Thời gian và quãng đường giữa mọi cặp điểm / times and distances between all pairs of points."""
    from routing.points import PointsUnusable, read_points, write_matrix

    steps = Steps()
    try:
        places = read_points(points)
        network = _open_roads(profile, pack, at, on_foot=True)
        with steps.step("Tính thời gian đi đường", "Measuring travel times") as tick:
            found = write_matrix(
                network, places, profile, out, hot=not cold, progress=lambda share: tick(share, "")
            )
    except PointsUnusable as error:
        raise HostError(error.vi, error.en) from error
    typer.echo(f"{found} / {len(places) ** 2} → {out}")


@routing.command()
def route(
    start: Annotated[str, typer.Option("--from", help="lon,lat")],
    end: Annotated[str, typer.Option("--to", help="lon,lat")],
    profile: Profile = "car",
    cold: Cold = False,
    alternatives: Annotated[int, typer.Option(min=0, max=2, help="Số đường khác / other ways.")] = 0,
    at: At = None,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON / print JSON.")] = False,
    pack: Pack = None,
) -> None:
    """Đường đi giữa hai nơi, có chỉ dẫn / the way between two places, with instructions."""
    from routing.guidance.guide import Guide
    from routing.points import NamedPoint, PointsUnusable, check_points, parse_lon_lat
    from routing.terms.ways import RouteRequest

    try:
        places = [NamedPoint(0, text, parse_lon_lat(text)) for text in (start, end)]
        network = _open_roads(profile, pack, at, on_foot=True)
        check_points(network, places, profile)
    except PointsUnusable as error:
        raise HostError(error.vi, error.en) from error
    origin, destination = (place.lon_lat for place in places)
    routes = Guide(network).find_routes(
        RouteRequest(origin, destination, profile, not cold, guidance=True, alternatives=alternatives)
    )
    if not routes:
        raise HostError(
            f"Không có đường cho {profile} giữa hai nơi này.",
            f"No way leads between these places for {profile}.",
        )
    if origin == destination:
        routes = [_stay(origin)]
    if as_json:
        typer.echo(_to_json(routes, profile))
        return
    for found in routes:
        _print_route(found)


def _stay(place: "LonLat") -> "Route":
    """The way from a place to itself, as the matrix has it."""
    from routing.guidance.manoeuvres import Turn
    from routing.guidance.words import tell_arrival
    from routing.terms.ways import Route, Step

    said = tell_arrival()
    arrived = Step(Turn.ARRIVE, said.vi, said.en, "", 0.0, 0.0, place)
    # A line has two positions, also where nobody moves.
    return Route(travel_s=0.0, distance_m=0.0, carry_m=0.0, lon_lats=[place, place], steps=[arrived])


def _to_json(routes: "list[Route]", profile: str) -> str:
    """GeoJSON line first, so that a map shows it; all else as `routing.terms.ways.Route` has it."""
    told = [
        {
            "profile": profile,
            "time_s": round(found.travel_s, 1),
            "distance_m": round(found.distance_m, 1),
            "carry_m": round(found.carry_m, 1),
            "carry_s": round(found.carry_s, 1),
            "names": found.names,
            "geometry": {"type": "LineString", "coordinates": found.lon_lats},
            "steps": found.steps,
        }
        for found in routes
    ]
    return msgspec.json.encode({**told[0], "alternatives": told[1:]}).decode()


def _print_route(found: "Route") -> None:
    typer.echo(f"{found.distance_m / 1000:.2f} km, {found.travel_s / 60:.1f} min")
    for step in found.steps:
        typer.echo(f"  {step.distance_m:>6.0f} m  {step.vi} / {step.en}")


@routing.command("learn-speeds")
def learn_speeds() -> None:
    """Học tốc độ đường và độ chắc của giờ đến từ các chuyến đã chạy / learn the streets' speeds, and how sure
    arrivals are, from the runs that ended."""
    from datetime import UTC

    from dispatch.agencies.loader import load_codebook
    from dispatch.store.connect import open_pool
    from dispatch.usecases.roads.learn_speeds import Taught
    from dispatch.usecases.roads.learn_speeds import learn_speeds as learn
    from dispatch.usecases.roads.learn_spread import learn_spread
    from gis.city import open_city
    from routing.graph.file import load
    from routing.matching.lessons import LESSONS_FILE_NAME
    from routing.matching.spread_lessons import SPREAD_FILE_NAME
    from routing.travel_time.network import RoadNetwork

    os.nice(19)  # whoever answers calls on this machine comes first
    settings = load_settings()
    folder = open_city(settings.city.data_dir).folder

    async def work(dsn: str) -> tuple[Taught, int]:
        pool = await open_pool(dsn)
        try:
            agencies = sorted(load_codebook().agencies)
            now = datetime.now(UTC)
            measured = await learn_spread(pool, agencies, folder / SPREAD_FILE_NAME, now)
            network = RoadNetwork(load(folder))
            return await learn(pool, agencies, network, folder / LESSONS_FILE_NAME, now), measured
        finally:
            await pool.close()

    try:
        with using_database(settings.database) as dsn:
            taught, measured = asyncio.run(work(dsn))
    except OSError as error:
        raise HostError(
            f"Không ghi được điều đã học: {error}.", f"What was learned cannot be written: {error}."
        ) from error
    typer.echo(
        f"{taught.read:,} chuyến mới / new runs, {taught.learned:,} dạy được / taught something, "
        f"{taught.stretches:,} đoạn đường, giờ, loại xe / stretches by hour and class; "
        f"{measured:,} giờ đến được so với dự kiến / arrivals held against what was expected"
    )


@routing.command()
def forecast() -> None:
    """Dự báo số cuộc gọi theo phường và giờ, với sai số / forecast calls by ward and hour, with the error."""
    from datetime import UTC

    from dispatch.agencies.loader import load_codebook
    from dispatch.store.calls_by_ward import list_ward_calls
    from dispatch.store.connect import open_pool
    from dispatch.usecases.cover.forecast import LOOKED_BACK, Forecast, make_forecast, write_forecast
    from dispatch.usecases.cover.forecast_table import draw_forecast
    from gis.city import open_city
    from gis.store.ward_weights import list_street_m
    from gis.zones import load_zones

    os.nice(19)  # whoever answers calls on this machine comes first
    settings = load_settings()
    folder = open_city(settings.city.data_dir).folder

    async def work(dsn: str) -> tuple[Forecast, dict[str, str]]:
        pool = await open_pool(dsn, max_size=1)
        try:
            agencies, now = sorted(load_codebook().agencies), datetime.now(UTC)
            calls = await list_ward_calls(pool, agencies, now - LOOKED_BACK, now)
            zones, street_m = await load_zones(pool), await list_street_m(pool)
        finally:
            await pool.close()
        return make_forecast(calls, agencies, street_m, now), {w.code: w.name for w in zones.wards}

    with using_database(settings.database) as dsn:
        made, names = asyncio.run(work(dsn))
    path = write_forecast(folder, made)
    typer.echo("\n".join(draw_forecast(made, names)))
    typer.echo(f"→ {path}")


@routing.command()
def tours(
    asked: Annotated[Path, typer.Argument(help="Tệp JSON của người lập kế hoạch / planner's file.")],
    out: Annotated[Path, typer.Option(help="Tệp JSON kế hoạch / the plan.", dir_okay=False)],
    seconds: Annotated[
        float | None, typer.Option(min=0.1, max=3600, help="Hạn tính / hard time limit, else the file's.")
    ] = None,
    solver: Annotated[str, typer.Option(help="auto, ortools, vroom")] = "auto",
    hour: Annotated[
        int | None,
        typer.Option(min=0, max=23, help="Đường lúc mấy giờ / roads of this hour, else the file's."),
    ] = None,
    pack: Pack = None,
    watched: Annotated[
        bool,
        typer.Option("--watched", help="Báo tiến độ ra stdout, vẽ đường / tell progress, draw the ways."),
    ] = False,
) -> None:
    """Lộ trình vận chuyển người bệnh và tuần tra trong ngày / tours of transports and patrols."""
    from dispatch.core.asked_work import Told, tell
    from dispatch.usecases.tours.plan_tours import SOLVERS, ToursUnusable, read_file
    from gis.errors import CityError

    if watched:
        os.nice(19)
        die_with_parent()
    report = tell(sys.stdout) if watched else lambda _told: None
    try:
        if solver not in SOLVERS:
            known = ", ".join(SOLVERS)
            raise ToursUnusable(
                f"Không có bộ giải {solver!r}; có: {known}.",
                f"There is no solver {solver!r}; there are {known}.",
            )
        file = read_file(asked)
        changed = {name: value for name, value in (("hour", hour), ("seconds", seconds)) if value is not None}
        file = msgspec.structs.replace(file, **changed)
        plan = _plan_tours(file, solver, pack, lambda step: report(Told(step=step)), ways=watched)
        out.write_bytes(msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n")
    except (ToursUnusable, HostError) as error:
        report(Told(vi=error.vi, en=error.en))
        raise HostError(error.vi, error.en) from error
    except (CityError, OSError) as error:
        vi, en = f"Không lập được lộ trình: {error}.", f"The tours cannot be planned: {error}."
        report(Told(vi=vi, en=en))
        raise HostError(vi, en) from error
    if not watched:
        _tell_tours(plan, out)


def _plan_tours(
    file: "TourFile", solver: str, pack: Path | None, step: "Callable[[str], None]", *, ways: bool
) -> "TourPlan":
    """The plan over the roads of each class that is asked for. Raises ToursUnusable, HostError, CityError."""
    from dispatch.usecases.tours.plan_tours import draw_ways, plan_tours
    from routing.guidance.guide import Guide
    from routing.process.planner import Planner
    from routing.terms.ways import RouteRequest

    at = None if file.hour is None else datetime.combine(file.day, time(file.hour))
    networks: dict[str, RoadNetwork] = {}

    def find_roads(vehicle_class: str) -> "RoadNetwork":
        if vehicle_class not in networks:
            networks[vehicle_class] = _open_roads(vehicle_class, pack, at, on_foot=ways)
        return networks[vehicle_class]

    def measure(places: "Sequence[LonLat]", vehicle_class: str) -> list[list[float | None]]:
        seconds = Planner(find_roads(vehicle_class)).measure_matrix(places, places, vehicle_class, False)
        return [[s if s != inf else None for s in row] for row in seconds.tolist()]

    def find_route(origin: "LonLat", end: "LonLat", vehicle_class: str) -> "Sequence[LonLat]":
        found = Guide(find_roads(vehicle_class)).find_routes(RouteRequest(origin, end, vehicle_class, False))
        return found[0].lon_lats if found else ()

    step("roads")
    steps = Steps()
    with steps.step("Lập lộ trình", "Planning the tours"):
        plan = plan_tours(file, measure, solver, file.seconds, lambda: step("tours"))
    step("ways")
    return draw_ways(file, plan, find_route) if ways else plan


def _tell_tours(plan: "TourPlan", out: Path) -> None:
    done = {stop.job for tour in plan.tours for stop in tour.stops}
    typer.echo(
        f"{len(plan.tours)} xe / vehicles, {len(done)} việc / jobs, "
        f"{plan.drive_min:.0f} phút lái / min driven ({plan.solver}) → {out}"
    )
    for left in plan.left_out:
        typer.echo(f"  {left.job}: {left.vi} / {left.en}")


def _open_roads(
    profile: str, pack: Path | None, at: datetime | None, *, on_foot: bool = False
) -> "RoadNetwork":
    """The roads of a pack for one vehicle class, and for who walks on, at an hour of the city's day (None:
    free roads). Raises HostError, NoCity."""
    from gis.city import open_city
    from routing.graph.errors import GraphError
    from routing.graph.file import load
    from routing.travel_time.network import RoadNetwork
    from routing.travel_time.vehicle_classes import VEHICLE_CLASSES

    vehicle = VEHICLE_CLASSES.get(profile)
    if vehicle is None:
        known = ", ".join(VEHICLE_CLASSES)
        raise HostError(
            f"Không có loại phương tiện {profile!r}; có: {known}.",
            f"There is no vehicle class {profile!r}; there are {known}.",
        )
    folder = pack or open_city(load_settings().city.data_dir).folder
    try:
        walker = [VEHICLE_CLASSES["foot"]] if on_foot and profile != "foot" else []
        network = RoadNetwork(load(folder), [vehicle, *walker])
    except GraphError as error:
        raise HostError(
            f"Không có mạng đường dùng được trong {folder}. Hãy chạy: dispatch city build.",
            f"There are no usable roads in {folder} ({error}). Run: dispatch city build.",
        ) from error
    if at is not None:
        _set_clock(network, folder, at)
    return network


def _set_clock(network: "RoadNetwork", folder: Path, at: datetime) -> None:
    """The roads as the planner of a running centre has them at that hour, nothing closed."""
    from routing.matching.lessons import LESSONS_FILE_NAME, LearnedTraffic
    from routing.process.planner import Planner
    from routing.terms.messages import ConditionsRequest

    planner = Planner(network, LearnedTraffic(network, folder / LESSONS_FILE_NAME))
    planner.read_lessons()
    hour = at.hour + at.minute / 60
    planner.answer(ConditionsRequest([], hour, weekday=at.weekday()))
