"""Areas of responsibility: imported whole or not at all, told by feature, kept over rebuilds; whose a point
is."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from math import cos, pi, sin
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import numpy as np
import psycopg
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.host.cluster import PrivateCluster, drop_database
from dispatch.store.connect import open_pool
from gis.errors import AreasRefused, SourceBroken, WrongProjection
from gis.geocode import Geocoder
from gis.geometry import LonLat
from gis.importers.areas import Ground, read_areas
from gis.store import schema
from gis.whose import Kind, Whose, export_areas, find_whose, import_areas, list_imports, remove_areas

if TYPE_CHECKING:
    from tests.conftest import BuiltCity

NOW = datetime(2026, 7, 12, 3, 0, tzinfo=UTC)
LOCAL = timezone(timedelta(hours=7))
AGENCIES = ("113", "114", "115", "112")

Feature = dict[str, Any]


@pytest.fixture(scope="module")
def own_dsn(
    cluster: PrivateCluster, generated_city: "BuiltCity", make_database: Callable[[str | None], str]
) -> Iterator[str]:
    """The generated city, to be written to."""
    dsn = make_database(generated_city.template)
    yield dsn
    drop_database(cluster.dsn("postgres"), str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]))


@pytest.fixture
async def pool(own_dsn: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections to it, without any areas."""
    async with await open_pool(own_dsn) as pool:
        await pool.execute("TRUNCATE gis_areas.imports, gis_areas.areas")
        yield pool


async def box_of(pool: asyncpg.Pool) -> tuple[float, float, float, float]:
    """West, south, east and north of the city's wards."""
    row = await pool.fetchrow(
        "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) "
        "FROM (SELECT ST_Extent(geom) AS e FROM gis.wards) x"
    )
    assert row is not None
    west, south, east, north = row
    return west, south, east, north


def area(code: str, ground: shapely.Geometry, **told: str) -> Feature:
    geometry = json.loads(shapely.to_geojson(ground))
    return {"type": "Feature", "properties": {"code": code, **told}, "geometry": geometry}


def write(path: Path, features: Sequence[object], **more: object) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return path


async def take_in(
    pool: asyncpg.Pool, path: Path, agency: str = "113", kind: Kind = "zone", at: datetime = NOW
) -> tuple[int, int, tuple[str, ...]]:
    return await import_areas(pool, path, agency, kind, by="quantri", at=at, local=LOCAL)


async def ask(pool: asyncpg.Pool, at: tuple[float, float], when: datetime = NOW) -> Whose:
    return await find_whose(pool, at, AGENCIES, when)


async def test_without_imported_areas_beats_and_zones_are_unknown_and_the_nearest_station_is_reckoned(
    pool: asyncpg.Pool,
) -> None:
    station = await pool.fetchrow(
        "SELECT s.id, s.agency, s.name, ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat FROM gis.stations s "
        "JOIN gis.wards w ON ST_Covers(w.geom, s.geom) ORDER BY s.id LIMIT 1"
    )
    assert station is not None
    whose = await ask(pool, (station["lon"], station["lat"]))
    assert whose.ward != ""
    assert [here.agency_id for here in whose.agencies] == list(AGENCIES)
    assert all(here.responsible and not here.by_area for here in whose.agencies)
    assert not any(here.zones_known or here.beats_known or here.stations_known for here in whose.agencies)
    own = next(here for here in whose.agencies if here.agency_id == station["agency"])
    assert own.nearest is not None
    assert (own.nearest.id, own.nearest.name) == (station["id"], station["name"])
    assert own.nearest.distance_m == pytest.approx(0, abs=1)


async def test_outside_the_city_nobody_is_responsible_and_no_station_is_named(pool: asyncpg.Pool) -> None:
    whose = await ask(pool, (2.35, 48.85))
    assert (whose.ward_code, whose.ward) == ("", "")
    assert not any(here.responsible or here.nearest for here in whose.agencies)


