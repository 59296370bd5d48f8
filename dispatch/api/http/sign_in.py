"""Sign-in, sign-out, who am I, and tickets for the sockets."""

import asyncio
import ipaddress
from datetime import timedelta

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from dispatch.api.auth.limits import FailurePauses, Limiter
from dispatch.api.auth.principal import Principal, principal_of_device
from dispatch.api.auth.tokens import Tickets, device_id_of, new_session_token, session_id_of
from dispatch.api.deps import ApiDeps, Body
from dispatch.api.errors import ApiError
from dispatch.api.http.guard import COOKIE, Deps, Reader, Writer, answer_json, get_writer
from dispatch.api.ws.handshake import CHANNELS
from dispatch.api.ws.hub import Hub
from dispatch.store.users import User

LOGIN_RATE = (0.5, 20.0)
"""Sign-ins of one login, wherever they come from: (per second, at once)."""

DEVICE_RATE = (0.1, 10.0)
ADDRESS_RATE = (2.0, 120.0)
"""Report tickets of one device, and of one address: a whole carrier may stand behind one."""


class SignIn(BaseModel):
    """Login and password of an account."""

    login: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=500)


class TicketRequest(BaseModel):
    """Which channel the ticket is for; for `report` also the device's own key."""

    channel: str = Field(alias="for", max_length=20)
    device: str = Field(default="", max_length=200)


class Gate:
    """What sign-ins and tickets share: pauses, limits, tickets."""

    def __init__(self, tickets: Tickets) -> None:
        monotonic = asyncio.get_running_loop().time
        self.tickets = tickets
        self.pauses = FailurePauses(monotonic)
        self.logins = Limiter(*LOGIN_RATE, monotonic)
        self.devices = Limiter(*DEVICE_RATE, monotonic)
        self.addresses = Limiter(*ADDRESS_RATE, monotonic)

    def admit_device(self, device_key: str, address: str) -> Principal:
        """The principal of a reporter's device. Raises ApiError `malformed_device`, `too_many_tickets`."""
        if not 16 <= len(device_key) <= 128:
            raise ApiError("malformed_device")
        device_id = device_id_of(device_key)
        wait_s = max(self.devices.take(device_id), self.addresses.take(address))
        if wait_s > 0:
            raise ApiError("too_many_tickets", wait_s=round(wait_s + 1))
        return principal_of_device(device_id)


def make_sign_in_routes(gate: Gate, hub: Hub) -> APIRouter:
    """The beginning and end of a session."""
    router = APIRouter()

    @router.post("/api/sign-in")
    async def sign_in(request: Request, form: SignIn, deps: Deps) -> Response:
        """Begin a session: the cookie is set, the CSRF token is in the answer."""
        address = address_of(request)
        user = await check_password(deps, gate, form, address)
        token, now = new_session_token(), deps.clock.now()
        expires_at = now + timedelta(hours=deps.settings.session_hours)
        await deps.sessions.begin(session_id_of(token), user.id, address, now, expires_at)
        answer = answer_json(describe(deps, user, session_id_of(token)))
        answer.set_cookie(
            COOKIE,
            token,
            max_age=deps.settings.session_hours * 3600,
            httponly=True,
            samesite="strict",
            secure=deps.settings.secure_cookies or request.url.scheme == "https",
            path="/",
        )
        return answer

    @router.post("/api/sign-out")
    async def sign_out(principal: Writer, deps: Deps) -> Response:
        """End the session and every connection of it."""
        await deps.sessions.end(principal.session_id, deps.clock.now())
        hub.withdraw(principal.session_id)
        answer = answer_json({})
        answer.delete_cookie(COOKIE, path="/")
        return answer

    return router


def make_ticket_routes(gate: Gate) -> APIRouter:
    """Who am I, and the way to the sockets."""
    router = APIRouter()

    @router.get("/api/me")
    async def me(principal: Reader, deps: Deps) -> Response:
        """Who is signed in, with the CSRF token of the session."""
        return answer_json(describe_principal(deps, principal))

    @router.post("/api/tickets")
    async def tickets(request: Request, wanted: TicketRequest, deps: Deps) -> Response:
        """A one-use ticket, good for 30 s. Only `report` needs no sign-in."""
        channel = CHANNELS.get(wanted.channel)
        if channel is None:
            raise ApiError("unknown_channel", channel=wanted.channel)
        if channel.name == "report":
            principal = gate.admit_device(wanted.device, address_of(request))
        else:
            principal = await get_writer(request, deps)
            if principal.role not in channel.roles:
                raise ApiError("not_allowed", role=principal.role, command=channel.name)
        ticket = gate.tickets.issue(principal, channel.name, deps.clock.now())
        return answer_json({"ticket": ticket, "valid_s": 30, "path": f"/ws/{channel.name}"})

    return router


async def check_password(deps: ApiDeps, gate: Gate, form: SignIn, address: str) -> User:
    """The account, if login and password are right. Raises ApiError."""
    login = form.login.strip().lower()
    key = f"{login}|{address}"
    wait_s = max(gate.pauses.find_pause_s(key), gate.logins.take(login))
    if wait_s > 0:
        raise ApiError("sign_in_paused", wait_s=round(wait_s + 0.5))
    found = await deps.users.find(login)
    user, password_hash = found if found is not None else (None, None)
    right = await deps.passwords.verify(password_hash, form.password)
    if user is None or not right or not user.active:
        gate.pauses.fail(key)
        raise ApiError("wrong_password")
    if user.demo and not is_loopback(address):
        raise ApiError("demo_only_local")
    gate.pauses.succeed(key)
    return user


def describe(deps: ApiDeps, user: User, session_id: str) -> Body:
    """What a page learns of its session."""
    return {
        "user": {
            "id": user.id, "login": user.login, "name": user.name, "role": user.role,
            "agencies": list(user.agencies), "unit_id": user.unit_id, "station_id": user.station_id,
        },
        "csrf": deps.signer.make_csrf(session_id),
        "mode": deps.settings.mode,
    }  # fmt: skip


def describe_principal(deps: ApiDeps, principal: Principal) -> Body:
    """As `describe`, of a session that is under way."""
    user = User(
        id=principal.id,
        login="",
        name=principal.name,
        role=principal.role,
        agencies=principal.agencies,
        unit_id=principal.unit_id,
        station_id=principal.station_id,
    )
    return describe(deps, user, principal.session_id)


def address_of(request: Request) -> str:
    """The peer's address, as the transport or a trusted proxy gives it."""
    return request.client.host if request.client else ""


def is_loopback(address: str) -> bool:
    """Whether the peer is this machine. No address at all is a unix socket."""
    try:
        return not address or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
