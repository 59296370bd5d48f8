"""Words as people send them, made fit to keep."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.model.messages import Refused
from dispatch.usecases.entry.text import WORDS_LIMIT, clean_phone, clean_text


def test_decomposed_vietnamese_is_kept_as_composed_letters() -> None:
    decomposed = unicodedata.normalize("NFD", "cháy nhà ở hẻm Nguyễn Trãi")
    assert clean_text(decomposed, "words", 100) == "cháy nhà ở hẻm Nguyễn Trãi"


def test_emoji_and_line_breaks_stay() -> None:
    assert clean_text("cháy 🔥\nlầu 3", "words", 100) == "cháy 🔥\nlầu 3"


def test_text_over_its_limit_is_refused_with_limit_and_length() -> None:
    with pytest.raises(Refused) as refusal:
        clean_text("a" * (WORDS_LIMIT + 1), "words", WORDS_LIMIT)
    assert refusal.value.code == "too_long"
    assert refusal.value.data == {"field": "words", "limit": WORDS_LIMIT, "length": WORDS_LIMIT + 1}


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        clean_text(["cháy"], "words", 100)
    assert refusal.value.code == "wrong_type"


@given(st.text(max_size=300))
def test_cleaned_text_can_always_be_stored_and_cleaning_again_changes_nothing(raw: str) -> None:
    cleaned = clean_text(raw, "words", 10_000)
    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean_text(cleaned, "words", 10_000) == cleaned


@pytest.mark.parametrize(
    ("raw", "dialled"),
    [
        ("0900 000 041", "0900000041"),
        ("+84 900 000 041", "0900000041"),
        ("0084900000041", "0900000041"),
        ("(028) 3855-4137", "02838554137"),
        ("anonymous", ""),
        ("", ""),
    ],
)
def test_every_way_of_writing_a_number_gives_what_one_dials(raw: str, dialled: str) -> None:
    assert clean_phone(raw) == dialled
