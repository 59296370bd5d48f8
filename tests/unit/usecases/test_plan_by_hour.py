"""Plans by the hour of the day: who is asleep takes longer, and the log tells it."""

from datetime import datetime, timedelta

import msgspec
import pytest

from dispatch.agencies.loader import load_codebook
from dispatch.domain.codebook import CodeBook, TurnoutHours
from dispatch.domain.model.assignment import Reason, Recommendation, RecommendationMade
from dispatch.domain.model.incident import Incident
from dispatch.domain.model.messages import Envelope
from dispatch.usecases.explain import Explanation, explain
from dispatch.usecases.recommend import UnitPosition, build_record, build_request
from routing.fallback import plan_straight_line
from routing.messages import PlanAnswer, PlanRequest
from tests.unit.usecases.test_recommend import ENGINES, NOW, picture_of, unit

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
