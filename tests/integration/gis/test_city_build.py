"""A city is built beside the one in use; whatever fails, that one stays."""

import json
import shutil
from pathlib import Path

import osmium
import psycopg
import pytest
from osmium.osm import mutable

from gis.city import build_city, open_city, settle_city
from gis.errors import (
    CityBuildError,
    ForeignPlace,
    NoCity,
    NoRoads,
    SourceBroken,
    SourceMissing,
    StepFailed,
    WrongProjection,
)
from gis.importers.contents import CitySources
from gis.importers.generated import write_generated_city

SMALL_M = 1500.0
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> CitySources:
    return write_generated_city(tmp_path_factory.mktemp("sources"), seed=3, half_size_m=SMALL_M)


def _counts(dsn: str) -> dict[str, int]:
    tables = (
        "streets",
        "house_numbers",
        "wards",
        "places",
        "stations",
        "facilities",
        "water",
        "intersections",
    )
    with psycopg.connect(dsn) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM gis.{table}".encode()).fetchone()[0]  # type: ignore[index]
            for table in tables
        }


def _write_node(path: Path) -> Path:
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_node(mutable.Node(id=1, version=1, location=(106.7, 10.77), tags={"amenity": "cafe"}))
    return path


def _wards(path: Path, west: float, south: float) -> Path:
    ring = [[west, south], [west + 0.2, south], [west + 0.2, south + 0.2], [west, south + 0.2], [west, south]]
    feature = {
        "type": "Feature",
        "properties": {"code": "1", "name": "Phường Một"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def test_a_city_is_built_from_nothing_and_opened_again(
    empty_database_url: str, tmp_path: Path, sources: CitySources
) -> None:
    steps: list[tuple[str, float]] = []
    pack = build_city(
        empty_database_url, tmp_path, sources.osm, sources.wards, generated=True,
        graph_builder=lambda osm, folder: (folder / "graph").write_bytes(osm.read_bytes()[:8]) and None,
        progress=lambda step, share: steps.append((step, share)),
    )  # fmt: skip
    assert open_city(tmp_path) == pack == settle_city(empty_database_url, tmp_path)
    assert (pack.folder / "graph").is_file()
    assert pack.basemap.read_bytes()[:7] == b"PMTiles"
    assert (pack.generated, pack.osm_date, pack.attribution) == (
        True,
        None,
        "Thành phố giả lập / generated city",
    )
    counts = _counts(empty_database_url)
    assert min(counts.values()) > 0
    assert counts == {table: pack.counts[table] for table in counts}
    assert {step for step, share in steps if share == 1.0} >= {
        "read map",
        "streets",
        "basemap",
        "database",
        "city",
    }
    assert all(0 <= share <= 1 for _, share in steps)


def test_whatever_fails_the_city_in_use_stays(
    empty_database_url: str, tmp_path: Path, sources: CitySources
) -> None:
    pack = build_city(empty_database_url, tmp_path, sources.osm, sources.wards, generated=True)
    before = _counts(empty_database_url)
    bad = tmp_path / "bad"
    bad.mkdir()
    broken = bad / "broken.osm.pbf"
    broken.write_bytes(sources.osm.read_bytes()[:20_000] + b"\x00" * 500)
    not_osm = bad / "text.osm.pbf"
    not_osm.write_text("not a map", encoding="utf-8")
    text_wards = bad / "wards.geojson"
    text_wards.write_text("{", encoding="utf-8")

    def fail(_osm: Path, _folder: Path) -> None:
        raise StepFailed("road graph", "no memory")

    attempts = [
        (SourceMissing, bad / "absent.osm.pbf", sources.wards, None),
        (SourceBroken, broken, sources.wards, None),
        (SourceBroken, not_osm, sources.wards, None),
        (SourceBroken, sources.osm, text_wards, None),
        (NoRoads, _write_node(bad / "empty.osm.pbf"), sources.wards, None),
        (ForeignPlace, sources.osm, _wards(bad / "hanoi.geojson", 105.7, 20.9), None),
        (WrongProjection, sources.osm, _wards(bad / "metres.geojson", 600_000, 1_190_000), None),
        (StepFailed, sources.osm, sources.wards, fail),
    ]
    for error, osm, wards, graph_builder in attempts:
        with pytest.raises(error) as raised:
            build_city(empty_database_url, tmp_path, osm, wards, graph_builder=graph_builder)
        assert isinstance(raised.value, CityBuildError)
        assert len(str(raised.value)) > 20
        assert open_city(tmp_path) == pack
        assert _counts(empty_database_url) == before
    assert not list((tmp_path / "city").glob(".building-*"))


def test_a_change_over_cut_short_is_settled_by_the_database(
    empty_database_url: str, tmp_path: Path, sources: CitySources
) -> None:
    first = build_city(empty_database_url, tmp_path, sources.osm, sources.wards, generated=True)
    second = build_city(empty_database_url, tmp_path, sources.osm, sources.wards, generated=True)
    pointer = tmp_path / "city" / "current"
    assert pointer.read_text() == second.pack_id
    pointer.write_text(first.pack_id)  # as after a kill between the two last steps
    assert settle_city(empty_database_url, tmp_path) == second
    assert open_city(tmp_path) == second


def test_two_builds_at_once_do_not_mix(empty_database_url: str, tmp_path: Path, sources: CitySources) -> None:
    with psycopg.connect(empty_database_url) as other:
        other.execute("SELECT pg_advisory_lock(1734964063)")
        with pytest.raises(CityBuildError, match="another build"):
            build_city(empty_database_url, tmp_path, sources.osm, sources.wards)


def test_without_a_city_opening_says_so(empty_database_url: str, tmp_path: Path) -> None:
    with pytest.raises(NoCity):
        open_city(tmp_path)
    with pytest.raises(NoCity):
        settle_city(empty_database_url, tmp_path)


def test_a_pack_moved_with_its_data_folder_is_still_opened(
    empty_database_url: str, tmp_path: Path, sources: CitySources
) -> None:
    build_city(empty_database_url, tmp_path / "old", sources.osm, sources.wards, generated=True)
    shutil.move(tmp_path / "old", tmp_path / "new")
    assert open_city(tmp_path / "new").basemap.is_file()
