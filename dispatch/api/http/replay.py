"""The past over HTTP: any instant, what happened after it, where units were, a stretch from afar.

A screen that replays fetches the rows of an instant, then the changes after it piece by piece, and takes them
in with the same reducer as live frames. Who looked at what is kept before anything is answered.
"""

import asyncio
import gzip
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dispatch.api.auth.principal import Principal
from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, ReviewReader
from dispatch.replay.audited import Viewer
from dispatch.replay.overview import BUCKETS, LONGEST
from dispatch.replay.process import ReplayLost

TRACKS_LONGEST = timedelta(hours=1)
"""Of one answer about positions."""

_PACKED_FROM = 16_384
"""Bytes from which an answer is compressed."""

Answer = TypeVar("Answer")
Why = Annotated[str, Query(max_length=200)]
Incident = Annotated[str | None, Query(max_length=64)]


def make_replay_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/replay")
    _add_instants(router)
    _add_stretches(router)
    return router


def _add_instants(router: APIRouter) -> None:
    """What was at an instant, and what followed."""

    @router.get("/state")
    async def state(
        request: Request,
        principal: ReviewReader,
        deps: Deps,
        at: datetime | None = None,
        seq: Annotated[int | None, Query(ge=0)] = None,
        incident: Incident = None,
        why: Why = "",
    ) -> Response:
        """The rows of the centre, or of one incident, as the session may see them."""
        viewer = make_viewer(principal, why)
        check_instant(at, seq)
        return await pack(request, await lasting(deps.past.state(viewer, at, seq, incident)))

    @router.get("/changes")
    async def changes(
        request: Request,
        principal: ReviewReader,
        deps: Deps,
        after: Annotated[int, Query(ge=0)],
        until: datetime,
        why: Why = "",
    ) -> Response:
        """What happened after an event up to an instant, or the first piece of it: go on at its `seq` until
        that is `until_seq`. Moments are frames of changes; what is hidden from the session makes no gap."""
        viewer = make_viewer(principal, why)
        check_until(until)
        return await pack(request, await lasting(deps.past.changes(viewer, after, until)))


def _add_stretches(router: APIRouter) -> None:
    """What lies within a stretch of time."""

    @router.get("/tracks")
    async def tracks(
        request: Request, principal: ReviewReader, deps: Deps, start: datetime, end: datetime, why: Why = ""
    ) -> Response:
        """Where units were from `start` to `end` (the same instant: just there), as arrays of differences."""
        viewer = make_viewer(principal, why)
        check_stretch(start, end, TRACKS_LONGEST)
        return await pack(request, await lasting(deps.past.tracks(viewer, start, end)))

    @router.get("/overview")
    async def overview(
        request: Request,
        principal: ReviewReader,
        deps: Deps,
        start: datetime,
        end: datetime,
        bucket_s: Annotated[float, Query(gt=0, le=3600)] = 20.0,
        incident: Incident = None,
        why: Why = "",
    ) -> Response:
        """How much happened when, which incidents were open, and the turning points of the chosen one."""
        viewer = make_viewer(principal, why)
        check_buckets(start, end, bucket_s)
        return await pack(request, await lasting(deps.past.overview(viewer, start, end, bucket_s, incident)))


def make_viewer(principal: Principal, why: str) -> Viewer:
    """Whoever looks back, with the reason given."""
    return Viewer(principal.id, principal.name, principal.rights, why.strip())


def check_instant(at: datetime | None, seq: int | None) -> None:
    """Raise ApiError `malformed_request` unless one instant is named, in one way."""
    if (at is None) == (seq is None) or (at is not None and at.tzinfo is None):
        raise ApiError("malformed_request", fault="one of `at` (with its zone) and `seq`")


def check_until(until: datetime) -> None:
    """Raise ApiError `malformed_request` for an end without its zone."""
    if until.tzinfo is None:
        raise ApiError("malformed_request", fault="`until` with its zone")


def check_buckets(start: datetime, end: datetime, bucket_s: float) -> None:
    """Raise ApiError `malformed_request` for what is no stretch, too long, or cut too finely."""
    check_stretch(start, end, LONGEST)
    if (end - start).total_seconds() / bucket_s > BUCKETS:
        raise ApiError("malformed_request", fault=f"`bucket_s`: ≤ {BUCKETS}")


def check_stretch(start: datetime, end: datetime, longest: timedelta) -> None:
    """Raise ApiError `malformed_request` for a stretch that is no stretch, or too long for one answer."""
    if start.tzinfo is None or end.tzinfo is None:
        raise ApiError("malformed_request", fault="`start`, `end` with their zone")
    if not start <= end <= start + longest:
        hours = longest / timedelta(hours=1)
        raise ApiError("malformed_request", fault=f"`start` ≤ `end` ≤ `start` + {hours:g} h")


async def lasting(answer: Awaitable[Answer]) -> Answer:
    """The answer. Raises ApiError `replay_lost` when the process behind it ended instead."""
    try:
        return await answer
    except ReplayLost as lost:
        raise ApiError("replay_lost") from lost


async def pack(request: Request, body: msgspec.Raw) -> Response:
    """JSON, compressed off the event loop where that is worth it and understood."""
    content, headers = bytes(body), {"cache-control": "no-store", "vary": "accept-encoding"}
    if len(content) >= _PACKED_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        content = await asyncio.to_thread(gzip.compress, content, 1)
        headers["content-encoding"] = "gzip"
    return Response(content, headers=headers, media_type="application/json")
