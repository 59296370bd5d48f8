"""The clocks of an incident: how long each step took, per agency and unit."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, Reader, answer_json
from dispatch.live.clocks import find_incident_clocks


def make_clock_routes() -> APIRouter:
    """The route of this file."""
    router = APIRouter()

    @router.get("/api/incidents/{incident_id}/clocks")
    async def clocks(incident_id: str, principal: Reader, deps: Deps) -> Response:
        """Each clock in seconds, from answer to total; null for what nobody reported."""
        found = find_incident_clocks(deps.board, incident_id, principal.rights)
        if found is None:
            raise ApiError("not_found", what=incident_id)
        return answer_json(found)

    return router
