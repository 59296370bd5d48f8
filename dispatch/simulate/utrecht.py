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
from routing.terms.deployment import Region, Times

DRIVE_FILE = "siren_driving_matrix_2022.csv"
NODES_FILE = "nodes_Utrecht_2021.csv"
BASES_FILE = "RAVU_base_locations_Utrecht_2021.csv"
HOSPITALS_FILE = "Hospital_Postal_Codes_Utrecht_2021.csv"
FLEET_FILES = "Base_Locations_Ambulances_MEXCLP_21_22_{}.csv"

KINDS = GAPS, PLACES, ON_SCENE, HANDOVERS, TO_HOSPITAL = (
    "interarrival_times",
    "location_IDs",
    "on_site_aid_times",
    "drop_off_times",
    "to_hospital_bool",
)
"""Files of a trace, a row a call."""

MOST_MIN = 527_040.0
"""No gap, no aid and no handover lasts longer than a leap year: what does is no recorded day."""

MOST_UNITS = 1000

NOTHING = ("", "nan")
"""A handover that did not happen."""

MOST_TOLD = 40
"""Letters of a bad value that are told."""

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
    gaps = column(GAPS, _minutes)
    places = column(PLACES, lambda text: index[_name(text)])
    on_scene = column(ON_SCENE, _minutes)
    to_hospital = column(TO_HOSPITAL, _truth)
    handover = column(HANDOVERS, lambda text: _minutes(text) if text.lower() not in NOTHING else None)
    _check_rows(traces, name, gaps, places, on_scene, handover, to_hospital)
    rows = zip(accumulate(gaps), places, on_scene, to_hospital, handover, strict=True)
    calls = [Call(at, place, aid, goes, lasts or 0.0) for at, place, aid, goes, lasts in rows]
    return Trace(name, calls, _count_units(traces, name))


def _check_rows(
    traces: Path,
    name: str,
    gaps: Sequence[float],
    places: Sequence[int],
    on_scene: Sequence[float],
    handover: Sequence[float | None],
    to_hospital: Sequence[bool],
) -> None:
    """Every file tells of every call, and who goes to hospital is there for a while."""
    lengths = [len(gaps), len(places), len(on_scene), len(handover), len(to_hospital)]
    if len(set(lengths)) != 1:
        told = ", ".join(f"{kind} {count}" for kind, count in zip(KINDS, lengths, strict=True))
        raise DataUnusable(
            f"{traces}: các tệp của {name} không dài bằng nhau: {told}.",
            f"{traces}: the files of {name} differ in length: {told}.",
        )
    for call, (goes, lasts) in enumerate(zip(to_hospital, handover, strict=True), start=1):
        if goes and lasts is None:
            raise _unusable(
                _find_file(traces, f"{HANDOVERS}_test_run_simulation_{name}.csv"),
                f"cuộc thứ {call} đi viện mà không có thời gian bàn giao",
                f"call {call} goes to hospital and has no handover time",
            )


def list_traces(folder: Path) -> list[str]:
    """Names of the recorded days in `folder/traces`."""
    start, end = f"{GAPS}_test_run_simulation_", ".csv"
    found = (folder / "traces").glob(f"{start}*{end}")
    return sorted(path.name.removeprefix(start).removesuffix(end) for path in found)


def _count_units(traces: Path, name: str) -> int | None:
    """How many units were free when the first call came, or else how many ever moved."""
    path = _find_outcome(traces, f"patient_test_{name}.csv")
    if path is not None:
        return next(_read_whole(path, "nr_ambulances_available", least=1), None)
    path = _find_outcome(traces, f"ambulance_test_{name}.csv")
    return max(_read_whole(path, "ambulance_ID", least=0), default=-1) + 1 or None if path else None


def _find_outcome(traces: Path, name: str) -> Path | None:
    return next((path for path in traces.iterdir() if path.name.lower() == name.lower()), None)


def _read_whole(path: Path, column: str, least: int) -> Iterator[int]:
    """A column of whole numbers, written as 23.0, from `least` up to as many units as can be simulated."""
    lines = _read_lines(path)
    if len(lines) < 2:
        return
    head = [cell.strip() for cell in lines[0][1]]
    if column not in head:
        raise _unusable(path, f"không có cột {column}", f"has no column {column}")
    place = head.index(column)
    for line, row in lines[1:]:
        text = row[place] if place < len(row) else ""
        try:
            number = int(float(text))
        except (ValueError, OverflowError) as error:
            raise _bad_value(path, line, f"{column} {text}") from error
        if not least <= number <= MOST_UNITS:
            raise _bad_value(path, line, f"{column} {text}")
        yield number


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
    """Rows below the head, without empty ones."""
    return [row for _, row in _read_below(path)]


def _read_below(path: Path) -> list[tuple[int, list[str]]]:
    """As `_read_rows`, with their lines."""
    lines = _read_lines(path)
    if len(lines) < 2:
        raise _unusable(path, "không có dòng nào", "has no rows")
    return lines[1:]


def _read_lines(path: Path) -> list[tuple[int, list[str]]]:
    """Every row with the line that it begins in, the head first. Blank lines are none."""
    found, begins = list[tuple[int, list[str]]](), 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            for row in reader:
                if row == [""] or any(cell.strip() for cell in row):
                    found.append((begins, row))
                begins = reader.line_num + 1
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, "không đọc được", f"cannot be read ({error})") from error
    except csv.Error as error:
        raise _unusable(
            path, f"dòng {begins}: không đọc được", f"line {begins}: cannot be read ({error})"
        ) from error
    return found


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
    for line, row in _read_below(path):
        name = _name(row[column]) if column < len(row) else ""
        if name not in index:
            raise _unusable(
                path, f"dòng {line}: không biết nơi {name!r}", f"line {line}: unknown place {name!r}"
            )
        places.append(index[name])
    return places


def _read_column(path: Path, convert: Callable[[str], Value]) -> list[Value]:
    values = []
    for line, row in _read_below(path):
        try:
            values.append(convert(row[-1].strip()))
        except (ValueError, KeyError) as error:
            raise _bad_value(path, line, row[-1]) from error
    return values


def _bad_value(path: Path, line: int, text: str) -> DataUnusable:
    told = repr(text if len(text) <= MOST_TOLD else f"{text[:MOST_TOLD]}…")
    return _unusable(path, f"dòng {line}: giá trị sai {told}", f"line {line}: bad value {told}")


def _minutes(text: str) -> float:
    value = float(text)
    if not 0 <= value <= MOST_MIN:
        raise ValueError(text)
    return value


def _truth(text: str) -> bool:
    return {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}[text.lower()]


def _name(text: str) -> str:
    """A postcode as text, also where it was written as 3911.0."""
    return text.strip().removesuffix(".0")


def _unusable(path: Path, vi: str, en: str) -> DataUnusable:
    return DataUnusable(f"{path}: {vi}.", f"{path}: {en}.")