async def test_imported_areas_name_the_zone_the_beat_the_station_and_who_answers_there(
    pool: asyncpg.Pool, tmp_path: Path
) -> None:
    west, south, east, north = await box_of(pool)
    middle = (west + east) / 2
    left, right = shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)
    for kind, code in (("zone", "Z1"), ("beat", "T1"), ("station", "D1"), ("agency", "A")):
        path = write(tmp_path / f"{kind}.geojson", [area(code, left, name_vi=f"Tên {code}", name_en=code)])
        await take_in(pool, path, "114", kind)  # type: ignore[arg-type]
    in_left, in_right = (middle - 1e-4, (south + north) / 2), (middle + 1e-4, (south + north) / 2)
    _, there, *_ = (await ask(pool, in_left)).agencies
    assert [n.vi for n in (*there.zones, *there.beats, *there.stations)] == ["Tên Z1", "Tên T1", "Tên D1"]
    assert (there.responsible, there.by_area, there.nearest) == (True, True, None)
    first, gap, *_ = (await ask(pool, in_right)).agencies
    assert (gap.zones, gap.beats, gap.stations) == ((), (), ())
    assert (gap.zones_known, gap.beats_known, gap.stations_known) == (True, True, True)
    assert (gap.responsible, gap.by_area) == (False, True)
    assert (first.by_area, first.zones_known) == (False, False)
    assert right.covers(shapely.Point(in_right))


async def test_a_later_import_replaces_its_kind_and_agency_alone_and_both_are_kept_with_who_and_when(
    pool: asyncpg.Pool, tmp_path: Path
) -> None:
    city = shapely.box(*await box_of(pool))
    old = write(tmp_path / "old.geojson", [area("A", city)])
    new = write(tmp_path / "new.geojson", [area("B", city)])
    await take_in(pool, old, "113")
    await take_in(pool, old, "114")
    later = NOW + timedelta(days=1)
    assert (await take_in(pool, new, "113", at=later))[:2] == (1, 1)
    whose = await ask(pool, tuple(city.centroid.coords[0]))  # type: ignore[arg-type]
    assert [[zone.code for zone in here.zones] for here in whose.agencies] == [["B"], ["A"], [], []]
    first, second, third = await list_imports(pool)
    assert (first.file, first.replaced_at, first.areas) == ("old.geojson", later, 1)
    assert (second.agency, second.replaced_at) == ("114", None)
    assert (third.imported_by, third.imported_at, third.replaced_at) == ("quantri", later, None)

    assert await remove_areas(pool, "113", "zone", by="quantri", at=later) == 1
    whose = await ask(pool, tuple(city.centroid.coords[0]))  # type: ignore[arg-type]
    assert (whose.agencies[0].zones, whose.agencies[0].zones_known) == ((), False)
    assert len(await list_imports(pool)) == 4


async def test_what_was_exported_is_imported_as_it_was(pool: asyncpg.Pool, tmp_path: Path) -> None:
    west, south, east, north = await box_of(pool)
    hole = shapely.box(west, south, east, north).difference(shapely.Point(west, south).buffer(0.01))
    told = {
        "name_vi": "Địa bàn một",
        "name_en": "Zone one",
        "valid_from": "2026-01-01",
        "valid_to": "2027-01-01",
    }
    given_file = write(tmp_path / "given.geojson", [area("A", hole, **told)])
    await take_in(pool, given_file)
    before, count = await export_areas(pool, "113", "zone")
    again = tmp_path / "again.geojson"
    again.write_bytes(before)
    await take_in(pool, again)
    assert (await export_areas(pool, "113", "zone"), count) == ((before, 1), 1)


async def test_an_area_holds_from_its_first_day_to_before_its_last(
    pool: asyncpg.Pool, tmp_path: Path
) -> None:
    city = shapely.box(*await box_of(pool))
    told = {"valid_from": "2026-07-01", "valid_to": "2026-08-01T00:00:00+07:00"}
    await take_in(pool, write(tmp_path / "a.geojson", [area("A", city, **told)]))
    at = (city.centroid.x, city.centroid.y)
    midnight, end = datetime(2026, 7, 1, tzinfo=LOCAL), datetime(2026, 8, 1, tzinfo=LOCAL)
    second = timedelta(seconds=1)
    held = [
        (await ask(pool, at, when)).agencies[0] for when in (midnight - second, midnight, end - second, end)
    ]
    assert [len(here.zones) for here in held] == [0, 1, 1, 0]
    assert [here.zones_known for here in held] == [False, True, True, False]


async def test_areas_outlive_a_rebuild_of_the_city(pool: asyncpg.Pool, own_dsn: str, tmp_path: Path) -> None:
    city = shapely.box(*await box_of(pool))
    await take_in(pool, write(tmp_path / "a.geojson", [area("A", city)]))
    with psycopg.connect(own_dsn) as connection:
        schema.create_staging(connection)
        schema.swap_staging(connection)
        found = connection.execute("SELECT code FROM gis_areas.areas WHERE replaced_at IS NULL").fetchall()
        connection.rollback()  # the city stays for the other tests
    assert found == [("A",)]


