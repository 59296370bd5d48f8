"""The transport's short way gives what the long way would, however the bytes are cut."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from dispatch.api.ws.socket import Message, Receive, Send, Socket
from dispatch.api.ws.wire import WireProtocol, frame_text
from tests.integration.api.centre import listen_on, until_started

LIMIT = 70_000
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@dataclass
class Listener:
    """An application that keeps what it is told, and echoes the last word."""

    port: int = 0
    heard: list[str | bytes] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        socket = Socket(scope, receive, send)
        await socket.accept()

        def take(message: str | bytes) -> None:
            self.heard.append(message)
            if message == "end":
                socket.write([frame_text(b"heard"), frame_text(b"all")])

        socket.listen(take, lambda: None, self.gone.set)
        await self.gone.wait()


@asynccontextmanager
async def listening(silence_s: float | None = None) -> AsyncIterator[Listener]:
    """A server; with `silence_s` it asks a peer after so long, and drops it after as long again."""
    listener = Listener()
    config = uvicorn.Config(
        listener, ws=WireProtocol, ws_max_size=LIMIT, lifespan="off", log_config=None,
        ws_ping_interval=silence_s, ws_ping_timeout=silence_s,
    )  # fmt: skip
    server, socket = uvicorn.Server(config), listen_on(0)
    listener.port = socket.getsockname()[1]
    serving = asyncio.create_task(server.serve(sockets=[socket]))
    await until_started(server, serving)
    try:
        yield listener
    finally:
        server.should_exit = True
        await serving


async def talk(listener: Listener, chunks: Sequence[bytes]) -> bytes:
    """Send chunks one after the other; gives all that came back until the centre closed or answered."""
    listener.heard.clear()
    listener.gone.clear()
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(HANDSHAKE)
    await reader.readuntil(b"\r\n\r\n")
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
    answer = b""
    async with asyncio.timeout(30):
        while not answer.endswith(b"\x81\x03all") and (data := await reader.read(4096)):
            answer += data
    writer.close()
    async with asyncio.timeout(30):
        await listener.gone.wait()
    return answer


def encode(opcode: Opcode, payload: bytes, *, fin: bool = True, mask: bool = True) -> bytes:
    return Frame(opcode, payload, fin).serialize(mask=mask)


texts = st.text(max_size=300) | st.integers(100, 66_000).map(lambda n: "ă" * (n // 2))


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[str | bytes], bytes]:
    """Messages and the bytes a client may send them as: whole, in fragments, with pings between."""
    messages: list[str | bytes] = []
    stream = b""
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(("text", "text", "binary", "fragments", "ping")))
        text = draw(texts)
        if kind == "ping":
            stream += encode(Opcode.PING, b"there?")
        elif kind == "binary":
            messages.append(text.encode())
            stream += encode(Opcode.BINARY, text.encode())
        elif kind == "text":
            messages.append(text)
            stream += encode(Opcode.TEXT, text.encode())
        else:
            messages.append(text)
            half = len(text.encode()) // 2
            stream += encode(Opcode.TEXT, text.encode()[:half], fin=False)
            stream += encode(Opcode.PING, b"between")
            stream += encode(Opcode.CONT, text.encode()[half:])
    return messages, stream + encode(Opcode.TEXT, b"end")


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % len(stream) for place in places} | {len(stream)})
    return [stream[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def test_messages_arrive_whole_and_in_order_however_their_bytes_are_cut() -> None:
    async def scenario(messages: list[str | bytes], chunks: list[bytes]) -> None:
        async with listening() as listener:
            await talk(listener, chunks)
            assert listener.heard == [*messages, "end"]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(streams(), st.lists(st.integers(0, 200_000), max_size=12))
    def any_stream(made: tuple[list[str | bytes], bytes], places: list[int]) -> None:
        asyncio.run(scenario(made[0], cut(made[1], places)))

    any_stream()


async def test_frames_that_break_the_protocol_are_heard_by_nobody_and_answered_by_a_close() -> None:
    broken = {
        1002: encode(Opcode.TEXT, b"not masked", mask=False),
        1007: encode(Opcode.TEXT, b"\xff\xfe"),
        1009: encode(Opcode.TEXT, os.urandom(LIMIT // 2).hex().encode() + b"0"),
    }
    async with listening() as listener:
        for code, frame in broken.items():
            answer = await talk(listener, [encode(Opcode.TEXT, b"before"), frame])
            assert b"\x88" in answer
            assert code.to_bytes(2, "big") in answer
            assert listener.heard == ["before"]


async def test_a_peer_that_answers_nothing_is_asked_and_dropped_and_one_that_answers_stays() -> None:
    async with listening(silence_s=0.4) as deaf, listening(silence_s=0.4) as listener:
        streams = [await asyncio.open_connection("127.0.0.1", port) for port in (deaf.port, listener.port)]
        for reader, writer in streams:
            writer.write(HANDSHAKE)
            await reader.readuntil(b"\r\n\r\n")
        (mute, _), (speaker, speaking) = streams
        answered = asyncio.Event()

        async def answer() -> None:
            while data := await speaker.read(4096):
                speaking.write(encode(Opcode.PONG, b""))
                if data.endswith(b"all"):
                    answered.set()

        answering = asyncio.create_task(answer())
        async with asyncio.timeout(30):
            assert (await mute.read(4096)).startswith(b"\x89\x00")
            await deaf.gone.wait()
            speaking.write(encode(Opcode.TEXT, b"end"))
            await answered.wait()
        for _, writer in streams:
            writer.close()
        await answering
