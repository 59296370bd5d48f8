"""Asks the planner process, and knows what to do when it does not answer."""

import asyncio
import logging
import random
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from routing.graph.geometry import Positions
from routing.graph.model import FloatArray
from routing.process.fallback import plan_straight_line
from routing.process.framing import READ_AHEAD_BYTES, UNREADABLE, FrameTooLarge, read_frame, write_frame
from routing.process.tables import TableBroken, pack_positions, unpack_seconds
from routing.terms.messages import (
    Answer,
    AnswerBody,
    ConditionsAnswer,
    ConditionsRequest,
    Failure,
    FitCorrection,
    LonLat,
    MatrixAnswer,
    MatrixRequest,
    PlanAnswer,
    PlanRequest,
    ReachAnswer,
    ReachArea,
    ReachRequest,
    ReachStarter,
    Request,
    RequestBody,
    RoadChange,
    StatusAnswer,
    StatusRequest,
    TravelTimesAnswer,
    TravelTimesRequest,
)
from routing.terms.ways import Route, RouteRequest

FIRST_RETRY_S = 0.05
LAST_RETRY_S = 0.25
"""Knocking at a socket of this machine costs nothing, and until it is open plans go by straight lines."""

CONDITIONS_S = 30.0
"""How long a planner that was started anew may take to honour what holds on the roads."""

TOLD_ROUNDS = 3
"""So often a new planner is told roads that change while it is being told, before it is asked all the same.

It is then as far behind as any planner is while they change; whoever tells it goes on until it honours
them."""

log = logging.getLogger("routing.process.client")

AnswerType = TypeVar("AnswerType", bound=AnswerBody)


class PlannerError(Exception):
    """The planner gave no answer to use."""


class PlannerUnavailable(PlannerError):
    """There is no connection to the planner, or it broke before the answer came."""


class PlannerTooLate(PlannerError):
    """The answer did not come within the deadline."""


