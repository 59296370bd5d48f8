"""A file of texts into a file of places."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from gis.errors import NotWritten, SourceBroken
from gis.geocode.geocoder import Geocoder
from gis.geometry import LonLat, PositionError, check_lon_lat
from gis.rows import CsvRow, read_rows, read_text

_DELIMITERS = ",;\t"
_WIDEST_M = 1_000_000.0
_HEAD_SHOWN = 80
_TORN = "dấu ngoặc kép không đóng, đọc đến hết dòng / a quote that is not closed: read to the end of its line"
Tell = Callable[[int, str], None]
"""Hears of a line that was read with doubt, and why."""
ANSWER = ("id", "lon", "lat", "radius_m", "confidence", "level", "ward_code", "ward", "ms")


async def geocode_file(
    geocoder: Geocoder,
    source: Path,
    target: Path,
    progress: Callable[[float], None],
    tell: Tell = lambda _line, _why: None,
) -> tuple[int, int]:
    """Answers every row of a CSV file; (rows, rows with a place).

    The file is UTF-8 or UTF-16, its columns parted by commas, semicolons or tabs. Columns asked: id, text
    and, where a handset told them, lon, lat and radius_m. Columns answered: `ANSWER`, one row for each asked,
    the place empty where nothing was found (a handset of the city is then the place, level coordinates);
    `ms` is the time the answer took. A line with a quote that is not closed is told, and read to
    its end; the lines behind it are their own rows. Where the text stands last, commas in it need no quotes.
    The target is there when all is answered, never half. Raises SourceMissing, SourceBroken naming the
    line, or NotWritten, before anything is asked.
    """
    whole = read_text(source)
    count, found = sum(1 for _ in _read(source, whole, tell)), 0
    # The city's wards and names are read before the first row's time begins.
    await geocoder.reload()
    with _whole_file(target) as file:
        writer = csv.writer(file)
        writer.writerow(ANSWER)
        for n, (id_, text, near, radius_m) in enumerate(_read(source, whole, _tell_nobody), start=1):
            started = time.perf_counter()
            candidates = await geocoder.geocode(text, near=near, near_radius_m=radius_m)
            if not candidates and near is not None:
                candidates = await geocoder.at_handset(near, radius_m)
            ms = round((time.perf_counter() - started) * 1000, 2)
            if candidates:
                found += 1
                best = candidates[0]
                answer = (best.lon, best.lat, best.radius_m, best.confidence)
                writer.writerow((id_, *answer, best.level, best.ward_code, best.ward, ms))
            else:
                writer.writerow((id_, "", "", "", "", "", "", "", ms))
            progress(n / count)
    return count, found


@contextmanager
def _whole_file(target: Path) -> Iterator[TextIO]:
    """The file to write, named when all of it is written; what is no file (a pipe) as it is."""
    if target.exists() and not target.is_file():
        with _opened(target) as file:
            yield file
        return
    part = target.with_name(f"{target.name}.part")
    try:
        with _opened(part) as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _opened(target: Path) -> TextIO:
    try:
        return target.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise NotWritten(target, error.strerror or str(error)) from error


def _tell_nobody(_line: int, _why: str) -> None:
    """What is doubtful was told when the file was looked through."""


def _read(path: Path, text: str, tell: Tell) -> Iterator[tuple[str, str, LonLat | None, float | None]]:
    line = 1
    try:
        columns, rows = read_rows(text, _DELIMITERS)
        missing = {"id", "text"} - set(columns)
        if missing:
            head = ", ".join(columns)[:_HEAD_SHOWN]
            raise SourceBroken(path, f"no column {', '.join(sorted(missing))} in the first line: {head!r}")
        for row in rows:
            line = row.line
            if row.torn:
                tell(line, _TORN)
            if row.surplus and columns[-1] != "text":
                raise ValueError(f"more cells than columns: {row.surplus[0][:40]}")
            said = ", ".join((row.get("text"), *row.surplus))
            yield row.get("id"), said, _near(row), _radius(row.get("radius_m"))
    except (ValueError, PositionError, csv.Error) as error:
        raise SourceBroken(path, f"line {line}: {error}") from error


def _near(row: CsvRow) -> LonLat | None:
    lon, lat = _number(row.get("lon")), _number(row.get("lat"))
    return None if lon is None or lat is None else check_lon_lat(lon, lat)


def _radius(text: str) -> float | None:
    radius_m = _number(text)
    if radius_m is not None and not 0 <= radius_m <= _WIDEST_M:
        raise ValueError(f"radius_m {text} is not within 0 and {_WIDEST_M:.0f}")
    return radius_m


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if text.strip() else None
