"""Tours as planners write them: two tables, one row a vehicle or a job, with places in the words of the city.

A table is text as spreadsheets give it: a line of column names, cells between tabs, semicolons or commas.
Everything that is wrong in it is told at once, by line and column; nothing is planned before all is right.
"""

import csv
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from dispatch.domain.model.values import LonLat, Place, PlaceCandidate
from dispatch.usecases.places.place_report import UNPLACED, choose_place
from dispatch.usecases.tours.plan_tours import (
    HaltLine,
    TourFile,
    ToursUnusable,
    TransportLine,
    VehicleLine,
    VisitLine,
    read_window,
)
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES

FindPlaces = Callable[[str, LonLat | None], Awaitable[tuple[PlaceCandidate, ...]]]
"""(words, near) → candidates, best first."""

MOST_ROWS = 300
"""Of each table: what a planner can look over, and a minute of looking places up."""

MOST_SECONDS = 120.0
"""Of the solver, from the page: others may wait."""

MOST_FAULTS = 50
"""As many are told at once as somebody corrects in one go."""

WIDEST_M = 2_000.0
"""A place that is known less exactly than this is nowhere to send a vehicle. Half of the numbers of Ho Chi
Minh City are known to some 500 m only, which a tour bears: its driver is told."""

EXACT_M = 100.0
"""From here on the circle is told beside the place."""

VEHICLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("xe", "vehicle"),
    "class": ("loại", "class"),
    "start": ("nơi đi", "start"),
    "begins": ("từ giờ", "from"),
    "ends": ("đến giờ", "until"),
    "end": ("nơi về", "end"),
    "seats": ("ghế", "seats"),
    "stretchers": ("cáng", "stretchers"),
    "skills": ("kỹ năng", "skills"),
}
JOB_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("việc", "job"),
    "at": ("nơi", "place"),
    "windows": ("giờ", "hours"),
    "minutes": ("phút", "minutes"),
    "to": ("đưa đến", "to"),
    "to_windows": ("giờ đến", "to hours"),
    "to_minutes": ("phút đến", "to minutes"),
    "seats": ("ghế", "seats"),
    "stretchers": ("cáng", "stretchers"),
    "skills": ("kỹ năng", "skills"),
    "priority": ("ưu tiên", "priority"),
    "most_ride": ("đi tối đa", "longest ride"),
}
"""Column → its names in Vietnamese and in English. Without `to` a job is a visit."""

NEEDED = {"vehicles": ("id", "class", "start", "begins", "ends"), "jobs": ("id", "at")}

_TOO_MANY = (f"quá {MOST_ROWS} dòng; chia thành nhiều lần", f"more than {MOST_ROWS} rows; split it")
_WHAT_AT = {"start": "nơi đi", "end": "nơi về", "at": "nơi", "to": "đưa đến"}


