"""One connection after its hello: frames in, commands in order, answers and live frames out.

Frames in are taken as they arrive; commands run one after the other, so that what a device queued offline is
applied in its order; live frames are asked for only when the peer can take them. A slow peer therefore gets
one merged frame instead of a queue, and never slows anyone else.
"""

import asyncio
import logging
import re
import secrets
from collections import deque
from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.api.auth.limits import Bucket
from dispatch.api.auth.principal import Principal
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError, fill_error, find_row
from dispatch.api.protocol.frames import (
    PROTOCOL,
    Ack,
    CommandFrame,
    Drain,
    ErrorFrame,
    Frame,
    Hello,
    Ping,
    Pong,
    RefusedFrame,
    Welcome,
)
from dispatch.api.ws.channel import Channel
from dispatch.api.ws.clock_offset import ClockOffset
from dispatch.api.ws.intake import submit_frame
from dispatch.api.ws.socket import Socket
from dispatch.api.ws.wire import frame_text
from dispatch.store.rejected import Rejection

log = logging.getLogger(__name__)

COMMANDS_WAITING = 64
ANSWERS_WAITING = 512
FLOOD_AFTER = 500
"""Frames over the rate, one after the other, after which the connection ends."""

ERROR_EVERY_S = 1.0
FRAMES_TOGETHER = 32
"""Live frames written at once before it is looked at whether the peer still takes them."""

ENCODER = msgspec.json.Encoder()


def encode_frame(frame: Frame) -> bytes:
    """A frame as it goes over the wire; sessions may share it."""
    return frame_text(ENCODER.encode(frame))


