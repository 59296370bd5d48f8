"""The protocol's own description, as it was generated from the code."""

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from dispatch.api.errors import ApiError
from dispatch.api.protocol.place import PROJECT

ASYNCAPI = PROJECT / "docs" / "protocol" / "asyncapi.yaml"


def make_document_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter()

    @router.get("/asyncapi.yaml")
    def asyncapi() -> Response:
        """AsyncAPI 3 of the four channels, with JSON Schemas, error table and rules of reconnecting."""
        if not ASYNCAPI.is_file():
            raise ApiError("not_found", what="asyncapi.yaml")
        return FileResponse(ASYNCAPI, media_type="application/yaml")

    return router
