"""The Utrecht ambulance region of ELASPY as files: the region, its fleets, recorded days.

Files are CSV, with or without a byte order mark. What is wrong with one is said by its name and line.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import numpy as np

from dispatch.simulate.kernel import Call
from routing.deployment import Region, Times

DRIVE_FILE = "siren_driving_matrix_2022.csv"
NODES_FILE = "nodes_Utrecht_2021.csv"
BASES_FILE = "RAVU_base_locations_Utrecht_2021.csv"
HOSPITALS_FILE = "Hospital_Postal_Codes_Utrecht_2021.csv"
FLEET_FILES = "Base_Locations_Ambulances_MEXCLP_21_22_{}.csv"

Value = TypeVar("Value")


class DataUnusable(Exception):
    """What is wrong with which file, in Vietnamese and English."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi}\n{en}")
        self.vi, self.en = vi, en


@dataclass(frozen=True)
class Trace:
    """A recorded day: its calls, and its fleet if a file of outcomes tells how many units there were."""

    name: str
    calls: list[Call]
    units: int | None


def read_region(folder: Path) -> Region:
    """The region of a folder. Raises DataUnusable."""
    nodes = _read_rows(folder / NODES_FILE)
    names = tuple(_name(row[0]) for row in nodes)
    xy_m = _read_numbers(folder / NODES_FILE, nodes, slice(1, 3))
    demand = _read_numbers(folder / NODES_FILE, nodes, slice(3, 4))[:, 0]
    drive = _read_matrix(folder / DRIVE_FILE, names)
    if demand.sum() <= 0 or (demand < 0).any():
        raise _unusable(folder / NODES_FILE, "tỉ lệ cuộc gọi phải dương", "shares of demand must be positive")
    index = {name: place for place, name in enumerate(names)}
    return Region(
        names=names,
        drive_min=drive,
        xy_m=xy_m,
        demand=demand / demand.sum(),
        bases=tuple(sorted(set(_read_places(folder / BASES_FILE, index, 0)))),
        hospitals=tuple(_read_places(folder / HOSPITALS_FILE, index, 0)),
    )


def find_fleet(folder: Path, region: Region, units: int) -> list[int] | None:
    """Home bases of the published fleet of this size, or None where none was published."""
    path = folder / FLEET_FILES.format(units)
    if not path.exists():
        return None
    index = {name: place for place, name in enumerate(region.names)}
    homes = _read_places(path, index, 1)
    if len(homes) != units:
        raise _unusable(path, f"cần {units} xe, có {len(homes)}", f"needs {units} units, has {len(homes)}")
    return homes


def read_trace(folder: Path, region: Region, name: str) -> Trace:
    """A recorded day of `folder/traces`. Raises DataUnusable."""
    traces = folder / "traces"
    if not traces.is_dir():
        raise _unusable(traces, "không có thư mục này", "there is no such folder")

    def column(kind: str, convert: Callable[[str], Value]) -> list[Value]:
        path = _find_file(traces, f"{kind}_test_run_simulation_{name}.csv")
        return _read_column(path, convert)

    index = {place: number for number, place in enumerate(region.names)}
    gaps = column("interarrival_times", _minutes)
    places = column("location_IDs", lambda text: index[_name(text)])
    on_scene = column("on_site_aid_times", _minutes)
    handover = column("drop_off_times", _minutes)
    to_hospital = column("to_hospital_bool", _truth)
    lengths = [len(gaps), len(places), len(on_scene), len(handover), len(to_hospital)]
    if len(set(lengths)) != 1 or not gaps:
        raise DataUnusable(
            f"{traces}: các tệp của {name} không dài bằng nhau hoặc trống: {lengths}.",
            f"{traces}: the files of {name} are empty or differ in length: {lengths}.",
        )
    rows = zip(accumulate(gaps), places, on_scene, to_hospital, handover, strict=True)
    return Trace(name, [Call(*row) for row in rows], _count_units(traces, name))


