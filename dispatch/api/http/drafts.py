"""Forms while they are typed: kept every two seconds, read by a colleague, restored after a crash."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from dispatch.api.errors import ApiError
from dispatch.api.http.guard import Deps, DeskReader, DeskWriter, answer_json

DRAFT_BYTES = 32 * 1024
"""A form with every field full and an hour of lines is smaller."""


DraftId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


class DraftRequest(BaseModel):
    """The whole form. `take` continues a colleague's."""

    agency_id: str = Field(max_length=64)
    body: dict[str, object]
    take: bool = False


def make_draft_routes() -> APIRouter:
    """Save, read and drop a form."""
    router = APIRouter()

    @router.put("/api/drafts/{draft_id}")
    async def save(draft_id: DraftId, wanted: DraftRequest, principal: DeskWriter, deps: Deps) -> Response:
        """Keep the form as it stands; gives when that was."""
        length = len(answer_json(wanted.body).body)
        if length > DRAFT_BYTES:
            raise ApiError("too_long", field="draft", limit=DRAFT_BYTES, length=length)
        draft = await deps.drafts.save(
            draft_id,
            principal.actor,
            wanted.agency_id,
            wanted.body,
            deps.clock.now(),
            take=wanted.take,
        )
        return answer_json({"id": draft.id, "saved_at": draft.changed_at})

    @router.get("/api/drafts/{draft_id}")
    async def read(draft_id: DraftId, principal: DeskReader, deps: Deps) -> Response:
        """The whole form, one's own or a colleague's."""
        draft = deps.drafts.find(draft_id, principal.rights.agencies, deps.clock.now())
        if draft is None:
            raise ApiError("not_found", what=draft_id)
        return answer_json(
            {
                "id": draft.id,
                "user_id": draft.user_id,
                "user_name": draft.user_name,
                "saved_at": draft.changed_at,
                "body": draft.body,
            }
        )

    @router.delete("/api/drafts/{draft_id}")
    async def remove(draft_id: DraftId, principal: DeskWriter, deps: Deps) -> Response:
        """The form was sent or thrown away; doing it twice does no harm."""
        await deps.drafts.remove(draft_id, principal.actor)
        return Response(status_code=204)

    return router
