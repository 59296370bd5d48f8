"""The writer's port over a unix socket, both sides: frames of JSON, each after its length in four bytes."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from dispatch.core.hub import Subscription
from dispatch.core.port import (
    Answer,
    BehindTheLog,
    Board,
    Commit,
    CorePort,
    CoreUnavailable,
    Head,
    Submission,
)
from dispatch.domain.kernel import decode_command
from dispatch.domain.model.messages import Actor
from dispatch.domain.model.values import TimeSource

LONGEST_FRAME = 256 * 1024 * 1024


class _Ask(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """`n` is the asker's number; every answer carries it."""

    n: int


class _AskSubmit(_Ask, frozen=True, kw_only=True, tag="submit"):
    command_id: str
    actor: Actor
    command: msgspec.Raw
    occurred_at: datetime
    received_at: datetime
    source: TimeSource
    digest: str


class _AskHead(_Ask, frozen=True, kw_only=True, tag="head"):
    pass


class _AskBoard(_Ask, frozen=True, kw_only=True, tag="board"):
    pass


class _AskCommits(_Ask, frozen=True, kw_only=True, tag="commits"):
    after: int


class _AskNoMore(_Ask, frozen=True, kw_only=True, tag="no_more"):
    """The commits asked for under `n` are wanted no longer."""


class _Tell(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    n: int


class _TellAnswer(_Tell, frozen=True, kw_only=True, tag="answer"):
    value: Answer


class _TellHead(_Tell, frozen=True, kw_only=True, tag="head"):
    value: Head


class _TellBoard(_Tell, frozen=True, kw_only=True, tag="board"):
    value: Board


class _TellCommit(_Tell, frozen=True, kw_only=True, tag="commit"):
    value: Commit


class _TellUnavailable(_Tell, frozen=True, kw_only=True, tag="unavailable"):
    code: str
    retry_after_s: float


class _TellBehind(_Tell, frozen=True, kw_only=True, tag="behind"):
    why: str


_Told = _TellAnswer | _TellHead | _TellBoard | _TellCommit | _TellUnavailable | _TellBehind
_asks = msgspec.json.Decoder(_AskSubmit | _AskHead | _AskBoard | _AskCommits | _AskNoMore)
_tells = msgspec.json.Decoder(_Told)
_encoder = msgspec.json.Encoder()


class CoreServer:
    """Lets other processes of this machine use a `CorePort`. Who may open the socket's folder may write."""

    def __init__(self, core: CorePort, path: Path) -> None:
        self._core = core
        self._path = path
        self._server: asyncio.Server
        self._peers: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; a socket file that a dead predecessor left is replaced."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        """Hang up on everyone."""
        self._server.close()
        for peer in self._peers:
            peer.cancel()
        await asyncio.gather(*self._peers, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._peers.add(task)
        try:
            await _Peer(self._core, reader, writer).run()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._peers.discard(task)


class _Peer:
    """One process that asks."""

    def __init__(self, core: CorePort, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._core = core
        self._reader = reader
        self._writer = writer
        self._work: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Answer until the peer hangs up or breaks the protocol."""
        try:
            while True:
                self._take(_asks.decode(await _read_frame(self._reader)))
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError):
            return
        finally:
            for task in self._work.values():
                task.cancel()
            self._writer.close()

    def _take(self, ask: _AskSubmit | _AskHead | _AskBoard | _AskCommits | _AskNoMore) -> None:
        if isinstance(ask, _AskNoMore):
            task = self._work.get(ask.n)
            if task is not None:
                task.cancel()
            return
        task = asyncio.create_task(self._answer(ask))
        self._work[ask.n] = task
        task.add_done_callback(lambda _: self._work.pop(ask.n, None))

    async def _answer(self, ask: _AskSubmit | _AskHead | _AskBoard | _AskCommits) -> None:
        try:
            if isinstance(ask, _AskSubmit):
                await self._tell(_TellAnswer(n=ask.n, value=await self._core.submit(_read_submission(ask))))
            elif isinstance(ask, _AskHead):
                await self._tell(_TellHead(n=ask.n, value=await self._core.head()))
            elif isinstance(ask, _AskBoard):
                await self._tell(_TellBoard(n=ask.n, value=await self._core.board()))
            else:
                async for commit in self._core.commits(ask.after):
                    await self._tell(_TellCommit(n=ask.n, value=commit))
        except CoreUnavailable as error:
            await self._tell(_TellUnavailable(n=ask.n, code=error.code, retry_after_s=error.retry_after_s))
        except BehindTheLog as error:
            await self._tell(_TellBehind(n=ask.n, why=str(error)))

    async def _tell(self, tell: _Told) -> None:
        with suppress(ConnectionError):
            self._writer.write(_frame(tell))
            await self._writer.drain()


