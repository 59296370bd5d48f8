"""What OSM tags mean to a traveller, junk included."""

from math import nan

import pytest

from routing.graph.ferries import parse_duration_s, parse_interval_s, read_wait_s
from routing.graph.kinds import Barrier, EdgeFlag, Mode, RoadClass
from routing.graph.other_names import NameKind, clean_name, list_other_names
from routing.graph.tags import (
    find_road_tags,
    parse_maxspeed_kmh,
    parse_width_m,
    read_barrier,
)

CARS = Mode.MOTORCAR | Mode.EMERGENCY
EVERYBODY = CARS | Mode.FOOT | Mode.MOTORCYCLE | Mode.BUS


@pytest.mark.parametrize(
    ("text", "speed"),
    [("60", 60), ("20;10", 20), ("25 mph", 40), ("", 0), ("fast", 0), ("0", 0), ("500", 0), ("50.5", 50)],
)
def test_speed_limit_is_read_and_junk_is_no_limit(text: str, speed: int) -> None:
    assert parse_maxspeed_kmh(text) == speed


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("4 m", 4.0),
        ("2.5m", 2.5),
        ("2,5", 2.5),
        ("8104", None),
        ("a", None),
        ("Đường 182", None),
        ("0", None),
    ],
)
def test_width_is_read_and_street_numbers_are_no_width(text: str, width: float | None) -> None:
    assert parse_width_m(text) == width


def test_width_that_nobody_measured_is_assumed_and_says_so() -> None:
    assumed = find_road_tags({"highway": "service", "service": "alley"})
    measured = find_road_tags({"highway": "service", "service": "alley", "width": "3"})
    assert assumed is not None
    assert measured is not None
    assert (assumed.width_m, assumed.width_assumed) == (2.5, True)
    assert (measured.width_m, measured.width_assumed) == (3.0, False)


@pytest.mark.parametrize(
    ("lanes", "width_m"), [("1", 2.5), ("2", 6.0), ("4", 12.0), ("0", 2.5), ("2;3", 2.5), ("99", 2.5)]
)
def test_counted_lanes_make_a_road_wider_than_its_class_and_never_narrower(
    lanes: str, width_m: float
) -> None:
    road = find_road_tags({"highway": "service", "service": "alley", "lanes": lanes})
    assert road is not None
    assert (road.width_m, road.width_assumed) == (width_m, True)


@pytest.mark.parametrize("name", ["Hẻm 654", "Hẽm 12 Lý Thái Tổ", "hẻm 5"])
def test_residential_street_named_as_an_alley_is_an_alley(name: str) -> None:
    tags = find_road_tags({"highway": "residential", "name": name})
    assert tags is not None
    assert tags.road_class is RoadClass.ALLEY


@pytest.mark.parametrize("highway", ["proposed", "construction", "platform", "", "no"])
def test_what_is_planned_or_no_road_is_left_out(highway: str) -> None:
    assert find_road_tags({"highway": highway}) is None


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "no;yes"}, True, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "roundabout", "oneway": "no"}, True, True),
        ({}, True, True),
    ],
)
def test_oneway_binds_cars_and_never_walkers(tags: dict[str, str], forward: bool, backward: bool) -> None:
    road = find_road_tags({"highway": "primary", **tags})
    assert road is not None
    assert bool(road.forward_modes & CARS) is forward
    assert bool(road.backward_modes & CARS) is backward
    assert road.forward_modes & road.backward_modes & Mode.FOOT


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:30", 5400.0),
        ("20", 1200.0),
        ("0:05:30", 330.0),
        ("", None),
        ("soon", None),
        ("0", None),
        ("PT1H30M", 5400.0),
        ("PT20M", 1200.0),
        ("P", None),
        ("²", None),
    ],
)
def test_duration_is_read_and_junk_is_none(text: str, seconds: float | None) -> None:
    assert parse_duration_s(text) == (pytest.approx(seconds) if seconds else pytest.approx(nan, nan_ok=True))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:20", 1200.0), ("15", 900.0), ("15-20", 1200.0), ("PT10M", 600.0), ("on demand", None),
        ("1-2-3", None), ("-5", None), ("48:00", None),
    ],
)  # fmt: skip
def test_interval_of_a_ferry_is_read_and_junk_is_none(text: str, seconds: float | None) -> None:
    assert parse_interval_s(text) == (pytest.approx(seconds) if seconds else pytest.approx(nan, nan_ok=True))


def test_who_comes_at_any_moment_waits_half_an_interval_and_an_untagged_boat_has_that_of_its_kind() -> None:
    assert read_wait_s({"interval": "00:20"}, takes_cars=True) == 600.0
    car_ferry, boat = read_wait_s({}, takes_cars=True), read_wait_s({"interval": "now and then"}, False)
    liner = read_wait_s({"duration": "1:30"}, takes_cars=False)
    assert 0 < boat < car_ferry < liner


