"""The protocol's own description, as it was generated from the code."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.api.protocol.asyncapi import describe_protocol


def make_document_routes() -> APIRouter:
    """The routes of this file."""
    router = APIRouter()

    @router.get("/asyncapi.yaml")
    async def asyncapi() -> Response:
        """AsyncAPI 3 of the four channels, with JSON Schemas, error table and rules of reconnecting."""
        return Response(describe_protocol(), media_type="application/yaml")

    return router
