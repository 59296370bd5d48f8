"""What a driver is told, on maps small enough to be driven in the head."""

from collections.abc import Callable

import pytest

from routing.graph.kinds import RoadClass
from routing.guidance.guide import Guide
from routing.guidance.manoeuvres import Turn, classify_bend
from routing.guidance.words import tell_landing, tell_turn, tell_walk
from routing.terms.messages import LonLat
from routing.terms.ways import Route, RouteRequest
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]

# From the south on Trần Phú, right into Hẻm 654, whose upper end is too narrow for an engine.
STREETS = """
    .b...
    acd.e
    .f...
"""


def streets() -> DrawnMap:
    drawn = DrawnMap(STREETS).way("fc", name="Trần Phú").way("cb", name="Trần Phú").way("ac", name="Lê Lợi")
    return drawn.way("cd", highway="service", service="alley", name="Hẻm 654", width="4").way(
        "de", highway="service", service="alley", name="Hẻm 654", width="1.5"
    )


def find(
    network: RoadNetwork, start: LonLat, end: LonLat, vehicle_class: str, alternatives: int = 0
) -> list[Route]:
    request = RouteRequest(start, end, vehicle_class, guidance=True, alternatives=alternatives)
    return Guide(network).find_routes(request)


def test_driver_is_told_the_turn_and_the_street(to_network: ToNetwork) -> None:
    drawn = streets()
    (route,) = find(to_network(drawn), drawn.place("f"), drawn.place("d"), "car")
    assert [(step.turn, step.vi) for step in route.steps] == [
        ("depart", "đi theo Trần Phú về hướng bắc"),
        ("right", "rẽ phải vào hẻm 654"),
        ("arrive", "đến nơi"),
    ]
    assert route.steps[1].en == "turn right into Hẻm 654"
    assert route.steps[1].lon_lat == pytest.approx(drawn.place("c"), abs=1e-6)
    assert route.names == ["Trần Phú", "Hẻm 654"]


def test_street_that_goes_straight_on_is_one_instruction(to_network: ToNetwork) -> None:
    drawn = streets()
    (route,) = find(to_network(drawn), drawn.place("f"), drawn.place("b"), "car")
    assert [step.turn for step in route.steps] == ["depart", "arrive"]


def test_who_is_there_already_is_told_only_that(to_network: ToNetwork) -> None:
    drawn = streets()
    network = to_network(drawn)
    for here in (drawn.place("c"), drawn.place("f", north_m=40)):
        (route,) = find(network, here, here, "car")
        assert [step.turn for step in route.steps] == ["arrive"]
        assert route.lon_lats == [pytest.approx(here, abs=1e-6)]


def test_vehicle_that_does_not_fit_stops_and_its_crew_walks_on(to_network: ToNetwork) -> None:
    drawn = streets()
    (route,) = find(to_network(drawn), drawn.place("f"), drawn.place("e"), "engine")
    walk = route.steps[-1]
    assert walk.turn == "walk"
    assert walk.vi == "dừng ở đầu hẻm 654, đi bộ 200 m"
    assert walk.lon_lat == pytest.approx(drawn.place("d"), abs=1e-5)
    assert walk.travel_s == pytest.approx(route.carry_s)
    assert route.carry_s == pytest.approx(route.carry_m * 3.6 / 5, rel=0.01)


@pytest.mark.parametrize("vehicle_class", ["car", "engine", "motorbike", "foot"])
def test_steps_add_up_to_the_route(to_network: ToNetwork, vehicle_class: str) -> None:
    drawn = streets()
    (route,) = find(
        to_network(drawn), drawn.place("f", east_m=60), drawn.place("d", east_m=60, north_m=50), vehicle_class
    )
    assert sum(step.distance_m for step in route.steps) == pytest.approx(route.distance_m, abs=0.1)
    assert sum(step.travel_s for step in route.steps) == pytest.approx(route.travel_s, abs=0.1)


def test_roundabout_is_one_instruction_with_its_exit(to_network: ToNetwork) -> None:
    drawn = DrawnMap("..n..\n..b..\nwa.ce\n..d..\n..s..").way("adcba", junction="roundabout")
    drawn.way("sd", name="Nam").way("ce", name="Đông").way("bn", name="Bắc").way("wa", name="Tây")
    (route,) = find(to_network(drawn), drawn.place("s"), drawn.place("n"), "car")
    assert [step.turn for step in route.steps] == ["depart", "roundabout", "arrive"]
    assert route.steps[1].vi == "vào vòng xoay, ra lối thứ 2: Bắc"


