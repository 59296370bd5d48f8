"""What a form looks back at while it is typed: duplicates, and what was told before."""

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, DeskWriter, answer_json
from dispatch.domain.model.values import LonLat, Place
from dispatch.live.positions import BadPosition, check_position
from dispatch.usecases.supervision.look_back import Told


class ToldRequest(BaseModel):
    """A form as far as it is filled in; `lon_lat` is [longitude, latitude]."""

    phone: str = Field(default="", max_length=64)
    heard: str = Field(default="", max_length=1000)
    label: str = Field(default="", max_length=1000)
    level: str = Field(default="unknown", max_length=40)
    ward: str = Field(default="", max_length=200)
    ward_code: str = Field(default="", max_length=64)
    lon_lat: tuple[float, float] | None = None
    radius_m: float | None = Field(default=None, ge=0, le=100_000)
    type_code: str | None = Field(default=None, max_length=64)
    report_id: str | None = Field(default=None, max_length=64)
    incident_id: str | None = Field(default=None, max_length=64)


def make_history_routes() -> APIRouter:
    """Two questions of one form, asked apart: the first is answered from memory."""
    router = APIRouter()

    @router.post("/api/duplicates")
    async def duplicates(wanted: ToldRequest, principal: DeskWriter, deps: Deps) -> Response:
        """At most five incidents that the form may concern, the likeliest first, with what differs."""
        found = await deps.look_back.list_duplicates(_told(wanted))
        seen = [
            duplicate
            for duplicate in found
            if (row := deps.board.find_row("incident", duplicate.incident_id)) is not None
            and principal.rights.sees(row)
        ]
        return answer_json({"duplicates": seen})

    @router.post("/api/history")
    async def history(wanted: ToldRequest, principal: DeskWriter, deps: Deps) -> Response:
        """What was told before from the form's number, incidents at its place, and dangers there."""
        return answer_json(await deps.look_back.read(_told(wanted), principal.rights.agencies))

    return router


def _told(wanted: ToldRequest) -> Told:
    at = None
    if wanted.lon_lat is not None:
        lon, lat = wanted.lon_lat
        try:
            check_position(lon, lat)
        except BadPosition as fault:
            raise ApiError("bad_position", lon=lon, lat=lat) from fault
        at = LonLat(lon, lat)
    place = Place(
        heard=wanted.heard,
        label=wanted.label,
        level=wanted.level,
        ward=wanted.ward,
        ward_code=wanted.ward_code,
        lon_lat=at,
        radius_m=wanted.radius_m,
    )
    return Told(
        phone=wanted.phone,
        place=place,
        type_code=wanted.type_code,
        report_id=wanted.report_id,
        incident_id=wanted.incident_id,
    )
