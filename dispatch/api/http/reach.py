"""Reachable areas, and what sending units leaves behind, for a desk."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, RoomReader, answer_json
from dispatch.api.http.ways import read_lon_lat
from dispatch.usecases.cover.cover_around import MOST, Going
from dispatch.usecases.roads.find_reach import ReachFrom, ReachUnavailable, ReachUnknown

Id = Annotated[str, Query(max_length=60)]


def make_reach_routes() -> APIRouter:
    """The route of this file."""
    router = APIRouter()

    @router.get("/api/reach")
    async def reach(
        principal: RoomReader,
        deps: Deps,
        start: Annotated[str, Query(alias="from", max_length=60)] = "",
        unit_id: Id = "",
        agency: Id = "",
        vehicle_class: Id = "",
    ) -> Response:
        """Polygons of what is reached with siren and light: by the unit `unit_id` or from the place `from`
        (lon,lat; by `vehicle_class`, an ambulance unless named) in 4, 8 and 15 minutes; or by any free unit
        of one's own `agency` (of `vehicle_class` alone if named) in 4 and 8."""
        asked = ReachFrom(
            unit_id=unit_id,
            lon_lat=read_lon_lat(start) if start else None,
            vehicle_class=vehicle_class,
            agency_id=agency,
        )
        try:
            found = await deps.find_reach(asked, principal.actor.agencies)
        except ReachUnknown as unknown:
            raise ApiError("not_found", what=str(unknown)) from unknown
        except ReachUnavailable as fault:
            raise ApiError("planner_unavailable") from fault
        # A megabyte is put together beside the loop.
        return await asyncio.to_thread(answer_json, found)

    @router.get("/api/cover")
    async def cover(
        principal: RoomReader,
        deps: Deps,
        going: Annotated[list[str], Query(alias="unit", max_length=MOST)],
    ) -> Response:
        """Free units of the same agency and skill that are near by road, before and after all of `unit` (each
        as id:capability) have gone. Nothing is told where roads are not known."""
        asked = []
        for text in going:
            unit_id, _, capability = text.rpartition(":")
            asked.append(Going(unit_id=unit_id, capability=capability))
        return answer_json({"around": await deps.find_cover(asked, principal.actor.agencies)})

    return router