class Session:
    """Base of the four channels' sessions."""

    channel: ClassVar[Channel]

    def __init__(self, socket: Socket, principal: Principal, deps: ApiDeps, bucket: Bucket) -> None:
        self.id = secrets.token_hex(8)
        self.socket = socket
        self.principal = principal
        self.rights = principal.rights
        self.deps = deps
        self.clock = ClockOffset()
        self.close_code: tuple[int, str] | None = None
        self._bucket = bucket
        self._over = 0
        self._error_at = -ERROR_EVERY_S
        self._answers: deque[bytes] = deque()
        self._commands: deque[tuple[CommandFrame, datetime]] = deque()
        self._running: asyncio.Task[None] | None = None
        self._flushing = False
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self.written_at = self._loop.time()

    # ── for subclasses ──

    def begin(self, hello: Hello, resumed_rights: bool) -> str | None:
        """Prepare the live frames; gives the address of a snapshot the peer must fetch first, if any.
        `resumed_rights` says that the peer's copy was made under the rights it has now."""
        return None

    def pull(self) -> bytes | None:
        """The next live frame, or None when there is nothing to say."""
        return None

    def take(self, frame: Frame, received_at: datetime) -> None:
        """A frame that only this channel has. Raises ApiError."""
        raise ApiError("unknown_frame", t=type(frame).__name__)

    def end(self) -> None:
        """The connection is over."""

    # ── life ──

    async def run(self, hello: Hello, resumed_rights: bool, heard_at: datetime) -> None:
        """Welcome the peer, whose hello came in at `heard_at`, and serve it until either side ends."""
        self._note_clock(hello.sent_at, heard_at)
        snapshot = self.begin(hello, resumed_rights)
        head = self.deps.board.head
        welcome = Welcome(
            session=self.id,
            centre_id=head.centre_id,
            log_id=head.log_id,
            head=head.seq,
            resume=self.make_resume(),
            server_at=self.deps.clock.now(),
            snapshot=snapshot,
            head_s=self.channel.head_s,
        )
        self._answers.appendleft(encode_frame(welcome))
        self.socket.listen(self._take_message, self.wake, self._end, self._take_too_long)
        self.wake()
        try:
            await self._ended
        finally:
            self.end()
            if self._running is not None:
                self._running.cancel()
        code, reason = self.close_code or (1000, "")
        await self.socket.close(code, reason)

    def make_resume(self) -> str:
        """A fresh token for the next connection."""
        return self.deps.signer.make_resume(self.principal, self.channel.name, self.deps.clock.now())

    def post(self, frame: Frame) -> None:
        """Send a frame that must arrive. A peer that lets too many wait is made to resume."""
        self.post_encoded(encode_frame(frame))

    def post_encoded(self, frame: bytes) -> None:
        """As `post`, of a frame shared with other sessions."""
        if len(self._answers) >= ANSWERS_WAITING:
            self.stop("too_slow")
            return
        self._answers.append(frame)
        self.wake()

    def wake(self) -> None:
        """There may be something to send. It goes with all else that comes up in this turn of the loop."""
        if not self._flushing and self.socket.writable:
            self._flushing = True
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write all that is to be said now, as far as the peer takes it; for whoever serves many in turn. A
        fault here ends this connection and nobody else's."""
        self._flushing = False
        try:
            self._write()
        except Exception:
            log.exception("a connection of %s cannot be served", self.principal.id)
            self.close_code = (1011, "internal_error")
            self._end()

    def stop(self, code: str, **data: object) -> None:
        """End the connection, with a row of the error table."""
        if self.close_code is not None:
            return
        self._end_with(code, ErrorFrame(error=fill_error(code, data), retry_s=find_row(code).retry_s))

    def drain(self, retry_s: float) -> None:
        """End the connection because the centre restarts; the peer comes back after so many seconds."""
        if self.close_code is None:
            self._end_with("draining", Drain(retry_s=retry_s))

    def reject(self, code: str, data: dict[str, object], frame: str | bytes) -> None:
        """Keep what could not be accepted, for people to look at."""
        raw = frame.encode(errors="replace") if isinstance(frame, str) else frame
        self.deps.rejected.note(
            Rejection(
                at=self.deps.clock.now(),
                channel=self.channel.name,
                principal=self.principal.id,
                address=self.socket.address,
                code=code,
                data=data,
                frame=raw,
            )
        )

    def _end_with(self, code: str, last: Frame) -> None:
        self.close_code = (find_row(code).close or 1008, code)
        self._answers.clear()
        self._answers.append(encode_frame(last))
        self.wake()

    # ── in and out ──

    def _take_message(self, raw: str | bytes) -> None:
        if self.close_code is not None:
            return
        received_at = self.deps.clock.now()
        try:
            self._take_raw(raw, received_at)
        except ApiError as error:
            self.reject(error.code, error.data, raw)
            self._answer_error(error)

    def _take_too_long(self, length: int) -> bytes:
        """Told by the transport, which read no more of it than this and closes."""
        data: dict[str, object] = {"length": length, "limit": self.channel.frame_limit}
        self.close_code = (1009, "frame_too_large")
        self.reject("frame_too_large", data, b"")
        self._end()
        return encode_frame(ErrorFrame(error=fill_error("frame_too_large", data), retry_s=None))

    def _write(self) -> None:
        together = FRAMES_TOGETHER
        while together >= FRAMES_TOGETHER and not self._ended.done() and self.socket.writable:
            frames = self._collect()
            together = len(frames)
            if frames:
                self.socket.write(frames)
                self.written_at = self._loop.time()
                if self.close_code is not None and not self._answers:
                    self._end()

    def _collect(self) -> list[bytes]:
        """Answers first; live frames are not even made for a peer that is being sent away."""
        frames = list(self._answers)
        self._answers.clear()
        while (
            self.close_code is None and len(frames) < FRAMES_TOGETHER and (frame := self.pull()) is not None
        ):
            frames.append(frame)
        return frames

    def _end(self, fault: BaseException | None = None) -> None:
        if not self._ended.done():
            if fault is None:
                self._ended.set_result(None)
            else:
                self._ended.set_exception(fault)

    async def _run_commands(self) -> None:
        try:
            while self._commands:
                frame, received_at = self._commands[0]
                self.post(await self._answer(frame, received_at))
                self._commands.popleft()
        finally:
            self._running = None

    def _look_at_end(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._end(fault)

    # ── frames ──

    def _take_raw(self, raw: str | bytes, received_at: datetime) -> None:
        limit = self.channel.frame_limit
        length = len(raw) if isinstance(raw, bytes) or len(raw) * 4 <= limit else len(raw.encode())
        if length > limit:
            self.stop("frame_too_large", length=length, limit=limit)
            self.reject("frame_too_large", {"length": length, "limit": limit}, raw[:4096])
            return
        wait_s = self._bucket.take(self._loop.time())
        if wait_s > 0:
            self._over += 1
            if self._over >= FLOOD_AFTER:
                self.stop("flooding", wait_s=10)
            raise ApiError("too_fast", wait_s=round(wait_s, 1))
        self._over = 0
        if isinstance(raw, bytes):
            raise ApiError("binary_frame")
        self._take_frame(decode_frame(self.channel, raw), received_at)

    def _take_frame(self, frame: Frame, received_at: datetime) -> None:
        if isinstance(frame, CommandFrame):
            self._take_command(frame, received_at)
        elif isinstance(frame, Ping):
            self._note_clock(frame.sent_at, received_at)
            self.post(Pong(sent_at=frame.sent_at, server_at=received_at))
        elif isinstance(frame, Hello):
            raise ApiError("already_hello")
        else:
            self.take(frame, received_at)

    def _take_command(self, frame: CommandFrame, received_at: datetime) -> None:
        if len(self._commands) >= COMMANDS_WAITING:
            self.post(refuse(frame.command_id, "too_many_waiting", {"limit": COMMANDS_WAITING}))
            return
        self._commands.append((frame, received_at))
        if self._running is None:
            self._running = self._loop.create_task(self._run_commands())
            self._running.add_done_callback(self._look_at_end)

    async def _answer(self, frame: CommandFrame, received_at: datetime) -> Ack | RefusedFrame:
        try:
            if frame.occurred_at is not None and frame.occurred_at.tzinfo is None:
                raise ApiError("malformed_frame", fault="time without zone - at `$.occurred_at`")
            occurred_at = self.clock.correct(frame.occurred_at, received_at)
            return await submit_frame(
                self.deps, self.channel, self.principal, frame, occurred_at, received_at
            )
        except ApiError as error:
            self.reject(error.code, error.data, ENCODER.encode(frame))
            return refuse(frame.command_id, error.code, error.data)

    def _answer_error(self, error: ApiError) -> None:
        """At most one error frame a second for frames over the rate; every other fault is answered."""
        now = self._loop.time()
        if error.code == "too_fast" and now - self._error_at < ERROR_EVERY_S:
            return
        self._error_at = now
        self.post(ErrorFrame(error=fill_error(error.code, error.data), retry_s=error.retry_s))

    def _note_clock(self, sent_at: datetime | None, received_at: datetime) -> None:
        if sent_at is not None and sent_at.tzinfo is not None:
            self.clock.note(sent_at, received_at)


def refuse(command_id: str, code: str, data: dict[str, object]) -> RefusedFrame:
    """The answer to a command that was turned down."""
    return RefusedFrame(command_id=command_id, error=fill_error(code, data), retry_s=find_row(code).retry_s)


_TAG = re.compile(r'"t"\s*:\s*"([^"\\]{0,60})"')


def decode_frame(channel: Channel, raw: str) -> Frame:
    """A frame of the channel. Raises ApiError: malformed_json, unknown_frame, malformed_frame."""
    try:
        return channel.decoder.decode(raw)
    except msgspec.ValidationError as fault:
        text = str(fault)
        if text.endswith("`$.t`"):
            tag = _TAG.search(raw)
            raise ApiError("unknown_frame", t=tag.group(1) if tag else "") from fault
        raise ApiError("malformed_frame", fault=text) from fault
    except msgspec.DecodeError as fault:
        raise ApiError("malformed_json", fault=str(fault)) from fault


def check_protocol(hello: Hello) -> None:
    """Raises ApiError `wrong_protocol`."""
    if hello.protocol != PROTOCOL:
        raise ApiError("wrong_protocol", ours=PROTOCOL, theirs=hello.protocol)
