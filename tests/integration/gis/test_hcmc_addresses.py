"""Addresses of the real city, as people there write them."""

import pytest
from asyncpg import Connection

from gis.geocode import Geocoder
from gis.geocode.fold import fold
from gis.geometry import LonLat, haversine_m
from gis.zones import load_zones

pytestmark = pytest.mark.timeout(600)

_DEEP_ALLEYS = """
SELECT s.id, s.path, p.name, s.spine_m FROM gis.streets s JOIN gis.streets p ON p.id = s.parent_id
WHERE s.mouth IS NOT NULL AND s.path ~ '^[0-9]+$' AND s.spine_m BETWEEN 90 AND 400
  AND p.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$'
  AND (SELECT count(*) FROM gis.street_names n WHERE n.key = p.key) = 1
  AND NOT EXISTS (SELECT FROM gis.house_numbers h WHERE h.street_id = p.id AND h.path LIKE s.path || '/%')
  AND ST_Distance(s.mouth::geography, s.spine::geography) < 30
ORDER BY md5(s.id::text) LIMIT 12
"""
# Of each old ward that lies in several of today's, one known door well inside each of its parts.
_DOORS_OF_SPLIT_WARDS = """
SELECT DISTINCT ON (l.district, l.name, w.code)
       h.path || ' ' || s.name AS said, l.name || ', ' || l.district AS ward, w.code
FROM gis.legacy_wards l
JOIN gis.wards w ON w.code = ANY(l.ward_codes)
JOIN gis.house_numbers h ON ST_Within(h.geom, l.outline) AND ST_Within(h.geom, w.geom)
JOIN gis.streets s ON s.id = h.street_id
WHERE array_length(l.ward_codes, 1) > 1 AND h.path ~ '^[0-9]+$' AND NOT h.inferred
  AND s.name ~ '^[[:alpha:]]+ [[:alpha:] ]+$' AND ST_Distance(h.geom, ST_Boundary(w.geom)) > 0.001
ORDER BY l.district, l.name, w.code, h.id
"""
_FROM_MOUTH = """
SELECT spine_m * abs(ST_LineLocatePoint(spine, ST_SetSRID(ST_MakePoint($2, $3), 4326))
                     - ST_LineLocatePoint(spine, mouth))
FROM gis.streets WHERE id = $1
"""


@pytest.mark.parametrize(
    ("text", "lon", "lat", "within_m"),
    [
        ("72 Lê Thánh Tôn, P. Bến Nghé, Q.1", 106.7022, 10.7782, 350),
        ("chợ Bến Thành", 106.6981, 10.7725, 200),
        ("cho ben thanh", 106.6981, 10.7725, 200),
        ("near Ben Thanh market, district one", 106.6981, 10.7725, 200),
        ("góc Lê Lợi – Pasteur", 106.7003, 10.7740, 150),
        ("bệnh viện Chợ Rẫy", 106.6594, 10.7576, 250),
        ("BV Chợ Rẫy", 106.6594, 10.7576, 250),
        ("CMT8 giao Võ Thị Sáu", 106.6864, 10.7774, 500),
        ("NTMK giao Pasteur", 106.6950, 10.7806, 300),
    ],
)
async def test_well_known_places_are_where_everybody_knows(
    hcmc: Connection, text: str, lon: float, lat: float, within_m: float
) -> None:
    found = await Geocoder(hcmc).geocode(text)
    assert found, text
    assert haversine_m(found[0].lon_lat, (lon, lat)) < within_m, found[0]


