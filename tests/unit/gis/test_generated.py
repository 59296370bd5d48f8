"""The generated city: the same for a seed, whole, and full of what the real one is hard for."""

import hashlib
from collections import defaultdict
from pathlib import Path
from random import Random

import osmium
import pytest

from gis.errors import FetchFailed, SourceMissing
from gis.geometry import Bbox, haversine_m
from gis.importers.contents import CitySources, read_contents
from gis.importers.generated import write_generated_city
from gis.importers.generated.layout import draw_layout, list_street_names
from gis.importers.osm import DRIVABLE, read_osm
from gis.sources import choose_sources, clip_extract, fetch_extract

SMALL_M = 1500.0


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> CitySources:
    return write_generated_city(tmp_path_factory.mktemp("generated"), seed=1, half_size_m=SMALL_M)


def _digest(sources: CitySources) -> list[str]:
    assert sources.wards is not None
    things = [f"{thing!r}{dict(thing.tags)}" for thing in osmium.FileProcessor(str(sources.osm))]
    return [
        hashlib.sha256(text.encode()).hexdigest() for text in ("".join(things), sources.wards.read_text())
    ]


def test_a_seed_makes_the_same_city_every_time_and_another_seed_another(
    sources: CitySources, tmp_path: Path
) -> None:
    same = write_generated_city(tmp_path / "same", seed=1, half_size_m=SMALL_M)
    other = write_generated_city(tmp_path / "other", seed=2, half_size_m=SMALL_M)
    assert _digest(same) == _digest(sources)
    assert _digest(other)[0] != _digest(sources)[0]


def test_every_road_can_be_reached_from_every_other(sources: CitySources) -> None:
    beside: dict[int, set[int]] = defaultdict(set)
    for road in read_osm(sources.osm).roads:
        for a, b in zip(road.nodes, road.nodes[1:], strict=False):
            beside[a].add(b)
            beside[b].add(a)
    seen, todo = set(), [next(iter(beside))]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += beside[node]
    assert seen == set(beside)


def test_it_has_alleys_in_alleys_bridges_rings_turn_bans_and_streets_of_one_name(
    sources: CitySources,
) -> None:
    contents = read_contents(sources, lambda _step, _share: None)
    paths = [street.path for street in contents.streets]
    assert sum(len(path) == 1 for path in paths) > 100
    assert sum(len(path) == 2 for path in paths) > 50
    assert any(len(door.path) == 3 for door in contents.doors)
    assert any(road.name.startswith("Cầu ") for road in contents.osm.roads)
    keys = [street.key for street in contents.streets if not street.alley]
    assert len(keys) > len(set(keys))
    assert all(street.parent_id is not None for street in contents.streets if street.alley)
    assert {facility.synthetic for facility in contents.facilities} == {True}
    assert {station.agency for station in contents.stations} == {"113", "114", "115", "112"}
    assert {station.synthetic for station in contents.stations} == {True}
    bans = [r for r in osmium.FileProcessor(str(sources.osm)) if r.is_relation() and "restriction" in r.tags]
    assert bans


def test_doors_stand_by_the_street_they_name(sources: CitySources) -> None:
    contents = read_contents(sources, lambda _step, _share: None)
    streets = {street.id: street for street in contents.streets}
    far = [
        door
        for door in contents.doors
        if streets[door.alley_id or door.street_id].plane.distance(door.point) > 40
    ]
    assert len(far) < len(contents.doors) / 100


def test_the_named_extract_comes_first_then_one_in_the_folder_then_a_generated_city(
    sources: CitySources, tmp_path: Path
) -> None:
    with pytest.raises(SourceMissing):
        choose_sources(tmp_path, tmp_path / "absent.osm.pbf")
    lying = tmp_path / "town.osm.pbf"
    lying.write_bytes(sources.osm.read_bytes())
    (tmp_path / "my_wards.geojson").write_text("{}")
    assert choose_sources(tmp_path) == CitySources(lying, wards=tmp_path / "my_wards.geojson")
    assert choose_sources(tmp_path, sources.osm).osm == sources.osm


def test_clipping_keeps_whole_ways_that_touch_the_box_and_their_turn_bans(
    sources: CitySources, tmp_path: Path
) -> None:
    whole = read_osm(sources.osm)
    middle = ((whole.bbox.west + whole.bbox.east) / 2, (whole.bbox.south + whole.bbox.north) / 2)
    box = Bbox(middle[0] - 0.003, middle[1] - 0.003, middle[0] + 0.003, middle[1] + 0.003)
    clip_extract(sources.osm, tmp_path / "clip.osm.pbf", box)
    clipped = read_osm(tmp_path / "clip.osm.pbf")
    touching = {road.way_id for road in whole.roads if any(box.contains(p) for p in road.line)}
    assert {road.way_id for road in clipped.roads} >= touching
    assert len(clipped.roads) < len(whole.roads) / 2
    lines = {road.way_id: road.line for road in whole.roads}
    assert all(road.line == lines[road.way_id] for road in clipped.roads)


def test_without_a_network_fetching_says_what_to_do(tmp_path: Path) -> None:
    kept = tmp_path / "city.osm.pbf"
    kept.write_bytes(b"before")
    with pytest.raises(FetchFailed, match="CITY_OSM"):
        fetch_extract(tmp_path, lambda _step, _share: None, url="http://127.0.0.1:9/vietnam.osm.pbf")
    assert kept.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["city.osm.pbf"]


def test_main_roads_reach_across_the_city(sources: CitySources) -> None:
    roads = [road for road in read_osm(sources.osm).roads if road.highway in DRIVABLE]
    total = sum(haversine_m(a, b) for road in roads for a, b in zip(road.line, road.line[1:], strict=False))
    assert total > 8 * 2 * SMALL_M


def test_city_with_more_arteries_than_names_is_drawn_all_the_same() -> None:
    layout = draw_layout(Random(1), 45_000.0)
    arteries = [axis for axis in layout.axes if axis.highway in ("primary", "secondary", "trunk")]
    assert len(arteries) > len(list_street_names())
    assert all(axis.name for axis in arteries)
