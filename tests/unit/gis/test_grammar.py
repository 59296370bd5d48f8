"""Places as people say and write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geocode.fold import street_key, strip_marks, ward_key
from gis.geocode.grammar import Query, parse, same_street_number

STREETS = st.sampled_from(
    [
        "Nguyễn Trãi",
        "Lạc Long Quân",
        "Điện Biên Phủ",
        "Võ Thị Sáu",
        "Cống Quỳnh",
        "Phan Xích Long",
        "Nguyễn Tri Phương",
    ]
)
PARTS = st.lists(st.integers(1, 1999), min_size=1, max_size=5)


def _areas(query: Query) -> list[tuple[str, str]]:
    return [(area.kind, area.name) for area in query.areas]


@given(PARTS, STREETS)
def test_slashes_written_spoken_or_paused_are_the_same_number(parts: list[int], street: str) -> None:
    numbers = [str(part) for part in parts]
    wanted = (tuple(numbers), (street,))
    for slash in ("/", " xẹt ", " xuyệt ", " xẹc ", " xược ", " gạch ", " trên ", " "):
        query = parse(f"{slash.join(numbers)} {street}")
        assert (query.path, query.names) == wanted


@given(PARTS, STREETS)
def test_from_the_door_outwards_is_the_same_as_from_the_street_inwards(parts: list[int], street: str) -> None:
    outwards = " hẻm ".join(str(part) for part in reversed(parts))
    assert parse(f"số {outwards} {street}").path == _joined(parts)


def _joined(parts: list[int]) -> tuple[str, ...]:
    return tuple(str(part) for part in parts)


@given(PARTS, STREETS)
def test_diacritics_and_their_coding_do_not_matter_to_the_number(parts: list[int], street: str) -> None:
    text = f"{'/'.join(map(str, parts))} {street}, P.3 Q.5"
    paths = {parse(t).path for t in (text, strip_marks(text), unicodedata.normalize("NFD", text))}
    assert paths == {_joined(parts)}


@given(st.integers(1, 28), st.integers(1, 12), STREETS)
def test_ward_and_district_are_read_in_every_common_form(ward: int, district: int, street: str) -> None:
    wanted = [("ward", str(ward)), ("district", str(district))]
    for tail in (
        f"P.{ward} Q.{district}",
        f"P{ward}, Q{district}",
        f"phường {ward}, quận {district}",
        f"phuong {ward} quan {district} tp hcm",
        f"Phường {ward}, Quận {district}, TP. Hồ Chí Minh",
        f"F{ward} Q{district}",
    ):
        query = parse(f"12 {street} {tail}")
        assert (_areas(query), query.names, query.path) == (wanted, (street,), ("12",))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("12 Nguyễn Tri Phương P.8 Q.10", ("Nguyễn Tri Phương",)),
        ("12 nguyen tri phuong quan 10", ("nguyen tri phuong",)),
        ("12 Bà Huyện Thanh Quan, Quận 3", ("Bà Huyện Thanh Quan",)),
        ("Xa lộ Hà Nội, P. Thảo Điền, Q.2", ("Xa lộ Hà Nội",)),
        ("45 đường 3/2", ("đường 3/2",)),
        ("45 3/2 P.12 Q.10", ("3/2",)),
        ("12 đường số 10", ("đường số 10",)),
        ("45 3 tháng 2", ("3 tháng 2",)),
    ],
)
def test_names_that_look_like_numbers_or_areas_stay_names(text: str, names: tuple[str, ...]) -> None:
    assert parse(text).names == names


def test_an_alley_is_not_a_door() -> None:
    query = parse("hẻm 654 Lạc Long Quân")
    assert (query.path, query.alley, query.names) == (("654",), True, ("Lạc Long Quân",))


@pytest.mark.parametrize(
    "text",
    ["góc Lê Lợi – Pasteur", "Lê Lợi giao Pasteur", "ngã tư Lê Lợi - Pasteur", "ngã tư Lê Lợi với Pasteur"],
)
def test_two_streets_that_meet(text: str) -> None:
    assert parse(text).corner == ("le loi", "pasteur")


def test_the_name_of_a_junction_is_a_landmark() -> None:
    query = parse("ngã tư Hàng Xanh")
    assert (query.corner, query.names) == (None, ("ngã tư Hàng Xanh",))


@given(st.floats(106.3, 107.1), st.floats(10.3, 11.2))
def test_coordinates_are_read_in_either_order(lon: float, lat: float) -> None:
    for text in (f"{lat:.6f}, {lon:.6f}", f"{lon:.6f} {lat:.6f}", f"{lat:.6f}N {lon:.6f}E"):
        found = parse(text).coordinates
        assert found is not None
        assert found == pytest.approx((lon, lat), abs=1e-6)


def test_degrees_minutes_and_seconds_are_coordinates() -> None:
    found = parse("10°46'36.8\"N 106°42'03.2\"E").coordinates
    assert found == pytest.approx((106.70089, 10.77689), abs=1e-5)


def test_a_plus_code_is_found_among_words() -> None:
    assert parse("nhà ở 7P28QPHX+2Q gần chợ").plus_code == "7P28QPHX+2Q"


@given(st.text(max_size=500))
def test_any_text_is_read_without_an_error(text: str) -> None:
    query = parse(text)
    assert len(query.text) <= 400
    assert all(name.strip() for name in query.names)


def test_ten_thousand_characters_and_emoji_are_bounded() -> None:
    assert parse("😀🔥 " * 5000).names == ()


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("123 Nguyễn Trãi", "123/45 nguyen trai, Q.5", True),
        ("123 Nguyễn Trãi", "125 Nguyễn Trãi", False),
        ("123 Nguyễn Trãi", "123 Lê Lợi", False),
        ("Nguyễn Trãi", "125 Nguyễn Trãi", True),
        ("", "", False),
    ],
)
def test_numbers_of_one_street_overlap_when_one_is_inside_the_other(a: str, b: str, same: bool) -> None:
    assert same_street_number(a, b) is same


@pytest.mark.parametrize(
    "text",
    ["em ở 12 Lê Lợi bây giờ là cháy lớn lắm", "12 le loi bay gio la chay lon roi", "12 Lê Lợi giờ là Chợ"],
)
def test_what_is_so_now_is_no_new_name_of_the_street(text: str) -> None:
    query = parse(text)
    assert query.path == ("12",)
    assert street_key(query.names[0]).startswith("le loi")


@pytest.mark.parametrize(
    ("text", "path", "street"),
    [
        ("cháy nhà số 12 Lê Lợi quận 1", ("12",), "Lê Lợi"),
        ("tai nạn trước nhà 45 Pasteur", ("45",), "Pasteur"),
        ("có cháy trong hẻm 654 Lạc Long Quân", ("654",), "Lạc Long Quân"),
        ("đường số 12 Bình Tân", (), "đường số 12 Bình Tân"),
    ],
)
def test_what_happened_may_be_told_before_the_address(text: str, path: tuple[str, ...], street: str) -> None:
    query = parse(text)
    assert (query.path, query.names[0]) == (path, street)


@given(PARTS, STREETS, st.integers(1, 28), st.integers(1, 12))
def test_an_address_in_capitals_small_letters_or_abbreviated_is_the_same(
    parts: list[int], street: str, ward: int, district: int
) -> None:
    number = "/".join(map(str, parts))
    full = f"số {number} đường {street}, phường {ward}, quận {district}"
    wanted = (_joined(parts), street_key(street), [("ward", str(ward)), ("district", str(district))])
    for text in (
        full,
        full.upper(),
        strip_marks(full).lower(),
        f"{number} Đ.{street} P.{ward} Q.{district}",
        f"{number} {street.replace('Nguyễn', 'Ng.')} p{ward}q{district}",
        f"Địa chỉ: {number}, {street}, F{ward}, Q{district}, TP.HCM",
        f"dạ em ở số {number} {street} phường {ward} quận {district} anh ơi lẹ lên",
    ):
        query = parse(text)
        read = (query.path, street_key(query.names[0]), [(a.kind, ward_key(a.name)) for a in query.areas])
        assert read == wanted, text


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(["QL22", "quốc lộ 22", "Quốc lộ 1A"]))
def test_a_kilometre_of_a_road_is_read_before_or_behind_its_name(km: int, metres: int, road: str) -> None:
    for text in (
        f"Km{km}+{metres:03d} {road}",
        f"{road} km {km}+{metres:03d}",
        f"{road}, KM {km} + {metres:03d}",
    ):
        query = parse(text)
        assert query.kind == "kilometre"
        assert query.kilometre == pytest.approx(km + metres / 1000)
        assert street_key(query.names[0]) == street_key(road)
