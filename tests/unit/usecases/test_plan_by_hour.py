"""Plans by the hour of the day, and of a crew's: who is asleep takes longer, who is tired costs more."""

from datetime import datetime, timedelta

import msgspec
import pytest

from dispatch.agencies.loader import load_codebook
from dispatch.domain.codebook import CodeBook, RestRule, TurnoutHours
from dispatch.domain.model.assignment import Reason, Recommendation, RecommendationMade
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope
from dispatch.domain.model.unit import Crew
from dispatch.domain.model.values import Phase
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.explain import Explanation, explain
from dispatch.usecases.planning.recommend import build_record, build_request
from dispatch.usecases.unit_positions import UnitPosition
from routing.process.fallback import plan_straight_line
from routing.terms.messages import PlanAnswer, PlanRequest
from routing.terms.weighing import LAST_RESORT_S
from tests.unit.usecases.test_recommend import ENGINES, NOW, assignment, picture_of, unit

KEPT = ("proposed", "missing", "method", "degraded", "graph_date", "took_ms", "inputs_digest")


def explain_plan(incident: Incident, request: PlanRequest, answer: PlanAnswer, at: datetime) -> Explanation:
    """What the log alone tells of a plan."""
    record = build_record(incident, request, answer)
    kept = {name: getattr(record, name) for name in KEPT}
    plan = Recommendation(incident_id=incident.id, version=1, made_at=at, **kept)
    event = RecommendationMade(recommendation=plan, weighed=record.weighed)
    envelope = Envelope(
        centre_id="test", log_id="log", seq=1, epoch=1, command_id="c", type=event.TYPE, type_version=1,
        actor="planner", agency="114", occurred_at=at, received_at=at, recorded_at=at,
        payload=msgspec.Raw(msgspec.json.encode(event)),
    )  # fmt: skip
    return explain(incident.id, [envelope])


def by_night() -> CodeBook:
    """An engine that stands in quarters takes five minutes from eleven to six."""
    book = load_codebook()
    fire = book.agencies["114"]
    hours = (TurnoutHours(from_h=23, to_h=6, turnout_s=300.0),)
    types = fire.unit_types | {
        "engine": msgspec.structs.replace(fire.unit_types["engine"], turnout_hours=hours)
    }
    agencies = book.agencies | {"114": msgspec.structs.replace(fire, unit_types=types)}
    return msgspec.structs.replace(book, agencies=agencies)


@pytest.mark.parametrize(("hour", "first", "turnout_s"), [(10, "home", 60.0), (2, "out", 300.0)])
def test_at_night_who_is_out_already_goes_before_who_sleeps_nearer_and_the_log_tells_why(
    hour: int, first: str, turnout_s: float
) -> None:
    """The one in quarters is some 3 minutes nearer: more than a minute of turnout, less than five."""
    now = NOW + timedelta(hours=hour - 10)
    picture, incident = picture_of(unit("home", in_quarters=True), unit("out"), book=by_night())
    picture.legs["i-4"].needs = [msgspec.structs.replace(ENGINES, count=1)]
    heard = UnitPosition(106.592, 10.693, now)
    build_request(incident, picture, lambda _: heard, NOW)  # what is known of a unit by day does not stay
    request = build_request(incident, picture, lambda _: heard, now)
    found = explain_plan(incident, request, plan_straight_line(request), now)
    assert [p.unit_id for p in found.proposed] == [first]
    assert found.same_again
    assert found.weighed is not None
    weighed = {found.weighed.units[o.unit]: o.turnout_s for o in found.weighed.needs[0].options}
    assert weighed == {"home": turnout_s, "out": 0.0}
    (proposed,) = found.proposed
    told = Reason(code="in_quarters_turnout", params={"turnout_s": turnout_s}) in proposed.reasons
    assert told == (first == "home")


def with_rest(book: CodeBook, rule: RestRule | None, **least_crew: int) -> CodeBook:
    fire = book.agencies["114"]
    engine = msgspec.structs.replace(fire.unit_types["engine"], least_crew=tuple(least_crew.items()))
    changed = msgspec.structs.replace(fire, rest=rule, unit_types=fire.unit_types | {"engine": engine})
    return msgspec.structs.replace(book, agencies=book.agencies | {"114": changed})


def sign_on(picture: Picture, unit_id: str, hours: float, *names: str) -> None:
    """As the rows of a commit come: the unit, then its crew."""
    unit_ = msgspec.structs.replace(picture.units[unit_id], crew_id=f"c-{unit_id}")
    picture.put("unit", unit_id, unit_)
    signed_on_at = NOW - timedelta(hours=hours)
    crew = Crew(
        id=f"c-{unit_id}", agency_id="114", unit_ids=[unit_id], names=list(names), signed_on_at=signed_on_at
    )
    picture.put("crew", crew.id, crew)


