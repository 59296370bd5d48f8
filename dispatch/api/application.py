"""The whole edge as one ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from fastapi import APIRouter, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.api.auth.tokens import Tickets
from dispatch.api.deps import ApiDeps
from dispatch.api.http.centre import make_city_routes, make_state_routes, make_work_routes
from dispatch.api.http.clocks import make_clock_routes
from dispatch.api.http.comparisons import make_comparison_routes
from dispatch.api.http.console_files import add_console_files
from dispatch.api.http.documents import make_document_routes
from dispatch.api.http.drafts import make_draft_routes
from dispatch.api.http.export import make_export_routes
from dispatch.api.http.guard import add_error_handlers
from dispatch.api.http.handset import make_handset_routes
from dispatch.api.http.history import make_history_routes
from dispatch.api.http.hospitals import make_hospital_routes
from dispatch.api.http.learnt import make_learnt_routes
from dispatch.api.http.photos import make_photo_routes
from dispatch.api.http.public import make_public_routes
from dispatch.api.http.reach import make_reach_routes
from dispatch.api.http.replay import make_replay_routes
from dispatch.api.http.sign_in import Gate, make_sign_in_routes, make_ticket_routes
from dispatch.api.http.simulated import make_simulated_routes
from dispatch.api.http.supervision import make_supervision_routes
from dispatch.api.http.thoughts import make_thoughts_routes
from dispatch.api.http.tours import make_tour_routes
from dispatch.api.http.ways import make_way_routes
from dispatch.api.http.who import make_who_routes
from dispatch.api.http.whose import make_whose_routes
from dispatch.api.ws.handshake import CHANNELS, Doorkeeper
from dispatch.api.ws.hub import Hub
from dispatch.live.reports import ReportIndex
from dispatch.live.units import UnitIndex

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "worker-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'self'"
    ),
}


def create_api(deps: ApiDeps, units: UnitIndex, reports: ReportIndex) -> FastAPI:
    """The application. Its lifespan feeds the sessions; the board must be loaded before it starts.

    `app.state.hub` is the hub, whose `drain` sends every client away in order. Call within a running loop.
    """
    hub, tickets = Hub(deps, units, reports), Tickets()
    gate = Gate(tickets)
    app = FastAPI(
        title="Trung tâm ứng cứu khẩn cấp / Emergency response centre",
        version="1",
        lifespan=lambda app: _run_hub(hub),
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.deps = deps
    app.state.hub = hub
    add_error_handlers(app)
    # Not as included routers: these are made a second time, and every request walks through each of them.
    for router in _list_routers(deps, gate, hub, reports):
        app.router.routes.extend(router.routes)
    door = Doorkeeper(deps, hub, tickets)
    for name in CHANNELS:
        app.router.routes.append(
            WebSocketRoute(f"/ws/{name}", cast(Callable[..., object], _Channel(door, name)))
        )
    add_console_files(app, deps.settings.frontend_dir)
    app.add_middleware(_SecurityHeaders)
    return app


def _list_routers(deps: ApiDeps, gate: Gate, hub: Hub, reports: ReportIndex) -> tuple[APIRouter, ...]:
    return (
        make_sign_in_routes(gate, hub),
        make_ticket_routes(gate),
        make_state_routes(deps.board),
        make_replay_routes(),
        make_simulated_routes(),
        make_export_routes(),
        make_work_routes(),
        make_clock_routes(),
        make_draft_routes(),
        make_history_routes(),
        make_handset_routes(),
        make_learnt_routes(),
        make_supervision_routes(),
        make_comparison_routes(),
        make_tour_routes(),
        make_way_routes(),
        make_reach_routes(),
        make_whose_routes(),
        make_hospital_routes(),
        make_thoughts_routes(),
        make_who_routes(),
        make_city_routes(),
        make_document_routes(),
        make_photo_routes(),
        make_public_routes(gate, reports),
    )


class _Channel:
    """One channel as an ASGI application: the sessions speak to the transport directly."""

    def __init__(self, door: Doorkeeper, name: str) -> None:
        self._door = door
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._door.serve(self._name, scope, receive, send)


@asynccontextmanager
async def _run_hub(hub: Hub) -> AsyncIterator[None]:
    hub.load()
    task = asyncio.create_task(hub.run(), name="hub")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _SecurityHeaders:
    """Adds the headers to every HTTP answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
