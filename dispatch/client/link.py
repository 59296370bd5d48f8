"""A connection that heals itself: reconnects with full jitter, resumes, resends what was not acknowledged."""

import asyncio
import contextlib
import random
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
from uuid6 import uuid7
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from dispatch.client.account import SignInFailed, TicketSource

Json = dict[str, Any]

PROTOCOL = 1
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 10.0
PING_EVERY_S = 10.0
WELCOME_WITHIN_S = 15.0
CLOSE_WITHIN_S = 2.0
RESEND_AFTER_S = 1.0
"""The centre tells at most once a second that frames come too fast; one told of stands for all."""


class CommandRefused(Exception):
    """The centre said no for good; `error` is a row of its error table."""

    def __init__(self, error: Json) -> None:
        super().__init__(f"{error['code']}: {error['en']}")
        self.error = error
        self.code: str = error["code"]
        self.data: Json = error.get("data", {})


class TurnedAway(Exception):
    """The connection was refused; `error` is a row of the error table."""

    def __init__(self, error: Json) -> None:
        super().__init__(f"{error['code']}: {error['en']}")
        self.code: str = error["code"]
        self.error = error


class _Pending:
    def __init__(self, frame: Json) -> None:
        self.text = encode(frame)
        self.answered: asyncio.Future[Json] = asyncio.get_running_loop().create_future()


