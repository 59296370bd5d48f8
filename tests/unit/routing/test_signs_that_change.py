"""What the planner says of signs that hold otherwise than when the hour was told before."""

from collections.abc import Callable

import pytest

from routing.process.planner import Planner, find_minute
from routing.terms.messages import ConditionsAnswer, ConditionsRequest, LonLat
from routing.travel_time.network import RoadNetwork
from tests.unit.routing.drawn_map import DrawnMap

ToNetwork = Callable[[DrawnMap], RoadNetwork]

MORNING = "06:00-09:00"
MONDAY, SUNDAY = 0, 6
FAR_APART = "a....s....b.........c.........d"


def ask(planner: Planner, day: int, hour: float, since: int | None) -> list[LonLat]:
    answer = planner.answer(ConditionsRequest([], hour, weekday=day, since_minute=since))
    assert isinstance(answer, ConditionsAnswer)
    return answer.other_rules_at


def test_signs_that_began_or_ceased_to_hold_are_told_by_their_places(to_network: ToNetwork) -> None:
    drawn = DrawnMap(FAR_APART).way("ab", **{"motorcar:conditional": f"no @ ({MORNING})"}).way("bc").way("cd")
    drawn.stand("c", barrier="gate", **{"access:conditional": "no @ (22:00-05:00)"})
    drawn.turn("", "ab", "b", "bc", **{"restriction:conditional": f"no_straight_on @ ({MORNING})"})
    planner = Planner(to_network(drawn))

    def told(day: int, hour: float, since: int | None) -> list[str]:
        """The nearest letter of each."""
        places = {letter: drawn.place(letter) for letter in "asbcd"}
        found = ask(planner, day, hour, since)
        return sorted(min(places, key=lambda letter: abs(places[letter][0] - lon)) for lon, _ in found)

    assert told(MONDAY, 6.0, 5 * 60 + 59) == ["b", "s"], "the junction and the middle of the street"
    assert told(MONDAY, 6.5, 6 * 60) == []
    assert told(MONDAY, 5.0, 4 * 60 + 59) == ["c"]
    assert told(MONDAY, 0.0, 6 * 1440 + 21 * 60) == ["c"], "over the end of the week"
    assert told(MONDAY, 6.0, None) == [], "nothing is known of before"
    assert told(SUNDAY, 7.0, 7 * 60) == [], "a whole day over"


def test_signs_close_to_each_other_are_told_once(to_network: ToNetwork) -> None:
    drawn = DrawnMap("abcdefghij")
    for start, end in zip("abcdefghi", "bcdefghij", strict=True):
        drawn.way(start + end, **{"motorcar:conditional": f"no @ ({MORNING})"})
    found = ask(Planner(to_network(drawn)), MONDAY, 7.0, 0)
    assert 1 <= len(found) <= 4


def test_roads_without_signs_tell_none(to_network: ToNetwork) -> None:
    assert ask(Planner(to_network(DrawnMap("ab").way("ab"))), MONDAY, 7.0, 0) == []


@pytest.mark.parametrize("weekday", [None, MONDAY])
def test_where_no_hour_is_told_nothing_changes_by_it(to_network: ToNetwork, weekday: int | None) -> None:
    drawn = DrawnMap("ab").way("ab", **{"motorcar:conditional": f"no @ ({MORNING})"})
    answer = Planner(to_network(drawn)).answer(
        ConditionsRequest([], None, weekday=weekday, since_minute=5 * 60)
    )
    assert isinstance(answer, ConditionsAnswer)
    assert answer.other_rules_at == []


def test_every_minute_of_a_week_is_told_as_the_centre_tells_it() -> None:
    told = [(day, minute) for day in (0, 6) for minute in range(24 * 60)]
    found = [
        find_minute(ConditionsRequest([], minute // 60 + minute % 60 / 60, weekday=day))
        for day, minute in told
    ]
    assert found == [day * 24 * 60 + minute for day, minute in told]
