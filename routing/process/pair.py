"""Two planner processes of which one answers while the other takes in what changed on the roads."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic

import msgspec

from routing.process.framing import EXIT_BROKEN, FrameTooLarge
from routing.process.link import Envelope, HalfGone, Link, Patience, SearchEndless
from routing.terms.messages import AskedAnswer, Failure

FIRST_RETRY_S = 0.5
LAST_RETRY_S = 30.0
# A half that has not taken in what changed by then never will; the largest cities need two or three seconds.
CHANGE_S = 20.0
ASKED_S = 1.0

log = logging.getLogger("routing.process.pair")


class _Kind(msgspec.Struct, frozen=True):
    type: str


class Pair:
    """A planner that does not stop for new weights, and outlives either of its halves.

    `_answering` answers questions. `_resting` honours the same conditions and takes the next ones. While it
    does it is `_preparing`, and is asked nothing.
    """

    def __init__(self, pack: Path, first: Link, second_after_s: float, patience: Patience) -> None:
        self._pack = pack
        self._second_after_s = second_after_s
        self._patience = patience
        self._first = first
        self._links = {first}
        self._answering: Link | None = None
        self._resting: Link | None = None
        self._preparing: Link | None = None
        self._slow: set[Link] = set()
        self._told: msgspec.Raw | None = None
        self._changing = asyncio.Lock()
        self._ready = asyncio.Event()
        self._gone = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Keeps both halves alive; returns when none is left to answer."""
        try:
            await self._first.open()
        except HalfGone:
            return
        self._settle(self._first)
        self._spawn(self._keep(self._first, FIRST_RETRY_S))
        self._spawn(self._keep(None, self._second_after_s))
        await self._gone.wait()

    async def wait_ready(self) -> None:
        """Returns when a half can answer."""
        await self._ready.wait()

    async def close(self) -> int:
        """Ends both halves; the exit code of one that ended by itself with a reason, 0 without such."""
        for task in self._tasks:
            task.cancel()
        codes = await asyncio.gather(*(link.close() for link in self._links))
        return max(codes, default=0)

    async def answer(self, request: Envelope) -> msgspec.Raw | Failure:
        """The answer of the half that answers; of the other, where that one ends before it has answered.

        Raises what an unreadable body is guilty of.
        """
        if msgspec.msgpack.decode(request.body, type=_Kind).type != "conditions":
            return await self._pass_on(request.body, request.budget_ms)
        done: asyncio.Future[msgspec.Raw | Failure] = asyncio.get_running_loop().create_future()
        self._spawn(self._change(request.body, done))
        return await done

    async def _pass_on(self, body: msgspec.Raw, budget_ms: float) -> msgspec.Raw | Failure:
        while True:
            await self._ready.wait()
            link = self._answering
            if link is None:
                continue
            try:
                return await link.ask(body, budget_ms)
            except FrameTooLarge as error:
                return Failure("frame_too_large", str(error))
            except SearchEndless:
                # What holds up the search of one would hold up the other's.
                return Failure("internal", "the search came to no end over this question")
            except HalfGone:
                self._leave(link)
                if await link.close() == EXIT_BROKEN:
                    # What broke the search of one would break the other's.
                    return Failure("internal", "the search broke down over one of its questions")

    async def _change(self, body: msgspec.Raw, done: asyncio.Future[msgspec.Raw | Failure]) -> None:
        """New conditions to the half that rests; then the two change places, and the other takes them too.

        Without a half that rests, the one that answers takes them in pieces, between its answers.
        """
        async with self._changing:
            link, self._resting = self._resting, None
            answer = None if link is None else await self._prepare(link, body)
            if link is None or answer is None:
                answer = await self._pass_on(body, CHANGE_S * 1000)
                self._told = self._told if _is_failure(answer) else body
                _tell(done, answer)
                return
            if _is_failure(answer):
                self._settle(link)
                _tell(done, answer)
                return
            self._told = body
            before, self._answering = self._answering, link
            self._ready.set()
            _tell(done, answer)
            if before is None or before in self._slow:
                return  # a slow one takes it when it is done
            if await self._prepare(before, body) is not None:
                self._settle(before)

    async def _prepare(self, link: Link, conditions: msgspec.Raw) -> msgspec.Raw | Failure | None:
        """The answer of a half that takes in conditions and is asked nothing else; None when it has ended."""
        self._preparing = link
        try:
            async with asyncio.timeout(CHANGE_S):
                question = {"type": "prepare", "conditions": conditions, "asked": await self._list_asked()}
                return await link.ask(question, CHANGE_S * 1000)
        except FrameTooLarge as error:
            return Failure("frame_too_large", str(error))
        except (HalfGone, TimeoutError):
            link.kill()
            if self._answering is None:
                self._gone.set()
            return None
        finally:
            self._preparing = None

    async def _list_asked(self) -> list[tuple[str, bool, int]]:
        """What the half that answers is asked for; nothing, where it does not say."""
        with suppress(HalfGone, TimeoutError):
            if self._answering is not None:
                async with asyncio.timeout(ASKED_S):
                    told = await self._answering.ask({"type": "asked"}, ASKED_S * 1000)
                return msgspec.msgpack.decode(told, type=AskedAnswer).classes
        return []

    async def _keep(self, link: Link | None, pause_s: float) -> None:
        """Waits for the end of a half and starts another in its place, later each time that one ends soon."""
        while True:
            started = monotonic()
            if link is None:
                await asyncio.sleep(pause_s)
                try:
                    link, started = Link(self._pack), monotonic()
                except OSError as error:
                    log.warning("there is no room for another half of the planner now: %s", error)
                    pause_s = min(2 * pause_s, LAST_RETRY_S)
                    continue
                self._links.add(link)
                with suppress(HalfGone):
                    await link.open()
                    await self._join(link)
            await link.wait_gone(self._patience, partial(self._note_slow, link))
            self._slow.discard(link)
            self._leave(link)
            code = await link.close()
            log.warning("half of the planner, process %d, ended with %d", link.pid, code)
            self._links.discard(link)
            link = None
            soon = monotonic() - started < LAST_RETRY_S
            pause_s = min(max(2 * pause_s, FIRST_RETRY_S), LAST_RETRY_S) if soon else FIRST_RETRY_S

    async def _join(self, link: Link) -> None:
        """A half that has started takes in what holds on the roads, and its place."""
        async with self._changing:
            if self._told is None or await self._prepare(link, self._told) is not None:
                self._settle(link)

    def _settle(self, link: Link) -> None:
        """A half that honours what was told may be asked."""
        if not link.is_open or link is self._answering:
            return
        if self._answering is None:
            self._answering = link
            self._ready.set()
        else:
            self._resting = link
            log.info("planner process %d answers, %d rests", self._answering.pid, link.pid)

    def _note_slow(self, link: Link, slow: bool) -> None:
        """Who searches for long steps aside for the one that rests, and takes its place when it is done."""
        if not slow:
            self._slow.discard(link)
            if link not in (self._answering, self._resting, self._preparing):
                self._spawn(self._join(link))
            return
        self._slow.add(link)
        if link is self._answering and self._resting is not None:
            log.warning("planner process %d is slow, %d answers", link.pid, self._resting.pid)
            self._answering, self._resting = self._resting, None

    def _leave(self, link: Link) -> None:
        """A half is gone: the one that rests answers from now on, or the one that makes itself ready."""
        if link is self._resting:
            self._resting = None
        if link is self._answering:
            self._answering, self._resting = self._resting, None
            if self._answering is None:
                self._ready.clear()
                if self._preparing is None:
                    self._gone.set()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_failure(answer: msgspec.Raw | Failure) -> bool:
    return isinstance(answer, Failure) or msgspec.msgpack.decode(answer, type=_Kind).type == "failure"


def _tell(done: asyncio.Future[msgspec.Raw | Failure], answer: msgspec.Raw | Failure) -> None:
    """Whoever asked may be gone."""
    if not done.done():
        done.set_result(answer)
