"""Each rule of the road on a map drawn for it: who may pass, who may not, and what it costs."""

from collections.abc import Callable

import pytest

from routing.graph.ferries import read_wait_s
from routing.graph.kinds import RoadClass
from routing.travel_time.network import RoadNetwork
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]
CAR = VEHICLE_CLASSES["car"]
CAR_FERRY_WAIT_S = read_wait_s({}, takes_cars=True)


class Drive:
    """Routes on a drawn map between letters."""

    def __init__(self, network: RoadNetwork, drawn: DrawnMap) -> None:
        self._network = network
        self._drawn = drawn

    def metres(self, start: str, end: str, vehicle_class: str = "car", *, hot: bool = False) -> float:
        """Metres of the fastest way, infinite where there is none."""
        places = self._drawn.place(start), self._drawn.place(end)
        route = self._network.find_route(*places, vehicle_class, hot)
        return float("inf") if route is None else route.distance_m

    def seconds(self, start: str, end: str, vehicle_class: str = "car", *, hot: bool = False) -> float:
        """Seconds of the fastest way, infinite where there is none."""
        places = self._drawn.place(start), self._drawn.place(end)
        route = self._network.find_route(*places, vehicle_class, hot)
        return float("inf") if route is None else route.travel_s


@pytest.fixture
def drive(to_network: ToNetwork) -> Callable[[DrawnMap], Drive]:
    """Turns a drawn map into something to drive on."""
    return lambda drawn: Drive(to_network(drawn), drawn)


DriveOn = Callable[[DrawnMap], Drive]

# Two carriageways joined by a link: coming from a, over the link bd, back towards c is forbidden. The next
# link is e g. Every street is one-way.
LINKED = """
    ..........
    j.......k.
    i...ab.e.f
    ....cd.g.h
"""


def linked(kind: str, **tags: str) -> DrawnMap:
    drawn = DrawnMap(LINKED)
    for way in ("ab", "be", "ef", "bd", "eg", "hg", "gd", "dc"):
        drawn.way(way, oneway="yes")
    drawn.way("fh").way("ciijka".replace("ii", "i"))
    return drawn.turn(kind, "ab", "bd", "dc", **tags)


def test_turn_refused_over_a_way_is_refused_only_to_who_comes_that_way(drive: DriveOn) -> None:
    on = drive(linked("no_u_turn"))
    assert on.metres("a", "c") == pytest.approx(100 + 200 + 100 + 200 + 100, abs=5)
    assert on.metres("e", "c") < 450


def test_turn_refused_over_a_way_costs_a_siren_seconds(drive: DriveOn) -> None:
    on = drive(linked("no_u_turn"))
    assert on.metres("a", "c", "ambulance", hot=False) > 600
    assert on.metres("a", "c", "ambulance", hot=True) == pytest.approx(300, abs=5)


def test_turn_refused_over_a_way_except_motorcycles_is_open_to_them(drive: DriveOn) -> None:
    on = drive(linked("no_u_turn", **{"except": "psv;motorcycle"}))
    assert on.metres("a", "c", "motorbike") == pytest.approx(300, abs=5)
    assert on.metres("a", "c", "car") > 600


@pytest.mark.parametrize("over", ["node", "way"])
def test_turn_refused_except_emergency_is_open_to_crews_without_siren_too(drive: DriveOn, over: str) -> None:
    tags = {"except": "emergency"}
    if over == "way":
        on, end, straight_m = drive(linked("no_u_turn", **tags)), "c", 300
    else:
        drawn = DrawnMap("a.b.c\n.....\n..d..\ne....").way("ab").way("bc").way("bd").way("aed")
        on, end, straight_m = drive(drawn.turn("no_right_turn", "ab", "b", "bd", **tags)), "d", 400
    for vehicle_class in ("engine", "ambulance", "police_car"):
        assert on.metres("a", end, vehicle_class) == pytest.approx(straight_m, abs=5)
    assert on.seconds("a", end, "car") > on.seconds("a", end, "police_car") + 2


def test_only_over_a_way_leaves_no_other_way(drive: DriveOn) -> None:
    on = drive(linked("only_u_turn"))
    assert on.metres("a", "c") == pytest.approx(300, abs=5)
    assert on.metres("a", "f") > 550  # nobody who comes from a gets there, so its crew walks the rest


def test_restriction_for_motorcars_does_not_speak_to_motorbikes(drive: DriveOn) -> None:
    drawn = DrawnMap(" b\nac\n d").way("ac").way("bc").way("cd")
    drawn.turn("", "ac", "c", "cd", **{"restriction:motorcar": "no_right_turn"})
    on = drive(drawn)
    assert on.metres("a", "d", "motorbike") == pytest.approx(200, abs=3)
    assert on.metres("a", "d", "car") == pytest.approx(400, abs=3)  # up to b and back


