"""What stands beside a recommendation: the next best, what would change it, what closest-idle would do."""

import asyncio

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, RoomReader, answer_json
from dispatch.usecases.planning.explain import Explanation, NothingToExplain, explain
from routing.plans.second_thoughts import Thoughts
from routing.terms.weighing import UnknownWeighing

MOST_WAITING = 3
"""Of the units that stay those that come nearest to being sent; `dispatch explain --json` has them all."""


class ThoughtsOut(msgspec.Struct, frozen=True, kw_only=True):
    """One version made again from the log; `thoughts` is None where the log kept nothing to weigh again, or a
    newer centre weighed it. `same_again`: whether the same units follow again."""

    incident_id: str
    version: int
    same_again: bool | None
    thoughts: Thoughts | None


def make_thoughts_routes() -> APIRouter:
    """The route of this file."""
    router = APIRouter()

    @router.get("/api/incidents/{incident_id}/thoughts")
    async def thoughts(
        incident_id: str, principal: RoomReader, deps: Deps, version: int = Query(ge=1, le=1_000_000)
    ) -> Response:
        """Of the version that stands on the screen, for whoever may read the incident whole."""
        row = await deps.timelines.find_incident(incident_id)
        if row is None or not (principal.rights.sees(row) and principal.rights.opens(row)):
            raise ApiError("not_found", what=incident_id)
        events = await deps.timelines.list_events("incident", incident_id)
        try:
            found = await asyncio.to_thread(explain, incident_id, events, version)
        except NothingToExplain as nothing:
            raise ApiError("not_found", what=f"{incident_id} v{version}") from nothing
        except UnknownWeighing:
            return answer_json(
                ThoughtsOut(incident_id=incident_id, version=version, same_again=None, thoughts=None)
            )
        return answer_json(_shorten(found))

    return router


def _shorten(found: Explanation) -> ThoughtsOut:
    again = found.again
    if again is not None:
        again = msgspec.structs.replace(again, waiting=again.waiting[:MOST_WAITING])
    return ThoughtsOut(
        incident_id=found.incident_id,
        version=found.version,
        same_again=found.same_again,
        thoughts=again,
    )
