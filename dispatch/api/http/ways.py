"""The way from one place to another, for a crew that is to drive it and a screen that draws it."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.auth.principal import ROOM, Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, Reader, answer_json
from dispatch.domain.model.values import LonLat
from dispatch.live.positions import BadPosition, check_position
from dispatch.usecases.roads.find_way import SEEN_WITHIN, AskedWay, SeenAt, WayUnknown

Place = Annotated[str, Query(max_length=60)]
LONGEST_S = 86_400.0


def make_way_routes() -> APIRouter:
    """The route of this file."""
    router = APIRouter()

    @router.get("/api/way")
    async def way(
        principal: Reader,
        deps: Deps,
        end: Annotated[str, Query(alias="to", max_length=60)],
        start: Annotated[str, Query(alias="from", max_length=60)] = "",
        unit_id: Place = "",
        vehicle_class: Annotated[str, Query(max_length=40)] = "car",
        hot: bool = False,
        guidance: bool = False,
        alternatives: Annotated[int, Query(ge=0, le=2)] = 0,
        via: Place = "",
        slower_s: Annotated[float, Query(ge=0, le=LONGEST_S, allow_inf_nan=False)] = 0.0,
    ) -> Response:
        """Seconds, metres and line of the fastest way; `from` and `to` are lon,lat, `hot` means with siren,
        `guidance` that its steps are told in both languages, `alternatives` how many others stand beside it.

        Without `from` it begins where `unit_id` was last heard of (`seen`), if that is not long ago. `via` is
        what an alternative was told with, asked for again though it is `slower_s` slower than the fastest.
        `degraded` = the planner gave no road, and the line is straight.
        """
        seen = None if start else find_seen(principal, deps, unit_id)
        asked = AskedWay(
            origin=read_lon_lat(start) if seen is None else seen.lon_lat,
            destination=read_lon_lat(end),
            vehicle_class=vehicle_class,
            hot=hot,
            guidance=guidance,
            alternatives=alternatives,
            via=read_lon_lat(via) if via else None,
            slower_s=slower_s,
        )
        try:
            found = await deps.find_way(asked)
        except WayUnknown as unknown:
            raise ApiError("not_found", what=str(unknown)) from unknown
        return answer_json(found if seen is None else msgspec.structs.replace(found, seen=seen))

    return router


def find_seen(principal: Principal, deps: ApiDeps, unit_id: str) -> SeenAt:
    """Where a unit was heard of lately, told to itself and to the room. Raises ApiError `not_allowed`,
    `unit_unseen`."""
    if principal.unit_id != unit_id and principal.role not in ROOM:
        raise ApiError("not_allowed", role=principal.role, command="/api/way")
    fix = deps.positions.find(unit_id)
    if fix is None or deps.clock.now() - fix.at > SEEN_WITHIN:
        raise ApiError("unit_unseen", minutes=round(SEEN_WITHIN.total_seconds() / 60))
    return SeenAt(lon_lat=LonLat(fix.lon, fix.lat), at=fix.at)


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
