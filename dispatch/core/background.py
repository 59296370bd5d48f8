"""What the writer does beside answering: timers, snapshots, anchors."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from uuid6 import uuid7

from dispatch.core.anchors import Anchor, AnchorFile
from dispatch.core.clock import Clock
from dispatch.core.fold import compress
from dispatch.core.memory import Memory
from dispatch.core.port import Answer, CoreUnavailable, Submission
from dispatch.domain.kernel import FOLD_VERSION, freeze, next_timer
from dispatch.domain.model.automatic import TakeUpAutomatic
from dispatch.domain.model.desk import RunTimers
from dispatch.domain.model.messages import Actor, Command, Role
from dispatch.domain.state import CentreState
from dispatch.store.connect import Connection, connect
from dispatch.store.errors import DatabaseLost, StorageFull
from dispatch.store.snapshots import Snapshot, find_snapshot, save_snapshot

log = logging.getLogger(__name__)

TIMERS = Actor(id="timers", role=Role.SYSTEM)


class KeepTimers:
    """Lets the rules run their timers at the moment they are due."""

    def __init__(
        self,
        clock: Clock,
        submit: Callable[[Submission], Awaitable[Answer]],
        get_state: Callable[[], CentreState],
    ) -> None:
        self._clock = clock
        self._submit = submit
        self._get_state = get_state
        self._woken = asyncio.Event()
        self._due: datetime | None = None
        self._sleeping: asyncio.Task[None] | None = None
        self._taken_up = False

    def wake(self) -> None:
        """The state has changed: another timer may be the next."""
        self._woken.set()

    async def run(self) -> None:
        """Go on until cancelled."""
        try:
            while True:
                self._woken.clear()
                now = self._clock.now()
                due = next_timer(self._get_state(), now)
                if not self._taken_up:
                    self._taken_up = await self._take_up(now)
                    due = None if self._taken_up else now + timedelta(seconds=1)
                    if due is None:
                        continue
                elif due is not None and due <= now:
                    due = None if await self._run_timers(now) else now + timedelta(seconds=1)
                    if due is None:
                        continue
                self._sleep_until(due)
                await self._woken.wait()
        finally:
            self._sleep_until(None)

    async def _take_up(self, now: datetime) -> bool:
        """Before anything goes by itself in this life of the writer: give people time to stop it. Whether
        that is done."""
        if not self._get_state().armed:
            return True
        return await self._ask(TakeUpAutomatic(), now) is not None

    async def _run_timers(self, now: datetime) -> bool:
        """Whether anything came of it."""
        answer = await self._ask(RunTimers(), now)
        return answer is not None and answer.seq_last >= answer.seq_first

    async def _ask(self, command: Command, now: datetime) -> Answer | None:
        submission = Submission(
            command_id=str(uuid7()), actor=TIMERS, command=command, occurred_at=now, received_at=now
        )
        try:
            return await self._submit(submission)
        except CoreUnavailable:
            return None

    def _sleep_until(self, due: datetime | None) -> None:
        """Be woken at an instant. Most changes leave the next timer where it was, and the sleep as it is."""
        if due == self._due and self._sleeping is not None and not self._sleeping.done():
            return
        if self._sleeping is not None:
            self._sleeping.cancel()
        self._due = due
        self._sleeping = asyncio.create_task(self._sleep(due)) if due is not None else None

    async def _sleep(self, until: datetime) -> None:
        await self._clock.sleep_until(until)
        self._woken.set()


class KeepSnapshots:
    """Keeps a snapshot every so many events, written on a connection of its own."""

    def __init__(self, dsn: str, every_events: int) -> None:
        self._dsn = dsn
        self._every_events = every_events
        self._last_seq = 0
        self._saving: asyncio.Task[None] | None = None

    async def begin(self, connection: Connection) -> None:
        """Learn what snapshots there are."""
        newest = await find_snapshot(connection, FOLD_VERSION, 2**62)
        self._last_seq = newest.seq if newest else 0

    def consider(self, memory: Memory) -> None:
        """Begin a snapshot when it is time. The state must be durable as it stands."""
        if memory.head_seq - self._last_seq < self._every_events:
            return
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save(self._capture(memory)))

    async def save_last(self, memory: Memory) -> None:
        """Keep a snapshot of the end, unless there is one."""
        if self._saving is not None:
            await self._saving
        if memory.head_seq > self._last_seq:
            await self._save(self._capture(memory))

    def _capture(self, memory: Memory) -> Snapshot:
        """The state as it is now, not yet compressed: the next batch will change it."""
        state = memory.state
        self._last_seq = state.seq
        return Snapshot(state.seq, FOLD_VERSION, state.recorded_at, memory.hash_state(), freeze(state))

    async def _save(self, captured: Snapshot) -> None:
        snapshot = await asyncio.to_thread(compress, captured)
        try:
            connection = await connect(self._dsn)
            try:
                await save_snapshot(connection, snapshot)
            finally:
                await connection.close(timeout=5)
        except (DatabaseLost, StorageFull):
            log.warning("snapshot at %d not kept; the next start reads more of the log", snapshot.seq)


class KeepAnchors:
    """Signs the head into the anchor file at regular intervals, when it has moved."""

    def __init__(self, clock: Clock, file: AnchorFile | None, every_s: float) -> None:
        self._clock = clock
        self._file = file
        self._every_s = every_s
        self._signed_seq = 0

    async def run(self, get_memory: Callable[[], Memory]) -> None:
        """Go on until cancelled."""
        while True:
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=self._every_s))
            self.sign(get_memory())

    def sign(self, memory: Memory) -> None:
        """Sign the head now, unless that was done. A full disk must not stop the centre."""
        if self._file is None or memory.head_seq == self._signed_seq:
            return
        anchor = Anchor(
            centre_id=memory.instance.centre_id,
            log_id=memory.instance.log_id,
            seq=memory.head_seq,
            hash=memory.head_link.hex(),
            recorded_at=memory.head_recorded_at,
        )
        try:
            self._file.append(anchor)
        except OSError:
            log.exception("the head at %d could not be signed into the anchor file", memory.head_seq)
            return
        self._signed_seq = memory.head_seq
