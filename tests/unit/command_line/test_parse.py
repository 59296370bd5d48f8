"""What a line means."""

import itertools
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.domain.model.assignment import (
    AcceptAssignment,
    AcceptRecommendation,
    AssignmentUpdate,
    DispatchUnits,
    QueueUnit,
    ReassignUnit,
    ReportPhase,
    StandDown,
)
from dispatch.domain.model.incident import ChangePriority, ChangeType, RaiseLevel
from dispatch.domain.model.messages import Command
from dispatch.domain.model.unit import CallMayday, SetUnitStatus, SignOffCrew, SignOnCrew
from dispatch.usecases.command_line.build import BUILDERS
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.command_line.reading import Seen
from dispatch.usecases.command_line.verbs import VERBS
from tests.unit.command_line.line_world import (
    BOOK,
    FIRE,
    HEART,
    NEW_ID,
    NOW,
    assignment,
    context,
    incident,
    leg,
    recommendation,
    unit,
)

LEG = FIRE.leg_ids[0]
WAITING = incident("261122-0512", "fire_market", "114", "chợ", priority=3)
LATER = {i.id: i for i in (FIRE, HEART, WAITING)}
PUT_OUT = ReportPhase(assignment_id="a-CC-20-0457", status_code="free", outcome="extinguished")
TO_FIRE = DispatchUnits(incident_id=FIRE.id, unit_ids=("u-CC-12",))


def error_code(line: str, **fields: object) -> str | None:
    error = parse(line, context(**({"incidents": LATER} | fields))).error
    return error.code if error is not None else None


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("D 0457 CC-12", [TO_FIRE]),
        ("D 0457 CC-12 CC-14", [DispatchUnits(incident_id=FIRE.id, unit_ids=("u-CC-12", "u-CC-14"))]),
        ("D 0457-4 CC-12", [DispatchUnits(incident_id=FIRE.id, unit_ids=("u-CC-12",), leg_id=LEG)]),
        ("D 261122-0457 CC-12", [TO_FIRE]),
        ("d 0457 cc12", [TO_FIRE]),
        ("D 0457", [AcceptRecommendation(incident_id=FIRE.id, version=3)]),
        ("D 0457-4", [AcceptRecommendation(incident_id=FIRE.id, version=3, leg_ids=(LEG,))]),
        ("K CC-20", [AcceptAssignment(assignment_id="a-CC-20-0457")]),
        ("R CC-20", [ReportPhase(assignment_id="a-CC-20-0457", status_code="rolling")]),
        ("O CC-20", [ReportPhase(assignment_id="a-CC-20-0457", status_code="there")]),
        ("B XC-5", [ReportPhase(assignment_id="a-XC-5-0412", status_code="patient")]),
        ("G CC-20", [ReportPhase(assignment_id="a-CC-20-0457", status_code="staged")]),
        ("T XC-5", [ReportPhase(assignment_id="a-XC-5-0412", status_code="moving")]),
        ("H XC-5", [ReportPhase(assignment_id="a-XC-5-0412", status_code="hospital")]),
        ("A CC-20 3", [PUT_OUT]),
        ("A CC-20 extinguished", [PUT_OUT]),
        ("A CC-12", [SetUnitStatus(unit_id="u-CC-12", status_code="free")]),
        ("Q 0457 XC-5", [QueueUnit(incident_id=FIRE.id, unit_id="u-XC-5")]),
        ("RP 0412 CC-20", [ReassignUnit(incident_id=HEART.id, unit_id="u-CC-20")]),
        ("X CC-20", [StandDown(assignment_id="a-CC-20-0457")]),
        ("X CC-20 xe hỏng", [StandDown(assignment_id="a-CC-20-0457", reason="xe hỏng")]),
        ("X XC-5", [StandDown(assignment_id="a-XC-5-0412")]),
        ("X XC-5 0457", [StandDown(assignment_id="a-XC-5-0457")]),
        ("L2 0457", [RaiseLevel(incident_id=FIRE.id, level=2)]),
        ("P2 0457", [ChangePriority(incident_id=FIRE.id, priority=2, seen=7)]),
        ("TY 0457 cháy chợ", [ChangeType(incident_id=FIRE.id, type_code="fire_market", seen=7)]),
        ("TY chay cho 0457", [ChangeType(incident_id=FIRE.id, type_code="fire_market", seen=7)]),
        ("TY 0457 fire_market", [ChangeType(incident_id=FIRE.id, type_code="fire_market", seen=7)]),
        ("! CC-20", [CallMayday(unit_id="u-CC-20")]),
        ("!CC-20", [CallMayday(unit_id="u-CC-20")]),
        ("LK CC-12 Lê, An", [SignOnCrew(crew_id=NEW_ID, unit_ids=("u-CC-12",), names=("Lê", "An"))]),
    ],
)  # fmt: skip
def test_a_line_means_these_commands(line: str, commands: list[Command]) -> None:
    reading = parse(line, context())
    assert reading.error is None
    assert list(reading.commands) == commands


