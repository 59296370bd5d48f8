"""Key questions: what a caller is asked for one kind of incident, and what the answers come to (R13)."""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event
from dispatch.domain.model.values import Sealed


class ExtraNeed(msgspec.Struct, frozen=True, kw_only=True):
    """At least so many units of an agency that can do this, whatever the plan asks for."""

    agency_id: str
    capability: str
    count: int


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What the answers so far come to: the determinant (kind and severity) and what follows from it.

    `priority` and `type_code` are None where the answers say nothing about them.
    """

    set_code: str
    version: int
    determinant: str = ""
    priority: int | None = None
    type_code: str | None = None
    needs: tuple[ExtraNeed, ...] = ()


class GivenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A choice of the set, and the caller's own words where they matter (which floor, how many)."""

    question: str
    choice: str
    text: Sealed | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it is kept with the report: from which version of which set, who took it, and when."""

    set_code: str
    version: int
    question: str
    choice: str
    text: Sealed | None
    by: str
    at: datetime


class AnswerQuestions(Command, frozen=True, kw_only=True, tag="report.answer"):
    """What the caller answered; a question answered before has the new answer from now on."""

    report_id: str
    set_code: str
    version: int
    answers: tuple[GivenAnswer, ...]


class QuestionsAnswered(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.questions_answered"
    report_id: str
    set_code: str
    version: int
    answers: tuple[GivenAnswer, ...]
    assessment: Assessment


class IncidentAssessed(Event, frozen=True, kw_only=True):
    """What a caller's answers changed for an incident; `needs` are all it has beyond its plan."""

    TYPE: ClassVar[str] = "incident.assessed"
    incident_id: str
    report_id: str
    determinant: str
    needs: tuple[ExtraNeed, ...]
