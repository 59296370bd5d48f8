"""Plans that are made at the same moment."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from dispatch.domain.model.incident import Incident
from dispatch.usecases.picture import Picture
from dispatch.usecases.planning.plan_incident import ASKED_AT_MOST, plan_incident
from routing.process.fallback import plan_straight_line
from routing.terms.messages import PlanAnswer, PlanRequest
from tests.unit.usecases.test_recommend import NOW, nowhere, picture_of, unit

A_SECOND = timedelta(seconds=1)


class Straight:
    """Plans by straight lines; `meanwhile` happens before each answer."""

    def __init__(self, meanwhile: Callable[[PlanRequest, int], None]) -> None:
        self.meanwhile = meanwhile
        self.asked: list[PlanRequest] = []

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        self.asked.append(request)
        self.meanwhile(request, len(self.asked))
        return plan_straight_line(request)


def clock() -> Callable[[], datetime]:
    ticks = iter(range(1000))
    return lambda: NOW + next(ticks) * A_SECOND


def older_beside(picture: Picture, incident: Incident) -> Incident:
    older = msgspec.structs.replace(incident, id="older", opened_at=NOW - 5 * A_SECOND)
    picture.incidents["older"] = older
    return older


def free_choice(request: PlanRequest) -> list[str]:
    return [p.unit_id for p in plan_straight_line(request).proposals]


def plan(picture: Picture, incident: Incident, planner: Straight) -> tuple[PlanRequest, list[str]]:
    request, answer = asyncio.run(plan_incident(incident, picture, planner, nowhere, clock()))
    return request, sorted(p.unit_id for p in answer.proposals) if answer is not None else []


def test_a_unit_offered_to_an_older_incident_meanwhile_is_left_to_it() -> None:
    units = [unit(f"e{n}", in_quarters=True) for n in range(1, 5)]
    picture, incident = picture_of(*units)
    older_beside(picture, incident)

    def offer_first_choice(request: PlanRequest, times: int) -> None:
        if times == 1:
            picture.offer("older", free_choice(request), NOW)

    planner = Straight(offer_first_choice)
    request, chosen = plan(picture, incident, planner)
    taken = {unit_id for unit_id, (to, _) in picture.just_offered.items() if to == "older"}
    assert len(planner.asked) == 2
    assert request is planner.asked[1]
    assert len(chosen) == len(taken) == 2
    assert not taken & set(chosen)
    assert all(picture.just_offered[unit_id][0] == incident.id for unit_id in chosen)


def test_a_unit_that_must_be_shared_is_offered_all_the_same_and_not_asked_about_for_ever() -> None:
    picture, incident = picture_of(unit("e1", in_quarters=True))
    older_beside(picture, incident)
    planner = Straight(lambda _, __: picture.offer("older", ["e1"], NOW))
    _, chosen = plan(picture, incident, planner)
    assert chosen == ["e1"]
    assert len(planner.asked) == 2, "the second question knew that the unit was offered, and what it costs"


def test_a_newer_incident_never_delays_a_plan() -> None:
    picture, incident = picture_of(unit("e1", in_quarters=True))
    newer = msgspec.structs.replace(incident, id="newer", opened_at=NOW + 5 * A_SECOND)
    picture.incidents["newer"] = newer
    planner = Straight(lambda _, __: picture.offer("newer", ["e1"], NOW))
    _, chosen = plan(picture, incident, planner)
    assert chosen == ["e1"]
    assert len(planner.asked) == 1


def test_older_incidents_that_always_come_in_between_delay_a_plan_only_so_often() -> None:
    units = [unit(f"e{n}", in_quarters=True) for n in range(9)]
    picture, incident = picture_of(*units)
    older_beside(picture, incident)
    planner = Straight(lambda request, _: picture.offer("older", free_choice(request), NOW))
    _, chosen = plan(picture, incident, planner)
    assert len(chosen) == 2
    assert len(planner.asked) == ASKED_AT_MOST


def test_nothing_is_asked_where_nothing_is_needed() -> None:
    picture, incident = picture_of(unit("e1", in_quarters=True))
    picture.legs["i-4"].state = "closed"
    planner = Straight(lambda _request, _times: None)
    request, chosen = plan(picture, incident, planner)
    assert not request.needs
    assert not chosen
    assert not planner.asked
    assert not picture.just_offered
