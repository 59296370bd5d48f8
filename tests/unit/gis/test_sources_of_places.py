"""Facilities, addresses and wards from files: what is taken, and what is refused with a clear word."""

import json
from pathlib import Path

import pytest
import shapely

from gis.errors import SourceBroken, SourceMissing, WrongProjection
from gis.geometry import Bbox, LonLat
from gis.importers.addresses import read_addresses, read_all_addresses
from gis.importers.admin_tables import list_city_ward_centres, list_legacy_wards
from gis.importers.doors import tie_doors
from gis.importers.facilities import facility_kind, read_facilities
from gis.importers.metres import LocalMetres
from gis.importers.model import Address, ListedAddress, Road, Told
from gis.importers.streets import find_crossings, join_streets
from gis.importers.told import tie_told
from gis.importers.wards import as_multipolygon, wards_around_centres

BOX = Bbox(106.69, 10.76, 106.71, 10.78)
METRES = LocalMetres(BOX)


def _road(way_id: int, name: str, *points: tuple[float, float]) -> Road:
    """A road through points in metres from the middle of the box; nodes are shared where points are equal."""
    nodes = tuple(hash(point) for point in points)
    return Road(way_id, "residential", name, (), nodes, tuple(METRES.position(*point) for point in points))


ROADS = [
    _road(1, "Nguyễn Trãi", (-500, 0), (0, 0)),
    _road(2, "nguyen trai", (0, 0), (100, 0), (500, 0)),
    _road(3, "Nguyễn Trãi", (-500, 5000), (0, 5000)),
    _road(4, "Hẻm 123 Nguyễn Trãi", (100, 0), (100, 80)),
    _road(5, "Hẻm 123/45 Nguyễn Trãi", (100, 80), (140, 80)),
    _road(6, "Cống Quỳnh", (0, -300), (0, 0), (0, 300)),
]


def test_ways_of_one_name_in_one_part_of_town_are_one_street_and_far_ones_another() -> None:
    streets = [street for street in join_streets(ROADS, METRES) if street.key == "nguyen trai"]
    assert [round(street.plane.length) for street in streets] == [1000, 500]


def test_alleys_belong_to_the_street_they_are_numbered_from_and_begin_at_it() -> None:
    streets = join_streets(ROADS, METRES)
    alley = next(street for street in streets if street.path == ("123",))
    branch = next(street for street in streets if street.path == ("123", "45"))
    parent = next(street for street in streets if street.id == alley.parent_id)
    assert (parent.key, branch.parent_id, branch.path) == ("nguyen trai", parent.id, ("123", "45"))
    assert alley.mouth is not None
    assert alley.mouth.distance(shapely.Point(100, 0)) < 1
    assert branch.mouth is None


def test_streets_cross_where_they_share_a_node() -> None:
    streets = join_streets(ROADS, METRES)
    names = {street.id: street.key for street in streets}
    found = find_crossings(streets, ROADS, METRES)
    corner = next(c for c in found if {names[c.street_a], names[c.street_b]} == {"nguyen trai", "cong quynh"})
    assert corner.point.distance(shapely.Point(0, 0)) < 1


@pytest.mark.parametrize(
    ("number", "street", "at", "path"),
    [
        ("6", "Hẻm 123/45 Nguyễn Trãi", (130, 85), ("123", "45", "6")),
        ("123/45/6", "Nguyễn Trãi", (130, 85), ("123", "45", "6")),
        ("123/45/6", "a", (130, 85), ("123", "45", "6")),
        ("200", "", (300, 8), ("200",)),
    ],
)
def test_a_door_counts_along_its_street_whatever_the_mapper_wrote(
    number: str, street: str, at: tuple[float, float], path: tuple[str, ...]
) -> None:
    streets = join_streets(ROADS, METRES)
    (door,) = tie_doors([Address(number, street, METRES.position(*at), "osm")], streets, METRES)
    assert door.path == path
    assert next(s for s in streets if s.id == door.street_id).key == "nguyen trai"


