"""Hospitals, clinics, police, fire and ambulance posts from CSV or JSON files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gis.errors import SourceBroken, SourceMissing, WrongProjection
from gis.geocode.fold import fold
from gis.geometry import LonLat, PositionError, check_lon_lat
from gis.importers.model import Facility

KINDS = {
    "hospital": "hospital",
    "benh vien": "hospital",
    "clinic": "clinic",
    "doctors": "clinic",
    "police": "police",
    "fire_station": "fire",
    "fire": "fire",
    "ambulance_station": "ambulance",
    "ambulance": "ambulance",
}
_NOT_HOSPITALS = (
    "tham my",
    "spa",
    "beauty",
    "nha khoa",
    "thu y",
    "rang ham mat",
    "vien mat kinh",
    "laser",
    "skin",
)
_HOSPITAL_SIGNS = ("rang ham mat trung uong", "benh vien rang ham mat", "benh vien da khoa")


def facility_kind(tag: str, name: str) -> str | None:
    """Our kind for an OSM amenity or a file's kind, None for what is no facility of ours.

    Beauty, dental and animal clinics that call themselves hospitals are clinics: no ambulance goes there.
    """
    kind = KINDS.get(tag.strip().lower()) or KINDS.get(fold(tag))
    if kind != "hospital":
        return kind
    folded = fold(name)
    if any(word in folded for word in _NOT_HOSPITALS) and not any(s in folded for s in _HOSPITAL_SIGNS):
        return "clinic"
    return kind


def read_facilities(path: Path) -> list[Facility]:
    """Read `kind,name,lat,lon[,synthetic,osm|id]` as CSV, or `{"items": [{id, name, kind, c: [lat, lon]}]}`.

    Rows without a name get one from their kind. Raises SourceMissing, SourceBroken or WrongProjection.
    """
    if not path.is_file():
        raise SourceMissing(path)
    try:
        rows = list(_json_rows(path) if path.suffix == ".json" else _csv_rows(path))
    except (KeyError, ValueError, TypeError, UnicodeDecodeError) as error:
        raise SourceBroken(path, f"{type(error).__name__}: {error}") from error
    found = []
    for row_id, tag, name, lon, lat, synthetic in rows:
        kind = facility_kind(tag, name)
        if kind is None or not name:
            continue
        try:
            position = check_lon_lat(lon, lat)
        except PositionError as error:
            raise WrongProjection(path, f"facility {name!r} has {lon}, {lat}") from error
        found.append(Facility(f"{path.stem}-{row_id}", kind, name, LonLat(*position), synthetic, path.name))
    return found


def _json_rows(path: Path) -> Iterator[tuple[str, str, str, float, float, bool]]:
    content: Any = json.loads(path.read_text(encoding="utf-8"))
    for item in content["items"]:
        lat, lon = item["c"]
        yield (
            str(item["id"]),
            item["kind"],
            item["name"].strip(),
            float(lon),
            float(lat),
            bool(item.get("synthetic")),
        )


def _csv_rows(path: Path) -> Iterator[tuple[str, str, str, float, float, bool]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            row_id = row.get("id") or row.get("osm") or str(number)
            synthetic = (row.get("synthetic") or "").strip().lower() in {"1", "true", "yes"}
            yield row_id, row["kind"], row["name"].strip(), float(row["lon"]), float(row["lat"]), synthetic
