"""All connections of this process: who is told what, and when connections must end."""

import asyncio
import contextlib
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import TypeVar

from dispatch.api.auth.limits import Bucket, Limiter
from dispatch.api.auth.principal import Principal
from dispatch.api.auth.tokens import RENEW_RESUME_S
from dispatch.api.deps import ApiDeps
from dispatch.api.protocol.frames import DraftsFrame, HeadFrame, Token
from dispatch.api.ws.channel import Channel
from dispatch.api.ws.console import ConsoleSession
from dispatch.api.ws.exchange import ExchangeSession
from dispatch.api.ws.feed import ChangeFeed
from dispatch.api.ws.report import ReportSession
from dispatch.api.ws.session import Session, encode_frame
from dispatch.api.ws.socket import Socket
from dispatch.api.ws.unit import UNIT, UnitSession
from dispatch.core.port import Commit
from dispatch.live.positions import TICK_S
from dispatch.live.reports import ReportIndex
from dispatch.live.units import UnitIndex
from dispatch.store.errors import StoreError

HEAD_EVERY_S = 2.0
RIGHTS_EVERY_S = 2.0
DRAFTS_EVERY_S = 1.0
FLUSH_EVERY_S = 0.02
"""Commits within this time reach consoles as one frame."""

DRAIN_S = 3.0
"""Clients of a centre that restarts come back spread over this time."""

DRAIN_PATIENCE_S = 2.0
"""How long a drain waits for slow peers to take their last frame."""

SLICE = 200
"""Sessions that are served in one turn of the loop."""

SCREENS_A_TURN = 10
"""Screens that are given positions in one turn: their frames are large."""

AnySession = TypeVar("AnySession", bound=Session)


