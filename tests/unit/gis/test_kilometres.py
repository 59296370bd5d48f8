"""Where a kilometre of a highway lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geocode.kilometres import list_stones, place_kilometre
from gis.geocode.numbers import kilometre_text, number_path, read_kilometre

LENGTH_M = 20_000.0


@given(st.integers(0, 2_000_000))
def test_a_kilometre_kept_as_a_number_of_its_road_is_read_back(metres: int) -> None:
    assert read_kilometre(kilometre_text(metres / 1000)) == pytest.approx(metres / 1000)


@pytest.mark.parametrize("text", ["km12+300", "KM 12+300", "Km12 + 300m", "km12+3"])
def test_a_stone_written_as_a_number_is_one(text: str) -> None:
    assert number_path(text) == ("KM12+300",)


@given(st.floats(1880, 1899), st.booleans())
def test_between_and_beyond_two_stones_a_kilometre_lies_where_they_say(km: float, rising: bool) -> None:
    def along(n: float) -> float:
        return (n - 1880) * 1000 if rising else LENGTH_M - (n - 1880) * 1000

    stones = [(1885.0, along(1885)), (1890.0, along(1890))]
    placed = place_kilometre(km, stones, LENGTH_M, zero_first=not rising)
    assert placed is not None
    assert placed.known
    assert placed.along_m == pytest.approx(along(km), abs=1)
    assert placed.radius_m < 60 + 500


def test_without_a_stone_it_is_counted_from_the_citys_side_and_the_other_end_stays_in_the_circle() -> None:
    placed = place_kilometre(5.0, [], LENGTH_M, zero_first=True)
    assert placed is not None
    assert (placed.along_m, placed.known) == (5000.0, False)
    assert placed.radius_m > 10_000  # fifteen kilometres from the other end
    assert placed.near < 0.1
    backwards = place_kilometre(5.0, [], LENGTH_M, zero_first=False)
    assert backwards is not None
    assert backwards.along_m == 15_000.0


def test_a_kilometre_beyond_the_road_is_not_placed() -> None:
    assert place_kilometre(1901.5, [], LENGTH_M, zero_first=True) is None
    assert place_kilometre(1950.0, [(1900.0, 1000.0), (1901.0, 2000.0)], LENGTH_M, zero_first=True) is None


def test_one_stone_tells_the_way_where_the_other_way_would_leave_the_road() -> None:
    placed = place_kilometre(1910.0, [(1900.0, 500.0)], LENGTH_M, zero_first=False)
    assert placed is not None
    assert placed.along_m == pytest.approx(10_500.0)


def test_house_numbers_are_no_stones() -> None:
    assert list_stones([("12", 5.0), ("KM3", 9.0), ("K3/4", 1.0), ("KM2+500", 7.0)]) == [
        (2.5, 7.0),
        (3.0, 9.0),
    ]
