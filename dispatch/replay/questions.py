"""What may be asked of the replay process, and how it answers: one JSON frame each."""

import asyncio
from datetime import datetime

import msgspec

_LENGTH_BYTES = 4


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """The first frame: which database."""

    dsn: str


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """Base of every other frame: as seen by whom, and of which simulated day (its file); None: of the log."""

    role: str
    agencies: tuple[str, ...]
    simulated: str | None = None


class AskState(Ask, frozen=True, kw_only=True, tag="state"):
    """The rows of an instant (`at` or `seq`; now without both), of one incident or of all."""

    at: datetime | None = None
    seq: int | None = None
    incident: str | None = None


class AskChanges(Ask, frozen=True, kw_only=True, tag="changes"):
    """What happened after event `after`, recorded up to `until`."""

    after: int
    until: datetime


class AskTracks(Ask, frozen=True, kw_only=True, tag="tracks"):
    """Where units were in [start, end]."""

    start: datetime
    end: datetime


class AskOverview(Ask, frozen=True, kw_only=True, tag="overview"):
    """How much happened when in [start, end], and which incidents were open."""

    start: datetime
    end: datetime
    bucket_s: float
    incident: str | None = None


class AskExport(Ask, frozen=True, kw_only=True, tag="export"):
    """A file of one incident, or of [start, end]. `by` names who asks, `now` is printed on it; `test` says
    that this is no live centre."""

    format: str
    by: str
    now: datetime
    incident: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    redacted: bool = True
    reason: str = ""
    lang: str = "vi"
    test: bool = False


Question = AskState | AskChanges | AskTracks | AskOverview | AskExport


class Done(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="done"):
    """`body` is JSON to be passed on as it is."""

    body: msgspec.Raw


class File(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="file"):
    """A file made: `name` without a folder."""

    name: str
    media_type: str
    data: bytes


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="failed"):
    """`kind`: refused, broken_log, store. `code` and `data` are those of the refusal or broken event."""

    kind: str
    code: str
    data: dict[str, object] = msgspec.field(default_factory=dict)


Answer = Done | File | Failed


def encode_frame(payload: bytes) -> bytes:
    """A payload with its length before it, four bytes, big endian."""
    return len(payload).to_bytes(_LENGTH_BYTES, "big") + payload


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The next payload; None when the other side has gone."""
    try:
        size = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