class TourTables(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page sends. `hour`: roads as at this hour of the city's day; None: free roads."""

    day: date
    vehicles: str
    jobs: str
    hour: Annotated[int, Meta(ge=0, le=23)] | None = None
    seconds: Annotated[float, Meta(ge=0.1, le=MOST_SECONDS)] = 10.0


class TableFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in a line (from 1, the column names among them) of `vehicles` or `jobs`."""

    table: str
    line: int
    column: str
    vi: str
    en: str


class TablesWrong(Exception):
    """The tables cannot be read; `faults` say why, in the order of the lines."""

    def __init__(self, faults: Sequence[TableFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = list(faults)


Row = tuple[int, dict[str, str]]
"""A line's number and its cells by column; empty cells are left out."""


class _Reader:
    """Reads cells of one table, and remembers what is wrong with them."""

    def __init__(self, table: str) -> None:
        self._table = table
        self.faults: list[TableFault] = []
        self.line = 1
        self.cells: dict[str, str] = {}

    def fault(self, column: str, vi: str, en: str, line: int | None = None) -> None:
        """Something is wrong in the line under way, or in another."""
        at = self.line if line is None else line
        self.faults.append(TableFault(table=self._table, line=at, column=column, vi=vi, en=en))

    def whole(self, column: str, most: int, otherwise: int = 0, least: int = 0) -> int:
        """A whole number within bounds; `otherwise` where the cell is empty or wrong."""
        text = self.cells.get(column)
        if text is None:
            return otherwise
        if text.isdecimal() and len(text) < 9 and least <= int(text) <= most:
            return int(text)
        self.fault(
            column, f"«{text}» không phải số {least}–{most}", f"“{text}” is no number from {least} to {most}"
        )
        return otherwise

    def windows(self, column: str) -> tuple[tuple[str, str], ...]:
        """Ranges of hours, "06:30-07:15", several after each other."""
        found = []
        for part in re.split(r"[,;+\s]+", re.sub(r"\s*[-–]\s*", "-", self.cells.get(column, ""))):
            if not part:
                continue
            begins, _, ends = part.partition("-")
            if self._is_window(column, begins, ends, part):
                found.append((begins, ends))
        return tuple(found)

    def shift(self) -> tuple[str, str]:
        """From when to when a vehicle is there."""
        begins, ends = self.cells.get("begins", ""), self.cells.get("ends", "")
        if begins and ends:
            self._is_window("begins", begins, ends, f"{begins}–{ends}")
        return begins, ends

    def _is_window(self, column: str, begins: str, ends: str, told: str) -> bool:
        try:
            read_window("", (begins, ends))
        except ToursUnusable:
            self.fault(
                column,
                f"«{told}» không phải khoảng giờ như 06:30-07:15 (đến 48:00)",
                f"“{told}” is no range of hours such as 06:30-07:15 (up to 48:00)",
            )
            return False
        return True

    def amounts(self) -> dict[str, int]:
        """Seats and stretchers, those that are any."""
        found = {"seat": self.whole("seats", 1_000), "stretcher": self.whole("stretchers", 1_000)}
        return {name: amount for name, amount in found.items() if amount}

    def skills(self) -> tuple[str, ...]:
        """Words, in lower case."""
        return tuple(word.lower() for word in re.split(r"[,;+\s]+", self.cells.get("skills", "")) if word)


async def read_tables(asked: TourTables, find: FindPlaces) -> TourFile:
    """The file that the tables make. Raises TablesWrong, DatabaseLost."""
    vehicles, jobs = _Reader("vehicles"), _Reader("jobs")
    fleet = _list_rows(vehicles, asked.vehicles, VEHICLE_COLUMNS, "vehicles")
    work = _list_rows(jobs, asked.jobs, JOB_COLUMNS, "jobs")
    shaped = [_shape_vehicle(vehicles, row) for row in fleet]
    wanted = [_shape_job(jobs, row) for row in work]
    places = _Places(find)
    await places.look_up(vehicles, fleet, ("start", "end"))
    await places.look_up(jobs, work, ("at", "to"))
    faults = sorted(vehicles.faults, key=lambda f: f.line) + sorted(jobs.faults, key=lambda f: f.line)
    if faults:
        raise TablesWrong(faults[:MOST_FAULTS])
    made = [make(places) for make in wanted]
    return TourFile(
        day=asked.day,
        hour=asked.hour,
        seconds=asked.seconds,
        vehicles=tuple(make(places) for make in shaped),
        transports=tuple(one for one in made if isinstance(one, TransportLine)),
        visits=tuple(one for one in made if isinstance(one, VisitLine)),
    )


def _list_rows(reader: _Reader, text: str, columns: Mapping[str, tuple[str, ...]], table: str) -> list[Row]:
    """The rows of a table that have any cell; what is wrong with its form becomes a fault."""
    lines = text.lstrip("\ufeff").splitlines()
    head = next((n for n, line in enumerate(lines) if line.strip()), None)
    if head is None:
        reader.fault("", "chưa có gì", "there is nothing here")
        return []
    separator = next((mark for mark in "\t;" if mark in lines[head]), ",")
    found = csv.reader(lines[head:], delimiter=separator)
    names = _read_names(reader, next(found), columns, head + 1)
    missing = [columns[name][0] for name in NEEDED[table] if name not in names]
    if missing:
        told = ", ".join(missing)
        reader.fault(told, f"thiếu cột: {told}", f"these columns are missing: {told}", head + 1)
        return []
    rows: list[Row] = []
    for cells in found:
        line = head + found.line_num
        if len(rows) == MOST_ROWS:
            reader.fault("", *_TOO_MANY, line)
            break
        if extra := [cell for cell in cells[len(names) :] if cell.strip()]:
            vi = f"thừa ô «{extra[0]}»; nơi có dấu phẩy thì để trong ngoặc kép"
            reader.fault("", vi, f"one cell too many, “{extra[0]}”; put places with commas in quotes", line)
        read = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
        if read:
            rows.append((line, read))
    if not rows:
        reader.fault("", "chưa có dòng nào", "there is no row yet", head + 1)
    _check_rows(reader, rows, columns, table)
    return rows


def _read_names(
    reader: _Reader, cells: Sequence[str], columns: Mapping[str, tuple[str, ...]], line: int
) -> list[str]:
    """Columns of a line of names; empty for one without a name, or with one that nobody knows."""
    known = {name: column for column, names in columns.items() for name in names}
    read = [" ".join(cell.lower().split()) for cell in cells]
    for cell in read:
        if cell and cell not in known:
            told = ", ".join(names[0] for names in columns.values())
            also = ", ".join(names[1] for names in columns.values())
            reader.fault(
                cell,
                f"không biết cột «{cell}»; có: {told}",
                f"there is no column “{cell}”; there are {also}",
                line,
            )
    for cell in sorted({cell for cell in read if cell and read.count(cell) > 1}):
        reader.fault(cell, f"cột «{cell}» có hai lần", f"column “{cell}” is there twice", line)
    return [known.get(cell, "") for cell in read]


def _check_rows(
    reader: _Reader, rows: Iterable[Row], columns: Mapping[str, tuple[str, ...]], table: str
) -> None:
    """Nothing that a row needs is empty, and no name comes twice."""
    seen: dict[str, int] = {}
    for line, cells in rows:
        for name in NEEDED[table]:
            if name not in cells:
                vi, en = columns[name]
                reader.fault(name, f"thiếu «{vi}»", f"“{en}” is empty", line)
        own = cells.get("id", "")
        if own in seen:
            reader.fault(
                "id", f"«{own}» đã có ở dòng {seen[own]}", f"“{own}” is in line {seen[own]} already", line
            )
        if len(own) > 64:
            reader.fault("id", "tên dài quá 64 ký tự", "the name has more than 64 characters", line)
        if own:
            seen.setdefault(own, line)


def _shape_vehicle(reader: _Reader, row: Row) -> "Callable[[_Places], VehicleLine]":
    """What makes the vehicle once its places are known; what is wrong besides becomes a fault."""
    reader.line, reader.cells = row
    cells = reader.cells
    (begins, ends), amounts, skills = reader.shift(), reader.amounts(), reader.skills()
    vehicle_class = cells.get("class", "").lower()
    if vehicle_class and vehicle_class not in VEHICLE_CLASSES:
        known = ", ".join(VEHICLE_CLASSES)
        reader.fault(
            "class",
            f"không có loại «{vehicle_class}»; có: {known}",
            f"there is no class “{vehicle_class}”; there are {known}",
        )
    return lambda places: VehicleLine(
        id=cells["id"],
        vehicle_class=vehicle_class,
        start=places.position(cells["start"]),
        end=places.position(cells["end"]) if "end" in cells else None,
        begins=begins,
        ends=ends,
        capacity=amounts,
        skills=skills,
    )


def _shape_job(reader: _Reader, row: Row) -> "Callable[[_Places], TransportLine | VisitLine]":
    """A transport where somebody is brought somewhere, else a visit."""
    reader.line, reader.cells = row
    cells, skills = reader.cells, reader.skills()
    priority, amounts = reader.whole("priority", 4, 3, 1), reader.amounts()
    windows, minutes = reader.windows("windows"), reader.whole("minutes", 1_440)
    to_windows, to_minutes = reader.windows("to_windows"), reader.whole("to_minutes", 1_440)
    ride = reader.whole("most_ride", 1_440)
    if "to" not in cells:
        for column in ("to_windows", "to_minutes", "most_ride", "seats", "stretchers"):
            if column in cells:
                vi, en = JOB_COLUMNS[column]
                reader.fault(column, f"có «{vi}» mà thiếu «đưa đến»", f"“{en}” without “to”")

    def make(places: "_Places") -> TransportLine | VisitLine:
        halt = places.halt(cells["at"], windows, minutes)
        if "to" not in cells:
            return VisitLine(id=cells["id"], halt=halt, skills=skills, priority=priority)
        return TransportLine(
            id=cells["id"],
            pickup=halt,
            delivery=places.halt(cells["to"], to_windows, to_minutes),
            load=amounts,
            skills=skills,
            priority=priority,
            most_ride_s=60 * ride or None,
        )

    return make


class _Places:
    """Places by the words that were written, each looked up once."""

    def __init__(self, find: FindPlaces) -> None:
        self._find = find
        self._known: dict[str, tuple[Place, tuple[PlaceCandidate, ...]]] = {}

    async def look_up(self, reader: _Reader, rows: Iterable[Row], columns: Sequence[str]) -> None:
        """Have the places of these columns; an unclear one becomes a fault, with what it may be."""
        for reader.line, cells in rows:
            for column in columns:
                if words := cells.get(column):
                    await self._look_up(reader, column, words)

    async def _look_up(self, reader: _Reader, column: str, words: str) -> None:
        if words not in self._known:
            candidates = await self._find(words[:200], None)
            self._known[words] = choose_place(Place(heard=words), candidates), candidates
        place, candidates = self._known[words]
        if place.level == UNPLACED or place.lon_lat is None:
            may = "; ".join(one.label for one in candidates[:3])
            if may:
                reader.fault(
                    column,
                    f"«{words}» chưa rõ, có thể là: {may}. Viết thêm phường, hoặc vĩ độ, kinh độ",
                    f"“{words}” is unclear, it may be: {may}. Add the ward, or write latitude, longitude",
                )
            else:
                reader.fault(
                    column,
                    f"không tìm thấy «{words}». Viết lại, hoặc vĩ độ, kinh độ",
                    f"“{words}” is not found. Write it otherwise, or as latitude, longitude",
                )
        elif (place.radius_m or 0.0) > WIDEST_M:
            reader.fault(
                column,
                f"«{words}» chỉ rõ tới {place.radius_m:.0f} m. Viết thêm số nhà, phường, hoặc vĩ độ, kinh độ",
                f"“{words}” is only known to {place.radius_m:.0f} m. Add number and ward, or write latitude, "
                "longitude",
            )

    def position(self, words: str) -> tuple[float, float]:
        """(lon, lat) of words that were looked up."""
        at = self._known[words][0].lon_lat
        assert at is not None, words
        return at.lon, at.lat

    def halt(self, words: str, windows: tuple[tuple[str, str], ...], minutes: int) -> HaltLine:
        """The halt there, with the words that the planner used and how exactly the place is known."""
        radius_m = self._known[words][0].radius_m or 0.0
        told = f"{words[:180]} (±{radius_m:.0f} m)" if radius_m > EXACT_M else words[:200]
        return HaltLine(at=self.position(words), windows=windows, duration_s=60 * minutes, place=told)