class Link:
    """Base of the clients. Use as an async context manager, or `start` and `stop`.

    `frames` counts frames by name; `errors` keeps error frames; `pong` is the newest answer to a ping. `now`
    gives the client's clock. After `silent_s` seconds without any frame the connection counts as lost.
    `wait_until` waits `patience_s` seconds unless told otherwise.
    """

    channel = ""
    silent_s = 25.0
    patience_s = 15.0

    def __init__(self, source: TicketSource, *, now: Callable[[], datetime] | None = None) -> None:
        self.source = source
        self.now = now or (lambda: datetime.now(UTC))
        self.welcome: Json = {}
        self.errors: list[Json] = []
        self.frames: dict[str, int] = {}
        self.pong: Json = {}
        self.connections = 0
        self._resume: str | None = None
        self._pending: OrderedDict[str, _Pending] = OrderedDict()
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._welcomed = asyncio.Event()
        self._stopping = False
        self._retry_s: float | None = None
        self._resending: asyncio.TimerHandle | None = None
        self._watching: asyncio.TimerHandle | None = None
        self._heard_at = 0.0

    async def __aenter__(self) -> "Link":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Connect, and stay connected. Raises TurnedAway or SignInFailed if the first attempt fails."""
        self._task = asyncio.create_task(self._run(), name=f"client-{self.channel}")
        welcomed = asyncio.create_task(self._welcomed.wait())
        await asyncio.wait({self._task, welcomed}, return_when=asyncio.FIRST_COMPLETED)
        welcomed.cancel()
        if self._task.done():
            self._task.result()

    @property
    def connected(self) -> bool:
        """Whether a connection stands, as far as this side knows."""
        return self._socket is not None

    async def stop(self) -> None:
        """Close; commands without an answer stay without."""
        self._stopping = True
        if self._resending is not None:
            self._resending.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def send(
        self,
        body: Json,
        *,
        command_id: str | None = None,
        occurred_at: datetime | None = None,
        source: str | None = None,
    ) -> Json:
        """Send a command until it is answered, across reconnects; gives the `ack` frame.

        Raises CommandRefused.
        """
        frame: Json = {"t": "command", "command_id": command_id or str(uuid7()), "body": body}
        frame["occurred_at"] = (occurred_at or self.now()).isoformat()
        if source is not None:
            frame["source"] = source
        pending = self._pending[frame["command_id"]] = _Pending(frame)
        await self._emit(pending.text)
        try:
            return await pending.answered
        finally:
            self._pending.pop(frame["command_id"], None)

    async def send_frame(self, frame: Json) -> None:
        """Send any other frame once, if connected."""
        await self._emit(encode(frame))

    async def send_text(self, text: str) -> None:
        """Send raw text once, if connected."""
        await self._emit(text)

    async def wait_until(self, holds: Callable[[], bool], timeout_s: float | None = None) -> None:
        """Return once a condition holds; it is looked at after every frame and when a connection is lost.

        Raises TimeoutError.
        """
        async with asyncio.timeout(self.patience_s if timeout_s is None else timeout_s), self._changed:
            await self._changed.wait_for(holds)

    async def break_connection(self) -> None:
        """Cut the connection as a bad network would; it heals by itself."""
        if self._socket is not None:
            self._socket.transport.abort()

    # ── for subclasses ──

    def have(self) -> Json | None:
        """What the client's copy has, for a resume."""
        return None

    async def begin(self, welcome: Json) -> None:
        """A connection was welcomed."""

    async def take(self, frame: Json) -> None:
        """A frame that only this channel has."""

    # ── the connection ──

    async def _run(self) -> None:
        failures = 0
        while not self._stopping:
            try:
                await self._connect_once()
                failures = 0
            except (ConnectionClosed, OSError, WebSocketException, TimeoutError, httpx.TransportError):
                failures += 1
            except TurnedAway as away:
                if not self._resume and not self._welcomed.is_set() and away.code != "draining":
                    raise
                # With a time to return the token is as good as before; it was only not looked at.
                if self._retry_s is None:
                    self._resume = None
                failures += 1
            except SignInFailed:
                # A centre without its database can give no ticket; it will again.
                if not self._welcomed.is_set():
                    raise
                failures += 1
            finally:
                self._socket = None
            await self._tell_waiting()
            await asyncio.sleep(self._find_pause_s(failures))

    def _find_pause_s(self, failures: int) -> float:
        """Full jitter: anywhere between now and a limit that doubles; or what the centre asked for."""
        if self._retry_s is not None:
            pause, self._retry_s = self._retry_s, None
            return pause
        return random.uniform(0, min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0**failures))

    async def _connect_once(self) -> None:
        hello: Json = {"t": "hello", "protocol": PROTOCOL, "device": self.source.device}
        if self._resume is not None:
            hello["resume"] = self._resume
        else:
            hello["ticket"] = await self.source.get_ticket(self.channel)
        have = self.have()
        if have is not None:
            hello["have"] = have
        address = self.source.base_url.replace("http", "ws", 1) + f"/ws/{self.channel}"
        async with connect(
            address,
            compression=None,
            max_size=None,
            ping_interval=None,
            close_timeout=CLOSE_WITHIN_S,
            proxy=None,
        ) as socket:
            hello["sent_at"] = self.now().isoformat()
            await socket.send(encode(hello))
            async with asyncio.timeout(WELCOME_WITHIN_S):
                await self._take_welcome(msgspec.json.decode(await socket.recv()))
            await self._serve(socket)

    async def _take_welcome(self, frame: Json) -> None:
        if frame["t"] == "error":
            self._retry_s = frame.get("retry_s")
            raise TurnedAway(frame["error"])
        self.welcome, self._resume = frame, frame["resume"]
        self.connections += 1

    async def _serve(self, socket: ClientConnection) -> None:
        self._socket = socket
        await self.begin(self.welcome)
        for pending in list(self._pending.values()):
            await socket.send(pending.text)
        self._welcomed.set()
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        self._watch(socket)
        pinging = asyncio.create_task(self._ping(socket))
        try:
            async for text in socket:
                self._heard_at = loop.time()
                await self._take(msgspec.json.decode(text))
        finally:
            pinging.cancel()
            if self._watching is not None:
                self._watching.cancel()

    def _watch(self, socket: ClientConnection) -> None:
        """A network that swallows everything closes nothing: silence is the only sign of it."""
        loop = asyncio.get_running_loop()
        left_s = self._heard_at + self.silent_s - loop.time()
        if left_s <= 0:
            socket.transport.abort()
        else:
            self._watching = loop.call_later(left_s, self._watch, socket)

    async def _ping(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(PING_EVERY_S)
                await socket.send(encode({"t": "ping", "sent_at": self.now().isoformat()}))

    async def _take(self, frame: Json) -> None:
        tag = frame["t"]
        self.frames[tag] = self.frames.get(tag, 0) + 1
        if tag == "ack":
            self._settle(frame["command_id"], frame)
        elif tag == "refused":
            self._take_refusal(frame)
        elif tag == "token":
            self._resume = frame["resume"]
        elif tag == "pong":
            self.pong = frame
        elif tag == "drain":
            self._retry_s = frame["retry_s"]
        elif tag == "error":
            self._take_error(frame)
        else:
            await self.take(frame)
        await self._tell_waiting()

    async def _tell_waiting(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _take_error(self, frame: Json) -> None:
        error: Json = frame["error"]
        self.errors.append(error)
        if error["code"] == "too_fast":
            self._resend_later(frame.get("retry_s") or 0.0)
        elif error["code"] == "frame_too_large":
            self._give_up_longer(error)

    def _give_up_longer(self, error: Json) -> None:
        """The centre does not say which was too long; sent again, each that is would end the connection."""
        for pending in self._pending.values():
            if len(pending.text.encode()) > error["data"]["limit"] and not pending.answered.done():
                pending.answered.set_exception(CommandRefused(error))

    def _resend_later(self, retry_s: float) -> None:
        """A frame that came too fast was left out, and is not named: all without an answer go again."""
        if self._resending is None:
            loop = asyncio.get_running_loop()
            pause_s = max(retry_s, RESEND_AFTER_S)
            self._resending = loop.call_later(pause_s, lambda: loop.create_task(self._resend()))

    async def _resend(self) -> None:
        self._resending = None
        for pending in list(self._pending.values()):
            await self._emit(pending.text)

    def _take_refusal(self, frame: Json) -> None:
        pending = self._pending.get(frame["command_id"])
        if pending is None or pending.answered.done():
            return
        retry_s = frame.get("retry_s")
        if retry_s is None:
            pending.answered.set_exception(CommandRefused(frame["error"]))
            return
        loop = asyncio.get_running_loop()
        loop.call_later(retry_s, lambda: loop.create_task(self._emit(pending.text)))

    def _settle(self, command_id: str, frame: Json) -> None:
        pending = self._pending.get(command_id)
        if pending is not None and not pending.answered.done():
            pending.answered.set_result(frame)

    async def _emit(self, text: str) -> None:
        socket = self._socket
        if socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await socket.send(text)


def encode(frame: Json) -> str:
    """A frame as text."""
    return msgspec.json.encode(frame).decode()
