"""Times that are remembered are those that a search finds, whatever moved and whatever was closed since."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.travel_time.doors import DoorFinder
from routing.travel_time.known_times import MOST_DOORS
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.test_planner import ToNetwork, canal

SPOTS = [(letter, east_m) for letter in "abxy" for east_m in (0.0, 15.0, 40.0, 300.0, 700.0)]
Spot = tuple[str, float]
Asked = tuple[list[Spot], list[Spot], list[int], bool]
asked = st.tuples(
    st.lists(st.sampled_from(SPOTS), min_size=1, max_size=6),
    st.lists(st.sampled_from(SPOTS), min_size=1, max_size=6),
    st.lists(st.integers(0, 2), max_size=2),
    st.booleans(),
)


@pytest.fixture
def network(to_network: ToNetwork) -> RoadNetwork:
    """Two rows of streets, joined at their east end."""
    return to_network(canal())


def measure(doors: DoorFinder, network: RoadNetwork, spots: list[Spot], ends: list[Spot]) -> None:
    places = [canal().place(*spot) for spot in spots], [canal().place(*spot) for spot in ends]
    origins, found = network.snap(places[0], "ambulance"), doors.find(places[1], "ambulance")
    known = doors.get_known("ambulance", hot=False)
    remembered = doors.measure(origins, found, "ambulance", known=known)
    np.testing.assert_array_equal(remembered, doors.measure(origins, found, "ambulance"))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(questions=st.lists(asked, min_size=2, max_size=6))
def test_what_is_remembered_is_what_a_search_finds(network: RoadNetwork, questions: list[Asked]) -> None:
    doors = DoorFinder(network)
    for spots, ends, closed, changes in questions:
        if changes:
            network.apply_closures([edge for edge in closed if edge < network.graph.edge_count])
        measure(doors, network, spots, ends)


def test_asked_again_nothing_is_searched_and_only_who_moved_is_searched_from(network: RoadNetwork) -> None:
    doors = DoorFinder(network)
    known = doors.get_known("ambulance", hot=False)
    measure(doors, network, SPOTS[:4], SPOTS[5:8])
    assert known.searched == 4 * 3
    measure(doors, network, SPOTS[:4], SPOTS[5:8])
    assert known.searched == 4 * 3
    measure(doors, network, SPOTS[1:5], SPOTS[5:9])
    assert known.searched == 4 * 3 + 4 * 1 + 1 * 3, "the new door from all, the old ones from who is new"
    network.apply_closures([0])
    measure(doors, network, SPOTS[:1], SPOTS[5:6])
    assert known.searched == 4 * 3 + 4 * 1 + 1 * 3 + 1, "other roads, and nothing is known"


def test_what_has_no_room_is_forgotten_and_found_again(network: RoadNetwork) -> None:
    drawn = canal()
    doors = DoorFinder(network)
    origins = network.snap([drawn.place("a")], "ambulance")
    known = doors.get_known("ambulance", hot=False)
    for first in range(0, 3 * MOST_DOORS, 150):
        found = doors.find([drawn.place("a", east_m=(first + n) / 4) for n in range(150)], "ambulance")
        remembered = doors.measure(origins, found, "ambulance", known=known)
        np.testing.assert_array_equal(remembered, doors.measure(origins, found, "ambulance"))