def test_what_is_no_number_or_far_from_any_street_is_no_door() -> None:
    streets = join_streets(ROADS, METRES)
    nowhere = [
        Address("ks", "Nguyễn Trãi", METRES.position(0, 0), "osm"),
        Address("5", "", METRES.position(0, 2000), "osm"),
    ]
    assert tie_doors(nowhere, streets, METRES) == []


@pytest.mark.parametrize(
    ("tag", "name", "kind"),
    [
        ("hospital", "Bệnh viện Chợ Rẫy", "hospital"),
        ("hospital", "188 Beauty Spa | Viện thẩm mỹ", "clinic"),
        ("Bệnh viện", "Bệnh viện Bình Dân", "hospital"),
        ("fire_station", "PCCC Quận 1", "fire"),
        ("cafe", "Cafe", None),
    ],
)
def test_beauty_clinics_are_no_hospitals(tag: str, name: str, kind: str | None) -> None:
    assert facility_kind(tag, name) == kind


def test_facilities_are_read_from_both_shapes_and_keep_that_they_are_synthetic(tmp_path: Path) -> None:
    table = tmp_path / "facilities.csv"
    table.write_text(
        "id,kind,name,lat,lon,synthetic\n1,hospital,Bệnh viện A,10.7,106.7,yes\n2,cafe,B,10.7,106.7,\n"
    )
    items = tmp_path / "hospitals.json"
    items.write_text(
        json.dumps({"items": [{"id": "n1", "name": "Bệnh viện C", "c": [10.8, 106.6], "kind": "Bệnh viện"}]})
    )
    (made_up,), (real,) = read_facilities(table), read_facilities(items)
    assert (made_up.synthetic, made_up.lon_lat) == (True, LonLat(106.7, 10.7))
    assert (real.synthetic, real.lon_lat) == (False, LonLat(106.6, 10.8))


def test_files_that_are_absent_broken_or_in_metres_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing):
        read_facilities(tmp_path / "absent.csv")
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b\n1,2\n")
    for read in (read_facilities, read_addresses):
        with pytest.raises(SourceBroken):
            read(broken)
    metres = tmp_path / "metres.csv"
    metres.write_text("housenumber,street,lat,lon,kind,name\n12,Lê Lợi,1190000,600000,hospital,X\n")
    for read in (read_facilities, read_addresses):
        with pytest.raises(WrongProjection):
            read(metres)


def test_rows_without_a_position_count_only_as_numbers_of_their_ward(tmp_path: Path) -> None:
    lists = tmp_path / "lists.csv"
    lists.write_text(
        "housenumber,street,lat,lon,ward,district\n12,Lê Lợi,10.77,106.7,,\n14,Lê Lợi,,,Bến Thành,1\n",
        encoding="utf-8",
    )
    assert [row.number for row in read_addresses(lists)] == ["12"]
    assert read_all_addresses(lists)[1:] == [ListedAddress("14", "Lê Lợi", "Bến Thành", "1")]
    lists.write_text("housenumber,street,ward\n14,Lê Lợi,\n", encoding="utf-8")
    with pytest.raises(SourceBroken):
        read_all_addresses(lists)


def test_rows_that_cannot_be_read_are_told_by_their_lines_and_the_rest_is_taken_in(tmp_path: Path) -> None:
    lists = tmp_path / "lists.csv"
    head = "housenumber,street,lat,lon,ward,district\n"
    good, other = "12,Lê Lợi,10.77,106.7,,\n", "14,Lê Lợi,,,Bến Thành,1\n"
    bad = (
        '16,"Lê Lợi,10.77,106.7,,\n',
        "18,Lê Lợi,1190000,600000,,\n",
        "20,Lê Lợi,here,there,,\n",
        "không số,Lê Lợi,10.77,106.7,,\n",
        "22,Lê Lợi,nan,106.7,,\n",
    )
    lists.write_text(head + good + "".join(f"{row}{other}" for row in bad), encoding="utf-8")
    told: dict[int, str] = {}
    rows = read_all_addresses(lists, told.__setitem__)
    assert [row.number for row in rows] == ["12", *["14"] * len(bad)]
    assert list(told) == [3, 5, 7, 9, 11]
    assert "quote" in told[3]
    assert "WGS84" in told[5]
    assert "no house number" in told[9]
    with pytest.raises(SourceBroken, match="line 3"):
        read_all_addresses(lists)
    lists.write_text(head + bad[1], encoding="utf-8")
    with pytest.raises(WrongProjection, match="line 2"):
        read_all_addresses(lists, told.__setitem__)


