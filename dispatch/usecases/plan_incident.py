"""An incident's plan, made beside those of other incidents."""

from collections.abc import Callable
from datetime import datetime

from dispatch.domain.model.incident import Incident
from dispatch.usecases.picture import Picture
from dispatch.usecases.recommend import FindPosition, Planner, Prices, build_request, is_offered
from routing.messages import PlanAnswer, PlanRequest

ASKED_AT_MOST = 3
"""So often a plan is made when others, that come first, offered its units while it was being made."""


async def plan_incident(
    incident: Incident,
    picture: Picture,
    planner: Planner,
    find_position: FindPosition,
    now: Callable[[], datetime],
    prices: Prices | None = None,
) -> tuple[PlanRequest, PlanAnswer | None]:
    """The planner's plan, with the question it answers; no plan where nothing is needed.

    Plans made at the same moment do not know of each other: when one that comes first has meanwhile offered a
    unit of this one, the planner is asked anew, by a question that knows of it. The units of the plan are
    offered when this returns; on record they come some milliseconds later.
    """
    for _ in range(ASKED_AT_MOST):
        request = build_request(incident, picture, find_position, now(), prices)
        if not request.needs:
            return request, None
        answer = await planner.plan(request)
        held = {unit.unit_id for unit in request.units if unit.held_s > 0}
        chosen = {proposal.unit_id for proposal in answer.proposals} - held
        if not any(is_offered(unit_id, incident, picture, now()) for unit_id in chosen):
            break
    picture.offer(incident.id, (proposal.unit_id for proposal in answer.proposals), now())
    return request, answer
