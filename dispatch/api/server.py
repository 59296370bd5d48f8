"""The application on a real port."""

import signal
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from dispatch.api.ws.hub import Hub
from dispatch.api.ws.wire import WireProtocol

FRAME_MAX = 2 * 1024 * 1024
"""The transport closes beyond this; the channels' own limits answer long before with an error."""

PING_EVERY_S = 10.0
SILENT_S = 15.0
"""A peer that does not answer a ping within this is dropped: at most 25 s of silence."""


class Server(uvicorn.Server):
    """uvicorn, which drains the sockets before it closes them."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End serving, and no more. uvicorn would raise the signal again after that and so end the process
        before the writer has kept a snapshot, signed the log's end and given its lease back."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell every client when to come back, then close."""
        await self._hub.drain()
        await super().shutdown(sockets)


def make_server(
    app: FastAPI,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    certificate: str | None = None,
    key: str | None = None,
    trusted_proxies: tuple[str, ...] = (),
) -> Server:
    """A server that is ready to `serve`. Port 0 takes any free one."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        ws=WireProtocol,
        ws_max_size=FRAME_MAX,
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=SILENT_S,
        ws_per_message_deflate=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        access_log=False,
        log_level="warning",
        log_config=None,
        timeout_graceful_shutdown=5,
        backlog=8192,
    )
    return Server(config, app.state.hub)


async def serve(
    app: FastAPI,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    certificate: str | None = None,
    key: str | None = None,
    trusted_proxies: tuple[str, ...] = (),
) -> None:
    """Serve until a signal ends it."""
    server = make_server(
        app, host=host, port=port, certificate=certificate, key=key, trusted_proxies=trusted_proxies
    )
    await server.serve()
