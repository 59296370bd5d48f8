"""House numbers from a CSV file: housenumber, street, lat, lon, or without a position ward and district."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from gis.errors import SourceBroken, WrongProjection
from gis.geocode.numbers import number_path
from gis.geometry import PositionError, check_lon_lat
from gis.importers.model import Address, ListedAddress
from gis.rows import CsvRow, read_rows, read_text

Tell = Callable[[int, str], None]
"""Hears of a row that is left out: its line, and what is wrong in Vietnamese and English, parted by " / "."""


def read_addresses(path: Path) -> list[Address]:
    """Read the rows that carry a house number and a position; other columns are ignored.

    Raises SourceMissing, SourceBroken or WrongProjection.
    """
    return [row for row in read_all_addresses(path) if isinstance(row, Address)]


def read_all_addresses(path: Path, tell: Tell | None = None) -> list[Address | ListedAddress]:
    """Read the rows that carry a house number, those without a position too where they tell their ward.

    A row that cannot be read is told with its line and left out; without `tell`, or where no row can be read,
    it is raised. Raises SourceMissing, SourceBroken or WrongProjection.
    """
    try:
        columns, rows = read_rows(read_text(path))
        missing = {"housenumber", "street"} - set(columns)
        if missing:
            raise SourceBroken(path, f"no column {', '.join(sorted(missing))}")
        return _read_each(path, rows, tell)
    except csv.Error as error:
        raise SourceBroken(path, str(error)) from error


def _read_each(path: Path, rows: Iterable[CsvRow], tell: Tell | None) -> list[Address | ListedAddress]:
    found: list[Address | ListedAddress] = []
    first: SourceBroken | WrongProjection | None = None
    readable = 0
    for row in rows:
        try:
            address = _address(path, row)
        except (SourceBroken, WrongProjection) as fault:
            if tell is None:
                raise
            first = first or fault
            tell(row.line, _FAULTS[type(fault)] if not row.torn else _TORN)
            continue
        readable += 1
        if address is not None:
            found.append(address)
        elif tell is not None:
            tell(row.line, _NO_NUMBER)
    if first is not None and not readable:
        raise first
    return found


_TORN = "dấu ngoặc kép không đóng / a quote that is not closed"
_NO_NUMBER = "không có số nhà / no house number"
_FAULTS: dict[type[Exception], str] = {
    SourceBroken: "không có vị trí, cũng không có phường / neither a position nor a ward",
    WrongProjection: "không phải độ WGS84 / no degrees WGS84",
}


def _address(path: Path, row: CsvRow) -> Address | ListedAddress | None:
    """What a row tells; None without a house number. Raises SourceBroken or WrongProjection with its line."""
    if row.torn:
        raise SourceBroken(path, f"line {row.line}: a quote that is not closed")
    number, street, lon_said, lat_said = map(row.get, ("housenumber", "street", "lon", "lat"))
    numbered = bool(number_path(number))
    if not lat_said and not lon_said and row.get("ward"):
        return ListedAddress(number, street, row.get("ward"), row.get("district")) if numbered else None
    try:
        lon, lat = float(lon_said), float(lat_said)
    except ValueError as error:
        raise SourceBroken(path, f"line {row.line}: {error}") from error
    try:
        position = check_lon_lat(lon, lat)
    except PositionError as error:
        raise WrongProjection(path, f"line {row.line} has {lon}, {lat}") from error
    return Address(number, street, position, path.name) if numbered else None