def test_a_dispatch_is_echoed_with_number_type_place_and_priority() -> None:
    echo = parse("D 0457 CC-12", context()).echo
    assert echo.vi == "CC-12 → 0457 CHÁY NHÀ Ở 654/3 Lạc Long Quân, P1"
    assert echo.en == "CC-12 → 0457 HOUSE FIRE 654/3 Lạc Long Quân, P1"


def test_the_echo_says_that_a_unit_is_on_another_incident() -> None:
    assert parse("D 0457 XC-5", context()).echo.vi.endswith("(XC-5 đang ở 0412)")


def test_without_a_number_the_selected_incident_is_meant() -> None:
    assert parse("D CC-12", context(selected=FIRE.id)).commands == (TO_FIRE,)


def test_a_number_in_the_line_goes_before_the_selected_incident() -> None:
    assert parse("D 0457 CC-12", context(selected=HEART.id)).commands == (TO_FIRE,)


def test_without_number_and_selection_the_line_asks_for_the_incident() -> None:
    assert error_code("D CC-12") == "missing_incident"


def test_four_digits_mean_the_newest_open_incident_of_that_counter() -> None:
    older = incident("261121-0457", "fire_market", "114", "x", opened_at=NOW - timedelta(days=1))
    closed = incident("261123-0457", "fire_market", "114", "x", opened_at=NOW, state="closed")
    known = context(incidents={i.id: i for i in (older, FIRE, closed)})
    assert parse("P1 0457", known).commands[0] == ChangePriority(incident_id=FIRE.id, priority=1, seen=7)


def test_a_closed_incident_is_not_found_by_its_counter() -> None:
    closed = incident("261122-0457", "fire_house", "114", "x", state="closed")
    assert error_code("D 0457 CC-12", incidents={closed.id: closed}) == "unknown_incident"


def test_a_restricted_incident_is_not_found_by_an_agency_without_a_leg() -> None:
    hidden = incident("261122-0500", "fire_house", "114", "x", restricted=True)
    seen = {"incidents": {hidden.id: hidden}, "legs": {x.id: x for x in (leg(hidden, "114"),)}}
    assert error_code("P1 0500", agencies=("115",), **seen) == "unknown_incident"
    assert error_code("P1 0500", agencies=("114",), **seen) is None


def test_accepting_carries_the_version_that_was_seen_not_the_newest() -> None:
    seen = Seen(incident_id=FIRE.id, version=5, recommendation_version=2)
    command = parse("D 0457", context(seen=seen)).commands[0]
    assert command == AcceptRecommendation(incident_id=FIRE.id, version=2)


def test_an_echo_tells_the_versions_it_showed() -> None:
    assert parse("D 0457", context()).seen == Seen(incident_id=FIRE.id, version=7, recommendation_version=3)


def test_accepting_says_which_units_will_go() -> None:
    assert parse("D 0457", context()).echo.vi.startswith("CC-12, CC-14 → 0457")


def test_accepting_without_a_recommendation_asks_for_units() -> None:
    assert error_code("D 0412") == "no_recommendation"


def test_a_change_carries_the_version_that_was_seen() -> None:
    seen = Seen(incident_id=FIRE.id, version=5)
    assert parse("P2 0457", context(seen=seen)).commands == (
        ChangePriority(incident_id=FIRE.id, priority=2, seen=5),
    )


def test_accepting_by_radio_covers_the_assignment_and_its_open_updates() -> None:
    update = AssignmentUpdate(n=2, kind="place", old="a", new="b", at=NOW)
    done = AssignmentUpdate(n=1, kind="place", old="a", new="b", at=NOW, accepted_at=NOW)
    engine = unit("CC-20", assignment_id="a-CC-20-0457")
    held = assignment(engine, FIRE, updates=[done, update])
    commands = parse("K CC-20", context(assignments={held.id: held})).commands
    assert [c.n for c in commands if isinstance(c, AcceptAssignment)] == [0, 2]


