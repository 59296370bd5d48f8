"""Numbers said in words, and the words around an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench._sayings import number_in_words
from gis.geocode.fold import strip_marks
from gis.geocode.grammar import parse


@given(st.integers(1, 9999))
def test_a_number_said_in_words_is_the_number(number: int) -> None:
    assert parse(f"số {number_in_words(number)} đường Lê Lợi").path == (str(number),)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=4).filter(lambda digits: digits[0] > 0))
def test_digits_said_one_by_one_are_one_number(digits: list[int]) -> None:
    said = " ".join(number_in_words(digit) if digit else "không" for digit in digits)
    assert parse(f"số {said} đường Lê Lợi").path == ("".join(map(str, digits)),)


@given(st.integers(1, 999), st.integers(1, 99), st.sampled_from(["xẹt", "xuyệt", "xẹc", "gạch", "trên"]))
def test_the_slash_is_heard_between_numerals(outer: int, inner: int, slash: str) -> None:
    text = f"số {number_in_words(outer)} {slash} {number_in_words(inner)} đường Nguyễn Trãi"
    assert parse(text).path == (str(outer), str(inner))


@given(st.integers(1, 9999))
def test_a_number_said_without_any_diacritics_is_the_number_too(number: int) -> None:
    assert parse(strip_marks(f"số {number_in_words(number)} đường Lê Lợi")).path == (str(number),)


@pytest.mark.parametrize(
    ("text", "path", "street"),
    [
        ("số mười hai Hai Bà Trưng", ("12",), "Hai Bà Trưng"),
        ("một hai ba xuyệt bốn lăm Nguyễn Trãi", ("123", "45"), "Nguyễn Trãi"),
        ("số ba trăm rưỡi Lạc Long Quân", ("350",), "Lạc Long Quân"),
        ("số trăm hai Lạc Long Quân", ("120",), "Lạc Long Quân"),
        ("số hai mốt đường Ba Vân", ("21",), "đường Ba Vân"),
        ("hẻm sáu trăm năm mươi bốn Lạc Long Quân", ("654",), "Lạc Long Quân"),
        ("số 5 trên đường Lê Lợi", ("5",), "đường Lê Lợi"),
        ("nhà số bảy đường Năm Châu", ("7",), "đường Năm Châu"),
    ],
)
def test_what_is_said_is_read_as_it_is_meant(text: str, path: tuple[str, ...], street: str) -> None:
    query = parse(text)
    assert query.path == path
    assert query.names[0] == street


@pytest.mark.parametrize(
    "text", ["ngã tư Bảy Hiền", "Hai Bà Trưng", "Năm Châu", "Ba Tháng Hai", "chợ Ba Chiểu"]
)
def test_a_number_word_in_a_name_stays_a_word(text: str) -> None:
    query = parse(text)
    assert query.path == ()
    assert query.names or query.corner


def test_spoken_wards_and_pleas_leave_the_address_as_it_would_be_written() -> None:
    said = parse("dạ alo em ở số bốn bốn tám xẹt ba đường lê văn sỹ phường mười ba quận ba anh ơi nhanh lên")
    written = parse("448/3 lê văn sỹ, phường 13, quận 3")
    assert said.path == written.path
    assert said.areas == written.areas
    assert said.names[0].removeprefix("đường ") == written.names[0]


def test_what_lies_near_is_told_apart_from_the_address() -> None:
    query = parse("số 280 đường an dương vương phường 4 quận 5 gần đầu đường á")
    assert query.path == ("280",)
    assert [(area.kind, area.name) for area in query.areas] == [("ward", "4"), ("district", "5")]