@pytest.mark.parametrize(
    ("text", "lon", "lat", "within_m"),
    [
        ("Nguyễn Trãi 123 quận 1", 106.6900, 10.7690, 1200),
        ("khách sạn Rex 141 Nguyễn Huệ", 106.7010, 10.7757, 150),
        ("cháy chung cư Carina 1648 Võ Văn Kiệt", 106.6230, 10.7293, 150),
        ("ngã tư Lê Lợi Pasteur", 106.7010, 10.7744, 100),
        ("Lê Lợi đoạn gần Pasteur", 106.7010, 10.7744, 150),
        ("đường Lê Lợi đoạn giữa Pasteur và Nam Kỳ Khởi Nghĩa", 106.7006, 10.7739, 150),
        ("đường Âu Cơ gần ngã tư Bà Quẹo", 106.6366, 10.8018, 400),
        ("QL 1A, gần cầu Bình Điền", 106.5973, 10.7029, 800),
        ("bệnh viện quận 7", 106.7242, 10.7379, 200),
        ("bệnh viện Nhi đồng số 1", 106.6692, 10.7680, 250),
        ("em ở gò vấp đường quang trung số 123", 106.6740, 10.8285, 400),
    ],
)
async def test_words_in_another_order_or_with_others_about_them_mean_the_same_place(
    hcmc: Connection, text: str, lon: float, lat: float, within_m: float
) -> None:
    found = await Geocoder(hcmc).geocode(text)
    assert found, text
    assert haversine_m(found[0].lon_lat, (lon, lat)) < within_m, found[0]


@pytest.mark.parametrize(
    ("said", "lon", "lat"),
    [
        ("vòng xoay Dân Chủ", 106.6817, 10.7777),
        ("bùng binh Dân Chủ", 106.6817, 10.7777),
        ("ngã 6 Dân Chủ", 106.6817, 10.7777),
        ("vong xoay cay go", 106.6458, 10.7550),
        ("bùng binh Cây Gõ", 106.6458, 10.7550),
        ("vòng xoay Lý Thái Tổ", 106.6744, 10.7678),
        ("ngã sáu Phù Đổng", 106.6932, 10.7713),
        ("bùng binh Quách Thị Trang", 106.6981, 10.7717),
        ("nút giao Mỹ Thủy", 106.7752, 10.7699),
        ("ngã 4 7 Hiền", 106.6558, 10.7916),
        ("mới qua vòng xoay Dân Chủ một chút", 106.6817, 10.7777),
        ("bùng binh Nguyễn Huệ Lê Lợi", 106.7023, 10.7756),
        ("chợ Tân Định Hai Bà Trưng", 106.6900, 10.7899),
        ("chùa Chantarangsay Trần Quốc Thảo", 106.6820, 10.7855),
    ],
)
async def test_a_junction_is_found_by_whatever_kind_it_is_called_and_a_landmark_before_its_street(
    hcmc: Connection, said: str, lon: float, lat: float
) -> None:
    found = await Geocoder(hcmc).geocode(said)
    assert found, said
    assert haversine_m(found[0].lon_lat, (lon, lat)) < 120, found[0]
    assert found[0].confidence > 0.45, found[0]


@pytest.mark.parametrize("said", ["ngã ba Thành", "ngã tư Linh Xuân", "vòng xoay Liên Khương"])
async def test_a_junction_that_is_not_known_is_no_other_with_like_letters(
    hcmc: Connection, said: str
) -> None:
    found = await Geocoder(hcmc).geocode(said)
    assert {candidate.level for candidate in found} <= {"ward"}, found


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("chợ bến th", "Chợ Bến Thành"),
        ("bv cho r", "Bệnh Viện Chợ Rẫy"),
        ("bệnh viện ch", "Bệnh Viện Chợ Rẫy"),
        ("cách mạng th", "Cách Mạng Tháng Tám"),
        ("nguyễn tr", "Nguyễn Trãi"),
        ("ngã tư hà", "Ngã"),
        ("12 lê l", "12 Lê Lợi"),
    ],
)
async def test_a_name_is_offered_before_it_is_typed_out(hcmc: Connection, typed: str, label: str) -> None:
    found = await Geocoder(hcmc).geocode(typed)
    assert any(candidate.label.startswith(label) for candidate in found), found