def test_accepting_by_radio_when_all_is_accepted_says_so() -> None:
    held = assignment(unit("CC-20"), FIRE, accepted_at=NOW)
    assert error_code("K CC-20", assignments={held.id: held}) == "nothing_to_accept"


def test_a_swap_sends_the_free_unit_before_it_calls_the_other_off() -> None:
    expected = (
        DispatchUnits(incident_id=FIRE.id, unit_ids=("u-CC-12",), leg_id=FIRE.leg_ids[0]),
        StandDown(assignment_id="a-CC-20-0457", reason="swap"),
    )
    assert parse("W CC-20 CC-12", context()).commands == expected
    assert parse("W CC-12 CC-20", context()).commands == expected


@pytest.mark.parametrize("line", ["W CC-12 CC-14", "W CC-20 XC-5", "W CC-20", "W CC-12 CC-14 CC-20"])
def test_a_swap_needs_one_assigned_and_one_free_unit(line: str) -> None:
    assert error_code(line) == "swap_needs_two"


def test_a_manned_unit_signs_its_crew_off() -> None:
    manned = unit("CC-30", crew_id="c1")
    assert parse("LK CC-30", context(manned)).commands == (SignOffCrew(crew_id="c1"),)


def test_units_of_two_crews_do_not_sign_off_together() -> None:
    known = context(unit("CC-30", crew_id="c1"), unit("CC-31", crew_id="c2"))
    error = parse("LK CC-30 CC-31", known).error
    assert error is not None
    assert error.code == "crew_mixed"


def test_a_status_the_agency_does_not_have_is_refused() -> None:
    assert error_code("H CC-20") == "no_such_status"


def test_a_unit_without_assignment_has_no_status_on_it() -> None:
    assert error_code("O CC-12") == "no_assignment"


def test_a_status_for_another_incident_than_the_units_own_is_refused() -> None:
    assert error_code("O CC-20 0412") == "other_incident"


def test_a_note_keeps_its_words_and_numbers() -> None:
    note = parse(". 0457 nhà 3 tầng, 2 người kẹt – CC-12 báo", context()).note
    assert note is not None
    assert (note.incident_id, note.text) == (FIRE.id, "nhà 3 tầng, 2 người kẹt – CC-12 báo")


def test_a_note_may_stand_against_its_dot_and_goes_to_the_selected_incident() -> None:
    note = parse(".khói đen", context(selected=FIRE.id)).note
    assert note is not None
    assert note.text == "khói đen"


def test_a_note_that_begins_with_a_number_of_no_incident_keeps_it() -> None:
    note = parse(". 1806 Nguyễn Trãi", context(selected=FIRE.id)).note
    assert note is not None
    assert note.text == "1806 Nguyễn Trãi"


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("N cháy ở 12 Nguyễn Trãi -3", "new_report", "cháy ở 12 Nguyễn Trãi -3"),
        ("WHO 654/3 lac long quan", "who", "654/3 lac long quan"),
        ("WHO 0457 Lạc Long Quân", "who", "0457 Lạc Long Quân"),
        ("M 0457 12 Nguyễn Trãi", "move_place", "12 Nguyễn Trãi"),
        ("C 0457", "call_back", ""),
        ("?", "help", ""),
        ("?d", "help", "D"),
    ],
)
def test_some_verbs_concern_the_screen_alone(line: str, kind: str, text: str) -> None:
    reading = parse(line, context())
    assert reading.ui is not None
    assert (reading.ui.kind, reading.ui.text) == (kind, text)
    assert reading.commands == ()


@pytest.mark.parametrize("words", list(itertools.permutations(["D", "0457", "CC-12"])))
def test_the_order_of_words_is_free(words: tuple[str, ...]) -> None:
    assert parse(" ".join(words), context()).commands == (TO_FIRE,)


