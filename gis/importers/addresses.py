"""House numbers from a CSV file: housenumber, street, lat, lon, or without a position ward and district."""

from __future__ import annotations

import csv
from pathlib import Path

from gis.errors import SourceBroken, SourceMissing, WrongProjection
from gis.geocode.numbers import number_path
from gis.geometry import PositionError, check_lon_lat
from gis.importers.model import Address, ListedAddress


def read_addresses(path: Path) -> list[Address]:
    """Read the rows that carry a house number and a position; other columns are ignored.

    Raises SourceMissing, SourceBroken or WrongProjection.
    """
    return [row for row in read_all_addresses(path) if isinstance(row, Address)]


def read_all_addresses(path: Path) -> list[Address | ListedAddress]:
    """Read the rows that carry a house number, those without a position too where they tell their ward.

    Raises SourceMissing, SourceBroken or WrongProjection.
    """
    if not path.is_file():
        raise SourceMissing(path)
    found: list[Address | ListedAddress] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                if not row.get("lat") and not row.get("lon") and row.get("ward"):
                    number, street = row["housenumber"] or "", row["street"] or ""
                    if number_path(number):
                        found.append(ListedAddress(number, street, row["ward"], row.get("district") or ""))
                    continue
                lon, lat = float(row["lon"]), float(row["lat"])
                try:
                    position = check_lon_lat(lon, lat)
                except PositionError as error:
                    raise WrongProjection(path, f"line {reader.line_num} has {lon}, {lat}") from error
                if number_path(row["housenumber"] or ""):
                    found.append(Address(row["housenumber"], row["street"] or "", position, path.name))
    except (KeyError, ValueError, TypeError) as error:
        raise SourceBroken(path, f"{type(error).__name__}: {error}") from error
    return found
