"""Key questions answered: kept with the report, and brought to its incident if it has one."""

from dispatch.domain.codebook import QuestionSet
from dispatch.domain.model.messages import Envelope, Refused
from dispatch.domain.model.questions import (
    Answer,
    AnswerQuestions,
    Assessment,
    GivenAnswer,
    IncidentAssessed,
    QuestionsAnswered,
)
from dispatch.domain.rules.assessing import assess_incident
from dispatch.domain.rules.draft import Draft
from dispatch.domain.rules.registry import ROOM, applies, decides
from dispatch.domain.rules.report import require_report
from dispatch.domain.rules.touch import claimed_time, touch
from dispatch.domain.rules.updates import send_update
from dispatch.domain.state import CentreState


@decides(AnswerQuestions, *ROOM)
def answer(draft: Draft, command: AnswerQuestions) -> None:
    """Answers are taken at any time, also after the release; units already sent get them as an update."""
    report = draft.get_report(command.report_id)
    require_report(draft, report)
    questions = draft.book.question_sets.get(command.set_code)
    if questions is None:
        raise Refused("unknown_questions", set_code=command.set_code)
    for given in command.answers:
        _require_known(questions, given)
    choices = {a.question: a.choice for a in report.answers if a.set_code == questions.code}
    choices |= {given.question: given.choice for given in command.answers}
    assessment = assess(questions, choices)
    draft.emit(
        QuestionsAnswered(
            report_id=report.id,
            set_code=questions.code,
            version=questions.version,
            answers=command.answers,
            assessment=assessment,
        )
    )
    incident = draft.state.incidents.get(report.incident_id or "")
    if incident is not None and incident.state == "open":
        assess_incident(draft, incident, report.id, assessment)
        send_update(draft, incident, "answers", "", report.id)
    draft.answer = {"report_id": report.id, "determinant": assessment.determinant}


def assess(questions: QuestionSet, choices: dict[str, str]) -> Assessment:
    """What answers (question → choice) come to: the first determinant that fits, and every need that does."""
    fitting = (d for d in questions.determinants if _fits(d.when, choices))
    determinant = next(fitting, None)
    needs = tuple(rule.need for rule in questions.needs if _fits(rule.when, choices))
    return Assessment(
        set_code=questions.code,
        version=questions.version,
        determinant=determinant.code if determinant is not None else "",
        priority=determinant.priority if determinant is not None else None,
        type_code=determinant.type_code if determinant is not None else None,
        needs=needs,
    )


def _fits(when: dict[str, tuple[str, ...]], choices: dict[str, str]) -> bool:
    return all(choices.get(question) in wanted for question, wanted in when.items())


def _require_known(questions: QuestionSet, given: GivenAnswer) -> None:
    question = next((q for q in questions.questions if q.code == given.question), None)
    if question is None or all(choice.code != given.choice for choice in question.choices):
        raise Refused(
            "unknown_answer", set_code=questions.code, question=given.question[:64], choice=given.choice[:64]
        )


@applies(QuestionsAnswered)
def apply_answered(state: CentreState, event: QuestionsAnswered, recorded: Envelope) -> None:
    report = state.reports[event.report_id]
    at = claimed_time(recorded, report.occurred_at)
    renewed = {given.question for given in event.answers}
    kept = [a for a in report.answers if a.set_code != event.set_code or a.question not in renewed]
    report.answers = kept + [
        Answer(
            set_code=event.set_code,
            version=event.version,
            question=given.question,
            choice=given.choice,
            text=given.text,
            by=recorded.actor,
            at=at,
        )
        for given in event.answers
    ]
    report.assessment = event.assessment
    touch(state, "report", report, recorded)


@applies(IncidentAssessed)
def apply_assessed(state: CentreState, event: IncidentAssessed, recorded: Envelope) -> None:
    incident = state.incidents[event.incident_id]
    incident.determinant = event.determinant
    incident.extra_needs = list(event.needs)
    touch(state, "incident", incident, recorded)
