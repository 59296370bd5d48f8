"""Points from a file, and the matrix between them into one."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from io import StringIO
from pathlib import Path
from typing import TextIO

import numpy as np

from routing.graph.model import FloatArray
from routing.plans.screening import is_position
from routing.travel_time.doors import DoorFinder
from routing.travel_time.network import OFF_NETWORK_M, LonLat, RoadNetwork
from routing.travel_time.way_lengths import WayLengths

POINT_COLUMNS = ("id", "lon", "lat")
MATRIX_COLUMNS = ("src", "dst", "time_s", "distance_m")
_TOLD = 10
_ROW_END = "\r\n"
_INFINITE = float("inf")
# So many pairs are held in memory at a time: some 150 MB.
_PAIRS_AT_ONCE = 2_000_000


class PointsUnusable(Exception):
    """A file of points cannot be used; `vi` and `en` say where and what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi}\n{en}")
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """One line of a file of points; line counts from 1, the heading included, 0 for what was typed."""

    line: int
    id: str
    lon_lat: LonLat


def read_points(path: Path) -> list[NamedPoint]:
    """Points of a CSV with the columns id, lon, lat in any order, others ignored. Raises PointsUnusable."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            missing = [name for name in POINT_COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise PointsUnusable(
                    f"{path}: thiếu cột {', '.join(missing)}; cần id,lon,lat.",
                    f"{path}: column {', '.join(missing)} is missing; id,lon,lat are needed.",
                )
            twice = sorted({name for name in POINT_COLUMNS if (rows.fieldnames or []).count(name) > 1})
            if twice:
                raise PointsUnusable(
                    f"{path}: cột {', '.join(twice)} có hai lần.",
                    f"{path}: there are two columns {', '.join(twice)}.",
                )
            points = [_read_point(path, rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PointsUnusable(
            f"{path}: không đọc được ({error}).", f"{path}: unreadable ({error})."
        ) from error
    if not points:
        raise PointsUnusable(f"{path}: không có điểm nào.", f"{path}: there are no points in it.")
    _refuse_repeats(path, points)
    return points


def parse_lon_lat(text: str) -> LonLat:
    """A position written as "106.70,10.77". Raises PointsUnusable."""
    parts = text.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        lon = lat = float("nan")
    if not is_position((lon, lat)):
        raise PointsUnusable(
            f"{text!r} không phải kinh độ,vĩ độ, ví dụ 106.70,10.77.",
            f"{text!r} is not lon,lat in degrees, such as 106.70,10.77.",
        )
    return lon, lat


def check_points(network: RoadNetwork, points: Sequence[NamedPoint], vehicle_class: str) -> None:
    """Raises PointsUnusable when some points lie far from every road this class can use."""
    places = network.snap([point.lon_lat for point in points], vehicle_class)
    outside = [points[row] for row in np.flatnonzero(places.edge < 0).tolist()]
    if outside:
        lines = [f" (dòng / line {point.line})" if point.line else "" for point in outside[:_TOLD]]
        told = ", ".join(point.id + line for point, line in zip(outside, lines, strict=False))
        more = f" … ({len(outside)})" if len(outside) > _TOLD else ""
        raise PointsUnusable(
            f"Ngoài bản đồ, hoặc cách mạng đường cho {vehicle_class} quá {OFF_NETWORK_M:.0f} m "
            f"(đường không nối với mạng chung thì không tính): {told}{more}.",
            f"Off the map, or farther than {OFF_NETWORK_M:.0f} m from the roads for {vehicle_class} "
            f"(roads that nothing joins to the others do not count): {told}{more}.",
        )


def write_matrix(
    network: RoadNetwork,
    points: Sequence[NamedPoint],
    vehicle_class: str,
    path: Path,
    *,
    hot: bool = False,
    progress: Callable[[float], None] = lambda _: None,
) -> int:
    """Seconds and metres from every point to every point, as a route between them has; empty where no way
    leads. Returns pairs with a way.

    The file is written beside its place first, some origins at a time. Raises PointsUnusable.
    """
    check_points(network, points, vehicle_class)
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise PointsUnusable(f"{path}: không phải là tệp.", f"{path}: not a file.")
    lon_lats = [point.lon_lat for point in points]
    lengths = WayLengths(network, DoorFinder(network).find(lon_lats, vehicle_class), vehicle_class, hot)
    cells = [_quote(point.id) for point in points]
    same: dict[LonLat, list[int]] = {}
    for number, lon_lat in enumerate(lon_lats):
        same.setdefault(lon_lat, []).append(number)
    block = max(1, _PAIRS_AT_ONCE // len(points))
    found = 0
    try:
        with _replacing(path) as file:
            file.write(",".join(MATRIX_COLUMNS) + _ROW_END)
            for first in range(0, len(points), block):
                origins = lon_lats[first : first + block]
                travel_s, distance_m = lengths.measure(origins)
                for row, origin in enumerate(origins):
                    travel_s[row, same[origin]] = distance_m[row, same[origin]] = 0.0
                    file.write(_tell(cells[first + row], cells, travel_s[row], distance_m[row]))
                found += int(np.count_nonzero(np.isfinite(travel_s)))
                progress((first + len(origins)) / len(points))
    except OSError as error:
        raise PointsUnusable(
            f"{path}: không ghi được ({error}).", f"{path}: unwritable ({error})."
        ) from error
    return found


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """A file that takes this place when all is written and lies on the disk; what stands there stays until
    then. What was left behind by who was killed is written over. Raises PointsUnusable and OSError."""
    part = path.with_name(f".{path.name}.part")
    with part.open("a", newline="", encoding="utf-8") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
            is_ours = os.path.samestat(os.fstat(file.fileno()), part.stat())
        except (BlockingIOError, FileNotFoundError):
            is_ours = False
        if not is_ours:
            raise PointsUnusable(
                f"{path}: một lệnh khác đang ghi tệp này.", f"{path}: another command is writing this file."
            )
        try:
            file.truncate(0)
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _quote(cell: str) -> str:
    """A cell of a CSV as it stands between two commas."""
    text = StringIO()
    csv.writer(text).writerow([cell])
    return text.getvalue().removesuffix(_ROW_END)


def _tell(origin: str, destinations: Sequence[str], travel_s: FloatArray, distance_m: FloatArray) -> str:
    """The rows of one origin."""
    ways = zip(destinations, travel_s.tolist(), distance_m.tolist(), strict=True)
    return "".join(
        f"{origin},{destination},{seconds:.1f},{metres:.1f}\r\n"
        if seconds < _INFINITE
        else f"{origin},{destination},,\r\n"
        for destination, seconds, metres in ways
    )


def _read_point(path: Path, line: int, row: dict[str, str | None]) -> NamedPoint:
    name = (row["id"] or "").strip()
    try:
        lon_lat = float(row["lon"] or ""), float(row["lat"] or "")
    except ValueError:
        lon_lat = float("nan"), float("nan")
    # More cells than headings: a decimal comma, or a comma within a name, has moved the columns.
    if not name or not is_position(lon_lat) or None in row:
        told = f"id={row['id']!r} lon={row['lon']!r} lat={row['lat']!r}"
        raise PointsUnusable(
            f"{path}, dòng {line}: không phải một điểm có mã, kinh độ, vĩ độ ({told}).",
            f"{path}, line {line}: not a point with id, longitude and latitude in degrees ({told}).",
        )
    return NamedPoint(line, name, lon_lat)


def _refuse_repeats(path: Path, points: Sequence[NamedPoint]) -> None:
    first: dict[str, int] = {}
    for point in points:
        if first.setdefault(point.id, point.line) != point.line:
            raise PointsUnusable(
                f"{path}, dòng {point.line}: mã {point.id!r} đã có ở dòng {first[point.id]}.",
                f"{path}, line {point.line}: id {point.id!r} stands in line {first[point.id]} already.",
            )
