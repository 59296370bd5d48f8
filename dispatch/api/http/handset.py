"""Where a telephone says it is, from a network's gateway: AML, ELS and PIDF-LO by HTTPS POST."""

import asyncio
from typing import Annotated
from uuid import NAMESPACE_OID, uuid5

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dispatch.api.auth.limits import Limiter
from dispatch.api.auth.principal import Principal
from dispatch.api.deps import Body
from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, Only, answer_json
from dispatch.api.ws.intake import submit_body
from dispatch.channels.handset import LIMIT, BadLocation, read_message
from dispatch.domain.model.messages import Role
from dispatch.domain.model.values import TimeSource

RATE = (50.0, 500.0)
"""Messages of one account: (per second, at once)."""

ExchangeWriter = Annotated[Principal, Depends(Only((Role.EXCHANGE,)).write)]


def make_handset_routes() -> APIRouter:
    """The route of this file."""
    router = APIRouter()
    limiter = Limiter(*RATE, asyncio.get_running_loop().time)

    @router.post("/api/handset-location")
    async def locate(request: Request, principal: ExchangeWriter, deps: Deps, number: str = "") -> Response:
        """Where a telephone is: ELS's name-value pairs (form or JSON), AML's short message as text/plain, or
        a PIDF-LO as application/pidf+xml. `number` names the telephone when the message does not.

        For accounts of an exchange. The newest call of the number gets the position; one that comes before
        its call is kept for it (202). The same message may be sent any number of times. `kept` = it was newer
        than what was known.
        """
        wait_s = limiter.take(principal.id)
        if wait_s > 0:
            raise ApiError("too_fast", wait_s=round(wait_s + 1))
        content = await _read(request)
        received_at = deps.clock.now()
        try:
            message = read_message(request.headers.get("content-type", ""), content, received_at)
        except BadLocation as fault:
            raise ApiError("bad_location_message", fault=str(fault)[:200]) from fault
        fix = message.fix
        body: Body = {
            "type": "call.locate",
            "number": (message.number or number)[:40],
            "fix": {
                "lon_lat": [fix.lon_lat.lon, fix.lon_lat.lat],
                "radius_m": fix.radius_m,
                "at": fix.at.isoformat(),
                "method": fix.method,
                "floor": fix.floor,
            },
        }
        command_id = str(uuid5(NAMESPACE_OID, f"{principal.id} {body}"))
        answer, _ = await submit_body(
            deps, principal, command_id, body, fix.at, received_at, TimeSource.SYSTEM
        )
        if answer.refused is not None:
            raise ApiError(answer.refused, **answer.data)
        return answer_json(answer.data)

    return router


async def _read(request: Request) -> bytes:
    """The whole body. Raises ApiError `frame_too_large` as soon as it is longer than a message may be."""
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > LIMIT:
            raise ApiError("frame_too_large", length=len(content), limit=LIMIT)
    return content
