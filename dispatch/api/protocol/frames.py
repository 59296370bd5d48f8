"""The frames of the four channels. `t` names a frame; times are RFC 3339 in UTC unless said otherwise.

Frames to the server accept unknown fields, so that a newer client can speak to an older centre; frames
from the server may gain fields, which a client ignores.
"""

from datetime import datetime

import msgspec

from dispatch.api.errors import ErrorBody
from dispatch.live.wire import LogLine, RowOut
from dispatch.usecases.entry.drafts import DraftLine

PROTOCOL = 1


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """Base of every frame."""


class Have(msgspec.Struct, frozen=True, kw_only=True):
    """Where a client's copy stands: which log, and the last seq it has taken in."""

    log_id: str
    seq: int


class Fix(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One position. `accuracy` is a radius in metres, `speed` in m/s, `heading` in degrees from north."""

    at: datetime
    lon: float
    lat: float
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None


# ── to the server ────────────────────────────────────────────────────────────────────────────────────


class Hello(Frame, tag="hello", frozen=True, kw_only=True):
    """First frame on every channel, within 10 s, with either a one-use ticket or a resume token.

    `device` is the client's own key (16 to 128 characters, kept by the device): a reporter's key alone may
    follow its reports. `have` asks for a resume from there. `sent_at` is the client's clock.
    """

    protocol: int
    ticket: str | None = None
    resume: str | None = None
    device: str = ""
    have: Have | None = None
    sent_at: datetime | None = None


class CommandFrame(Frame, tag="command", frozen=True, kw_only=True):
    """Asks for one thing. `command_id` is a UUIDv7 made by the client and kept until it is acknowledged;
    the same frame may be sent any number of times and is done once. `occurred_at` is when it happened on
    the client's clock (now, or earlier for what was queued offline); `source` is crew for units by default
    and dispatcher_by_radio where a person of the room speaks for a crew."""

    command_id: str
    body: dict[str, object]
    occurred_at: datetime | None = None
    source: str | None = None


class Ping(Frame, tag="ping", frozen=True, kw_only=True):
    """Heartbeat of a client, every 10 s; it also lets the centre know the client's clock."""

    sent_at: datetime


class Viewport(Frame, tag="viewport", frozen=True, kw_only=True):
    """Which positions a console wants: those in `bbox` (west, south, east, north) and of `units`, always."""

    bbox: tuple[float, float, float, float] | None = None
    units: tuple[str, ...] = ()


class Position(Frame, tag="position", frozen=True, kw_only=True, gc=False):
    """The unit's position now, up to once a second. `unit` is needed only where one connection speaks for
    several units (a station)."""

    at: datetime
    lon: float
    lat: float
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None
    unit: str | None = None


class Positions(Frame, tag="track", frozen=True, kw_only=True):
    """Positions collected while offline, oldest first, at most 200 in a frame."""

    fixes: tuple[Fix, ...]
    unit: str | None = None


# ── from the server ──────────────────────────────────────────────────────────────────────────────────


class Welcome(Frame, tag="welcome", frozen=True, kw_only=True):
    """Answer to hello. `resume` is a token for the next connection, renewed by `token` frames.

    With `snapshot` the client fetches that address and replaces its copy; without it, its copy stays and
    the missing changes follow. `server_at` is the centre's clock. While nothing else is sent, a `head` comes
    every `head_s` seconds (0: never); after two and a half times that without any frame the link is lost.
    """

    session: str
    centre_id: str
    log_id: str
    head: int
    resume: str
    server_at: datetime
    snapshot: str | None = None
    head_s: float = 2.0


class Token(Frame, tag="token", frozen=True, kw_only=True):
    """A fresh resume token; the former one stays good for a while."""

    resume: str


class Ack(Frame, tag="ack", frozen=True, kw_only=True):
    """The command is durable. `data` carries what it made (receipt_code, incident_id, number …)."""

    command_id: str
    seq_first: int
    seq_last: int
    data: dict[str, object] = msgspec.field(default_factory=dict)


class RefusedFrame(Frame, tag="refused", frozen=True, kw_only=True):
    """The command was turned down. With `retry_s` nothing was decided: send the very same frame again after
    so many seconds. Without it the answer is final."""

    command_id: str
    error: ErrorBody
    retry_s: float | None = None


class ErrorFrame(Frame, tag="error", frozen=True, kw_only=True):
    """A frame could not be understood, or the session must end (then the connection closes)."""

    error: ErrorBody
    retry_s: float | None = None


class HeadFrame(Frame, tag="head", frozen=True, kw_only=True):
    """A sign of life, as often as `welcome` says: where the log stands and the centre's clock."""

    seq: int
    at: datetime


class Changes(Frame, tag="changes", frozen=True, kw_only=True):
    """What changed in (prev, seq] as far as this session may see it.

    Take it if `prev` ≤ own seq (rows are absolute: keep the greater version); resume if `prev` is greater.
    """

    prev: int
    seq: int
    rows: tuple[RowOut, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    log: tuple[LogLine, ...] = ()


class PositionsFrame(Frame, tag="positions", frozen=True, kw_only=True):
    """Positions that moved, at most 4 times a second: [unit_id, lon, lat, age_s, accuracy] each; `age_s` is
    the age at `at`."""

    at: datetime
    p: tuple[tuple[str, float, float, float, float | None], ...]


class DeliveryFrame(Frame, tag="delivery", frozen=True, kw_only=True):
    """One thing a unit must get, in the order of its own numbers `n`; repeated after 1, 2, 4 and 8 s until
    the command `assignment.received` for it is durable. `kind`: assignment, update, stand_down, withdrawn.
    `update_n` is the number to acknowledge (0 for the assignment itself). For the kind `move`, an order to
    wait elsewhere, it is `move.received` with `move_id`, and there is no assignment. The bodies are as of
    now."""

    unit_id: str
    n: int
    kind: str
    update_n: int
    assignment_id: str
    assignment: msgspec.Raw | None = None
    incident: msgspec.Raw | None = None
    leg: msgspec.Raw | None = None
    move_id: str | None = None
    move: msgspec.Raw | None = None


class ReportStatus(Frame, tag="report_status", frozen=True, kw_only=True):
    """What became of a report this device sent. `stage`: received, opened, sent, on_scene, closed, ended."""

    report_id: str
    receipt_code: str
    stage: str
    vi: str
    en: str
    at: datetime


class DraftsFrame(Frame, tag="drafts", frozen=True, kw_only=True):
    """Forms that people of one's agencies are filling in now, the newest first; it replaces the list before.
    The whole form is at GET /api/drafts/ID."""

    drafts: tuple[DraftLine, ...]


class Drain(Frame, tag="drain", frozen=True, kw_only=True):
    """The centre restarts: the connection closes; come back after `retry_s` with the resume token."""

    retry_s: float


class Pong(Frame, tag="pong", frozen=True, kw_only=True):
    """Answer to a ping, with the centre's clock."""

    sent_at: datetime
    server_at: datetime


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Body of GET /api/snapshot: every row the session may see, as of `seq`."""

    centre_id: str
    log_id: str
    seq: int
    rows: tuple[RowOut, ...]


ToConsole = (
    Welcome
    | Token
    | Ack
    | RefusedFrame
    | ErrorFrame
    | HeadFrame
    | Changes
    | PositionsFrame
    | DraftsFrame
    | Drain
    | Pong
)
FromConsole = Hello | CommandFrame | Ping | Viewport
ToUnit = (
    Welcome | Token | Ack | RefusedFrame | ErrorFrame | HeadFrame | Changes | DeliveryFrame | Drain | Pong
)
FromUnit = Hello | CommandFrame | Ping | Position | Positions
ToReporter = Welcome | Token | Ack | RefusedFrame | ErrorFrame | ReportStatus | Drain | Pong
FromReporter = Hello | CommandFrame | Ping
ToExchange = Welcome | Token | Ack | RefusedFrame | ErrorFrame | HeadFrame | Changes | Drain | Pong
FromExchange = Hello | CommandFrame | Ping
