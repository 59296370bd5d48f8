"""A file of texts into a file of places."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gis.errors import SourceBroken, SourceMissing
from gis.geocode.geocoder import Geocoder
from gis.geometry import LonLat, PositionError, check_lon_lat

_DELIMITERS = ",;\t"
_UTF_16 = frozenset({b"\xff\xfe", b"\xfe\xff"})
_WIDEST_M = 1_000_000.0
ANSWER = ("id", "lon", "lat", "radius_m", "confidence", "level", "ward_code", "ward", "ms")


async def geocode_file(
    geocoder: Geocoder, source: Path, target: Path, progress: Callable[[float], None]
) -> tuple[int, int]:
    """Answers every row of a CSV file; (rows, rows with a place).

    The file is UTF-8 or UTF-16, its columns parted by commas, semicolons or tabs. Columns asked: id, text
    and, where a handset told them, lon, lat and radius_m. Columns answered: `ANSWER`, one row for each asked,
    the place empty where nothing was found (a handset of the city is then the place, level coordinates);
    `ms` is the time the answer took. Raises SourceMissing, or SourceBroken naming the line.
    """
    rows = list(_read(source))
    found = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ANSWER)
        for n, (id_, text, near, radius_m) in enumerate(rows, start=1):
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
            progress(n / len(rows))
    return len(rows), found


def _read(path: Path) -> Iterator[tuple[str, str, LonLat | None, float | None]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceMissing(path) from error
    try:
        text = raw.decode("utf-16" if raw[:2] in _UTF_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceBroken(path, f"neither UTF-8 nor UTF-16: byte {error.start}") from error
    yield from _read_rows(path, text)


def _read_rows(path: Path, text: str) -> Iterator[tuple[str, str, LonLat | None, float | None]]:
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count))
    try:
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        missing = {"id", "text"} - set(reader.fieldnames)
        if missing:
            raise SourceBroken(path, f"no column {', '.join(sorted(missing))}")
        for row in reader:
            yield row["id"] or "", row["text"] or "", _near(row), _radius(row.get("radius_m"))
    except (ValueError, PositionError, csv.Error) as error:
        raise SourceBroken(path, f"line {reader.line_num}: {error}") from error


def _near(row: dict[str, str]) -> LonLat | None:
    lon, lat = _number(row.get("lon")), _number(row.get("lat"))
    return None if lon is None or lat is None else check_lon_lat(lon, lat)


def _radius(text: str | None) -> float | None:
    radius_m = _number(text)
    if radius_m is not None and not 0 <= radius_m <= _WIDEST_M:
        raise ValueError(f"radius_m {text} is not within 0 and {_WIDEST_M:.0f}")
    return radius_m


def _number(text: str | None) -> float | None:
    return float(text.replace(",", ".")) if text and text.strip() else None
