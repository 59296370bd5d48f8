"""What simulated people say and how they move, without any centre."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from dispatch.agencies.loader import load_codebook
from dispatch.client.demo.chance import Chance
from dispatch.client.demo.drive import Drive
from dispatch.client.demo.outside import NUMBERS
from dispatch.client.demo.patrol import list_coming_back
from dispatch.client.demo.places import measure_m, strip_marks
from dispatch.client.demo.quarters import find_usual_s
from dispatch.client.demo.telling import find_kind, guess_kind, load_kinds, load_other_calls, load_streets

HERE = (106.70, 10.77)
LINE = [HERE, (106.71, 10.77), (106.71, 10.78), (106.715, 10.78)]


def test_every_code_in_the_texts_is_one_of_the_code_tables() -> None:
    book = load_codebook()
    for kind in load_kinds():
        assert book.get_type(kind.type).agency_id == kind.line
        assert set(kind.ends) <= set(book.outcomes)
    for call in load_other_calls():
        assert call.ends in book.end_reasons
        assert set(call.lines) <= set(book.agencies)


def test_there_are_dozens_of_texts_and_none_stands_twice() -> None:
    texts = [text for kind in load_kinds() for text in (*kind.words, *kind.also, *kind.later)]
    texts += [text for call in load_other_calls() for text in call.words]
    assert len(texts) > 120
    assert len(set(texts)) == len(texts)
    assert len(set(load_streets())) == len(load_streets())


def test_no_text_holds_a_telephone_number() -> None:
    folder = Path(__file__).parents[3] / "dispatch" / "client" / "demo"
    for table in (*folder.glob("*.toml"), *folder.glob("*.txt")):
        assert not re.search(r"\d{4}[ .]?\d{3}[ .]?\d{3}", table.read_text(encoding="utf-8"))
    assert NUMBERS <= 100


def test_a_crew_that_sleeps_takes_as_long_as_plans_say() -> None:
    types = load_codebook().agencies["114"].unit_types
    engine = types["engine"]
    row = {"agency_id": "114", "type_code": "engine", "station_id": "s", "turnout_s": engine.turnout_s}
    noon, night = datetime(2026, 3, 1, 5, tzinfo=UTC), datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert find_usual_s(row, noon) == engine.turnout_s
    assert find_usual_s(row, night) == engine.turnout_hours[0].turnout_s > engine.turnout_s
    assert find_usual_s(row | {"turnout_s": 33.0}, noon) == 33.0, "as it was registered"


@pytest.mark.parametrize(
    ("words", "type_code"),
    [
        ("cháy nhà trong hẻm, khói đen, có người trên lầu", "house_fire"),
        ("hai xe máy đụng nhau, một người nằm giữa đường", "traffic_injury"),
    ],
)
def test_a_visitors_words_are_understood_by_what_they_share(words: str, type_code: str) -> None:
    assert guess_kind(words) is find_kind(type_code)


def test_words_that_say_nothing_are_left_to_a_person() -> None:
    assert guess_kind("alo alo") is None


def test_a_drive_keeps_to_its_line_and_never_goes_back() -> None:
    drive = Drive(LINE, 400.0, Chance(3), hot=False)
    places = [drive.find_progress(second)[0] for second in range(0, int(drive.duration_s) + 30, 1)]
    assert places[0] == LINE[0]
    assert places[-1] == LINE[-1] == drive.end
    for lon, lat in places:
        assert lon == pytest.approx(106.71) or lat == pytest.approx(10.77) or lat == pytest.approx(10.78)
    driven_m = sum(measure_m(a, b) for a, b in pairwise(places))
    assert driven_m == pytest.approx(drive.length_m, rel=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_a_drive_takes_about_as_long_as_the_centre_said(seed: int) -> None:
    hot = Drive(LINE, 300.0, Chance(seed), hot=True)
    assert 0.9 * 300 <= hot.duration_s <= 1.2 * 300
    patient = Drive(LINE, 300.0, Chance(seed), hot=False)
    assert 0.9 * 300 <= patient.duration_s <= 2.2 * 300


def test_speeds_are_those_of_a_city() -> None:
    drive = Drive(LINE, 220.0, Chance(5), hot=True)
    speeds = [drive.find_progress(second)[2] for second in range(int(drive.duration_s))]
    mean = drive.length_m / drive.duration_s
    assert all(0.0 <= speed < 2.2 * mean for speed in speeds)
    assert len({round(speed, 2) for speed in speeds}) > 3


def test_a_drive_to_where_one_stands_is_over_at_once() -> None:
    drive = Drive([HERE], 0.0, Chance(1), hot=False)
    assert drive.duration_s == 0.0
    assert drive.find_progress(5.0)[0] == HERE


def test_reaction_times_scatter_about_their_median_and_have_bounds() -> None:
    chance = Chance(1)
    drawn = sorted(chance.reaction_s(6.0) for _ in range(2000))
    assert drawn[1000] == pytest.approx(6.0, rel=0.08)
    assert drawn[0] >= 2.0
    assert drawn[-1] <= 24.0


def test_whoever_is_found_in_the_midst_of_something_is_soon_done_with_it() -> None:
    chance, before = Chance(4), Chance(4)
    chance.in_midst = True
    for median_s in (3.0, 14.0, 60.0, 90.0):
        for _ in range(200):
            left_s, whole_s = chance.reaction_s(median_s), before.reaction_s(median_s)
            assert left_s <= min(4.0, whole_s / 4)
    chance.in_midst = False
    assert chance.reaction_s(60.0) == before.reaction_s(60.0)


def test_the_same_seed_gives_the_same_chance() -> None:
    assert [Chance(7).between(0, 1) for _ in range(3)] == [Chance(7).between(0, 1) for _ in range(3)]


def test_marks_are_left_out_as_people_in_a_hurry_do() -> None:
    assert strip_marks("12/3 Đường Nguyễn Thị Thập") == "12/3 Duong Nguyen Thi Thap"


def test_a_fresh_demonstration_begins_within_a_shift_and_an_older_one_goes_on_as_it_was() -> None:
    kinds = (("115", 9), ("114", 5), ("113", 5))
    units = [
        {
            "id": f"{line}-{n}",
            "agency_id": line,
            "station_id": f"{line}-S{n // 2}",
            "in_quarters": True,
            "test": False,
        }
        for line, count in kinds
        for n in range(count)
    ]
    back = list_coming_back(units, Chance(1))
    assert {line: sum(unit_id.startswith(line) for unit_id in back) for line, _ in kinds} == {
        "115": 4,
        "114": 3,
        "113": 0,
    }
    stations = [unit["station_id"] for unit in units if unit["id"] in back]
    assert len(stations) == len(set(stations))
    units[0]["in_quarters"] = False
    assert list_coming_back(units, Chance(1)) == []
