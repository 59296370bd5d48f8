"""City packs: built beside the one in use, changed over at the very end.

A pack is a folder `data_dir/city/<pack id>/` with pack.json, basemap.pmtiles and the road graph, and the
tables of schema `gis`. The file `data_dir/city/current` names the pack in use; the database row `gis.city`
names the pack its tables belong to, and is the truth of the two (`settle_city`).
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import msgspec
import psycopg

from gis.errors import CityBuildError, NoCity, StepFailed
from gis.geometry import Bbox
from gis.importers import fill
from gis.importers.contents import CityContents, CitySources, Progress, read_contents
from gis.store import schema, tables
from gis.tiles.basemap import write_basemap

GraphBuilder = Callable[[Path, Path], None]
"""Compiles the road graph of an extract (first path) into a pack's folder (second path)."""

OSM_ATTRIBUTION = "© OpenStreetMap contributors"
GENERATED_ATTRIBUTION = "Thành phố giả lập / generated city"


LAYOUT = 8
"""Of the tables and of the keys in them; a city of an older one is built anew."""


class CityPack(msgspec.Struct, frozen=True):
    """A built city. `folder` holds the road graph beside the basemap."""

    pack_id: str
    name: str
    source: str
    generated: bool
    osm_date: dt.date | None
    built_at: dt.datetime
    bbox: Bbox
    attribution: str
    ward_source: str
    counts: dict[str, int]
    folder: Path
    layout: int = 0

    @property
    def basemap(self) -> Path:
        """The PMTiles file."""
        return self.folder / "basemap.pmtiles"


def build_city(
    dsn: str,
    data_dir: Path,
    osm: Path,
    wards: Path | None = None,
    facilities: tuple[Path, ...] = (),
    addresses: tuple[Path, ...] = (),
    *,
    generated: bool = False,
    name: str = "Thành phố Hồ Chí Minh",
    graph_builder: GraphBuilder | None = None,
    progress: Progress | None = None,
) -> CityPack:
    """Build a city from its sources and put it in use.

    A failure anywhere raises CityBuildError and leaves the city in use before as it was.
    """
    report = progress or (lambda _step, _share: None)
    sources = CitySources(osm, wards, facilities, addresses, generated)
    packs = data_dir / "city"
    packs.mkdir(parents=True, exist_ok=True)
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not schema.try_lock_build(connection):
            raise CityBuildError("another build of a city is running on this database")
        contents = read_contents(sources, report)
        pack = _describe(contents, sources, packs, name)
        work_dir = packs / f".building-{pack.pack_id}"
        _sweep(packs)
        work_dir.mkdir()
        try:
            _write_files(contents, work_dir, graph_builder, report)
            pack = _fill_tables(connection, contents, pack, report)
            _change_over(connection, pack, work_dir, packs)
        except OSError as error:
            raise StepFailed("pack", str(error)) from error
        except psycopg.Error as error:
            raise StepFailed("database", str(error)) from error
        finally:
            shutil.rmtree(work_dir, ignore_errors=True)
    report("city", 1.0)
    return pack


def _describe(contents: CityContents, sources: CitySources, packs: Path, name: str) -> CityPack:
    now = dt.datetime.now(dt.UTC)
    pack_id = f"{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"
    return CityPack(
        pack_id=pack_id,
        name=name,
        source=sources.osm.name,
        generated=sources.generated,
        osm_date=None if sources.generated else contents.osm.date,
        built_at=now,
        bbox=contents.osm.bbox,
        attribution=GENERATED_ATTRIBUTION if sources.generated else OSM_ATTRIBUTION,
        ward_source=contents.wards[0].source,
        counts={},
        folder=packs / pack_id,
        layout=LAYOUT,
    )


