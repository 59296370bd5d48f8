"""How long a unit takes to turn out: by its type, its station, and the hour of the city's day."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agencies.loader import load_codebook
from dispatch.domain.codebook import CodeBook, StationTurnout, TurnoutHours
from dispatch.domain.model.unit import Unit
from dispatch.domain.model.values import Phase
from dispatch.domain.turnout import Turnout, find_turnout, find_turnout_s

SHIPPED = load_codebook()
NIGHT = TurnoutHours(from_h=23, to_h=6, turnout_s=140.0)
MIDNIGHT = datetime(2026, 7, 11, 17, 0, tzinfo=UTC)
"""In the city, which is seven hours ahead."""

UNIT = Unit(
    id="u", call_sign="CC1", agency_id="114", station_id="s", type_code="engine",
    capabilities=("fire_engine",), vehicle_class="engine", turnout_s=80.0, phase=Phase.AVAILABLE,
    status_code="x", phase_since=MIDNIGHT,
)  # fmt: skip


def book_with(hours: tuple[TurnoutHours, ...], *stations: StationTurnout) -> CodeBook:
    """The shipped tables, but for an engine's hours and the stations that differ."""
    fire = SHIPPED.agencies["114"]
    engine = msgspec.structs.replace(fire.unit_types["engine"], turnout_hours=hours)
    changed = msgspec.structs.replace(
        fire, unit_types=fire.unit_types | {"engine": engine}, station_turnouts=stations
    )
    return msgspec.structs.replace(SHIPPED, agencies=SHIPPED.agencies | {"114": changed})


@pytest.mark.parametrize(
    ("minutes", "turnout_s"), [(0, 140), (359, 140), (360, 80), (720, 80), (1379, 80), (1380, 140)]
)
def test_at_night_by_the_citys_clock_the_hours_value_holds_and_else_the_usual(
    minutes: int, turnout_s: float
) -> None:
    at = MIDNIGHT + timedelta(minutes=minutes)
    assert find_turnout_s(book_with((NIGHT,)), UNIT, at) == turnout_s


def test_a_station_that_differs_says_so_for_all_its_units_or_for_some_types_and_hours() -> None:
    volunteers = StationTurnout(
        station_id="s", turnout_s=240.0, turnout_hours=(TurnoutHours(from_h=8, to_h=17, turnout_s=420.0),)
    )
    morning = MIDNIGHT + timedelta(hours=9)
    assert find_turnout_s(book_with((NIGHT,), volunteers), UNIT, MIDNIGHT) == 240.0
    assert find_turnout_s(book_with((NIGHT,), volunteers), UNIT, morning) == 420.0
    other = msgspec.structs.replace(volunteers, station_id="t")
    others = msgspec.structs.replace(volunteers, unit_types=("ladder_truck",))
    for line in (other, others):
        assert find_turnout_s(book_with((NIGHT,), line), UNIT, MIDNIGHT) == 140.0


def test_without_tables_hours_or_a_known_type_a_unit_takes_what_it_was_registered_with() -> None:
    odd = msgspec.structs.replace(UNIT, turnout_s=33.0)
    unknown = msgspec.structs.replace(odd, type_code="airship")
    assert find_turnout_s(None, odd, MIDNIGHT) == 33.0
    assert find_turnout_s(book_with(()), odd, MIDNIGHT) == 33.0
    assert find_turnout_s(book_with((NIGHT,)), unknown, MIDNIGHT) == 33.0
    assert find_turnout(book_with(()), "114", "engine", "s") == Turnout(80.0)


@given(from_h=st.integers(0, 23), length_h=st.integers(1, 23), minutes=st.integers(0, 24 * 60 - 1))
def test_hours_hold_for_as_long_as_they_say_whether_past_midnight_or_not(
    from_h: int, length_h: int, minutes: int
) -> None:
    to_h = (from_h + length_h) % 24 or 24
    told = find_turnout_s(
        book_with((TurnoutHours(from_h=from_h, to_h=to_h, turnout_s=1.0),)),
        UNIT,
        MIDNIGHT + timedelta(minutes=minutes),
    )
    since = (minutes - 60 * from_h) % (24 * 60)
    assert told == (1.0 if since < 60 * length_h else 80.0)


def test_every_shipped_unit_type_takes_no_less_time_at_night() -> None:
    for agency in SHIPPED.agencies.values():
        for type_ in agency.unit_types.values():
            turnout = find_turnout(SHIPPED, agency.id, type_.code, "")
            assert turnout.at_hour(2.5) > turnout.at_hour(14.0) > 0
