"""The table of hospitals: what is shipped holds together, and what is wrong is named."""

from pathlib import Path

import pytest

from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.hospitals import load_hospital_rules
from dispatch.agencies.loader import load_codebook

TABLE = '[capabilities]\nemergency = { vi = "cấp cứu", en = "emergency" }\n'


def test_the_shipped_table_asks_for_nothing_of_types_and_questions_that_do_not_exist() -> None:
    book, rules = load_codebook(), load_hospital_rules()["115"]
    choices = {
        (question.code, choice.code)
        for questions in book.question_sets.values()
        for question in questions.questions
        for choice in question.choices
    }
    for need in rules.needs:
        assert set(need.types) <= set(book.types)
        assert {(q, c) for q, fit in need.when.items() for c in fit} <= choices


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('[[need]]\ntypes = ["x"]\ncapabilities = ["magic"]', "unknown capability 'magic'"),
        ('[[hospital]]\nnames = ["x"]\ncapabilities = ["magic"]', "unknown capability 'magic'"),
        ('[[hospital]]\nnames = ["x"]', "left out"),
        ("[[hospital]]\nnames = []\nleave_out = true", "words of its name"),
        ("[prices]\nwait_s = nan", "wait_s"),
        ("[prices]\nwait_s = -1", "wait_s"),
        ("[prices]\nspeed_s = 1", "speed_s"),
    ],
)
def test_a_mistake_in_the_table_is_named_with_its_file(tmp_path: Path, line: str, fault: str) -> None:
    folder = tmp_path / "115"
    folder.mkdir()
    (folder / "hospitals.toml").write_text(TABLE + line)
    with pytest.raises(CodeTableError, match="115/hospitals") as found:
        load_hospital_rules(tmp_path)
    assert fault in str(found.value)


def test_names_are_matched_by_whole_words_without_marks() -> None:
    rules = load_hospital_rules()["115"]
    assert rules.find_capabilities("BỆNH VIỆN CHỢ RẪY") == rules.find_capabilities("Benh vien Cho Ray")
    assert rules.find_capabilities("Bệnh viện Lao Động Xã Hội") is None
    assert rules.find_capabilities("Bệnh viện Laosa") == ("emergency",)
    assert rules.find_capabilities("Nhà thuốc Thái Thanh") is None