@pytest.mark.parametrize(
    ("bend_deg", "turn"),
    [
        (0, Turn.CONTINUE),
        (30, Turn.SLIGHT_RIGHT),
        (90, Turn.RIGHT),
        (150, Turn.SHARP_RIGHT),
        (-30, Turn.SLIGHT_LEFT),
        (-90, Turn.LEFT),
        (-150, Turn.SHARP_LEFT),
    ],
)
def test_bend_has_a_word(bend_deg: float, turn: Turn) -> None:
    assert classify_bend(bend_deg) is turn


def test_words_without_a_name_say_what_kind_of_way_it_is() -> None:
    assert tell_turn(Turn.LEFT, "", RoadClass.ALLEY).vi == "rẽ trái vào hẻm"
    assert tell_walk(118.0, RoadClass.ALLEY, "").vi == "dừng ở đầu hẻm, đi bộ 120 m"
    assert tell_walk(118.0, None, "").en == "stop here, walk 120 m"
    assert tell_turn(Turn.ROUNDABOUT, "Hồng Bàng", RoadClass.PRIMARY, 3).en.startswith(
        "at the roundabout take the 3rd exit"
    )


# The way straight on from w to e, one around by the north and one by the south; side streets at m and o.
THREE_WAYS = """
    .x..........
    .m.........n
    vw.........ef
    .o.........p
    .y..........
"""


def test_alternatives_are_other_ways_and_not_much_slower(to_network: ToNetwork) -> None:
    drawn = DrawnMap(THREE_WAYS).way("xm").way("oy").way("vw").way("ef").way("we", highway="tertiary")
    drawn.way("wmne", highway="tertiary").way("wope", highway="tertiary")
    best, *others = find(
        to_network(drawn), drawn.place("v", east_m=50), drawn.place("f", east_m=-50), "car", alternatives=2
    )
    assert len(others) == 2
    for other in others:
        assert best.travel_s < other.travel_s <= 1.4 * best.travel_s
        shared = set(best.lon_lats) & set(other.lon_lats)
        assert len(shared) < len(other.lon_lats)
        assert other.steps[-1].turn == "arrive"


def test_an_alternative_is_found_again_from_along_it_until_it_is_too_slow(
    to_network: ToNetwork,
) -> None:
    drawn = DrawnMap(THREE_WAYS).way("xm").way("oy").way("vw").way("ef").way("we", highway="tertiary")
    drawn.way("wmne", highway="tertiary").way("wope", highway="tertiary")
    network, end = to_network(drawn), drawn.place("f", east_m=-50)
    best, *others = find(network, drawn.place("v", east_m=50), end, "car", alternatives=2)
    for other in others:
        slower_s = other.travel_s - best.travel_s
        for share in (0.0, 0.2, 0.4):
            begin = other.lon_lats[int(share * len(other.lon_lats))]
            asked = RouteRequest(begin, end, "car", via=other.via, via_slower_s=slower_s + 1)
            (again,) = Guide(network).find_routes(asked)
            if begin != other.via:
                assert set(again.lon_lats[1:]) <= set(other.lon_lats)
        hasty = RouteRequest(
            drawn.place("v", east_m=50), end, "car", via=other.via, via_slower_s=slower_s / 2
        )
        assert Guide(network).find_routes(hasty)[0].via is None
        behind = RouteRequest(other.lon_lats[-2], end, "car", via=other.via, via_slower_s=9e9)
        assert Guide(network).find_routes(behind)[0].via is None


def turns(routes: list[Route]) -> list[tuple[str, str]]:
    return [(step.turn, step.vi) for step in routes[0].steps]


def test_bridge_or_unnamed_stretch_in_a_street_is_no_instruction(to_network: ToNetwork) -> None:
    drawn = DrawnMap("x.......\na.b.c.de\n....y...").way("ab", name="Lê Lợi")
    drawn.way("bc", name="Cầu Mống", bridge="yes").way("cd", name="Lê Lợi").way("de")
    drawn.way("xb", name="Ngang").way("cy", name="Dọc").way("dy", name="Chéo")
    told = turns(find(to_network(drawn), drawn.place("a"), drawn.place("e"), "car"))
    assert told == [("depart", "đi theo Lê Lợi về hướng đông"), ("arrive", "đến nơi")]


def test_bridge_between_two_streets_is_told(to_network: ToNetwork) -> None:
    drawn = DrawnMap("x.......\na.b.c.d.\n....y...").way("ab", name="Lê Lợi")
    drawn.way("bc", name="Cầu Mống", bridge="yes").way("cd", name="Hàm Nghi").way("xb").way("cy")
    told = turns(find(to_network(drawn), drawn.place("a"), drawn.place("d"), "car"))
    assert [words for _, words in told][1:3] == ["qua cầu Mống", "đi tiếp vào Hàm Nghi"]


