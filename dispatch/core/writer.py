"""The one writer, in the server's own process.

Commands that arrive while a commit is under way share the next one. A commit that fails, or whose outcome is
unknown, costs the in-memory state: the log is read again before anybody is answered.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from dispatch.core.anchors import AnchorFile
from dispatch.core.background import KeepAnchors, KeepSnapshots, KeepTimers
from dispatch.core.catch_up import catch_up, follow
from dispatch.core.clock import Clock, SystemClock
from dispatch.core.fold import load_fold
from dispatch.core.hub import CommitHub
from dispatch.core.memory import Memory, Proposal, decode_answer, digest_of
from dispatch.core.port import Answer, Board, Commit, CoreUnavailable, Head, Submission
from dispatch.core.remembered import RememberedAnswers
from dispatch.domain.codebook import CodeBook
from dispatch.store.batch import Batch, commit_batch
from dispatch.store.commands import find_answers
from dispatch.store.connect import Connection, check_durability, connect, translated
from dispatch.store.errors import DatabaseLost, LeaseLost, LogMoved, StorageFull, StoreError
from dispatch.store.instance import get_instance
from dispatch.store.lease import acquire_lease, release_lease, renew_lease
from dispatch.store.vault import UnsavedKeys

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WriterLimits:
    """`queue` commands wait at most; `batch` share a commit; `remembered` answers are kept in memory.

    `lease_ttl_s` is how long a silent writer keeps the lease, `patience_s` how long senders wait for a
    database that is gone.
    """

    queue: int = 5_000
    batch: int = 256
    remembered: int = 50_000
    lease_ttl_s: float = 5.0
    patience_s: float = 5.0
    snapshot_events: int = 10_000
    anchor_s: float = 60.0


class _Pending:
    """A command that waits for its answer. `suspected`: whether it was answered before is looked up, whatever
    its id says."""

    __slots__ = ("answered", "digest", "key", "submission", "suspected")

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.digest = digest_of(submission)
        self.key = (submission.actor.id, submission.command_id)
        self.suspected = False
        self.answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def answer(self, answer: Answer) -> None:
        if not self.answered.done():
            self.answered.set_result(answer)

    def fail(self, error: Exception) -> None:
        if not self.answered.done():
            self.answered.set_exception(error)


class Writer:
    """Implements `CorePort`. `start` it once; `stop` it, or wait for `ended` to learn that it had to end.

    `keys` are those a vault of this process has made and not saved: each commit takes them along.
    """

    def __init__(
        self,
        dsn: str,
        book: CodeBook,
        *,
        holder: str = "server",
        clock: Clock | None = None,
        anchors: AnchorFile | None = None,
        limits: WriterLimits | None = None,
        keys: UnsavedKeys | None = None,
    ) -> None:
        self._dsn = dsn
        self._book = book
        self._holder = holder
        self._clock = clock or SystemClock()
        self._limits = limits or WriterLimits()
        self._keys = keys or UnsavedKeys()
        self._waiting: deque[_Pending] = deque()
        self._arrived = asyncio.Event()
        self._remembered = RememberedAnswers(self._limits.remembered)
        self._connection: Connection
        self._memory: Memory
        self._hub: CommitHub
        self._down = True
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._timers = KeepTimers(self._clock, self.submit, lambda: self._memory.state)
        self._snapshots = KeepSnapshots(dsn, self._limits.snapshot_events)
        self._anchors = KeepAnchors(self._clock, anchors, self._limits.anchor_s)

    # ── life ──

    async def start(self, *, force: bool = False) -> None:
        """Take the lease, read the log, begin to answer. Waits while another writer lives.

        `force` takes the lease from a living writer. Raises NotDurable, InstanceMissing, BrokenLog or
        DatabaseLost.
        """
        self._connection = await connect(self._dsn)
        await check_durability(self._connection)
        ttl_s = self._limits.lease_ttl_s
        while (epoch := await self._acquire(force)) is None:  # noqa: ASYNC110 - a killed holder tells nobody
            await asyncio.sleep(min(0.25, ttl_s / 4))
        self._memory = await self._load(epoch)
        self._memory.hash_state()
        self._hub = CommitHub(self._memory.head_seq)
        await self._snapshots.begin(self._connection)
        self._down = False
        self._tasks = [
            asyncio.create_task(self._write(), name="writer"),
            asyncio.create_task(self._timers.run(), name="timers"),
            asyncio.create_task(self._anchors.run(lambda: self._memory), name="anchors"),
        ]

    async def ended(self) -> None:
        """Return after `stop`; raise what ended the writer otherwise (LeaseLost, BrokenLog, …)."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    async def stop(self) -> None:
        """Answer what waits, keep a snapshot and an anchor, give the lease back. Once is enough."""
        if self._stopping:
            return
        self._stopping = True
        self._arrived.set()
        writing, *others = self._tasks
        await asyncio.wait([writing])
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        try:
            if not writing.cancelled() and writing.exception() is None:
                await self._snapshots.save_last(self._memory)
                self._anchors.sign(self._memory)
                with translated():
                    await release_lease(self._connection, self._memory.epoch)
        except DatabaseLost:
            log.warning("the database is away: the next start reads the log from an older snapshot")
        finally:
            self._hang_up()

    # ── the port ──

    async def submit(self, submission: Submission) -> Answer:
        """Decide and make durable; see `CorePort.submit`."""
        if self._down or self._stopping:
            raise CoreUnavailable
        if len(self._waiting) >= self._limits.queue:
            raise CoreUnavailable("busy", 0.5)
        pending = _Pending(submission)
        self._waiting.append(pending)
        self._arrived.set()
        return await pending.answered

    async def head(self) -> Head:
        """The last durable seq."""
        return self._memory.head

    async def board(self) -> Board:
        """All rows as of the head."""
        return self._memory.board()

    def commits(self, after: int) -> AsyncIterator[Commit]:
        """Every commit after a seq; see `CorePort.commits`."""
        return follow(self._hub, self._dsn, after)

    # ── writing ──

    async def _write(self) -> None:
        batch: list[_Pending] = []
        try:
            while await self._wait_for_work():
                count = min(len(self._waiting), self._limits.batch)
                batch = [self._waiting.popleft() for _ in range(count)]
                await self._handle(batch)
        finally:
            self._down = True
            self._waiting.extendleft(reversed(batch))
            self._fail_waiting()
            self._hub.close()

    async def _wait_for_work(self) -> bool:
        """Wait for a command and keep the lease; False when none waits and the writer is to stop."""
        while not self._waiting and not self._stopping:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), self._limits.lease_ttl_s / 4)
            except TimeoutError:
                await self._keep_lease()
        return bool(self._waiting)

    async def _keep_lease(self) -> None:
        try:
            with translated():
                await renew_lease(self._connection, self._memory.epoch)
        except DatabaseLost:
            await self._recover([])

    async def _handle(self, batch: list[_Pending]) -> None:
        """Answer every command of a batch, whatever it takes. Raises LeaseLost."""
        try:
            await self._commit(batch)
        except StorageFull:
            log.exception("no room in the database: %d commands turned away", len(batch))
            for pending in batch:
                pending.fail(CoreUnavailable("storage_full", 5.0))
            await self._reload_or_recover([])
        except (DatabaseLost, LogMoved) as error:
            log.warning("outcome of a commit is unknown (%s): reading the log again", error)
            await self._recover(batch)
        except LeaseLost:
            raise
        except Exception as error:
            # The rules' own faults end here too: found command by command, so that only the guilty pays.
            log.exception("a batch of %d cannot be written", len(batch))
            for pending in batch:
                pending.suspected = True
            if not await self._reload_or_recover(batch):
                return
            if len(batch) == 1:
                await self._condemn(batch[0], error)
            else:
                for pending in batch:
                    await self._handle([pending])

    async def _commit(self, batch: list[_Pending]) -> None:
        fresh = await self._answer_known(batch)
        if not fresh:
            return
        proposal = self._memory.propose(((p.submission, p.digest) for p in fresh), self._clock.now())
        await self._make_durable(proposal)
        for pending in fresh:
            self._answer_from(pending, proposal.answers.get(pending.key))

    async def _make_durable(self, proposal: Proposal) -> None:
        if proposal.batch.answers:
            await self._commit_with_keys(proposal.batch)
            self._remembered.add(proposal.answers, self._clock.now())
        self._memory.confirm(proposal)
        if proposal.commit.events:
            self._hub.publish(proposal.commit)
            self._timers.wake()
            self._snapshots.consider(self._memory)

    async def _commit_with_keys(self, batch: Batch) -> None:
        """The keys that the batch's values are sealed under go with it: they were made before it."""
        keys = self._keys.take()
        durable = False
        try:
            await commit_batch(self._connection, self._memory.epoch, batch._replace(keys=keys))
            durable = True
        finally:
            if not durable:
                self._keys.put_back(keys)

    async def _condemn(self, pending: _Pending, error: Exception) -> None:
        """Refuse for ever a command that the database or the rules cannot take; where not even its id can
        be stored, the refusal is given all the same, and would be given again."""
        code = "store_refused" if isinstance(error, StoreError) else "internal_error"
        proposal = self._memory.refuse(pending.submission, pending.digest, self._clock.now(), code)
        try:
            await self._make_durable(proposal)
        except (DatabaseLost, LogMoved, StorageFull):
            await self._recover([pending])
            return
        except LeaseLost:
            raise
        except StoreError:
            await self._reload_or_recover([])
        self._answer_from(pending, proposal.answers[pending.key])

    async def _answer_known(self, batch: list[_Pending]) -> list[_Pending]:
        """Answer repeats from memory or the table; returns the commands nobody has answered yet."""
        now = self._clock.now()
        unknown = [p for p in batch if p.suspected or self._remembered.may_be_stored(p.key, now)]
        found = {}
        if unknown:
            with translated():
                found = await find_answers(self._connection, [pending.key for pending in unknown])
        fresh = []
        for pending in batch:
            stored = found.get(pending.key)
            known = self._remembered.find(pending.key)
            if stored is not None:
                known = (stored.digest, decode_answer(stored.answer))
            if known is None:
                fresh.append(pending)
            else:
                self._answer_from(pending, known)
        return fresh

    def _answer_from(self, pending: _Pending, known: tuple[bytes, Answer] | None) -> None:
        head = self._memory.head_seq
        command_id = pending.submission.command_id
        if known is None:
            pending.answer(Answer(command_id=command_id, seq_first=head + 1, seq_last=head))
        elif known[0] != pending.digest:
            pending.answer(
                Answer(command_id=command_id, seq_first=head + 1, seq_last=head, refused="command_conflict")
            )
        else:
            pending.answer(known[1])

    # ── recovering ──

    async def _acquire(self, force: bool) -> int | None:
        with translated():
            return await acquire_lease(
                self._connection, self._holder, ttl_s=self._limits.lease_ttl_s, force=force
            )

    async def _load(self, epoch: int) -> Memory:
        with translated():
            instance = await get_instance(self._connection)
            fold = await load_fold(self._connection)
        # What was committed before, by whomever and with whatever outcome, is looked up in the table.
        self._remembered.begin(self._clock.now())
        return Memory(instance, epoch, fold, self._book)

    async def _reload(self) -> None:
        """Forget the state, read the log again, and publish what turned out to be durable after all."""
        before = self._memory
        self._memory = await self._load(before.epoch)
        self._timers.wake()
        if self._memory.head_seq > self._hub.head:
            self._hub.publish(await catch_up(self._dsn, self._hub.head, self._memory.head_seq))

    async def _reload_or_recover(self, batch: list[_Pending]) -> bool:
        """Read the log again; False when that had to wait for the database and the batch waits anew."""
        try:
            await self._reload()
        except DatabaseLost:
            await self._recover(batch)
            return False
        return True

    async def _recover(self, batch: list[_Pending]) -> None:
        """Wait for the database and put a batch back in front: its commands find their answers, or are
        decided again. Raises LeaseLost when another writer has taken over meanwhile."""
        self._waiting.extendleft(reversed(batch))
        deadline = asyncio.get_running_loop().time() + self._limits.patience_s
        delay_s = 0.05
        while True:
            self._hang_up()
            try:
                self._connection = await connect(self._dsn)
                with translated():
                    await renew_lease(self._connection, self._memory.epoch)
                await self._reload()
            except (DatabaseLost, StorageFull) as error:
                log.warning("the database is away: %s", error)
                if self._stopping or asyncio.get_running_loop().time() > deadline:
                    self._down = True
                    self._fail_waiting()
                if self._stopping:
                    return
                await asyncio.sleep(delay_s)
                delay_s = min(delay_s * 2, 1.0)
            else:
                self._down = False
                return

    def _hang_up(self) -> None:
        self._connection.terminate()

    def _fail_waiting(self) -> None:
        while self._waiting:
            self._waiting.popleft().fail(CoreUnavailable())
