"""A WebSocket client that costs almost nothing, so that thousands of them leave the server most of a machine.

It speaks the published protocol; frames from the server are never masked or split here, which keeps reading
down to one look at the length.
"""

import asyncio
import base64
import os
import time
from collections.abc import Callable
from typing import Any, cast

import msgspec

Json = dict[str, Any]
FrameTaker = Callable[["LightSocket", str, float], None]


class LightSocket(asyncio.Protocol):
    """One connection. `take(socket, text, at)` gets each text frame with the moment its bytes arrived."""

    def __init__(self, path: str, hello: Json, take: FrameTaker) -> None:
        self._path = path
        self._hello = hello
        self._take = take
        self._buffer = bytearray()
        self._open = False
        self.transport: asyncio.Transport
        self.closed = asyncio.get_running_loop().create_future()
        self.resume = ""
        self.name = ""
        self.seq = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever waits."""
        if not self.closed.done():
            self.closed.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Cut the stream into frames."""
        at = time.perf_counter()
        self._buffer += data
        if not self._open:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in self._buffer[:end]:
                raise ConnectionError(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
            self._open = True
            self.send(self._hello)
        while (frame := self._cut()) is not None:
            opcode, payload = frame
            if opcode == 1:
                self._take(self, payload.decode(), at)
            elif opcode == 8:
                self.transport.close()
            elif opcode == 9:
                self._write(0x8A, payload)

    def send(self, frame: Json) -> None:
        """Send one frame."""
        self._write(0x81, msgspec.json.encode(frame))

    def _write(self, first: int, payload: bytes) -> None:
        # Masked with zeros: allowed, and free.
        if len(payload) < 126:
            head = bytes((first, 0x80 | len(payload)))
        else:
            head = bytes((first, 0x80 | 126)) + len(payload).to_bytes(2, "big")
        self.transport.write(head + b"\0\0\0\0" + payload)

    def _cut(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + length:
            return None
        opcode, payload = buffer[0] & 0x0F, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return opcode, payload


async def open_light(port: int, channel: str, hello: Json, take: FrameTaker) -> LightSocket:
    """A connection that has asked for its upgrade; its frames go to `take`."""
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(
        lambda: LightSocket(f"/ws/{channel}", hello, take), "127.0.0.1", port
    )
    return socket
