"""Key questions: answers set what follows without delay, and take back nothing that a person chose."""

import pytest

from dispatch.domain.model.incident import ChangePriority, Incident, OpenIncident
from dispatch.domain.model.messages import Refused
from dispatch.domain.model.questions import AnswerQuestions, GivenAnswer
from dispatch.domain.model.report import AttachReport, ReceiveReport
from dispatch.domain.rules.plan import list_open_needs
from tests.unit.domain.world import CHIEF, FIRE, MEDICAL, POLICE, TAKER, World, make_world, send


def told(*, report_id: str = "r1", world: World | None = None) -> World:
    """A fire was reported to 114."""
    world = world or make_world()
    world.do(
        ReceiveReport(
            report_id=report_id, receipt_code=report_id, channel="phone", agency_id="114", subject="s"
        ),
        TAKER,
    )
    return world


def answer(world: World, *, report_id: str = "r1", **choices: str) -> None:
    """The caller answers."""
    given = tuple(GivenAnswer(question=question, choice=choice) for question, choice in choices.items())
    world.do(AnswerQuestions(report_id=report_id, set_code="fire", version=3, answers=given), TAKER)


def release(world: World, *, priority: int | None = None) -> Incident:
    world.do(
        OpenIncident(incident_id="i1", type_code="fire", subject="n", report_id="r1", priority=priority),
        TAKER,
    )
    return world.state.incidents["i1"]


def needs_of(world: World, leg_id: str) -> dict[str, int]:
    """Capability → units of it that a leg asks for."""
    asked: dict[str, int] = {}
    for need in world.state.legs[leg_id].needs:
        asked[need.capability] = asked.get(need.capability, 0) + need.count
    return asked


def test_answers_before_the_release_give_its_priority_and_its_needs() -> None:
    world = told()
    answer(world, trapped="yes")
    incident = release(world)
    assert (incident.priority, incident.determinant) == (1, "trapped")
    assert needs_of(world, "i1-5") == {"als": 2}
    assert needs_of(world, "i1-4") == {"engine": 2}


def test_a_priority_chosen_by_hand_outweighs_the_answers() -> None:
    world = told()
    answer(world, trapped="no")
    assert release(world, priority=3).priority == 3


def test_answers_make_an_incident_less_urgent_only_before_the_release() -> None:
    world = told()
    answer(world, trapped="no")
    assert release(world).priority == 2
    other = told()
    release(other)
    answer(other, trapped="no")
    assert other.state.incidents["i1"].priority == 1


def test_answers_after_the_release_raise_the_priority_and_add_units_and_agencies() -> None:
    world = told()
    release(world, priority=3)
    answer(world, trapped="yes", roof="yes")
    incident = world.state.incidents["i1"]
    assert (incident.priority, incident.determinant) == (1, "trapped")
    assert needs_of(world, "i1-5") == {"als": 2}
    assert needs_of(world, "i1-3") == {"patrol": 1}
    assert {world.state.legs[leg_id].priority for leg_id in incident.leg_ids} == {1}


def test_units_on_their_way_get_the_answers_as_an_update() -> None:
    world = told()
    release(world)
    (assignment_id,) = send(world, "e1")
    answer(world, trapped="yes")
    assert [u.kind for u in world.state.assignments[assignment_id].updates] == ["answers"]


def test_what_answers_added_outlives_a_change_of_priority() -> None:
    world = told()
    answer(world, trapped="yes")
    incident = release(world)
    world.do(ChangePriority(incident_id="i1", priority=2, seen=incident.version), FIRE)
    assert needs_of(world, "i1-5") == {"als": 2}


def test_the_same_answer_twice_asks_for_no_more_units() -> None:
    world = told()
    release(world)
    answer(world, trapped="yes")
    before = needs_of(world, "i1-5")
    answer(world, trapped="yes")
    assert needs_of(world, "i1-5") == before
    assert len(world.state.reports["r1"].answers) == 1


def test_a_new_answer_replaces_the_old_one_and_who_took_it_is_kept() -> None:
    world = told()
    answer(world, trapped="yes", roof="no")
    answer(world, trapped="no")
    kept = {a.question: (a.choice, a.by, a.version) for a in world.state.reports["r1"].answers}
    assert kept == {"trapped": ("no", TAKER.id, 3), "roof": ("no", TAKER.id, 3)}
    assessment = world.state.reports["r1"].assessment
    assert assessment is not None
    assert assessment.determinant == "empty"


def test_a_second_callers_answers_come_with_the_merge() -> None:
    world = told()
    release(world, priority=2)
    told(report_id="r2", world=world)
    answer(world, report_id="r2", trapped="yes")
    world.do(AttachReport(report_id="r2", incident_id="i1"), CHIEF)
    assert world.state.incidents["i1"].priority == 1
    assert needs_of(world, "i1-5") == {"als": 2}
    open_needs = list_open_needs(world.state, world.state.legs["i1-5"])
    assert sum(count for _, count in open_needs) == 2


@pytest.mark.parametrize(
    ("set_code", "question", "choice", "code"),
    [
        ("flood", "trapped", "yes", "unknown_questions"),
        ("fire", "colour", "yes", "unknown_answer"),
        ("fire", "trapped", "perhaps", "unknown_answer"),
    ],
)
def test_an_answer_that_no_set_knows_is_refused(set_code: str, question: str, choice: str, code: str) -> None:
    world = told()
    given = (GivenAnswer(question=question, choice=choice),)
    with pytest.raises(Refused, match=code):
        world.do(AnswerQuestions(report_id="r1", set_code=set_code, version=1, answers=given), TAKER)


def test_those_without_a_part_answer_for_nobody() -> None:
    world = told()
    for stranger in (MEDICAL, POLICE):
        with pytest.raises(Refused, match="not_your_agency"):
            world.do(AnswerQuestions(report_id="r1", set_code="fire", version=3, answers=()), stranger)
