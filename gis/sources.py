"""Which city to build: the extract that was named, one lying in the data folder, else a generated city."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import osmium

from gis.errors import FetchFailed, SourceBroken, SourceMissing
from gis.geometry import Bbox, LonLat
from gis.importers.contents import CitySources
from gis.importers.generated import write_generated_city

GEOFABRIK_VIETNAM = "https://download.geofabrik.de/asia/vietnam-latest.osm.pbf"
HCMC_BBOX = Bbox(106.35, 10.35, 107.05, 11.20)
FETCHED_NAME = "city.osm.pbf"
_FACILITY_FILES = ("hospitals*.json", "facilities*.json", "facilities*.csv")
_AREA_KEYS = ("natural", "waterway", "leisure", "landuse")


def choose_sources(
    data_dir: Path,
    city_osm: Path | None = None,
    wards: Path | None = None,
    facilities: tuple[Path, ...] = (),
    addresses: tuple[Path, ...] = (),
    *,
    seed: int = 1,
) -> CitySources:
    """The sources of the city to build.

    In order: `city_osm` (setting CITY_OSM); the newest *.osm.pbf in `data_dir`; a generated city, written to
    `data_dir/generated`. What is not named is looked for in `data_dir`: *wards*.geojson, facilities*.csv,
    facilities*.json, hospitals*.json, addresses*.csv. Raises SourceMissing when CITY_OSM names no file.
    """
    if city_osm is not None and not city_osm.is_file():
        raise SourceMissing(city_osm)
    found = (
        sorted(data_dir.glob("*.osm.pbf"), key=lambda path: path.stat().st_mtime) if data_dir.is_dir() else []
    )
    osm = city_osm or (found[-1] if found else None)
    if osm is None:
        return write_generated_city(data_dir / "generated", seed)
    return CitySources(
        osm,
        wards=wards or next(iter(sorted(data_dir.glob("*wards*.geojson"))), None),
        facilities=facilities
        or tuple(sorted(path for pattern in _FACILITY_FILES for path in data_dir.glob(pattern))),
        addresses=addresses or tuple(sorted(data_dir.glob("addresses*.csv"))),
    )


def fetch_extract(
    data_dir: Path,
    progress: Callable[[str, float], None],
    url: str = GEOFABRIK_VIETNAM,
    bbox: Bbox = HCMC_BBOX,
) -> Path:
    """Download a current extract and cut the city out of it; the file's path.

    An extract that was there before is replaced only when the new one is complete. Raises FetchFailed.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    whole = data_dir / "download.part"
    cut = data_dir / "clipped.part.osm.pbf"
    target = data_dir / FETCHED_NAME
    try:
        _download(url, whole, progress)
        progress("clip", 0.0)
        clip_extract(whole, cut, bbox)
        cut.replace(target)
        progress("clip", 1.0)
    except httpx.HTTPError as error:
        raise FetchFailed(url, str(error) or type(error).__name__) from error
    except SourceBroken as error:
        raise FetchFailed(url, error.detail) from error
    finally:
        whole.unlink(missing_ok=True)
        cut.unlink(missing_ok=True)
    return target


def _download(url: str, target: Path, progress: Callable[[str, float], None]) -> None:
    with httpx.stream("GET", url, follow_redirects=True, timeout=30) as answer, target.open("wb") as file:
        answer.raise_for_status()
        total = int(answer.headers.get("content-length", 0))
        for piece in answer.iter_bytes(1 << 20):
            file.write(piece)
            progress("download", min(1.0, file.tell() / total) if total else 0.0)


def clip_extract(source: Path, target: Path, bbox: Bbox) -> None:
    """Cut a box out of an extract: the nodes in it, ways and relations that touch it, with all their nodes.

    Raises SourceBroken when the source is no extract.
    """
    try:
        inside = _ids_inside(source, bbox)
        target.unlink(missing_ok=True)
        with osmium.BackReferenceWriter(str(target), ref_src=str(source), overwrite=True) as writer:
            for thing in _objects(source):
                if _wanted(thing, inside):
                    writer.add(thing)
    except RuntimeError as error:
        raise SourceBroken(source, str(error)) from error


def _objects(source: Path) -> Iterator[Any]:
    yield from osmium.FileProcessor(str(source))


def _ids_inside(source: Path, bbox: Bbox) -> Any:
    """Ids of the nodes in the box and of the ways that touch it."""
    inside = osmium.IdTracker()
    for thing in _objects(source):
        if thing.is_node():
            if bbox.contains(LonLat(thing.lon, thing.lat)):
                inside.add_node(thing.id)
        elif thing.is_way() and any(inside.node_ids().get(node.ref) for node in thing.nodes):
            inside.add_way(thing.id)
    return inside


def _wanted(thing: Any, inside: Any) -> bool:
    if thing.is_node():
        return bool(inside.node_ids().get(thing.id))
    if thing.is_way():
        return bool(inside.way_ids().get(thing.id))
    if thing.tags.get("type") == "restriction" or any(key in thing.tags for key in _AREA_KEYS):
        return any(member.type == "w" and inside.way_ids().get(member.ref) for member in thing.members)
    return False