class PlannerRefused(PlannerError):
    """The planner says why it has no answer: see `messages.Failure`."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.code}: {failure.message}")
        self.code = failure.code


class PlannerClient:
    """One connection to the planner, kept up by itself; many questions may be under way at once.

    Every question has a deadline. Without a connection it fails at once rather than at the deadline, so that
    the caller's fallback costs no time. All methods raise PlannerUnavailable, PlannerTooLate, PlannerRefused.
    """

    def __init__(self, socket_path: Path, deadline_s: float = 1.0) -> None:
        self._socket_path = socket_path
        self._deadline_s = deadline_s
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[int, asyncio.Future[AnswerBody]] = {}
        self._last_id = 0
        self._connected = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._conditions: ConditionsRequest | None = None

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def start(self) -> None:
        """Begins to connect, and to reconnect whenever the connection is lost."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep_connected())

    async def close(self) -> None:
        """Ends the connection; questions under way fail as unavailable."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        self._drop_connection()

    @property
    def is_connected(self) -> bool:
        """Whether a question would be sent now."""
        return self._connected.is_set()

    async def wait_connected(self, timeout_s: float) -> None:
        """Waits until the planner can be asked. Raises PlannerUnavailable."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._connected.wait()
        except TimeoutError:
            raise PlannerUnavailable(f"no planner at {self._socket_path} within {timeout_s} s") from None

    async def travel_times(
        self,
        origins: list[LonLat],
        destination: LonLat,
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> list[float | None]:
        """Seconds from every origin, None where no way leads."""
        body = TravelTimesRequest(origins, destination, vehicle_class, hot)
        travel_s = (await self._ask(body, TravelTimesAnswer, deadline_s)).travel_s
        if len(travel_s) != len(origins):
            raise _refuse_answer(f"{len(travel_s)} times for {len(origins)} origins")
        return travel_s

    async def matrix(
        self,
        origins: Positions,
        destinations: Positions,
        vehicle_class: str,
        *,
        hot: bool = False,
        deadline_s: float | None = None,
    ) -> FloatArray:
        """Seconds, shape (origins, destinations); infinite where no way leads."""
        body = MatrixRequest(pack_positions(origins), pack_positions(destinations), vehicle_class, hot)
        answer = await self._ask(body, MatrixAnswer, deadline_s)
        try:
            return unpack_seconds(answer.travel_ms, answer.start_s, (len(origins), len(destinations)))
        except TableBroken as error:
            raise _refuse_answer(str(error)) from error

    async def route(
        self,
        origin: LonLat,
        destination: LonLat,
        vehicle_class: str,
        *,
        hot: bool = False,
        guidance: bool = False,
        alternatives: int = 0,
        via: LonLat | None = None,
        via_slower_s: float = 0.0,
        deadline_s: float | None = None,
    ) -> Route:
        """The fastest way, told step by step if asked, with so many others, or the one over a junction
        (`RouteRequest`); PlannerRefused with code no_route when none leads there."""
        request = RouteRequest(
            origin, destination, vehicle_class, hot, guidance, alternatives, via, via_slower_s
        )
        return await self._ask(request, Route, deadline_s)

    async def reach(
        self, starters: list[ReachStarter], limits_s: list[float], *, deadline_s: float | None = None
    ) -> list[ReachArea]:
        """Where at least one of these vehicles can be within each of these times."""
        return (await self._ask(ReachRequest(starters, limits_s), ReachAnswer, deadline_s)).areas

    async def plan(self, request: PlanRequest, *, deadline_s: float | None = None) -> PlanAnswer:
        """Units for needs."""
        answer = await self._ask(request, PlanAnswer, deadline_s)
        if not _is_about(answer, request):
            raise _refuse_answer("a plan of units or needs that were not asked about")
        return answer

    async def set_conditions(
        self,
        changes: list[RoadChange],
        hour: float | None = None,
        *,
        weekday: int | None = None,
        since_minute: int | None = None,
        corrections: list[FitCorrection] | None = None,
        deadline_s: float | None = None,
    ) -> ConditionsAnswer:
        """Puts exactly these changes in force; when the answer comes, every class's times honour them.

        They are kept, whatever becomes of this question: a planner that is connected later is told them
        before anything is asked of it, so that none answers from roads that are closed.
        """
        self._conditions = ConditionsRequest(changes, hour, corrections or [], weekday, since_minute)
        return await self._ask(self._conditions, ConditionsAnswer, deadline_s)

    async def status(self, *, deadline_s: float | None = None) -> StatusAnswer:
        """Which graph the planner stands on."""
        return await self._ask(StatusRequest(), StatusAnswer, deadline_s)

    async def _ask(
        self, body: RequestBody, expected: type[AnswerType], deadline_s: float | None
    ) -> AnswerType:
        writer = self._writer
        if writer is None:
            raise PlannerUnavailable(f"not connected to {self._socket_path}")
        return await self._ask_over(writer, body, expected, deadline_s)

    async def _ask_over(
        self,
        writer: asyncio.StreamWriter,
        body: RequestBody,
        expected: type[AnswerType],
        deadline_s: float | None,
    ) -> AnswerType:
        # A connection that broke off this moment is known here before `_keep_connected` hears of it.
        if writer.is_closing():
            raise PlannerUnavailable("the planner went away")
        deadline_s = self._deadline_s if deadline_s is None else deadline_s
        self._last_id += 1
        request_id = self._last_id
        future: asyncio.Future[AnswerBody] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future
        try:
            async with asyncio.timeout(deadline_s):
                request = Request(request_id, deadline_s * 1000, body)
                write_frame(writer, msgspec.msgpack.encode(request))
                await writer.drain()
                answer = await future
        except TimeoutError:
            raise PlannerTooLate(f"no answer within {deadline_s} s") from None
        except ConnectionError as error:
            raise PlannerUnavailable(str(error)) from error
        except FrameTooLarge as error:
            raise PlannerRefused(Failure("frame_too_large", str(error))) from error
        finally:
            self._waiting.pop(request_id, None)
        if isinstance(answer, Failure):
            raise PlannerRefused(answer)
        if not isinstance(answer, expected):
            raise _refuse_answer(f"{type(answer).__name__} for {expected.__name__}")
        return answer

    async def _keep_connected(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(
                    str(self._socket_path), limit=READ_AHEAD_BYTES
                )
            except OSError:
                # Full jitter: after a crash, everybody's clients must not knock in step.
                await asyncio.sleep(random.uniform(FIRST_RETRY_S / 2, retry_s))
                retry_s = min(2 * retry_s, LAST_RETRY_S)
                continue
            reading = asyncio.create_task(self._read_answers(reader))
            try:
                if await self._restore_conditions(writer):
                    self._writer, retry_s = writer, FIRST_RETRY_S
                    self._connected.set()
                    await reading
                else:
                    await asyncio.sleep(retry_s)
            finally:
                reading.cancel()
                writer.close()
                self._drop_connection()

    async def _restore_conditions(self, writer: asyncio.StreamWriter) -> bool:
        """Tell a new planner what holds on the roads, until it honours the newest; False if it went away.

        That the hour has moved meanwhile is no reason to tell it again: where telling takes longer than the
        hour takes to move, nobody would ever be connected.
        """
        told: ConditionsRequest | None = None
        for _ in range(TOLD_ROUNDS):
            if self._conditions is None or (told is not None and _are_same_roads(told, self._conditions)):
                break
            told = self._conditions
            try:
                await self._ask_over(writer, told, ConditionsAnswer, CONDITIONS_S)
            except PlannerRefused as error:
                log.error("the planner does not take what holds on the roads: %s", error)
            except PlannerError as error:
                log.warning("a new planner did not take what holds on the roads: %s", error)
                return False
        return True

    async def _read_answers(self, reader: asyncio.StreamReader) -> None:
        decoder = msgspec.msgpack.Decoder(Answer)
        try:
            while (payload := await read_frame(reader)) is not None:
                answer = decoder.decode(payload)
                future = self._waiting.get(answer.request_id)
                if future is not None and not future.done():
                    future.set_result(answer.body)
        except (FrameTooLarge, *UNREADABLE):
            # Whoever talks like this is no planner of ours; start over with a new connection.
            return
        finally:
            self._fail_waiting()

    def _drop_connection(self) -> None:
        self._connected.clear()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._fail_waiting()

    def _fail_waiting(self) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(PlannerUnavailable("the planner went away"))
                future.exception()  # looked at: whoever asked may be gone in this moment too


async def plan_or_fallback(
    client: PlannerClient | None, request: PlanRequest, deadline_s: float
) -> PlanAnswer:
    """The planner's plan; the straight-line plan, marked degraded, when it is dead, late or at a loss."""
    if client is not None:
        try:
            return await client.plan(request, deadline_s=deadline_s)
        except PlannerError as error:
            log.warning("planning by straight lines: %s", error)
    return plan_straight_line(request)


def _refuse_answer(why: str) -> PlannerRefused:
    """An answer that can be read and answers something else: nobody behind it may stumble over it."""
    return PlannerRefused(Failure("wrong_answer", why))


def _is_about(answer: PlanAnswer, request: PlanRequest) -> bool:
    """Whether a plan names nothing but what was asked about."""
    units = {unit.unit_id for unit in request.units}
    needs = {need.need_id for need in request.needs}
    return (
        units.issuperset(proposal.unit_id for proposal in answer.proposals)
        and needs.issuperset(proposal.need_id for proposal in answer.proposals)
        and needs.issuperset(shortfall.need_id for shortfall in answer.shortfalls)
    )


def _are_same_roads(one: ConditionsRequest, other: ConditionsRequest) -> bool:
    """Whether the same changes and corrections hold, at whatever hour."""
    return (one.changes, one.corrections) == (other.changes, other.corrections)