def test_the_citys_168_wards_and_the_old_ones_they_grew_from_are_known() -> None:
    today = list_city_ward_centres()
    assert len(today) == 168
    old = {f"{ward.name}, {ward.district}": ward for ward in list_legacy_wards({ward.code for ward in today})}
    names = {ward.code: ward.name for ward in today}
    assert {names[code] for code in old["Phường 4, Quận 5"].ward_codes} == {"Phường Chợ Quán"}
    assert old["Phường Linh Xuân, Thành phố Thủ Đức"].former_district == "Quận Thủ Đức"


def test_without_polygons_every_ward_is_the_ground_nearest_its_middle() -> None:
    wards = wards_around_centres(Bbox(106.65, 10.75, 106.71, 10.80))
    assert len(wards) > 10
    area = sum(ward.geometry.area for ward in wards)
    assert area == pytest.approx(0.06 * 0.05, rel=1e-6)


def test_a_ring_that_crosses_itself_is_repaired() -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert as_multipolygon(bow).is_valid
    with pytest.raises(ValueError, match="without an area"):
        as_multipolygon(shapely.LineString([(0, 0), (1, 1)]))


@pytest.mark.parametrize(
    ("text", "at", "path"),
    [
        ("tạp hoá 354 Nguyễn Trãi q1", (300, 20), ("354",)),
        ("354-356 nguyen trai", (300, 20), ("354",)),
        ("bún bò 45bis NT", (300, 20), ("45BIS",)),
        ("123/7 nguyễn trãi, P.2", (110, 150), ("123", "7")),
        ("Hẻm 803 Nguyễn Trãi", (300, 60), ("803",)),
    ],
)
def test_a_name_that_tells_a_number_on_the_street_it_stands_at_makes_it_known(
    text: str, at: tuple[float, float], path: tuple[str, ...]
) -> None:
    streets = join_streets(ROADS, METRES)
    (door,) = tie_told([Told(text, METRES.position(*at))], streets, METRES)
    assert (door.path, next(s for s in streets if s.id == door.street_id).key) == (path, "nguyen trai")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Ngã 4 Nguyễn Trãi", (0, 10)),
        ("đối diện 45 Nguyễn Trãi", (0, 10)),
        ("3/2 - Nguyễn Trãi", (0, 10)),
        ("12 Lê Lợi", (0, 10)),
        ("12 Nguyễn Trãi", (300, 150)),
        ("Highway 4", (0, 10)),
    ],
)
def test_a_name_tells_no_number_of_a_crossing_another_street_or_one_far_off(
    text: str, at: tuple[float, float]
) -> None:
    assert tie_told([Told(text, METRES.position(*at))], join_streets(ROADS, METRES), METRES) == []


@pytest.mark.parametrize("name", ["Hẻm 77 NT", "hẻm 77 Nguyễn Trãi (5.5m)", "Hem 77 nguyen trai, P.2, Q.1"])
def test_an_alley_whose_street_is_abbreviated_or_followed_by_more_belongs_to_it_all_the_same(
    name: str,
) -> None:
    streets = join_streets([*ROADS, _road(7, name, (-200, 0), (-200, -60))], METRES)
    alley = next(street for street in streets if street.path == ("77",))
    assert alley.mouth is not None
    assert alley.parent_key == "nguyen trai"
