"""A day that was only simulated, over HTTP, in the forms of `replay.py`: one screen plays both."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError
from dispatch.api.http.comparisons import RunId
from dispatch.api.http.guard import ChiefReader, Deps
from dispatch.api.http.replay import (
    TRACKS_LONGEST,
    Incident,
    check_buckets,
    check_instant,
    check_stretch,
    check_until,
    lasting,
    pack,
)
from dispatch.replay.questions import AskChanges, AskOverview, AskState, AskTracks, Question

Side = Annotated[Literal["a", "b"], Path()]


def make_simulated_routes() -> APIRouter:
    """The routes of this file: of the first day of a comparison as either policy would have had it."""
    router = APIRouter(prefix="/api/replay/what-if/{run_id}/{side}")
    _add_instants(router)
    _add_stretches(router)
    return router


def _add_instants(router: APIRouter) -> None:
    @router.get("/state")
    async def state(
        request: Request,
        principal: ChiefReader,
        deps: Deps,
        run_id: RunId,
        side: Side,
        at: datetime | None = None,
        seq: Annotated[int | None, Query(ge=0)] = None,
        incident: Incident = None,
    ) -> Response:
        """The rows of an instant, as the session may see them."""
        check_instant(at, seq)
        ask = AskState(role=principal.role, agencies=_agencies(principal), at=at, seq=seq, incident=incident)
        return await _answer(request, principal, deps, run_id, side, ask)

    @router.get("/changes")
    async def changes(
        request: Request,
        principal: ChiefReader,
        deps: Deps,
        run_id: RunId,
        side: Side,
        after: Annotated[int, Query(ge=0)],
        until: datetime,
    ) -> Response:
        """What happened after an event, piece by piece."""
        check_until(until)
        ask = AskChanges(role=principal.role, agencies=_agencies(principal), after=after, until=until)
        return await _answer(request, principal, deps, run_id, side, ask)


def _add_stretches(router: APIRouter) -> None:
    @router.get("/tracks")
    async def tracks(
        request: Request,
        principal: ChiefReader,
        deps: Deps,
        run_id: RunId,
        side: Side,
        start: datetime,
        end: datetime,
    ) -> Response:
        """Where units were, in straight lines between what the simulation knows."""
        check_stretch(start, end, TRACKS_LONGEST)
        ask = AskTracks(role=principal.role, agencies=_agencies(principal), start=start, end=end)
        return await _answer(request, principal, deps, run_id, side, ask)

    @router.get("/overview")
    async def overview(
        request: Request,
        principal: ChiefReader,
        deps: Deps,
        run_id: RunId,
        side: Side,
        start: datetime,
        end: datetime,
        bucket_s: Annotated[float, Query(gt=0, le=3600)] = 20.0,
        incident: Incident = None,
    ) -> Response:
        """How much happened when, and the turning points of the chosen incident."""
        check_buckets(start, end, bucket_s)
        ask = AskOverview(
            role=principal.role,
            agencies=_agencies(principal),
            start=start,
            end=end,
            bucket_s=bucket_s,
            incident=incident,
        )
        return await _answer(request, principal, deps, run_id, side, ask)


def _agencies(principal: Principal) -> tuple[str, ...]:
    return tuple(sorted(principal.rights.agencies))


async def _answer(
    request: Request, principal: Principal, deps: ApiDeps, run_id: str, side: str, ask: Question
) -> Response:
    played = deps.comparisons.play(run_id, side, ask, principal.actor, deps.clock.now())
    body = await lasting(played)
    if body is None:
        raise ApiError("not_found", what=f"{run_id}/{side}")
    return await pack(request, body)
