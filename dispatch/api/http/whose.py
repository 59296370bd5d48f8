"""Whose a place is: ward, and each agency's zone, beat and station there."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.http.guard import Deps, RoomReader, answer_json
from dispatch.api.http.ways import read_lon_lat


def make_whose_routes() -> APIRouter:
    """The route of this file."""
    router = APIRouter()

    @router.get("/api/whose")
    async def whose(principal: RoomReader, deps: Deps, at: Annotated[str, Query(max_length=60)]) -> Response:
        """Ward, agencies, zones, beats and station of the place `at` (lon,lat), as imported; what is reckoned
        is marked. Outside the city the ward is empty."""
        return answer_json(await deps.find_whose(read_lon_lat(at)))

    return router