@pytest.mark.parametrize("text", ["quốc lộ 2", "QL2", "đường"])
async def test_a_road_of_another_number_and_a_bare_kind_are_never_offered(
    hcmc: Connection, text: str
) -> None:
    assert await Geocoder(hcmc).geocode(text) == []


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        (106.69926, 10.77077, "góc Phạm Ngũ Lão – Hàm Nghi, Phường Bến Thành"),
        (106.76550, 10.84895, "cách Nguyễn Bá Luật 60 m, cách góc Đường số 8 chừng 70 m, Phường Thủ Đức"),
        (106.62318, 10.82686, "hẻm 33 Phan Văn Hớn, cách đầu hẻm 100 m, Phường Đông Hưng Thuận"),
        (106.77417, 10.77051, "Đồng Văn Cống"),
    ],
)
async def test_a_point_is_told_as_a_resident_would(
    hcmc: Connection, lon: float, lat: float, said: str
) -> None:
    words = await Geocoder(hcmc).describe(LonLat(lon, lat))
    assert words.startswith(said)
    assert "Cầu" not in words


@pytest.mark.parametrize(
    ("said", "today"),
    [
        ("đường Catinat", "Đồng Khởi"),
        ("12 rue Catinat", "12 Đồng Khởi"),
        ("đường Hồng Thập Tự", "Nguyễn Thị Minh Khai"),
        ("chasseloup laubat", "Nguyễn Thị Minh Khai"),
        ("đường Lê Văn Duyệt cũ", "Cách Mạng Tháng Tám"),
        ("đường Hiền Vương hồi xưa", "Võ Thị Sáu"),
        ("45 đường Gia Long cũ, nay là Lý Tự Trọng", "45 Lý Tự Trọng"),
    ],
)
async def test_a_former_name_finds_the_street_of_today_and_when_said_to_be_old_before_any_other(
    hcmc: Connection, said: str, today: str
) -> None:
    found = await Geocoder(hcmc).geocode(said)
    assert found, said
    assert found[0].label.split(",")[0] == today


async def test_another_number_of_a_streets_name_is_another_street(hcmc: Connection) -> None:
    found = await Geocoder(hcmc).geocode("5 Thạnh Xuân 21, phường Thạnh Xuân, quận 12")
    assert [candidate.level for candidate in found] == ["ward"]


async def test_a_kilometre_counts_from_the_citys_side_where_no_stone_is_known_and_is_never_sure(
    hcmc: Connection,
) -> None:
    road, *_ = await Geocoder(hcmc).geocode("Km12+300 QL22")
    assert road.label.startswith("Km12+300 Quốc lộ 22")
    assert haversine_m(road.lon_lat, (106.5509, 10.9340)) < 500  # beyond An Hạ bridge, from An Sương
    assert road.radius_m > 4000
    assert road.confidence < 0.1  # below what is taken for the place without a person
    assert "cột cây số" in road.why[1]


async def test_a_kilometre_counted_from_the_countrys_north_is_the_whole_road(hcmc: Connection) -> None:
    road, *_ = await Geocoder(hcmc).geocode("km 1901 QL1A")
    assert (road.level, road.label.split(",")[0]) == ("street", "Km1901 Quốc lộ 1A")
    assert road.radius_m > 10_000
    assert road.confidence < 0.05


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Phường Bến Thành", "26743"),
        ("P.4 Q.5", "27301"),
        ("phường Đa Kao, quận 1", "26737"),
        ("Xã Tân Kiên", None),
    ],
)
async def test_wards_of_today_and_of_before_are_ground(hcmc: Connection, text: str, code: str | None) -> None:
    found = await Geocoder(hcmc).geocode(text)
    assert found[0].level == "ward"
    assert found[0].ward_code == code or code is None


