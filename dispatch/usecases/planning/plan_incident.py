"""An incident's plan, made beside those of other incidents."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial

import msgspec

from dispatch.domain.model.incident import Incident
from dispatch.usecases.picture import Picture
from dispatch.usecases.planner import Planner, Prices
from dispatch.usecases.planning.keep_proposal import find_worth
from dispatch.usecases.planning.queued_units import Awaited, QueuedUnits, find_beaten, tell_beaten
from dispatch.usecases.planning.recommend import build_record, build_request, is_offered
from dispatch.usecases.unit_positions import FindPosition
from routing.terms.messages import PlanAnswer, PlanRequest
from routing.terms.policy import Worth

ASKED_AT_MOST = 3
"""So often a plan is made when others, that come first, offered its units while it was being made."""

OPEN_AT_MOST = 4
"""So often a plan is made to find which queued units somebody would be sooner than; at last for none."""

APART_AT_MOST = 8
"""So many questions at most find which of their vehicles crews should take that man several."""


async def plan_incident(
    incident: Incident,
    picture: Picture,
    planner: Planner,
    find_position: FindPosition,
    now: Callable[[], datetime],
    prices: Prices | None = None,
    queued: QueuedUnits | None = None,
) -> tuple[PlanRequest, PlanAnswer | None]:
    """The planner's plan, with the question it answers; no plan where nothing is needed.

    Plans made at the same moment do not know of each other: when one that comes first has meanwhile offered a
    unit of this one, the planner is asked anew, by a question that knows of it. The units of the plan are
    offered when this returns; on record they come some milliseconds later. No crew goes with two vehicles.
    Needs that units are `queued` for stay open as long as the plan is better than these.
    """
    for _ in range(ASKED_AT_MOST):
        awaited = await queued.list_awaited(incident) if queued is not None else []
        build = partial(build_request, incident, picture, find_position, now(), prices)
        request, answer = await _plan_open(incident, picture, planner, build, awaited)
        if answer is None:
            return request, None
        held = {unit.unit_id for unit in request.units if unit.held_s > 0}
        proposed = {proposal.unit_id for proposal in answer.proposals}
        if not any(is_offered(unit_id, incident, picture, now()) for unit_id in proposed - held):
            break
    picture.offer(incident.id, proposed, now())
    return request, answer


async def _plan_open(
    incident: Incident,
    picture: Picture,
    planner: Planner,
    build: Callable[[Collection[str]], PlanRequest],
    awaited: Sequence[Awaited],
) -> tuple[PlanRequest, PlanAnswer | None]:
    """A plan for what is missing, and for what queued units are to do where somebody would be sooner."""
    known = picture.recommendations.get(incident.id)
    standing = {id_ for p in known.proposed for id_ in p.instead_of or ()} if known is not None else set()
    late = list(awaited)
    for n in range(OPEN_AT_MOST):
        late = late if n < OPEN_AT_MOST - 1 else []
        request = build({one.assignment_id for one in late})
        if not request.needs:
            return request, None
        asked, answer = await _plan_apart(incident, picture, planner, request)
        queued = Counter(one.need_id for one in late)
        missing = {need.need_id: need.count - queued[need.need_id] for need in request.needs}
        beaten = find_beaten(late, standing, asked, answer, missing)
        if len(beaten) == len(late):
            break
        late = [one for one in late if one.assignment_id in beaten]
    return asked, tell_beaten(answer, beaten.values())


async def _plan_apart(
    incident: Incident, picture: Picture, planner: Planner, request: PlanRequest
) -> tuple[PlanRequest, PlanAnswer]:
    """The best plan in which no crew goes with two vehicles. Where one would, a plan is made for each of its
    vehicles as the only one that it could take; of these the best is the best of all, as long as they are
    few."""
    answer = await planner.plan(request)
    waiting = _take_apart(picture, request, answer)
    if not waiting:
        return request, answer
    best: tuple[Worth, PlanRequest, PlanAnswer] | None = None
    for _ in range(APART_AT_MOST):
        request, *waiting = waiting
        answer = await planner.plan(request)
        worth = _rate(incident, request, answer)
        # What a plan comes to when more is forbidden is never better.
        if best is None or worth < best[0]:
            apart = _take_apart(picture, request, answer)
            best = best if apart else (worth, request, answer)
            waiting = apart + waiting
        if not waiting:
            break
    if best is not None:
        return best[1], best[2]
    while apart := _take_apart(picture, request, answer):
        request = apart[0]
        answer = await planner.plan(request)
    return request, answer


def _take_apart(picture: Picture, request: PlanRequest, answer: PlanAnswer) -> list[PlanRequest]:
    """The same question with one vehicle each of the first crew that the plan would send with several."""
    proposed = list(dict.fromkeys(proposal.unit_id for proposal in answer.proposals))
    crew_id = picture.find_crew_twice(proposed)
    if crew_id is None:
        return []
    mates = {u.unit_id for u in request.units if _find_crew(picture, u.unit_id) == crew_id}
    firsts = [unit_id for unit_id in proposed if unit_id in mates]
    return [
        msgspec.structs.replace(
            request, units=[u for u in request.units if u.unit_id == one or u.unit_id not in mates]
        )
        for one in (*firsts, *sorted(mates.difference(firsts)))
    ]


def _find_crew(picture: Picture, unit_id: str) -> str:
    unit = picture.units.get(unit_id)
    return (unit.crew_id or "") if unit is not None else ""


def _rate(incident: Incident, request: PlanRequest, answer: PlanAnswer) -> Worth:
    """What a plan is worth; nothing at all where it is too large to be told."""
    record = build_record(incident, request, answer)
    worth = find_worth(record, answer.weighed) if answer.weighed is not None else None
    return worth if worth is not None else ()