def two_engines(book: CodeBook) -> tuple[Picture, Incident]:
    """One at its station, another 200 m further: some 26 s."""
    picture, incident = picture_of(unit("near"), unit("far"), book=book)
    picture.legs["i-4"].needs = [msgspec.structs.replace(ENGINES, count=1)]
    return picture, incident


def find_where(unit_id: str) -> UnitPosition:
    return UnitPosition(*{"near": (106.63, 10.77), "far": (106.628, 10.77)}[unit_id], NOW)


def plan_now(picture: Picture, incident: Incident) -> Explanation:
    request = build_request(incident, picture, find_where, NOW)
    return explain_plan(incident, request, plan_straight_line(request), NOW)


PRICED = RestRule(price_s_per_h=60.0, most_s=90.0, after_on_h=10.0, last_on_h=14.0)


@pytest.mark.parametrize(
    ("hours", "rest_s", "first"),
    [(8.0, 0.0, "near"), (10.3, 10.0, "near"), (11.7, 90.0, "far"), (15.0, 90.0 + LAST_RESORT_S, "far")],
)
def test_a_crew_on_for_long_yields_to_a_rested_one_that_is_little_later_and_the_log_tells_why(
    hours: float, rest_s: float, first: str
) -> None:
    picture, incident = two_engines(with_rest(load_codebook(), PRICED))
    sign_on(picture, "near", hours)
    sign_on(picture, "far", 1.0)
    found = plan_now(picture, incident)
    assert [p.unit_id for p in found.proposed] == [first]
    assert found.same_again
    assert found.weighed is not None
    assert {found.weighed.units[o.unit]: o.rest_s for o in found.weighed.needs[0].options} == {
        "near": rest_s,
        "far": 0.0,
    }
    reasons = {reason.code: reason.params for reason in found.proposed[0].reasons}
    if hours == 11.7:
        told = reasons["faster_unit_crew_tired"]
        assert (told["unit_id"], told["hours"], told["minutes"]) == ("near", 11, "40")
    assert ("crew_long_on" in reasons) == (hours == 10.3)


def test_a_crew_past_its_limit_goes_where_nobody_else_can_and_that_is_said() -> None:
    picture, incident = two_engines(with_rest(load_codebook(), PRICED))
    sign_on(picture, "near", 15.0)
    picture.put("unit", "far", msgspec.structs.replace(picture.units["far"], phase=Phase.ON_SCENE))
    (proposed,) = plan_now(picture, incident).proposed
    assert proposed.unit_id == "near"
    assert {"crew_long_on", "crew_past_limit"} <= {reason.code for reason in proposed.reasons}


def test_without_a_rule_or_a_crew_that_signed_on_plans_are_as_they_were() -> None:
    plain = two_engines(with_rest(load_codebook(), None))
    nobody = two_engines(with_rest(load_codebook(), PRICED))
    without_rule = two_engines(with_rest(load_codebook(), None))
    sign_on(without_rule[0], "near", 30.0)
    requests = [build_request(incident, picture, find_where, NOW) for picture, incident in (plain, nobody)]
    assert requests[0] == requests[1]
    last = build_request(without_rule[1], without_rule[0], find_where, NOW)
    assert sorted(last.units, key=lambda u: u.unit_id) == sorted(requests[0].units, key=lambda u: u.unit_id)


def test_work_out_without_a_break_counts_from_the_crews_runs_and_ends_when_they_leave_the_board() -> None:
    out = RestRule(price_s_per_h=60.0, most_s=90.0, after_out_h=2.0)
    picture, incident = two_engines(with_rest(load_codebook(), out))
    sign_on(picture, "near", 6.0)
    sent_at = NOW - timedelta(hours=4)
    order = msgspec.structs.replace(
        assignment("a1", "near", "ended"), crew_id="c-near", dispatched_at=sent_at,
        ended_at=NOW - timedelta(minutes=5),
    )  # fmt: skip
    picture.put("assignment", "a1", order)
    (proposed,) = plan_now(picture, incident).proposed
    assert proposed.unit_id == "far"
    picture.drop("assignment", "a1")
    (proposed,) = plan_now(picture, incident).proposed
    assert proposed.unit_id == "near"


def test_a_crew_too_few_for_a_capability_is_not_proposed_for_it() -> None:
    picture, incident = two_engines(with_rest(load_codebook(), None, engine=3))
    sign_on(picture, "near", 1.0, "An", "Bình")
    sign_on(picture, "far", 1.0, "Chi", "Dũng", "Em")
    (proposed,) = plan_now(picture, incident).proposed
    assert proposed.unit_id == "far"
