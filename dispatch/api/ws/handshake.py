"""A new connection: is the page ours, is there room for strangers, who is it."""

import asyncio
from collections import Counter
from urllib.parse import urlsplit

from dispatch.api.auth.limits import Limiter
from dispatch.api.auth.principal import Principal, principal_of_device, principal_of_user
from dispatch.api.auth.tokens import Tickets, device_id_of, rights_digest
from dispatch.api.deps import ApiDeps
from dispatch.api.errors import ApiError, fill_error, find_row
from dispatch.api.protocol.frames import ErrorFrame, Hello
from dispatch.api.ws.channel import Channel
from dispatch.api.ws.console import CONSOLE
from dispatch.api.ws.exchange import EXCHANGE
from dispatch.api.ws.hub import Hub
from dispatch.api.ws.report import REPORT
from dispatch.api.ws.session import check_protocol, decode_frame, encode_frame
from dispatch.api.ws.socket import Disconnected, Message, Receive, Send, Socket
from dispatch.api.ws.unit import UNIT
from dispatch.store.errors import StoreError
from dispatch.store.rejected import Rejection

HELLO_WITHIN_S = 10.0
CHANNELS = {channel.name: channel for channel in (CONSOLE, UNIT, REPORT, EXCHANGE)}

STRANGERS_PER_S = 2.0
STRANGERS_AT_ONCE = 120.0
"""Failed handshakes of one address: on average, and at once."""

SILENT_AT_ONCE = 10_000
"""Connections of one address that have not said hello yet."""


class Doorkeeper:
    """Lets connections in. One for all channels of this process."""

    def __init__(self, deps: ApiDeps, hub: Hub, tickets: Tickets) -> None:
        self._deps = deps
        self._hub = hub
        self._tickets = tickets
        self._strangers = Limiter(
            STRANGERS_PER_S, STRANGERS_AT_ONCE, asyncio.get_running_loop().time, keys=20_000
        )
        self._silent: Counter[str] = Counter()

    async def serve(self, name: str, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection of a channel from its handshake to its end."""
        socket = Socket(scope, receive, send)
        channel = CHANNELS[name]
        try:
            await socket.accept()
            await self._serve(channel, socket)
        except ApiError as error:
            await self._turn_away(channel, socket, error)
        except Disconnected:
            return

    async def _serve(self, channel: Channel, socket: Socket) -> None:
        self._check_origin(socket)
        if self._hub.draining:
            raise ApiError("draining", retry_s=1)
        try:
            hello = await self._greet(channel, socket)
            # What the sender's clock is measured by: who it is may have to wait for the database.
            heard_at = self._deps.clock.now()
            principal, resumed_rights = await self._authenticate(channel, hello)
        except ApiError as error:
            raise self._count_stranger(socket, error) from error
        session = self._hub.make_session(channel, socket, principal)
        self._hub.add(session)
        try:
            await session.run(hello, resumed_rights, heard_at)
        finally:
            self._hub.remove(session)

    def _check_origin(self, socket: Socket) -> None:
        """Browsers name the page that connects; other clients name none."""
        origin = socket.find_header("origin")
        if origin is None:
            return
        host = socket.find_header("host")
        if urlsplit(origin).netloc != host and origin not in self._deps.settings.origins:
            raise ApiError("wrong_origin", origin=origin[:200])

    async def _greet(self, channel: Channel, socket: Socket) -> Hello:
        """The hello. Only so many connections of an address may be without one at a time."""
        if self._silent[socket.address] >= SILENT_AT_ONCE:
            raise ApiError("too_many_handshakes", wait_s=HELLO_WITHIN_S)
        self._silent[socket.address] += 1
        try:
            hello = await self._receive_hello(channel, socket)
        finally:
            self._silent[socket.address] -= 1
            if not self._silent[socket.address]:
                del self._silent[socket.address]
        check_protocol(hello)
        return hello

    def _count_stranger(self, socket: Socket, error: ApiError) -> ApiError:
        """The error for somebody who did not prove who they are; too many of an address are told to wait.

        A good ticket or token costs nothing: a whole fleet may come back at once behind one address.
        """
        if error.code == "storage_unavailable":
            return error
        wait_s = self._strangers.take(socket.address)
        return error if wait_s == 0 else ApiError("too_many_handshakes", wait_s=round(wait_s + 1))

    async def _receive_hello(self, channel: Channel, socket: Socket) -> Hello:
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                raw = await socket.receive()
        except TimeoutError as late:
            raise ApiError("hello_expected", limit_s=HELLO_WITHIN_S) from late
        if isinstance(raw, bytes) or len(raw) > channel.frame_limit:
            raise ApiError("hello_expected", limit_s=HELLO_WITHIN_S)
        frame = decode_frame(channel, raw)
        if not isinstance(frame, Hello):
            raise ApiError("hello_expected", limit_s=HELLO_WITHIN_S)
        return frame

    async def _authenticate(self, channel: Channel, hello: Hello) -> tuple[Principal, bool]:
        """The principal, and whether the client's copy was made under the rights it has now."""
        now = self._deps.clock.now()
        if hello.resume is not None:
            return await self._resume(channel, hello)
        principal = self._tickets.redeem(hello.ticket or "", channel.name, now)
        if principal is None:
            raise ApiError("wrong_ticket")
        if not principal.session_id and principal.id != device_id_of(hello.device):
            raise ApiError("wrong_device")
        return principal, False

    async def _resume(self, channel: Channel, hello: Hello) -> tuple[Principal, bool]:
        now = self._deps.clock.now()
        claims = self._deps.signer.read_resume(hello.resume or "", channel.name, now)
        if claims is None:
            raise ApiError("wrong_resume")
        if not claims.session_id:
            if claims.device_id != device_id_of(hello.device):
                raise ApiError("wrong_device")
            return principal_of_device(claims.device_id), True
        try:
            session = await self._deps.sessions.find(claims.session_id, now)
        except StoreError as error:
            raise ApiError("storage_unavailable") from error
        if session is None or session.user.role not in channel.roles:
            raise ApiError("not_signed_in")
        principal = principal_of_user(session.user, session.id)
        return principal, rights_digest(principal) == claims.rights

    async def _turn_away(self, channel: Channel, socket: Socket, error: ApiError) -> None:
        self._deps.rejected.note(
            Rejection(
                at=self._deps.clock.now(),
                channel=channel.name,
                principal="",
                address=socket.address,
                code=error.code,
                data=error.data,
                frame=b"",
            )
        )
        last = ErrorFrame(error=fill_error(error.code, error.data), retry_s=error.retry_s)
        socket.write([encode_frame(last)])
        await socket.close(find_row(error.code).close or 4400, error.code)