def test_two_lefts_back_along_the_same_street_are_one_turning_back(to_network: ToNetwork) -> None:
    drawn = DrawnMap("a....b....c\nd....e....f", row_m=30.0)
    drawn.way("cba", name="Phạm Văn Đồng", oneway="yes")
    drawn.way("def", name="Phạm Văn Đồng", oneway="yes").way("be", name="Nguyễn Xí").way("ad").way("cf")
    told = turns(find(to_network(drawn), drawn.place("d", east_m=200), drawn.place("b", east_m=-200), "car"))
    assert told[:2] == [
        ("depart", "đi theo Phạm Văn Đồng về hướng đông"),
        ("back", "quay đầu trên Phạm Văn Đồng"),
    ]
    assert len(told) == 3


def test_street_that_only_comes_into_a_roundabout_is_no_exit(to_network: ToNetwork) -> None:
    drawn = DrawnMap("..n..\n..b..\nwa.ce\n..d..\n..s..").way("adcba", junction="roundabout")
    drawn.way("sd", name="Nam").way("ec", name="Đông", oneway="yes").way("bn", name="Bắc")
    drawn.way("wa", name="Tây").way("nw").way("se")
    (route,) = find(to_network(drawn), drawn.place("s"), drawn.place("n"), "car")
    assert "vào vòng xoay, ra lối thứ 1: Bắc" in [step.vi for step in route.steps]


def test_ferry_is_boarded_and_left_in_plain_words() -> None:
    boarding = tell_turn(Turn.FERRY, "Phà Cát Lái", RoadClass.FERRY)
    assert (boarding.vi, boarding.en) == ("lên phà Cát Lái", "take the ferry Cát Lái")
    assert tell_landing("Phà Cát Lái", RoadClass.SERVICE).vi == "rời phà, đi thẳng"
    assert tell_landing("Lý Thái Tổ", RoadClass.TERTIARY).en == "leave the ferry onto Lý Thái Tổ"


def test_nobody_is_sent_to_look_for_an_unnamed_road_or_a_former_name() -> None:
    assert tell_turn(Turn.LEFT, "", RoadClass.RESIDENTIAL).vi == "rẽ trái"
    assert tell_turn(Turn.ROUNDABOUT, "", RoadClass.RESIDENTIAL, 2).vi == "vào vòng xoay, ra lối thứ 2"
    assert (
        tell_turn(Turn.RIGHT, "Đồng Khởi (ex Catinat)", RoadClass.TERTIARY).en == "turn right into Đồng Khởi"
    )


# The tunnel from b to e below everything, its mouth a fork with the street along the bank.
BELOW = """
    x.........y
    ab.......ef
    .c.......d.
"""


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"name": "Hầm sông Sài Gòn"}, "vào hầm sông Sài Gòn"),
        ({"name": "Mai Chí Thọ"}, "vào hầm chui Mai Chí Thọ"),
        ({"name": "Mai Chí Thọ", "tunnel_name": "Hầm Thủ Thiêm"}, "vào hầm Thủ Thiêm"),
        ({}, "vào hầm"),
    ],
)
def test_driver_is_told_to_go_into_the_tunnel_though_the_street_keeps_its_name(
    to_network: ToNetwork, tags: dict[str, str], words: str
) -> None:
    drawn = DrawnMap(BELOW).way("ab", name="Mai Chí Thọ").way("be", tunnel="yes", layer="-1", **tags)
    drawn.way("ef", name="Mai Chí Thọ").way("bc", name="Bến").way("ed", name="Bến").way("cd", name="Bến")
    told = turns(find(to_network(drawn), drawn.place("a"), drawn.place("f"), "car"))
    assert told[1] == ("continue", words)
    assert [turn for turn, _ in told][2:] in (["continue", "arrive"], ["arrive"])


def test_what_passes_below_a_road_for_some_metres_is_no_tunnel_to_a_driver(to_network: ToNetwork) -> None:
    drawn = DrawnMap("x....y\nab..cd\nz....w", row_m=50).way("ab", name="Số 54").way("cd", name="Số 54")
    drawn.way("bc", name="Số 54", tunnel="yes").way("xb").way("bz").way("yc").way("cw")
    drawn.picture = drawn.picture.replace("ab..cd", "abc..d")
    told = turns(find(to_network(drawn), drawn.place("a"), drawn.place("d"), "car"))
    assert [turn for turn, _ in told] == ["depart", "continue", "arrive"], "100 m are one"
    drawn = DrawnMap("ab\n.c\n.d", row_m=50).way("ab").way("bc", tunnel="yes").way("cd")
    told = turns(find(to_network(drawn), drawn.place("a"), drawn.place("d"), "car"))
    assert "vào hầm" not in [words for _, words in told], "50 m are none"


