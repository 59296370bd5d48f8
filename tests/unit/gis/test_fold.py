"""Spellings of one name share a key."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geocode.fold import accented, fold, initials, place_key, street_key, ward_key

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộúùủũụ 0123/.",
    max_size=40,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đường số 10", "đường 10"),
        ("Số 10", "Đường 010"),
        ("Đường 3/2", "Ba Tháng Hai"),
        ("Hai Mươi Sáu Tháng Ba", "đường 26/3"),
        ("Ba Mươi Tháng Tư", "30/4"),
        ("30 Tháng Tư 1 Tháng Năm", "30/4-1/5"),
        ("CMTT", "Cách Mạng Tháng Tám"),
        ("Cách Mạng Tháng Tám", "cach mang thang 8"),
        ("Lê Văn Sỹ", "Lê Văn Sĩ"),
        ("QL13", "Quốc lộ 13"),
        ("HL2", "Hương lộ 2"),
        ("Ðiện Biên Phủ", "Điện Biên Phủ"),
        ("Ng. Trãi", "nguyen trai"),
        ("đường Lý Thường Kiệt", "Lí Thường Kiệt"),
    ],
)
def test_spellings_of_one_street_share_a_key(one: str, other: str) -> None:
    assert street_key(one) == street_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Đường số 10", "Đường số 11"), ("Lê Lợi", "Lê Lai"), ("Đường D2", "Đường 2")]
)
def test_different_streets_keep_different_keys(one: str, other: str) -> None:
    assert street_key(one) != street_key(other)


def test_an_icelandic_letter_is_the_one_that_was_meant() -> None:
    assert accented("Ðồng Khởi") == accented("Đồng Khởi")
    assert street_key("Ðồng Khởi") == street_key("Đồng Khởi") == "dong khoi"


def test_old_and_new_placement_of_the_tone_are_the_same_word() -> None:
    assert accented("Hòa Hảo") == accented("Hoà Hảo")
    assert accented("Hòa") != accented("Hoa")


@pytest.mark.parametrize(
    ("name", "key"),
    [("Phường 03", "3"), ("P.3", "3"), ("Quận Bình Thạnh", "binh thanh"), ("Xã Tân Kiên", "tan kien")],
)
def test_a_ward_key_leaves_the_kind_out(name: str, key: str) -> None:
    assert ward_key(name) == key


def test_initials_keep_numbers() -> None:
    assert initials(street_key("Cách Mạng Tháng Tám")) == "cmt8"


def test_a_hospital_may_be_shortened() -> None:
    assert place_key("BV Chợ Rẫy") == place_key("Bệnh viện Chợ Rẫy")


@given(VIETNAMESE)
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert fold(text) == fold(decomposed)
    assert accented(text) == accented(decomposed)
    assert street_key(text) == street_key(decomposed)


@given(st.text(max_size=60))
def test_keys_are_plain_lower_case_whatever_is_written(text: str) -> None:
    for key in (fold(text), street_key(text), place_key(text), ward_key(text)):
        assert key.isascii()
        assert key == key.strip().lower()


@given(VIETNAMESE)
def test_a_key_of_a_key_is_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)
