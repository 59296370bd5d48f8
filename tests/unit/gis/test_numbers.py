"""House numbers and the names of alleys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geocode.numbers import main_number, number_path, path_text, split_alley_name

PARTS = st.lists(st.integers(1, 2999).map(str), min_size=1, max_size=7).map(tuple)


@given(PARTS)
def test_a_path_reads_back_from_what_is_painted_on_the_wall(path: tuple[str, ...]) -> None:
    assert number_path(path_text(path)) == path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("0123/45a", ("123", "45A")),
        ("12-14", ("12",)),
        ("115-117-119", ("115",)),
        ("C5/22", ("C5", "22")),
        ("1806/127/2/6/15/27/3", ("1806", "127", "2", "6", "15", "27", "3")),
        ("44\\2A2", ("44", "2A2")),
        ("ks", ()),
        ("", ()),
        ("///", ()),
    ],
)
def test_house_numbers_as_people_write_them(text: str, path: tuple[str, ...]) -> None:
    assert number_path(text) == path


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Hẻm 654/12 Lạc Long Quân", (("654", "12"), "lac long quan")),
        ("Hem 44 Duong 182", (("44",), "duong 182")),
        ("Hẻm 270", (("270",), "")),
        ("Lạc Long Quân", None),
        ("Hẻm Cây Điệp", None),
    ],
)
def test_an_alleys_name_holds_its_number_and_its_street(name: str, parts: object) -> None:
    assert split_alley_name(name) == parts


def test_letters_do_not_change_the_order_along_a_street() -> None:
    assert [main_number(part) for part in ("45", "45A", "C45")] == [45, 45, 45]


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_number(text: str) -> None:
    assert all(part == part.upper() for part in number_path(text))