@pytest.mark.parametrize("words", list(itertools.permutations(["A", "CC-20", "3", "0457"])))
def test_the_order_of_words_is_free_with_an_outcome_too(words: tuple[str, ...]) -> None:
    assert parse(" ".join(words), context()).commands == (PUT_OUT,)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("O CC-20 @2561", "bad_time"),
        ("O CC-20 @x", "bad_time"),
        ("O CC-20 -999", "too_far_back"),
        ("O CC-20 @1850", "too_far_back"),
        ("C 0457 -3", "cannot_backdate"),
        ("", None),
        ("0457 CC-12", "no_verb"),
        ("D 0457 CC-12 0412", "two_incidents"),
        ("D 0457-5 CC-12", "unknown_leg"),
        ("O", "missing_unit"),
        ("A CC-20 9", "unknown_outcome"),
        ("A CC-20 1 2", "unexpected_word"),
        ("P2 0457 CC-12", "unexpected_word"),
        ("D A CC-12", "unexpected_word"),
        ("TY 0457 xyz", "unknown_type"),
        ("TY 0457", "missing_text"),
        (". 0457", "missing_text"),
        ("? zz", "unknown_verb"),
        ("U", "nothing_to_undo"),
        ("HO 10 chờ cảnh sát", "missing_incident"),
        ("HO 0457 10 chờ cảnh sát", "never_held"),
        ("HO 0512 chờ", "missing_minutes"),
        ("HO 0512 10", "missing_text"),
        ("HO 0512 721 chờ", "too_long_held"),
        (". 0457 !", "missing_text"),
    ],
)
def test_a_line_that_cannot_be_carried_out_says_why(line: str, code: str | None) -> None:
    assert error_code(line) == code


def test_every_error_names_its_cause_in_both_languages() -> None:
    error = parse("D 0457 CC-99", context()).error
    assert error is not None
    assert (error.text.vi, error.text.en) == ("không hiểu «CC-99»", "unknown word “CC-99”")


@pytest.mark.parametrize(
    ("line", "nearest"),
    [("D 0457 CC-13", "CC-12"), ("D 0457 C-12", "CC-12"), ("D 0475 CC-12", "0457"), ("RQ 0457 CC-20", "RP")],
)
def test_an_unknown_word_is_answered_with_the_nearest(line: str, nearest: str) -> None:
    error = parse(line, context()).error
    assert error is not None
    assert nearest in error.nearest


def test_half_a_word_is_answered_with_what_begins_like_it() -> None:
    error = parse("D 0457 CC", context(unit("HS-1"))).error
    assert error is not None
    assert error.nearest == ("CC-12", "CC-14", "CC-20")


def test_a_type_named_by_half_its_name_is_asked_for() -> None:
    reading = parse("TY 0457 cháy", context())
    assert [c.echo.en.rpartition(" → ")[2] for c in reading.choices] == ["House fire", "Market fire"]
    assert all(parse(c.line, context()).commands for c in reading.choices)


def test_two_call_signs_that_differ_by_a_hyphen_are_asked_for() -> None:
    known = context(unit("CC-1-2"))
    reading = parse("D 0457 cc12", known)
    assert reading.commands == ()
    assert {parse(c.line, known).commands[0] for c in reading.choices} == {
        TO_FIRE, DispatchUnits(incident_id=FIRE.id, unit_ids=("u-CC-1-2",)),
    }  # fmt: skip


def test_a_line_of_ten_thousand_characters_is_refused_by_its_length() -> None:
    assert error_code("D 0457 " + "CC-12 " * 2000) == "line_too_long"


def test_decomposed_letters_mean_the_same_as_composed_ones() -> None:
    line = "TY 0457 Cháy chợ"
    assert parse(unicodedata.normalize("NFD", line), context()) == parse(line, context())


WORDS = st.sampled_from(
    [*VERBS, "0457", "0412-5", "9999", "CC-12", "CC-20", "XC-5", "3", "-3", "@1405", '"CC-12"', '"', "-", "@"]
)


@settings(deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=8))
def test_no_line_raises_and_every_line_has_at_most_one_meaning(words: list[str]) -> None:
    reading = parse(" ".join(words), context(selected=HEART.id))
    parts = [reading.commands, reading.note, reading.choices, reading.ui, reading.error]
    assert sum(bool(part) for part in parts) <= 1


@settings(deadline=None)
@given(st.text(max_size=12_000))
def test_no_text_raises(text: str) -> None:
    parse(text, context())


def test_every_verb_has_a_meaning() -> None:
    assert set(BUILDERS) == set(VERBS)


def test_the_plan_of_another_incident_is_never_accepted() -> None:
    plans = {HEART.id: recommendation(HEART, unit("XC-5"))}
    assert error_code("D 0457", recommendations=plans) == "no_recommendation"
    assert BOOK.types[HEART.type_code].agency_id == "115"