def _write_files(
    contents: CityContents, work_dir: Path, graph_builder: GraphBuilder | None, report: Progress
) -> None:
    scratch = work_dir / "layers"
    scratch.mkdir()
    report("basemap", 0.0)
    write_basemap(contents, work_dir / "basemap.pmtiles", scratch, lambda share: report("basemap", share))
    shutil.rmtree(scratch)
    report("basemap", 1.0)
    if graph_builder is not None:
        report("road graph", 0.0)
        graph_builder(contents.osm.path, work_dir)
        report("road graph", 1.0)


def _fill_tables(
    connection: schema.Connection, contents: CityContents, pack: CityPack, report: Progress
) -> CityPack:
    report("database", 0.0)
    schema.ensure_extensions(connection)
    with connection.transaction():
        schema.create_staging(connection)
        counts = fill.fill_staging(connection, contents, lambda share: report("database", share * 0.8))
        full = msgspec.structs.replace(pack, counts=counts)
        schema.copy_rows(connection, tables.city, [_city_row(full)])
        schema.index_staging(connection)
    report("database", 1.0)
    return full


def _city_row(pack: CityPack) -> tuple[object, ...]:
    return (
        pack.pack_id, pack.name, pack.source, pack.generated, pack.osm_date, pack.attribution,
        str(pack.folder), pack.built_at, *pack.bbox,
    )  # fmt: skip


def _change_over(connection: schema.Connection, pack: CityPack, work_dir: Path, packs: Path) -> None:
    """The only moment that touches what is in use. A crash between the two steps is healed by settle_city."""
    (work_dir / "pack.json").write_bytes(msgspec.json.format(msgspec.json.encode(pack, enc_hook=str)))
    _sync(work_dir / "pack.json")
    work_dir.rename(pack.folder)
    try:
        with connection.transaction():
            schema.swap_staging(connection)
    except psycopg.Error:
        shutil.rmtree(pack.folder, ignore_errors=True)
        raise
    _point_to(packs, pack.pack_id)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _point_to(packs: Path, pack_id: str) -> None:
    pointer = packs / "current.new"
    pointer.write_text(pack_id, encoding="utf-8")
    _sync(pointer)
    pointer.replace(packs / "current")


def _sweep(packs: Path) -> None:
    """Forget what a killed build left, and packs older than the one in use and the one before it."""
    for left in packs.glob(".building-*"):
        shutil.rmtree(left, ignore_errors=True)
    pointer = packs / "current"
    current = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else ""
    finished = sorted(folder for folder in packs.iterdir() if (folder / "pack.json").is_file())
    for folder in finished[:-2]:
        if folder.name != current:
            shutil.rmtree(folder, ignore_errors=True)


def open_city(data_dir: Path) -> CityPack:
    """The city in use. Raises NoCity."""
    packs = data_dir / "city"
    try:
        pack_id = (packs / "current").read_text(encoding="utf-8").strip()
        return _read_pack(packs / pack_id)
    except (OSError, msgspec.DecodeError) as error:
        raise NoCity(data_dir) from error


def _read_pack(folder: Path) -> CityPack:
    content = msgspec.json.decode((folder / "pack.json").read_bytes())
    content["folder"] = str(folder)  # the data folder may have moved since

    def decode(kind: type, value: object) -> object:
        return Path(str(value)) if kind is Path else value

    return msgspec.convert(content, CityPack, dec_hook=decode)


def settle_city(dsn: str, data_dir: Path) -> CityPack:
    """Make the pointer agree with the database, after a build was killed between its last two steps.

    Raises NoCity when the database holds no city, its pack's folder is gone, or its tables are of an older
    layout.
    """
    packs = data_dir / "city"
    with psycopg.connect(dsn, autocommit=True) as connection:
        pack_id = schema.find_pack_id(connection)
        if pack_id is not None:
            schema.ensure_areas(connection)
    if pack_id is None or not (packs / pack_id / "pack.json").is_file():
        raise NoCity(data_dir)
    pointer = packs / "current"
    if not pointer.exists() or pointer.read_text(encoding="utf-8").strip() != pack_id:
        _point_to(packs, pack_id)
    pack = open_city(data_dir)
    if pack.layout != LAYOUT:
        raise NoCity(data_dir)
    return pack
