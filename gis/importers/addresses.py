"""House numbers from a CSV file: housenumber, street, lat, lon."""

from __future__ import annotations

import csv
from pathlib import Path

from gis.errors import SourceBroken, SourceMissing, WrongProjection
from gis.geocode.numbers import number_path
from gis.geometry import PositionError, check_lon_lat
from gis.importers.model import Address


def read_addresses(path: Path) -> list[Address]:
    """Read the rows that carry a house number; other columns are ignored.

    Raises SourceMissing, SourceBroken or WrongProjection.
    """
    if not path.is_file():
        raise SourceMissing(path)
    found: list[Address] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                lon, lat = float(row["lon"]), float(row["lat"])
                try:
                    position = check_lon_lat(lon, lat)
                except PositionError as error:
                    raise WrongProjection(path, f"line {len(found) + 2} has {lon}, {lat}") from error
                if number_path(row["housenumber"] or ""):
                    found.append(Address(row["housenumber"], row["street"] or "", position, path.name))
    except (KeyError, ValueError, TypeError) as error:
        raise SourceBroken(path, f"{type(error).__name__}: {error}") from error
    return found
