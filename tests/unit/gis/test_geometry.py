"""Positions and distances."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geometry import Bbox, LonLat, PositionError, check_lon_lat, haversine_m

CITY = Bbox(106.3, 10.3, 107.1, 11.2)
LONS = st.floats(-180, 180)
LATS = st.floats(-90, 90)


@pytest.mark.parametrize("lon", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_no_position(lon: float) -> None:
    with pytest.raises(PositionError) as error:
        check_lon_lat(lon, 10.7)
    assert error.value.reason == "not_finite"


def test_degrees_out_of_range_are_refused_with_the_numbers_kept() -> None:
    with pytest.raises(PositionError) as error:
        check_lon_lat(206.7, 10.7)
    assert (error.value.reason, error.value.lon, error.value.lat) == ("out_of_range", 206.7, 10.7)


def test_swapped_coordinates_are_suspected_when_the_swap_lies_in_the_city() -> None:
    with pytest.raises(PositionError) as error:
        check_lon_lat(10.7, 106.7, CITY)
    assert error.value.reason == "swapped"


def test_a_position_in_another_city_is_a_position() -> None:
    assert check_lon_lat(105.85, 21.03, CITY) == LonLat(105.85, 21.03)


@given(LONS, LATS)
def test_every_pair_in_range_is_accepted_as_it_is(lon: float, lat: float) -> None:
    assert check_lon_lat(lon, lat) == (lon, lat)


def test_two_known_corners_lie_as_far_apart_as_the_map_says() -> None:
    assert haversine_m((106.6990, 10.7798), (106.7009, 10.7769)) == pytest.approx(384, abs=5)


@given(LONS, LATS, LONS, LATS)
def test_distance_is_the_same_both_ways_and_never_negative(a: float, b: float, c: float, d: float) -> None:
    there, back = haversine_m((a, b), (c, d)), haversine_m((c, d), (a, b))
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_040_000
