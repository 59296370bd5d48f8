"""One WebSocket as the sessions see it. The transport stands behind this and may be exchanged."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Disconnected(Exception):
    """The peer is gone."""


class Socket:
    """Text frames in and out over the ASGI interface."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._closed = False
        self._headers = {
            key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]
        }
        client = scope.get("client")
        self.address: str = client[0] if client else ""

    def find_header(self, name: str) -> str | None:
        """A header of the handshake, by its lower-case name."""
        return self._headers.get(name)

    async def accept(self) -> None:
        """Complete the handshake. Raises Disconnected."""
        message = await self._receive()
        if message["type"] != "websocket.connect":
            raise Disconnected
        await self._emit({"type": "websocket.accept"})

    async def receive(self) -> str | bytes:
        """The next frame: text, or bytes for a binary one. Raises Disconnected."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self._closed = True
            raise Disconnected
        text: str | None = message.get("text")
        return text if text is not None else bytes(message["bytes"])

    async def send(self, text: str) -> None:
        """Send one frame; waits while the peer takes nothing. Raises Disconnected."""
        await self._emit({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code; nothing happens when it is closed already."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._emit({"type": "websocket.close", "code": code, "reason": reason})
        except Disconnected:
            return

    async def _emit(self, message: Message) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as gone:  # what the transport raises once the peer is gone
            self._closed = True
            raise Disconnected from gone
