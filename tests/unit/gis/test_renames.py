"""The table of streets' former names, and what it gives the streets of a map."""

import pytest
import shapely

from gis.geocode.candidate import Find, shares, yield_to_todays
from gis.geocode.fold import street_key, ward_key
from gis.geometry import LonLat
from gis.importers.osm import split_former_name
from gis.importers.renames import add_former_names, list_renames
from gis.importers.streets import Part, Street

_DISTRICTS = {str(n) for n in range(1, 13)} | {
    ward_key(name)
    for name in (
        *("Bình Thạnh", "Bình Tân", "Tân Bình", "Tân Phú", "Gò Vấp", "Phú Nhuận", "Thủ Đức", "Hóc Môn"),
        *("Bình Chánh", "Củ Chi", "Nhà Bè", "Cần Giờ"),
    )
}


def _street(id_: int, name: str, district: str) -> Street:
    line = shapely.LineString([(0, 0), (100, 0)])
    plane = shapely.MultiLineString([line])
    street = Street(id_, name, street_key(name), (), "residential", (), "", plane, frozenset())
    street.parts = (Part(district, 0.0, 100.0),)
    return street


def test_every_renaming_is_of_two_names_in_known_districts_with_its_source_and_told_once() -> None:
    renames = list_renames()
    assert len(renames) >= 80
    assert len({(r.former, r.today, r.districts) for r in renames}) == len(renames)
    for rename in renames:
        assert street_key(rename.former) != street_key(rename.today)
        assert rename.districts
        assert rename.districts <= _DISTRICTS
        assert 1950 <= rename.since <= 2030
        assert rename.certainty in {"sure", "likely"}
        assert rename.source


def test_a_street_has_its_former_name_in_the_districts_where_it_was_renamed_alone() -> None:
    there, elsewhere = _street(1, "Võ Thị Sáu", "3"), _street(2, "Võ Thị Sáu", "cu chi")
    add_former_names([there, elsewhere])
    assert there.former_names == ("Hiền Vương",)
    assert elsewhere.former_names == ()


def test_a_map_from_before_a_renaming_knows_the_new_name() -> None:
    street = _street(1, "Đinh Tiên Hoàng", "binh thanh")
    add_former_names([street])
    assert "Lê Văn Duyệt" in street.other_names


@pytest.mark.parametrize(
    "written", ["Đồng Khởi (ex Catinat)", "Ðồng Khởi (ex-Catinat)", "Đồng Khởi (Catinat cũ)"]
)
def test_a_former_name_that_the_map_writes_behind_a_name_is_no_part_of_it(written: str) -> None:
    assert split_former_name(written) == ("Đồng Khởi", ("Catinat",))
    assert split_former_name("Võ Văn Kiệt (Đông Tây)") == ("Võ Văn Kiệt (Đông Tây)", ())


def test_a_street_that_the_map_calls_otherwise_has_the_former_names_of_its_other_name_too() -> None:
    street = _street(1, "Ðồng Khởi Street", "1")
    street.other_names = ("Đồng Khởi",)
    add_former_names([street])
    assert {"Catinat", "Tự Do"} <= set(street.former_names)


def test_a_former_name_gives_way_to_the_street_of_that_name_unless_something_speaks_for_it() -> None:
    def find(score: float, *, former: bool) -> Find:
        return Find(
            LonLat(106.7, 10.8), 50.0, score, "street", "", [], street_id=1, former=former, base=score
        )

    today, former = find(0.7, former=False), find(0.68, former=True)
    yield_to_todays([today, former], 0.4)
    assert former.score >= 0.4 * today.score
    assert shares([today, former])[0] > 0.95
    today, former = find(0.7, former=False), find(0.68, former=True)
    yield_to_todays([today, former], 0.4, of_before=True)
    assert former.score > today.score >= 0.4 * former.score  # "Lê Văn Duyệt cũ"
    today, former = find(0.25, former=False), find(0.68, former=True)
    yield_to_todays([today, former], 0.4)
    assert (former.score, former.weight) == (0.68, 1.0)
