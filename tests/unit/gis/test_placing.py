"""Where a number lies on its street."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.geocode.placing import (
    Block,
    Known,
    KnownDoor,
    Part,
    Scale,
    place_along,
    place_anywhere,
    place_by_blocks,
    place_inside,
)
from gis.geocode.stretches import beside, sides_of
from gis.geometry import LonLat, haversine_m
from gis.importers.customs import Neighbours, number_by_custom
from gis.importers.spines import Numbering, fit_numbering, spine_of

STREET = Scale(zero_m=0.0, pace_m=2.5, fitted=True, length_m=1000.0)


@given(st.integers(20, 370))
def test_between_two_known_numbers_a_number_lies_in_proportion(number: int) -> None:
    known = [Known(1, 2.5), Known(391, 977.5), Known(2, 5.0), Known(392, 980.0)]
    placed = place_along(number, known, STREET)
    assert placed.basis == "between"
    assert placed.along_m == pytest.approx(number * 2.5, abs=30)


def test_numbers_of_ones_own_side_count_for_more_than_nearer_ones_across_the_street() -> None:
    even = [Known(n, 3.0 * n) for n in (90, 96, 110, 120)]
    odd = [Known(n, 3.0 * n + 120.0) for n in (91, 99, 101, 111, 121)]
    assert place_along(100, even + odd, STREET).along_m == pytest.approx(300, abs=30)
    assert place_along(105, even + odd, STREET).along_m == pytest.approx(435, abs=30)


def test_a_number_of_another_part_of_the_street_does_not_pull_the_guess_away() -> None:
    known = [Known(101, 250.0), Known(105, 262.0), Known(107, 268.0), Known(109, 900.0)]
    assert place_along(103, known, STREET).along_m == pytest.approx(257, abs=30)


def test_beyond_the_known_numbers_the_pace_is_followed_but_never_off_the_street() -> None:
    scale = Scale(zero_m=400.0, pace_m=2.5, fitted=False, length_m=1000.0)
    near, far = (place_along(n, [Known(90, 310.0), Known(100, 340.0)], scale) for n in (120, 5000))
    assert near.basis == "beyond"
    assert near.along_m == pytest.approx(400, abs=40)
    assert far.along_m > 800
    assert far.along_m <= 1000


def test_known_numbers_tell_from_which_end_a_street_is_counted_whatever_custom_says() -> None:
    against = Scale(zero_m=0.0, pace_m=3.0, fitted=False, length_m=1000.0)
    known = [Known(20, 930.0), Known(60, 800.0)]
    assert place_along(100, known, against).along_m == pytest.approx(670, abs=60)


def test_one_known_number_tells_by_its_side_from_which_end_a_street_is_counted() -> None:
    either = Scale(zero_m=0.0, pace_m=3.0, fitted=False, length_m=1000.0)
    on_left, on_right = (place_along(60, [Known(140, 500.0, 9.0, side)], either) for side in (1, -1))
    assert on_right.along_m == pytest.approx(220, abs=60)
    assert on_left.along_m == pytest.approx(780, abs=60)
    assert on_right.left < -0.3
    assert on_left.left > 0.3


@given(st.integers(1, 400), st.lists(st.tuples(st.integers(1, 400), st.sampled_from([-1, 0, 1])), max_size=9))
def test_which_side_a_number_is_on_is_never_more_than_sure(n: int, known: list[tuple[int, int]]) -> None:
    placed = place_along(n, [Known(k, 3.0 * k, 9.0, side) for k, side in known], STREET)
    assert -1 <= placed.left <= 1


def test_even_numbers_are_across_the_street_from_odd_ones() -> None:
    known = [Known(n, 2.5 * n, 9.0, side=1 if n % 2 else -1) for n in (11, 30, 57)]
    assert place_along(41, known, STREET).left > 0.8
    assert place_along(42, known, STREET).left < -0.8


def test_sides_of_a_street_are_told_looking_along_it_and_a_place_beside_it_is_on_the_side_asked_for() -> None:
    north = shapely.LineString([(106.7, 10.77), (106.7, 10.78)])
    west, east, on_it = LonLat(106.699, 10.775), LonLat(106.701, 10.775), LonLat(106.70001, 10.775)
    assert sides_of(north, [west, east, on_it]) == [1, -1, 0]
    assert sides_of(north, [beside(north, share, 10.0) for share in (0.0, 0.5, 1.0)]) == [1, 1, 1]
    assert haversine_m(beside(north, 0.5, -10.0), LonLat(106.7, 10.775)) == pytest.approx(10, rel=0.01)


def test_without_a_known_number_custom_places_it_and_the_circle_says_how_little_is_known() -> None:
    placed = place_along(50, [], Scale(1000.0, -3.0, fitted=False, length_m=1000.0))
    assert placed.basis == "custom"
    assert placed.along_m == pytest.approx(850, abs=60)
    assert placed.most_m > 200


def test_the_ward_that_was_named_keeps_the_guess_on_its_stretch() -> None:
    scale = Scale(0.0, 3.0, fitted=False, length_m=3000.0)
    assert place_along(50, [], scale).along_m < 400
    assert 2000 <= place_along(50, [], scale, [(2000.0, 3000.0)]).along_m <= 3000


def test_numbers_begin_anew_in_the_next_district_where_the_known_ones_say_so() -> None:
    first, second = Part(0.0, 1500.0), Part(1500.0, 3000.0)
    known = [Known(n, 3.0 * n) for n in (40, 120, 260, 400)]
    known += [Known(n, 1500 + 3.0 * n) for n in (60, 150, 300)]
    scale = Scale(0.0, 3.0, fitted=True, length_m=3000.0)
    assert place_along(200, known, scale, parts=[first]).along_m == pytest.approx(600, abs=40)
    assert place_along(200, known, scale, parts=[second]).along_m == pytest.approx(2100, abs=40)
    assert place_along(5, [], scale, [(1500.0, 3000.0)], [second]).along_m < 1800


def test_a_number_stays_in_the_district_of_its_neighbours_where_another_has_fewer_known_numbers() -> None:
    near_the_start = ((2, 3776), (4, 3653), (12, 3393), (15, 3118), (18, 3075), (37, 2510), (45, 2320))
    farther = ((59, 1329), (153, 1100), (138, 1000), (306, 600), (360, 400), (408, 200))
    known = [Known(number, along) for number, along in (*near_the_start, *farther)]
    parts = [Part(0.0, 3800.0, 0.7), Part(0.0, 2600.0, 0.3)]
    placed = place_along(11, known, Scale(0.0, 3.0, fitted=True, length_m=3870.0), parts=parts)
    assert placed.along_m == pytest.approx(3300, abs=150)


def test_what_the_numbers_beyond_a_district_refute_does_not_place_those_in_it() -> None:
    inside = ((312, 3080), (317, 2996), (327, 3054), (437, 2348), (477, 2251), (504, 2191), (519, 2151))
    beyond = ((131, 4168), (187, 3918), (1099, 5000))
    known = [Known(number, along) for number, along in (*inside, (859, 95), *beyond)]
    scale = Scale(0.0, 3.0, fitted=True, length_m=6000.0)
    assert place_along(700, known, scale, parts=[Part(0.0, 3566.0)]).along_m == pytest.approx(1060, abs=150)


def test_of_a_number_that_follows_no_order_the_middle_of_what_was_named_is_the_guess() -> None:
    placed = place_anywhere(3000.0, [(1000.0, 2000.0)])
    assert placed.along_m == pytest.approx(1500, abs=200)
    assert placed.most_m > 400


@given(st.integers(0, 5000), st.lists(st.tuples(st.integers(1, 3000), st.floats(0, 800)), max_size=12))
def test_every_number_is_placed_on_the_street(number: int, known: list[tuple[int, float]]) -> None:
    placed = place_along(number, [Known(n, along) for n, along in known], Scale(0.0, 2.0, True, 800.0))
    assert 0 <= placed.along_m <= 800
    assert 0 < placed.half_m <= placed.most_m
    assert 0 <= placed.near <= 1


def test_inside_an_alley_a_door_lies_between_its_neighbours() -> None:
    doors = [KnownDoor(2, LonLat(106.7, 10.70)), KnownDoor(6, LonLat(106.7, 10.704))]
    found = place_inside(4, doors)
    assert found is not None
    assert found[0] == pytest.approx((106.7, 10.702))
    assert place_inside(4, []) is None


def test_the_spine_of_a_dual_carriageway_is_one_way_through_it() -> None:
    street = shapely.MultiLineString([[(0, 0), (500, 0), (1000, 0)], [(1000, 12), (500, 12), (0, 12)]])
    assert spine_of(street).length == pytest.approx(1000, abs=30)


def test_a_gap_in_a_street_is_bridged() -> None:
    assert spine_of(shapely.MultiLineString([[(0, 0), (100, 0)], [(130, 0), (300, 0)]])).length == 300


@given(st.floats(1, 6), st.booleans(), st.sets(st.integers(1, 400), min_size=10, max_size=30))
def test_the_pace_and_direction_of_numbers_are_found_from_known_ones(
    pace: float, back: bool, numbers: set[int]
) -> None:
    length = 401 * pace
    anchors = [(n, length - n * pace if back else n * pace) for n in numbers]
    numbering = fit_numbering(anchors, length)
    assert numbering is not None
    assert numbering.pace_m == pytest.approx(-pace if back else pace, rel=0.01)


def test_a_few_wrong_numbers_do_not_turn_a_street_around() -> None:
    anchors = [(n, 3.0 * n) for n in range(1, 200, 5)]
    numbering = fit_numbering([*anchors, (3, 590.0), (190, 20.0), (150, 80.0)], 600.0)
    assert numbering is not None
    assert numbering.pace_m == pytest.approx(3.0, rel=0.05)
    assert numbering.zero_m == pytest.approx(0.0, abs=10)


def test_by_custom_a_short_street_is_numbered_from_the_larger_road_it_leaves() -> None:
    spine = shapely.LineString([(0, 0), (100, 300)])
    centre = shapely.Point(50, 150)
    assert number_by_custom(spine, centre, start_class=5, end_class=1).zero_m == 0
    assert number_by_custom(spine.reverse(), centre, start_class=1, end_class=5).zero_m == spine.length


def test_by_custom_a_long_street_is_numbered_from_the_centre_outwards() -> None:
    spine = shapely.LineString([(0, 0), (3000, 0)])
    near_start, near_end = shapely.Point(0, 100), shapely.Point(3000, 100)
    assert number_by_custom(spine, near_start, 1, 1).zero_m == 0
    assert number_by_custom(spine, near_end, 1, 1).zero_m == spine.length


def test_a_street_without_known_numbers_is_counted_as_those_beside_it_that_run_alike() -> None:
    def street(x: float, y: float, east: float, north: float) -> shapely.LineString:
        return shapely.LineString([(x, y), (x + east, y + north)])

    asked, centre = street(0, 0, 300, 0), shapely.Point(150, 0)
    alone = number_by_custom(asked, centre, 1, 1)
    westward = [(street(0, 100 * n, 300, 0), Numbering(300.0, -3.0, fitted=True)) for n in (1, 2, 3)]
    eastward = [(spine.reverse(), numbering) for spine, numbering in westward]
    across = [(street(100 * n, 50, 0, 300), Numbering(0.0, 3.0, fitted=True)) for n in (0, 1, 2)]
    far = [(street(9000, 100 * n, 300, 0), Numbering(0.0, 3.0, fitted=True)) for n in range(9)]
    west, east, none = (Neighbours(n).agreement(asked) for n in (westward, eastward, [*across, *far]))
    assert west == pytest.approx(-east)
    assert west < -0.7
    assert none == pytest.approx(0, abs=1e-6)
    assert Neighbours([]).agreement(asked) == 0
    counted = [number_by_custom(asked, centre, 1, 1, agreement) for agreement in (west, east)]
    assert [numbering.zero_m for numbering in counted] == [300, 0]
    assert all(numbering.held > alone.held >= 0.5 for numbering in counted)


def test_the_surer_custom_is_of_the_end_the_smaller_the_circle_of_what_it_places() -> None:
    unsure, sure = (Scale(0.0, 3.0, fitted=False, length_m=1000.0, held=held) for held in (0.55, 0.95))
    assert place_along(20, [], sure).near > place_along(20, [], unsure).near
    assert place_along(20, [], sure).most_m < place_along(20, [], unsure).most_m


def test_a_block_is_by_the_nearest_block_of_its_letter_on_other_streets() -> None:
    blocks = [Block(4, 600.0), Block(21, 2400.0)]
    assert place_by_blocks(5, blocks, 3000.0).along_m == pytest.approx(600, abs=20)
    assert place_by_blocks(20, blocks, 3000.0).along_m == pytest.approx(2400, abs=20)
    assert place_by_blocks(5, blocks, 3000.0, [(2000.0, 3000.0)]).along_m == pytest.approx(2400, abs=20)
    assert place_by_blocks(5, blocks, 3000.0).near > place_by_blocks(50, blocks, 3000.0).near
