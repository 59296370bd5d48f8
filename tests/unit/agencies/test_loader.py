"""The code tables: complete as shipped, and clear about what is wrong with them."""

import re
import shutil
from pathlib import Path

import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import AGENCIES, load_codebook
from dispatch.codes import FOLDER as CODES
from dispatch.domain.ids import name_leg
from dispatch.domain.model.values import Phase
from dispatch.domain.rules.plan import build_needs, list_agencies
from routing.travel_time.vehicle_classes import VEHICLE_CLASSES

BOOK = load_codebook()


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the shipped tables to spoil."""
    shutil.copytree(AGENCIES, tmp_path / "agencies", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(CODES, tmp_path / "codes", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path


def spoil(tables: Path, file: str, before: str, after: str) -> str:
    """Change a table and give what is said about it."""
    path = tables / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(CodeTableError) as error:
        load_codebook(tables / "agencies", tables / "codes")
    return str(error.value)


def test_four_agencies_are_shipped_with_their_lines_and_suffixes() -> None:
    assert {a.id: (a.line, a.suffix) for a in BOOK.agencies.values()} == {
        "112": ("112", "2"),
        "113": ("113", "3"),
        "114": ("114", "4"),
        "115": ("115", "5"),
    }


@pytest.mark.parametrize(("agency_id", "count"), [("113", 31), ("114", 31), ("115", 32), ("112", 11)])
def test_every_incident_type_of_the_code_tables_is_there(agency_id: str, count: int) -> None:
    assert sum(t.agency_id == agency_id for t in BOOK.types.values()) == count


def test_smoke_is_seen_for_two_kilometres_and_a_crash_for_one() -> None:
    assert BOOK.types["smoke"].radius_m == 2000
    assert BOOK.types["crash_injury"].radius_m == BOOK.types["traffic_injury"].radius_m == 1000
    assert BOOK.types["house_fire"].radius_m == 300


FIRES = [t.code for t in BOOK.types.values() if t.agency_id == "114" and t.code.endswith("_fire")]


@pytest.mark.parametrize("code", FIRES)
def test_a_fire_gets_at_least_two_fire_vehicles(code: str) -> None:
    plan = BOOK.find_plan(code, BOOK.types[code].priority)
    engines = [n for n in build_needs("leg", plan, "114", 1) if n.capability == "fire_engine"]
    assert [need.count >= 2 and need.minimum >= 2 for need in engines] == [True]


def test_a_house_fire_calls_fire_ambulance_and_police() -> None:
    plan = BOOK.find_plan("house_fire", 1)
    assert list_agencies(plan, 1) == ["114", "115", "113"]
    assert list_agencies(plan, 3) == ["114", "115", "113", "112"]


def test_every_plan_grows_from_level_to_level() -> None:
    for plan in BOOK.plans:
        for agency_id in list_agencies(plan, len(plan.levels)):
            sizes = [
                sum(need.count for need in build_needs(name_leg("i", "x"), plan, agency_id, level))
                for level in range(1, len(plan.levels) + 1)
            ]
            assert sizes == sorted(sizes), plan.code


def test_every_vehicle_class_is_known_to_the_router() -> None:
    used = {u.vehicle_class for a in BOOK.agencies.values() for u in a.unit_types.values()}
    assert used <= set(VEHICLE_CLASSES)


def test_every_agency_has_a_status_for_the_run_of_an_assignment() -> None:
    for agency in BOOK.agencies.values():
        phases = {status.phase for status in agency.statuses.values()}
        assert phases >= set(Phase) - {Phase.AT_HOSPITAL}, agency.id


def test_no_call_sign_changes_under_vietnamese_typing() -> None:
    for agency in BOOK.agencies.values():
        for type_ in agency.unit_types.values():
            sign = f"{type_.call_sign_prefix}-12"
            assert not re.search(r"[aeiouy][sfrxjwz0-9]|dd|aa|ee|oo|w", sign, re.IGNORECASE), sign


def test_every_label_differs_from_its_code_and_is_in_both_languages() -> None:
    for type_ in BOOK.types.values():
        assert type_.label.vi
        assert type_.label.en
        assert type_.code not in (type_.label.vi, type_.label.en)


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("agencies/114/plans.toml", 'capability = "ladder"', 'capability = "leiter"', "capability 'leiter'"),
        ("agencies/114/plans.toml", '"house_fire",', '"house_fir",', "type 'house_fir'"),
        ("agencies/114/plans.toml", "minimum = 2", "minimum = 9", "minimum 9 of 2"),
        ("agencies/114/plans.toml", '"115" =', '"119" =', "agency '119'"),
        ("agencies/114/plans.toml", 'types = "all"', 'types = ["smoke"]', "no plan for"),
        ("agencies/114/plans.toml", 'code = "small_fire"', 'code = "fire_default"', "stands twice"),
        ("agencies/114/types.toml", 'code = "smoke"', 'code = "house_fire"', "stands twice"),
        ("agencies/114/types.toml", 'en = "House fire"', 'en = ""', "no English label"),
        ("agencies/114/types.toml", ', en = "House fire"', "", "missing required field `en`"),
        ("agencies/114/types.toml", "priority = 1", "priority = 7", "priority 7"),
        ("agencies/114/agency.toml", 'prefix = "CC"', 'prefix = "CAS"', "under Telex or VNI"),
        ("agencies/114/agency.toml", 'prefix = "CC"', 'prefix = "HS"', "stands twice"),
        ("agencies/114/agency.toml", 'suffix = "4"', 'suffix = "5"', "stands twice"),
        ("agencies/114/agency.toml", 'phase = "en_route"', 'phase = "flying"', "flying"),
        ("agencies/114/agency.toml", "in_quarters = true", "in_quarters = false", "in quarters"),
        ("agencies/114/agency.toml", 'id = "114"', 'id = "114', "114/agency.toml"),
        ("agencies/114/agency.toml", "turnout_s = 80", "turnout_s = -80", "turnout_s is a number from 0"),
        ("agencies/114/agency.toml", "to_h = 6", "to_h = 26", "turnout_hours go from an hour"),
        ("agencies/115/agency.toml", "most_s = 60", "most_s = -60", "most_s is a number from 0"),
        ("agencies/115/agency.toml", "after_on_h", "after_h", "unknown field `after_h`"),
        ("agencies/114/agency.toml", "from_h = 23", "since = 23", "unknown field `since`"),
        ("codes/outcomes.toml", "merged =", "joined =", "'merged' is missing"),
        ("codes/capabilities.toml", "ladder =", "leiter =", "capability 'ladder'"),
    ],
)
def test_a_spoiled_table_says_what_is_wrong(
    tables: Path, file: str, before: str, after: str, said: str
) -> None:
    assert said in spoil(tables, file, before, after)


LEAST = """
[[minimum_cover]]
code = "centre"
vi = "Trung tâm"
en = "Centre"
free = 2
capability = "als"
centre = [106.7, 10.77]
radius_m = 5000
source = "Quyết định thử"
"""


def test_minimum_cover_packages_and_what_is_done_at_once_are_data_of_the_agency(tables: Path) -> None:
    agency = tables / "agencies/115/agency.toml"
    text = agency.read_text("utf-8").replace(
        'capabilities = ["als", "bls"],', 'capabilities = ["als", "bls"], at_once = ["als", "bls"],'
    )
    agency.write_text(text + LEAST, "utf-8")
    plans = tables / "agencies/114/plans.toml"
    line = '{ capability = "water_rescue", count = 1 }'
    whole = line.replace(" }", ', package = "boat" }')
    plans.write_text(plans.read_text("utf-8").replace(line, whole), "utf-8")
    book = load_codebook(tables / "agencies", tables / "codes")
    (minimum,) = book.agencies["115"].minimum_cover
    assert (minimum.free, minimum.capability, minimum.centre, minimum.radius_m) == (
        2,
        "als",
        (106.7, 10.77),
        5000,
    )
    assert book.agencies["115"].unit_types["als_ambulance"].at_once == ("als", "bls")
    search = book.find_plan("water_search", 1)
    assert search is not None
    assert [need.package for need in build_needs("leg", search, "114", 1)] == ["boat"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("free = 2", "free = 0", "free is a number of units"),
        ('capability = "als"', 'capability = "leiter"', "unknown capability 'leiter'"),
        ('capability = "als"', 'capability = "ladder"', "no unit for 'ladder'"),
        ("radius_m = 5000", "", "a circle needs a centre"),
        ("radius_m = 5000", "radius_m = nan", "a circle needs a centre"),
        ("Quyết định thử", " ", "source says who demands it"),
    ],
)
def test_a_minimum_that_cannot_be_kept_is_refused_when_it_is_loaded(
    tables: Path, before: str, after: str, told: str
) -> None:
    agency = tables / "agencies/115/agency.toml"
    agency.write_text(agency.read_text("utf-8") + LEAST, "utf-8")
    assert told in spoil(tables, "agencies/115/agency.toml", LEAST, LEAST.replace(before, after))


def test_one_thing_alone_is_not_done_at_once(tables: Path) -> None:
    said = spoil(
        tables,
        "agencies/115/agency.toml",
        'capabilities = ["bls"],',
        'capabilities = ["bls"], at_once = ["bls"],',
    )
    assert "two or more" in said


def test_a_missing_file_is_named(tables: Path) -> None:
    (tables / "agencies/115/plans.toml").unlink()
    with pytest.raises(CodeTableError, match=r"115/plans\.toml: missing"):
        load_codebook(tables / "agencies", tables / "codes")


def test_a_new_agency_is_a_new_folder(tables: Path) -> None:
    folder = tables / "agencies" / "118"
    shutil.copytree(tables / "agencies" / "112", folder)
    for name in ("agency.toml", "types.toml", "plans.toml"):
        text = (
            (folder / name)
            .read_text("utf-8")
            .replace('"112"', '"118"')
            .replace('suffix = "2"', 'suffix = "8"')
        )
        text = re.sub(r'prefix = "(\w+)"', r'prefix = "\1K"', text)
        text = re.sub(r'code = "(\w+)"', _other_codes, text) if name != "agency.toml" else text
        text = re.sub(r"types = \[[^\]{]*\]", 'types = "all"', text)
        (folder / name).write_text(text, "utf-8")
    book = load_codebook(tables / "agencies", tables / "codes")
    assert book.get_agency("118").suffix == "8"


def _other_codes(found: re.Match[str]) -> str:
    return f'code = "other_{found[1]}"'


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("first_response = 240", "bls = 240", "'bls' is a substitute of itself"),
        (
            '{ capability = "bls", count = 1 }]',
            '{ capability = "bls", count = 1, substitutes = { als = 60 } }]',
            "in a circle",
        ),
        ("first_response = 240", "flying_carpet = 240", "unknown capability 'flying_carpet'"),
        ("first_response = 240", "first_response = nan", "has a price of nan"),
        ("first_response = 240", "first_response = inf", "has a price of inf"),
        ("first_response = 240", "first_response = 1e308", "has a price of 1e+308"),
    ],
)
def test_substitutes_that_nobody_can_follow_are_refused_when_they_are_loaded(
    tables: Path, before: str, after: str, told: str
) -> None:
    assert told in spoil(tables, "agencies/115/plans.toml", before, after)