def test_other_names_are_kept_by_kind_and_once() -> None:
    tags = {
        "old_name": "Công Lý;Maréchal de Lattre", "alt_name": "nam kỳ khởi nghĩa; NKKN", "ref": "QL.1A",
        "old_name:vi": "Công Lý", "bridge": "yes", "bridge:name": "Cầu Công Lý", "tunnel:name": "Hầm nào đó",
    }  # fmt: skip
    assert list(list_other_names(tags, "Nam Kỳ Khởi Nghĩa")) == [
        (NameKind.FORMER, "Công Lý"),
        (NameKind.FORMER, "Maréchal de Lattre"),
        (NameKind.SECOND, "NKKN"),
        (NameKind.NUMBER, "QL.1A"),
        (NameKind.STRUCTURE, "Cầu Công Lý"),
    ]


def test_motorcycles_may_have_a_oneway_rule_of_their_own() -> None:
    road = find_road_tags({"highway": "primary", "oneway": "yes", "oneway:motorcycle": "no"})
    assert road is not None
    assert road.backward_modes == Mode.MOTORCYCLE | Mode.FOOT


@pytest.mark.parametrize(
    ("tags", "modes"),
    [
        ({"access": "no"}, Mode.NONE),
        ({"access": "no", "foot": "yes"}, Mode.FOOT),
        ({"motor_vehicle": "no"}, Mode.FOOT),
        ({"motorcar": "no"}, Mode.FOOT | Mode.MOTORCYCLE | Mode.BUS),
        ({"motor_vehicle": "no", "motorcycle": "yes"}, Mode.FOOT | Mode.MOTORCYCLE),
        ({"motorroad": "yes"}, CARS),
        ({"access": "no", "psv": "designated"}, Mode.BUS),
        ({"hgv": "no"}, CARS | Mode.MOTORCYCLE | Mode.FOOT | Mode.BUS),
        ({"access": "nonsense"}, CARS | Mode.MOTORCYCLE | Mode.FOOT | Mode.BUS),
    ],
)
def test_access_is_decided_by_the_most_specific_tag(tags: dict[str, str], modes: Mode) -> None:
    road = find_road_tags({"highway": "tertiary", **tags})
    assert (road.forward_modes if road else Mode.NONE) == modes


def test_private_road_stays_open_to_those_who_must_and_is_marked() -> None:
    road = find_road_tags({"highway": "service", "access": "private"})
    assert road is not None
    assert road.flags & EdgeFlag.PRIVATE
    assert road.forward_modes & Mode.EMERGENCY


def test_icelandic_letter_of_old_data_becomes_vietnamese() -> None:
    assert clean_name("Ðường  Ðiện Biên Phủ ") == "Đường Điện Biên Phủ"


def test_gate_said_to_be_open_stops_nothing() -> None:
    assert read_barrier({"barrier": "gate"}).kind is Barrier.GATE
    assert read_barrier({"barrier": "gate", "access": "yes"}).kind is Barrier.NONE
    assert read_barrier({"barrier": "bollard"}).kind is Barrier.NARROW
    assert read_barrier({"barrier": "entrance"}).kind is Barrier.NONE


@pytest.mark.parametrize(
    ("tags", "admitted"),
    [
        ({}, EVERYBODY),
        ({"access": "private"}, EVERYBODY),
        ({"access": "no"}, Mode.NONE),
        ({"access": "no", "emergency": "yes"}, Mode.EMERGENCY),
        ({"motor_vehicle": "no"}, Mode.FOOT),
        ({"motor_vehicle": "no", "motorcycle": "yes"}, Mode.FOOT | Mode.MOTORCYCLE),
        ({"foot": "no"}, EVERYBODY & ~Mode.FOOT),
    ],
)
def test_gate_lets_pass_whom_its_signs_admit(tags: dict[str, str], admitted: Mode) -> None:
    assert read_barrier({"barrier": "gate", **tags}).modes == admitted


def test_bollard_is_too_narrow_whatever_a_sign_says() -> None:
    assert read_barrier({"barrier": "bollard", "motor_vehicle": "no"}).modes == EVERYBODY


@pytest.mark.parametrize(
    ("tags", "along", "against"),
    [
        ({"motorcar:backward": "no"}, EVERYBODY, EVERYBODY & ~CARS),
        ({"access": "no", "access:forward": "yes"}, EVERYBODY, Mode.NONE),
        ({"motor_vehicle:forward": "no", "emergency": "yes"}, Mode.FOOT | Mode.EMERGENCY, EVERYBODY),
        ({"oneway": "yes", "motorcar:backward": "yes"}, EVERYBODY, Mode.FOOT),
        ({"access:backward": "private"}, EVERYBODY, EVERYBODY & ~Mode.MOTORCAR),
    ],
)
def test_sign_for_one_direction_leaves_the_other_as_it_is(
    tags: dict[str, str], along: Mode, against: Mode
) -> None:
    road = find_road_tags({"highway": "tertiary", **tags})
    assert road is not None
    assert (road.forward_modes, road.backward_modes) == (along, against)
    assert not road.flags & EdgeFlag.PRIVATE


def test_speed_limit_of_one_direction_stands_in_place_of_the_common_one() -> None:
    road = find_road_tags({"highway": "tertiary", "maxspeed": "50", "maxspeed:backward": "30"})
    assert road is not None
    assert (road.forward_maxspeed_kmh, road.backward_maxspeed_kmh) == (50, 30)
