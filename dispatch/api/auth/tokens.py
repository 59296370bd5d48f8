"""Secrets that clients carry: session cookies, CSRF and resume tokens, one-use tickets, device ids."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from dispatch.api.auth.principal import Principal

TICKET_S = 30.0
RESUME_S = 300.0
RENEW_RESUME_S = 60.0
TICKETS_LIMIT = 50_000


class ResumeClaims(msgspec.Struct, frozen=True, kw_only=True):
    """What a resume token says: whose session (or device), on which channel, under which rights the
    client's copy was made, until when (POSIX seconds)."""

    session_id: str
    device_id: str
    channel: str
    rights: str
    until: float


def new_session_token() -> str:
    """A cookie nobody can guess (256 bits)."""
    return secrets.token_urlsafe(32)


def session_id_of(token: str) -> str:
    """sha256 of a cookie in hex: what the database keeps."""
    return hashlib.sha256(token.encode()).hexdigest()


def device_id_of(device_key: str) -> str:
    """The name of a device: reveals nothing of its key."""
    return "device-" + hashlib.sha256(b"device:" + device_key.encode()).hexdigest()[:32]


def rights_digest(principal: Principal) -> str:
    """Names the rights a copy was made under; another value means that it must be made anew."""
    return hashlib.sha256(repr(principal.fingerprint).encode()).hexdigest()[:16]


class Signer:
    """Signs with the centre's secret (HMAC-SHA256), for one purpose each."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def make_csrf(self, session_id: str) -> str:
        """The token that HTTP writes of a session must carry in the header X-CSRF-Token."""
        return self._sign(b"csrf", session_id.encode())

    def is_csrf(self, session_id: str, token: str) -> bool:
        """Whether the token belongs to the session."""
        return hmac.compare_digest(self.make_csrf(session_id).encode(), token.encode())

    def make_resume(self, principal: Principal, channel: str, now: datetime) -> str:
        """A resume token, good for RESUME_S."""
        device_id = "" if principal.session_id else principal.id
        until = (now + timedelta(seconds=RESUME_S)).timestamp()
        claims = ResumeClaims(
            session_id=principal.session_id,
            device_id=device_id,
            channel=channel,
            rights=rights_digest(principal),
            until=until,
        )
        text = base64.urlsafe_b64encode(msgspec.json.encode(claims)).decode()
        return f"{text}.{self._sign(b'resume', text.encode())}"

    def read_resume(self, token: str, channel: str, now: datetime) -> ResumeClaims | None:
        """The claims of a token that is ours, for this channel and not too old; else None."""
        text, _, signature = token.partition(".")
        if not hmac.compare_digest(self._sign(b"resume", text.encode()).encode(), signature.encode()):
            return None
        claims = msgspec.json.decode(base64.urlsafe_b64decode(text), type=ResumeClaims)
        if claims.channel != channel or claims.until < now.timestamp():
            return None
        return claims

    def digest(self, data: bytes) -> str:
        """Hex digest that cannot be compared with guesses without the secret."""
        return hmac.new(self._secret, b"content:" + data, hashlib.sha256).hexdigest()

    def _sign(self, purpose: bytes, data: bytes) -> str:
        digest = hmac.new(self._secret, purpose + b":" + data, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True)
class _Ticket:
    principal: Principal
    channel: str
    until: datetime


class Tickets:
    """One-use tickets, held in memory for 30 s. After a restart clients simply ask for another."""

    def __init__(self) -> None:
        self._held: dict[str, _Ticket] = {}

    def issue(self, principal: Principal, channel: str, now: datetime) -> str:
        """A ticket that opens one connection of a channel for a principal."""
        self._forget(now)
        ticket = secrets.token_urlsafe(24)
        self._held[ticket] = _Ticket(principal, channel, now + timedelta(seconds=TICKET_S))
        return ticket

    def redeem(self, ticket: str, channel: str, now: datetime) -> Principal | None:
        """The principal of a ticket, once; None when it is unknown, used, old or for another channel."""
        held = self._held.pop(ticket, None)
        if held is None or held.until < now or held.channel != channel:
            return None
        return held.principal

    def _forget(self, now: datetime) -> None:
        """Tickets stand in the order of issue, so the old ones are at the front."""
        for ticket in list(self._held):
            if self._held[ticket].until >= now and len(self._held) < TICKETS_LIMIT:
                return
            del self._held[ticket]
            if len(self._held) == 0:
                return
