"""The clocks of the trade: of one incident as it stands, and of all that began in a range of time."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, RoomReader, answer_json
from dispatch.live.clocks import find_incident_clocks

USUAL_RANGE = timedelta(hours=24)
LONGEST_RANGE = timedelta(days=31)

Instant = Annotated[datetime | None, Query(description="ISO 8601 with its zone")]


def make_clock_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter()

    @router.get("/api/incidents/{incident_id}/clocks")
    async def clocks(incident_id: str, principal: RoomReader, deps: Deps) -> Response:
        """Each clock in seconds, from answer to total; null for what nobody reported."""
        found = find_incident_clocks(deps.board, incident_id, principal.rights)
        if found is None:
            raise ApiError("not_found", what=incident_id)
        return answer_json(found)

    @router.get("/api/clocks")
    async def spread(
        principal: RoomReader, deps: Deps, since: Instant = None, until: Instant = None
    ) -> Response:
        """Every clock of the reader's agencies over [since, until), the last 24 hours if nothing is said: how
        many times were told and how many are missing, percentiles, and each target with its source."""
        start, end = check_range(deps, since, until)
        agencies = await deps.supervision.measure_clocks(agencies_of(deps, principal), start, end)
        return answer_json({"since": start, "until": end, "agencies": agencies})

    return router


def agencies_of(deps: ApiDeps, principal: Principal) -> list[str]:
    """The agencies whose figures this person may have, in the order of the book."""
    return [agency_id for agency_id in deps.book.agencies if agency_id in principal.rights.agencies]


def check_range(deps: ApiDeps, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """A range of time with its zone, not turned round and not too long. Raises ApiError."""
    end = until or deps.clock.now()
    start = since or end - USUAL_RANGE
    if start.tzinfo is None or end.tzinfo is None:
        raise ApiError("malformed_request", fault="`since` and `until` need their zone")
    if not timedelta(0) < end - start <= LONGEST_RANGE:
        raise ApiError("malformed_request", fault=f"`since` < `until`, at most {LONGEST_RANGE.days} days")
    return start, end
