"""Key questions are data: what cannot be asked, answered or carried out is named when the tables are read."""

import shutil
from pathlib import Path

import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.loader import AGENCIES, load_codebook
from dispatch.codes import FOLDER as CODES
from dispatch.domain.codebook import QuestionSet
from dispatch.domain.rules.questions import assess

BOOK = load_codebook()
ARREST = BOOK.question_sets["cardiac_arrest"]
FIRE = BOOK.question_sets["house_fire"]


def test_a_cardiac_arrest_is_known_after_two_answers() -> None:
    assessment = assess(ARREST, {"awake": "no", "breathing": "gasping"})
    assert (assessment.determinant, assessment.priority, assessment.type_code) == (
        "arrest", 1, "cardiac_arrest",
    )  # fmt: skip


def test_somebody_awake_and_breathing_is_no_arrest() -> None:
    assert assess(ARREST, {"awake": "yes", "breathing": "normal"}).priority == 2


def test_people_trapped_call_for_rescuers_and_a_narrow_alley_for_small_engines() -> None:
    assessment = assess(FIRE, {"trapped": "few", "access": "motorbike"})
    assert assessment.determinant == "trapped"
    asked = {(need.agency_id, need.capability): need.count for need in assessment.needs}
    assert asked == {("114", "rescue"): 2, ("114", "alley_fire"): 2}


def test_nothing_follows_from_no_answers() -> None:
    for questions in BOOK.question_sets.values():
        assessment = assess(questions, {})
        assert (assessment.determinant, assessment.priority, assessment.needs) == ("", None, ())


@pytest.mark.parametrize("questions", BOOK.question_sets.values(), ids=lambda q: q.code)
def test_every_text_waits_for_the_approval_of_its_service(questions: QuestionSet) -> None:
    assert questions.advice
    assert all(advice.approved_by == "" for advice in questions.advice)


def test_the_rhythm_of_pressing_is_110_a_minute() -> None:
    assert {a.beat for a in ARREST.advice if a.code.startswith("compress")} == {110}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("cardiac_arrest", 'code = "cardiac_arrest"', 'code = "arrest"', "a file bears its code"),
        ("cardiac_arrest", "version = 1", "version = 0", "version 0"),
        ("cardiac_arrest", 'agency = "115"', 'agency = "999"', "unknown agency"),
        ("cardiac_arrest", '"choking", ', '"hiccup", ', "unknown type 'hiccup'"),
        ("cardiac_arrest", 'code = "electricity"', 'code = "current"', "says 'electricity'"),
        ("cardiac_arrest", "beat = 110", "beat = 300", "no beat anybody keeps"),
        ("house_fire", 'key = "2", code = "gas"', 'key = "1", code = "gas"', "'1' stands twice"),
        ("house_fire", 'key = "2", code = "gas"', 'key = "g", code = "gas"', "is not one digit"),
        ("house_fire", 'en = "gas bottles"', 'en = ""', "lacks its Vietnamese or its English"),
        ("house_fire", 'when = { caller = ["trapped"] }', "when = {}", "would always hold"),
        ("house_fire", 'fire = ["spreading"]', 'fire = ["exploding"]', "nobody can answer"),
        ("house_fire", 'capability = "ladder"', 'capability = "als"', "114 has no unit for 'als'"),
        ("house_fire", '"house_fire", "shop', '"drowning", "shop', "stands twice"),
        ("house_fire", 'code = "house_fire"', 'kode = "house_fire"', "kode"),
    ],
)  # fmt: skip
def test_a_spoiled_set_says_what_is_wrong(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    codes = tmp_path / "codes"
    shutil.copytree(CODES, codes)
    path = codes / "questions" / f"{file}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(CodeTableError) as fault:
        load_codebook(AGENCIES, codes)
    assert said in str(fault.value)
    assert "question" in str(fault.value)


def test_a_seventh_question_is_refused(tmp_path: Path) -> None:
    codes = tmp_path / "codes"
    shutil.copytree(CODES, codes)
    path = codes / "questions" / "house_fire.toml"
    more = '\n[[question]]\ncode = "more"\nvi = "Thêm?"\nen = "More?"\nchoices = [\n'
    more += '{ key = "1", code = "a", vi = "a", en = "a" }, { key = "2", code = "b", vi = "b", en = "b" }]\n'
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    with pytest.raises(CodeTableError, match="7 questions; at most 6"):
        load_codebook(AGENCIES, codes)
