"""`python -m dispatch.replay.worker`: answers questions about the past from its input, one at a time.

A process of its own, so that thawing a large state never makes a dispatcher wait. It ends when its input
does: with its parent, however that ends.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from typing import BinaryIO

import msgspec

from dispatch.core.fold import BrokenLog, collecting_rarely
from dispatch.domain.model.messages import Refused
from dispatch.live.rights import Rights
from dispatch.replay.folds import FoldCache
from dispatch.replay.state_at import Replayer
from dispatch.store.connect import Pool, open_pool
from dispatch.store.errors import StoreError
from dispatch.store.vault import Vault

_LENGTH_BYTES = 4
_NICE = 5


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """The first frame: which database."""

    dsn: str


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """Every other frame: which instant, as seen by whom."""

    role: str
    agencies: tuple[str, ...]
    at: datetime | None = None
    seq: int | None = None
    incident: str | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="done"):
    """`state` is the JSON of a ReplayState."""

    state: msgspec.Raw


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="failed"):
    """`kind`: refused, broken_log, store. `code` and `data` are those of the refusal or broken event."""

    kind: str
    code: str
    data: dict[str, object] = msgspec.field(default_factory=dict)


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


async def work(reader: asyncio.StreamReader, out: BinaryIO) -> None:
    """Answer until the questions end."""
    first = await read_frame(reader)
    if first is None:
        return
    pool = await open_pool(msgspec.json.decode(first, type=Begin).dsn, max_size=2)
    cache = FoldCache()
    try:
        while (question := await read_frame(reader)) is not None:
            answer = await _answer(pool, cache, msgspec.json.decode(question, type=Ask))
            out.write(encode_frame(msgspec.json.encode(answer)))
            out.flush()
    finally:
        await pool.close()


async def _answer(pool: Pool, cache: FoldCache, ask: Ask) -> Done | Failed:
    # A vault for each question: keys that were erased meanwhile must not be remembered here.
    replayer = Replayer(pool, Vault(pool, b""), cache=cache)
    rights = Rights(role=ask.role, agencies=frozenset(ask.agencies))
    try:
        state = await replayer.state_at(rights, at=ask.at, seq=ask.seq, incident=ask.incident)
    except Refused as refusal:
        return Failed(kind="refused", code=refusal.code, data=refusal.data)
    except BrokenLog as broken:
        return Failed(kind="broken_log", code=broken.why, data={"seq": broken.seq})
    except StoreError as error:
        return Failed(kind="store", code=str(error))
    return Done(state=msgspec.Raw(msgspec.json.encode(state)))


async def _main() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    with collecting_rarely():
        await work(reader, sys.stdout.buffer)


if __name__ == "__main__":
    # A Ctrl-C is for the parent, which closes the input when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    asyncio.run(_main())
