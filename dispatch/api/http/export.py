"""The past as files. Redacted unless a role that may asks for everything and says why; each is kept."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from dispatch.api.auth.principal import CHIEFS
from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, ReviewWriter
from dispatch.api.http.replay import check_stretch, lasting, make_viewer
from dispatch.replay.export.limits import LONGEST

REASON_LENGTH = 10
"""Fewer letters than these are no reason."""


class ExportRequest(BaseModel):
    """An incident (id or number), or a stretch of time with its zone."""

    format: Literal["json", "csv", "geojson", "pdf"]
    incident: str | None = Field(default=None, max_length=64)
    start: datetime | None = None
    end: datetime | None = None
    redacted: bool = True
    reason: str = Field(default="", max_length=500)
    lang: Literal["vi", "en"] = "vi"


def make_export_routes() -> APIRouter:
    """The route of this file."""
    router = APIRouter()

    @router.post("/api/exports")
    async def export(wanted: ExportRequest, principal: ReviewWriter, deps: Deps) -> Response:
        """The file, as an attachment."""
        viewer = make_viewer(principal, wanted.reason)
        if not wanted.redacted and principal.role not in CHIEFS:
            raise ApiError("not_allowed", role=principal.role, command="export unredacted")
        if not wanted.redacted and len(viewer.reason) < REASON_LENGTH:
            raise ApiError("export_reason", letters=REASON_LENGTH)
        if wanted.incident is None:
            if wanted.start is None or wanted.end is None:
                raise ApiError("malformed_request", fault="`incident`, or `start` and `end`")
            check_stretch(wanted.start, wanted.end, LONGEST)
        file = await lasting(
            deps.past.export(
                viewer,
                wanted.format,
                incident=wanted.incident,
                start=wanted.start,
                end=wanted.end,
                redacted=wanted.redacted,
                lang=wanted.lang,
            )
        )
        headers = {"content-disposition": f'attachment; filename="{file.name}"', "cache-control": "no-store"}
        return Response(file.data, headers=headers, media_type=file.media_type)

    return router
