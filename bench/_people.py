"""Accounts that are signed in already, and their sockets: signing thousands in is another matter."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from uuid6 import uuid7

from bench._light_socket import Json, LightSocket, open_light
from dispatch.api.auth.principal import Principal, principal_of_device, principal_of_user
from dispatch.api.auth.tokens import Signer, device_id_of, new_session_token, session_id_of
from dispatch.store.connect import open_pool
from dispatch.store.sessions import Sessions
from dispatch.store.users import User, Users

FrameTaker = Callable[[str], None]


class Refused(Exception):
    """The centre said no, or asked to come again: `code` is a row of its error table."""

    def __init__(self, error: Json) -> None:
        super().__init__(f"{error['code']}: {error['en']}")
        self.code: str = error["code"]


class People:
    """Accounts of one centre, made and signed in through its tables before it starts."""

    def __init__(self, dsn: str, secret: bytes, port: int) -> None:
        self._dsn = dsn
        self._signer = Signer(secret)
        self._port = port
        self._known: dict[str, Principal] = {}

    async def add(self, users: list[User]) -> None:
        """Create accounts with a session each."""
        now = datetime.now(UTC)
        pool = await open_pool(self._dsn)
        await Users(pool).add_all([(user, "!") for user in users], now)
        sessions = Sessions(pool)
        for user in users:
            session_id = session_id_of(new_session_token())
            await sessions.begin(session_id, user.id, "", now, now + timedelta(hours=8))
            self._known[user.id] = principal_of_user(user, session_id)
        await pool.close()

    async def connect(self, user_id: str, channel: str, take: FrameTaker | None = None) -> "Voice":
        """A welcomed connection of an account."""
        return await self._open(self._known[user_id], channel, "", take)

    async def connect_device(self, key: str) -> "Voice":
        """A welcomed connection of a reporter's device."""
        return await self._open(principal_of_device(device_id_of(key)), "report", key, None)

    async def _open(
        self, principal: Principal, channel: str, device: str, take: FrameTaker | None
    ) -> "Voice":
        now = datetime.now(UTC)
        hello: Json = {"t": "hello", "protocol": 1, "device": device, "sent_at": now.isoformat()}
        hello["resume"] = self._signer.make_resume(principal, channel, now)
        voice = Voice(take)
        voice.socket = await open_light(self._port, channel, hello, voice.take)
        await voice.welcomed
        return voice


class Voice:
    """One light socket that sends commands and knows their answers."""

    socket: LightSocket

    def __init__(self, take: FrameTaker | None) -> None:
        self._others = take
        self._asked: dict[str, asyncio.Future[Json]] = {}
        self.welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.errors: list[str] = []

    async def ask(self, body: Json) -> Json:
        """The data of a command's acknowledgement. Raises Refused."""
        command_id = str(uuid7())
        answered: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked[command_id] = answered
        self.socket.send(
            {"t": "command", "command_id": command_id, "occurred_at": datetime.now(UTC), "body": body}
        )
        return await answered

    def take(self, socket: LightSocket, text: str, at: float) -> None:
        """A frame; only those that somebody waits for are decoded."""
        if text.startswith(('{"t":"ack"', '{"t":"refused"')):
            self._take_answer(msgspec.json.decode(text))
        elif text.startswith('{"t":"welcome"'):
            self.welcomed.set_result(None)
        elif text.startswith(('{"t":"error"', '{"t":"drain"')):
            self._take_error(msgspec.json.decode(text))
        elif self._others is not None:
            self._others(text)

    def _take_answer(self, frame: dict[str, Any]) -> None:
        answered = self._asked.pop(frame["command_id"])
        if answered.done():
            return  # whoever asked no longer waits
        if frame["t"] == "ack":
            answered.set_result(frame["data"])
        else:
            answered.set_exception(Refused(frame["error"]))

    def _take_error(self, frame: dict[str, Any]) -> None:
        error = frame.get("error") or {"code": "draining", "en": "the centre restarts"}
        self.errors.append(error["code"])
        if not self.welcomed.done():
            self.welcomed.set_exception(Refused(error))
