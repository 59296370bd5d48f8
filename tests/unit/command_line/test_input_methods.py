"""Lines typed while a Vietnamese input method is on."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dispatch.domain.model.assignment import DispatchUnits
from dispatch.usecases.command_line.input_methods import list_spellings
from dispatch.usecases.command_line.parse import parse
from dispatch.usecases.command_line.verbs import VERBS
from tests.unit.command_line.line_world import FIRE, context, unit
from tests.unit.command_line.typing_methods import telex, vni

METHODS = [telex, vni]


@pytest.mark.parametrize(
    ("keys", "by_telex", "by_vni"),
    [
        ("ddoongf hoof", "đồng hồ", "ddoongf hoof"),
        ("d9o62ng ho62", "d9o62ng ho62", "đồng hồ"),
        ("nguoiwf", "người", "nguoiwf"),
        ("ngu7o72i", "ngu7o72i", "người"),
        ("hoaf", "hòa", "hoaf"),
        ("WHO", "ƯHO", "WHO"),
        ("boss", "bos", "boss"),
        ("ca11", "ca11", "ca1"),
    ],
)
def test_the_models_type_as_the_input_methods_do(keys: str, by_telex: str, by_vni: str) -> None:
    assert telex(keys) == by_telex
    assert vni(keys) == by_vni


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("word", list(VERBS))
def test_every_verb_typed_through_an_input_method_stays_that_verb(word: str, method: object) -> None:
    assert callable(method)
    known = context(selected=FIRE.id)
    for rest in ("", " CC-20", " 0457", " 0457 CC-12", " CC-20 3"):
        assert parse(method(word + rest), known) == parse(word + rest, known)


# Vowels first of the sign's keys, tones and shapes after them: what a careless agency might choose.
CARELESS = st.from_regex(
    r"[ABCDEGHIKLMNOPQTUVY]{1,2}[SFRXJWAEO]?[BCGHKLMNPQTV]{0,2}(-[1-9]{1,2})?", fullmatch=True
)


@settings(deadline=None)
@given(CARELESS, st.sampled_from(METHODS))
@example("AAW", telex)
@example("OOW-1", telex)
def test_any_call_sign_is_found_again_behind_an_input_method(sign: str, method: object) -> None:
    assert callable(method)
    shown = method(sign).upper()
    assert shown == sign or sign in list_spellings(shown)


def test_a_call_sign_that_an_input_method_changes_still_means_the_unit() -> None:
    known = context(unit("HAS-1"))
    expected = (DispatchUnits(incident_id=FIRE.id, unit_ids=("u-HAS-1",)),)
    assert telex("D 0457 HAS-1") == "D 0457 HÁ-1"
    assert parse("D 0457 HÁ-1", known).commands == expected


def test_a_word_that_two_sequences_of_keys_give_is_asked_for() -> None:
    known = context(unit("HAS-1"), unit("HSA-1"), unit("HÁ-1"))
    choices = parse("D 0457 HÁ-1", known).choices
    assert [c.line for c in choices] == ['D 0457 "HAS-1"', 'D 0457 "HÁ-1"']


def test_each_choice_means_one_unit_only() -> None:
    known = context(unit("HAS-1"), unit("HÁ-1"))
    choices = parse("D 0457 HÁ-1", known).choices
    named = [c for choice in choices for c in parse(choice.line, known).commands]
    assert [c.unit_ids for c in named if isinstance(c, DispatchUnits)] == [("u-HAS-1",), ("u-HÁ-1",)]


def test_a_key_pressed_twice_because_the_first_made_a_mark_is_understood() -> None:
    known = context(unit("BOSS-1"))
    assert parse(telex("D 0457 BOSS-1"), known).commands == parse("D 0457 BOSS-1", known).commands


@settings(deadline=None)
@given(st.text(max_size=40))
def test_spellings_are_few_and_plain(word: str) -> None:
    spellings = list_spellings(word)
    assert len(spellings) < 10_000
    assert all(s == s.upper() for s in spellings)
