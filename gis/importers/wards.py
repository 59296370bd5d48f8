"""Ward polygons: from a GeoJSON file, or around the known centroids when there is no file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape as to_shape
from shapely.geometry.base import BaseGeometry

from gis.errors import SourceBroken, SourceMissing, WrongProjection
from gis.geometry import Bbox
from gis.importers.admin_tables import WardCentre, list_ward_centres
from gis.importers.model import Ward

_NAME_KEYS = ("fullName", "ward", "name")
_CODE_KEYS = ("code", "wardCode", "id")


def read_wards(path: Path) -> list[Ward]:
    """Read a GeoJSON FeatureCollection of polygons with `code` and `fullName` (or `name`).

    Invalid rings are repaired. Raises SourceMissing, SourceBroken or WrongProjection.
    """
    if not path.is_file():
        raise SourceMissing(path)
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        wards = [_ward(feature, path.name) for feature in content["features"]]
    except (KeyError, TypeError, AttributeError, ValueError, shapely.errors.ShapelyError) as error:
        raise SourceBroken(path, f"{type(error).__name__}: {error}") from error
    if not wards:
        raise SourceBroken(path, "it holds no ward")
    west, south, east, north = shapely.total_bounds([ward.geometry for ward in wards])
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise WrongProjection(path, f"its bounds are {west:.1f} {south:.1f} {east:.1f} {north:.1f}")
    if len({ward.code for ward in wards}) != len(wards):
        raise SourceBroken(path, "two wards have the same code")
    return wards


def _ward(feature: Any, source: str) -> Ward:
    properties = feature["properties"]
    code = next(str(properties[key]) for key in _CODE_KEYS if properties.get(key))
    name = next(str(properties[key]) for key in _NAME_KEYS if properties.get(key))
    return Ward(code, name, as_multipolygon(to_shape(feature["geometry"])), source)


def as_multipolygon(geometry: BaseGeometry) -> shapely.MultiPolygon:
    """The areas of a geometry, repaired where its rings cross. Raises ValueError when it has none."""
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    parts = [part for part in shapely.get_parts(valid) if part.geom_type in {"Polygon", "MultiPolygon"}]
    polygons = [polygon for part in parts for polygon in shapely.get_parts(part)]
    if not polygons:
        raise ValueError("a ward without an area")
    return shapely.MultiPolygon(polygons)


def wards_around_centres(bbox: Bbox, centres: Sequence[WardCentre] | None = None) -> list[Ward]:
    """Voronoi cells of the known ward middles, clipped to the box: approximate wards where no file exists.

    Empty when no ward's middle lies in the box.
    """
    inside = list(centres if centres is not None else list_ward_centres(bbox))
    if not inside:
        return []
    box = shapely.box(*bbox)
    if len(inside) == 1:
        only = inside[0]
        return [Ward(only.code, only.name, shapely.MultiPolygon([box]), "centroids")]
    points = shapely.MultiPoint([centre.lon_lat for centre in inside])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=box))
    wards = []
    for centre in inside:
        cell = next(c for c in cells if c.covers(shapely.Point(centre.lon_lat)))
        clipped = shapely.intersection(cell, box)
        if not clipped.is_empty:
            wards.append(Ward(centre.code, centre.name, as_multipolygon(clipped), "centroids"))
    return wards
