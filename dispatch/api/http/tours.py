"""Tours of transports and patrols: asked for by two tables, watched, read, and taken away again."""

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from dispatch.api.errors import ApiError
from dispatch.api.http.comparisons import RunId
from dispatch.api.http.guard import ChiefReader, ChiefWriter, Deps, answer_json
from dispatch.usecases.tours.tour_tables import TablesWrong, TourTables

TABLES_BYTES = 300_000


def make_tour_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/tours")

    @router.get("")
    async def newest(principal: ChiefReader, deps: Deps) -> Response:
        """The newest plans of the reader's agencies."""
        return answer_json({"tours": await deps.tours.list_newest(principal.actor)})

    @router.post("")
    async def ask(request: Request, principal: ChiefWriter, deps: Deps) -> Response:
        """Ask for a plan: TourTables. What is wrong in them is told by line."""
        tables = _read_tables(await request.body())
        try:
            return answer_json(await deps.tours.ask(tables, principal.actor), 201)
        except TablesWrong as wrong:
            raise ApiError("tours_unreadable", count=len(wrong.faults), faults=wrong.faults) from wrong

    @router.get("/{run_id}")
    async def find(run_id: RunId, principal: ChiefReader, deps: Deps) -> Response:
        """How it stands."""
        return _answer(run_id, await deps.tours.find(run_id, principal.actor))

    @router.get("/{run_id}/asked")
    async def read_asked(run_id: RunId, principal: ChiefReader, deps: Deps) -> Response:
        """The tables as they were written. That they were read is kept."""
        return _answer(run_id, await deps.tours.read_asked(run_id, principal.actor))

    @router.get("/{run_id}/result")
    async def read(run_id: RunId, principal: ChiefReader, deps: Deps) -> Response:
        """The plan. That it was read is kept."""
        return _answer(run_id, await deps.tours.read(run_id, principal.actor))

    @router.delete("/{run_id}")
    async def remove(run_id: RunId, principal: ChiefWriter, deps: Deps) -> Response:
        """End it, or take it away where it has ended."""
        return _answer(run_id, await deps.tours.remove(run_id, principal.actor) or None)

    return router


def _answer(run_id: str, found: object) -> Response:
    if found is None:
        raise ApiError("not_found", what=run_id)
    return answer_json(found)


def _read_tables(body: bytes) -> TourTables:
    if len(body) > TABLES_BYTES:
        raise ApiError("too_long", field="tables", limit=TABLES_BYTES, length=len(body))
    try:
        return msgspec.json.decode(body, type=TourTables)
    except msgspec.DecodeError as error:
        raise ApiError("malformed_request", fault=str(error)[:200]) from error