async def test_every_candidate_names_its_zone_and_overlapping_zones_are_all_named(
    pool: asyncpg.Pool, tmp_path: Path
) -> None:
    west, south, east, north = await box_of(pool)
    city = shapely.box(west, south, east, north)
    geocoder = Geocoder(pool)
    words = f"{(south + north) / 2:.5f}, {(west + east) / 2:.5f}"
    (bare,) = await geocoder.geocode(words)
    assert bare.zone == ""
    await take_in(pool, write(tmp_path / "a.geojson", [area("A", city, name_vi="Khu một")]), "113")
    await take_in(pool, write(tmp_path / "b.geojson", [area("B", city, name_vi="Khu một")]), "114")
    await geocoder.reload()
    (shared,) = await geocoder.geocode(words)
    assert shared.zone == "Khu một"
    await take_in(pool, write(tmp_path / "c.geojson", [area("C", city, name_vi="Vùng Đông")]), "115")
    await geocoder.reload()
    street = await pool.fetchval(
        "SELECT name FROM gis.streets WHERE NOT alley ORDER BY length_m DESC LIMIT 1"
    )
    found = await geocoder.geocode(street)
    assert found
    assert {candidate.zone for candidate in found if candidate.ward} == {
        "Khu một (113, 114), Vùng Đông (115)"
    }
    inside = LonLat((west + east) / 2, (south + north) / 2)
    assert [c.zone for c in await geocoder.at_handset(inside, None)] == [found[0].zone]


# ── what is refused ──


async def ground_of(pool: asyncpg.Pool) -> Ground:
    rows = await pool.fetch("SELECT name, ST_AsBinary(geom) AS wkb FROM gis.wards ORDER BY code")
    return Ground(tuple(r["name"] for r in rows), tuple(shapely.from_wkb(r["wkb"]) for r in rows))


async def test_one_bad_feature_keeps_the_whole_file_out_and_every_fault_is_told_with_its_feature(
    pool: asyncpg.Pool, tmp_path: Path
) -> None:
    west, south, east, north = await box_of(pool)
    good = shapely.box(west, south, east, north)
    await take_in(pool, write(tmp_path / "good.geojson", [area("A", good)]))
    swapped = shapely.transform(good, lambda points: points[:, ::-1])
    metres = shapely.transform(good, lambda points: points * 111_000)
    bow_tie = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    faults: list[tuple[object, str]] = [
        (area("", good), "code"),
        (area("X1", good), ""),
        (area("X1", good), "same code"),
        (area("X2", swapped), "latitude stands before longitude"),
        (area("X3", metres), "degrees WGS84"),
        (area("X4", bow_tie), "crosses itself"),
        (area("X5", shapely.Point(west, south)), "no polygon"),
        (area("X6", shapely.box(2.0, 48.0, 3.0, 49.0)), "outside the city"),
        (area("X7", good, valid_from="gần đây"), "no date"),
        (area("X7b", good, valid_from="0001-01-01"), "no date"),
        (area("X8", good, valid_from="2026-02-01", valid_to="2026-01-01"), "not before"),
        (area("X9", good, valid_from="2026-02-01T10:00"), "zone"),
        (area("Y" * 300, good), "too long"),
        ({"type": "Feature", "properties": {"code": "Z"}, "geometry": None}, "no polygon"),
        ({"type": "Feature", "properties": {"code": "Z1"},
          "geometry": {"type": "Polygon", "coordinates": [[["a", "b"]]]}}, "no numbers"),
        ({"type": "Feature", "properties": {"code": "Z2"},
          "geometry": {"type": "Polygon", "coordinates": [[[west, south], [east, south]]]}}, "broken"),
        ("không phải đối tượng", "no properties"),
    ]  # fmt: skip
    bad = write(tmp_path / "bad.geojson", [feature for feature, _ in faults])
    with pytest.raises(AreasRefused) as refused:
        await take_in(pool, bad)
    told = refused.value.faults
    assert len(told) == len(faults) - 1
    expected = [(n, why) for n, (_, why) in enumerate(faults, start=1) if why]
    for text, (n, why) in zip(told, expected, strict=True):
        assert f"feature {n}" in text
        assert why in text
    exported, _ = await export_areas(pool, "113", "zone")
    assert [f["properties"]["code"] for f in json.loads(exported)["features"]] == ["A"]
    assert len(await list_imports(pool)) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", SourceBroken),
        ("[]", SourceBroken),
        ("[" * 100_000, SourceBroken),
        ('{"type": "FeatureCollection", "features": []}', SourceBroken),
        ('{"type": "FeatureCollection", "features": [{}], "crs": {"properties": {"name": "EPSG:3405"}}}',
         WrongProjection),
    ],
    ids=["empty", "list", "deep", "nothing", "metres"],
)  # fmt: skip
async def test_a_file_that_is_no_geojson_in_degrees_is_refused_as_a_whole(
    pool: asyncpg.Pool, tmp_path: Path, text: str, fault: type[Exception]
) -> None:
    path = tmp_path / "bad.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(fault):
        await take_in(pool, path)
    assert await list_imports(pool) == []


