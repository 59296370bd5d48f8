"""Where tickets come from: a signed-in account, or a reporter's own device."""

import secrets
from typing import Any, Protocol

import httpx


class SignInFailed(Exception):
    """The centre did not let us in; `error` is a row of its error table."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error.get('code')}: {error.get('en')}")
        self.error = error


class TicketSource(Protocol):
    """Whatever opens connections."""

    base_url: str
    device: str

    async def get_ticket(self, channel: str) -> str:
        """A one-use ticket. Raises SignInFailed, httpx.HTTPError."""
        ...


class Account:
    """A session of an account. Several clients may share it."""

    def __init__(self, base_url: str, http: httpx.AsyncClient, me: dict[str, Any]) -> None:
        self.base_url = base_url
        self.device = ""
        self.http = http
        self.me = me

    @classmethod
    async def sign_in(cls, base_url: str, login: str, password: str) -> "Account":
        """Begin a session. Raises SignInFailed, httpx.HTTPError."""
        http = _open_http(base_url)
        try:
            answer = await http.post("/api/sign-in", json={"login": login, "password": password})
            me = _read(answer)
        except BaseException:
            await http.aclose()
            raise
        http.headers["x-csrf-token"] = me["csrf"]
        return cls(base_url, http, me)

    async def get_ticket(self, channel: str) -> str:
        """A ticket for one of the account's channels."""
        return str(_read(await self.http.post("/api/tickets", json={"for": channel}))["ticket"])

    async def get_json(self, path: str, **params: Any) -> Any:
        """A page of the centre's HTTP interface. Raises SignInFailed for an error answer."""
        return _read(await self.http.get(path, params=params or None))

    async def post_json(self, path: str, body: dict[str, Any]) -> Any:
        """As `get_json`, of a request with a body."""
        return _read(await self.http.post(path, json=body))

    async def sign_out(self) -> None:
        """End the session; its connections are closed by the centre."""
        await self.http.post("/api/sign-out")
        await self.aclose()

    async def aclose(self) -> None:
        """Let the HTTP connections go; the session stays."""
        await self.http.aclose()


class Device:
    """A reporter's device with a key of its own, which alone may follow its reports."""

    def __init__(self, base_url: str, key: str | None = None) -> None:
        self.base_url = base_url
        self.device = key or secrets.token_hex(16)

    async def get_ticket(self, channel: str) -> str:
        """An anonymous ticket bound to the key."""
        async with _open_http(self.base_url) as http:
            answer = await http.post("/api/tickets", json={"for": channel, "device": self.device})
        return str(_read(answer)["ticket"])


def _open_http(base_url: str) -> httpx.AsyncClient:
    """Certificates are read only where they are needed: they cost each client 20 ms and a megabyte."""
    return httpx.AsyncClient(base_url=base_url, timeout=30, verify=base_url.startswith("https:"))


def _read(answer: httpx.Response) -> Any:
    body = answer.json()
    if answer.is_error:
        raise SignInFailed(body["error"])
    return body