def test_turning_back_to_evade_a_refused_turn_has_its_price(drive: DriveOn) -> None:
    drawn = DrawnMap(" b\nac\n d").way("ac").way("bc").way("cd").turn("no_right_turn", "ac", "c", "cd")
    on = drive(drawn)
    free_s = on.seconds("a", "b") + on.seconds("b", "d")
    assert on.seconds("a", "d") == pytest.approx(free_s + CAR.delays.back_s, abs=0.5)


def test_turning_back_where_another_turn_is_refused_is_priced_and_only_its_own_sign_refuses_it(
    drive: DriveOn,
) -> None:
    def draw() -> DrawnMap:
        drawn = DrawnMap(".b.d\nxa.c.e")
        for way in ("xa", "ab", "ac", "cd", "ce"):
            drawn.way(way)
        return drawn.turn("no_left_turn", "xa", "a", "ab")

    on, plain = drive(draw().turn("no_left_turn", "ac", "c", "cd")), drive(draw())
    assert on.metres("x", "b") == pytest.approx(100 + 200 + 200 + 100, abs=5)
    assert on.seconds("x", "b") == pytest.approx(plain.seconds("x", "b"), abs=0.5)
    no_u_turn = drive(draw().turn("no_u_turn", "ac", "c", "ac"))
    assert no_u_turn.metres("x", "b") == pytest.approx(100 + 300 + 300 + 100, abs=5)  # over d


def test_signal_is_waited_at_and_less_so_with_a_siren(drive: DriveOn) -> None:
    plain = drive(DrawnMap("a.b.c").way("abc"))
    signal = drive(DrawnMap("a.b.c").way("abc").stand("b", highway="traffic_signals"))
    assert signal.seconds("a", "c") - plain.seconds("a", "c") == pytest.approx(CAR.delays.signal_s, abs=0.1)
    waited_s = signal.seconds("a", "c", "engine", hot=True) - plain.seconds("a", "c", "engine", hot=True)
    assert 0 < waited_s < CAR.delays.signal_s


def test_signal_for_one_direction_holds_up_that_one(drive: DriveOn) -> None:
    drawn = DrawnMap("a.b.c").way("abc")
    drawn.stand("b", highway="traffic_signals", **{"traffic_signals:direction": "backward"})
    on = drive(drawn)
    assert on.seconds("c", "a") - on.seconds("a", "c") == pytest.approx(CAR.delays.signal_s, abs=0.1)


def test_small_street_gives_way_to_the_main_road_it_crosses(drive: DriveOn) -> None:
    crossing = DrawnMap(" b \na.c\n d ".replace("a.c", "aec"))
    on = drive(crossing.way("aec", highway="primary").way("be").way("ed"))
    alone = drive(DrawnMap("b.d").way("bd"))
    crossed_s = CAR.delays.give_way_s + CAR.delays.turn_off_s
    assert on.seconds("b", "d") - alone.seconds("b", "d") == pytest.approx(crossed_s, abs=0.1)


def test_turning_off_a_main_road_costs_a_driver_time_and_a_walker_none(drive: DriveOn) -> None:
    drawn = DrawnMap("a..e..c\n...d...").way("aec", highway="primary").way("ed")
    on = drive(drawn)
    primary_s = 300 * 3.6 / CAR.speeds_kmh[RoadClass.PRIMARY]
    street_s = 100 * 3.6 / CAR.speeds_kmh[RoadClass.RESIDENTIAL]
    assert on.seconds("a", "d") == pytest.approx(primary_s + street_s + CAR.delays.turn_off_s, abs=0.2)
    assert on.seconds("a", "c") == pytest.approx(2 * primary_s, abs=0.2)
    assert on.seconds("a", "d", "foot") == pytest.approx(400 * 3.6 / 5, abs=0.5)


@pytest.mark.parametrize(("interval", "wait_s"), [({"interval": "00:30"}, 900.0), ({}, CAR_FERRY_WAIT_S)])
@pytest.mark.parametrize("vehicle_class", ["car", "foot", "ambulance"])
def test_ferry_is_waited_for_once_half_the_time_between_two_boats(
    drive: DriveOn, interval: dict[str, str], wait_s: float, vehicle_class: str
) -> None:
    drawn = DrawnMap("ab.c.de").way("ab").way("de")
    on = drive(drawn.way("bcd", highway="", route="ferry", duration="0:10", **interval))
    speed_kmh = VEHICLE_CLASSES[vehicle_class].speeds_kmh[RoadClass.RESIDENTIAL]
    told_s = on.seconds("a", "e", vehicle_class)
    assert told_s == pytest.approx(wait_s + 600 + 200 / speed_kmh * 3.6, abs=1)
    assert on.seconds("a", "e", vehicle_class, hot=True) <= told_s, "no siren makes the boat leave earlier"
    assert on.seconds("a", "e", vehicle_class, hot=True) >= wait_s + 600


