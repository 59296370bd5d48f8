"""Who could be at a place in minutes: the command line's WHO."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.api.http.centre import GeocodeRequest, check_near
from dispatch.api.http.guard import Deps, RoomWriter, answer_json


def make_who_routes() -> APIRouter:
    """The route of this file."""
    router = APIRouter()

    @router.post("/api/who")
    async def who(wanted: GeocodeRequest, principal: RoomWriter, deps: Deps) -> Response:
        """Free units of one's own agencies with the seconds they would need; nothing is made of it."""
        near = check_near(wanted.near) if wanted.near else None
        return answer_json(await deps.find_who(wanted.text, near, principal.actor.agencies))

    return router