class RemoteCore:
    """`CorePort` of a writer in another process. Connects when first used, and anew after a loss."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[_Told]] = {}
        self._streams: dict[int, Subscription] = {}
        self._connecting = asyncio.Lock()
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Hang up."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def submit(self, submission: Submission) -> Answer:
        """See `CorePort.submit`."""
        ask = _AskSubmit(
            n=next(self._numbers),
            command_id=submission.command_id,
            actor=submission.actor,
            command=msgspec.Raw(_encoder.encode(submission.command)),
            occurred_at=submission.occurred_at,
            received_at=submission.received_at,
            source=submission.source,
            digest=submission.digest,
        )
        told = await self._ask(ask)
        assert isinstance(told, _TellAnswer)
        return told.value

    async def head(self) -> Head:
        """See `CorePort.head`."""
        told = await self._ask(_AskHead(n=next(self._numbers)))
        assert isinstance(told, _TellHead)
        return told.value

    async def board(self) -> Board:
        """See `CorePort.board`."""
        told = await self._ask(_AskBoard(n=next(self._numbers)))
        assert isinstance(told, _TellBoard)
        return told.value

    async def commits(self, after: int) -> AsyncIterator[Commit]:
        """See `CorePort.commits`."""
        n = next(self._numbers)
        writer = await self._connect()
        stream = self._streams[n] = Subscription([])
        try:
            await _send(writer, _AskCommits(n=n, after=after))
            while True:
                yield await stream.next()
        finally:
            del self._streams[n]
            with suppress(CoreUnavailable):
                await _send(writer, _AskNoMore(n=n))

    async def _ask(self, ask: _Ask) -> _Told:
        writer = await self._connect()
        told: asyncio.Future[_Told] = asyncio.get_running_loop().create_future()
        self._answers[ask.n] = told
        try:
            await _send(writer, ask)
            return await told
        finally:
            del self._answers[ask.n]

    async def _connect(self) -> asyncio.StreamWriter:
        async with self._connecting:
            if self._writer is None:
                try:
                    reader, self._writer = await asyncio.open_unix_connection(self._path)
                except OSError as error:
                    raise CoreUnavailable from error
                self._reading = asyncio.create_task(self._read(reader, self._writer))
            return self._writer

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                self._take(_tells.decode(await _read_frame(reader)))
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self._writer = None
            writer.close()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(CoreUnavailable())
            for stream in self._streams.values():
                stream.end(CoreUnavailable())

    def _take(self, told: _Told) -> None:
        stream, answer = self._streams.get(told.n), self._answers.get(told.n)
        error = _error_in(told)
        if stream is not None and isinstance(told, _TellCommit):
            stream.offer(told.value)
        elif stream is not None and error is not None:
            stream.end(error)
        elif answer is not None and not answer.done():
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(told)


def _error_in(told: _Told) -> Exception | None:
    if isinstance(told, _TellUnavailable):
        return CoreUnavailable(told.code, told.retry_after_s)
    return BehindTheLog(told.why) if isinstance(told, _TellBehind) else None


def _read_submission(ask: _AskSubmit) -> Submission:
    return Submission(
        command_id=ask.command_id,
        actor=ask.actor,
        command=decode_command(bytes(ask.command)),
        occurred_at=ask.occurred_at,
        received_at=ask.received_at,
        source=ask.source,
        digest=ask.digest,
    )


def _frame(message: msgspec.Struct) -> bytes:
    body = _encoder.encode(message)
    return len(body).to_bytes(4, "big") + body


async def _send(writer: asyncio.StreamWriter, ask: _Ask) -> None:
    try:
        writer.write(_frame(ask))
        await writer.drain()
    except ConnectionError as error:
        raise CoreUnavailable from error


async def _read_frame(reader: asyncio.StreamReader) -> bytes:
    length = int.from_bytes(await reader.readexactly(4), "big")
    if length > LONGEST_FRAME:
        raise ConnectionError(f"a frame of {length} bytes")
    return await reader.readexactly(length)
