"""Pictures over HTTP: crews and the room add them to an incident, and whoever may open it looks at them."""

import asyncio
import hashlib
from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from dispatch.api.auth.limits import Limiter
from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps, Body
from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, Reader, Writer, answer_json
from dispatch.api.ws.clock_offset import ClockOffset
from dispatch.api.ws.intake import submit_body
from dispatch.channels.picture import PICTURE_LIMIT, BadPicture, read_picture
from dispatch.domain.model.photo import Photo, PhotoFile
from dispatch.domain.model.values import TimeSource
from dispatch.domain.rows import Row
from dispatch.store.photos import Kept

UPLOAD_RATE = (0.5, 30.0)
"""Pictures of one account: (per second, at once); a phone that was offline brings many together."""


class _WithPhotos(msgspec.Struct):
    photos: list[Photo] = msgspec.field(default_factory=list)


_OWNER = msgspec.json.Decoder(_WithPhotos)

_PICTURE_HEADERS = {
    "cache-control": "private, no-store",
    "content-disposition": "inline",
    "content-security-policy": "default-src 'none'; sandbox",
}


def make_photo_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter()
    uploads = Limiter(*UPLOAD_RATE, asyncio.get_running_loop().time)

    @router.post("/api/incidents/{incident_id}/photos/{photo_id}")
    async def add(
        incident_id: str,
        photo_id: UUID,
        request: Request,
        principal: Writer,
        deps: Deps,
        at: datetime | None = None,
        sent_at: datetime | None = None,
    ) -> Response:
        """Add a picture, sent as the body itself (JPEG, PNG or WebP). `photo_id` is a UUIDv7 made by the
        client: the same picture may be sent any number of times and is added once. `at` is when it was taken
        and `sent_at` the client's time now, both by the client's clock."""
        wait_s = uploads.take(principal.id)
        if wait_s > 0:
            raise ApiError("too_fast", wait_s=round(wait_s + 1))
        picture = await read_body(request, PICTURE_LIMIT)
        row = await _get_row(deps, principal, "incident", incident_id)
        received_at = deps.clock.now()
        occurred_at = _correct(at, sent_at, received_at)
        body: Body = {"type": "incident.add_photo", "incident_id": incident_id}
        return answer_json(
            await add_photo(deps, principal, body, subject_of(row), str(photo_id), picture, occurred_at)
        )

    @router.get("/api/{kind}/{owner_id}/photos/{photo_id}")
    async def look(kind: str, owner_id: str, photo_id: UUID, principal: Reader, deps: Deps) -> Response:
        """A picture of `incidents` or `reports`, for those who may open what belongs to them; who looked is
        kept."""
        if kind not in ("incidents", "reports"):
            raise ApiError("not_found", what=f"/api/{kind}"[:200])
        row = await _get_row(deps, principal, kind.removesuffix("s"), owner_id)
        photo = next((p for p in _OWNER.decode(row.body).photos if p.id == str(photo_id)), None)
        if photo is None:
            raise ApiError("not_found", what=str(photo_id))
        if not principal.rights.opens(row):
            raise ApiError("photo_closed", agencies=list(row.private_to))
        picture = await deps.photos.find(photo.subject, photo.id)
        if picture is None:
            raise ApiError("photo_erased", at=photo.at)
        await deps.keep_look(principal.id, {"kind": row.kind, "id": row.id, "photo": photo.id})
        return Response(picture, media_type=photo.media_type, headers=_PICTURE_HEADERS)

    return router


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises ApiError `photo_too_large` as soon as it is longer than `limit` bytes."""
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > limit:
            raise ApiError("photo_too_large", limit_mb=limit // 1024**2)
        parts.append(part)
    return b"".join(parts)


async def add_photo(
    deps: ApiDeps,
    principal: Principal,
    body: Body,
    subject: str,
    photo_id: str,
    picture: bytes,
    occurred_at: datetime,
) -> Body:
    """Check, seal and keep a picture, then have the log take it; `body` names its incident or report.

    Raises ApiError; a picture that the log refuses leaves no file behind.
    """
    if len(picture) > PICTURE_LIMIT:
        raise ApiError("photo_too_large", limit_mb=PICTURE_LIMIT // 1024**2)
    try:
        seen = await asyncio.to_thread(read_picture, picture)
    except BadPicture as fault:
        raise ApiError("bad_photo", fault=str(fault)) from fault
    file = PhotoFile(
        photo_id=photo_id,
        subject=subject,
        media_type=seen.media_type,
        size=len(picture),
        width=seen.width,
        height=seen.height,
        digest=hashlib.sha256(picture).hexdigest(),
    )
    kept = await deps.photos.keep(subject, photo_id, picture)
    if kept is Kept.OTHER:
        raise ApiError("command_conflict")
    sent = body | {"photo": msgspec.to_builtins(file)}
    source = TimeSource.CREW if principal.unit_id or principal.station_id else TimeSource.SYSTEM
    answer, _ = await submit_body(deps, principal, photo_id, sent, occurred_at, deps.clock.now(), source)
    if answer.refused is not None:
        if kept is Kept.NEW:
            await deps.photos.remove(photo_id)
        raise ApiError(answer.refused, **answer.data)
    return answer.data


async def _get_row(deps: ApiDeps, principal: Principal, kind: str, id_: str) -> Row:
    """The row of an incident or report, also after it left the board. Raises ApiError `not_found`."""
    row = deps.board.find_row(kind, id_) or await deps.timelines.find_row(kind, id_)
    if row is None or not principal.rights.sees(row):
        raise ApiError("not_found", what=id_[:200])
    return row


def subject_of(row: Row) -> str:
    """The key subject of an incident or report."""
    return cast(str, msgspec.json.decode(row.body)["subject"])


def _correct(at: datetime | None, sent_at: datetime | None, received_at: datetime) -> datetime:
    """When it was taken, by our clock. Raises ApiError for times without a zone."""
    if any(time is not None and time.tzinfo is None for time in (at, sent_at)):
        raise ApiError("malformed_request", fault="time without zone: at, sent_at")
    offset = ClockOffset()
    if sent_at is not None:
        offset.note(sent_at, received_at)
    return offset.correct(at, received_at)
