"""The transport under a socket: uvicorn's WebSocket with a short way for whole text frames.

uvicorn hands every message through a queue, two task switches and a pause of reading; with thousands of
positions a second that is most of their cost. Here a whole masked text frame goes straight from its bytes to
whoever took the connection, and frames out are written as they were encoded. Everything else (handshake,
ping, close, fragments, whatever breaks the protocol) is the library's as before.
"""

from collections.abc import Callable, Sequence
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import PayloadTooBig
from websockets.http11 import Request
from websockets.speedups import apply_mask

EXTENSION = "dispatch.wire"
"""Where the ASGI scope of a connection carries its `WireProtocol`."""

_TEXT = 0x81
_PONG = 0x8A
_PING = b"\x89\x00"
_MASKED = 0x80

PARTING_S = 5.0
"""Whoever sent more than anybody may has so long to read why before the connection goes."""

Taker = Callable[[str | bytes], None]
TooLong = Callable[[int], bytes]
"""(bytes of a message, as far as they are known) → the last frame to its sender, made by `frame_text`."""


class WireProtocol(WebSocketsSansIOProtocol):
    """One connection. Until somebody takes it over, it behaves as uvicorn's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._take: Taker | None = None
        self._drained: Callable[[], None] | None = None
        self._gone: Callable[[], None] | None = None
        self._too_long: TooLong | None = None
        self._deaf = False
        self._rest = b""
        self._short_way = True
        self._heard_at = self.loop.time()

    def take_over(
        self,
        take: Taker,
        drained: Callable[[], None],
        gone: Callable[[], None],
        too_long: TooLong | None = None,
    ) -> None:
        """From now on messages go to `take`; `drained` is called when the peer takes frames again after it
        did not, `gone` once when the connection is lost, `too_long` before a close for a message too long."""
        self._take, self._drained, self._gone, self._too_long = take, drained, gone, too_long

    def write_frames(self, frames: Sequence[bytes]) -> None:
        """Send frames that are encoded already; nothing happens once the connection closes."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frames[0] if len(frames) == 1 else b"".join(frames))

    def pause(self) -> None:
        """Read no more until `resume`."""
        if not self.read_paused and not self.transport.is_closing():
            self.read_paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self.read_paused and not self.transport.is_closing():
            self.read_paused = False
            self.transport.resume_reading()

    # ── what uvicorn calls ──

    def handle_connect(self, event: Request) -> None:
        """Let the application find this connection."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: dict[str, Any] = self.scope["extensions"] or {}
            extensions[EXTENSION] = self

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever took the connection."""
        super().connection_lost(exc)
        if self._gone is not None:
            self._gone()

    def resume_writing(self) -> None:
        """The peer takes frames again."""
        super().resume_writing()
        if self._drained is not None:
            self._drained()

    def send_keepalive_ping(self) -> None:
        """Ask a silent peer whether it lives, and drop one that was not heard of for both times together.
        Whatever it sends is an answer; one that was heard of lately is not asked."""
        ask_s = self.ping_interval or 0.0
        patience_s = self.ping_timeout or ask_s
        silent_s = self.loop.time() - self._heard_at
        self.ping_timer = None
        if self.close_sent or self.transport.is_closing():
            return
        if silent_s >= ask_s + patience_s:
            self.keepalive_timeout()
            return
        if silent_s >= ask_s:
            self.transport.write(_PING)
            ask_s += patience_s
        self.ping_timer = self.loop.call_later(ask_s - silent_s, self.send_keepalive_ping)

    def data_received(self, data: bytes) -> None:
        """Cut whole text frames out of the stream; the library sees the rest, frame by frame."""
        self._heard_at = self.loop.time()
        if self._deaf:
            return
        if self._take is None or not self._short_way:
            super().data_received(data)
            return
        if self._rest:
            data, self._rest = self._rest + data, b""
        at = 0
        while (cut := _measure(data, at)) is not None:
            body, end = cut
            if not data[at + 1] & _MASKED or end - body > self.config.ws_max_size:
                self._short_way = False  # only the library may judge this, and what comes after it
                super().data_received(data[at:])
                return
            if end > len(data):
                break
            self._take_frame(data, at, body, end)
            at = end
        self._rest = data[at:]

    def handle_parser_exception(self) -> None:
        """The library closes. Of a message longer than anybody may send that is told in a frame before the
        close, and its rest is read away: a connection closed upon a peer that still sends is reset, and takes
        the answer with it."""
        fault = self.conn.parser_exc
        if self._too_long is None or not isinstance(fault, PayloadTooBig) or self.transport.is_closing():
            super().handle_parser_exception()
            return
        self._deaf = self.close_sent = True
        told = self._too_long((fault.size or 0) + (fault.current_size or 0))
        self.transport.write(b"".join([told, *self.conn.data_to_send()]))
        self.close_timer = self.loop.call_later(PARTING_S, self.transport.close)

    def send_receive_event_to_app(self) -> None:
        """A message that the library put together."""
        if self._take is None:
            super().send_receive_event_to_app()
            return
        data = b"".join(self.frames)
        text = _decode(data) if self.curr_msg_data_type == "text" else None
        if self.curr_msg_data_type == "text" and text is None:
            super().send_receive_event_to_app()  # which closes with 1007
            return
        self.frames = []
        if not self.close_sent:
            self._take(data if text is None else text)

    def _take_frame(self, data: bytes, at: int, body: int, end: int) -> None:
        if data[at] == _TEXT and self.conn.current_size is None and not self.close_sent:
            text = _decode(apply_mask(data[body:end], data[body - 4 : body]))
            if text is not None and self._take is not None:
                self._take(text)
                return
        if data[at] != _PONG:
            super().data_received(data[at:end])


def frame_text(payload: bytes) -> bytes:
    """A whole text frame from a server (RFC 6455, section 5.2): never masked."""
    length = len(payload)
    if length < 126:
        return bytes((_TEXT, length)) + payload
    if length < 65_536:
        return bytes((_TEXT, 126)) + length.to_bytes(2, "big") + payload
    return bytes((_TEXT, 127)) + length.to_bytes(8, "big") + payload


def _measure(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of a masked frame begins and ends (perhaps beyond the data); None when not even its
    length is there."""
    have = len(data) - at
    if have < 2:
        return None
    length = data[at + 1] & 0x7F
    if length < 126:
        return at + 6, at + 6 + length
    if length == 126:
        return None if have < 4 else (at + 8, at + 8 + int.from_bytes(data[at + 2 : at + 4], "big"))
    return None if have < 10 else (at + 14, at + 14 + int.from_bytes(data[at + 2 : at + 10], "big"))


def _decode(payload: bytes) -> str | None:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return None