class Hub:
    """Sessions by channel, and the loops that feed them. `run` goes on until it is cancelled."""

    def __init__(self, deps: ApiDeps, units: UnitIndex, reports: ReportIndex) -> None:
        self._deps = deps
        self._units = units
        self._reports = reports
        self._feed = ChangeFeed(deps.board)
        self._consoles: set[ConsoleSession] = set()
        self._unit_sessions: set[UnitSession] = set()
        self._by_unit: defaultdict[str, set[UnitSession]] = defaultdict(set)
        self._by_station: defaultdict[str, set[UnitSession]] = defaultdict(set)
        self._by_device: defaultdict[str, set[ReportSession]] = defaultdict(set)
        self._exchanges: set[ExchangeSession] = set()
        self._buckets: dict[str, Limiter] = {}
        self._committed = asyncio.Event()
        self._left = asyncio.Event()
        self.draining = False
        deps.board.listen(self._take_commit)

    def make_session(self, channel: Channel, socket: Socket, principal: Principal) -> Session:
        """The session of a channel for a principal that was let in."""
        bucket = self._bucket(channel, principal)
        if channel.name == "console":
            return ConsoleSession(socket, principal, self._deps, bucket, self._feed)
        if channel.name == "unit":
            return UnitSession(socket, principal, self._deps, bucket, self._units)
        if channel.name == "report":
            return ReportSession(socket, principal, self._deps, bucket, self._reports)
        return ExchangeSession(socket, principal, self._deps, bucket)

    def add(self, session: Session) -> None:
        """From now on the session is told what concerns it."""
        if isinstance(session, ConsoleSession):
            self._consoles.add(session)
        elif isinstance(session, UnitSession):
            self._unit_sessions.add(session)
            self._get_file(session).add(session)
        elif isinstance(session, ReportSession):
            self._by_device[session.principal.id].add(session)
        elif isinstance(session, ExchangeSession):
            self._exchanges.add(session)

    def remove(self, session: Session) -> None:
        """The session ended."""
        self._left.set()
        if isinstance(session, ConsoleSession):
            self._consoles.discard(session)
        elif isinstance(session, UnitSession):
            self._unit_sessions.discard(session)
            self._get_file(session).discard(session)
        elif isinstance(session, ReportSession):
            self._by_device[session.principal.id].discard(session)
            if not self._by_device[session.principal.id]:
                del self._by_device[session.principal.id]
        elif isinstance(session, ExchangeSession):
            self._exchanges.discard(session)

    def list_sessions(self) -> Iterator[Session]:
        """Every living session."""
        yield from list(self._consoles)
        yield from list(self._unit_sessions)
        for held in list(self._by_device.values()):
            yield from list(held)
        yield from list(self._exchanges)

    def withdraw(self, session_id: str) -> None:
        """Close every connection of a signed-in session at once."""
        for session in self.list_sessions():
            if session.principal.session_id == session_id:
                session.stop("signed_out")

    async def run(self) -> None:
        """Feed the sessions."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._flush())
            group.create_task(self._every(HEAD_EVERY_S, self._send_head))
            group.create_task(self._every(TICK_S, self._send_positions))
            group.create_task(self._every(DRAFTS_EVERY_S, self._send_drafts))
            group.create_task(self._every(RENEW_RESUME_S, self._renew_tokens))
            group.create_task(self._watch_rights())

    async def drain(self) -> None:
        """Tell every client when to come back, spread over a few seconds, and close."""
        self.draining = True
        for session in self.list_sessions():
            session.drain(round(random.uniform(0.2, DRAIN_S), 2))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_PATIENCE_S):
                while any(True for _ in self.list_sessions()):
                    self._left.clear()
                    await self._left.wait()

    def load(self) -> None:
        """Index the board after it was loaded."""
        for kind in ("unit", "assignment", "delivery", "incident", "leg", "report"):
            rows = list(self._deps.board.list_rows(kind))
            self._units.take(rows)
            self._reports.take(rows)

    def _take_commit(self, commit: Commit) -> None:
        concerned = self._units.take(commit.rows, commit.gone)
        for unit_id, keys in concerned.items():
            for session in self._sessions_of_unit(unit_id):
                session.notice(unit_id, keys)
        for device_id, report_ids in self._reports.take(commit.rows, commit.gone).items():
            for report_session in self._by_device.get(device_id, ()):
                report_session.notice(report_ids)
        calls = [row.id for row in commit.rows if row.kind == "call"]
        calls += [id_ for kind, id_ in commit.gone if kind == "call"]
        if calls:
            for exchange in self._exchanges:
                exchange.notice(calls)
        self._committed.set()

    def _sessions_of_unit(self, unit_id: str) -> Iterator[UnitSession]:
        """Its own connections and those of its station."""
        yield from self._by_unit.get(unit_id, ())
        yield from self._by_station.get(self._units.find_station(unit_id) or "", ())

    def _get_file(self, session: UnitSession) -> set[UnitSession]:
        principal = session.principal
        if principal.unit_id is not None:
            return self._by_unit[principal.unit_id]
        return self._by_station[principal.station_id or ""]

    async def _flush(self) -> None:
        while True:
            await self._committed.wait()
            self._committed.clear()
            await _in_slices(self._consoles, ConsoleSession.flush)
            await asyncio.sleep(FLUSH_EVERY_S)

    async def _every(self, pause_s: float, step: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + pause_s, loop.time())
            await asyncio.sleep(due - loop.time())
            await step()

    async def _send_head(self) -> None:
        head = self._deps.board.head
        frame = encode_frame(HeadFrame(seq=head.seq, at=self._deps.clock.now()))
        await _in_slices(self._consoles, lambda session: session.post_encoded(frame))
        await _in_slices(self._exchanges, lambda session: session.post_encoded(frame))
        # Of a fleet that only listens most are idle: they are spared what tells them nothing.
        before = asyncio.get_running_loop().time() - (UNIT.head_s - HEAD_EVERY_S)
        quiet = [session for session in self._unit_sessions if session.written_at <= before]
        await _in_slices(quiet, lambda session: session.post_encoded(frame))

    async def _send_drafts(self) -> None:
        """Who is typing what, to every screen whose list is not the newest."""
        drafts, now = self._deps.drafts, self._deps.clock.now()
        frames: dict[frozenset[str], bytes] = {}
        for session in self._consoles:
            if session.drafts_seen == drafts.version:
                continue
            agencies = session.rights.agencies
            if agencies not in frames:
                frames[agencies] = encode_frame(DraftsFrame(drafts=drafts.list_lines(agencies, now)))
            session.post_encoded(frames[agencies])
            session.drafts_seen = drafts.version

    async def _send_positions(self) -> None:
        tick = self._deps.positions.make_tick(self._deps.clock.now())
        screens = [session for session in self._consoles if session.wants_positions]
        for window in {session.window for session in screens}:
            for _ in tick.encode_in_slices(*window):
                await asyncio.sleep(0)
        await _in_slices(screens, lambda session: session.offer_positions(tick), SCREENS_A_TURN)

    async def _renew_tokens(self) -> None:
        await _in_slices(
            list(self.list_sessions()), lambda session: session.post(Token(resume=session.make_resume()))
        )

    async def _watch_rights(self) -> None:
        """Close what was signed out, expired, deactivated or given other rights elsewhere."""
        while True:
            await asyncio.sleep(RIGHTS_EVERY_S)
            held: defaultdict[str, list[Session]] = defaultdict(list)
            for session in self.list_sessions():
                if session.principal.session_id:
                    held[session.principal.session_id].append(session)
            if not held:
                continue
            rights = {id_: sessions[0].principal.fingerprint for id_, sessions in held.items()}
            try:
                withdrawn = await self._deps.sessions.find_withdrawn(rights, self._deps.clock.now())
            except StoreError:
                continue  # nobody is sent away because the database is away
            for session_id, alive in withdrawn.items():
                for session in held[session_id]:
                    session.stop("rights_changed" if alive else "signed_out")

    def _bucket(self, channel: Channel, principal: Principal) -> Bucket:
        """One bucket for all connections of a principal on a channel."""
        limiter = self._buckets.get(channel.name)
        if limiter is None:
            loop = asyncio.get_running_loop()
            limiter = self._buckets[channel.name] = Limiter(channel.rate, channel.burst, loop.time)
        return limiter.get_bucket(principal.id)


async def _in_slices(
    sessions: Collection[AnySession], step: Callable[[AnySession], None], size: int = SLICE
) -> None:
    """Do something for each of perhaps thousands of sessions; what else is to be done comes in between."""
    for n, session in enumerate(list(sessions), start=1):
        step(session)
        if n % size == 0:
            await asyncio.sleep(0)
