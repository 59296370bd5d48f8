"""Hours of the week as tags tell them, read exactly or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.graph.hours import ALWAYS, WEEK_MIN, Hours, from_minutes, parse_hours, parse_old_hours
from routing.graph.timed_tags import parse_conditional

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

times = st.builds(lambda begin, lasts: (begin, begin + lasts), st.integers(0, 1439), st.integers(1, 1439))
chosen_days = st.sets(st.integers(0, 6), min_size=1)
rules = st.tuples(chosen_days, st.lists(times, min_size=1, max_size=3))


def at(day: str, clock: str) -> int:
    hours, minutes = clock.split(":")
    return DAYS.index(day) * 1440 + int(hours) * 60 + int(minutes)


def holds(text: str, day: str, clock: str) -> bool:
    hours = parse_hours(text)
    assert hours is not None, text
    return bool(hours.to_minutes()[at(day, clock)])


def write_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def write_rule(days: set[int], spans: list[tuple[int, int]]) -> str:
    named = ",".join(DAYS[day] for day in sorted(days))
    # A night's end is written as the time of the next day.
    told = ",".join(f"{write_time(a)}-{write_time(b if b <= 1440 else b - 1440)}" for a, b in spans)
    return f"{named} {told}"


@settings(max_examples=50)
@given(st.lists(rules, min_size=1, max_size=3))
def test_every_minute_of_the_week_is_as_its_days_last_rule_says(
    told: list[tuple[set[int], list[tuple[int, int]]]],
) -> None:
    text = "; ".join(write_rule(days, spans) for days, spans in told)
    starts: dict[int, list[tuple[int, int]]] = {}
    for days, spans in told:
        starts |= dict.fromkeys(days, spans)
    expected = {
        (day * 1440 + minute) % WEEK_MIN
        for day, spans in starts.items()
        for begin, end in spans
        for minute in range(begin, end)
    }
    hours = parse_hours(text)
    named = [days for days, _ in told]
    if any(set().union(*named[:number]) <= named[number] for number in range(1, len(told))):
        assert hours is None, "a rule that leaves nothing of those before is not believed"
        return
    assert hours is not None
    assert {int(minute) for minute in hours.to_minutes().nonzero()[0]} == expected


@settings(max_examples=50)
@given(st.text(max_size=40) | st.text("MoTuWeFrSa 0123456789:-,;@()/off", max_size=40))
def test_whatever_is_typed_is_read_or_refused_and_never_breaks(text: str) -> None:
    hours = parse_hours(text)
    assert hours is None or hours
    for clause in parse_conditional(text):
        assert clause.hours is None or clause.hours


@settings(max_examples=25)
@given(st.sets(st.integers(0, WEEK_MIN - 1), max_size=20), st.sets(st.integers(0, WEEK_MIN - 1), max_size=20))
def test_hours_add_and_take_away_minute_by_minute(some: set[int], others: set[int]) -> None:
    def make(minutes: set[int]) -> Hours:
        holding = ALWAYS.to_minutes()
        holding[:] = False
        holding[list(minutes)] = True
        return from_minutes(holding)

    def tell(hours: Hours) -> set[int]:
        return {int(minute) for minute in hours.to_minutes().nonzero()[0]}

    assert tell(make(some) | make(others)) == some | others
    assert tell(make(some) - make(others)) == some - others


@pytest.mark.parametrize(
    ("text", "day", "inside", "outside"),
    [
        ("06:00-09:00,16:00-20:00", "Su", "16:00", "09:00"),
        ("Mo-Fr 6:00-9:00", "Fr", "08:59", "05:59"),
        ("Mo-Fr 06:00-09:00, Sa 08:00-12:00", "Sa", "08:00", "06:30"),
        ("Fr-Mo 22:00-05:00", "Tu", "04:59", "22:00"),
        ("24/7; Su 10:00-12:00 off", "Su", "12:00", "11:59"),
        ("Mo-Su 06:00-22:00; Su 08:00-20:00", "Su", "08:00", "07:59"),
        ("sa,su", "Sa", "00:00", "24:00"),
        ("Mo 20:00-26:00", "Tu", "01:59", "02:00"),
    ],
)
def test_hours_are_half_open_and_as_written(text: str, day: str, inside: str, outside: str) -> None:
    assert holds(text, day, inside)
    if outside == "24:00":
        assert not holds(text, "Mo", "00:00")
    else:
        assert not holds(text, day, outside)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "off",
        "Mo-Fr",  # read: whole days
        "PH off",
        "Mo-Fr 07:00-09:00; PH off",
        "Apr-Sep 08:00-18:00",
        "sunrise-sunset",
        "weight>5",
        "07:00-09:00 AND weight>5",
        "wet",
        "25:00-26:00",
        "08:60-09:00",
        "08:00-08:00",
        "06:00-09:00; 16:00-20:00",
        "Mo,Tu,07:00-09:00",
        "6h-9h",
    ],
)
def test_what_is_not_surely_understood_is_not_guessed_at(text: str) -> None:
    assert (parse_hours(text) is not None) == (text == "Mo-Fr")


@pytest.mark.parametrize(
    ("tags", "day", "inside", "outside"),
    [
        ({"hour_on": "06:00", "hour_off": "9:00"}, "Su", "06:00", "09:00"),
        ({"hour_on": "06:00;16:00", "hour_off": "09:00;20:00"}, "Mo", "19:59", "12:00"),
        (
            {"hour_on": "22:00", "hour_off": "05:00", "day_on": "Monday", "day_off": "Fr"},
            "Sa",
            "04:59",
            "22:00",
        ),
        ({"day_on": "Sat", "day_off": "sunday"}, "Su", "23:59", ""),
    ],
)
def test_old_tags_of_a_turn_are_read(tags: dict[str, str], day: str, inside: str, outside: str) -> None:
    hours = parse_old_hours(tags)
    assert hours is not None
    assert hours.to_minutes()[at(day, inside)]
    assert not outside or not hours.to_minutes()[at(day, outside)]


@pytest.mark.parametrize(
    "tags",
    [
        {"hour_on": "06:00"},
        {"day_on": "Mo"},
        {"hour_on": "6", "hour_off": "9"},
        {"hour_on": "", "hour_off": ""},
    ],
)
def test_old_tags_that_are_incomplete_are_not_read(tags: dict[str, str]) -> None:
    assert parse_old_hours(tags) is None


def test_conditional_value_is_read_clause_by_clause() -> None:
    clauses = parse_conditional(
        "no_left_turn @ (Mo-Fr 06:00-09:00; Sa off); no_u_turn @ (wet);yes @ 22:00-05:00"
    )
    assert [(c.value, c.hours is not None) for c in clauses] == [
        ("no_left_turn", True),
        ("no_u_turn", False),
        ("yes", True),
    ]
    assert [(c.value, c.hours) for c in parse_conditional("no @ (Mo (x) 07:00-09:00)")] == [("no", None)]
