"""The command line's verbs that ask the roads of the city in use, without a running server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.host.errors import HostError
from dispatch.host.progress import Steps
from dispatch.settings import load_settings

if TYPE_CHECKING:
    from routing.travel_time.network import RoadNetwork

routing = typer.Typer(no_args_is_help=True)

Profile = Annotated[
    str,
    typer.Option(help="car, motorbike, foot, ambulance, police_car, engine, mini_fire_truck, ladder_truck"),
]
Cold = Annotated[bool, typer.Option("--cold", help="Không ưu tiên / without siren, where the class has one.")]
Pack = Annotated[
    Path | None, typer.Option(help="Thư mục thành phố / folder of a city pack, else the one in use.")
]


@routing.command()
def matrix(
    points: Annotated[Path, typer.Option(help="CSV: id,lon,lat", dir_okay=False)],
    out: Annotated[Path, typer.Option(help="CSV: src,dst,time_s,distance_m", dir_okay=False)],
    profile: Profile = "car",
    cold: Cold = False,
    pack: Pack = None,
) -> None:
    """Thời gian và quãng đường giữa mọi cặp điểm / times and distances between all pairs of points."""
    from routing.points import PointsUnusable, read_points, write_matrix

    steps = Steps()
    try:
        places = read_points(points)
        network = _open_roads(profile, pack)
        with steps.step("Tính thời gian đi đường", "Measuring travel times") as tick:
            found = write_matrix(
                network, places, profile, out, hot=not cold, progress=lambda share: tick(share, "")
            )
    except PointsUnusable as error:
        raise HostError(error.vi, error.en) from error
    typer.echo(f"{found} / {len(places) ** 2} → {out}")


def _open_roads(profile: str, pack: Path | None) -> "RoadNetwork":
    """The roads of a pack for one vehicle class. Raises HostError, NoCity."""
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
        return RoadNetwork(load(folder), [vehicle])
    except GraphError as error:
        raise HostError(
            f"Không có mạng đường dùng được trong {folder}. Hãy chạy: dispatch city build.",
            f"There are no usable roads in {folder} ({error}). Run: dispatch city build.",
        ) from error