def test_boat_that_leaves_often_is_taken_and_one_that_leaves_seldom_driven_around(drive: DriveOn) -> None:
    def draw(interval: str) -> DrawnMap:
        drawn = DrawnMap("ab.c.de\n.......\nf.....g", row_m=4000).way("ab").way("de").way("afge")
        return drawn.way("bcd", highway="", route="ferry", duration="5", interval=interval)

    assert drive(draw("6")).metres("a", "e") < 700
    assert drive(draw("4:00")).metres("a", "e") > 8000


def test_nobody_is_looked_for_on_the_ferry(to_network: ToNetwork) -> None:
    drawn = DrawnMap("ab.c.de").way("ab").way("de").way("bcd", highway="", route="ferry")
    assert to_network(drawn).snap([drawn.place("c")], "car").distance_m[0] == pytest.approx(200, abs=2)


def test_bus_lane_is_open_to_a_siren_alone(drive: DriveOn) -> None:
    drawn = DrawnMap("a..b\n....\nc..d").way("ab", highway="busway").way("acdb")
    on = drive(drawn)
    assert on.metres("a", "b", "car") == pytest.approx(700, abs=3)
    assert on.metres("a", "b", "ambulance") == pytest.approx(700, abs=3)
    assert on.metres("a", "b", "ambulance", hot=True) == pytest.approx(300, abs=3)


@pytest.mark.parametrize("tags", [{"maxheight": "2.8"}, {"maxweight": "5"}, {"maxwidth": "2.5 m"}])
def test_limit_keeps_out_the_engine_and_lets_the_ambulance_pass(drive: DriveOn, tags: dict[str, str]) -> None:
    on = drive(DrawnMap("a..b\nc..d").way("ab", **tags).way("acdb"))
    assert on.metres("a", "b", "engine", hot=True) == pytest.approx(500, abs=3)
    assert on.metres("a", "b", "ambulance", hot=True) == pytest.approx(300, abs=3)


# Hairpin from a over b to c between narrow streets; the way round over d.
HAIRPIN = """
    a...b
    ..c..
    d...e
"""


def test_ladder_truck_does_not_take_the_hairpin_between_narrow_streets(drive: DriveOn) -> None:
    drawn = DrawnMap(HAIRPIN).way("ab", width="3.6").way("bc", width="3.6").way("adec", width="6")
    on = drive(drawn)
    assert on.metres("a", "c", "ambulance") < 700
    assert on.metres("a", "c", "ladder_truck") > 700


def test_gate_takes_time_and_a_wall_stops(drive: DriveOn) -> None:
    plain = drive(DrawnMap("a.b.c").way("abc"))
    gate = drive(DrawnMap("a.b.c").way("abc").stand("b", barrier="gate"))
    wall = drive(DrawnMap("a.b.c").way("abc").stand("b", barrier="wall"))
    assert gate.seconds("a", "c") - plain.seconds("a", "c") == pytest.approx(CAR.delays.gate_s, abs=0.1)
    assert wall.metres("a", "c", "foot") == pytest.approx(400, abs=3)


def test_roundabout_is_driven_one_way_round(drive: DriveOn) -> None:
    drawn = DrawnMap("ab\ndc").way("abcda", junction="roundabout")
    on = drive(drawn)
    assert on.metres("a", "b") <= 101
    assert on.metres("b", "a") == pytest.approx(300, abs=5)


def test_road_under_construction_is_no_road(to_network: ToNetwork) -> None:
    drawn = DrawnMap("ab\nc.\nd.").way("ab").way("cd", highway="construction", construction="primary")
    assert to_network(drawn).snap([drawn.place("d")], "car").distance_m[0] == pytest.approx(200, abs=2)


def test_rules_with_hours_are_listed(to_network: ToNetwork) -> None:
    drawn = (
        DrawnMap(" b\nac\n d").way("ac", **{"motorcar:conditional": "no @ (06:00-09:00)"}).way("bc").way("cd")
    )
    drawn.turn("no_right_turn", "ac", "c", "cd", hour_on="17:00", hour_off="18:00")
    assert to_network(drawn).graph.timed_rules == (
        "relation 1: hour_off = 18:00, hour_on = 17:00",
        "way 1: motorcar:conditional = no @ (06:00-09:00)",
    )
