"""Key questions as they are written (TOML), and whether they can be asked and answered by keyboard."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from dispatch.agencies.checks import CODE, require_unique
from dispatch.agencies.errors import CodeTableError
from dispatch.agencies.tables import Text, read
from dispatch.domain.codebook import (
    Advice,
    Choice,
    CodeBook,
    Determinant,
    Label,
    NeedRule,
    Question,
    QuestionSet,
)
from dispatch.domain.model.questions import ExtraNeed

MOST_QUESTIONS = 6
"""More are not asked while somebody waits for help (product.md, R13)."""

BEATS = range(60, 181)
"""Strokes per minute that anybody could keep."""

When = dict[str, tuple[str, ...]]


class ChoiceLine(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    key: str
    code: str
    says: str | None = None


class QuestionLine(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    choices: tuple[ChoiceLine, ...]
    detail: Text | None = None


class DeterminantLine(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    when: When
    priority: int
    type: str | None = None


class NeedRuleLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    when: When
    agency: str
    capability: str
    count: int = 1


class AdviceLine(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    approved_by: str = ""
    beat: int | None = None


class QuestionsFile(Text, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """questions/CODE.toml"""

    code: str
    version: int
    agency: str
    types: tuple[str, ...]
    question: tuple[QuestionLine, ...]
    determinant: tuple[DeterminantLine, ...] = ()
    need: tuple[NeedRuleLine, ...] = ()
    advice: tuple[AdviceLine, ...] = ()


def load_question_sets(folder: Path) -> dict[str, QuestionSet]:
    """Every set of a folder by its code; raises `CodeTableError` naming the file and what is wrong."""
    found: dict[str, QuestionSet] = {}
    for path in sorted(folder.glob("*.toml")):
        made = _make(read(path, QuestionsFile))
        if made.code != path.stem:
            raise CodeTableError(
                f"questions/{path.name}", f"its code is {made.code!r}; a file bears its code"
            )
        found[made.code] = made
    return found


def check_question_sets(book: CodeBook) -> None:
    """Raises `CodeTableError` for the first set that cannot be asked, answered or carried out."""
    for questions in book.question_sets.values():
        where = f"questions/{questions.code}.toml"
        if questions.version < 1:
            raise CodeTableError(where, f"version {questions.version} is not 1 or more")
        if questions.agency_id not in book.agencies:
            raise CodeTableError(where, f"unknown agency {questions.agency_id!r}")
        if not questions.types:
            raise CodeTableError(where, "no types: it would never be asked")
        for type_code in questions.types:
            _require_type(book, where, type_code)
        _check_texts(where, questions)
        _check_questions(where, questions)
        _check_rules(book, where, questions)
    asked = ((type_code, q.code) for q in book.question_sets.values() for type_code in q.types)
    require_unique("questions: types", (type_code for type_code, _ in asked))


def _check_questions(where: str, questions: QuestionSet) -> None:
    if not 1 <= len(questions.questions) <= MOST_QUESTIONS:
        raise CodeTableError(
            where, f"{len(questions.questions)} questions; at most {MOST_QUESTIONS}, at least 1"
        )
    require_unique(where, (q.code for q in questions.questions))
    require_unique(f"{where}: advice", (a.code for a in questions.advice))
    advice = {a.code for a in questions.advice}
    for question in questions.questions:
        here = f"{where}, question {question.code}"
        if len(question.choices) < 2:
            raise CodeTableError(here, "needs two choices or more")
        require_unique(f"{here}: keys", (c.key for c in question.choices))
        require_unique(f"{here}: choices", (c.code for c in question.choices))
        for choice in question.choices:
            if len(choice.key) != 1 or choice.key not in "0123456789":
                raise CodeTableError(here, f"key {choice.key!r} of {choice.code!r} is not one digit")
            if choice.says is not None and choice.says not in advice:
                raise CodeTableError(
                    here, f"{choice.code!r} says {choice.says!r}, which is no advice of this file"
                )


def _check_texts(where: str, questions: QuestionSet) -> None:
    labelled: list[tuple[str, Label]] = [(questions.code, questions.label)]
    labelled += [(q.code, q.label) for q in questions.questions]
    labelled += [(c.code, c.label) for q in questions.questions for c in q.choices]
    labelled += [(q.code, q.detail) for q in questions.questions if q.detail is not None]
    labelled += [(d.code, d.label) for d in questions.determinants]
    labelled += [(a.code, a.text) for a in questions.advice]
    for code, label in labelled:
        if not CODE.fullmatch(code):
            raise CodeTableError(where, f"{code!r} is no code: small letters, digits and _")
        if not label.vi.strip() or not label.en.strip():
            raise CodeTableError(where, f"{code!r} lacks its Vietnamese or its English text")
    for advice in questions.advice:
        if advice.beat is not None and advice.beat not in BEATS:
            raise CodeTableError(where, f"{advice.code!r}: {advice.beat} a minute is no beat anybody keeps")


def _check_rules(book: CodeBook, where: str, questions: QuestionSet) -> None:
    require_unique(f"{where}: determinants", (d.code for d in questions.determinants))
    choices = {q.code: {c.code for c in q.choices} for q in questions.questions}
    whens = [(d.code, d.when) for d in questions.determinants]
    whens += [(f"need of {r.need.capability}", r.when) for r in questions.needs]
    for name, when in whens:
        if not when:
            raise CodeTableError(where, f"{name}: `when` is empty and would always hold")
        for question, wanted in when.items():
            unknown = sorted(set(wanted) - choices.get(question, set()))
            if question not in choices or unknown or not wanted:
                what = f"{question} = {unknown or 'nothing'}" if question in choices else question
                raise CodeTableError(where, f"{name}: `when` asks for {what}, which nobody can answer")
    for determinant in questions.determinants:
        if not 1 <= determinant.priority <= 4:
            raise CodeTableError(
                where, f"{determinant.code!r}: priority {determinant.priority} is not 1 to 4"
            )
        if determinant.type_code is not None:
            _require_type(book, where, determinant.type_code)
    for rule in questions.needs:
        _check_need(book, where, rule.need)


def _check_need(book: CodeBook, where: str, need: ExtraNeed) -> None:
    agency = book.agencies.get(need.agency_id)
    if agency is None:
        raise CodeTableError(where, f"unknown agency {need.agency_id!r}")
    if all(need.capability not in u.capabilities for u in agency.unit_types.values()):
        raise CodeTableError(where, f"{need.agency_id} has no unit for {need.capability!r}")
    if need.count < 1:
        raise CodeTableError(where, f"{need.capability!r}: count {need.count} is not 1 or more")


def _require_type(book: CodeBook, where: str, type_code: str) -> None:
    if type_code not in book.types:
        raise CodeTableError(where, f"unknown type {type_code!r}")


def _make(file: QuestionsFile) -> QuestionSet:
    return QuestionSet(
        code=file.code,
        version=file.version,
        label=_label(file),
        agency_id=file.agency,
        types=file.types,
        questions=tuple(_question(line) for line in file.question),
        determinants=tuple(
            Determinant(code=d.code, label=_label(d), when=d.when, priority=d.priority, type_code=d.type)
            for d in file.determinant
        ),
        needs=tuple(
            NeedRule(when=n.when, need=ExtraNeed(agency_id=n.agency, capability=n.capability, count=n.count))
            for n in file.need
        ),
        advice=tuple(
            Advice(code=a.code, text=_label(a), approved_by=a.approved_by, beat=a.beat) for a in file.advice
        ),
    )


def _question(line: QuestionLine) -> Question:
    return Question(
        code=line.code,
        label=_label(line),
        choices=tuple(_choices(line.choices)),
        detail=_label(line.detail) if line.detail is not None else None,
    )


def _choices(lines: Iterable[ChoiceLine]) -> Iterable[Choice]:
    return (Choice(code=c.code, key=c.key, label=_label(c), says=c.says) for c in lines)


def _label(text: Text) -> Label:
    return Label(vi=text.vi, en=text.en)