async def test_overlaps_gaps_and_mended_rings_are_told_and_taken(pool: asyncpg.Pool, tmp_path: Path) -> None:
    west, south, east, north = await box_of(pool)
    width = east - west
    half = west + width / 2
    # Drawn past its first corner and back across it.
    slip = [(west, south + 1e-3), (west + 1e-6, south - 1e-6), (west - 1e-6, south + 1e-6)]
    crossed = shapely.Polygon([(west, south), (half, south), (half, north), (west, north), *slip])
    assert not crossed.is_valid
    features = [
        area("A", crossed),
        area("B", shapely.box(west + width * 0.4, south, west + width * 0.7, north)),
        area("C", shapely.box(west + width * 0.7, south, west + width * 0.8, north)),
    ]
    path = write(tmp_path / "a.geojson", features)
    kept, _, notices = await take_in(pool, path)
    assert kept == 3
    text = "\n".join(notices)
    assert "feature 1 (A)" in text
    assert "mended" in text
    assert "A và / and B" in text
    assert "B và / and C" not in text
    assert "not covered" in text
    beats = read_areas(path, await ground_of(pool), LOCAL, whole_city=False)
    assert not any("not covered" in notice for notice in beats.notices)


async def test_a_file_for_a_part_of_the_city_is_told_once_by_its_ground_and_the_wards_it_leaves_open(
    pool: asyncpg.Pool, tmp_path: Path
) -> None:
    ground = await ground_of(pool)
    inside, beside = ground.shapes[0], ground.shapes[0].buffer(-0.0005)
    for shape, partly in ((inside, False), (beside, True)):
        _, _, (notice,) = await take_in(pool, write(tmp_path / "part.geojson", [area("A", shape)]))
        assert f"1 phường / wards: {ground.names[0]}" in notice
        assert f"{len(ground.names) - 1} phường khác chưa có" in notice
        assert ("not wholly covered" in notice) == partly
        assert "%" not in notice


# ── the same as another library's geometry ──


@st.composite
def shapes(draw: st.DrawFn) -> shapely.Polygon:
    """A polygon of 3 to 9 corners about any middle, in the square from 0 to 1 and somewhat beyond."""
    x, y = draw(st.floats(0.1, 0.9)), draw(st.floats(0.1, 0.9))
    reach = draw(st.lists(st.floats(0.02, 0.4), min_size=3, max_size=9))
    turns = [2 * pi * n / len(reach) for n in range(len(reach))]
    return shapely.Polygon([(x + r * cos(t), y + r * sin(t)) for r, t in zip(reach, turns, strict=True)])


@settings(max_examples=20)
@given(
    drawn=st.lists(shapes(), min_size=1, max_size=6),
    points=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12),
)
def test_a_point_lies_in_exactly_the_areas_that_shapely_finds_it_in(
    own_dsn: str,
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[shapely.Polygon],
    points: list[tuple[float, float]],
) -> None:
    async def compare() -> None:
        async with await open_pool(own_dsn, max_size=1) as pool:
            west, south, east, north = await box_of(pool)
            corner, size = np.array([west, south]), np.array([east - west, north - south])
            grounds = [shapely.transform(shape, lambda at: at * size + corner) for shape in drawn]
            path = write(folder / "drawn.geojson", [area(str(n), g) for n, g in enumerate(grounds)])
            file = read_areas(path, await ground_of(pool), LOCAL, whole_city=True)
            await take_in(pool, path)
            for point in points:
                lon, lat = (float(x) for x in np.array(point) * size + corner)
                found = {zone.code for zone in (await ask(pool, (lon, lat))).agencies[0].zones}
                at = shapely.Point(lon, lat)
                assert found == {area.code for area in file.areas if area.ground.covers(at)}

    folder = tmp_path_factory.mktemp("areas")
    asyncio.run(compare())