async def test_of_a_ward_that_was_split_the_point_decides_which_of_todays_it_is(hcmc: Connection) -> None:
    geocoder, doors = Geocoder(hcmc), await hcmc.fetch(_DOORS_OF_SPLIT_WARDS)
    assert len(doors) >= 30
    parts: dict[str, set[str]] = {}
    for door in doors:
        found = await geocoder.geocode(f"{door['said']}, {door['ward']}")
        assert found[0].ward_code == door["code"], (door["said"], door["ward"])
        parts.setdefault(door["ward"], set()).add(found[0].ward_code)
    assert sum(len(codes) > 1 for codes in parts.values()) >= 3


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("Nguyễn Thị Minh Khia", "Nguyễn Thị Minh Khai"),
        ("12 Nguyễn Thị Mnh Khai, quận 1", "12 Nguyễn Thị Minh Khai"),
        ("12 Phan Đăng Lưuu", "12 Phan Đăng Lưu"),
        ("bệnh viện chợ rãy", "Bệnh Viện Chợ Rẫy"),
        ("bệnh viện Từ Dữ", "Bệnh viện Từ Dũ"),
        ("chợ Bến Thàn", "Chợ Bến Thành"),
        ("ngã tư Hàn Xanh", "Ngã 4 Hàng Xanh"),
    ],
)
async def test_a_misspelt_name_is_found_all_the_same(hcmc: Connection, misspelt: str, meant: str) -> None:
    found = await Geocoder(hcmc).geocode(misspelt)
    assert found, misspelt
    assert found[0].label.split(",")[0] == meant


async def test_nguyen_trai_is_two_places_until_the_district_is_named(hcmc: Connection) -> None:
    geocoder = Geocoder(hcmc)
    (first, *_) = await geocoder.geocode("Nguyễn Trãi, Quận 5")
    (other, *_) = await geocoder.geocode("Nguyễn Trãi, Quận 1")
    assert haversine_m(first.lon_lat, other.lon_lat) > 800
    assert (first.legacy_ward.endswith("Quận 5"), other.legacy_ward.endswith("Quận 1")) == (True, True)


async def test_a_point_lies_in_one_ward_and_the_sea_in_none(hcmc: Connection) -> None:
    zones = await load_zones(hcmc)
    ward = zones.find_ward((106.6981, 10.7725))
    assert ward is not None
    assert ward.name == "Phường Bến Thành"
    assert not zones.inside((107.9, 9.5))
    assert len(zones.wards) == 168


async def test_in_an_alley_a_low_number_is_looked_for_near_its_mouth_and_a_high_one_far_in(
    hcmc: Connection,
) -> None:
    geocoder, alleys = Geocoder(hcmc), await hcmc.fetch(_DEEP_ALLEYS)
    assert len(alleys) == 12
    for alley in alleys:
        inward = []
        for number in (2, 8, 14):
            found = await geocoder.geocode(f"{alley['path']}/{number} {alley['name']}")
            assert found[0].level == "alley", alley["path"]
            inward.append(await hcmc.fetchval(_FROM_MOUTH, alley["id"], found[0].lon, found[0].lat))
        assert inward[0] < 60, alley["path"]
        assert inward[0] < inward[1] < inward[2], alley["path"]


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("123 Hồng Thập Tự", "Nguyễn Thị Minh Khai"),
        ("45 Hiền Vương, quận 3", "Võ Thị Sáu"),
        ("45 Hien Vuong, Q3", "Võ Thị Sáu"),
        ("đường Trần Quý Cáp, quận 3", "Võ Văn Tần"),
        ("Petrus Ký", "Lê Hồng Phong"),
        ("góc Minh Mạng - Petrus Ký", "Ngô Gia Tự"),
        ("Lê Văn Duyệt, Bình Thạnh", "Đinh Tiên Hoàng"),
        ("12 Võ Nguyên Giáp, Thảo Điền", "Xa lộ Hà Nội"),
        ("Tân Sơn Nhất Bình Lợi Vành đai ngoài", "Phạm Văn Đồng"),
    ],
)
async def test_a_street_is_found_by_the_name_it_had_before(hcmc: Connection, former: str, today: str) -> None:
    assert fold(today) in fold((await Geocoder(hcmc).geocode(former))[0].label)


async def test_a_name_that_another_street_bears_today_is_that_street_first_and_the_former_one_beside_it(
    hcmc: Connection,
) -> None:
    found = await Geocoder(hcmc).geocode("đường Thống Nhất", limit=20)
    assert "Thống Nhất" in found[0].label
    before = next(place for place in found if "Lê Duẩn" in place.label)
    assert "tên cũ của Lê Duẩn" in (before.distinguishing or "")
    assert before.confidence < found[0].confidence
