"""Hours of generated days: weeks add up, holidays differ, water waits for the tide, weeks are learned."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dispatch.simulate.city_days import Day, count_learned, draw_day
from dispatch.simulate.city_hours import (
    BY_HOUR,
    EACH,
    TRAFFIC,
    WEEKDAYS,
    DayOptions,
    LearnedWeek,
    draw_rain,
    find_calls,
    find_traffic,
    find_water,
    find_weekday,
)
from dispatch.simulate.city_model import AGENCIES
from dispatch.simulate.utrecht import DataUnusable
from dispatch.store.calls_by_ward import WardCall
from dispatch.store.recorded_days import RecordedDay
from dispatch.usecases.cover.forecast import make_forecast, write_forecast
from dispatch.usecases.supervision.known_city import KnownCity, read_week
from tests.unit.simulate.cities import WARDS, make_city

CITY = make_city()


def draw(seed: int, options: DayOptions, learned: LearnedWeek | None = None) -> Day:
    return draw_day(CITY.book, CITY.demand, AGENCIES, seed, options, learned)


def test_a_week_is_seven_mean_days_and_its_evenings_out_are_the_busiest() -> None:
    week = np.concatenate([find_calls(DayOptions(), weekday) for weekday in range(7)])
    assert week.mean() == pytest.approx(np.mean(BY_HOUR))
    days = week.reshape(7, 24)
    assert days[4, 21] > 1.2 * days[3, 21], "Friday evening"
    assert days[6, 1] > 1.2 * days[0, 1], "the night after Saturday"
    assert [find_weekday(DayOptions(weekday=EACH), seed) for seed in (7, 8, 13)] == [0, 1, 6]
    assert [find_weekday(DayOptions(weekday=day), 5) for day in WEEKDAYS] == list(range(7))


def test_roads_are_emptier_on_holidays_and_weekends_but_never_faster_than_at_night() -> None:
    usual, weekend = find_traffic(DayOptions(), None), find_traffic(DayOptions(), 6)
    holiday = find_traffic(DayOptions(holiday=True), 1)
    assert usual.tolist() == list(TRAFFIC)
    assert (holiday <= weekend).all()
    assert (weekend <= usual).all()
    assert holiday.min() == usual.min()


def test_a_holiday_has_other_kinds_of_incidents() -> None:
    kinds = [
        Counter(i.type_code for seed in range(5) for i in draw(seed, options).incidents)
        for options in (DayOptions(), DayOptions(holiday=True))
    ]
    shares = [count["traffic_injury"] / count.total() for count in kinds]
    assert shares[1] > 1.2 * shares[0]
    assert kinds[1].total() < kinds[0].total()


def test_rain_that_meets_high_water_stands_until_that_has_gone() -> None:
    options = DayOptions(rain=True, flood=3.0, tide_h=17.0)
    for seed in range(20):
        rain = draw_rain(np.random.default_rng(seed), options)
        water = find_water(rain, options)
        assert set(water.tolist()) <= {1.0, 2.0, 3.0}
        assert (water[rain] == 3.0).all()
        begins, ends = np.flatnonzero(rain)[[0, -1]]
        high = range(15 * 60, 18 * 60 + 30)
        if ends + 1 in high:
            assert (water[ends : high.stop] == 3.0).all(), "it cannot run off"
            assert water[high.stop] == 1.0
        else:
            assert water[ends + 1] < 3.0
        if begins > high.start:
            assert water[high.start] == 2.0, "high water alone"
    assert find_water(rain, DayOptions(flood=3.0)).max() == 3.0


def test_what_was_learned_of_the_week_is_what_days_then_ask_for() -> None:
    wards, rng = len(WARDS), np.random.default_rng(3)
    by_hour = np.tile(np.array(BY_HOUR), 7) * np.repeat([1, 1, 1, 1, 1, 3, 3], 24)
    asked = {
        agency: np.outer(by_hour, rng.dirichlet(np.ones(wards))) * level
        for agency, level in (("113", 12.0), ("114", 6.0), ("115", 24.0))
    }
    learned = LearnedWeek(asked)
    book = CITY.book
    options = DayOptions(per_hour=count_learned(book, learned), weekday=EACH)
    days = [draw(seed, options, learned) for seed in range(14)]
    for agency, rates in asked.items():
        came = [[i for i in day.incidents if agency in i.needs] for day in days]
        expected = 2 * float(rates.sum())
        assert sum(map(len, came)) == pytest.approx(expected, rel=0.12)
        weekend = sum(len(found) for seed, found in enumerate(came) if seed % 7 >= 5)
        assert weekend / sum(map(len, came)) == pytest.approx(6 / 11, abs=0.05)
    places = Counter(i.place for day in days for i in day.incidents if set(i.needs) == {"115"})
    shares = np.array([places[ward] for ward in range(wards)]) / places.total()
    assert shares == pytest.approx(asked["115"][0] / asked["115"][0].sum(), abs=0.04)
    assert draw(3, options, learned).incidents == days[3].incidents


def test_the_week_of_the_centres_forecast_is_taken_by_its_wards(tmp_path: Path) -> None:
    wards = [(name, name) for name, *_ in WARDS]
    nothing = RecordedDay(incidents=[], legs=[], assignments=[], stations=[], units=[])
    known = KnownCity(CITY, wards, nothing, tmp_path)
    with pytest.raises(DataUnusable, match="dispatch forecast"):
        read_week(known)
    until = datetime(2026, 3, 2, tzinfo=UTC)
    calls = [WardCall("115", "w3", until - timedelta(hours=n)) for n in range(1, 200)]
    streets = {name: metres for name, _, metres in WARDS}
    made = make_forecast(calls, ("114", "115"), streets, until)
    write_forecast(tmp_path, made)
    learned = read_week(known)
    assert list(learned.asked) == ["115"], "nothing was learned of 114"
    assert learned.asked["115"].shape == (168, len(WARDS))
    assert learned.asked["115"][:, 3].tolist() == made.agencies["115"].demand.rates["w3"]