def test_flyover_is_taken_and_a_bridge_turned_onto(to_network: ToNetwork) -> None:
    drawn = DrawnMap("x...\nabcd\n.y..").way("ab", name="Cộng Hòa").way("cd", name="Hoàng Văn Thụ")
    drawn.way("bc", name="Cầu vượt Lăng Cha Cả", bridge="yes", layer="1").way("xb").way("by", name="Út Tịch")
    network = to_network(drawn)
    straight = turns(find(network, drawn.place("a"), drawn.place("d"), "car"))
    assert straight[1] == ("continue", "lên cầu vượt Lăng Cha Cả")
    turned = turns(find(network, drawn.place("y"), drawn.place("d"), "car"))
    assert turned[1] == ("right", "rẽ phải lên cầu vượt Lăng Cha Cả")


def test_second_name_and_the_number_of_a_renamed_street_are_told_and_its_older_names_are_not(
    to_network: ToNetwork,
) -> None:
    told = {}
    for name, tags in {
        "Quốc lộ 22": {"alt_name": "Xuyên Á"},
        "Nguyễn Thị Kiểu": {"old_name": "Hiệp Thành 37"},
        "Nam Kỳ Khởi Nghĩa": {"old_name": "Công Lý"},
        "Lê Văn Sỹ": {"alt_name": "Lê Văn Sĩ"},
        "": {"ref": "QL.52"},
    }.items():
        drawn = DrawnMap("a.b.e\n..c..\n..d..").way("ab", name="Lê Lợi").way("bcd").way("be", name="Lê Lợi")
        drawn.ways[1][1].update(tags | ({"name": name} if name else {}))
        told[name] = turns(find(to_network(drawn), drawn.place("a"), drawn.place("d"), "car"))[1][1]
    assert told == {
        "Quốc lộ 22": "rẽ phải vào quốc lộ 22 (Xuyên Á)",
        "Nguyễn Thị Kiểu": "rẽ phải vào Nguyễn Thị Kiểu (cũ: Hiệp Thành 37)",
        "Nam Kỳ Khởi Nghĩa": "rẽ phải vào Nam Kỳ Khởi Nghĩa",
        "Lê Văn Sỹ": "rẽ phải vào Lê Văn Sỹ",
        "": "rẽ phải vào quốc lộ 52",
    }


def test_two_spellings_of_one_street_are_one_street(to_network: ToNetwork) -> None:
    drawn = (
        DrawnMap("x...\na.b.c\ny...")
        .way("ab", name="Trần Hưng Đạo Boulevard")
        .way("bc", name="Trần Hưng Đạo")
    )
    told = turns(find(to_network(drawn), drawn.place("a"), drawn.place("c"), "car"))
    assert told[0] == ("depart", "đi theo Trần Hưng Đạo về hướng đông")
    assert len(told) == 2


def test_link_of_some_metres_between_two_streets_is_one_turn_and_a_jog_is_said_to_follow_at_once(
    to_network: ToNetwork,
) -> None:
    drawn = DrawnMap("a..b..f\n...c...\n...d...\n...e...", row_m=20).way("ab", name="Võ Văn Kiệt")
    drawn.way("bf", name="Võ Văn Kiệt").way("bc", highway="primary_link", name="Võ Văn Kiệt")
    drawn.way("cde", name="Phó Đức Chính").way("cf", highway="footway")
    told = turns(find(to_network(drawn), drawn.place("a"), drawn.place("e"), "car"))
    assert [turn for turn, _ in told] == ["depart", "right", "arrive"]
    jog = DrawnMap("a..b..f\n...c..d\n...e...", row_m=20).way("abf", name="Hồng Bàng").way("bc")
    jog.way("cd", name="Tân Hóa").way("ce")
    told = turns(find(to_network(jog), jog.place("a"), jog.place("d"), "car"))
    assert told[1:3] == [("right", "rẽ phải"), ("left", "ngay sau đó rẽ trái vào Tân Hóa")]


@pytest.mark.parametrize(
    ("north_m", "words"), [(20.0, "đến nơi, bên trái"), (-20.0, "đến nơi, bên phải"), (2.0, "đến nơi")]
)
def test_driver_is_told_on_which_side_the_door_is(to_network: ToNetwork, north_m: float, words: str) -> None:
    drawn = DrawnMap("a..b..c").way("abc", name="Lê Lợi")
    door = drawn.place("b", north_m=north_m)
    assert turns(find(to_network(drawn), drawn.place("a"), door, "car"))[-1] == ("arrive", words)


@pytest.mark.parametrize(
    ("start", "end", "words"), [("a", "b", "đông"), ("b", "a", "tây"), ("c", "a", "bắc"), ("a", "c", "nam")]
)
def test_driver_is_told_where_to_set_out(to_network: ToNetwork, start: str, end: str, words: str) -> None:
    drawn = DrawnMap("a.b\n...\nc..").way("ab").way("ac")
    told = turns(find(to_network(drawn), drawn.place(start), drawn.place(end), "car"))
    assert told[0] == ("depart", f"đi về hướng {words}")
