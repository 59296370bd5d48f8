"""What supervisors and those who change shifts ask for: closures, demand, coverage, handovers."""

import asyncio
from collections.abc import Iterable

import msgspec
from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.http.clocks import Instant, agencies_of, check_range
from dispatch.api.http.guard import ChiefReader, Deps, OverseerReader, RoomReader, answer_json
from dispatch.domain.rows import Row
from dispatch.live.reveal import reveal
from dispatch.usecases.cover.forecast import ForecastSummary, read_forecast, sum_up


def make_supervision_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter()

    @router.get("/api/supervision/closures")
    async def closures(
        principal: ChiefReader, deps: Deps, since: Instant = None, until: Instant = None
    ) -> Response:
        """How reports and parts were ended in a range: reasons, each person's share, what to look at again,
        2 % drawn among it."""
        start, end = check_range(deps, since, until)
        found = await deps.supervision.list_closures(agencies_of(deps, principal), start, end)
        return answer_json(found)

    @router.get("/api/supervision/demand")
    async def demand(principal: OverseerReader, deps: Deps) -> Response:
        """Reports by hour, today's and those of the same weekdays before."""
        found = await deps.supervision.count_demand(agencies_of(deps, principal), deps.clock.now())
        return answer_json(found)

    @router.get("/api/supervision/forecast")
    async def forecast(principal: OverseerReader, deps: Deps) -> Response:
        """Calls expected in 24 hours by agency, and how wrong such forecasts were on unseen days."""
        return answer_json({"agencies": await _read_forecast(deps, agencies_of(deps, principal))})

    @router.get("/api/supervision/coverage")
    async def coverage(principal: RoomReader, deps: Deps) -> Response:
        """Free units by ward, and who could be there in time by road; straight lines without the planner."""
        rows = [row for kind in ("station", "unit", "move") for row in deps.board.list_rows(kind)]
        agencies = agencies_of(deps, principal)
        return answer_json(await deps.coverage.count(rows, agencies, deps.clock.now()))

    @router.get("/api/wards")
    async def wards(principal: RoomReader, deps: Deps) -> Response:
        """The outlines of the city's wards, simplified for drawing: code → rings of [lon, lat]."""
        answer = answer_json(await deps.coverage.outline())
        answer.headers["cache-control"] = "private, max-age=3600"
        return answer

    @router.get("/api/handovers")
    async def handovers(
        principal: RoomReader, deps: Deps, limit: int = Query(default=50, ge=1, le=500)
    ) -> Response:
        """The newest handovers of the reader's desks, and the incidents they name."""
        rows, incidents = await deps.supervision.list_handovers(agencies_of(deps, principal), limit)
        bodies = [await _open(deps, principal, row) for row in rows]
        return answer_json({"handovers": bodies, "incidents": incidents})

    return router


async def _read_forecast(deps: ApiDeps, agencies: Iterable[str]) -> list[ForecastSummary]:
    basemap = deps.settings.basemap
    made = await asyncio.to_thread(read_forecast, basemap.parent) if basemap is not None else None
    return sum_up(made, sorted(agencies), deps.clock.now())


async def _open(deps: ApiDeps, principal: Principal, row: Row) -> msgspec.Raw:
    await deps.board.load_keys([row.body])
    return msgspec.Raw(reveal(row, principal.rights, deps.board.opener))
