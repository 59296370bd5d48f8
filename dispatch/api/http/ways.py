"""The way from one place to another, for a crew that is to drive it and a screen that draws it."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, Reader, answer_json
from dispatch.domain.model.values import LonLat
from dispatch.live.positions import BadPosition, check_position
from dispatch.usecases.find_way import WayUnknown


def make_way_routes() -> APIRouter:
    """The route of this file."""
    router = APIRouter()

    @router.get("/api/way")
    async def way(
        principal: Reader,
        deps: Deps,
        start: Annotated[str, Query(alias="from", max_length=60)],
        end: Annotated[str, Query(alias="to", max_length=60)],
        vehicle_class: Annotated[str, Query(max_length=40)] = "car",
        hot: bool = False,
        guidance: bool = False,
    ) -> Response:
        """Seconds, metres and line of the fastest way; `from` and `to` are lon,lat, `hot` means with siren,
        `guidance` that its steps are told in both languages.

        `degraded` = the planner gave no road, and the line is straight.
        """
        try:
            way = await deps.find_way(read_lon_lat(start), read_lon_lat(end), vehicle_class, hot, guidance)
            return answer_json(way)
        except WayUnknown as unknown:
            raise ApiError("not_found", what=str(unknown)) from unknown

    return router


def read_lon_lat(text: str) -> LonLat:
    """lon,lat as written in an address. Raises ApiError `malformed_request`, `bad_position`."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError as fault:
        raise ApiError("malformed_request", fault=f"lon,lat: {text[:40]!r}") from fault
    try:
        check_position(lon, lat)
    except BadPosition as fault:
        raise ApiError("bad_position", lon=lon, lat=lat) from fault
    return LonLat(lon, lat)
