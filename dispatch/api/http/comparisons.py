"""Two policies on the same days: asked for, watched, ended, and read again under their address."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from dispatch.api.errors import ApiError
from dispatch.api.http.guard import ChiefReader, ChiefWriter, Deps, answer_json
from dispatch.core.asked_work import Run
from dispatch.simulate.question import CompareQuestion

QUESTION_BYTES = 4096

RunId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


def make_comparison_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/comparisons")

    @router.get("/options")
    async def options(principal: ChiefReader, deps: Deps) -> Response:
        """Policies, agencies of the reader, days of the log, and how large a comparison may be."""
        return answer_json(await deps.comparisons.list_options(principal.agencies, deps.clock.now()))

    @router.get("")
    async def newest(principal: ChiefReader, deps: Deps) -> Response:
        """The newest comparisons that concern the reader's agencies."""
        return answer_json({"comparisons": await deps.comparisons.list_newest(principal.agencies)})

    @router.post("")
    async def ask(request: Request, principal: ChiefWriter, deps: Deps) -> Response:
        """Ask for one: a CompareQuestion. It waits until those before it are done."""
        question = _read_question(await request.body())
        return answer_json(await deps.comparisons.ask(question, principal.actor, deps.clock.now()), 201)

    @router.get("/{run_id}")
    async def find(run_id: RunId, principal: ChiefReader, deps: Deps) -> Response:
        """How it stands."""
        return _answer(run_id, await deps.comparisons.find(run_id, principal.agencies))

    @router.delete("/{run_id}")
    async def cancel(run_id: RunId, principal: ChiefWriter, deps: Deps) -> Response:
        """End it; what has ended stays as it is."""
        return _answer(run_id, await deps.comparisons.cancel(run_id, principal.agencies))

    @router.get("/{run_id}/result")
    async def read(run_id: RunId, principal: ChiefReader, deps: Deps) -> Response:
        """What was found, for the reader's agencies. Of recorded hours, that it was read is kept."""
        found = await deps.comparisons.read(run_id, principal.actor, deps.clock.now())
        if found is None:
            raise ApiError("not_found", what=run_id)
        return answer_json(found)

    return router


def _answer(run_id: str, run: Run[CompareQuestion] | None) -> Response:
    if run is None:
        raise ApiError("not_found", what=run_id)
    return answer_json(run)


def _read_question(body: bytes) -> CompareQuestion:
    if len(body) > QUESTION_BYTES:
        raise ApiError("too_long", field="question", limit=QUESTION_BYTES, length=len(body))
    try:
        return msgspec.json.decode(body, type=CompareQuestion)
    except msgspec.DecodeError as error:
        raise ApiError("malformed_request", fault=str(error)[:200]) from error
