"""One WebSocket as the sessions see it. The transport stands behind this and may be exchanged."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, cast

from dispatch.api.ws.wire import EXTENSION, Taker, TooLong, WireProtocol

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Disconnected(Exception):
    """The peer is gone."""


class Socket:
    """Frames in and out. Before somebody listens, they are received one by one."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._wire = cast(WireProtocol, scope["extensions"][EXTENSION])
        self._headers = {
            key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]
        }
        client = scope.get("client")
        self.address: str = client[0] if client else ""
        self._unread: deque[str | bytes] = deque()
        self._arrived = asyncio.Event()
        self._gone: Callable[[], None] = self._arrived.set
        self._lost = False
        self._closed = False

    def find_header(self, name: str) -> str | None:
        """A header of the handshake, by its lower-case name."""
        return self._headers.get(name)

    async def accept(self) -> None:
        """Complete the handshake. Raises Disconnected."""
        message = await self._receive()
        if message["type"] != "websocket.connect":
            raise Disconnected
        await self._emit({"type": "websocket.accept"})
        self._wire.take_over(self._keep, _ignore, self._lose)

    async def receive(self) -> str | bytes:
        """The next frame while nobody listens: text, or bytes for a binary one. Raises Disconnected."""
        while not self._unread:
            if self._lost:
                raise Disconnected
            self._arrived.clear()
            await self._arrived.wait()
        return self._unread.popleft()

    def listen(
        self,
        take: Taker,
        drained: Callable[[], None],
        gone: Callable[[], None],
        too_long: TooLong | None = None,
    ) -> None:
        """Have functions called: for each frame from now on (those that wait first), when the peer takes
        frames again after `writable` was false, once when it is gone, and for the last words to one whose
        message is longer than the transport takes."""
        self._gone = gone
        self._wire.take_over(take, drained, self._lose, too_long)
        while self._unread:
            take(self._unread.popleft())
        self._wire.resume()
        if self._lost:
            gone()

    @property
    def writable(self) -> bool:
        """Whether the peer takes what it is sent; what is written meanwhile waits in memory."""
        return self._wire.writable.is_set()

    def write(self, frames: Sequence[bytes]) -> None:
        """Send frames made by `frame_text`, together. What a lost peer is sent is forgotten."""
        self._wire.write_frames(frames)

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code; nothing happens when it is closed already."""
        if self._closed or self._lost:
            return
        self._closed = True
        try:
            await self._emit({"type": "websocket.close", "code": code, "reason": reason})
        except Disconnected:
            return

    def _keep(self, message: str | bytes) -> None:
        """A frame that comes before anybody listens; the peer has to wait with more."""
        self._unread.append(message)
        self._wire.pause()
        self._arrived.set()

    def _lose(self) -> None:
        self._lost = True
        self._gone()

    async def _emit(self, message: Message) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as gone:  # what the transport raises once the peer is gone
            self._lost = True
            raise Disconnected from gone


def _ignore() -> None:
    """Nobody waits for the peer yet."""
