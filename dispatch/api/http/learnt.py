"""What the centre learnt of addresses: read by chiefs, changed and taken out by administrators."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from dispatch.api.errors import ApiError
from dispatch.api.http.guard import AdministratorWriter, ChiefReader, Deps, answer_json
from dispatch.live.positions import BadPosition, check_position
from gis.geometry import LonLat
from gis.store.learnt_pages import Kind

Words = Annotated[str, Query(max_length=300)]
Before = Annotated[int | None, Query(ge=0)]
Id = Annotated[int, Path(ge=0)]


class Correction(BaseModel):
    """Where the number is, degrees WGS84, and how that is known."""

    lon: float
    lat: float
    why: str = Field(min_length=1, max_length=300)


class Forgetting(BaseModel):
    """Why the number is wrong."""

    why: str = Field(min_length=1, max_length=300)


def make_learnt_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/learnt")

    @router.get("")
    async def numbers(
        principal: ChiefReader, deps: Deps, words: Words = "", source: Kind = "", before: Before = None
    ) -> Response:
        """Learnt numbers that the words mean, the newest first, fifty at a time."""
        return answer_json(await deps.learnt.list_numbers(words, source, before, principal.actor))

    @router.get("/past")
    async def past(principal: ChiefReader, deps: Deps, words: Words = "", before: Before = None) -> Response:
        """What was corrected, forgotten, replaced or turned away, the newest first."""
        return answer_json(await deps.learnt.list_past(words, before, principal.actor))

    @router.post("/past/{id_}/restore")
    async def restore(id_: Id, principal: AdministratorWriter, deps: Deps) -> Response:
        """Learn a forgotten number again as it was."""
        return answer_json(await deps.learnt.restore(id_, principal.actor))

    @router.post("/export")
    async def export(principal: AdministratorWriter, deps: Deps) -> Response:
        """All of it as CSV that `dispatch city addresses --csv` reads. That it was taken out is kept."""
        pieces = await deps.learnt.export(principal.actor)
        head = {"content-disposition": 'attachment; filename="learnt.csv"'}
        return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=head)

    @router.post("/{id_}/correct")
    async def correct(id_: Id, told: Correction, principal: AdministratorWriter, deps: Deps) -> Response:
        """Put the number where it is. `id_` is of the number as it was seen: one that was changed since is
        told and left."""
        try:
            check_position(told.lon, told.lat)
        except BadPosition as fault:
            raise ApiError("bad_position", lon=told.lon, lat=told.lat) from fault
        place = LonLat(told.lon, told.lat)
        return answer_json(await deps.learnt.correct(id_, place, told.why.strip(), principal.actor))

    @router.post("/{id_}/forget")
    async def forget(id_: Id, told: Forgetting, principal: AdministratorWriter, deps: Deps) -> Response:
        """Forget the number as it was seen."""
        return answer_json(await deps.learnt.forget(id_, told.why.strip(), principal.actor))

    return router
