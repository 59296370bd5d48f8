"""Tables of turnout: an hour has one time, which can be meant."""

from contextlib import nullcontext
from math import inf, nan

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import load_codebook
from dispatch.agencies.turnouts import check_station_turnouts, check_turnout
from dispatch.domain.codebook import StationTurnout, TurnoutHours

hours_of_a_day = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda pair: pair[0] != pair[1])


@given(st.lists(hours_of_a_day, max_size=4))
def test_hours_are_refused_exactly_where_one_hour_has_two_times(pairs: list[tuple[int, int]]) -> None:
    hours = [TurnoutHours(from_h=a, to_h=b, turnout_s=90.0) for a, b in pairs]
    twice = any(sum(one.contains(hour) for one in hours) > 1 for hour in range(24))
    with pytest.raises(CodeTableError, match="two turnout_hours hold at") if twice else nullcontext():
        check_turnout("114", "'engine'", 60.0, hours)


@pytest.mark.parametrize("turnout_s", [-1.0, nan, inf, 86_400.0])
def test_a_time_that_is_none_is_refused_of_a_type_as_of_its_hours(turnout_s: float) -> None:
    wrong = TurnoutHours(from_h=23, to_h=6, turnout_s=turnout_s)
    for usual_s, hours in ((turnout_s, []), (60.0, [wrong])):
        with pytest.raises(CodeTableError, match="'engine': turnout_s is a number"):
            check_turnout("114", "'engine'", usual_s, hours)


@pytest.mark.parametrize("pair", [(24, 6), (-1, 6), (6, 25), (6, 0), (6, 6), (nan, 6), (6, nan), (0, inf)])
def test_hours_that_no_day_has_are_refused(pair: tuple[float, float]) -> None:
    with pytest.raises(CodeTableError, match="turnout_hours go from an hour"):
        check_turnout("114", "x", 60.0, [TurnoutHours(from_h=pair[0], to_h=pair[1], turnout_s=90.0)])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([StationTurnout(station_id=" ", turnout_s=60.0)], "the id of a station"),
        ([StationTurnout(station_id="s", turnout_s=-60.0)], "s: turnout_s is a number"),
        ([StationTurnout(station_id="s", turnout_s=60.0, unit_types=("tank",))], "unknown unit type 'tank'"),
        (
            [
                StationTurnout(station_id="s", turnout_s=60.0),
                StationTurnout(station_id="s", turnout_s=90.0, unit_types=("engine",)),
            ],
            "'engine' stands twice",
        ),
    ],
)
def test_a_station_that_cannot_be_meant_is_refused(lines: list[StationTurnout], said: str) -> None:
    fire = msgspec.structs.replace(load_codebook().agencies["114"], station_turnouts=tuple(lines))
    with pytest.raises(CodeTableError, match=said):
        check_station_turnouts(fire)