def list_traces(folder: Path) -> list[str]:
    """Names of the recorded days in `folder/traces`."""
    start, end = "interarrival_times_test_run_simulation_", ".csv"
    found = (folder / "traces").glob(f"{start}*{end}")
    return sorted(path.name.removeprefix(start).removesuffix(end) for path in found)


def _count_units(traces: Path, name: str) -> int | None:
    """How many units were free when the first call came, or else how many ever moved."""
    calls = _find_outcome(traces, f"patient_test_{name}.csv")
    if calls is not None:
        return next(_read_whole(calls, "nr_ambulances_available"), None)
    drives = _find_outcome(traces, f"ambulance_test_{name}.csv")
    return max(_read_whole(drives, "ambulance_ID"), default=-1) + 1 or None if drives is not None else None


def _find_outcome(traces: Path, name: str) -> Path | None:
    return next((path for path in traces.iterdir() if path.name.lower() == name.lower()), None)


def _read_whole(path: Path, column: str) -> Iterator[int]:
    """A column of whole numbers, written as 23.0."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield int(float(row[column]))
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise _unusable(path, f"không đọc được cột {column}", f"has no readable {column}") from error


def _find_file(folder: Path, name: str) -> Path:
    """The file of this name, whatever its capitals."""
    for path in folder.iterdir():
        if path.name.lower() == name.lower():
            return path
    known = ", ".join(list_traces(folder.parent)) or "–"
    raise DataUnusable(
        f"Không có tệp {folder / name}. Các ngày có: {known}.",
        f"There is no file {folder / name}. Recorded days here: {known}.",
    )


def _read_rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, "không đọc được", f"cannot be read ({error})") from error
    if len(rows) < 2:
        raise _unusable(path, "không có dòng nào", "has no rows")
    return rows[1:]


def _read_numbers(path: Path, rows: Sequence[Sequence[str]], part: slice) -> Times:
    if len({len(row) for row in rows}) != 1:
        raise _unusable(path, "có dòng dài ngắn khác nhau", "has a row of another length")
    try:
        numbers = np.array([[float(cell) for cell in row[part]] for row in rows])
    except ValueError as error:
        raise _unusable(path, "có ô không phải số", f"has a cell that is no number ({error})") from error
    if numbers.ndim != 2 or numbers.shape[1] == 0 or not np.isfinite(numbers).all():
        raise _unusable(path, "thiếu cột hoặc có NaN", "lacks columns or has NaN")
    return numbers


def _read_matrix(path: Path, names: Sequence[str]) -> Times:
    rows = _read_rows(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        columns = [_name(cell) for cell in next(csv.reader(file))[1:]]
    times = _read_numbers(path, rows, slice(1, None))
    if [_name(row[0]) for row in rows] != list(names) or columns != list(names) or (times < 0).any():
        raise _unusable(
            path,
            "phải là thời gian không âm giữa đúng các bưu khu của tệp nút",
            "must hold times, none negative, between the nodes' postcodes in their order",
        )
    return times


def _read_places(path: Path, index: dict[str, int], column: int) -> list[int]:
    places = []
    for line, row in enumerate(_read_rows(path), start=2):
        name = _name(row[column]) if column < len(row) else ""
        if name not in index:
            raise _unusable(
                path, f"dòng {line}: không biết nơi {name!r}", f"line {line}: unknown place {name!r}"
            )
        places.append(index[name])
    return places


def _read_column(path: Path, convert: Callable[[str], Value]) -> list[Value]:
    values = []
    for line, row in enumerate(_read_rows(path), start=2):
        try:
            values.append(convert(row[-1].strip()))
        except (ValueError, KeyError) as error:
            raise _unusable(
                path, f"dòng {line}: giá trị sai {row[-1]!r}", f"line {line}: bad value {row[-1]!r}"
            ) from error
    return values


def _minutes(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError(text)
    return value


def _truth(text: str) -> bool:
    return {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}[text.lower()]


def _name(text: str) -> str:
    """A postcode as text, also where it was written as 3911.0."""
    return text.strip().removesuffix(".0")


def _unusable(path: Path, vi: str, en: str) -> DataUnusable:
    return DataUnusable(f"{path}: {vi}.", f"{path}: {en}.")
