"""The tables that are shipped: every verb with every call sign, typed through Telex and VNI."""

import pytest

from dispatch.agencies.fleet import StationSite, plan_fleet
from dispatch.agencies.loader import load_codebook
from dispatch.domain.model.messages import Command
from dispatch.domain.model.unit import RegisterUnit
from dispatch.domain.model.values import LonLat, Phase
from dispatch.usecases.command_line.context import LineContext
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.command_line.verbs import VERBS
from tests.unit.command_line.line_world import FIRE, NEW_ID, NOW, assignment, unit
from tests.unit.command_line.typing_methods import telex, vni

BOOK = load_codebook()
FLEET = [
    command
    for command in plan_fleet(
        [
            StationSite(
                station_id=f"{agency_id}-{n:03}",
                agency_id=agency_id,
                name="x",
                lon_lat=LonLat(106.7, 10.8),
                synthetic=True,
            )
            for agency_id in BOOK.agencies
            for n in range(168)
        ],
        BOOK,
    )
    if isinstance(command, RegisterUnit)
]


def shipped_context(*, busy: bool) -> LineContext:
    """The whole fleet, every unit on the fire or every unit free."""
    units = [
        unit(c.call_sign, c.agency_id, assignment_id=f"a-{c.call_sign}-0457" if busy else None) for c in FLEET
    ]
    held = [assignment(u, FIRE) for u in units] if busy else []
    return LineContext(
        book=BOOK,
        agencies=tuple(BOOK.agencies),
        now=NOW,
        new_id=NEW_ID,
        incidents={FIRE.id: FIRE},
        legs={},
        assignments={a.id: a for a in held},
        units={u.id: u for u in units},
        recommendations={},
        call_signs={u.call_sign: u.id for u in units},
        selected=FIRE.id,
    )


@pytest.fixture(scope="module")
def busy_fleet() -> LineContext:
    return shipped_context(busy=True)


@pytest.fixture(scope="module")
def free_fleet() -> LineContext:
    return shipped_context(busy=False)


def commands_of(line: str, context: LineContext) -> tuple[Command, ...]:
    return parse(line, context).commands


def test_a_city_ships_with_hundreds_of_call_signs_of_every_unit_type() -> None:
    prefixes = {t.call_sign_prefix for agency in BOOK.agencies.values() for t in agency.unit_types.values()}
    assert {c.call_sign.split("-")[0] for c in FLEET} == prefixes
    assert len(FLEET) > 500


@pytest.mark.parametrize("method", [telex, vni])
def test_no_input_method_changes_a_shipped_call_sign(method: object) -> None:
    assert callable(method)
    changed = [c.call_sign for c in FLEET if method(c.call_sign) != c.call_sign]
    assert changed == []


@pytest.mark.parametrize("method", [telex, vni])
@pytest.mark.parametrize("word", ["D", "Q", "RP", "LK", "!", "A"])
def test_verbs_for_free_units_mean_the_same_through_an_input_method(
    method: object, word: str, free_fleet: LineContext
) -> None:
    assert callable(method)
    _expect_the_same(method, word, free_fleet)


@pytest.mark.parametrize("method", [telex, vni])
@pytest.mark.parametrize("word", ["K", "R", "O", "A", "X", "Q", "RP"])
def test_verbs_for_units_at_work_mean_the_same_through_an_input_method(
    method: object, word: str, busy_fleet: LineContext
) -> None:
    assert callable(method)
    _expect_the_same(method, word, busy_fleet)


def _expect_the_same(method: object, word: str, context: LineContext) -> None:
    assert callable(method)
    for c in FLEET:
        line = f"{word} {c.call_sign.lower()}"
        expected = commands_of(line, context)
        assert expected
        shown = method(line)
        assert shown == line or commands_of(shown, context) == expected


@pytest.mark.parametrize("method", [telex, vni])
@pytest.mark.parametrize("word", list(VERBS))
def test_every_verb_with_one_unit_of_each_type_reads_the_same(
    method: object, word: str, busy_fleet: LineContext
) -> None:
    assert callable(method)
    firsts = {c.type_code: c.call_sign for c in reversed(FLEET)}
    for call_sign in firsts.values():
        line = f"{word} 0457 {call_sign}"
        assert parse(method(line), busy_fleet) == parse(line, busy_fleet)


def test_the_verb_for_available_leaves_the_unit_where_it_stands(busy_fleet: LineContext) -> None:
    for agency_id, agency in BOOK.agencies.items():
        code = busy_fleet.find_status(agency_id, Phase.AVAILABLE)
        assert code is not None
        assert not agency.statuses[code].in_quarters


def test_every_shipped_type_is_found_by_its_name_in_both_languages(busy_fleet: LineContext) -> None:
    for kind in BOOK.types.values():
        for name in (kind.code, kind.label.vi, kind.label.en):
            reading = parse(f"TY 0457 {name}", busy_fleet)
            means = [c.line for c in reading.choices] or [str(c) for c in reading.commands]
            assert any(kind.code in meaning for meaning in means), (kind.code, name, reading)
