"""Who asks over HTTP: the session cookie, the CSRF token of writes, errors as answers."""

from typing import Annotated, cast

import msgspec
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dispatch.api.auth.principal import (
    ADMINISTRATORS,
    CHIEFS,
    DESKS,
    OVERSEERS,
    REVIEWERS,
    ROOM,
    Principal,
    principal_of_user,
)
from dispatch.api.auth.tokens import session_id_of
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError, fill_error, find_row
from dispatch.domain.model.messages import Refused
from dispatch.store.errors import NotStorable, StoreError

COOKIE = "centre_session"
CSRF_HEADER = "x-csrf-token"


def get_deps(request: Request) -> ApiDeps:
    """The collaborators of this application."""
    return cast(ApiDeps, request.app.state.deps)


Deps = Annotated[ApiDeps, Depends(get_deps)]


async def find_principal(request: Request, deps: ApiDeps) -> Principal | None:
    """The principal of the request's session cookie, or None."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    session = await deps.sessions.find(session_id_of(token), deps.clock.now())
    return None if session is None else principal_of_user(session.user, session.id)


async def get_reader(request: Request, deps: Deps) -> Principal:
    """Whoever is signed in. Raises ApiError `not_signed_in`."""
    principal = await find_principal(request, deps)
    if principal is None:
        raise ApiError("not_signed_in")
    return principal


async def get_writer(request: Request, deps: Deps) -> Principal:
    """Whoever is signed in and sends the session's CSRF token. Raises ApiError."""
    principal = await get_reader(request, deps)
    if not deps.signer.is_csrf(principal.session_id, request.headers.get(CSRF_HEADER, "")):
        raise ApiError("wrong_csrf")
    return principal


Reader = Annotated[Principal, Depends(get_reader)]
Writer = Annotated[Principal, Depends(get_writer)]


class Only:
    """Lets the given roles through; others get the error `not_allowed`."""

    def __init__(self, roles: tuple[str, ...]) -> None:
        self._roles = roles

    async def read(self, request: Request, principal: Reader) -> Principal:
        """Whoever is signed in with one of the roles. Raises ApiError."""
        if principal.role not in self._roles:
            raise ApiError("not_allowed", role=principal.role, command=request.url.path[:200])
        return principal

    async def write(self, request: Request, principal: Writer) -> Principal:
        """The same, and with the session's CSRF token. Raises ApiError."""
        return await self.read(request, principal)


RoomReader = Annotated[Principal, Depends(Only(ROOM).read)]
RoomWriter = Annotated[Principal, Depends(Only(ROOM).write)]
DeskReader = Annotated[Principal, Depends(Only(DESKS).read)]
DeskWriter = Annotated[Principal, Depends(Only(DESKS).write)]
OverseerReader = Annotated[Principal, Depends(Only(OVERSEERS).read)]
ChiefReader = Annotated[Principal, Depends(Only(CHIEFS).read)]
ChiefWriter = Annotated[Principal, Depends(Only(CHIEFS).write)]
AdministratorWriter = Annotated[Principal, Depends(Only(ADMINISTRATORS).write)]
ReviewReader = Annotated[Principal, Depends(Only(REVIEWERS).read)]
ReviewWriter = Annotated[Principal, Depends(Only(REVIEWERS).write)]


def answer_json(value: object, status: int = 200) -> Response:
    """A JSON answer by the same encoder as the frames."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def answer_error(code: str, data: dict[str, object], retry_s: float | None = None) -> Response:
    """A row of the error table as an HTTP answer."""
    row = find_row(code)
    answer = answer_json({"error": fill_error(code, data)}, row.http)
    wait_s = retry_s or row.retry_s
    if wait_s is not None:
        answer.headers["retry-after"] = str(max(1, round(wait_s)))
    return answer


def add_error_handlers(app: FastAPI) -> None:
    """Every fault is answered by the error table."""

    @app.exception_handler(ApiError)
    async def _api_error(request: Request, error: ApiError) -> Response:
        return answer_error(error.code, error.data, error.retry_s)

    @app.exception_handler(Refused)
    async def _refused(request: Request, refusal: Refused) -> Response:
        return answer_error(refusal.code, refusal.data)

    @app.exception_handler(NotStorable)
    async def _not_storable(request: Request, error: NotStorable) -> Response:
        return answer_error("malformed_request", {"fault": "U+0000 | number out of range"})

    @app.exception_handler(StoreError)
    async def _store_error(request: Request, error: StoreError) -> Response:
        return answer_error("storage_unavailable", {})

    @app.exception_handler(RequestValidationError)
    async def _malformed(request: Request, error: RequestValidationError) -> Response:
        faults = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        return answer_error("malformed_request", {"fault": "; ".join(faults)[:300]})

    @app.exception_handler(Exception)
    async def _internal(request: Request, error: Exception) -> Response:
        """Told by the table too; the fault itself goes on to the server's log."""
        return answer_error("internal", {})

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return answer_error("not_found", {"what": request.url.path[:200]})
        answer = answer_error("malformed_request", {"fault": str(error.detail)[:200]})
        answer.status_code = error.status_code
        return answer
