"""A socket without a client's manners, for frames that no good client sends."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from dispatch.client import TicketSource

Json = dict[str, Any]


class Raw:
    """Sends text as it is and gives frames as they come."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.texts: list[str] = []

    async def send(self, frame: Json | str | bytes) -> None:
        """A frame, or anything else."""
        # A centre that has already turned us away said so in a frame that is still to be read.
        with contextlib.suppress(ConnectionClosed):
            await self.socket.send(msgspec.json.encode(frame).decode() if isinstance(frame, dict) else frame)

    async def next(self, *tags: str) -> Json:
        """The next frame of these names (any when none is named). Raises ConnectionClosed."""
        while True:
            text = str(await self.socket.recv())
            self.texts.append(text)
            frame: Json = msgspec.json.decode(text)
            if not tags or frame["t"] in tags:
                return frame

    async def rest(self, *tags: str) -> AsyncIterator[Json]:
        """Frames of these names until the connection ends."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                yield await self.next(*tags)

    async def ask(self, frame: Json | str | bytes, *tags: str) -> Json:
        """Send, and give the next frame of these names."""
        await self.send(frame)
        return await self.next(*tags)


@asynccontextmanager
async def raw_socket(base_url: str, channel: str, **headers: str) -> AsyncIterator[Raw]:
    """A connection that has not said hello."""
    address = base_url.replace("http", "ws", 1) + f"/ws/{channel}"
    async with connect(
        address,
        compression=None,
        max_size=None,
        additional_headers=headers,
        proxy=None,
        open_timeout=60,
        ping_interval=None,
    ) as socket:
        yield Raw(socket)


@asynccontextmanager
async def greeted(source: TicketSource, channel: str, **hello: Any) -> AsyncIterator[Raw]:
    """A connection that was welcomed."""
    # Before the connection, which has only some seconds to say hello.
    ticket = await source.get_ticket(channel)
    async with raw_socket(source.base_url, channel) as raw:
        frame = {"t": "hello", "protocol": 1, "ticket": ticket, "device": source.device} | hello
        welcome = await raw.ask(frame, "welcome")
        assert welcome["log_id"]
        yield raw
