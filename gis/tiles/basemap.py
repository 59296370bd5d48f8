"""The basemap's layers, written as GeoJSON lines and cut into tiles by tippecanoe.

Layers, zoom 9 to 15 (screens draw 16 and beyond from 15):
roads {class, name}, water {kind, name}, parks {name}, places {name, kind}, wards {name, code}.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping

from gis.errors import StepFailed
from gis.importers.contents import CityContents

MIN_ZOOM = 9
MAX_ZOOM = 15
_ROAD_ZOOM = {
    "motorway": 9, "trunk": 9, "primary": 9, "secondary": 10, "tertiary": 11, "unclassified": 12,
    "residential": 13, "living_street": 13, "pedestrian": 13, "road": 13, "service": 14,
}  # fmt: skip
_OTHER_ROAD_ZOOM = 14
_LABEL_ZOOM = {
    "amenity=hospital": 12, "railway=station": 12, "aeroway=aerodrome": 11, "amenity=university": 13,
    "amenity=marketplace": 13, "leisure=park": 13, "tourism=attraction": 13, "place=suburb": 11,
    "amenity=police": 13, "amenity=fire_station": 13, "amenity=school": 14, "amenity=place_of_worship": 14,
}  # fmt: skip
_OTHER_LABEL_ZOOM = 15
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_SQUARE_DEGREE_SMALL = 1e-6  # about 1.2 ha: smaller waters and parks appear when zoomed in


def write_basemap(
    contents: CityContents, target: Path, work_dir: Path, progress: Callable[[float], None]
) -> None:
    """Write the layers into work_dir and the tiles to `target`. Raises StepFailed."""
    layers = {
        "roads": _roads(contents),
        "water": _shapes(contents, water=True),
        "parks": _shapes(contents, water=False),
        "places": _places(contents),
        "wards": _wards(contents),
    }
    arguments = []
    for name, features in layers.items():
        path = work_dir / f"{name}.geojsonl"
        if _write_lines(path, features):
            arguments += ["-L", f"{name}:{path}"]
    _run_tippecanoe(
        ["-o", str(target), "-Z", str(MIN_ZOOM), "-z", str(MAX_ZOOM), "--force", "--no-tile-size-limit",
         "--no-feature-limit", "--simplification=4", "--buffer=8", "--name=city", *arguments],
        work_dir,
        progress,
    )  # fmt: skip


def _run_tippecanoe(arguments: list[str], work_dir: Path, progress: Callable[[float], None]) -> None:
    beside = Path(sys.executable).with_name("tippecanoe")
    program = str(beside) if beside.exists() else shutil.which("tippecanoe")
    if program is None:
        raise StepFailed("basemap", "the program tippecanoe is not installed")
    command = [program, "-t", str(work_dir), *arguments]
    with subprocess.Popen(command, bufsize=0, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        said = b""
        while process.stderr is not None and (piece := process.stderr.read(4096)):
            said = (said + piece)[-8192:]
            shares = _PERCENT.findall(piece.decode("utf-8", "replace"))
            if shares:
                progress(min(1.0, float(shares[-1]) / 100))
    if process.returncode != 0:
        raise StepFailed("basemap", said.decode("utf-8", "replace").strip()[-500:])


def _write_lines(path: Path, features: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for feature in features:
            file.write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
            file.write("\n")
            count += 1
    return count


def _feature(geometry: Any, min_zoom: int, **properties: str | None) -> dict[str, Any]:
    return {
        "type": "Feature",
        "tippecanoe": {"minzoom": min_zoom},
        "properties": {key: value for key, value in properties.items() if value},
        "geometry": mapping(geometry),
    }


def _roads(contents: CityContents) -> Iterator[dict[str, Any]]:
    for road in contents.osm.roads:
        kind = road.highway.removesuffix("_link")
        zoom = _ROAD_ZOOM.get(kind, _OTHER_ROAD_ZOOM) + (2 if kind != road.highway else 0)
        line = shapely.LineString(road.line)
        yield _feature(line, min(zoom, MAX_ZOOM), **{"class": kind}, name=road.name)


def _shapes(contents: CityContents, *, water: bool) -> Iterator[dict[str, Any]]:
    for shape in contents.osm.shapes:
        if (shape.kind != "park") != water:
            continue
        if shape.geometry.area:
            zoom = MIN_ZOOM if shape.geometry.area > _SQUARE_DEGREE_SMALL else 12
        else:
            zoom = MIN_ZOOM if shape.kind in {"river", "canal"} else 12
        kind = shape.kind if water else None
        yield _feature(shape.geometry, zoom, kind=kind, name=shape.name)


def _places(contents: CityContents) -> Iterator[dict[str, Any]]:
    for place in contents.landmarks:
        zoom = _LABEL_ZOOM.get(place.kind, _OTHER_LABEL_ZOOM)
        kind = place.kind.partition("=")[2]
        yield _feature(shapely.Point(place.lon_lat), zoom, name=place.name, kind=kind)


def _wards(contents: CityContents) -> Iterator[dict[str, Any]]:
    for ward in contents.wards:
        yield _feature(ward.geometry, MIN_ZOOM, name=ward.name, code=ward.code)
